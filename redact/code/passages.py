"""What a parse says of the code in a text. Knows regions and parses; knows no rule and no process.

Strategy: finding the code costs as much as parsing it, so it is done where that is done: in a process that may be killed. It takes
texts with the places in them that matter, and only what stands around these is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from redact.code.embedded import within
from redact.code.regions import Region, regions
from redact.code.syntax import Answer, Ask, Snippet, look

WHOLE = 24_000
"""Code up to so many characters is parsed whole; of more, what stands around the places that matter."""
AROUND = 6_000
BUDGET = 200_000
"""Characters of one text that are parsed at most."""

_BARE = frozenset(("yaml", "bash", "dockerfile", "html", "toml", "sql", "c", "cpp"))
"""Languages in which a string may stand without quotes, or a name after others."""


class Passage(NamedTuple):
    """A text that may hold code, and where in it something may be found."""

    text: str
    places: tuple[tuple[int, bool], ...] = ()
    """Where names end that are bound to something, and whether only to a bare word."""
    doubts: tuple[tuple[int, int], ...] = ()
    """Ranges that something else took for values."""
    file: str | None = None
    """The name of the file that all of the text is, where that is known."""
    only: int | None = None
    """Which of its stretches of code is to be parsed, where that is not all of them."""

    def __repr__(self) -> str:
        """Show no text: it may hold values."""
        return f"Passage({len(self.text)} characters, {len(self.places)} places, {len(self.doubts)} doubts)"

    @property
    def weight(self) -> int:
        """How many characters are to be parsed, about."""
        return min(len(self.text), max(WHOLE, 2 * AROUND * (len(self.places) + len(self.doubts))), BUDGET)


class Stretch(NamedTuple):
    """What was said of one stretch of code, and where it stands."""

    region: Region
    """Its code left out."""
    start: int
    """Where in the region's code the stretch begins."""
    doubts: tuple[int, ...]
    """Which of the passage's doubts stand in it."""
    answer: Answer | None
    """None where it was not parsed."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of the text that a range of the stretch stands for."""
        return self.region.origin(self.start + start, self.start + end)


def read(passages: Sequence[Passage], asks: Sequence[Ask]) -> list[list[Stretch] | None]:
    """Answer every ask on the code in every passage. Stretches of which nothing is said are left out."""
    return [list(_read(passage, asks)) for passage in passages]


def _read(passage: Passage, asks: Sequence[Ask]) -> Iterator[Stretch]:
    left = BUDGET
    for number, (region, start, end) in enumerate(stretches(passage)):
        is_asked = passage.only in (None, number)
        doubts, answer = _inside(passage.doubts, region, start, end), None
        if end - start <= left and is_asked:
            snippet = Snippet(region.language, region.code[start:end], tuple(doubts.values()))
            (answer,) = look([snippet], asks)
        left -= end - start if end - start <= left else 0
        if is_asked and (answer is None or answer.hits or answer.doubts):
            yield Stretch(region._replace(code=""), start, tuple(doubts), answer)


def _inside(doubts: Sequence[tuple[int, int]], region: Region, start: int, end: int) -> dict[int, tuple[int, int]]:
    """List the doubts in a stretch by their number, each with its range in the stretch."""
    found: dict[int, tuple[int, int]] = {}
    for number, (begin, stop) in enumerate(doubts):
        first, last = region.offset(begin), region.offset(stop - 1)
        if first is not None and last is not None and start <= first <= last < end:
            found[number] = (first - start, last + 1 - start)
    return found


def stretches(passage: Passage) -> Iterator[tuple[Region, int, int]]:
    """Give the code that stands around what matters in a passage: whole where it is small."""
    places, doubts = passage.places, passage.doubts
    at = places[0][0] if places else doubts[0][0]
    for region in _nested(regions(passage.text, passage.file, at)):
        bare = region.language in _BARE
        wanted = [place - 1 for place, is_bare in places if bare or not is_bare] + [begin for begin, _ in doubts]
        offsets = [offset for place in wanted if (offset := region.offset(place)) is not None]
        if not offsets:
            continue
        if len(region.code) <= WHOLE:
            yield region, 0, len(region.code)
            continue
        start = end = -1
        for each in sorted(offsets):
            first, last = _lines_around(region.code, each)
            if first <= end:
                end = max(end, last)
                continue
            if end > 0:
                yield region, start, end
            start, end = _outside(region.code, first, region.code.rfind("\n", first, each) + 1) if first else 0, last
        yield region, start, end


def _nested(found: Sequence[Region]) -> Iterator[Region]:
    for region in found:
        yield region
        yield from within(region)


_OUTERMOST = re.compile(r"^[A-Za-z_@$]", re.MULTILINE)
"""A line that stands in no other's block, and hardly in a comment or a string of several lines."""


def _outside(code: str, first: int, line: int) -> int:
    """Give where to begin from `first` on, up to a line: not within a string or a comment, at an outermost line if there is one."""
    for sign in ('"""', "'''", "`"):
        if code.count(sign, 0, first) % 2 and (closed := code.find(sign, first, line)) >= 0:
            first = code.find("\n", closed, line) + 1 or first
    if code.rfind("/*", 0, first) > code.rfind("*/", 0, first) and (closed := code.find("*/", first, line)) >= 0:
        first = code.find("\n", closed, line) + 1 or first
    outermost = _OUTERMOST.search(code, first, line + 1)
    return outermost.start() if outermost else first


def _lines_around(code: str, at: int) -> tuple[int, int]:
    first, last = max(0, at - AROUND), min(len(code), at + AROUND)
    line = code.rfind("\n", first, at)
    if first:
        begin = code.find("\n", first, at)
        first = begin + 1 if 0 <= begin <= line else first
    end = code.find("\n", at, last)
    if last < len(code) and end >= 0:
        last = code.rfind("\n", at, last) + 1
    return first, last
