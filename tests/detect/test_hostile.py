"""Patterns without a bound in time are told from those with one, on any machine."""

import itertools

import pytest

from redact.detect.hostile import Hostile, unbounded
from redact.rules import parse

RULE = """\
rules:
- id: r
  title: t
  category: secret
  pattern: '{pattern}'
  matches: ['{example}']
  rejects: ['-']
"""


def rule(pattern, example):
    return parse(RULE.format(pattern=pattern, example=example), "p.yaml")[0].rule


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("key=(?:[a-z]+)+;", "«key=abc;»"),
        ("key=(?:[a-z0-9]+-?)+!", "«key=abc-abc!»"),
        ("key[^;]*;", "«key=abc;»"),
        (r"key(?:\s|\\{1,4}n)+x", "«key  x»"),
        (r"pass=\w+(?=[\s\S]*@host)", "«pass=x» y @host"),
    ],
)  # fmt: skip
def test_what_has_no_bound_is_told_with_the_text_that_shows_it(pattern, example):
    why = unbounded(rule(pattern, example))
    assert why.startswith("backtracks without bound: ")
    assert "is repeated" in why


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        (r"key\s*=\s*(?P<value>\w+)", "key = «abc»"),
        (r"(?i)acme[\w.-]{0,40}[\s=:]{1,5}(?P<value>[a-z0-9]{32,64})", "acme_key = «0123456789abcdef0123456789abcdef»"),
        ("-----BEGIN KEY-----[A-Za-z0-9+/=\\s]{1,4000}-----END KEY-----", "«-----BEGIN KEY-----AAAA-----END KEY-----»"),
        (r"tok_[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)?", "«tok_abc.def»"),
    ],
)
def test_what_has_one_is_cleared(pattern, example):
    assert "" == unbounded(rule(pattern, example))


def test_a_clock_that_stumbles_makes_no_sound_pattern_a_slow_one():
    ticks = itertools.count()

    def clock():
        tick = next(ticks)
        return tick * 0.01 + (5.0 if tick % 7 == 0 else 0.0)

    assert "" == unbounded(rule(r"key\s*=\s*(?P<value>\w+)", "key = «abc»"), clock)


def test_a_hostile_text_repeats_its_part():
    assert "key=ababab;" == Hostile("key=", "ab", ";").text(6)
