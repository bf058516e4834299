"""Takes events from the event loop and gives them to the trails in a thread of its own. Knows no file and no database.

Strategy: each trail has a bounded queue. One thread gives each trail all that waits for it, in the order it came; what a
trail could not keep stays in its queue and is offered again, so a full disk or a lock that passes loses nothing. Only
what no longer fits into the queue is lost, and counted. A trail in trouble does not keep events from the others.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Self

import structlog

from redact.audit.base import Trail, TrailError
from redact.audit.event import Event

CAPACITY = 10_000
BATCH = 500
LINGER = 0.2
RETRY = 1.0


class Recorder:
    """Gives every event to every trail. Owns the trails: closing it closes them. Does not survive `fork()`."""

    def __init__(
        self,
        trails: Sequence[Trail],
        *,
        capacity: int = CAPACITY,
        linger: float = LINGER,
        retry: float = RETRY,
    ) -> None:
        """Start the thread.

        `capacity` events wait for each trail at most; a first event waits `linger` seconds for others to share its
        commit; a trail that failed is tried again after `retry` seconds.
        """
        self._lanes = [_Lane(trail) for trail in trails]
        self._capacity, self._linger, self._retry = capacity, linger, retry
        self._changed = threading.Condition()
        self._hurry = threading.Event()
        self._closing = False
        self._log = structlog.get_logger(__name__)
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def record(self, event: Event) -> None:
        """Take an event; it is written soon. Never waits for a disk, never raises."""
        with self._changed:
            for lane in self._lanes:
                if self._closing or len(lane.waiting) >= self._capacity:
                    lane.lost += 1
                else:
                    lane.waiting.append(event)
                    lane.taken += 1
            self._changed.notify_all()

    @property
    def lost(self) -> dict[str, int]:
        """How many events each trail did not and will not get, by its name."""
        return {lane.trail.name: lane.lost for lane in self._lanes}

    @property
    def failing(self) -> list[str]:
        """The trails whose last write failed, by name."""
        return [lane.trail.name for lane in self._lanes if lane.failing]

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until every trail has kept all events taken so far, or has failed; say whether all of them went well."""
        with self._changed:
            goals = [(lane, lane.taken, lane.failures) for lane in self._lanes]
            self._hurry.set()
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: all(lane.settled >= taken or lane.failures > failures for lane, taken, failures in goals),
                timeout,
            )
            return all(lane.settled >= taken and lane.failures == failures for lane, taken, failures in goals)

    def close(self, timeout: float = 5.0) -> None:
        """Write what waits, count what cannot be written as lost, and close the trails. Closing twice is fine."""
        with self._changed:
            self._closing = True
            self._hurry.set()
            self._changed.notify_all()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._tell("error", "audit still writing at exit; events may be lost", seconds=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                self._changed.wait_for(self._is_work, self._until_retry())
            # Those who come close together share one commit.
            hurried = self._hurry.wait(self._linger)
            if hurried:
                self._hurry.clear()
            for lane in self._lanes:
                if hurried or lane.retry_at <= time.monotonic():
                    self._empty(lane)
        for lane in self._lanes:
            self._empty(lane)
            self._give_up(lane)
            lane.trail.close()

    def _is_work(self) -> bool:
        now = time.monotonic()
        return self._hurry.is_set() or any(lane.waiting and lane.retry_at <= now for lane in self._lanes)

    def _until_retry(self) -> float | None:
        times = [lane.retry_at for lane in self._lanes if lane.waiting and lane.failing]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _empty(self, lane: _Lane) -> None:
        """Offer a trail what waits for it, until it has it all or fails."""
        while batch := self._next(lane):
            try:
                lane.trail.append(batch)
            except TrailError as error:
                self._settle(lane, kept=error.written)
                self._failed(lane, str(error))
                return
            except Exception as error:  # noqa: BLE001  # a bug in a trail, here where nobody could catch it
                # The same events would stop it for ever. The message may hold anything, so only its kind is told.
                self._settle(lane, lost=len(batch))
                self._failed(lane, type(error).__name__)
                return
            self._settle(lane, kept=len(batch))
            self._worked(lane)

    def _next(self, lane: _Lane) -> list[Event]:
        with self._changed:
            return list(islice(lane.waiting, BATCH))

    def _settle(self, lane: _Lane, *, kept: int = 0, lost: int = 0) -> None:
        with self._changed:
            for _ in range(kept + lost):
                lane.waiting.popleft()
            lane.settled += kept + lost
            lane.lost += lost
            self._changed.notify_all()

    def _failed(self, lane: _Lane, why: str) -> None:
        with self._changed:
            first, lane.failing = not lane.failing, True
            lane.failures += 1
            lane.retry_at = time.monotonic() + self._retry
            self._changed.notify_all()
        if first:
            self._tell("error", "audit trail fails; events wait for it", trail=lane.trail.name, why=why)

    def _worked(self, lane: _Lane) -> None:
        with self._changed:
            again, lane.failing = lane.failing, False
            lane.retry_at = 0.0
            missed, lane.told = lane.lost - lane.told, lane.lost
        if again or missed:
            self._tell("warning", "audit trail works again", trail=lane.trail.name, lost=missed)

    def _give_up(self, lane: _Lane) -> None:
        waiting = len(lane.waiting)
        self._settle(lane, lost=waiting)
        if waiting:
            self._tell("error", "audit events lost at exit", trail=lane.trail.name, lost=waiting)

    def _tell(self, level: str, event: str, **what: str | float) -> None:
        # The log may go to the very disk that is full, or to a pipe that nobody reads any more.
        with suppress(OSError, ValueError):
            getattr(self._log, level)(event, **what)


class _Lane:
    """A trail, what waits for it, and how it has fared."""

    def __init__(self, trail: Trail) -> None:
        self.trail = trail
        self.waiting: deque[Event] = deque()
        self.taken = self.settled = self.lost = self.told = self.failures = 0
        self.failing = False
        self.retry_at = 0.0
