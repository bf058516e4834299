"""What people said of single values: where they were imported from, and which are not sensitive. Knows fingerprints only.

Strategy: one SQLite file, written by commands, read by every process. What matters while filtering stands in memory; whether
another process has written meanwhile is one question to SQLite. A file that nobody needed yet is not made. What was removed
stays as a row, so the file also tells who said what and when.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redact.errors import VaultError
from redact.statefile import Layout, failures_as, open_database, transaction
from redact.vault.keys import TenantKeys, fingerprint

BUSY_MS = 5000
NAME = "NAME"
"""The kind of what is looked for in every case style."""
LAYOUT = Layout(
    application_id=0x5244584C,  # "RDXL"
    version=1,
    statements="""
        CREATE TABLE imported (
            kid TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            added INTEGER NOT NULL,
            PRIMARY KEY (kid, fingerprint, source)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE forgotten (
            kid TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            PRIMARY KEY (kid, fingerprint)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE allowed (
            id TEXT PRIMARY KEY,
            kid TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            reason TEXT NOT NULL,
            expires INTEGER,
            by TEXT NOT NULL,
            added INTEGER NOT NULL,
            removed INTEGER,
            removed_by TEXT
        ) STRICT
    """,
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One value that somebody called not sensitive; times are seconds since 1970, no `expires` is for ever."""

    id: str
    reason: str
    expires: int | None
    by: str
    added: int


@dataclass(frozen=True, slots=True)
class Imported:
    """How many values of a kind came from a source, and when the last of them did."""

    source: str
    kind: str
    count: int
    added: int


class Ledger:
    """The file at `path`, under a tenant's keys. Safe from any thread. Whatever writes or reads the file raises VaultError."""

    def __init__(
        self, path: Path, keys: TenantKeys, *, busy_ms: int = BUSY_MS, clock: Callable[[], float] = time.time
    ) -> None:
        self._path, self._keys, self._busy_ms, self._clock = path, keys, busy_ms, clock
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._version = -1
        self._changed = False
        self._allowed: dict[bytes, int | None] = {}
        self._forgotten: frozenset[bytes] = frozenset()
        self._names: frozenset[bytes] = frozenset()
        self.refresh()

    # -- while filtering

    def refresh(self) -> bool:
        """Take in what was said meanwhile, and what has expired; say whether anything changed. Cheap if nothing did."""
        with self._lock:
            if self._db is not None or self._path.exists():
                with self._opened() as db:
                    # Changes when another connection has committed: https://www.sqlite.org/pragma.html#pragma_data_version
                    (version,) = db.execute("PRAGMA data_version").fetchone()
                    now = self._clock()
                    if version != self._version or any(until and until <= now for until in self._allowed.values()):
                        self._version = version
                        self._read(db)
            changed, self._changed = self._changed, False
            return changed

    def is_allowed(self, value: str) -> bool:
        """Whether somebody said that this very value is not sensitive."""
        return bool(self._allowed) and self.mark(value) in self._allowed

    def is_forgotten(self, value: str) -> bool:
        """Whether this value was imported once and is no longer to be looked for on that ground."""
        return bool(self._forgotten) and self.mark(value) in self._forgotten

    def is_name(self, value: str) -> bool:
        """Whether this value was imported as an internal name."""
        return bool(self._names) and self.mark(value) in self._names

    @property
    def names(self) -> frozenset[bytes]:
        """The fingerprints of the imported names, to tell whether they have changed."""
        return self._names

    def mark(self, value: str) -> bytes:
        """Return what stands for a value here."""
        return fingerprint(self._keys, value)

    def _read(self, db: sqlite3.Connection) -> None:
        before = self._allowed, self._forgotten, self._names
        kid = self._keys.kid
        allowed = db.execute(
            "SELECT fingerprint, expires FROM allowed WHERE kid = ? AND removed IS NULL AND (expires IS NULL OR expires > ?)",
            (kid, self._clock()),
        )
        self._allowed = dict(allowed.fetchall())
        forgotten = db.execute("SELECT fingerprint FROM forgotten WHERE kid = ?", (kid,))
        self._forgotten = frozenset(mark for (mark,) in forgotten)
        names = db.execute("SELECT fingerprint FROM imported WHERE kid = ? AND kind = ?", (kid, NAME))
        self._names = frozenset(mark for (mark,) in names)
        self._changed |= before != (self._allowed, self._forgotten, self._names)

    # -- what was imported

    def imported(self, source: str, values: Iterable[tuple[str, str]]) -> int:
        """Note that values, each with its kind, came from a source; return how many had not come from it before."""
        now = int(self._clock())
        rows = [(self._keys.kid, self.mark(value), source, kind, now) for value, kind in values]
        with self._writing() as db:
            (before,) = db.execute("SELECT count(*) FROM imported").fetchone()
            db.executemany(
                "INSERT INTO imported VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, added = excluded.added",
                rows,
            )
            db.executemany("DELETE FROM forgotten WHERE kid = ? AND fingerprint = ?", [row[:2] for row in rows])
            (after,) = db.execute("SELECT count(*) FROM imported").fetchone()
        return int(after - before)

    def marks(self) -> frozenset[bytes]:
        """Return what stands for the imported values."""
        with self._reading() as db:
            query = "SELECT fingerprint FROM imported WHERE kid = ?"
            return frozenset(mark for (mark,) in db.execute(query, (self._keys.kid,))) if db else frozenset()

    def sources(self) -> list[Imported]:
        """List what was imported, by source and kind."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute(
                "SELECT source, kind, count(*), max(added) FROM imported WHERE kid = ? GROUP BY source, kind ORDER BY 1, 2",
                (self._keys.kid,),
            )
            return [Imported(*row) for row in rows]

    def forget(self, source: str) -> tuple[int, int]:
        """Forget a source; return how many values it had, and how many of them came from no other."""
        ours = (self._keys.kid, source)
        with self._writing() as db:
            (had,) = db.execute("SELECT count(*) FROM imported WHERE kid = ? AND source = ?", ours).fetchone()
            alone = db.execute(
                "INSERT OR IGNORE INTO forgotten SELECT kid, fingerprint FROM imported AS one WHERE kid = ? AND source = ? AND NOT "
                "EXISTS (SELECT * FROM imported WHERE kid = one.kid AND fingerprint = one.fingerprint AND source <> one.source)",
                ours,
            ).rowcount
            db.execute("DELETE FROM imported WHERE kid = ? AND source = ?", ours)
        return had, alone

    # -- what is allowed

    def allow(self, entry: str, value: str, reason: str, expires: int | None, by: str) -> None:
        """Call a value not sensitive, under a new id, in place of what was said of it before."""
        now, mark = int(self._clock()), self.mark(value)
        with self._writing() as db:
            db.execute(
                "UPDATE allowed SET removed = ?, removed_by = ? WHERE kid = ? AND fingerprint = ? AND removed IS NULL",
                (now, by, self._keys.kid, mark),
            )
            db.execute(
                "INSERT INTO allowed VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (entry, self._keys.kid, mark, reason, expires, by, now),
            )

    def disallow(self, entry: str, by: str) -> bool:
        """Take an entry back; False if there is none of this id."""
        with self._writing() as db:
            changed = db.execute(
                "UPDATE allowed SET removed = ?, removed_by = ? WHERE kid = ? AND id = ? AND removed IS NULL",
                (int(self._clock()), by, self._keys.kid, entry),
            )
            return changed.rowcount == 1

    def allowed(self) -> list[Allowed]:
        """List the entries that were not taken back, oldest first, expired ones too."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute(
                "SELECT id, reason, expires, by, added FROM allowed WHERE kid = ? AND removed IS NULL ORDER BY rowid",
                (self._keys.kid,),
            )
            return [Allowed(*row) for row in rows]

    # -- the file

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        with self._lock, failures_as(VaultError, self._path):
            if self._db is not None:
                self._db.close()
                self._db = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if self._db is None:
            self._db = open_database(self._path, LAYOUT, VaultError, busy_ms=self._busy_ms)
        with failures_as(VaultError, self._path):
            yield self._db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._lock:
            if self._db is None and not self._path.exists():
                yield None
                return
            with self._opened() as db:
                yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._opened() as db:
            with transaction(db):
                yield db
            self._read(db)
