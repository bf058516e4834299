"""Holds rules to their own examples. Knows rules and the pattern engine; knows no file and no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from redact import spans
from redact.detect.patterns import Patterns, expressions
from redact.errors import DetectionError, RuleError
from redact.rules import Sourced, example


def problems(rules: Iterable[Sourced], *, fast: bool | None = None) -> Iterator[RuleError]:
    """List every rule that does not find exactly what its `matches` mark, or finds something in its `rejects`."""
    for sourced in rules:
        yield from _problems(sourced, fast=fast)


def _problems(sourced: Sourced, *, fast: bool | None) -> Iterator[RuleError]:
    find = Patterns(expressions([sourced.rule]), fast=fast)
    try:
        for index, marked in enumerate(sourced.rule.matches):
            text, wanted = example(marked)
            found = [(f.start, f.end) for f in spans.unite(find(text))]
            if found != wanted:
                yield sourced.error(f"matches[{index}] found {_shown(text, found)}, expected {_shown(text, wanted)}")
        for index, text in enumerate(sourced.rule.rejects):
            found = [(f.start, f.end) for f in spans.unite(find(text))]
            if found:
                yield sourced.error(f"rejects[{index}] found {_shown(text, found)}, expected nothing")
    except DetectionError as slow:
        yield sourced.error(str(slow))


def _shown(text: str, ranges: list[tuple[int, int]]) -> str:
    """Show parts of an example. Examples are invented and stand in the rule file: no value of anybody's."""
    return ", ".join(repr(text[start:end]) for start, end in ranges) or "nothing"
