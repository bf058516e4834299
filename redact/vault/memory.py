"""A vault that forgets when the process ends; also the index that other vaults keep in front of their store."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from redact.errors import SurrogateTakenError
from redact.model import Record


class MemoryVault:
    """Two dicts and a lock. Safe from any thread; look-ups take no lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_value: dict[str, Record] = {}
        self._by_surrogate: dict[str, Record] = {}
        self._lock = threading.Lock()

    def put(self, records: Sequence[Record]) -> list[Record]:
        """Insert what is absent; return, in order, the record that stands for each value. Raises as `fresh` does."""
        with self._lock:
            for record in self.fresh(records):
                # By surrogate first: whoever finds a value may then always restore it.
                self._by_surrogate[record.surrogate] = record
                self._by_value[record.value] = record
        return [self._by_value[record.value] for record in records]

    def fresh(self, records: Sequence[Record]) -> list[Record]:
        """Return those a `put` would insert, one per value.

        Raises `SurrogateTakenError` with each surrogate that already stands, here or earlier in `records`, for another
        value.
        """
        new: dict[str, Record] = {}
        claimed: dict[str, Record] = {}
        taken: dict[str, None] = {}
        for record in records:
            if record.value in self._by_value or record.value in new:
                continue
            if record.surrogate in self._by_surrogate or record.surrogate in claimed:
                taken[record.surrogate] = None
            new[record.value] = claimed[record.surrogate] = record
        if taken:
            raise SurrogateTakenError(list(taken))
        return list(new.values())

    def by_value(self, value: str) -> Record | None:
        """Return the record that stands for this very value."""
        return self._by_value.get(value)

    def by_surrogate(self, surrogate: str) -> Record | None:
        """Return the record of this surrogate, spelt exactly as it was minted."""
        return self._by_surrogate.get(surrogate)

    def records(self) -> list[Record]:
        """Return all records, oldest first, as they stand now."""
        with self._lock:
            return list(self._by_value.values())

    def close(self) -> None:
        """Nothing to let go of."""
