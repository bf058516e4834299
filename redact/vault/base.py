"""What a vault promises, whichever store is behind it. Knows records; knows no store and no key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from redact.model import Record


class Exemptions(Protocol):
    """What people said of single values."""

    def refresh(self) -> bool:
        """Take in what was said meanwhile; say whether anything changed. Cheap if nothing did. Raises `VaultError`."""

    def is_allowed(self, value: str) -> bool:
        """Whether this very value is not sensitive: it is neither looked for nor redacted where a rule finds it."""

    def is_forgotten(self, value: str) -> bool:
        """Whether this value is not looked for any more until a rule finds it."""


class Vault(Protocol):
    """Keeps surrogate ⇄ value. Records are immutable: the first one written for a value stands, for every process."""

    def put(self, records: Sequence[Record]) -> list[Record]:
        """Insert what is absent; return, in order, the record that stands for each value.

        All or nothing, and durable on return. Raises `SurrogateTakenError` when a new value came with a surrogate that
        stands for another value, and `VaultError` when the store cannot keep it.
        """

    def by_value(self, value: str) -> Record | None:
        """Return the record that stands for this very value."""

    def by_surrogate(self, surrogate: str) -> Record | None:
        """Return the record of this surrogate, spelt exactly as it was minted."""

    def records(self) -> Iterable[Record]:
        """Return all records, oldest first."""

    def close(self) -> None:
        """Let go of the store. Closing twice is fine."""
