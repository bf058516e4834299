"""Where in a text each expression is looked at more closely. Knows how expressions begin; knows no match and no finding.

Strategy: *at once*, by one search for all literals: soon compiled, but a literal such as `key=` stands everywhere. *Once
settled*, by one search for all guards (`guards.py`), which fit hardly anywhere but where there is a match, and for the
literals of what has no guard; where a guard fits, literals tell where the match may begin. Both lead to the same findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import msgspec

from redact import literals
from redact.guards import Guard, guard
from redact.literals import Search, in_characters
from redact.signs import Runs, runs_for

Spans = list[tuple[int, int]]


class Wanted(Protocol):
    """What is known of an expression's matches."""

    @property
    def pattern(self) -> str: ...  # noqa: D102  as `Expression` says
    @property
    def literals(self) -> tuple[str, ...]: ...  # noqa: D102  as `Expression` says
    @property
    def anchored(self) -> bool: ...  # noqa: D102  as `Expression` says
    @property
    def window(self) -> int: ...  # noqa: D102  as `Expression` says
    @property
    def sign(self) -> str: ...  # noqa: D102  as `Expression` says
    @property
    def reach(self) -> int: ...  # noqa: D102  as `Expression` says


class Places(NamedTuple):
    """Which expressions are tried at which characters, and which are searched for in which stretches."""

    tried: list[tuple[int, int]]
    searched: dict[int, Spans]


class Compiled(msgspec.Struct):
    """What takes seconds to compile, as bytes: databases of all literals and of guards, and what these stand for."""

    literals: bytes
    guards: bytes
    guarded: list[tuple[int, int]]  # expressions, and how far behind a match's beginning its guard ends at most
    signed: list[int]  # expressions


class ByLiterals:
    """Looks where literals stand, and signs of what has none."""

    def __init__(self, wanted: Sequence[Wanted], *, fast: bool, compiled: Compiled | None = None) -> None:
        anchored: dict[str, list[int]] = {}
        around: dict[str, list[int]] = {}
        for index, expression in enumerate(wanted):
            here, there = (anchored, around) if expression.anchored else (around, anchored)
            for literal in expression.literals:
                here.setdefault(literal, []).append(index)
                there.setdefault(literal, [])
        self.wanted, self._fast = wanted, fast
        self.literals, self.lengths = [literal.encode() for literal in anchored], list(map(len, anchored))
        self.anchored, self.around = list(anchored.values()), [around[literal] for literal in anchored]
        database = literals.unpacked(compiled.literals) if compiled else None
        self.search: Search = (
            literals.search_for(self.literals, fast=fast) if database is None else literals.searching(database)
        )
        self.signed = compiled.signed if compiled else self._runs[1]
        self._everywhere = [i for i, e in enumerate(wanted) if not e.literals and i not in self.signed]

    @cached_property
    def _runs(self) -> tuple[Runs, list[int]]:
        return runs_for([expression.sign for expression in self.wanted], fast=self._fast)

    def __call__(self, text: str, data: bytes) -> Places:
        """List the places of a text, given as bytes too."""
        ascii_only = len(data) == len(text)
        places = self.everywhere(text)
        for literal, end in in_characters(self.search(data), data, ascii_only=ascii_only):
            self.take(places, literal, end, self.anchored[literal])
        for index, first, last in self._runs[0](data, ascii_only):
            add(places.searched.setdefault(index, []), first - self.wanted[index].reach, last)
        return places

    def everywhere(self, text: str) -> Places:
        """Begin with what is searched for in all of a text."""
        return Places([], {index: [(0, len(text))] for index in self._everywhere})

    def take(self, places: Places, literal: int, end: int, anchored: Sequence[int]) -> None:
        """Take in where a literal stands: for anchored expressions, and the windows of others."""
        start = end - self.lengths[literal]
        for index in anchored:
            places.tried.append((index, start))
        for index in self.around[literal]:
            reach = self.wanted[index].window
            add(places.searched.setdefault(index, []), start - reach, end + reach)


_FOREIGN_CASE = ("\u0130", "\u0131", "\u017f", "\u212a")
"""Letters that are one of ASCII in another case: guards, which know bytes, would miss them."""


class ByGuards:
    """Looks where guards fit, where literals of what has no guard stand, and signs."""

    def __init__(self, by_literals: ByLiterals, search: Search, guarded: Sequence[tuple[int, int]]) -> None:
        self._by, self._search, self._guarded = by_literals, search, guarded
        having = {index for index, _ in guarded}
        self._unguarded = _without(by_literals.anchored, having)
        self._literals = _left(by_literals, self._unguarded)
        self._longest = max(by_literals.lengths, default=0)

    def __call__(self, text: str, data: bytes) -> Places:
        """List the places of a text, given as bytes too."""
        by, ascii_only = self._by, len(data) == len(text)
        if not ascii_only and any(letter in text for letter in _FOREIGN_CASE):
            return by(text, data)
        places = by.everywhere(text)
        fits: dict[int, Spans] = {}
        guards, others = len(self._guarded), len(self._guarded) + len(self._literals)
        for number, end in in_characters(self._search(data), data, ascii_only=ascii_only):
            if number < guards:
                index, reach = self._guarded[number]
                add(fits.setdefault(index, []), end - reach, end)
            elif number < others:
                literal = self._literals[number - guards]
                by.take(places, literal, end, self._unguarded[literal])
            else:
                index = by.signed[number - others]
                add(places.searched.setdefault(index, []), end - by.wanted[index].reach, end)
        if fits:
            places.tried.extend(self._begun(text, fits))
        return places

    def _begun(self, text: str, fits: dict[int, Spans]) -> list[tuple[int, int]]:
        """List where matches whose guards fit may begin: at one of their literals."""
        by = self._by
        found: list[tuple[int, int]] = []
        spans = [(start, end + self._longest) for each in fits.values() for start, end in each]
        for start, end in joined(spans, len(text)):
            stretch = text[start:end]
            data = stretch.encode("utf-8", "surrogatepass")
            for literal, at in in_characters(by.search(data), data, ascii_only=len(data) == len(stretch)):
                begin = start + at - by.lengths[literal]
                found += [(index, begin) for index in by.anchored[literal] if index in fits]
        return found


def compiled(by: ByLiterals) -> Compiled:
    """Compile guards, and the literals and signs of what has none. Takes seconds; other threads run meanwhile."""
    guards = {index: made for index, expression in enumerate(by.wanted) if (made := _guard(expression)) is not None}
    try:
        database = _database(by, guards)
    except literals.RefusedError:  # one that hyperscan refuses spoils all
        guards = {index: made for index, made in guards.items() if literals.takes(made.pattern.encode())}
        database = _database(by, guards)
    guarded = [(index, made.reach) for index, made in guards.items()]
    return Compiled(literals.packed(literals.caseless(by.literals)), literals.packed(database), guarded, by.signed)


def settled(by: ByLiterals, compiled: Compiled) -> ByGuards | None:
    """Make the faster way of what was compiled; None where it was for another hyperscan."""
    database = literals.unpacked(compiled.guards)
    return ByGuards(by, literals.searching(database), compiled.guarded) if database is not None else None


def _guard(expression: Wanted) -> Guard | None:
    """Give a guard to what begins with its literal; elsewhere it does not tell where a match may begin."""
    return guard(expression.pattern) if expression.anchored and expression.literals else None


def _database(by: ByLiterals, guards: dict[int, Guard]) -> Any:
    return literals.sign_database(
        [
            *(made.pattern.encode() for made in guards.values()),
            *(b"(?i)" + literals.spelt_out(by.literals[number]) for number in _left(by, _without(by.anchored, guards))),
            *(by.wanted[index].sign.encode() for index in by.signed),
        ]
    )


def _without(anchored: Iterable[list[int]], guarded: Collection[int]) -> list[list[int]]:
    """List for each literal which anchored expressions have no guard."""
    return [[index for index in of if index not in guarded] if of else of for of in anchored]


def _left(by: ByLiterals, unguarded: Iterable[list[int]]) -> list[int]:
    """List the literals for which guards do not stand alone."""
    return [number for number, (here, around) in enumerate(zip(unguarded, by.around, strict=True)) if here or around]


def add(spans: Spans, start: int, end: int) -> None:
    """Take in another span; most follow on the last one."""
    if spans and start <= spans[-1][1]:
        first, last = spans[-1]
        spans[-1] = (min(first, start), max(last, end))
    else:
        spans.append((start, end))


def joined(spans: Spans, length: int) -> Spans:
    """Make spans disjoint and sorted, within a text of so many characters."""
    made: Spans = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], min(end, length)))
        else:
            made.append((max(start, 0), min(end, length)))
    return made
