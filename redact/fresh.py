"""Many literals, case kept, searched for at once: before compiling them has paid. Knows bytes; knows no value and no rule.

Strategy: secrets, in whatever encoding, hold what other text seldom does: a digit beside a capital, a letter between
digits. One fixed pattern finds all such *signs* of the data at 2 GB/s, and a literal that has one is looked up where it
stands; only the others are compiled. Where signs abound, or once as much was read as compiling takes, all are compiled.
A few literals are looked for one after the other, for as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from redact.literals import Search, search_for, search_signs

_SIGN = rb"[0-9][A-Z]|[A-Z][0-9]|[0-9][a-z][0-9]|[a-z][0-9][a-z]"
_BEFORE, _AFTER = 2, 4
"""A literal is looked up by the end of a sign in it: so many bytes before and after that."""
_PIECE = 1 << 16
_FEW = 48
"""So many literals are compiled in half a millisecond …"""
_READ = 1 << 21
"""… in which one literal is looked for in so many bytes."""
_WORTH = 40
"""Compiling a literal takes as long as looking this many signs up, or reading this many KB for signs."""


def search_at_once(literals: Sequence[bytes]) -> Search:
    """Make a search for literals that is there at once, and fast later. It may be used from any thread."""
    signs = _signs() if len(literals) > _FEW else None
    return _Fresh(literals, signs) if signs is not None else _Few(literals)


@cache
def _signs() -> Search | None:
    return search_signs([_SIGN])


_find_sign = re.compile(_SIGN).search


class _Few:
    def __init__(self, literals: Sequence[bytes]) -> None:
        self._literals = literals
        self._search = search_for(literals, fast=False, caseless=False)
        self._left = _READ

    def __call__(self, data: bytes) -> list[tuple[int, int]]:
        if self._left > 0:
            self._left -= len(data) * len(self._literals)
            if self._left <= 0:
                self._search = search_for(self._literals, caseless=False)
        return self._search(data)


class _Fresh:
    def __init__(self, literals: Sequence[bytes], signs: Search) -> None:
        self._literals, self._signs = literals, signs
        self._by_sign: dict[bytes, list[tuple[int, int]]] = {}  # to literals, and where in each the sign ends
        self._without: list[int] = []
        for index, literal in enumerate(literals):
            last = max(len(literal) - _AFTER, 0)
            # From the middle on: many values begin alike.
            sign = _find_sign(literal, len(literal) // 2, last) or _find_sign(literal, 0, last)
            if sign is None:
                self._without.append(index)
            else:
                end = sign.end()
                self._by_sign.setdefault(literal[end - _BEFORE : end + _AFTER], []).append((index, end))
        self._search_others = search_for([literals[index] for index in self._without], caseless=False)
        self._left = _WORTH * len(literals)
        self._compiled: Search | None = None

    def __call__(self, data: bytes) -> list[tuple[int, int]]:
        if self._compiled is None:
            events = [(self._without[index], end) for index, end in self._search_others(data)]
            for end in self._ends(data):
                for index, offset in self._by_sign.get(data[end - _BEFORE : end + _AFTER], ()):
                    literal = self._literals[index]
                    if end >= offset and data.startswith(literal, end - offset):
                        events.append((index, end - offset + len(literal)))
            if self._left > 0:
                events.sort(key=lambda event: event[1])
                return events
            self._compiled = search_for(self._literals, caseless=False)
        return self._compiled(data)

    def _ends(self, data: bytes) -> Iterator[int]:
        """Find where signs end, piece by piece, for as long as that is cheaper than compiling."""
        for start in range(0, len(data), _PIECE):
            first = max(start - _BEFORE, 0)
            piece = data[first : start + _PIECE]
            ends = [first + end for _, end in self._signs(piece)]
            self._left -= len(ends) + len(piece) // 1024
            if self._left <= 0:
                return
            yield from (end for end in ends if end > start)
