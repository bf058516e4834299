"""Finds what rules with a `query` describe: literals by their place in code. Knows rules and names; parses nothing itself.

Strategy: most texts must cost nothing. All words that the rules' names can hold are one search; only texts in which such a name is
bound to something (`password = …`, `"token": …`) are handed over to be read, all texts of a request in one go. There the code in
them is found, and what stands around these places is parsed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import regex

from redact.anchors import required
from redact.code.languages import CAPTURES
from redact.code.passages import Passage, Stretch, stretches
from redact.code.syntax import Ask, Hit
from redact.confirmations import counts
from redact.detect.parsers import Parse
from redact.errors import NotAtOnceError
from redact.literals import Search, in_characters, search_for
from redact.model import Finding
from redact.rules import Rule
from redact.surrogates import in_plain
from redact.validators import VALIDATORS

AT_ONCE = 2_000
"""In texts up to so many characters, where somebody waits, it is looked here whether there is code at all."""


@dataclass(frozen=True)
class Reading:
    """What is found in a text by its structure, what is left of doubtful findings, and whether code could not be parsed."""

    findings: tuple[Finding, ...] = ()
    settled: Mapping[Finding, Sequence[Finding]] = field(default_factory=dict)
    unparsed: bool = False


NOTHING = Reading()
UNPARSED = Reading(unparsed=True)


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
_TAIL = re.compile(
    r"""(?P<name>[\w$@.-]*+)["'`\])}\\]{0,4}+(?:\s{0,40}+(?:[=:,({|?<>!\["'&+.-]|[vV]alue\b)|[ ]\w|\s{1,40}when\b|\n[^\n"']{0,80}?[vV]alue\b)"""
)
_BOUND = re.compile(
    r"""(?xs) ["'`\])}\\]{0,4}+
    (?: ,? (?: \s{1,40} | [ \t]{0,8}\r?\n [^\n"']{0,80}? ) ["']? [vV]alue \b )?
    (?: \s as \s \w{1,40} \)? )?
    (?: \s{0,2} [?!]? : \s? [\w<>\[\]|&*?.,' ]{1,40}? (?=\s*=[^=]) | [ ][\w.\[\]*]{1,24} (?=\s?:?=|\sDEFAULT\b) )?      # a type
    \s{0,40}+ (?: => | [:?|&+.-]{0,2} =+ | : | , | \( | \{ | \|\|? | \?\? | -> | <- | <[\w>:, ]*>\( | !=+ | \bto\b | \bTO\b | \b(?:in|when)\b | \bby\s\w{1,20}\s?\{ | \.[a-zA-Z_]{2,24}\( | \bDEFAULT\b | \bPASSWORD\b | > | (?=["']) | \[\w*\] )
    (?: (?P<quoted> [\w.:<>\[\](){}&*!|?@$\\+\s=;,#-]{0,160}? ["'`] (?!["'`]\s{0,4}[;)\]}\n]) | \s{0,4} (?: % [qQwW]? [({\[<|!] | <<[<~-]? \s? \w ) )
      | \s{0,80} (?P<digits> \d[\d_]{5} ) | (?: [ \t]{0,8} | [ \t]{0,8}\r?\n [^\n"'=]{0,80}? [ \t] ) (?P<bare> [^\s"'`{}\[\](),;<>]{4} ) | \s{0,80} (?P<block> [|>][-+]?\s*\n ) | (?P<after> [^<\s] ) )"""
)
_COMPARED = re.compile(r"\.(?:equals\w*|eql\?|eq|compareTo|contentEquals)$")
_SIGNS = " =:,([{<>\"'`)]}"
_LONGEST = 64
_NO_NAME = re.compile(r"(?s).*[^\w$@.-]")


class Code:
    """What rules with a `query` find in texts."""

    def __init__(self, rules: Iterable[Rule], parse: Parse, *, fast: bool | None = None) -> None:
        self._rules = [rule for rule in rules if rule.query]
        self._asks = tuple(map(_ask, self._rules))
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
        passages: list[Passage] = []
        doubted: list[Sequence[Finding]] = []
        for text, found in texts.items():
            doubts = [finding for finding in found if _is_doubtful(text, finding)] if found else []
            places = self._places(text)
            if not places and not doubts:
                continue
            ranges = tuple((doubt.start, doubt.end) for doubt in doubts)
            passage = Passage(text, tuple(places), ranges, (paths or {}).get(text))
            if at_once:
                if len(text) > AT_ONCE or any(stretches(passage)):
                    raise NotAtOnceError
                continue
            passages.append(passage)
            doubted.append(doubts)
        answers = self._parse(passages, self._asks) if passages else []
        readings: dict[str, Reading] = {}
        for passage, of, answer in zip(passages, doubted, answers, strict=True):
            if answer is None:
                readings[passage.text] = UNPARSED
            elif answer:
                readings[passage.text] = self._reading(passage.text, of, answer)
        return readings

    def _reading(self, text: str, doubts: Sequence[Finding], said: Sequence[Stretch]) -> Reading:
        found: set[Finding] = set()
        settled: dict[Finding, Sequence[Finding]] = {}
        for stretch in said:
            if stretch.answer is None:
                continue
            for hit in stretch.answer.hits:
                found.update(self._findings(hit, stretch))
            for number, left in zip(stretch.doubts, stretch.answer.doubts, strict=True):
                doubt = doubts[number]
                if left is not None and doubt not in settled and _is_settled(text, doubt, left):
                    settled[doubt] = [Finding(*stretch.origin(start, end), doubt.rule_id) for start, end in left]
        return Reading(tuple(sorted(found)), settled, any(stretch.answer is None for stretch in said))

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
            if tail is None and not _stands_after(text, end):
                continue
            last = tail.end("name") if tail is not None else end
            if not self._asked(word, text[_begin(text, end) : last].rstrip("._-")):
                continue
            bound = _BOUND.match(text, last)
            if bound is not None:
                found.append((end, bound["quoted"] is None and bound["digits"] is None))
                done = last
            elif tail is None or _stands_after(text, end):
                found.append((end, False))
                done = last
        return found

    def _asks_for(self, word: int, name: str) -> bool:
        names = (self._checks[index].name for index in self._words[word][1])
        said = (_COMPARED.sub("", name), name.rpartition(".")[0])
        return any(pattern is not None and any(map(pattern.search, said)) for pattern in names)

    def _findings(self, hit: Hit, stretch: Stretch) -> Iterator[Finding]:
        rule, check = self._rules[hit.ask], self._checks[hit.ask]
        pieces = list(zip(hit.pieces, hit.said, strict=True))
        if hit.partial:
            pieces = [(piece, said) for piece, said in pieces if _TELLING.search(said)]
        value = "".join([said for _, said in pieces])
        for start, end in check.ranges(value, [piece for piece, _ in pieces], hit.place):
            yield Finding(*stretch.origin(start, end), rule.id)


_BEFORE_SIGNS = ("==", "!=", "quals", ': "', ": '", "alue")
"""One of these stands between a value and the name behind it: `"…" == password`, `set("…", forKey: "password")`, `value: …, name: password`."""
_AFTER_SIGN = re.compile(r"""(?:[=!]==?|quals\w{0,12}\() ?[^\s"'`;]{0,60}["']?[\w.-]*|: ["'][\w.-]*""")
_AFTER_VALUE = re.compile(
    r"""alue["']? {0,8}[:=] {0,8}[^\s<>][^\n<>]{3,100}?(?:\n[^\n]{0,60}|, ?| )["']?\w{1,20}["']? {0,8}[:=] {0,8}["']?[\w.-]*"""
)
_LABELLED = re.compile(r"""["'`]\s?,\s{0,3}\w{1,40}$""")


def _stands_after(text: str, end: int) -> bool:
    """Tell whether a name stands behind what is bound to it."""
    before = text[max(0, end - 200) : end]
    for sign in _BEFORE_SIGNS:
        at = before.rfind(sign)
        if at <= 0:
            continue
        if sign == "alue":
            if _AFTER_VALUE.fullmatch(before, at):
                return True
        elif _AFTER_SIGN.fullmatch(before, at):
            left = before[:at].rstrip(" =!")
            if _LABELLED.search(left[-60:]) if sign[0] == ":" else left.rstrip(".eE)")[-1:] in _QUOTES:
                return True
    return False


_TELLING = re.compile(r"(?s)^(?=.*\d)(?=.*[A-Za-z]).{6,}$")
"""A piece of a value that is a template is a secret only where it looks like one."""
_CHARACTER = re.compile(r"""'(\\?[^'])'|"(\\?[^"])\"""")


def _ask(rule: Rule) -> Ask:
    return Ask(rule.query or "", rule.languages, tuple(rule.where.items()), tuple(words(rule)))


_CAPTURED = ("name", "auth", "map", "callee")
"""What `bindings` captures as a name, so that it stands in the text as it is asked for."""


class _Check:
    """What a rule says of a name and of a value."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    @cached_property
    def name(self) -> regex.Pattern[str] | None:
        """What a name must fit; None where another word may stand for the rule."""
        where = self._rule.where
        pattern = next((where[capture] for capture in _CAPTURED if capture in where), None)
        return regex.compile(pattern) if pattern and self._rule.query in CAPTURES else None

    @cached_property
    def _pattern(self) -> regex.Pattern[str] | None:
        return regex.compile(self._rule.pattern) if self._rule.pattern else None

    @cached_property
    def _allowing(self) -> list[regex.Pattern[str]]:
        return [regex.compile(pattern) for pattern in self._rule.allow.patterns]

    def ranges(self, value: str, pieces: Sequence[tuple[int, int]], place: str) -> list[tuple[int, int]]:
        """Give what of these pieces is the value; nothing where the rule's own checks say that what they say is none."""
        rule = self._rule
        if place == "list":
            value = "".join(match[1] or match[2] for match in _CHARACTER.finditer(value))
        if place == "number":
            value = in_plain(value)
        found = list(pieces)
        if self._pattern is not None:
            match = self._pattern.search(value)
            if match is None:
                return []
            start, end = match.span("value") if "value" in self._pattern.groupindex else match.span()
            value = value[start:end]
            if len(pieces) == 1 and place not in ("list", "number"):
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
