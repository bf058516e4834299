"""Text in, text out: the Redactor. Knows detectors, rules, a mint and a vault; knows no JSON, no HTTP and no provider.

Strategy: what rules find in a text depends on the text alone, so it is cached by the text. What is found is minted, kept
in the vault and known from then on; a cached text is only searched again for values that became known since.
"""

from __future__ import annotations

import math
import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple, Protocol

from redact import spans
from redact.detect.decoded import Hidden, plain
from redact.detect.known import RULE_ID as KNOWN
from redact.detect.known import KnownValues
from redact.errors import NotAtOnceError
from redact.joints import is_nothing, pieces
from redact.jsontext import unescaped
from redact.model import STRICTNESS, Finding, Known, Record, Redaction
from redact.paths import Settled
from redact.records import QUOTED, Records
from redact.restore import Encode, Permit, Restorer, RestoreStream, anything, codename_of, plainly
from redact.rules import Rule, rank
from redact.surrogates import Mint, canonical, lowered
from redact.vault.base import Exemptions, Vault

Detector = Callable[[str], Iterable[Finding]]


class Said(Protocol):
    """What is found in a text by its structure, what is left of other findings, and whether something could not be parsed."""

    @property
    def findings(self) -> Sequence[Finding]: ...  # noqa: D102  told together above

    @property
    def settled(self) -> Mapping[Finding, Sequence[Finding]]: ...  # noqa: D102  told together above

    @property
    def unparsed(self) -> bool: ...  # noqa: D102  told together above


class Structure(Protocol):
    """Finds by parsing, for many texts in one go; only texts in which it has something to say are in what it gives."""

    def read(
        self, texts: Mapping[str, Sequence[Finding]], *, at_once: bool = False, paths: Mapping[str, str] | None = None
    ) -> Mapping[str, Said]:
        """Read texts, each with what was found in it that code may prove to be no value: `settled` says what is left.

        `paths` says which files texts are. Raises NotAtOnceError where one is to be parsed `at_once`.
        """
        ...


SHORTEST_PIECE = 4
"""What is left of a finding beside a surrogate inside it is redacted from this length on, in characters."""

_TELLING = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cred|account|owner|sign|salt|cookie|session|private|conn|dsn|ur[il]$|user|login|pin$|code$|jwt|sas$"
)

_ROUNDS = 3
"""What known values and findings become together is known in the next round; more rounds than this find nothing new."""

_WORDS = 256
"""So many words of clients, scrubbed, are remembered."""
_AT_ONCE = 65_536
"""So many new characters are scanned at once: a millisecond or two."""

_CONTAINERS = frozenset("{[")


class Text(NamedTuple):
    """One text to redact, and the object key it stands under, which may tell what it is.

    In a `sealed` text, which must not be edited, only what is certain counts: it will block.
    """

    text: str
    near: str = ""
    sealed: bool = False

    def __repr__(self) -> str:
        """Show neither the text nor the key: both may be values."""
        return f"Text({len(self.text)} characters)"


class _Entry:
    """What is known of a text: the rules' findings for good, the redaction up to a generation of known values."""

    __slots__ = ("behind", "findings", "generation", "is_bare", "parts", "redaction", "unparsed")

    def __init__(self, findings: list[Finding], *, is_bare: bool) -> None:
        self.findings = findings
        self.is_bare = is_bare  # rules find nothing in it wherever it stands, sealed or not
        self.generation = -1
        self.parts: Sequence[Finding] = ()  # what certain rules found inside findings that others made wider
        self.behind: Sequence[tuple[str, str]] = ()  # what is said behind encodings, and by which rule it was found
        self.redaction: Redaction | None = None
        self.unparsed = False

    @property
    def is_empty(self) -> bool:
        """Whether neither rules nor known values are in it."""
        return self.is_bare and self.redaction is not None and not self.redaction.findings


def _redaction(text: Text, entry: _Entry) -> Redaction:
    redaction = entry.redaction or Redaction(text.text)
    return replace(redaction, unparsed=True) if entry.unparsed else redaction


class _Few(NamedTuple):
    """What is known of a few words beside a body, as long as no more values are known than then."""

    at: int
    scrubbed: str
    secrets: tuple[str, ...]


class _Telling(dict[str, bool]):
    """Whether an object key tells what stands under it, for the keys met so far."""

    def __missing__(self, near: str) -> bool:
        if len(self) > 10_000:  # noqa: PLR2004  keys come from outside: bounded
            self.clear()
        tells = self[near] = _TELLING.search(near) is not None
        return tells


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
        exemptions: Exemptions | None = None,
        structure: Structure | None = None,
        cache_characters: int = 24_000_000,
    ) -> None:
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        # A known value is stricter than what is only reported; a rule that also replaces says better what it is.
        self._rank = {rule_id: 2 * strictness for rule_id, strictness in rank(rules).items()}
        self._rank[KNOWN] = self._rank[QUOTED] = 4 * STRICTNESS["tokenize"] - 1
        self._records = Records(rules, mint, vault)
        self._detectors = tuple(detectors)
        self._structure = structure
        self._half: dict[Text, list[Finding]] = {}  # what patterns found in texts that were then to be parsed
        self._mint, self._vault, self._known, self._exemptions = mint, vault, known, exemptions
        self._cache: OrderedDict[Text, _Entry] = OrderedDict()
        self._cached, self._cache_limit = 0, cache_characters
        self._telling = _Telling()
        self._settled_at, self._settled = -1, Settled(set(), self._telling)
        self._lock = threading.RLock()
        self._patience = math.inf  # characters that may still be scanned; of whoever has the lock
        self._restorer: tuple[int, Restorer] = (-1, Restorer(()))
        self._few_words: dict[str, _Few] = {}
        self._seeded = 0
        self._seed()

    # -- what is known

    def learn(self, values: Iterable[Known]) -> list[Record]:
        """Look for these values from now on, in every process over this vault; return, in no order, what stands for each.

        What is not distinctive, or a surrogate, is kept but not looked for. Raises VaultError.
        """
        with self._lock:
            records = self._records.of_known(values)
            self._remember(records)
        return records

    def refresh(self) -> None:
        """Take in what other processes have learnt, and what people said of values since. Cheap if there is nothing.

        Raises VaultError.
        """
        self.take_in(said=self._exemptions is not None and self._exemptions.refresh())

    def take_in(self, *, said: bool) -> None:
        """Take in what other processes have learnt and, if so `said`, what people said of values. Raises VaultError."""
        if said:
            self._known.forget([value for value in self._known if self._is_exempt(value)])
            self._seeded = 0
        self._seed()
        if said:
            with self._lock:
                self._cache.clear()
                self._few_words.clear()
                self._cached, self._settled_at = 0, -1

    def _seed(self) -> None:
        """Look for what has come into the vault since the last time."""
        records = list(self._vault.records())
        fresh, self._seeded = records[self._seeded :], len(records)
        self._remember(record for record in fresh if not self._is_exempt(record.value))

    def _is_exempt(self, value: str) -> bool:
        said = self._exemptions
        return said is not None and (said.is_allowed(value) or said.is_forgotten(value))

    def _not_allowed(self, text: str, findings: list[Finding]) -> list[Finding]:
        said = self._exemptions
        if said is None:
            return findings
        left = [f for f in findings if not said.is_allowed(text[f.start : f.end])]
        return [f for f in left if not (isinstance(f, Hidden) and said.is_allowed(f.value))]

    # -- outbound

    def redact(self, text: str, near: str = "") -> Redaction:
        """Redact one text. Raises VaultError, DetectionError."""
        return self.redact_all([Text(text, near)])[0]

    def redact_all(self, texts: Sequence[Text]) -> list[Redaction]:
        """Redact texts that travel together: a value found in one is found in all.

        When this returns, every surrogate used is in the vault. Raises VaultError, DetectionError.
        """
        with self._lock:
            texts = [text if self._telling[text.near] else Text(text.text, "", text.sealed) for text in texts]
            entries = self._entries(texts)
            self._learn([(t, e) for t, e in entries.items() if e.generation < 0])
            for _ in range(_ROUNDS):
                generation = self._known.generation
                stale = [(t, e) for t, e in entries.items() if e.generation != generation]
                if stale:
                    self._renew(stale, generation)
            self._settle(entries)
            return [_redaction(text, entries[text]) for text in texts]

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do what follows without waiting.

        Raises NotAtOnceError, here or then, where another thread is at work, much text is new, or the vault is to be
        written; what was done until then is kept and need not be done again.
        """
        if not self._lock.acquire(blocking=False):
            raise NotAtOnceError
        self._patience, self._records.may_wait = _AT_ONCE, False
        try:
            yield
        finally:
            self._patience, self._records.may_wait = math.inf, True
            self._lock.release()

    @property
    def settled(self) -> Settled:
        """What need not be redacted, since nothing is in it: another object as soon as another value is known."""
        with self._lock:
            if self._settled_at != self._known.generation:
                self._settled_at = self._known.generation
                self._settled = Settled(set(), self._telling)
            return self._settled

    def _settle(self, entries: Mapping[Text, _Entry]) -> None:
        empty = self.settled.texts
        for text, entry in entries.items():
            kept = entry.generation == self._settled_at and self._cache.get(text) is entry
            # What may be JSON is looked at where it stands: its strings, once unescaped, are other texts.
            if kept and entry.is_empty and text.text.lstrip()[:1] not in _CONTAINERS:
                empty.add(text.text)

    def _entries(self, texts: Sequence[Text]) -> dict[Text, _Entry]:
        entries: dict[Text, _Entry] = {}
        fresh, self._half = self._half, {}
        found: dict[Text, list[Finding]] = {}
        for text in dict.fromkeys(texts):
            entry = self._cache.get(text)
            if entry is not None:
                self._cache.move_to_end(text)
                entries[text] = entry
                continue
            self._patience -= len(text.text)
            if self._patience < 0:
                raise NotAtOnceError
            found[text] = fresh[text] if text in fresh else self._find(text)
        if found:
            self._half = found
            said = self._read(found)
            self._half = {}
            entries |= {text: self._entry(text, of, said.get(text.text)) for text, of in found.items()}
        return entries

    def spend(self, characters: int) -> None:
        """Count work of others against what may be done at once. Raises NotAtOnceError."""
        self._patience -= 10 * characters
        if self._patience < 0:
            raise NotAtOnceError

    def _read(self, found: Mapping[Text, Sequence[Finding]], path: str = "") -> Mapping[str, Said]:
        """Read new texts by their structure, all in one go."""
        if self._structure is None:
            return {}
        texts = {
            text.text: [f for f in of if isinstance(f, Hidden) or not self.is_certain(f.rule_id)] if of else ()
            for text, of in found.items()
        }
        paths = dict.fromkeys(texts, path) if path else None
        return self._structure.read(texts, at_once=self._patience < math.inf, paths=paths)

    def _entry(self, text: Text, found: list[Finding], said: Said | None) -> _Entry:
        found = self._together(text.text, found, said)
        certain = [f for f in found if self.is_certain(f.rule_id)] if text.sealed else found
        hidden = [f for f in certain if isinstance(f, Hidden)]
        certain = plain(certain) if hidden else certain
        entry = self._cache[text] = _Entry(spans.unite(certain, self._strictness), is_bare=not found)
        united = set(entry.findings)
        entry.parts = [f for f in certain if f not in united and self.is_certain(f.rule_id)]
        entry.behind = [(f.value, f.rule_id) for f in hidden]
        entry.unparsed = said is not None and said.unparsed
        self._cached += len(text.text) + 64
        while self._cached > self._cache_limit and len(self._cache) > 1:
            old, _ = self._cache.popitem(last=False)
            self._cached -= len(old.text) + 64
            self._settled.texts.discard(old.text)  # so that this is bounded, too
        return entry

    def _together(self, text: str, found: list[Finding], said: Said | None) -> list[Finding]:
        if said is None:
            return found
        left: list[Finding] = []
        for finding in found:
            parts = said.settled.get(finding, (finding,))
            if isinstance(finding, Hidden) and parts and parts[0] is not finding:
                parts = [Hidden(parts[0].start, parts[0].end, finding.rule_id, finding.value), *parts[1:]]
            left += parts
        return self._not_allowed(text, [*left, *said.findings])

    def _find(self, text: Text) -> list[Finding]:
        found = [finding for detect in self._detectors for finding in detect(text.text)]
        if text.near and len(text.text) < 65536:  # noqa: PLR2004  what is longer says itself what it is
            before = f'"{text.near}": "'
            if text.text.isdigit():
                before = before[:-1]
            view = f"{before}{text.text}" + ('"' if before.endswith('"') else "\n")
            for detect in self._detectors:
                found += spans.shift(detect(view), -len(before), len(text.text))
        found = [f for f in found if not (isinstance(f, Hidden) and self._is_surrogate(f.value))]
        return self._not_allowed(text.text, found) if found else found

    def _strictness(self, rule_id: str) -> int:
        return self._rank.get(rule_id, 0)

    def _learn(self, fresh: Iterable[tuple[Text, _Entry]]) -> None:
        """Mint what rules found, so that it is known before any text is rewritten."""
        wanted: list[tuple[str, str]] = []
        for text, entry in fresh:
            if entry.findings:
                found = [*self._own_surrogates_cut(text.text, entry.findings), *entry.parts]
                wanted += self._values(text.text, found)
            for value, rule_id in entry.behind:  # as it will be written elsewhere: in plain
                if self._is_replaced(rule_id) and not self._mint.labels_in(value):
                    wanted.append((value, rule_id))
            entry.behind = ()
        if wanted:
            # What was found in written JSON may stand elsewhere as it is: there, its JSON form is what was found.
            plainly = [(plain, rule_id) for value, rule_id in wanted if (plain := unescaped(value)) != value]
            wanted += [(plain, rule_id) for plain, rule_id in plainly if self._is_one(plain)]
            self._remember(self._records.of_found(wanted).values())

    def _is_one(self, plain: str) -> bool:
        """Tell a value of several lines from one to which an escaped line end has only tied what comes next."""
        whole = (0, len(plain))
        return "\n" not in plain or any((f.start, f.end) == whole for detect in self._detectors for f in detect(plain))

    def _remember(self, records: Iterable[Record]) -> None:
        """Look for these values everywhere from now on; names have rules of their own, surrogates are no values."""
        self._known.add(
            r.value
            for r in records
            if r.shape != "codename" and r.value not in self._known and not self._is_surrogate(r.value)
        )

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
            wanted += self._values(text.text, findings)
            plans.append((text, entry, findings))
        stand = self._records.of_found(wanted)
        for text, entry, findings in plans:
            entry.redaction = self._rewritten(text.text, findings, stand) if findings else Redaction(text.text)
            entry.generation = generation
        self._remember(stand.values())  # what known values and findings became together is a value of its own

    def _own_surrogates_cut(self, text: str, findings: Sequence[Finding]) -> list[Finding]:
        """Leave alone what is a surrogate already, so that redacting twice gives the same."""
        labels = self._mint.labels_in(text)
        kept = spans.subtract(findings, labels, SHORTEST_PIECE)
        if labels and kept:
            whole = set(findings)
            kept = [f for f in kept if f in whole or not is_nothing(text, f.start, f.end)]
        return self._not_allowed(text, [f for f in kept if not self._is_surrogate(text[f.start : f.end])])

    def _is_surrogate(self, found: str) -> bool:
        """Whether what was found stands for a value, in whatever spelling. Where that value is too, see `_look_alikes`."""
        spelling = canonical(found)
        return (
            spelling is not None and not self._records.is_name(found) and self._vault.by_surrogate(spelling) is not None
        )

    def _is_replaced(self, rule_id: str) -> bool:
        rule = self._rules.get(rule_id)
        return rule is None or rule.action in ("tokenize", "block")

    def _rewritten(self, text: str, findings: Sequence[Finding], stand: Mapping[str, Record]) -> Redaction:
        while True:
            replaced = self._replaced(text, findings)
            keys = dict.fromkeys(key for f in replaced for key in self._records.keys(text[f.start : f.end]))
            used = {r.surrogate: r for r in map(stand.__getitem__, keys)}
            quoted = self._look_alikes(text, used.values(), replaced)
            if not quoted:
                break
            # What is only reported gives way; what is replaced does not overlap.
            rest = spans.subtract(findings, [(f.start, f.end) for f in quoted])
            findings = sorted([*rest, *quoted])
            stand = self._records.of_found(self._values(text, findings))
        edits = [(f.start, f.end, self._records.written(text[f.start : f.end], stand)) for f in replaced]
        return Redaction(
            text=spans.splice(text, edits),
            findings=tuple(findings),
            edits=tuple(edits),
            records=tuple(used.values()),
            blocked=tuple(dict.fromkeys(f.rule_id for f in findings if self._blocks(f.rule_id))),
        )

    def _replaced(self, text: str, findings: Iterable[Finding]) -> list[Finding]:
        """List what is replaced, piece by piece where code holds a value in several."""
        found: list[Finding] = []
        for finding in findings:
            if self._is_replaced(finding.rule_id):
                is_name = self._records.is_name(text[finding.start : finding.end])
                cut = [] if is_name else pieces(text, finding.start, finding.end)
                found += [Finding(start, end, finding.rule_id) for start, end in cut] or [finding]
        return found

    def _values(self, text: str, findings: Sequence[Finding]) -> list[tuple[str, str]]:
        """List what is to be minted for findings, each with its rule: values, and the pieces in which they are replaced."""
        whole = [f for f in findings if self._is_replaced(f.rule_id)]
        return [(text[f.start : f.end], f.rule_id) for f in dict.fromkeys([*whole, *self._replaced(text, whole)])]

    def _blocks(self, rule_id: str) -> bool:
        rule = self._rules.get(rule_id)
        return rule is not None and rule.action == "block"

    @staticmethod
    def _look_alikes(text: str, records: Iterable[Record], replaced: Sequence[Finding]) -> list[Finding]:
        """Find surrogates used in this text that already stand in it: they would be restored to what they never were."""
        found: list[Finding] = []
        lower = lowered(text)
        ends = [f.end for f in replaced]
        holds_labels = "rdx_" in lower
        for record in records:
            if record.shape == "label" and not holds_labels:
                continue
            for start, end in _places(record, lower):
                next_one = bisect_left(ends, start + 1)
                if next_one == len(replaced) or replaced[next_one].start >= end:
                    found.append(Finding(start, end, QUOTED))
        return spans.unite(found)

    def is_certain(self, rule_id: str) -> bool:
        """Whether a finding of this rule is one whatever stands around it: known values, documented formats."""
        rule = self._rules.get(rule_id)
        return rule is None or "plausible" not in rule.validators

    # -- inbound

    def restorer(self, records: Iterable[Record] | None = None) -> Restorer:
        """Make a restorer of these records, or of the whole vault."""
        if records is not None:
            return Restorer(records, self._records.returns)
        with self._lock:
            everything = list(self._vault.records())
            if self._restorer[0] != len(everything):
                self._restorer = (len(everything), Restorer(everything, self._records.returns))
            return self._restorer[1]

    def restore(self, text: str) -> str:
        """Restore every surrogate of this vault in a text."""
        return self.restorer().restore(text)

    def stream(self, encode: Encode = plainly, permit: Permit = anything) -> RestoreStream:
        """Make a stream: `restore()`, one piece at a time."""
        return self.restorer().stream(encode, permit)

    # -- beside the body

    def find(self, text: str, near: str = "", path: str = "") -> list[Finding]:
        """Find what rules and known values say of a text, without minting: disjoint, sorted, own surrogates left out.

        `path` says which file it is: some rules find nothing in some files.
        """
        with self._lock:
            asked = Text(text, near)
            found = self._find(asked)
            found = self._together(text, found, self._read({asked: found}, path).get(text))
            by_rules = [f for f in plain(found) if not (path and self._is_silent(f, path))]
            found = spans.unite([*by_rules, *self._known.find(text)], self._strictness)
            return self._own_surrogates_cut(text, found)

    def _is_silent(self, finding: Finding, path: str) -> bool:
        rule = self._rules.get(finding.rule_id)
        return rule is not None and rule.allow.is_path(path)

    def scrubbed(self, words: str) -> str:
        """Put `*` in the place of whatever is found in a few words, for the audit."""
        return self._few(words).scrubbed

    def secrets_in(self, words: str) -> tuple[str, ...]:
        """Name the rules that find a secret in a few words, also where another one found more of it. Mints nothing."""
        return self._few(words).secrets

    def _few(self, words: str) -> _Few:
        """Look at a few words, mostly the same ones again."""
        few = self._few_words.get(words)
        if few is None or few.at != self._known.generation:
            at = self._known.generation
            with self._lock:  # a few words are no code
                by_rules = list(plain(self._find(Text(words)))) if words else []
                found = spans.unite([*by_rules, *self._known.find(words)], self._strictness)
                found = self._own_surrogates_cut(words, found)
            ids = dict.fromkeys(finding.rule_id for finding in by_rules)
            secrets = tuple(each for each in ids if each in self._rules and self._rules[each].category == "secret")
            few = _Few(at, spans.splice(words, [(f.start, f.end, "*") for f in found]), secrets)
            if len(self._few_words) >= _WORDS:
                self._few_words.clear()
            self._few_words[words] = few
        return few

    # -- the last check

    def stands_in(self, data: bytes) -> bool:
        """Tell whether any known value, in any encoding, stands in these bytes."""
        return self._known.stands_in(data)


def _places(record: Record, lower: str) -> Iterator[tuple[int, int]]:
    """Find where a text, in lower case, spells the surrogate of a record."""
    named = codename_of(record)
    if named is not None:
        if named.plain[0] in lower:
            yield from (match.span() for match in named.pattern.finditer(lower))
        return
    form = record.surrogate.lower()
    start = lower.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = lower.find(form, start + 1)
