"""Finds what is sensitive behind an encoding. Knows views of a text and another detector; knows no rule.

Strategy: the other detector reads the views of a text, joined, in one go; what it finds is mapped back. Then the views of
these views, up to a depth. A text without any sign of an encoding costs one search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from redact.model import Finding
from redact.views import Views, literals, views

DEPTH = 4
"""Encodings inside one another: base64 of base64, wrapped into lines both times."""
BUDGET = 4_000_000
"""Characters of views of views, and of what was compressed, that are read of one text. The first views are read whole."""

Detector = Callable[[str], Iterable[Finding]]


@dataclass(frozen=True, slots=True, eq=False)
class Hidden(Finding):
    """A finding behind an encoding, and what its range says, decoded. Its repr never shows it."""

    value: str = field(repr=False)


def plain(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out what hidden findings say: findings like all others."""
    return [Finding(f.start, f.end, f.rule_id) if isinstance(f, Hidden) else f for f in findings]


def _found(text: str, start: int, end: int, rule_id: str, value: str) -> Iterator[Finding]:
    """Find what says `value`; where literals are joined, each of them, so that code stays as it is built."""
    if value == text[start:end]:
        yield Finding(start, end, rule_id)
        return
    (first, last), *others = literals(text, start, end, value)
    yield Hidden(first, last, rule_id, value)
    yield from (Finding(first, last, rule_id) for first, last in others)


class Decoded:
    """What another detector finds in the views of a text."""

    def __init__(self, detect: Detector, *, fast: bool | None = None) -> None:
        self._detect, self._fast = detect, fast

    def __call__(self, text: str) -> list[Finding]:
        """Decode, find, and again; ranges are those of the text. Raises DetectionError."""
        found: list[Finding] = []
        ways: list[Views] = []
        room = BUDGET
        view = views(text, inflated=room, fast=self._fast)
        while view is not None:
            ways.append(view)
            for finding in self._detect(view.text):
                start, end = view.within(finding.start, finding.end)
                value = view.text[start:end]
                for way in reversed(ways):
                    start, end = way.origin(start, end)
                if start < end:
                    found += _found(text, start, end, finding.rule_id, value)
            if len(ways) == DEPTH or room <= 0:
                break
            inner = views(view.text, room=room, inflated=room, fast=self._fast)
            room -= len(inner.text) if inner is not None else 0
            view = inner
        return found
