"""A guard fits wherever its pattern does, and is about nothing but how a match begins."""

import re

import pytest

from redact.guards import guard


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"key_[a-f0-9]{4}", b"key_0af3"),
        (r"(?i)key\s?=", b"KEY ="),
        (r"(?i:key)[=:]x{2,}", b"Key:xx"),
        (r"key(?=\d)(?!0)\b.", b"key7"),
        (r"key (?P<q>['\"])a(?P=q)", b"key 'a'"),
        (r"key(?P<q>')?=(?(q)a|b)", b"key=b"),
        (r"key\S", "keyé".encode()),
        (r"key[^a]{2}z", "keyééz".encode()),
        (r"key(?>a|ab)++c?", b"keya"),
    ],
    ids=str,
)
def test_it_fits_where_the_pattern_does(pattern, text):
    made = guard(pattern)
    match = re.match(made.pattern.encode(), text, re.DOTALL)
    assert match is not None
    assert match.end() <= made.reach * 4


def test_it_fits_hardly_anywhere_else():
    made = guard(r"(?i)secret[\w-]{0,32}\s?[:=]\s{0,4}(?P<q>[\"'])(?P<value>\w{8,64})(?P=q)").pattern.encode()
    assert re.search(made, b'secret_key = "hunter2hunter2"')
    for text in (b"secrets.token_hex()", b"self._secret = secret", b'"secret": None', b'secret = "short"'):
        assert not re.search(made, text)


def test_it_does_not_end_with_what_may_be_missing():
    assert "key" == re.match(guard(r"key[a-z]*(?:x|)\d?").pattern, "keyabc7")[0]


@pytest.mark.parametrize("pattern", [r"key.*", r"(?:key){e<=1}", r"key[[:alpha:]]", r"key\p{Lu}", r"x?"], ids=str)
def test_it_is_short_or_missing_where_a_pattern_says_more_than_both_dialects(pattern):
    made = guard(pattern)
    assert made is None or "key" == re.fullmatch(made.pattern, "key")[0]
