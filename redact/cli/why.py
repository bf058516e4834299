"""Says why a rule finds something in a text, or why not. Knows rules and texts; shows no part of a text but a rule's own keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import regex

from redact.cli.finding import places
from redact.confirmations import confirmed
from redact.detect.examples import finder
from redact.detect.patterns import TIMEOUT, Expression, Patterns, expressions
from redact.model import Finding
from redact.rules import Rule, Sourced
from redact.tokens import efficiency
from redact.validators import VALIDATORS, entropy

_SHOWN = 6
"""So many keywords are named; some rules have dozens."""


def found_by(rule: Rule, text: str) -> list[Finding]:
    """Find what one rule finds in a text."""
    return finder(Sourced(rule, "", 0))(text)


def because(rule: Rule, text: str, finding: Finding) -> str:
    """Say which keyword brought the rule to this finding, and how."""
    if rule.presidio and any(_overlap(each, finding) for each in found_by(rule, text)):
        return f"Presidio finds it in prose ({', '.join(rule.presidio)})"
    for expression in expressions([rule]):
        if not any(_overlap(each, finding) for each in Patterns([expression], fast=False)(text)):
            continue
        if not expression.literals:
            return "its pattern fits; without a keyword it is tried everywhere"
        keyword, start = min(_keywords(expression, text), key=lambda found: _distance(found, finding))
        if expression.anchored:
            return f"what begins with '{keyword}' at {_shown(text, start)} fits"
        return f"keyword '{keyword}' at {_shown(text, start)}, and its pattern fits within {expression.window} characters of it"
    return "it is found in what a part of the text decodes to (base64, hex, percent or other escapes)"


def why_not(rule: Rule, text: str) -> Iterator[str]:
    """Say what stands between a rule and a finding in this text."""
    every = expressions([rule])
    reached = [expression for expression in every if not expression.literals or _keywords(expression, text)]
    if not rule.enabled:
        yield "the rule is off (`enabled: false`)"
    if not reached:
        yield f"no keyword of it stands in the text: {_listed({k for each in every for k in each.literals})}"
    for expression in reached:
        matches = list(_matches(expression, text))
        if not matches:
            yield "its pattern fits nowhere" if expression.literals else "its pattern, tried everywhere, does not fit"
        for match in matches:
            finding = expression.finding(match)
            for reason in _refusals(expression, match) if finding is None else [_too_far(expression)]:
                yield f"its pattern fits at {_shown(text, match.start())}, but {reason}"


def checks(rule: Rule, value: str) -> Iterator[str]:
    """List the checks that a value has passed, with what was measured."""
    if rule.entropy:
        yield f"entropy {entropy(value):.2f}, at least {rule.entropy:g}"
    if rule.efficiency:
        yield f"{efficiency(value):.2f} characters a token, at most {rule.efficiency:g}"
    yield from (f"validator {name}" for name in rule.validators)
    yield from (f"confirmed: {told}" for told in confirmed(value, rule.confirm))


def _matches(expression: Expression, text: str) -> Iterable[Any]:
    return expression.compiled.finditer(text, timeout=TIMEOUT)  # type: ignore[no-any-return]


def _refusals(expression: Expression, match: Any) -> Iterator[str]:
    value = match["value"] if "value" in expression.compiled.groupindex and match["value"] is not None else match[0]
    if not value:
        yield "the value is empty"
    if value in expression.allowed:
        yield "the value stands in `allow.values`"
    for pattern in expression.allowed_patterns:
        if regex.search(pattern, value):
            yield f"`allow.patterns` lets it pass: {pattern}"
    if expression.entropy and entropy(value) < expression.entropy:
        yield f"the value's entropy is {entropy(value):.2f}, and {expression.entropy:g} is asked for"
    if expression.efficiency and efficiency(value) > expression.efficiency:
        yield f"the value has {efficiency(value):.2f} characters a token, as words have, and at most {expression.efficiency:g} is asked for"
    for name in expression.validators:
        if not VALIDATORS[name](value):
            yield f"validator `{name}` refuses the value"
    if not expression.stands_near(match):
        yield f"none of the words in `near` stands within {expression.within} characters of the value"


def _too_far(expression: Expression) -> str:
    keywords = _listed(expression.literals)
    if expression.anchored:
        return f"it does not begin with its keyword there ({keywords})"
    return f"no keyword stands within {expression.window} characters of it ({keywords})"


def _keywords(expression: Expression, text: str) -> list[tuple[str, int]]:
    """List where the expression's keywords stand, in any case."""
    wanted = "|".join(re.escape(literal) for literal in sorted(expression.literals, key=len, reverse=True))
    return [(match[0], match.start()) for match in re.finditer(f"(?i){wanted}", text)]


def _distance(keyword: tuple[str, int], finding: Finding) -> int:
    return abs(keyword[1] - finding.start)


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def _shown(text: str, offset: int) -> str:
    line, column = places(text)(offset)
    return f"{line}:{column}"


def _listed(words: Iterable[str]) -> str:
    every = sorted(words)
    return ", ".join(every[:_SHOWN]) + (f", and {len(every) - _SHOWN} more" if len(every) > _SHOWN else "")
