"""A vault in one SQLite file, shared by any number of processes. Knows sealing and the file; mints no surrogates.

Strategy: all records stand in memory, the file makes them last. Rows are numbered in the order of their commits, so
whatever other processes have written since is one read of the rows past the last one seen. `put` does that read under
the write lock, therefore what it then finds absent is absent everywhere.

Threads share one connection behind one lock; look-ups that find their record in memory take no lock. A connection does
not survive `fork()`: a child opens its own vault.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from redact.errors import VaultError
from redact.model import Category, Record, Shape
from redact.statefile import Layout, Synchronous, failures_as, identity, open_database, transaction
from redact.vault.keys import TenantKeys, fingerprint
from redact.vault.memory import MemoryVault

BUSY_MS = 5000
_AT_ONCE = 1000
LAYOUT = Layout(
    application_id=0x52445856,  # "RDXV"
    version=1,
    statements="""
        CREATE TABLE record (
            seq INTEGER PRIMARY KEY,
            fingerprint BLOB NOT NULL UNIQUE,
            surrogate TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            shape TEXT NOT NULL,
            category TEXT NOT NULL,
            kid TEXT NOT NULL,
            sealed BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
    """,
)
_SINCE = "SELECT seq, surrogate, kind, shape, category, kid, sealed FROM record WHERE seq > ? ORDER BY seq"
_INSERT = "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class SqliteVault:
    """The vault at `path`, sealed under a tenant's keys; made if there is none. Safe from any thread."""

    def __init__(
        self, path: Path, keys: TenantKeys, *, busy_ms: int = BUSY_MS, synchronous: Synchronous = "NORMAL"
    ) -> None:
        """Open the file and load its records (100,000 take about a second).

        `busy_ms` is how long a writer waits for another one; `synchronous="FULL"` makes `put` survive a power cut too.
        Raises `VaultError` when the file is damaged, locked, or sealed under another key.
        """
        self._path, self._keys = path, keys
        self._siv = AESSIV(keys.seal_key)
        self._index = MemoryVault()
        self._lock = threading.Lock()
        self._seen = 0
        self._version = -1
        self._pid = os.getpid()
        self._db = open_database(path, LAYOUT, VaultError, busy_ms=busy_ms, synchronous=synchronous)
        try:
            self._catch_up()
            with failures_as(VaultError, path):
                self._identity = identity(path)
        except BaseException:
            self._db.close()
            raise

    def put(self, records: Sequence[Record]) -> list[Record]:
        """Insert what is absent; return, in order, the record that stands for each value. See `Vault.put`."""
        if any(self._index.by_value(record.value) is None for record in records):
            with self._connection() as db:
                if identity(self._path) != self._identity:
                    raise VaultError(f"{self._path}: it was replaced while in use; start again to use the new file")
                with transaction(db):
                    self._read_on(db)
                    fresh = self._index.fresh(records)
                    db.executemany(_INSERT, self._rows(fresh))
                self._index.put(fresh)
                self._seen += len(fresh)
        return self._index.put(records)

    def by_value(self, value: str) -> Record | None:
        """Return the record that stands for this very value, also when another process has just written it."""
        found = self._index.by_value(value)
        if found is None and self._catch_up():
            found = self._index.by_value(value)
        return found

    def by_surrogate(self, surrogate: str) -> Record | None:
        """Return the record of this surrogate, also when another process has just written it."""
        found = self._index.by_surrogate(surrogate)
        if found is None and self._catch_up():
            found = self._index.by_surrogate(surrogate)
        return found

    def records(self) -> list[Record]:
        """Return all records, oldest first, also those that other processes have written."""
        self._catch_up()
        return self._index.records()

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        if os.getpid() == self._pid:
            with self._connection() as db:
                db.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # Before the lock: in a forked child it may be held by a thread that does not exist there.
        if os.getpid() != self._pid:
            raise VaultError(f"{self._path}: it was opened before fork(); open it again in this process")
        with self._lock, failures_as(VaultError, self._path):
            yield self._db

    def _catch_up(self) -> bool:
        """Take in what other processes have committed; say whether there was anything."""
        with self._connection() as db:
            # Changes when another connection has committed: https://www.sqlite.org/pragma.html#pragma_data_version
            (version,) = db.execute("PRAGMA data_version").fetchone()
            if version == self._version:
                return False
            self._read_on(db)
            self._version = version
            return True

    def _read_on(self, db: sqlite3.Connection) -> None:
        unread = db.execute(_SINCE, (self._seen,))
        while rows := unread.fetchmany(_AT_ONCE):
            self._index.put([self._unseal(*row[1:]) for row in rows])
            self._seen = rows[-1][0]

    def _rows(self, records: Sequence[Record]) -> Iterator[tuple[int | str | bytes, ...]]:
        created, kid = int(time.time()), self._keys.kid
        for seq, each in enumerate(records, self._seen + 1):
            bound = self._bound(each.surrogate, each.kind, each.shape, each.category)
            sealed = self._siv.encrypt(each.value.encode("utf-8", "surrogatepass"), bound)
            mark = fingerprint(self._keys, each.value)
            yield seq, mark, each.surrogate, each.kind, each.shape, each.category, kid, sealed, created

    def _unseal(self, surrogate: str, kind: str, shape: str, category: str, kid: str, sealed: bytes) -> Record:
        if kid != self._keys.kid:
            raise VaultError(
                f"{self._path}: it was sealed under another tenant key or name than {self._keys.kid} "
                f"({self._keys.tenant}); put that tenant.key back, or move the vault away to start an empty one"
            )
        try:
            value = self._siv.decrypt(sealed, self._bound(surrogate, kind, shape, category))
        except InvalidTag:
            why = f"{self._path}: a record was damaged or altered; restore the vault from a backup"
            raise VaultError(why) from None
        return Record(
            surrogate,
            value.decode("utf-8", "surrogatepass"),
            # Interned: a hundred thousand records share a handful of kinds. Cast: the seal says they are as written.
            sys.intern(kind),
            cast("Shape", sys.intern(shape)),
            cast("Category", sys.intern(category)),
        )

    def _bound(self, surrogate: str, kind: str, shape: str, category: str) -> list[bytes]:
        # Everything a restore relies on is bound to the value. One joined string, as each item would cost another CMAC.
        parts = self._keys.tenant, self._keys.kid, surrogate, kind, shape, category
        return ["\0".join(parts).encode()]
