"""The files of the state directory: private, made whole or not at all, and their failures put into words.

Knows SQLite and the file system; knows no vault, no audit, and never what the files hold.

Strategy: a new file is filled under a draft name and then linked into place, so it is never seen half made, two processes
that start at once agree on one, and an empty file in its place can only be damage.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from redact.errors import RedactError

Synchronous = Literal["NORMAL", "FULL"]
"""What a commit waits for: `NORMAL` survives a killed process, `FULL` also a power cut (about six times slower)."""

_FULL = "there is no room left; free space or raise the quota"
_DENIED = "this user may not write it; make the file and its directory writable for this user"
_DAMAGED = (
    "the file is damaged or not what it should be; restore it from a backup, "
    "or move it away (with its -wal and -shm files) to start an empty one"
)
_SQLITE = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked; end that process or try again",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked; end that process or try again",
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: _DAMAGED,
    sqlite3.SQLITE_READONLY: _DENIED,
    sqlite3.SQLITE_PERM: _DENIED,
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it exists and that this user may write its directory",
    sqlite3.SQLITE_IOERR: "reading or writing it failed; check the disk's space, quota and health",
}
_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
    errno.ENOENT: "it is not there, or was removed while in use; put it back and start again",
    errno.ENOTDIR: "a part of its path is not a directory; choose another state_dir",
    errno.EEXIST: "a part of its path is not a directory; choose another state_dir",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What makes an SQLite file ours: the mark in its header, the version of its tables, and the statements that make them.

    `upgrades` has, for each later version, the statements that make it out of the one before.
    """

    application_id: int
    version: int
    statements: str
    upgrades: Mapping[int, str] = field(default_factory=dict)


def describe(error: OSError | sqlite3.Error, path: Path) -> str:
    """Say where it failed, what failed and what to do. Never quotes SQLite, whose messages may quote the file."""
    if isinstance(error, OSError):
        return f"{path}: {_SYSTEM.get(error.errno or 0, os.strerror(error.errno or errno.EIO))}"
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        # The low byte is the primary code: https://www.sqlite.org/rescode.html
        return f"{path}: {_SQLITE.get(code & 0xFF, 'SQLite cannot use it')} ({error.sqlite_errorname})"
    if isinstance(error, sqlite3.ProgrammingError):
        return f"{path}: it was closed; open it again"
    return f"{path}: {_DAMAGED}"


@contextmanager
def failures_as(kind: type[RedactError], path: Path) -> Iterator[None]:
    """Turn what the file system and SQLite raise into `kind`, in words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise kind(describe(error, path)) from None


def identity(path: Path) -> tuple[int, int]:
    """Tell which file stands at `path` now: a removed or replaced one is another."""
    found = path.stat()
    return found.st_dev, found.st_ino


def create_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Make `path`, readable by its owner only, with what `fill` writes; if another process was first, its file stays.

    Missing directories are made for the owner only. On return the file is on the disk, or an OSError says why not.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        fill(draft)
        _sync(draft)
        with suppress(FileExistsError):
            os.link(draft, path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def open_database(
    path: Path, layout: Layout, problem: type[RedactError], *, busy_ms: int, synchronous: Synchronous = "NORMAL"
) -> sqlite3.Connection:
    """Open the SQLite file at `path` (WAL, autocommit), making it first if there is none.

    The connection may be used from any thread, by one at a time: whoever holds it keeps a lock. Raises `problem` when the
    file is damaged, locked, another program's or a newer redact's, and never puts an empty one in its place.
    """
    with failures_as(problem, path):
        # The order matters: whoever makes the file does so before its journal, so a journal seen first must have a file.
        if _journal(path).exists() and not path.exists():
            raise problem(
                f"{path}: the file is gone but its {_journal(path).name} is there; put it back, or move both away"
            )
        if not path.exists():
            create_whole(path, lambda draft: _lay_out(draft, layout))
        db = _connect(path, busy_ms)
        try:
            if _checked(db, path, layout, problem) < layout.version:
                _upgrade(db, layout)
            db.execute(f"PRAGMA synchronous = {synchronous}")
            db.execute("PRAGMA cell_size_check = ON")
            db.execute("PRAGMA trusted_schema = OFF")
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock for the block, then commit; any failure leaves the file as it was."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # SQLite has often rolled back by itself (no room left); a second complaint would hide the first.
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _connect(path: Path, busy_ms: int) -> sqlite3.Connection:
    # mode=rw: SQLite would otherwise make an empty database where a vault has just been removed.
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False)


def _lay_out(draft: Path, layout: Layout) -> None:
    db = _connect(draft, busy_ms=0)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        with transaction(db):
            for statement in layout.statements.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {layout.application_id}")
            db.execute(f"PRAGMA user_version = {layout.version}")
    finally:
        db.close()


def _checked(db: sqlite3.Connection, path: Path, layout: Layout, problem: type[RedactError]) -> int:
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if mark != layout.application_id or version < 1:
        raise problem(f"{path}: {_DAMAGED}")
    if version > layout.version:
        raise problem(
            f"{path}: a newer redact wrote it (version {version}, this one knows {layout.version}); upgrade redact"
        )
    return int(version)


def _upgrade(db: sqlite3.Connection, layout: Layout) -> None:
    with transaction(db):
        (version,) = db.execute("PRAGMA user_version").fetchone()  # another process may have been quicker
        for reached in range(version + 1, layout.version + 1):
            for statement in layout.upgrades[reached].split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {layout.version}")


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
