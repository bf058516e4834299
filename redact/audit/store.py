"""The audit as an SQLite file, for those who ask. Knows its tables; asks no questions itself.

`event` has a row for each exchange, its columns named after the fields of `AuditEvent`; `event_rule` has a row for each
rule that found something in it, `event_sink` one for each sink that it kept surrogates from; `change` has a row for each `ChangeEvent`. Rows are only ever added.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from redact.audit.base import TrailError
from redact.audit.event import AuditEvent, ChangeEvent, Event, Usage, as_dict
from redact.errors import AuditError
from redact.statefile import Layout, failures_as, identity, open_database, transaction

BUSY_MS = 1000
_CHANGES = """
        CREATE TABLE change (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            time TEXT NOT NULL,
            change TEXT NOT NULL,
            subject TEXT NOT NULL,
            count INTEGER NOT NULL,
            user TEXT,
            reason TEXT,
            expires TEXT,
            version TEXT
        ) STRICT;
        CREATE INDEX change_time ON change (time)
"""
_SINKS = """
        CREATE TABLE event_sink (
            event INTEGER NOT NULL REFERENCES event (seq),
            sink TEXT NOT NULL,
            withheld INTEGER NOT NULL,
            PRIMARY KEY (event, sink)
        ) STRICT, WITHOUT ROWID
"""
_POLICY = f"""
        ALTER TABLE event ADD COLUMN repository TEXT;
        ALTER TABLE event ADD COLUMN left_in_files INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE event ADD COLUMN monitored INTEGER NOT NULL DEFAULT 0;
        {_SINKS}
"""
LAYOUT = Layout(
    application_id=0x52445841,  # "RDXA"
    version=4,
    upgrades={
        2: _CHANGES,
        3: "ALTER TABLE event ADD COLUMN unparsed INTEGER NOT NULL DEFAULT 0",
        4: _POLICY,
    },
    statements=f"""{_CHANGES};{_SINKS};
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            time TEXT NOT NULL,
            action TEXT NOT NULL,
            method TEXT NOT NULL,
            client TEXT,
            user TEXT,
            repository TEXT,
            user_agent TEXT,
            host TEXT,
            path TEXT,
            dialect TEXT,
            model TEXT,
            restored INTEGER NOT NULL,
            withheld INTEGER NOT NULL,
            unknown_surrogates INTEGER NOT NULL,
            left_in_files INTEGER NOT NULL,
            monitored INTEGER NOT NULL,
            unparsed INTEGER NOT NULL DEFAULT 0,
            status INTEGER,
            request_bytes INTEGER NOT NULL,
            sent_bytes INTEGER NOT NULL,
            response_bytes INTEGER NOT NULL,
            redact_ms REAL NOT NULL,
            restore_ms REAL NOT NULL,
            total_ms REAL NOT NULL,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cache_read_tokens INTEGER,
            cache_creation_tokens INTEGER,
            error TEXT,
            "where" TEXT,
            version TEXT,
            rules_version TEXT
        ) STRICT;
        CREATE INDEX event_time ON event (time);
        CREATE INDEX event_host ON event (host, time);
        CREATE INDEX event_action ON event (action, time);
        CREATE TABLE event_rule (
            event INTEGER NOT NULL REFERENCES event (seq),
            rule_id TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (event, rule_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX event_rule_id ON event_rule (rule_id, event)
    """,
)
_FIELDS = [each.name for each in fields(AuditEvent) if each.name not in {"rules", "withheld_in", "usage"}]
_COLUMNS = _FIELDS + [each.name for each in fields(Usage)]
_INSERT = "INSERT INTO event ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING".format(  # noqa: S608  # our own field names
    ", ".join(f'"{name}"' for name in _COLUMNS), ", ".join(f":{name}" for name in _COLUMNS)
)
_CHANGE_COLUMNS = [each.name for each in fields(ChangeEvent)]
_INSERT_CHANGE = "INSERT INTO change ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING".format(  # noqa: S608  # our own field names
    ", ".join(_CHANGE_COLUMNS), ", ".join(f":{name}" for name in _CHANGE_COLUMNS)
)
_INSERT_RULE = "INSERT INTO event_rule VALUES (?, ?, ?)"
_INSERT_SINK = "INSERT INTO event_sink VALUES (?, ?, ?)"


class AuditStore:
    """The database at `path`; made if there is none, and made anew if someone removes it meanwhile."""

    def __init__(self, path: Path, *, busy_ms: int = BUSY_MS) -> None:
        """Open the file. Raises `AuditError` when it is damaged, locked or cannot be made."""
        self.name = path.name
        self._path, self._busy_ms = path, busy_ms
        self._db: sqlite3.Connection | None = None
        self._open()

    def append(self, events: Sequence[Event]) -> None:
        """Add all or none; an event that is there already is left as it is. Raises `TrailError`."""
        try:
            db = self._current()
            with failures_as(AuditError, self._path), transaction(db):
                for event in events:
                    _insert(db, event)
        except AuditError as error:
            # What failed may lie in the connection, too: the next try opens the file again.
            self.close()
            raise TrailError(str(error)) from None

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        if self._db is not None:
            # On a full disk the last merge of the journal fails; the next one who opens the file does it.
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _open(self) -> sqlite3.Connection:
        self._db = open_database(self._path, LAYOUT, AuditError, busy_ms=self._busy_ms)
        with failures_as(AuditError, self._path):
            self._identity = identity(self._path)
        return self._db

    def _current(self) -> sqlite3.Connection:
        try:
            if self._db is not None and identity(self._path) == self._identity:
                return self._db
        except OSError:
            pass
        self.close()
        return self._open()


def _insert(db: sqlite3.Connection, event: Event) -> None:
    row = as_dict(event)
    if isinstance(event, ChangeEvent):
        db.execute(_INSERT_CHANGE, row)
        return
    added = db.execute(_INSERT, row | row["usage"])
    if added.rowcount:
        db.executemany(_INSERT_RULE, [(added.lastrowid, *rule) for rule in event.rules.items()])
        db.executemany(_INSERT_SINK, [(added.lastrowid, *sink) for sink in event.withheld_in.items()])
