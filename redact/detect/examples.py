"""Holds rules to their own examples. Knows rules and what finds them; knows no file and no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from redact import spans
from redact.detect import pii
from redact.detect.code import Code
from redact.detect.parsers import in_process
from redact.detect.patterns import Patterns, expressions
from redact.errors import DetectionError, RuleError
from redact.model import Finding
from redact.rules import Sourced, example


def finder(sourced: Sourced, *, fast: bool | None = None) -> Callable[[str], list[Finding]]:
    """Make what finds what one rule looks for; findings are united. Raises RuleError where it needs what is not installed."""
    patterns, prose = Patterns(expressions([sourced.rule]), fast=fast), pii.detector([sourced])
    code = Code([sourced.rule], in_process, fast=fast) if sourced.rule.query else None
    return lambda text: spans.unite([*patterns(text), *(prose(text) if prose else ()), *(code(text) if code else ())])


def can_be_tried(sourced: Sourced) -> bool:
    """Whether what the rule needs is installed. A rule that is on must be tried all the same."""
    return sourced.rule.enabled or not sourced.rule.presidio or pii.is_installed()


def problems(rules: Iterable[Sourced], *, fast: bool | None = None) -> Iterator[RuleError]:
    """List every rule that does not find exactly what its `matches` mark, or finds something in its `rejects`."""
    for sourced in rules:
        if can_be_tried(sourced):
            yield from _problems(sourced, fast=fast)


def _problems(sourced: Sourced, *, fast: bool | None) -> Iterator[RuleError]:
    try:
        find = finder(sourced, fast=fast)
        for index, marked in enumerate(sourced.rule.matches):
            text, wanted = example(marked)
            found = [(f.start, f.end) for f in find(text)]
            if found != wanted:
                why = f"matches[{index}] found {_shown(text, found)}, expected {_shown(text, wanted)}"
                yield sourced.error(why + _without_reach(sourced, text, wanted))
        for index, text in enumerate(sourced.rule.rejects):
            found = [(f.start, f.end) for f in find(text)]
            if found:
                yield sourced.error(f"rejects[{index}] found {_shown(text, found)}, expected nothing")
    except DetectionError as slow:
        yield sourced.error(str(slow))
    except RuleError as error:
        yield error


def _without_reach(sourced: Sourced, text: str, wanted: list[tuple[int, int]]) -> str:
    """Tell whether the pattern would find it all, were it not for the keywords."""
    if not sourced.rule.keywords:
        return ""
    unbound = replace(sourced, rule=sourced.rule.model_copy(update={"keywords": ()}))
    if [(f.start, f.end) for f in finder(unbound)(text)] != wanted:
        return ""
    return f"; the pattern fits, but none of its keywords stands within {sourced.rule.window} characters of it"


def _shown(text: str, ranges: list[tuple[int, int]]) -> str:
    """Show parts of an example. Examples are invented and stand in the rule file: no value of anybody's."""
    return ", ".join(repr(text[start:end]) for start, end in ranges) or "nothing"
