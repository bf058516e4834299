"""Many literals, any case (ASCII), found in one pass over bytes. Knows bytes; knows no rule and no text.

Strategy: hyperscan where its wheel exists (2 GB/s); else one `bytes.find` a literal. Both report every occurrence.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from redact import memory

hyperscan: Any
try:
    import hyperscan
except ImportError:  # no wheel for this platform: slower, the same findings
    hyperscan = None

Search = Callable[[bytes], list[tuple[int, int]]]
"""Bytes to `(index of the literal, end offset)` of every occurrence, ordered by end offset."""

_FEW = 200
"""For 20 to 150 literals, block mode spends up to 60 ms on choosing an engine; vectored mode compiles in one, as fast."""
BLOCK_LIMIT = 1 << 31
"""Hyperscan's longest block, in bytes."""

_MANY = 1000
"""From this many literals on, looking for one after the other is too slow, and what compiling takes is worth giving back."""

_BEGINNING = 6


def have_hyperscan() -> bool:
    """Whether the fast way is there."""
    return hyperscan is not None


def search_for(literals: Sequence[bytes], *, fast: bool | None = None, caseless: bool = True) -> Search:
    """Make a search for literals; `fast` forces or forbids hyperscan. The search may be used from any thread."""
    if not literals:
        return lambda _data: []
    use_hyperscan = have_hyperscan() if fast is None else fast
    return _fast_search(literals, caseless) if use_hyperscan else _slow_search(literals, caseless)


def _slow_search(literals: Sequence[bytes], caseless: bool) -> Search:  # noqa: FBT001  private, two callers
    needles = [literal.lower() if caseless else literal for literal in literals]
    if len(needles) > _MANY:
        return _search_by_beginnings(needles, caseless)

    def search(data: bytes) -> list[tuple[int, int]]:
        haystack = data.lower() if caseless else data
        events: list[tuple[int, int]] = []
        for index, needle in enumerate(needles):
            start = haystack.find(needle)
            while start >= 0:
                events.append((index, start + len(needle)))
                start = haystack.find(needle, start + 1)
        events.sort(key=lambda event: (event[1], event[0]))
        return events

    return search


def _search_by_beginnings(needles: Sequence[bytes], caseless: bool) -> Search:  # noqa: FBT001  private
    """Look up what begins at each position of the data, instead of looking for one needle after the other."""
    tables: dict[int, dict[bytes, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, needle in enumerate(needles):
        length = min(len(needle), _BEGINNING)
        tables[length][needle[:length]].append(index)

    def search(data: bytes) -> list[tuple[int, int]]:
        haystack = data.lower() if caseless else data
        events = [
            (index, start + len(needles[index]))
            for length, table in tables.items()
            for start in range(len(haystack) - length + 1)
            if (beginning := haystack[start : start + length]) in table
            for index in table[beginning]
            if haystack.startswith(needles[index], start)
        ]
        events.sort(key=lambda event: (event[1], event[0]))
        return events

    return search


def _fast_search(literals: Sequence[bytes], caseless: bool) -> Search:  # noqa: FBT001  private, two callers
    flags = hyperscan.HS_FLAG_CASELESS if caseless else 0
    mode = hyperscan.HS_MODE_VECTORED if len(literals) < _FEW else hyperscan.HS_MODE_BLOCK
    return searching(_database(list(literals), flags, literal=True, mode=mode))


def _database(expressions: list[bytes], flags: int, *, literal: bool, mode: int) -> Any:
    count = len(expressions)
    if literal and any(b"\0" in expression for expression in expressions):
        # A literal would end at its first NUL; written as a pattern, it does not.
        expressions, literal = [spelt_out(expression) for expression in expressions], False
    database = hyperscan.Database(mode=mode)
    database.compile(
        expressions=expressions, ids=list(range(count)), elements=count, flags=[flags] * count, literal=literal
    )
    return database


def spelt_out(literal: bytes) -> bytes:
    """Write a literal as a pattern, byte by byte."""
    return b"".join(b"\\x%02x" % byte for byte in literal)


def compiled(literals: Sequence[bytes]) -> Any:
    """Compile literals, case kept, into a hyperscan database that can be kept on disk. Other threads run meanwhile."""
    database = _database(list(literals), 0, literal=True, mode=hyperscan.HS_MODE_BLOCK)
    if len(literals) > _MANY:
        memory.give_back()  # 60,000 literals take 160 MB for the while; the database itself has 8 MB
    return database


def caseless(literals: Sequence[bytes]) -> Any:
    """Compile literals, in any case (ASCII), into a hyperscan database that can be kept on disk."""
    return _database(list(literals), hyperscan.HS_FLAG_CASELESS, literal=True, mode=hyperscan.HS_MODE_BLOCK)


def packed(database: Any) -> bytes:
    """Write a hyperscan database as bytes."""
    data: bytes = hyperscan.dumpb(database)
    return data


def unpacked(data: bytes) -> Any | None:
    """Read a database from its bytes; None where hyperscan is missing, or another than wrote it."""
    try:
        return hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK) if hyperscan is not None else None
    except hyperscan.error:
        return None


def searching(database: Any) -> Search:
    """Make the search of a hyperscan database. It may be used from any thread."""
    own = threading.local()  # hyperscan's scratch serves one thread at a time
    vectored = database.mode == hyperscan.HS_MODE_VECTORED

    def search(data: bytes) -> list[tuple[int, int]]:
        scratch: Any = getattr(own, "scratch", None)
        if scratch is None:
            scratch = own.scratch = hyperscan.Scratch(database)
        events: list[tuple[int, int]] = []
        add = events.append

        def collect(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add((index, end))

        database.scan([data] if vectored else data, match_event_handler=collect, scratch=scratch)
        return events

    return search


class RefusedError(Exception):
    """Hyperscan does not take a pattern."""


def sign_database(patterns: Sequence[bytes]) -> Any:
    """Compile patterns in the syntax that hyperscan and Python share. Raises RefusedError if it takes one of them not."""
    try:
        return _database(list(patterns), hyperscan.HS_FLAG_DOTALL, literal=False, mode=hyperscan.HS_MODE_BLOCK)
    except hyperscan.error:
        raise RefusedError from None


def takes(pattern: bytes) -> bool:
    """Tell whether hyperscan takes a pattern."""
    return search_signs([pattern]) is not None


def search_signs(patterns: Sequence[bytes]) -> Search | None:
    """Make a search for patterns; None without hyperscan, or if it refuses one.

    Reports where each occurrence *may* end: a sign to look closer.
    """
    if hyperscan is None or not patterns:
        return None
    try:
        return searching(sign_database(patterns))
    except RefusedError:
        return None


def in_characters(events: list[tuple[int, int]], data: bytes, *, ascii_only: bool) -> list[tuple[int, int]]:
    """Turn byte offsets into character offsets, within a character to its end; in plain ASCII they are the same."""
    if ascii_only:
        return events
    turned: list[tuple[int, int]] = []
    at_byte = at_character = 0
    for literal, end in sorted(events, key=lambda event: event[1]):
        while end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004  within a character
            end += 1  # noqa: PLW2901  to where the character ends
        at_character += len(data[at_byte:end].decode("utf-8", "surrogatepass"))
        at_byte = end
        turned.append((literal, at_character))
    return turned
