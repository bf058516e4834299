"""A tree of words finds what a list of them does, at once or piece by piece."""

import random

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from redact.model import Record
from redact.restore import Restorer
from redact.trie import pattern_of

WORDS = st.lists(st.text("ab1.|-", min_size=1, max_size=5), min_size=1, max_size=12, unique=True)


@given(WORDS, st.text("abAB1.|-", max_size=30))
def test_it_finds_what_a_list_finds(words, text):
    tree = regex.compile(pattern_of(words), regex.IGNORECASE)
    one_by_one = regex.compile("|".join(map(regex.escape, sorted(words, key=len, reverse=True))), regex.IGNORECASE)
    assert [m.span() for m in one_by_one.finditer(text)] == [m.span() for m in tree.finditer(text)]


@given(WORDS, st.text("ab1.|-", max_size=12))
def test_the_end_of_a_text_that_may_become_a_word_is_told(words, text):
    tree = regex.compile(pattern_of(words))
    starts = [i for i in range(len(text)) if any(w.startswith(text[i:]) or text.startswith(w, i) for w in words)]
    assert starts == [i for i in range(len(text)) if tree.match(text, i, partial=True)]


@given(WORDS, st.lists(st.text("ab1.|-", max_size=4), max_size=6))
@example(["b", "1b1"], ["1b", "1"])
@example(["b", "b1a"], ["b1", "a"])
def test_pieces_restore_as_the_whole_even_where_surrogates_hold_one_another(words, pieces):
    restorer = Restorer(Record(word, f"<{n}>", "X", "digits", "identifier") for n, word in enumerate(words))
    stream = restorer.stream()
    assert restorer.restore("".join(pieces)) == "".join(map(stream.feed, pieces)) + stream.flush()


@pytest.mark.parametrize("count", [10, 400])
def test_few_surrogates_and_many_restore_alike(count):
    chance = random.Random(count)
    numbers = chance.sample(range(10**11, 10**12), 2 * count)
    records = [
        Record(str(surrogate), str(value), "AWS_ACCOUNT", "digits", "identifier")
        for surrogate, value in zip(numbers[:count], numbers[count:], strict=True)
    ]
    restorer = Restorer(records)
    text = " ".join(f"arn:{record.surrogate}:x {chance.randrange(10**12)}" for record in records)
    expected = text
    for record in records:
        expected = expected.replace(record.surrogate, record.value)
    stream = restorer.stream()
    pieces = [stream.feed(text[start : start + 7]) for start in range(0, len(text), 7)]
    assert expected == restorer.restore(text) == "".join(pieces) + stream.flush()
