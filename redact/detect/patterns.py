"""Finds what rules describe: where something tells of a match, the rule's own pattern.

Knows expressions and texts; knows no YAML, no value once found, no surrogate.

Strategy: one search over the bytes tells where to look (`detect/places.py`). An *anchored* expression, whose match begins
with its literal, is tried right there; any other is searched in a window around it, from which a match may reach out. What
has no literal is looked for by its sign (`signs.py`), or else in the whole text.
"""

from __future__ import annotations

import string
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import msgspec
import regex

from redact.anchors import leading, required
from redact.codenames import beginnings, every_spelling, stems, words_of
from redact.confirmations import counts
from redact.detect.places import ByLiterals, Compiled, compiled, joined, settled
from redact.errors import DetectionError
from redact.guards import guard
from redact.literals import have_hyperscan
from redact.model import Finding
from redact.rules import Rule, name_keys
from redact.signs import sign

TIMEOUT = 0.5
"""Seconds that one confirmation may take, for each stretch of text. What takes longer cannot be ruled out, so the text
does not leave."""

_STRETCH = 1 << 16
"""Characters. Windows that touch are one, as long as the text perhaps: its search is given time by its length."""

_DEEP = 4096
"""Characters. A literal that stands so far before the end of what its own rule has just found begins nothing new: a long
value may hold it thousands of times."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Expression:
    """One thing to look for: a pattern, the literals that bring it in, and how its values are checked.

    Every match begins with one of `heads` (lower case), if there are any. Without literals, its `sign` brings it in: for what
    has one, only letters of ASCII have a case, with hyperscan or without.
    """

    rule_id: str
    pattern: str
    literals: tuple[str, ...]
    anchored: bool
    window: int = 256
    heads: tuple[str, ...] = ()
    validators: tuple[str, ...] = ()
    entropy: float = 0.0
    allowed: frozenset[str] = frozenset()
    allowed_patterns: tuple[str, ...] = field(default=())
    sign: str = ""
    reach: int = 0
    near: str = ""
    within: int = 0
    efficiency: float = 0.0
    confirm: tuple[str, ...] = ()

    @cached_property
    def compiled(self) -> Any:
        """Compile on first use: most rules are never confirmed in a session."""
        return regex.compile(self.pattern, regex.ASCII if self.sign else 0)

    @cached_property
    def _allowing(self) -> list[Any]:
        return [regex.compile(pattern) for pattern in self.allowed_patterns]

    @cached_property
    def _near(self) -> Any:
        return regex.compile(self.near)

    @cached_property
    def _has_value(self) -> bool:
        return "value" in self.compiled.groupindex

    def finding(self, match: Any) -> Finding | None:
        """Turn a match into a finding, unless the rule's own checks say that it is none."""
        start, end = self._span(match)
        if start == end:
            return None
        value = match.string[start:end]
        if value in self.allowed or any(pattern.search(value) for pattern in self._allowing):
            return None
        if not counts(value, self) or not self.stands_near(match):
            return None
        return Finding(start, end, self.rule_id)

    def stands_near(self, match: Any) -> bool:
        """Tell whether a word stands near a match's value, if the rule wants one."""
        return not self.near or stands_near(self._near, match.string, *self._span(match), self.within)

    def _span(self, match: Any) -> tuple[int, int]:
        return match.span("value") if self._has_value and match.start("value") >= 0 else match.span()  # type: ignore[no-any-return]

    def value_start(self, match: Any) -> int:
        """Give where the value of a match begins."""
        return int(match.start("value")) if self._has_value else int(match.start())


def expressions(rules: Iterable[Rule]) -> list[Expression]:
    """Say for each rule what the engine looks for."""
    found: list[Expression] = []
    for rule in rules:
        if rule.pattern is not None and rule.query is None:
            found.append(_from_pattern(rule, rule.pattern))
        found += (_from_name(rule, key) for key in name_keys(rule))
        found += (_from_host(rule, host) for host in rule.hosts)
    return found


def _from_pattern(rule: Rule, pattern: str) -> Expression:
    heads = leading(pattern)
    keywords = tuple(dict.fromkeys(keyword.lower() for keyword in rule.keywords or ()))
    if rule.keywords is not None:
        anchored = bool(heads) and all(any(head.startswith(keyword) for keyword in keywords) for head in heads)
    else:
        good = heads and min(map(len, heads)) >= 3  # noqa: PLR2004  shorter ones stand everywhere
        keywords, anchored = tuple(sorted(heads if good else required(pattern) or heads)), bool(good)
    made = None if keywords else (guard(pattern) if min(map(len, heads), default=0) > 1 else None) or sign(pattern)
    return Expression(
        rule.id,
        pattern,
        keywords,
        anchored,
        rule.window,
        tuple(sorted(heads)),
        rule.validators,
        rule.entropy or 0.0,
        frozenset(rule.allow.values),
        rule.allow.patterns,
        *(made or ("", 0)),
        *near(rule),
        rule.efficiency or 0.0,
        rule.confirm,
    )


_UNMISTAKABLE = 10
"""A name of several words and this many letters is one even in the midst of a word: `myledgerreconcilers`."""

_BEFORE = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\\[nrt]))"
_AFTER = (
    r"(?:(?![A-Za-z])|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?=s(?![a-z]))|(?=S(?![A-Za-z]))|(?=[vV][0-9]))"
)


def near(rule: Rule) -> tuple[str, int]:
    """Give the pattern of the words that a rule wants near a value, and how near; an empty pattern if it wants none."""
    if rule.near is None:
        return "", 0
    return (
        f"{_BEFORE}(?:{'|'.join(_in_any_style(words_of(word)) for word in rule.near.words)}){_AFTER}",
        rule.near.within,
    )


def stands_near(words: Any, text: str, start: int, end: int, within: int) -> bool:
    """Tell whether one of the words stands before a value or after it, in so many characters."""
    before, after = text[max(start - within, 0) : start], text[end : end + within]
    return words.search(before) is not None or words.search(after) is not None


def _in_any_style(words: Sequence[str]) -> str:
    return "(?i:" + r"[-_./ ]?".join(map(regex.escape, words)) + ")"


def _from_name(rule: Rule, key: str) -> Expression:
    words = words_of(key)
    pattern = every_spelling(words)
    if len(words) == 1 or sum(map(len, words)) < _UNMISTAKABLE:
        pattern = _BEFORE + pattern + _AFTER
    if all(word.isascii() for word in words):
        return _beside_a_pattern(rule, pattern, tuple(beginnings(words)), anchored=True)
    # Letters beyond ASCII are looked for in the case in which they are written: the rest of the name brings it in.
    plain = (run for stem in stems(words) for run in regex.split(r"[^\x00-\x7f]+", stem))
    longest = max(plain, key=len)
    return _beside_a_pattern(rule, pattern, (longest,) if len(longest) > 1 else (), anchored=False)


_DOT = r"\\{0,2}\."
"""Also as regular expressions write it."""
_NO_LABEL = rf"(?:(?<![A-Za-z0-9_-])(?<![A-Za-z0-9_-]{_DOT})(?<!\\(?=[nrt]))|(?<=\\[nrt]))"
"""Where a host may begin: behind a dot only if that is the first, as in `*.corp.example`; never within `\\n`."""


def _from_host(rule: Rule, host: str) -> Expression:
    label = rf"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{{0,61}}[A-Za-z0-9_])?{_DOT})"
    below = host.startswith("*.")
    labels = host.removeprefix("*.").lower().split(".")
    above = f"{label}{{0,12}}?" if below else ""
    pattern = rf"(?i){_NO_LABEL}{above}{_DOT.join(map(regex.escape, labels))}(?![A-Za-z0-9_-]|{_DOT}[A-Za-z0-9])"
    literals = tuple(dict.fromkeys(dot.join(labels) for dot in (".", "\\.", "\\\\.")))
    return _beside_a_pattern(rule, pattern, literals, anchored=not below)


def _beside_a_pattern(rule: Rule, pattern: str, literals: tuple[str, ...], *, anchored: bool) -> Expression:
    words, within = near(rule)
    return Expression(rule.id, pattern, literals, anchored, near=words, within=within)


class Shelf(Protocol):
    """Keeps one piece of bytes, which hold no value."""

    def load(self) -> bytes | None:
        """Give what was kept last; None where there is nothing that can be read."""

    def save(self, data: bytes) -> None:
        """Keep this instead. A disk that takes nothing only means that the next process compiles again."""


class Patterns:
    """Finds what a list of expressions describes: at once, and several times as fast once it is settled."""

    def __init__(self, wanted: Sequence[Expression], *, fast: bool | None = None, shelf: Shelf | None = None) -> None:
        self._wanted = list(wanted)
        self._fast = have_hyperscan() if fast is None else fast
        self._shelf = shelf if self._fast else None
        kept = self._from_shelf()
        self._by_literals = ByLiterals(self._wanted, fast=self._fast, compiled=kept)
        self._settled = settled(self._by_literals, kept) if kept else None
        self._settling = threading.Lock()

    def settle(self) -> None:
        """Compile all that makes finding fast, and put it on the shelf. Takes seconds; nobody waits meanwhile."""
        with self._settling:
            if self._settled is None and self._fast and self._by_literals.literals:
                made = compiled(self._by_literals)
                self._settled = settled(self._by_literals, made)
                if self._shelf:
                    self._shelf.save(msgspec.msgpack.encode(made))

    def _from_shelf(self) -> Compiled | None:
        data = self._shelf.load() if self._shelf else None
        try:
            return msgspec.msgpack.decode(data, type=Compiled) if data else None
        except msgspec.MsgspecError:
            return None

    def __call__(self, text: str) -> list[Finding]:
        """Find everything. Raises DetectionError where a pattern runs out of time."""
        data = text.encode("utf-8", "surrogatepass")
        places = (self._settled or self._by_literals)(text, data)
        found: list[Finding] = []
        last: dict[int, Finding] = {}  # what each expression found last
        for index, start in places.tried:
            if last and (own := last.get(index)) and own.start <= start < own.end - _DEEP:
                continue
            if (finding := _matched(self._wanted[index], text, start)) is not None:
                found.append(finding)
                last[index] = finding
        for index, spans in places.searched.items():
            expression = self._wanted[index]
            look = (
                _at_heads if not expression.literals and min(map(len, expression.heads), default=0) > 1 else _in_windows
            )
            found += look(expression, text, joined(spans, len(text)))
        return found

    def looks(self, text: str) -> int:
        """Count the places of a text that are looked at more closely."""
        places = (self._settled or self._by_literals)(text, text.encode("utf-8", "surrogatepass"))
        return len(places.tried) + sum(map(len, places.searched.values()))


def _matched(expression: Expression, text: str, start: int) -> Finding | None:
    try:
        match = expression.compiled.match(text, start, timeout=TIMEOUT)
    except TimeoutError:
        raise DetectionError(expression.rule_id) from None
    return None if match is None else expression.finding(match)


def _at_heads(expression: Expression, text: str, spans: Iterable[tuple[int, int]]) -> Iterable[Finding]:
    """Try the pattern only where one of its heads stands."""
    done = 0
    for start, end in spans:
        stretch = text[start:end]
        lower = stretch.lower()
        if len(lower) != len(stretch):  # a letter of another alphabet has become two
            lower = stretch.translate(_LOWER)
        for position in sorted({start + at for head in expression.heads for at in _places(lower, head)}):
            if position >= done and (finding := _matched(expression, text, position)) is not None:
                yield finding
                done = finding.end


def _in_windows(expression: Expression, text: str, spans: Iterable[tuple[int, int]]) -> Iterable[Finding]:
    """Search for where a match may begin; there it is matched anew, to the end that it has without a window."""
    search, position = expression.compiled.search, 0
    for start, end in spans:
        position = max(position, start)
        patience = TIMEOUT * max(1.0, (end - start) / _STRETCH)
        try:
            while position < end and (match := search(text, position, end, timeout=patience)):
                if end < len(text):
                    position = match.start()
                    match = expression.compiled.match(text, position, timeout=TIMEOUT)
                finding = None if match is None else expression.finding(match)
                if finding is not None:
                    yield finding
                    position = match.end()
                else:  # what was no finding may hide one: look again from where its value begins
                    position = max(position + 1, 0 if match is None else expression.value_start(match))
        except TimeoutError:
            raise DetectionError(expression.rule_id) from None


def _places(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)
