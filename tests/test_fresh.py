"""A search that is there at once finds what a compiled one finds."""

import re

from hypothesis import given
from hypothesis import strategies as st

from redact import fresh
from redact.literals import search_for

LETTERS = st.text("aA0bB1-", min_size=1, max_size=14).map(str.encode)
MANY = [f"Kx{i:04d}pQz{i * 7919 % 10000:04d}".encode() for i in range(300)]


def signs(data):
    """What hyperscan would report, if it is not there: every end of every sign."""
    ends = {match.end(1) for match in re.finditer(rb"(?=(%s))" % fresh._SIGN, data)}
    return [(0, end) for end in sorted(ends)]


@given(literals=st.lists(LETTERS, unique=True, min_size=1), around=st.lists(LETTERS), piece=st.integers(1, 40))
def test_it_finds_every_occurrence_however_the_data_is_cut(literals, around, piece):
    data = b"".join(part for pair in zip(around, literals * len(around), strict=False) for part in pair)
    expected = sorted(search_for(literals, fast=False, caseless=False)(data))
    before, fresh._PIECE = fresh._PIECE, piece
    try:
        for search in (fresh._signs(), signs):
            if search is not None:
                assert expected == sorted(fresh._Fresh(literals, search)(data))
    finally:
        fresh._PIECE = before


def test_it_compiles_once_that_is_cheaper():
    search = fresh._Fresh(MANY, signs)
    assert [(7, len(MANY[7]))] == search(MANY[7])
    assert search._compiled is None
    noise = b"A1" * 50_000
    assert [(7, len(noise) + len(MANY[7]))] == search(noise + MANY[7])
    assert search._compiled is not None
    assert [(7, len(MANY[7]))] == search(MANY[7])


@given(literals=st.lists(LETTERS, unique=True, min_size=1, max_size=9), data=st.lists(LETTERS), read=st.integers(0, 99))
def test_a_few_are_found_before_and_after_they_are_compiled(literals, data, read):
    search = fresh._Few(literals)
    search._left = read
    for _ in range(3):
        text = b"".join(data)
        assert sorted(search_for(literals, fast=False, caseless=False)(text)) == sorted(search(text))


def test_a_few_are_compiled_once_as_much_was_read():
    search = fresh.search_at_once(MANY[:3])
    first = search._search
    assert [(1, len(MANY[1]))] == search(MANY[1])
    assert first is search._search
    noise = b"A" * fresh._READ
    assert [(1, len(noise) + len(MANY[1]))] == search(noise + MANY[1])
    assert first is not search._search
