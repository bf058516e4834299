"""The audit as a file: one event a line (NDJSON), appended for ever, rotated by size. Knows lines; reads none.

Strategy: each line is one `write` to a file opened for appending, so the lines of several processes never mix. The file is
looked up by name before each line, so whoever moves it away (logrotate, we ourselves) gets a new one made. A rotated file
is named after its moment and never renamed again: two processes that rotate at once cannot overwrite each other's.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from redact.audit.base import TrailError
from redact.audit.event import Event, as_line
from redact.errors import AuditError
from redact.statefile import describe, failures_as

MAX_BYTES = 64 * 2**20
KEEP = 8


class AuditLog:
    """The file at `path` (mode 0600), and at most `keep` older ones beside it, `<name>.<UTC time>-<pid>`."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, keep: int = KEEP) -> None:
        """Open the file, making it if there is none. Raises `AuditError` when that cannot be."""
        self.name = path.name
        self._path, self._max_bytes, self._keep = path, max_bytes, keep
        self._file = -1
        self._torn = False
        with failures_as(AuditError, path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open()

    def append(self, events: Sequence[Event]) -> None:
        """Write a line for each. A killed process loses none on return, a power cut may. Raises `TrailError`."""
        written = 0
        try:
            for event in events:
                self._write(as_line(event))
                written += 1
        except OSError as error:
            raise TrailError(describe(error, self._path), written) from None

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, line: bytes) -> None:
        if not self._is_current():
            self._open()
        elif 0 < os.fstat(self._file).st_size > self._max_bytes - len(line):
            self._rotate()
        # What a full disk cut short becomes a line of its own, which readers skip.
        rest = b"\n" + line if self._torn else line
        while rest:
            rest = rest[os.write(self._file, rest) :]
            self._torn = bool(rest)

    def _is_current(self) -> bool:
        if self._file < 0:
            return False
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def _open(self) -> None:
        self.close()
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        size = os.fstat(self._file).st_size
        self._torn = size > 0 and os.pread(self._file, 1, size - 1) != b"\n"

    def _rotate(self) -> None:
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
        # Gone already: another process has just put it aside.
        with suppress(FileNotFoundError):
            self._path.rename(self._path.with_name(f"{self.name}.{moment}.{nanoseconds:09d}-{os.getpid()}"))
        self._open()
        older = re.compile(re.escape(self.name) + r"\.\d{8}T\d{6}\.\d{9}-\d+")
        rotated = sorted(each for each in self._path.parent.iterdir() if older.fullmatch(each.name))
        for each in rotated[: len(rotated) - self._keep]:
            each.unlink(missing_ok=True)
