"""Finds what rules with a `query` describe: literals by their place in code. Knows rules and regions; parses nothing itself.

Strategy: most texts must cost nothing. All words that the rules' names can hold are one search; only where such a name is bound to
something (`password = …`, `"token": …`) is the text taken apart into regions of code, and only what stands around these places is
parsed, for all texts of a request in one go.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import regex

from redact.anchors import required
from redact.code.languages import BINDINGS
from redact.code.regions import Region, regions
from redact.code.syntax import Ask, Hit, Snippet
from redact.confirmations import counts
from redact.detect.parsers import Parse
from redact.errors import NotAtOnceError
from redact.literals import Search, in_characters, search_for
from redact.model import Finding
from redact.rules import Rule
from redact.validators import VALIDATORS

WHOLE = 24_000
"""Code up to so many characters is parsed whole; of more, what stands around the places that matter."""
AROUND = 6_000
BUDGET = 200_000
"""Characters of one text that are parsed at most."""


@dataclass(frozen=True)
class Reading:
    """What is found in a text by its structure, what is left of doubtful findings, and whether code could not be parsed."""

    findings: tuple[Finding, ...] = ()
    settled: Mapping[Finding, Sequence[Finding]] = field(default_factory=dict)
    unparsed: bool = False


NOTHING = Reading()


@dataclass
class _Notes:
    """A reading in the making."""

    findings: set[Finding] = field(default_factory=set)
    settled: dict[Finding, Sequence[Finding]] = field(default_factory=dict)
    unparsed: bool = False


class _Job(NamedTuple):
    """A snippet to be parsed, where it stands, and what of it is in doubt."""

    text: str
    region: Region
    offset: int
    snippet: Snippet
    doubts: tuple[Finding, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        return self.region.origin(self.offset + start, self.offset + end)


def _job(text: str, region: Region, start: int, end: int, doubts: Iterable[Finding]) -> _Job:
    inside: dict[Finding, tuple[int, int]] = {}
    for doubt in doubts:
        first, last = region.offset(doubt.start), region.offset(doubt.end - 1)
        if first is not None and last is not None and start <= first <= last < end:
            inside[doubt] = (first - start, last + 1 - start)
    return _Job(
        text, region, start, Snippet(region.language, region.code[start:end], tuple(inside.values())), tuple(inside)
    )


def _is_doubtful(text: str, finding: Finding) -> bool:
    """Tell whether a finding may be no literal: what stands between quotes is one."""
    before, after = text[finding.start - 1 : finding.start], text[finding.end : finding.end + 1]
    value = text[finding.start : finding.end]
    return not (before == after and before in _QUOTES and before not in value and not _CODE.search(value))


def _is_settled(text: str, doubt: Finding, left: Sequence[tuple[int, int]]) -> bool:
    """Tell whether what code says of a doubt counts: what nobody would write as a name is not taken for one."""
    return bool(left) or (type(doubt) is Finding and not VALIDATORS["opaque"](text[doubt.start : doubt.end]))


_QUOTES = ('"', "'", "`")
_CODE = re.compile(r"[(){}\[\]$]|\s[=+.?|]{1,2}\s")
_TAIL = re.compile(r"""(?P<name>[\w$@.-]*+)["'`\])}\\]{0,4}+(?:\s{0,40}+(?:[=:,({|?<>!\["'&+.-]|[vV]alue\b)|[ ]\w)""")
_BOUND = re.compile(
    r"""(?xs) ["'`\])}\\]{0,4}+
    (?: ,? \s{1,40} ["']? [vV]alue \b )?
    (?: \s{0,2} [?!]? : \s? [\w<>\[\]|&*?.,' ]{1,40}? (?=\s*=[^=]) | [ ][\w.\[\]*]{1,24} (?=\s?:?=) )?      # a type
    \s{0,40}+ (?: => | [:?|&+.-]{0,2} =+ | : | , | \( | \{ | \|\|? | \?\? | -> | <- | <[\w>:, ]*>\( | !=+ | \bto\b | \bPASSWORD\b | > | (?=["']) | \[\w*\] )
    (?: (?P<quoted> [\w.:<>\[\](){}&*!|?@$\\+\s=;,-]{0,160}? ["'`] (?!["'`]\s{0,4}[;)\]}\n]) )
      | \s{0,80} (?P<digits> \d[\d_]{5} ) | [ \t]{0,8} (?P<bare> [^\s"'`{}\[\](),;<>]{4} ) | \s{0,80} (?P<block> [|>][-+]?\s*\n ) | (?P<after> [^<\s] ) )"""
)
_COMPARED = re.compile(r"\.(?:equals\w*|eql\?|eq|compareTo|contentEquals)$")
_SIGNS = " =:,([{<>\"'`)]}"
_LONGEST = 64
_NO_NAME = re.compile(r"(?s).*[^\w$@.-]")
_BARE = frozenset(("yaml", "bash", "dockerfile", "html", "toml", "sql", "c", "cpp"))
"""Languages in which a string may stand without quotes, or a name after others."""


class Code:
    """What rules with a `query` find in texts."""

    def __init__(self, rules: Iterable[Rule], parse: Parse, *, fast: bool | None = None) -> None:
        self._rules = [rule for rule in rules if rule.query]
        self._asks = tuple(Ask(rule.query or "", rule.languages, tuple(rule.where.items())) for rule in self._rules)
        self._parse = parse
        self._words: list[tuple[str, list[int]]] = _words_of(self._rules)
        # A word may say what follows the name: `pass =`.
        self._beyond = [len(word) - len(word.rstrip(_SIGNS)) for word, _ in self._words]
        self._asked = lru_cache(4096)(self._asks_for)
        self._search: Search = search_for([word.encode() for word, _ in self._words], fast=fast)
        self._checks = [_Check(rule) for rule in self._rules]
        # A query of one's own may ask of anything; what is bound to a name stands behind it.
        self._anywhere = [any(self._checks[index].name is None for index in of) for _, of in self._words]

    def read(
        self, texts: Mapping[str, Sequence[Finding]], *, at_once: bool = False, paths: Mapping[str, str] | None = None
    ) -> dict[str, Reading]:
        """Read texts, each with what was found in it that code may prove to be no value.

        Texts in which structure says nothing are left out. Raises NotAtOnceError where something is to be parsed and there is
        no time.
        """
        jobs: list[_Job] = []
        notes: dict[str, _Notes] = {}
        for text, found in texts.items():
            doubts = [finding for finding in found if _is_doubtful(text, finding)] if found else []
            places = self._places(text)
            if not places and not doubts:
                continue
            left = BUDGET
            for region, start, end in _stretches(text, places, doubts, (paths or {}).get(text)):
                if at_once:
                    raise NotAtOnceError
                if end - start > left:
                    notes.setdefault(text, _Notes()).unparsed = True
                    continue
                left -= end - start
                jobs.append(_job(text, region, start, end, doubts))
        answers = self._parse([job.snippet for job in jobs], self._asks) if jobs else []
        for job, answer in zip(jobs, answers, strict=True):
            note = notes.setdefault(job.text, _Notes())
            if answer is None:
                note.unparsed = True
                continue
            for hit in answer.hits:
                note.findings.update(self._findings(hit, job))
            for doubt, left_over in zip(job.doubts, answer.doubts, strict=True):
                if left_over is not None and doubt not in note.settled and _is_settled(job.text, doubt, left_over):
                    note.settled[doubt] = [Finding(*job.origin(start, end), doubt.rule_id) for start, end in left_over]
        return {
            text: Reading(tuple(sorted(note.findings)), note.settled, note.unparsed) for text, note in notes.items()
        }

    def __call__(self, text: str) -> list[Finding]:
        """Read one text."""
        return list(self.read({text: ()}).get(text, NOTHING).findings)

    def _places(self, text: str) -> list[tuple[int, bool]]:
        """List where names stand that a rule asks for and that are bound to something, and whether only to a bare word."""
        data = text.encode("utf-8", "surrogatepass")
        events = self._search(data)
        if not events:
            return []
        found: list[tuple[int, bool]] = []
        done = 0
        for word, stop in in_characters(events, data, ascii_only=len(data) == len(text)):
            end = stop - self._beyond[word]
            if end <= done:
                continue
            if self._anywhere[word]:
                found.append((end, False))
                continue
            tail = _TAIL.match(text, end)  # most words end here
            if tail is None:
                continue
            if not self._asked(word, text[_begin(text, end) : tail.end("name")].rstrip(".-")):
                continue
            bound = _BOUND.match(text, tail.end("name"))
            if bound is not None:
                found.append((end, bound["quoted"] is None and bound["digits"] is None))
                done = tail.end("name")
        return found

    def _asks_for(self, word: int, name: str) -> bool:
        names = (self._checks[index].name for index in self._words[word][1])
        return any(pattern is not None and pattern.search(_COMPARED.sub("", name)) for pattern in names)

    def _findings(self, hit: Hit, job: _Job) -> Iterator[Finding]:
        rule, check = self._rules[hit.ask], self._checks[hit.ask]
        code, pieces = job.snippet.code, list(hit.pieces)
        if hit.partial:
            pieces = [(start, end) for start, end in pieces if _TELLING.search(code[start:end])]
        for start, end in check.ranges(code, pieces, hit.place):
            yield Finding(*job.origin(start, end), rule.id)


_TELLING = re.compile(r"(?s)^(?=.*\d)(?=.*[A-Za-z]).{6,}$")
"""A piece of a value that is a template is a secret only where it looks like one."""
_CHARACTER = re.compile(r"""'(\\?[^'])'|"(\\?[^"])\"""")


class _Check:
    """What a rule says of a name and of a value."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    @cached_property
    def name(self) -> regex.Pattern[str] | None:
        """What a name must fit; None where another word may stand for the rule."""
        where = self._rule.where
        pattern = where.get("name") or where.get("auth")
        return regex.compile(pattern) if pattern and self._rule.query == BINDINGS else None

    @cached_property
    def _pattern(self) -> regex.Pattern[str] | None:
        return regex.compile(self._rule.pattern) if self._rule.pattern else None

    @cached_property
    def _allowing(self) -> list[regex.Pattern[str]]:
        return [regex.compile(pattern) for pattern in self._rule.allow.patterns]

    def ranges(self, code: str, pieces: Sequence[tuple[int, int]], place: str) -> list[tuple[int, int]]:
        """Give what of these pieces is the value; nothing where the rule's own checks say that it is none."""
        rule = self._rule
        value = "".join(code[start:end] for start, end in pieces)
        if place == "list":
            value = "".join(match[1] or match[2] for match in _CHARACTER.finditer(value))
        found = list(pieces)
        if self._pattern is not None:
            match = self._pattern.search(value)
            if match is None:
                return []
            start, end = match.span("value") if "value" in self._pattern.groupindex else match.span()
            value = value[start:end]
            if len(pieces) == 1 and place != "list":
                found = [(pieces[0][0] + start, pieces[0][0] + end)]
        if not value or (place == "number" and rule.surrogate != "digits"):
            return []
        if value in rule.allow.values or any(pattern.search(value) for pattern in self._allowing):
            return []
        if place == "word" and not VALIDATORS["mixed"](value):
            return []
        return found if counts(value, rule) else []


def _begin(text: str, end: int) -> int:
    """Give where the name begins that holds what ends here."""
    before = text[max(0, end - _LONGEST) : end]
    return end - len(before) + max(match.end() if (match := _NO_NAME.match(before)) else 0, 0)


def _words_of(rules: Sequence[Rule]) -> list[tuple[str, list[int]]]:
    """List the words of which one stands in whatever a rule finds, and whose they are."""
    found: OrderedDict[str, list[int]] = OrderedDict()
    for index, rule in enumerate(rules):
        for word in words(rule):
            found.setdefault(word, []).append(index)
    return list(found.items())


def words(rule: Rule) -> list[str]:
    """List the words of which one must stand in a text for a rule with a `query`: its keywords, or derived from `where`."""
    if rule.keywords:
        return sorted({word.lower() for word in rule.keywords})
    best: frozenset[str] = frozenset()
    for pattern in rule.where.values():
        literals = frozenset(required(pattern))
        if literals and (not best or min(map(len, literals)) > min(map(len, best))):
            best = literals
    return sorted(best)


def _stretches(
    text: str, places: Sequence[tuple[int, bool]], doubts: Sequence[Finding], file: str | None
) -> Iterator[tuple[Region, int, int]]:
    """Give the code that stands around places: whole where it is small."""
    first = places[0][0] if places else doubts[0].start
    for region in regions(text, file, first):
        bare = region.language in _BARE
        wanted = [place - 1 for place, is_bare in places if bare or not is_bare] + [doubt.start for doubt in doubts]
        offsets = [at for place in wanted if (at := region.offset(place)) is not None]
        if not offsets:
            continue
        if len(region.code) <= WHOLE:
            yield region, 0, len(region.code)
            continue
        start = end = -1
        for at in sorted(offsets):
            first, last = _lines_around(region.code, at)
            if first <= end:
                end = max(end, last)
                continue
            if end > 0:
                yield region, start, end
            start, end = first, last
        yield region, start, end


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
