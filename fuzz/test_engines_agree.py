"""With hyperscan, settled or not, and without it, the same is found: by the packs that ship and by any pattern, in any text."""

import functools
import random
from re import _constants as op

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from redact import app, guards, literals, rules, signs
from redact.detect.patterns import Expression, Patterns, expressions
from redact.guards import Guard
from redact.rules import Rule, example

from .look import examples, is_caught

pytestmark = pytest.mark.skipif(not literals.have_hyperscan(), reason="there is one engine only")


@functools.cache
def shipped():
    return [sourced.rule for sourced in rules.read([app.PACKS]).rules]


@functools.cache
def engines():
    return made(expressions(shipped()))


def made(wanted):
    """Make each way of finding: settled, not yet settled, without hyperscan."""
    fastest = Patterns(wanted, fast=True)
    fastest.settle()
    return fastest, Patterns(wanted, fast=True), Patterns(wanted, fast=False)


@functools.cache
def shipped_examples():
    return [example(marked)[0] for rule in shipped() for marked in rule.matches] + [
        text for rule in shipped() for text in rule.rejects
    ]


def agree(ways, text):
    fastest, fast, plain = (sorted(set(find(text))) for find in ways)
    assert fastest == fast == plain


# Letters that fold to ASCII ones, that have a longer lower case, that take more than one byte, that are no text at all.
ODD = (
    "\u017f",
    "\u212a",
    "\u0130",
    "\u0131",
    "é",
    "😀",
    "\u200b",
    "\u00a0",
    "\x85",
    "\u0663",
    "\ud800",
    "\x00",
    "\r",
    "\\n",
)


@st.composite
def spoilt(draw):
    """An example of some rule, as it is, or cut, doubled, with a letter changed, with something odd put in."""
    text = draw(st.sampled_from(shipped_examples()))
    for _ in range(draw(st.integers(0, 2))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        change = draw(st.sampled_from(("cut", "put", "upper", "swap", "twice")))
        part = {
            "cut": "",
            "put": draw(st.sampled_from(ODD)) + text[start:end],
            "upper": text[start:end].swapcase(),
            "swap": text[start:end]
            .replace("s", "\u017f")
            .replace("K", "\u212a")
            .replace("k", "\u212a")
            .replace("i", "\u0130"),
            "twice": text[start:end] * 2,
        }[change]
        text = text[:start] + part + text[end:]
    return text


texts = st.lists(st.one_of(spoilt(), st.text(max_size=4), st.sampled_from(ODD)), max_size=3).map("".join)


@given(texts)
@examples(250)
def test_the_packs_that_ship_find_the_same(text):
    agree(engines(), text)


def test_every_example_of_the_packs_that_ship_is_found_alike():
    dice = random.Random(7)
    every = list(shipped_examples())
    dice.shuffle(every)
    for start in range(0, len(every), 40):  # many in one text: literals of one rule stand beside values of another
        agree(engines(), dice.choice(ODD).join(every[start : start + 40]))


# Patterns of all kinds, with and without a sign

_ATOMS = (
    "a",
    "k",
    "s",
    "i",
    "[ab]",
    "[a-k]",
    "[ks0-9-]",
    r"[\w-]",
    r"[\]a]",
    "[^a]",
    r"\d",
    r"\s",
    r"\.",
    ".",
    "ab",
    "K",
    "é",
    "[é-ü]",
    r"\x6b",
)
_COUNTS = ("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}", "{,2}", "*?", "{1,3}+", "++", "?+")
_AROUND = (
    "(?=%s)",
    "(?!%s)",
    "(?<=%s)",
    "(?<!%s)",
    "(?:%s)",
    "(?P<value>%s)",
    "(%s)",
    "(?>%s)",
    "(?i:%s)",
    "%s|%s",
    r"\b%s",
    "^%s",
    "%s$",
)

atoms = st.builds(lambda atom, count: atom + count, st.sampled_from(_ATOMS), st.sampled_from(_COUNTS))


def larger(inner):
    parts = st.lists(inner, min_size=1, max_size=3).map("".join)
    return st.builds(
        lambda around, part, other, count: (
            f"(?:{part}|{other}){count}" if "|" in around else around % part + (count if around[-1] == ")" else "")
        ),
        st.sampled_from(_AROUND),
        parts,
        parts,
        st.sampled_from(_COUNTS),
    )  # fmt: skip


patterns = st.builds(
    lambda flag, parts: flag + "".join(parts),
    st.sampled_from(("", "", "(?i)")),
    st.lists(st.one_of(atoms, st.recursive(atoms, larger, max_leaves=6)), min_size=1, max_size=4),
)
strings = st.text("aAbkKsSi019-_. \n]é\u212a\u017f\u0130\u0131\u0663😀", max_size=40)


def rule(pattern, **more):
    return Rule.model_validate(
        {"id": "x", "title": "x", "category": "secret", "pattern": pattern, "matches": ["«x»"], "rejects": ["x"]} | more
    )


searches = st.tuples(patterns, st.sampled_from((None, 1.0)), strings)


def found_alike(search, keywords=()):
    """Some matches are refused by their entropy, so that what is left of them is looked at again."""
    pattern, least, text = search
    try:
        wanted = expressions([rule(pattern, keywords=keywords, entropy=least)])
    except ValueError:
        return  # no pattern, or one that matches the empty string
    agree(made(wanted), text)


@given(searches)
@examples(1000)
def test_any_pattern_without_a_keyword_finds_the_same(search):
    found_alike(search)


@given(searches)
@examples(1000)
def test_any_pattern_with_literals_finds_the_same(search):
    found_alike(search, keywords=None)


few = st.tuples(
    st.sampled_from(("(?i)[a-k]{2}[ks]", "k[ab]{1,3}s", "[ks]{2}(?=[ab]{2})")),
    st.just(None),
    st.text("ksab\u017f\u212a", max_size=9),
)


def test_it_catches_a_reach_that_is_too_short(monkeypatch):
    monkeypatch.setattr(signs, "_reach", lambda _tokens: 1)
    assert is_caught(found_alike, few)


def test_it_catches_an_end_behind_which_something_matters(monkeypatch):
    monkeypatch.setattr(signs, "leading", lambda _pattern: {"k"})
    assert is_caught(found_alike, few)


def test_it_catches_letters_beyond_ascii_that_have_a_case(monkeypatch):
    compiled = property(lambda expression: regex.compile(expression.pattern))
    monkeypatch.setattr(Expression, "compiled", compiled)
    assert is_caught(found_alike, few)


begun = st.tuples(
    st.sampled_from((r"key=\d{2}x", r"(?i)key \d\s?x+y")), st.just(None), st.sampled_from(("key=12x", "KEY 7 xxy"))
)


def found_alike_by_guards(search):
    found_alike(search, keywords=None)


def test_it_catches_a_guard_that_leaves_something_out(monkeypatch):
    monkeypatch.setitem(guards._CATEGORIES, op.CATEGORY_DIGIT, frozenset(b"0"))
    assert is_caught(found_alike_by_guards, begun)


def test_it_catches_a_guard_that_ends_farther_away_than_it_says(monkeypatch):
    monkeypatch.setattr(guards, "Guard", lambda pattern, _reach: Guard(pattern, 1))
    assert is_caught(found_alike_by_guards, begun)
