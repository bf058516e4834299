"""Audits what a person changes about single values. Knows who is at the terminal and what time it is; knows no value."""

from __future__ import annotations

import getpass
import os
import time

from redact import __version__, app
from redact.audit.event import Change, ChangeEvent, fitted, new_id, stamp
from redact.errors import AuditError
from redact.settings import Settings


def who() -> str:
    """Name whoever runs this process."""
    try:
        return fitted("user", getpass.getuser()) or "unknown"
    except (OSError, KeyError):  # no such user, as in some containers
        return "unknown"


def audited(
    wanted: Settings, change: Change, subject: str, count: int, *, reason: str = "", expires: int | None = None
) -> None:
    """Write a change into the audit, before it is made. Raises AuditError where that cannot be: then nothing shall change."""
    now = time.time_ns() // 1_000_000
    event = ChangeEvent(
        id=new_id(now, os.urandom(10)),
        time=stamp(now),
        change=change,
        subject=subject,
        count=count,
        user=who(),
        reason=fitted("reason", reason),
        expires=None if expires is None else stamp(expires * 1000),
        version=__version__,
    )
    with app.recorder(wanted) as recorder:
        recorder.record(event)
        if not recorder.flush():
            raise AuditError(
                "the change cannot be audited, so nothing was changed; mend the audit's files and try again"
            )
