"""What makes a value surely real; it never makes one less real."""

import base64
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.confirmations import CONFIRMATIONS, confirmed, counts
from redact.rules import Rule

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
CHECKED = "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"


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("crc32", CHECKED, "its checksum holds"),
        ("crc32", CHECKED[:-1] + "8", ""),
        ("crc32", "ghp_short", ""),
        ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2ln", "its header names an algorithm, and its claims can be read"),
        ("jwt", "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d", "its header names an algorithm"),
        ("jwt", "eyJhbGciOiJIUzI1NiJ9.js", ""),
        ("jwt", "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiI0NzExIn0.c2ln", ""),
        ("jwt", "eyJ§.e.x", ""),
        ("base64-key", base64.b64encode(bytes(range(64))).decode(), "it is base64 of 64 bytes"),
        ("base64-key", base64.b64encode(bytes(33)).decode(), ""),
        ("base64-key", "no base64", ""),
        ("aws-account", "ASIAY34FZKBOKMUTVV7A", "it names an account, …5308"),
        ("aws-account", "AKIAIOSFODNN7EXAMPLE", ""),
        ("aws-account", "AKIA189", ""),
        ("check-digits", "4111 1111 1111 1111", "its check digits hold"),
        ("check-digits", "GB82 WEST 1234 5698 7654 32", "its check digits hold"),
        ("check-digits", "4111 1111 1111 1112", ""),
    ],
)  # fmt: skip
def test_a_confirmation_says_what_holds(name, value, holds):
    assert holds == CONFIRMATIONS[name](value)


@given(st.text(BASE62, min_size=30, max_size=30))
def test_every_token_with_its_checksum_is_confirmed_and_no_other(random):
    number, check = zlib.crc32(random.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        check = BASE62[digit] + check
    assert CONFIRMATIONS["crc32"](f"npm_{random}{check}")
    assert not CONFIRMATIONS["crc32"](f"npm_{random}{check[:-1]}{BASE62[(BASE62.index(check[-1]) + 1) % 62]}")


@given(st.sampled_from(sorted(CONFIRMATIONS)), st.text(max_size=80))
def test_no_text_is_too_odd_for_a_confirmation(name, text):
    assert isinstance(CONFIRMATIONS[name](text), str)


def rule(**members):
    return Rule(id="r", title="t", category="secret", pattern="x", matches=("«x»",), rejects=("-",), **members)


def test_where_a_confirmation_holds_the_other_checks_have_no_say():
    strict = rule(entropy=8, efficiency=1, validators=["not-uuid", "luhn"])
    assert not counts(CHECKED, strict)
    assert counts(CHECKED, strict.model_copy(update={"confirm": ("jwt", "crc32")}))


def test_where_none_holds_the_other_checks_say_it():
    assert counts("swordfish", rule(confirm=["crc32"]))
    assert not counts("swordfish", rule(confirm=["crc32"], efficiency=1.2))
    assert [] == confirmed("swordfish", ("crc32", "jwt"))
