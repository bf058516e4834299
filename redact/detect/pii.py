"""Finds personal data in prose with Presidio's recognizers. Knows recognizers and prose; no model, no pipeline, no network.

Strategy: Presidio is imported when the first rule names one of its recognizers (a second, 110 MB), never else. Code, fenced or
not, is left out. All that these recognizers find holds a digit, so of prose only what stands around digits is read, up to a
budget. What a recognizer itself is not sure of counts only near a keyword of its rule.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import regex

from redact.confirmations import counts
from redact.detect.patterns import near, stands_near
from redact.errors import DetectionError
from redact.model import Finding
from redact.recognizers import REFUSED, is_entity
from redact.rules import Rule, Sourced

MODULE = "presidio_analyzer"
BUDGET = 200_000
"""Characters around digits that are read of one text: the slowest recognizer reads half a megabyte a second."""
SURE = 0.4
"""The least score that counts without a keyword; Presidio gives less to what any number could be."""
_AROUND = 64
_LONGEST = 4096


def is_installed() -> bool:
    """Tell whether Presidio is there, without importing it."""
    return importlib.util.find_spec(MODULE) is not None


def detector(rules: Iterable[Sourced]) -> Prose | None:
    """Make the detector of those rules that name recognizers; None where none does.

    Raises RuleError where Presidio is missing or has no such recognizer.
    """
    wanted: list[_Wanted] = []
    for sourced in rules:
        if not sourced.rule.presidio:
            continue
        if not is_installed():
            raise sourced.error("presidio: Presidio is not installed; pip install 'redact[pii]'")
        for name in sourced.rule.presidio:
            found = _named(name)
            if not found:
                raise sourced.error(f"presidio: Presidio has no '{name}'{_nearest(name)}")
            wanted += (_Wanted(sourced.rule, recognizer) for recognizer in found)
    return Prose(wanted) if wanted else None


class _Wanted(NamedTuple):
    rule: Rule
    recognizer: Any


class Prose:
    """What recognizers find in the prose of a text."""

    def __init__(self, wanted: Sequence[_Wanted]) -> None:
        self._wanted = [(rule, recognizer, list(recognizer.supported_entities)) for rule, recognizer in wanted]

    def __call__(self, text: str) -> list[Finding]:
        """Find personal data. Raises DetectionError where a recognizer runs out of time or fails."""
        return [finding for start, end in stretches(text) for finding in self._within(text, start, end)]

    def _within(self, text: str, start: int, end: int) -> Iterator[Finding]:
        stretch = text[start:end]
        for rule, recognizer, entities in self._wanted:
            for result in _analyzed(rule, recognizer, stretch, entities):
                found = Finding(start + result.start, start + result.end, rule.id)
                if _counts(rule, result.score, text, found):
                    yield found


def _analyzed(rule: Rule, recognizer: Any, text: str, entities: list[str]) -> list[Any]:
    try:
        results: list[Any] = recognizer.analyze(text, entities, None)
    except Exception:  # noqa: BLE001  it may be anything, and its message may hold the text
        results = []
        failed = True
    else:
        failed = False
    if failed:  # not in the `except`: nothing of what failed is chained
        raise DetectionError(rule.id)
    return results


def _counts(rule: Rule, score: float, text: str, found: Finding) -> bool:
    value = text[found.start : found.end]
    if value in rule.allow.values or any(regex.search(pattern, value) for pattern in rule.allow.patterns):
        return False
    if not counts(value, rule):
        return False
    words, within = near(rule)
    if words and not stands_near(regex.compile(words), text, found.start, found.end, within):
        return False
    if not rule.keywords:
        return score >= SURE
    around = text[max(found.start - rule.window, 0) : found.end + rule.window].lower()
    return any(keyword.lower() in around for keyword in rule.keywords)


# -- prose

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n(?:.*?^[ \t>]*\1[`~]*[ \t]*$|.*)", re.MULTILINE | re.DOTALL)
_CODE_LINE = re.compile(
    r"""[ \t]*(?:
        import\ [\w.{*"'(]+ | from\ [\w.]+\ import\b | \#include\b | package\ [\w.]+;?$ | use\ \w+::
        |(?:async\ )?(?:def|fn|func|function|class|struct|enum|interface|trait|impl|type)\ \w+[^.!?]*[({:<=]
        |(?:export\ )?(?:const|let|var|val|public|private|protected|static|final)\ \w+.*[=;({]
        |(?:if|for|while|switch|catch|else\ if|elif)\ ?[(\w].*[{:)]$ | (?:else|try|finally):$ | return\b.*;$
        |(?:SELECT|INSERT\ INTO|CREATE|UPDATE|DELETE\ FROM)\ \S
        |(?:return|raise|yield|await|assert|del)\ [\w.]+(?:[\[(]|\ [-+*/<>=!]|$) | (?:pass|break|continue|return)$ | self\.
        |[A-Za-z_][\w.]*(?:\[[^\]]*\])?\(
        |//|/\*|\*/|\#!|</?[A-Za-z!]|@[A-Za-z][\w.]*(?:\(|$)|[+-]{3}\ |@@\ |[})\]]
        |.*(?:[{};\[(\\]|[)\]]:|=>|->|","|",)[ \t]*$
        |[A-Za-z_][\w.\[\]]*[ \t]*(?::=|[-+*/|&]?=(?!=))
        |["'][^"'\n]+["'][ \t]*:)""",
    re.VERBOSE,
)
_DATA = ("{", "[", "<")
_LINES_READ = 400
_SAMPLE = 40_000


def prose(text: str) -> list[tuple[int, int]]:
    """List the parts of a text that are prose: fenced code is cut out, and a text that looks like code has none."""
    parts: list[tuple[int, int]] = []
    position = 0
    for fence in _FENCE.finditer(text) if "```" in text or "~~~" in text else ():
        parts.append((position, fence.start()))
        position = fence.end()
    parts.append((position, len(text)))
    return [] if _is_code(text, parts) else [(start, end) for start, end in parts if start < end]


def _is_code(text: str, parts: Sequence[tuple[int, int]]) -> bool:
    """Judge by the first lines: a third of them written as programs write. One line alone is code where it is data."""
    sample = "\n".join(text[start : min(end, start + _SAMPLE)] for start, end in parts)[:_SAMPLE]
    lines = [line for line in sample.split("\n")[:_LINES_READ] if line.strip()]
    if len(lines) == 1:
        return lines[0].lstrip().startswith(_DATA)
    return bool(lines) and 3 * sum(_CODE_LINE.match(line) is not None for line in lines) >= len(lines)


_DIGITS = re.compile(r"\d(?:[^\n]{0,127}\d)?")


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """List what stands around digits in the prose of a text, up to the budget."""
    room = BUDGET
    for first, last in prose(text):
        start = end = first
        for match in _DIGITS.finditer(text, first, last):
            if match.start() - _AROUND > end or match.end() + _AROUND - start > _LONGEST:
                if end > start:
                    yield start, end
                    room -= end - start
                start = max(match.start() - _AROUND, first)
            end = min(match.end() + _AROUND, last)
            if room < end - start:
                return
        if end > start:
            yield start, end
            room -= end - start


# -- Presidio


class _Mute(logging.Filter):
    """Lets nothing into the log that Presidio says: its words may hold the value."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], TimeoutError):
            raise TimeoutError  # it would pass over the pattern that ran out of time; we must not
        return False


def _recognizers() -> dict[str, type[Any]]:
    """Import Presidio; give the recognizers that are patterns and checksums, by name."""
    presidio = importlib.import_module(MODULE)
    logger = logging.getLogger("presidio-analyzer")
    if not any(isinstance(one, _Mute) for one in logger.filters):
        logger.addFilter(_Mute())
    predefined = importlib.import_module(f"{MODULE}.predefined_recognizers")
    kinds = (presidio.PatternRecognizer, predefined.PhoneRecognizer)
    return {
        name: kind
        for name, kind in inspect.getmembers(predefined, inspect.isclass)
        if issubclass(kind, kinds) and name not in REFUSED
    }


def _named(name: str) -> list[Any]:
    """Make the recognizers of this name, or all that find this entity."""
    every = _recognizers()
    if not is_entity(name):
        return [every[name]()] if name in every else []
    made = (kind() for kind in every.values())
    return [recognizer for recognizer in made if name in recognizer.supported_entities]


def _nearest(name: str) -> str:
    every = _recognizers()
    choices = (
        [entity for kind in every.values() for entity in kind().supported_entities] if is_entity(name) else list(every)
    )
    near = get_close_matches(name, choices, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
