"""Expressions of RE2 mean the same in the syntax of the `regex` module."""

import pytest
import regex

from redact.re2 import translated


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("key=(\\w+)", "key=(?P<value>\\w+)"),
        ("(?i)key=(\\w+)", "(?i:key=(?P<value>\\w+))"),
        ("tok-(?i)abc|xyz", "tok-(?i:abc)|(?i:xyz)"),
        ("(a(?i)b|c)d", "(?P<value>a(?i:b)|(?i:c))d"),
        ("(?i:a)(?-i)b", "(?i:a)(?-i:b)"),
        (r"a\z", r"a\Z"),
        ("a$", r"a\Z"),
        ("(?m)a$", "(?m:a$)"),
        ("(?m:a$)b$", r"(?m:a$)b\Z"),
        (r"\pL{3}\PN\p{Greek}", r"\p{L}{3}\P{N}\p{Greek}"),
        (r"[\pL-]", r"[\p{L}-]"),
        ("[[:alpha:]_]", "[A-Za-z_]"),
        ("[]a[]", r"[\]a\[]"),
        ("[^]a]", r"[^\]a]"),
        (r"\Qa.b(\E+", r"a\.b\(+"),
        (r"\x{41}[\x{5d}]", r"A[\]]"),
        ("x{,3}", r"x\{,3}"),
        (r"\(?[(|)$]", r"\(?[(|)$]"),
        ("(?P<name>a)(b)", "(?P<value>a)(?:b)"),
    ],
)
def test_a_pattern_is_written_anew(theirs, ours):
    assert ours == translated(theirs)
    regex.compile(ours)


def test_the_group_that_is_asked_for_is_the_value():
    assert "(?:a)(?:(?P<value>b))" == translated("(a)(?:(b))", 2)


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("tok-(?i)abc|xyz", "TOK-abc", False),
        ("tok-(?i)abc|xyz", "tok-ABC", True),
        ("tok-(?i)abc|xyz", "XYZ", True),
        ("a$", "a\n", False),
    ],
)
def test_it_finds_the_same(pattern, text, is_found):
    assert is_found == bool(regex.search(translated(pattern), text))


@pytest.mark.parametrize("pattern", ["(?U)a+", r"\C", "[[:^alpha:]]", "[[:x:]]", "a)", "(a"])
def test_what_has_no_likeness_is_refused(pattern):
    with pytest.raises(ValueError, match=r"\w"):
        translated(pattern)


def test_a_group_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="it has no group 2"):
        translated("(a)", 2)
