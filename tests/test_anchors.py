"""Which literals must stand in whatever a pattern matches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.anchors import leading, required


@pytest.mark.parametrize(
    ("pattern", "heads"),
    [
        ("ghp_[A-Za-z0-9]{36}", {"ghp_"}),
        ("(?:AKIA|ASIA)[A-Z2-7]{16}", {"akia", "asia"}),
        (r"\bsk-(?:live|test)_\w+", {"sk-live_", "sk-test_"}),
        ("xox[abp]-", {"xoxa-", "xoxb-", "xoxp-"}),
        ("(?<![a-z])key", {"key"}),
        ("colou?r", {"colour", "color"}),
        ("(?>tok|key)-", {"tok-", "key-"}),
        ("(tok_)+x", {"tok_"}),
        ("a[b-z]c", {"a"}),
        (r"\w+key", set()),
        ("(?:|a)b*", set()),
        ("[^a]b", set()),
        (".*", set()),
        ("x*key", set()),
    ],
)
def test_a_pattern_begins_with_one_of_its_heads(pattern, heads):
    assert heads == leading(pattern)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\w+@example\.com", {"@example.com"}),
        (r"(?:password|secret)\s*=\s*\S+", {"password", "secret"}),
        (r"(?:password|pwd)\s*=\s*\S+", {"assword", "wd"}),
        (r"\w+(?:secret)+\w", {"secret"}),
        (r"\d+(?:abc|\d)", set()),
        (r"x?y*", set()),
        (r"\d{4}-\d{4}", {"-"}),
    ],
)
def test_some_literal_is_in_every_match(pattern, literals):
    assert literals == required(pattern)


@pytest.mark.parametrize("pattern", [r"\p{Lu}x", "(?|a|b)", "(", "a{99999999999}", r"(?P<x>a)\g<x>"])
def test_a_pattern_that_is_not_understood_has_none(pattern):
    assert frozenset() == leading(pattern)
    assert frozenset() == required(pattern)


pieces = st.recursive(
    st.one_of(
        st.sampled_from("abcAB-_"), st.sampled_from(("ab", "tok_", r"\d", "[a-c]", "[^x]", ".", r"\b", "(?!q)", "^"))
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda p: f"(?:{'|'.join(p)})"),
        st.tuples(inner, st.sampled_from(("?", "+", "*", "{2}", "{0,2}", "{1,3}"))).map(lambda p: f"(?:{p[0]}){p[1]}"),
        inner.map(lambda p: f"(?P<value>{p})" if "(?P" not in p else p),
    ),
    max_leaves=6,
)


@given(pieces, st.text("abcABtok_-1x", max_size=12), st.booleans())
def test_whatever_matches_holds_its_literals(pattern, text, any_case):
    try:
        compiled = re.compile(pattern, re.IGNORECASE if any_case else 0)
    except re.error:
        return
    heads, needed = leading(pattern), required(pattern)
    for match in compiled.finditer(text):
        said = match[0].lower()
        assert not heads or any(said.startswith(head) for head in heads)
        assert not needed or any(literal in said for literal in needed)
