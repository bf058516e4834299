"""Text in, text out: the Redactor. Knows detectors, rules, a mint and a vault; knows no JSON, no HTTP and no provider.

Strategy: what rules find in a text depends on the text alone, so it is cached by the text. What is found is minted, kept
in the vault and known from then on; a cached text is only searched again for values that became known since.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from redact import spans
from redact.codenames import spellings, style_of, words_of, written
from redact.detect.known import RULE_ID as KNOWN
from redact.detect.known import KnownValues
from redact.errors import SurrogateTakenError
from redact.model import Category, Finding, Record, Redaction, Shape
from redact.restore import Encode, Permit, Restorer, RestoreStream, anything, plainly
from redact.rules import Rule, kind, rank
from redact.surrogates import Mint
from redact.vault.base import Vault

Detector = Callable[[str], Iterable[Finding]]

SHORTEST_PIECE = 4
"""What is left of a finding beside a surrogate inside it is redacted from this length on, in characters."""

QUOTED = "quoted-surrogate"
"""The id of a finding that covers a literal look-alike of a surrogate used in the same text."""

_TELLING = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cred|account|owner|sign|salt|cookie|session|private|conn|dsn|ur[il]$|user|login|pin$|code$|jwt|sas$"
)


class Text(NamedTuple):
    """One text to redact, and the object key it stands under, which may tell what it is."""

    text: str
    near: str = ""


class _Entry:
    """What is known of a text: the rules' findings for good, the redaction up to a generation of known values."""

    __slots__ = ("findings", "generation", "redaction")

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.generation = -1
        self.redaction: Redaction | None = None


class Redactor:
    """Redacts and restores texts under one set of rules, one tenant's key and one vault. Safe from any thread."""

    def __init__(
        self,
        rules: Sequence[Rule],
        detectors: Sequence[Detector],
        mint: Mint,
        vault: Vault,
        known: KnownValues,
        *,
        cache_characters: int = 24_000_000,
    ) -> None:
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        self._rank = {**rank(rules), KNOWN: 4, QUOTED: 3}
        self._names = {
            "".join(words): words for rule in rules for words in map(words_of, (*rule.names, *rule.packages))
        }
        self._detectors = tuple(detectors)
        self._mint, self._vault, self._known = mint, vault, known
        self._cache: OrderedDict[Text, _Entry] = OrderedDict()
        self._cached, self._cache_limit = 0, cache_characters
        self._telling: dict[str, bool] = {}
        self._lock = threading.RLock()
        self._restorer: tuple[int, Restorer] = (-1, Restorer(()))
        self._remember(vault.records())

    # -- outbound

    def redact(self, text: str, near: str = "") -> Redaction:
        """Redact one text. Raises VaultError, DetectionError."""
        return self.redact_all([Text(text, near)])[0]

    def redact_all(self, texts: Sequence[Text]) -> list[Redaction]:
        """Redact texts that travel together: a value found in one is found in all.

        When this returns, every surrogate used is in the vault. Raises VaultError, DetectionError.
        """
        with self._lock:
            entries = [self._entry(text) for text in texts]
            self._learn([(t, e) for t, e in zip(texts, entries, strict=True) if e.generation < 0])
            generation = self._known.generation
            stale = [(t, e) for t, e in zip(texts, entries, strict=True) if e.generation != generation]
            if stale:
                self._renew(stale, generation)
            return [entry.redaction or Redaction(text.text) for text, entry in zip(texts, entries, strict=True)]

    def _entry(self, text: Text) -> _Entry:
        if text.near and not self._tells(text.near):
            text = Text(text.text)
        entry = self._cache.get(text)
        if entry is not None:
            self._cache.move_to_end(text)
            return entry
        entry = self._cache[text] = _Entry(self._find(text))
        self._cached += len(text.text) + 64
        while self._cached > self._cache_limit and len(self._cache) > 1:
            old, _ = self._cache.popitem(last=False)
            self._cached -= len(old.text) + 64
        return entry

    def _tells(self, near: str) -> bool:
        tells = self._telling.get(near)
        if tells is None:
            if len(self._telling) > 10_000:  # noqa: PLR2004  keys come from outside: bounded
                self._telling.clear()
            tells = self._telling[near] = _TELLING.search(near) is not None
        return tells

    def _find(self, text: Text) -> list[Finding]:
        found = [finding for detect in self._detectors for finding in detect(text.text)]
        if text.near and len(text.text) < 65536 and self._tells(text.near):  # noqa: PLR2004
            before = f'"{text.near}": "'
            if text.text.isdigit():
                before = before[:-1]
            view = f"{before}{text.text}" + ('"' if before.endswith('"') else "\n")
            for detect in self._detectors:
                found += spans.shift(detect(view), -len(before), len(text.text))
        return spans.unite(found, self._strictness) if found else found

    def _strictness(self, rule_id: str) -> int:
        return self._rank.get(rule_id, 0)

    def _learn(self, fresh: Iterable[tuple[Text, _Entry]]) -> None:
        """Mint what rules found, so that it is known before any text is rewritten."""
        wanted = [
            (text.text[finding.start : finding.end], finding.rule_id)
            for text, entry in fresh
            for finding in self._own_surrogates_cut(text.text, entry.findings)
            if self._is_replaced(finding.rule_id)
        ]
        if wanted:
            self._remember(self._records(wanted))

    def _remember(self, records: Iterable[Record]) -> None:
        """Look for these values everywhere from now on; names have rules of their own, surrogates are no values."""
        self._known.add(r.value for r in records if r.shape != "codename" and self._vault.by_surrogate(r.value) is None)

    def _renew(self, stale: Sequence[tuple[Text, _Entry]], generation: int) -> None:
        plans: list[tuple[Text, _Entry, list[Finding]]] = []
        wanted: list[tuple[str, str]] = []
        for text, entry in stale:
            known = self._known.find(text.text, max(entry.generation, 0))
            if not known and entry.redaction is not None:
                entry.generation = generation
                continue
            if entry.redaction is not None:
                known = self._known.find(text.text)
            findings = spans.unite([*entry.findings, *known], self._strictness) if known else entry.findings
            findings = self._own_surrogates_cut(text.text, findings) if findings else findings
            wanted += ((text.text[f.start : f.end], f.rule_id) for f in findings if self._is_replaced(f.rule_id))
            plans.append((text, entry, findings))
        stand = {record.value: record for record in self._records(wanted)} if wanted else {}
        for text, entry, findings in plans:
            entry.redaction = self._rewritten(text.text, findings, stand) if findings else Redaction(text.text)
            entry.generation = generation

    def _own_surrogates_cut(self, text: str, findings: Sequence[Finding]) -> list[Finding]:
        """Leave alone what is a surrogate already, so that redacting twice gives the same."""
        kept = spans.subtract(findings, self._mint.labels_in(text), SHORTEST_PIECE)
        values = {text[f.start : f.end] for f in kept}
        return [f for f in kept if not self._is_surrogate(text[f.start : f.end], values)]

    def _is_surrogate(self, found: str, values: AbstractSet[str]) -> bool:
        """Whether what was found stands for a value; where that value is here too, it is a look-alike (`_look_alikes`)."""
        record = self._vault.by_surrogate(found)
        return record is not None and record.value not in values

    def _is_replaced(self, rule_id: str) -> bool:
        rule = self._rules.get(rule_id)
        return rule is None or rule.action in ("tokenize", "block")

    def _rewritten(self, text: str, findings: Sequence[Finding], stand: Mapping[str, Record]) -> Redaction:
        edits: list[tuple[int, int, str]] = []
        records: dict[str, Record] = {}
        blocked: list[str] = []
        for finding in findings:
            rule = self._rules.get(finding.rule_id)
            if rule is not None and rule.action == "block":
                blocked.append(finding.rule_id)
            if not self._is_replaced(finding.rule_id):
                continue
            value = text[finding.start : finding.end]
            name = self._name(value)
            record = stand[" ".join(name) if name else value]
            records[record.surrogate] = record
            edits.append((finding.start, finding.end, _spelt(record, value, name)))
        quoted = self._look_alikes(text, records.values(), findings)
        if quoted:
            both = spans.unite([*findings, *quoted], self._strictness)
            more = {
                record.value: record for record in self._records([(text[f.start : f.end], f.rule_id) for f in quoted])
            }
            return self._rewritten(text, both, {**stand, **more})
        return Redaction(
            text=spans.splice(text, edits),
            findings=tuple(findings),
            edits=tuple(edits),
            records=tuple(records.values()),
            blocked=tuple(dict.fromkeys(blocked)),
        )

    @staticmethod
    def _look_alikes(text: str, records: Iterable[Record], findings: Sequence[Finding]) -> list[Finding]:
        """Find surrogates used in this text that already stand in it: they would be restored to what they never were."""
        found: list[Finding] = []
        lower = ""
        for record in records:
            lower = lower or text.lower()
            forms = spellings(words_of(record.surrogate)) if record.shape == "codename" else [record.surrogate.lower()]
            for form in forms:
                start = lower.find(form)
                while start >= 0:
                    end = start + len(form)
                    if len(lower) == len(text) and not any(f.start < end and start < f.end for f in findings):
                        found.append(Finding(start, end, QUOTED))
                    start = lower.find(form, end)
        return found

    # -- minting

    def _name(self, value: str) -> tuple[str, ...] | None:
        """Give the words of an internal name whose style can be kept, or None."""
        words = self._names.get("".join(c for c in value if c.isalnum()).lower())
        return words if words and style_of(value, words) else None

    def _records(self, wanted: Iterable[tuple[str, str]]) -> list[Record]:
        """Give the records that stand for values found by rules, minted and kept where they are new."""
        missing: dict[str, str] = {}
        stand: list[Record] = []
        for value, rule_id in wanted:
            name = self._name(value)
            key = " ".join(name) if name else value
            record = self._vault.by_value(key)
            if record is None:
                missing.setdefault(key, "" if name else rule_id)
            else:
                stand.append(record)
        counters: Counter[str] = Counter()
        while missing:
            minted = {
                self._minted(value, rule_id, counters[value]).surrogate: value for value, rule_id in missing.items()
            }
            fresh = [self._minted(value, rule_id, counters[value]) for value, rule_id in missing.items()]
            try:
                return stand + self._vault.put(fresh)
            except SurrogateTakenError as taken:
                counters.update(minted[surrogate] for surrogate in taken.surrogates if surrogate in minted)
        return stand

    def _minted(self, value: str, rule_id: str, counter: int) -> Record:
        if not rule_id:
            return Record(self._mint.codename(words_of(value), counter), value, "NAME", "codename", "internal")
        rule = self._rules.get(rule_id)
        category: Category = rule.category if rule else "secret"
        words = kind(rule) if rule else "QUOTED" if rule_id == QUOTED else "KNOWN"
        shape = self._shape(rule, value)
        if shape == "digits":
            return Record(self._mint.digits(value, counter), value, words, shape, category)
        if shape == "host":
            return Record(self._mint.host(value, counter), value, words, shape, category)
        return Record(self._mint.label(words, value, counter), value, words, "label", category)

    @staticmethod
    def _shape(rule: Rule | None, value: str) -> Shape:
        asked = rule.surrogate if rule else ("digits" if re.fullmatch(r"\d{9,}", value) else "label")
        if rule is not None and asked is None:
            asked = "host" if rule.hosts and "." in value else "label"
        if asked == "digits" and not re.fullmatch(r"\d[\d -]*\d", value, re.ASCII):
            return "label"
        if asked == "host" and not re.fullmatch(r"(?:[\w.+-]+@)?[\w-]+(?:\.[\w-]+)+", value, re.ASCII):
            return "label"
        return asked or "label"

    def is_certain(self, rule_id: str) -> bool:
        """Whether a finding of this rule is one whatever stands around it: known values, documented formats."""
        rule = self._rules.get(rule_id)
        return rule is None or "plausible" not in rule.validators

    # -- inbound

    def restorer(self, records: Iterable[Record] | None = None) -> Restorer:
        """Make a restorer of these records, or of the whole vault."""
        if records is not None:
            return Restorer(records)
        with self._lock:
            everything = list(self._vault.records())
            if self._restorer[0] != len(everything):
                self._restorer = (len(everything), Restorer(everything))
            return self._restorer[1]

    def restore(self, text: str) -> str:
        """Restore every surrogate of this vault in a text."""
        return self.restorer().restore(text)

    def stream(self, encode: Encode = plainly, permit: Permit = anything) -> RestoreStream:
        """Make a stream: `restore()`, one piece at a time."""
        return self.restorer().stream(encode, permit)

    # -- beside the body

    def find(self, text: str, near: str = "") -> list[Finding]:
        """Find what rules and known values say of a text, without minting: disjoint, sorted, own surrogates left out."""
        with self._lock:
            found = spans.unite([*self._find(Text(text, near)), *self._known.find(text)], self._strictness)
            return self._own_surrogates_cut(text, found)

    def scrubbed(self, words: str) -> str:
        """Put `*` in the place of whatever is found in a few words, for the audit."""
        return spans.splice(words, [(f.start, f.end, "*") for f in self.find(words)]) if words else words

    # -- the last check

    def stands_in(self, data: bytes) -> bool:
        """Tell whether any known value, in any encoding, stands in these bytes."""
        return self._known.stands_in(data)


def _spelt(record: Record, value: str, name: tuple[str, ...] | None) -> str:
    if name is None or record.shape != "codename":
        return record.surrogate
    style = style_of(value, name)
    words = words_of(record.surrogate)
    return written(words, style) if style else record.surrogate
