"""Parses code in processes of its own, which are killed at a deadline. Knows processes; knows no rule and no text around.

Strategy: some grammars hang for a minute or crash on a kilobyte of crafted input, and all of them hold the interpreter while they
parse. So passages are handed over in one batch for each process; what hung or crashed in company is tried again alone, and then
stretch by stretch, for as long as patience lasts, and given up then. Processes start when they are first needed and import little
more than tree-sitter; after a while they begin to compile what they may need, one language after the other.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Protocol, TypeVar

from pebble import ProcessFuture, ProcessPool

from redact.code.languages import CAPTURES
from redact.code.passages import Passage, Stretch, read, stretches
from redact.code.syntax import Ask, Snippet, look, prepare

DEADLINE = 1.0
"""Seconds for a batch."""
PATIENCE = 2.5
"""Seconds for all that is asked at once, the second tries too; starting a process comes on top."""
_STARTING = 20.0
_YOUNG, _GRACE = 60.0, 1.0
"""At first, queries are still to be compiled: so many seconds long, a second try has so many seconds more."""
_COMMON = "python javascript typescript java go bash yaml json hcl".split()
_WORTH_TWO = 64_000
"""Characters from which a second process is worth its while."""

Answers = list[list[Stretch] | None]
"""What was said of the code in each passage; None where it could not be read."""


T = TypeVar("T")


class Parse(Protocol):
    """Answers asks on the code in passages."""

    def __call__(self, passages: Sequence[Passage], asks: Sequence[Ask]) -> Answers:
        """Give what was said of each passage, None where it could not be read."""
        ...


_starting = threading.Lock()


class _Process(SpawnProcess):
    """A process that does not import the program's main module: it may be anybody's script, and it is not needed."""

    def start(self) -> None:
        with _starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main

    def terminate(self) -> None:
        """Kill it: a parser that hangs hears no politer signal."""
        self.kill()


class Isolated(SpawnContext):
    """Starts such processes."""

    Process = _Process


class Parsers:
    """A few processes that parse. Safe from any thread; closing it ends them."""

    def __init__(self, *, processes: int = 2, deadline: float = DEADLINE, patience: float = PATIENCE) -> None:
        self._processes, self._deadline, self._patience = processes, deadline, patience
        self._pool: ProcessPool | None = None
        self._young = 0.0
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Start the processes; do not wait for them."""
        asks = [Ask(query, (), ()) for query in CAPTURES]
        with suppress(RuntimeError, OSError):
            for _ in range(self._processes):
                self._scheduled(look, [Snippet(name, "") for name in _COMMON], asks, _STARTING)

    def __call__(self, passages: Sequence[Passage], asks: Sequence[Ask]) -> Answers:
        """Answer the asks; takes no longer than patience says."""
        until = time.monotonic() + self._patience
        answers: Answers = [None] * len(passages)
        batches = _halves(passages) if self._processes > 1 else [list(range(len(passages)))]
        alone: list[int] = []
        apart: list[int] = []
        futures = [(batch, self._try([passages[i] for i in batch], asks, self._deadline)) for batch in batches]
        for batch, future in futures:
            found = self._result(future)
            if found is None:
                (alone if len(batch) > 1 else apart).extend(batch)
            for index, said in zip(batch, found or (), strict=False):
                answers[index] = said
        for index in alone:
            answers[index] = self._alone(passages[index], asks, until)
            if answers[index] is None:
                apart.append(index)
        for index in apart:
            answers[index] = self._apart(passages[index], asks, until)
        return answers

    def _alone(self, passage: Passage, asks: Sequence[Ask], until: float) -> list[Stretch] | None:
        now = time.monotonic()
        seconds = self._deadline + (_GRACE if now < self._young else 0)
        found = self._result(self._try([passage], asks, seconds)) if now < until else None
        return found[0] if found else None

    def _apart(self, passage: Passage, asks: Sequence[Ask], until: float) -> list[Stretch] | None:
        """Ask for one stretch of code after the other: one that hangs or crashes takes no other with it."""
        there = list(stretches(passage)) if time.monotonic() < until else []
        if len(there) < 2:  # noqa: PLR2004  it was alone already
            return None
        said: list[Stretch] = []
        for number, (region, start, _) in enumerate(there):
            found = self._alone(passage._replace(only=number), asks, until)
            said += [Stretch(region._replace(code=""), start, (), None)] if found is None else found
        return said

    def _try(self, passages: Sequence[Passage], asks: Sequence[Ask], seconds: float) -> ProcessFuture[Answers] | None:
        try:
            return self._scheduled(read, passages, asks, seconds)
        except (RuntimeError, OSError):
            return None

    def _scheduled(
        self, work: Callable[..., T], items: Sequence[object], asks: Sequence[Ask], seconds: float
    ) -> ProcessFuture[T]:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = ProcessPool(max_workers=self._processes, initializer=prepare, context=Isolated())
                self._young = time.monotonic() + _YOUNG
            return self._pool.schedule(work, args=[tuple(items), tuple(asks)], timeout=seconds)

    def _result(self, future: ProcessFuture[Answers] | None) -> Answers | None:
        if future is None:
            return None
        try:
            found: Answers = future.result(self._deadline + _GRACE + _STARTING)
        except (LateError, CancelledError, Exception):  # noqa: BLE001  hung, crashed, or never started: patterns decide alone
            future.cancel()  # type: ignore[no-untyped-call]
            return None
        return found

    def close(self) -> None:
        """End the processes. Closing twice is fine."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _halves(passages: Sequence[Passage]) -> list[list[int]]:
    """Deal passages out to two processes, the largest first."""
    everything = list(range(len(passages)))
    weights = [passage.weight for passage in passages]
    if len(passages) < 2 or sum(weights) < _WORTH_TWO:  # noqa: PLR2004  one cannot be shared
        return [everything]
    halves: tuple[list[int], list[int]] = ([], [])
    sizes = [0, 0]
    for index in sorted(everything, key=lambda i: -weights[i]):
        lighter = sizes[1] < sizes[0]
        halves[lighter].append(index)
        sizes[lighter] += weights[index]
    return [sorted(half) for half in halves]


def in_process(passages: Sequence[Passage], asks: Sequence[Ask]) -> Answers:
    """Answer the asks here and now: for examples of rules, whose authors are trusted."""
    return read(passages, asks)
