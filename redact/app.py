"""Puts the house together: the only place that names concrete classes. Knows settings; knows no terminal, no mitmproxy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from redact import providers, rulecache, settings
from redact.audit.log import AuditLog
from redact.audit.recorder import Recorder
from redact.audit.store import AuditStore
from redact.detect.examples import problems
from redact.detect.known import KnownValues
from redact.detect.patterns import Patterns
from redact.dialects import DIALECTS
from redact.engine import Redactor
from redact.errors import SettingsError
from redact.model import Redaction
from redact.providers import ProviderMap
from redact.restore import RestoreStream
from redact.rules import RuleSet
from redact.settings import BUILTIN, Settings
from redact.surrogates import Mint
from redact.vault.base import Vault
from redact.vault.keys import TenantKeys, open_keys
from redact.vault.memory import MemoryVault
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
    """Read the rules and make the detector. Packs of one's own must hold to their own examples. Raises RuleError."""
    read, looked_for = rulecache.load(pack_paths(wanted), cache)
    own = [sourced for sourced in read.rules if not Path(sourced.path).is_relative_to(PACKS)]
    for problem in problems(own):
        raise problem
    return read, Patterns(looked_for)


@dataclass
class Core:
    """What every way of using redact needs: a Redactor and what it stands on."""

    settings: Settings
    rules: RuleSet
    keys: TenantKeys
    vault: Vault
    known: KnownValues
    redactor: Redactor

    def reloaded(self) -> Core:
        """Read the rules anew, over the same vault and known values. Raises RuleError; the old core stays good."""
        read, patterns = loaded_rules(self.settings, self.settings.state / "compiled")
        redactor = _redactor(self.settings, read, patterns, self.keys, self.vault, self.known)
        return Core(self.settings, read, self.keys, self.vault, self.known, redactor)

    def close(self) -> None:
        """Let go of the vault."""
        self.vault.close()


def core(wanted: Settings, *, keep: bool = True) -> Core:
    """Build the core; without `keep`, over a key and vault that die with the process.

    Raises SettingsError, RuleError, VaultError.
    """
    state = prepared_state(wanted)
    read, patterns = loaded_rules(wanted, state / "compiled")
    keys = open_keys(state / "tenant.key", wanted.tenant)
    vault: Vault = SqliteVault(state / "vault.db", keys) if keep else MemoryVault()
    known = KnownValues()
    return Core(wanted, read, keys, vault, known, _redactor(wanted, read, patterns, keys, vault, known))


def _redactor(
    wanted: Settings, read: RuleSet, patterns: Patterns, keys: TenantKeys, vault: Vault, known: KnownValues
) -> Redactor:
    limit = wanted.limits.cache_characters
    return Redactor(read.enabled(), [patterns], Mint(keys.index_key), vault, known, cache_characters=limit)


def provider_map(wanted: Settings) -> ProviderMap:
    """Read the provider maps: the settings' own first. Raises SettingsError."""
    own = [wanted.resolved(path) for path in wanted.providers]
    return providers.read([*own, PACKS / "providers.yaml"], DIALECTS)


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
