"""Texts made from a pattern: what it describes, and where it repeats itself."""

import random
import re

import pytest

from redact.samples import repetitions, sample


@pytest.mark.parametrize(
    "pattern",
    [
        "ghp_[A-Za-z0-9]{36}",
        r"(?i)acme[_-]?key\s*[:=]\s*['\"]?(?P<value>[\w.]{8,20})",
        r"[^\W_]{4}\D\S\x41[^a-z\d]",
        r"(a|b)\1{3}-(?P<n>x)?(?(n)y|z)",
        r"(?>ab|cd)++(?:e{2,}?f)*.",
        "[ä-ü]{3}",
    ],
)
def test_a_sample_fits_its_pattern(pattern):
    dice = random.Random(1)
    for _ in range(40):
        assert re.fullmatch(pattern.replace("++", "+"), sample(pattern, dice))


def test_what_cannot_be_read_has_no_sample():
    assert sample("(?V1)[a--b]{e<1}(", random.Random(1)) is None
    assert [] == repetitions("(")


def test_repetitions_tell_what_stands_before_and_what_is_repeated():
    assert [("key", ("0", "a", "A"))[0], "abc"] == [
        repetitions("key[A-Za-z]+")[0].before,
        repetitions("(?:abc){8,}")[0].units[0],
    ]
    assert [] == repetitions("a{2}b?c{3,7}")


def test_repetitions_inside_assertions_and_each_other_count():
    assert 3 == len(repetitions("(?=a+)(?:b+)+"))
