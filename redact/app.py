"""Puts the house together: the only place that names concrete classes. Knows settings; knows no terminal, no mitmproxy."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from redact import providers, restrictions, rulecache, settings, sinks
from redact.accounts import Accounts
from redact.audit.log import AuditLog
from redact.audit.recorder import Recorder
from redact.audit.store import AuditStore
from redact.detect import pii
from redact.detect.code import Code
from redact.detect.decoded import Decoded
from redact.detect.examples import problems
from redact.detect.known import RULE_ID as KNOWN
from redact.detect.known import KnownValues
from redact.detect.parsers import Parsers
from redact.detect.patterns import Patterns, expressions
from redact.detect.pdfs import Pdfs
from redact.dialects import DIALECTS
from redact.engine import Detector, Redactor
from redact.errors import SettingsError
from redact.exchange import NOTE
from redact.model import Redaction
from redact.overrides import Actions, Overrides
from redact.providers import ProviderMap
from redact.restore import RestoreStream
from redact.restrictions import Restrictions
from redact.rules import Rule, RuleSet, names_one_of
from redact.settings import BUILTIN, Settings
from redact.sinks import Sinks
from redact.surrogates import Mint
from redact.vault.base import Vault
from redact.vault.conversations import Conversations
from redact.vault.keys import TenantKeys, open_keys
from redact.vault.ledger import Ledger
from redact.vault.memory import MemoryVault
from redact.vault.shelf import SealedShelf
from redact.vault.sqlite import SqliteVault

PACKS = Path(__file__).parent / "packs"
"""The builtin rule packs, beside the code."""


def pack_paths(wanted: Settings) -> list[Path]:
    """List where the settings' rule packs are."""
    return [PACKS if name == BUILTIN else wanted.resolved(name) for name in wanted.rules]


def prepared_state(wanted: Settings) -> Path:
    """Make the state directory, for its owner only. Raises SettingsError."""
    state = wanted.state
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if state.stat().st_mode & 0o077:
            state.chmod(0o700)
    except OSError as error:
        raise SettingsError(
            f"state_dir {state}: {os.strerror(error.errno or 0)}; choose another in redact.yaml"
        ) from None
    return state


def loaded_rules(wanted: Settings, cache: Path | None) -> tuple[RuleSet, Patterns]:
    """Read the rules and make the detector. Packs of one's own must hold to their own examples.

    Raises RuleError, and SettingsError where a rule to turn on or off is not there.
    """
    read, looked_for, shelf = rulecache.load(pack_paths(wanted), cache, on=wanted.enable, off=wanted.disable)
    ids = [sourced.rule.id for sourced in read.rules]
    others = [pattern for override in wanted.overrides for pattern in override.rules]
    for key, named in (("enable", wanted.enable), ("disable", wanted.disable), ("overrides", others)):
        for name in named:
            if not any(names_one_of(rule_id, [name]) for rule_id in ids):
                near = difflib.get_close_matches(name, ids, n=1)
                raise SettingsError(
                    f"{key}: no rule is called '{name}'" + (f"; did you mean '{near[0]}'?" if near else "")
                )
    own = [sourced for sourced in read.rules if not Path(sourced.path).is_relative_to(PACKS)]
    for problem in problems(own):
        raise problem
    return read, Patterns(looked_for, shelf=shelf)


def detectors(read: RuleSet, patterns: Patterns) -> list[Detector]:
    """List what looks for the rules in force. Presidio is imported only if one of them names it. Raises RuleError."""
    prose = pii.detector(sourced for sourced in read.rules if sourced.rule.enabled)
    looking: list[Detector] = [patterns, Decoded(patterns)]
    return [*looking, prose] if prose else looking


@dataclass(frozen=True)
class Kept:
    """What is known of values: the keys, and what lies under them. It outlives a change of rules."""

    keys: TenantKeys
    vault: Vault
    ledger: Ledger
    conversations: Conversations
    known: KnownValues
    parsers: Parsers
    pdfs: Pdfs

    def fingerprint(self, key: str) -> str:
        """Give what stands for an API key in the settings."""
        return self.ledger.mark(key).hex()[:32]

    def close(self) -> None:
        """Let go of the files, and of the processes that parse."""
        self.parsers.close()
        self.pdfs.close()
        self.conversations.close()
        self.ledger.close()
        self.vault.close()


@dataclass
class Core:
    """What every way of using redact needs: a Redactor and what it stands on."""

    settings: Settings
    rules: RuleSet
    kept: Kept
    redactor: Redactor
    looked_for: tuple[Rule, ...]
    """The rules in force, those that stand for imported names and known values too."""
    named: frozenset[bytes]
    """The fingerprints of the imported names among them."""
    patterns: Patterns
    made: Callable[[Actions], Redactor]
    """Makes a Redactor that gives some rules other actions, over the same vault and known values."""
    others: dict[Actions, Redactor] = field(default_factory=dict)

    def redactor_for(self, actions: Actions) -> Redactor:
        """Give what redacts where an override gives some rules other actions. From one thread."""
        if not actions:
            return self.redactor
        if actions not in self.others:
            self.others[actions] = self.made(actions)
        return self.others[actions]

    def reloaded(self) -> Core:
        """Read the rules anew, over the same vault and known values. Raises RuleError; the old core stays good."""
        return _core(self.settings, self.kept)

    def refresh(self) -> frozenset[bytes]:
        """Take in what other processes have learnt, imported or allowed. Raises VaultError.

        Gives the fingerprints of all imported names: other ones than `named` take a reload.
        """
        changed = self.kept.ledger.refresh()
        for redactor in (self.redactor, *list(self.others.values())):
            redactor.take_in(said=changed)
        self.kept.known.settle()
        return self.kept.ledger.names

    def settle(self) -> None:
        """Make finding fast: takes seconds, once for each set of rules, and may be done beside the finding."""
        self.patterns.settle()

    def close(self) -> None:
        """Let go of the vault."""
        self.kept.close()


def core(wanted: Settings, *, keep: bool = True) -> Core:
    """Build the core; without `keep`, over a copy of the vault that dies with the process.

    Raises SettingsError, RuleError, VaultError.
    """
    opened = kept(wanted, keep=keep)
    try:
        return _core(wanted, opened)
    except BaseException:
        opened.close()
        raise


def kept(wanted: Settings, *, keep: bool = True) -> Kept:
    """Open what is known of values, without any rule. Raises SettingsError, VaultError."""
    state = prepared_state(wanted)
    keys = open_keys(state / "tenant.key", wanted.tenant)
    known = KnownValues(shelf=SealedShelf(state / "compiled" / "known.bin", keys))
    ledger = Ledger(state / "ledger.db", keys)
    vault: Vault = SqliteVault(state / "vault.db", keys) if keep else _copied(state / "vault.db", keys)
    return Kept(keys, vault, ledger, Conversations(state / "conversations.db", keys, vault), known, Parsers(), Pdfs())


def _copied(path: Path, keys: TenantKeys) -> MemoryVault:
    copy = MemoryVault()
    if path.exists():
        with closing(SqliteVault(path, keys)) as vault:
            copy.put(vault.records())
    return copy


def _core(wanted: Settings, kept: Kept) -> Core:
    read, patterns = loaded_rules(wanted, wanted.state / "compiled")
    named = kept.ledger.names
    names = [r.value for r in kept.vault.records() if r.shape == "codename" and kept.ledger.is_name(r.value)]
    own = [imported_names(names)] if names else []
    rules = [*read.enabled(), *own]
    looking: list[Detector] = [*detectors(read, patterns), *(Patterns(expressions([rule])) for rule in own)]
    structure = Code(read.enabled(), kept.parsers)
    mint = Mint(kept.keys.index_key)

    def made(actions: Actions) -> Redactor:
        return Redactor(
            [_acting(rule, actions) for rule in rules],
            looking,
            mint,
            kept.vault,
            kept.known,
            exemptions=kept.ledger,
            structure=structure,
            cache_characters=wanted.limits.cache_characters,
        )

    return Core(wanted, read, kept, made(()), (*rules, KNOWN_VALUES), named, patterns, made)


def _acting(rule: Rule, actions: Actions) -> Rule:
    action = next((action for pattern, action in actions if names_one_of(rule.id, [pattern])), rule.action)
    return rule if action == rule.action else rule.model_copy(update={"action": action})


def imported_names(names: Sequence[str]) -> Rule:
    """Make the rule that looks for imported names."""
    return Rule(
        id="known-name",
        title="Internal names that were imported",
        category="internal",
        names=tuple(names),
        matches=(f"«{names[0]}»",),
        rejects=("-",),
    )


KNOWN_VALUES = Rule(
    id=KNOWN,
    title="A value already known to be sensitive",
    category="secret",
    pattern="(?!)",
    matches=("«-»",),
    rejects=("-",),
)
"""Stands for what is found by value; it finds nothing itself."""


def provider_map(wanted: Settings) -> ProviderMap:
    """Read the provider maps: the settings' own first. Raises SettingsError."""
    own = [wanted.resolved(path) for path in wanted.providers]
    return providers.read([*own, PACKS / "providers.yaml"], DIALECTS)


@dataclass(frozen=True)
class Policy:
    """What is decided about a request beside its texts."""

    sinks: Sinks
    overrides: Overrides
    restrictions: Restrictions
    accounts: Accounts
    note: str
    """What a model is told of surrogates; empty for nothing."""


def policy(wanted: Settings) -> Policy:
    """Read what is done with which requests, and what may come back where. Raises SettingsError."""
    tables = [*(wanted.resolved(path) for path in wanted.sinks), PACKS / "sinks.yaml"]
    restricted = restrictions.read(PACKS / "restrictions.yaml", wanted.restrict)
    return Policy(
        sinks.read(tables),
        Overrides(wanted.overrides, wanted.mode),
        restricted,
        wanted.accounts,
        NOTE if wanted.note_to_model else "",
    )


def recorder(wanted: Settings) -> Recorder:
    """Open the audit. Raises AuditError."""
    state = prepared_state(wanted)
    return Recorder([AuditLog(state / "audit.jsonl"), AuditStore(state / "audit.db")])


class Session:
    """The library's door: `with redact.open() as r: r.redact(text)`."""

    def __init__(self, built: Core) -> None:
        self._core = built

    def redact(self, text: str, path: str = "") -> Redaction:
        """Redact a text; `path` may hint at where it comes from. Gives `.text` and `.findings`. Raises VaultError."""
        del path  # no detector asks for it yet
        return self._core.redactor.redact(text)

    def restore(self, text: str) -> str:
        """Restore every surrogate that this state directory knows."""
        return self._core.redactor.restore(text)

    def stream(self) -> RestoreStream:
        """Restore piece by piece: `feed(piece)`, then `flush()`."""
        return self._core.redactor.stream()

    def refresh(self) -> None:
        """Take in what other processes have learnt, imported or allowed since. Raises VaultError."""
        if self._core.refresh() != self._core.named:
            self._core = self._core.reloaded()

    def close(self) -> None:
        """Let go of the vault."""
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open(path: str | Path | None = None) -> Session:  # noqa: A001  said as `redact.open`
    """Open redact as a library, by a settings file or the defaults. Raises SettingsError, RuleError, VaultError."""
    return Session(core(settings.read(Path(path) if path is not None else None)))
