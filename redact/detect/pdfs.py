"""Reads PDFs in a process of its own, which is killed at a deadline. Knows processes; knows no rule.

Strategy: a few kilobytes can keep a PDF reader busy for hours or fill the memory. What takes too long or too much of it cannot be
read, and policy says what becomes of that. A process is started when the first PDF comes.
"""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from functools import lru_cache

from pebble import ProcessFuture, ProcessPool

from redact import pdf
from redact.detect.parsers import Isolated

DEADLINE = 10.0
"""Seconds for a PDF."""
MEMORY = 2 << 30
"""Bytes of address space for a PDF, where the system lets them be counted."""
_STARTING = 20.0


class Pdfs:
    """A process that reads PDFs. Safe from any thread; closing it ends the process."""

    def __init__(self, *, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()
        self._read = lru_cache(maxsize=8)(self._pages)  # a conversation carries its documents in every turn

    def __call__(self, data: bytes) -> tuple[str, ...] | None:
        """Give the text page by page; None where it cannot be had in time."""
        return self._read(data)

    def _pages(self, data: bytes) -> tuple[str, ...] | None:
        try:
            future = self._scheduled(data)
        except (RuntimeError, OSError):
            return None
        try:
            return future.result(self._deadline + _STARTING)
        except (LateError, CancelledError, Exception):  # noqa: BLE001  hung, crashed, or never started
            future.cancel()  # type: ignore[no-untyped-call]
            return None

    def _scheduled(self, data: bytes) -> ProcessFuture[tuple[str, ...] | None]:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = ProcessPool(1, context=Isolated(), initializer=_bound_memory)
            return self._pool.schedule(pdf.pages, args=[data], timeout=self._deadline)

    def close(self) -> None:
        """End the process. Closing twice is fine."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _bound_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
