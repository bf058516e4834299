"""Many literals, any case (ASCII), found in one pass over bytes. Knows bytes; knows no rule and no text.

Strategy: hyperscan where its wheel exists (2 GB/s); else one `bytes.find` a literal. Both report every occurrence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

hyperscan: Any
try:
    import hyperscan
except ImportError:  # no wheel for this platform: slower, the same findings
    hyperscan = None

Search = Callable[[bytes], list[tuple[int, int]]]
"""Bytes to `(index of the literal, end offset)` of every occurrence, ordered by end offset."""

BLOCK_LIMIT = 1 << 31
"""Hyperscan's longest block, in bytes."""


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


def _fast_search(literals: Sequence[bytes], caseless: bool) -> Search:  # noqa: FBT001  private, two callers
    return _scanner(list(literals), hyperscan.HS_FLAG_CASELESS if caseless else 0, literal=True)


def _scanner(expressions: list[bytes], flags: int, *, literal: bool) -> Search:
    count = len(expressions)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions, ids=list(range(count)), elements=count, flags=[flags] * count, literal=literal
    )
    own = threading.local()  # hyperscan's scratch serves one thread at a time

    def search(data: bytes) -> list[tuple[int, int]]:
        scratch: Any = getattr(own, "scratch", None)
        if scratch is None:
            scratch = own.scratch = hyperscan.Scratch(database)
        events: list[tuple[int, int]] = []
        add = events.append

        def collect(index: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add((index, end))

        database.scan(data, match_event_handler=collect, scratch=scratch)
        return events

    return search


def search_signs(patterns: Sequence[bytes]) -> Search | None:
    """Make a search for patterns in the syntax that hyperscan and Python share; None without hyperscan.

    Reports where each occurrence *may* end: a sign to look closer.
    """
    if hyperscan is None or not patterns:
        return None
    return _scanner([_unnamed(pattern) for pattern in patterns], hyperscan.HS_FLAG_DOTALL, literal=False)


def _unnamed(pattern: bytes) -> bytes:
    return pattern.replace(b"(?P<value>", b"(")  # hyperscan captures nothing


def in_characters(events: list[tuple[int, int]], data: bytes, *, ascii_only: bool) -> list[tuple[int, int]]:
    """Turn byte offsets into character offsets; in plain ASCII they are the same."""
    if ascii_only:
        return events
    turned: list[tuple[int, int]] = []
    at_byte = at_character = 0
    for literal, end in sorted(events, key=lambda event: event[1]):
        at_character += len(data[at_byte:end].decode("utf-8", "surrogatepass"))
        at_byte = end
        turned.append((literal, at_character))
    return turned
