"""Random values make many tokens, words few."""

import secrets

import pytest

from redact.tokens import efficiency


@pytest.mark.parametrize(
    "words",
    ["LedgerReconcilerClient", "my-secret-password", "some_function_name", "organizationConfigurationPath", "Password"],
)
def test_words_are_read_as_few_tokens(words):
    assert efficiency(words) > 1.8


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex], ids=["base64", "hex"])
def test_random_values_are_read_as_many(make):
    assert all(efficiency(make(24)) < 1.5 for _ in range(300))


def test_nothing_has_no_tokens_and_letters_of_others_one_each():
    assert 0 == efficiency("")
    assert 1 == efficiency("пароль") == efficiency("12")


def test_it_takes_no_longer_than_its_beginning():
    assert efficiency("password" * 32) == efficiency("password" * 100_000)
