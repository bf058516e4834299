"""Whose key a request is made with, as far as a fingerprint and its form tell."""

import pytest

from redact.accounts import Accounts, credentials


def mark(key):
    return f"{sum(key.encode()):032x}"


OURS = Accounts(keys=[mark("sk-ours")], unknown_keys="block", logins="report")


@pytest.mark.parametrize(
    ("shown", "query", "found"),
    [
        ({"x-api-key": "sk-1"}, "", [("key", "sk-1")]),
        ({"authorization": "Bearer sk-1"}, "", [("key", "sk-1")]),
        ({"authorization": "token ghp_1"}, "", [("key", "ghp_1")]),
        ({"x-goog-api-key": "a", "api-key": "b"}, "", [("key", "b"), ("key", "a")]),
        ({"x-gateway-key": "g", "cookie": "c", "x-amz-security-token": "t"}, "", [("key", "g")]),
        ({}, "alt=sse&key=AIza1", [("key", "AIza1")]),
        ({"authorization": "Bearer sk-ant-oat01-x"}, "", [("login", "sk-ant-oat01-x")]),
        ({"authorization": "Bearer eyJh.eyJz.c2ln"}, "", [("login", "eyJh.eyJz.c2ln")]),
        ({"authorization": "Bearer ya29.x"}, "", [("login", "ya29.x")]),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=AKIA1/2026/x, Signature=y"}, "", [("key", "AKIA1")]),
        ({"authorization": "AWS4-HMAC-SHA256 SignedHeaders=a, Credential=ASIA1/2026/x"}, "", [("login", "ASIA1")]),
        ({"authorization": "Basic eDp5"}, "", []),
        ({"authorization": ""}, "", []),
    ],
)
def test_a_client_shows_itself_in_many_ways(shown, query, found):
    assert found == list(credentials(shown, query))


@pytest.mark.parametrize(
    ("key", "restricted", "verdict"),
    [
        ("sk-ours", False, ("allow", "key")),
        ("sk-other", False, ("block", "key")),
        ("sk-other", True, ("block", "key")),
        ("ya29.x", False, ("report", "login")),
        ("ya29.x", True, ("allow", "key")),
    ],
)
def test_a_key_is_known_by_its_fingerprint_and_a_login_judged_by_its_vendor(key, restricted, verdict):
    assert verdict == OURS.judge({"x-api-key": key}, "", mark, restricted=restricted)


def test_of_two_credentials_the_worse_one_counts():
    assert ("block", "key") == OURS.judge({"x-api-key": "sk-ours"}, "key=sk-other", mark, restricted=False)


def test_without_a_policy_nothing_is_asked_of_a_key():
    assert ("allow", "key") == Accounts().judge({"x-api-key": "sk-x"}, "", lambda _key: 1 / 0, restricted=False)
