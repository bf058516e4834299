"""Tries a rule's pattern on texts made against it. Knows expressions, examples and a clock; knows no file and no terminal.

Strategy: most patterns are cleared by counting (`steps.py`). What makes another one slow is a long run of what it repeats, of
what it begins with, or of what nearly fits: such texts are made from the pattern and from the rule's own examples. Where the
time for a kilobyte grows with the text, there is no bound. Times are compared within one run, and one try without growth is
enough: a busy machine only ever adds, so it makes no sound pattern a slow one.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from redact.detect.patterns import Expression, Patterns, expressions
from redact.errors import DetectionError
from redact.rules import Rule, example
from redact.samples import repetitions
from redact.steps import steps

FEW_STEPS = 4096
"""A pattern that never takes more steps than this at one place is bounded, and fast enough."""

TINY, SMALL, MIDDLE, LARGE = 1 << 9, 1 << 11, 1 << 13, 1 << 15
"""Characters of the texts whose times are compared: growth in the smaller ones is confirmed in the larger, as what is bounded by
some thousand characters grows no more there. A tiny one goes before each: what is slow there would take hours in the others."""

_WORTH = 0.001
"""Seconds. A middle text that takes less is not looked at any more: without a bound it takes tens."""

HINT, GROWTH = 1.5, 2.0
"""How much more time a kilobyte must take in a middle text than in a small one, and in a large one than in a middle one.
Without any bound both are 4."""

SLOWEST = 0.25
"""Seconds for a middle text. Sound patterns take a tenth of it at the most, and mostly a hundredth."""

_SUSPECTS, _TRIES = 6, 3

Seconds = Callable[[str], float]


class Hostile(NamedTuple):
    """A text of any size: a part that stands as often as it takes, and what stands around."""

    before: str
    part: str
    after: str = ""

    def text(self, size: int) -> str:
        """Write it, in about so many characters."""
        return self.before + self.part * max(1, size // len(self.part)) + self.after

    def __str__(self) -> str:
        """Tell of it. It is made of the rule's own pattern and examples: nobody's value."""
        part = self.part if len(self.part) <= 40 else f"{self.part[:40]}…"  # noqa: PLR2004  as much as fits in a line
        return f"{part!r} is repeated" + (f" behind {self.before[-40:]!r}" if self.before else "")


def unbounded(rule: Rule, clock: Callable[[], float] = time.thread_time) -> str:
    """Say on what text a rule's pattern backtracks without bound; empty if on none that is tried."""
    if rule.pattern is None or rule.query is not None or steps(rule.pattern) <= FEW_STEPS:
        return ""
    expression = expressions([rule])[0]
    if (
        rule.validators or rule.entropy or rule.efficiency or rule.near
    ):  # at worst they refuse whatever the pattern finds
        expression = replace(expression, validators=(), entropy=0.0, efficiency=0.0, near="", allowed_patterns=("",))
    find = Patterns([expression])

    def seconds(text: str) -> float:
        started = clock()
        find(text)
        return clock() - started

    seconds(example(rule.matches[0])[0])  # what is compiled on first use is no growth
    growing: list[tuple[float, Hostile]] = []
    for hostile in dict.fromkeys(against(expression, rule.matches)):
        spent = _seconds(seconds, hostile, MIDDLE)
        if spent > SLOWEST:
            return f"backtracks without bound: runs out of time where {hostile}"
        if spent > _WORTH and (hint := _growth(spent, _seconds(seconds, hostile, SMALL), MIDDLE / SMALL)) > HINT:
            growing.append((hint, hostile))
    for _, hostile in sorted(growing, reverse=True)[:_SUSPECTS]:
        if _grows(seconds, hostile):
            return f"backtracks without bound: the time for a kilobyte grows with the text where {hostile}"
    return ""


def _seconds(seconds: Seconds, hostile: Hostile, size: int) -> float:
    """Measure; infinite where a pattern ran out of time. What takes too long is tried again: the machine may be busy."""
    best = math.inf
    for _ in range(_TRIES):
        with suppress(DetectionError):
            if seconds(hostile.text(TINY)) <= SLOWEST * TINY / MIDDLE:
                best = min(best, seconds(hostile.text(size)))
        if best <= SLOWEST:
            break
    return best


def _growth(larger: float, smaller: float, times: float) -> float:
    """Say how much more time a kilobyte takes in a text so many times as large."""
    return math.inf if not smaller or math.isinf(smaller) else larger / smaller / times


def _grows(seconds: Seconds, hostile: Hostile) -> bool:
    for _ in range(_TRIES):
        middle, large = _seconds(seconds, hostile, MIDDLE), _seconds(seconds, hostile, LARGE)
        if _growth(large, middle, LARGE / MIDDLE) < GROWTH:
            return False
    return True


def against(expression: Expression, matches: Sequence[str]) -> Iterator[Hostile]:
    """Make texts against an expression."""
    literals = sorted(expression.literals, key=len)
    # What a pattern needs stands behind it all: where it stands nowhere, a matcher gives up before it begins.
    end = "\0" + example(matches[0])[0]
    for literal in dict.fromkeys([*literals[:1], *literals[-1:]]):
        for part in (literal, f"{literal} "):
            yield Hostile("", part)
            yield Hostile("", part, end)
    for marked in matches[:4]:
        yield from _against_example(marked, end)
    for before, units in repetitions(expression.pattern)[:10]:
        lead = before
        if literals and not any(literal in before.lower() for literal in literals):
            lead = literals[0] + before
        for unit in units[:6]:
            yield Hostile(lead, unit, end)
            yield Hostile("", lead + unit * 60)
            if not expression.anchored:
                yield Hostile("", unit * 60 + (literals[0] if literals else ""), end)


def _against_example(marked: str, other: str) -> Iterator[Hostile]:
    text, ranges = example(marked)
    start, end = ranges[0]
    yield Hostile("", text + "\n")
    yield Hostile("", text[: end - 1] + "\n", other)
    if start:
        yield Hostile("", text[:start], other)
    yield Hostile("", text[start:end], text)
    yield Hostile(text[:start], text[start:end], other)
    for line in islice(re.finditer(r"[^\n]*\n", text), 4):
        yield Hostile(text[: line.end()], line[0], text[line.end() :])
    pieces = {match[0]: match for match in re.finditer(r"\w{1,8}|\s+|[^\w\s]{1,3}", text)}
    for piece, match in islice(pieces.items(), 6):
        yield Hostile(text[: match.end()], piece, text[match.end() :])
