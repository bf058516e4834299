"""What the conversations that a provider keeps have carried: ids to surrogates. Knows no value, no body and no id in plain.

Strategy: a provider that keeps a conversation sends its text back later, while the request names it by an id only. So the id,
as a keyed hash of it and of whose it is, leads to the surrogates that were carried there; a restart forgets nothing.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from redact.errors import VaultError
from redact.model import Record
from redact.statefile import Layout, failures_as, open_database, transaction
from redact.vault.base import Vault
from redact.vault.keys import TenantKeys, fingerprint

BUSY_MS = 200
"""An answer streams meanwhile."""
KEPT_DAYS = 30
"""So long providers keep a response that is not deleted before; what is gone on with stays longer."""
LAYOUT = Layout(
    application_id=0x52445843,  # "RDXC"
    version=1,
    statements="""
        CREATE TABLE carried (
            mark BLOB PRIMARY KEY,
            surrogates TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE kept (
            id BLOB PRIMARY KEY,
            mark BLOB NOT NULL,
            last INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
    """,
)


class Conversations:
    """The file at `path`, over a vault. Safe from any thread. Whatever writes or reads the file raises VaultError."""

    def __init__(self, path: Path, keys: TenantKeys, vault: Vault, *, clock: Callable[[], float] = time.time) -> None:
        self._path, self._keys, self._vault, self._clock = path, keys, vault, clock
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def of(self, whose: str) -> Conversation:
        """Give the conversations of one client; what another one carried is not in them."""
        return Conversation(self, whose)

    def recall(self, whose: str, ids: Iterable[str]) -> list[Record]:
        """Give the records of what this client's conversations with these ids carried."""
        marks = [self._mark(whose, one) for one in ids]
        if not marks or (self._db is None and not self._path.exists()):
            return []
        holes = ",".join("?" * len(marks))
        query = f"SELECT DISTINCT surrogates FROM kept JOIN carried USING (mark) WHERE id IN ({holes})"  # noqa: S608  `holes` are question marks
        with self._opened() as db:
            listed = db.execute(query, marks).fetchall()
        surrogates = dict.fromkeys(one for (some,) in listed for one in some.split("\n"))
        return [record for one in surrogates if (record := self._vault.by_surrogate(one)) is not None]

    def keep(self, whose: str, ids: Iterable[str], records: Mapping[str, Record]) -> None:
        """Note what this client's conversations with these ids have carried."""
        surrogates = "\n".join(sorted(records))
        mark = sha256(surrogates.encode()).digest()
        now = int(self._clock())
        with self._opened() as db, transaction(db):
            db.execute("INSERT INTO carried VALUES (?, ?) ON CONFLICT DO NOTHING", (mark, surrogates))
            db.executemany(
                "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET mark = excluded.mark, last = excluded.last",
                [(self._mark(whose, one), mark, now) for one in ids],
            )

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _mark(self, whose: str, one: str) -> bytes:
        return fingerprint(self._keys, f"{whose}\0{one}")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock, failures_as(VaultError, self._path):
            if self._db is None:
                self._db = open_database(self._path, LAYOUT, VaultError, busy_ms=BUSY_MS)
                with transaction(self._db):
                    before = int(self._clock()) - KEPT_DAYS * 86400
                    self._db.execute("DELETE FROM kept WHERE last < ?", (before,))
                    self._db.execute("DELETE FROM carried WHERE mark NOT IN (SELECT mark FROM kept)")
            yield self._db


class Conversation:
    """What one client's conversations carried."""

    def __init__(self, all_of_them: Conversations, whose: str) -> None:
        self._all, self._whose = all_of_them, whose

    def recall(self, ids: Iterable[str]) -> list[Record]:
        """Give the records of what the conversations with these ids carried. Raises VaultError."""
        return self._all.recall(self._whose, ids)

    def keep(self, ids: Iterable[str], records: Mapping[str, Record]) -> None:
        """Note what the conversations with these ids have carried. Raises VaultError."""
        self._all.keep(self._whose, ids, records)
