"""What a place that keeps audit events promises. Knows events; knows no file and no database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from redact.audit.event import Event
from redact.errors import AuditError


class TrailError(AuditError):
    """Not all events could be kept: the first `written` of them are, the others may be offered again."""

    def __init__(self, why: str, written: int = 0) -> None:
        self.written = written
        super().__init__(why)


class Trail(Protocol):
    """Keeps events in the order they come."""

    name: str
    """How the operational log calls it."""

    def append(self, events: Sequence[Event]) -> None:
        """Keep them all; they survive the process on return. Raises `TrailError`; what stopped it may pass, so try again."""

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
