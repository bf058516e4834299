"""Parses code in processes of its own, which are killed at a deadline. Knows processes; knows no rule and no text around.

Strategy: some grammars hang for a minute or crash on a kilobyte of crafted input, and all of them hold the interpreter while they
parse. So snippets are handed over in one batch for each process; what hung or crashed in company is tried again alone, for as
long as patience lasts, and given up then. Processes start when they are first needed and import little more than tree-sitter.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Protocol

from pebble import ProcessFuture, ProcessPool

from redact.code.languages import BINDINGS
from redact.code.syntax import Answer, Ask, Snippet, look

DEADLINE = 1.0
"""Seconds for a batch."""
PATIENCE = 2.5
"""Seconds for all that is asked at once, the second tries too; starting a process comes on top."""
_STARTING = 20.0
_COMMON = "python javascript typescript java go bash yaml json hcl".split()
_WORTH_TWO = 64_000
"""Characters from which a second process is worth its while."""

Answers = list[Answer | None]
"""What was found in each snippet; None where it could not be parsed."""


class Parse(Protocol):
    """Answers asks on snippets."""

    def __call__(self, snippets: Sequence[Snippet], asks: Sequence[Ask]) -> Answers:
        """Give what was found in each snippet, None where it could not be parsed."""
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


class _Context(SpawnContext):
    Process = _Process


class Parsers:
    """A few processes that parse. Safe from any thread; closing it ends them."""

    def __init__(self, *, processes: int = 2, deadline: float = DEADLINE, patience: float = PATIENCE) -> None:
        self._processes, self._deadline, self._patience = processes, deadline, patience
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Start the processes; do not wait for them."""
        with suppress(RuntimeError, OSError):
            for _ in range(self._processes):
                self._scheduled([Snippet(name, "") for name in _COMMON], [Ask(BINDINGS, (), ())])

    def __call__(self, snippets: Sequence[Snippet], asks: Sequence[Ask]) -> Answers:
        """Answer the asks; takes no longer than patience says."""
        answers: Answers = [None] * len(snippets)
        left = self._patience
        batches = _halves(snippets) if self._processes > 1 else [list(range(len(snippets)))]
        again: list[int] = []
        began = time.monotonic()
        futures = [(batch, self._try([snippets[i] for i in batch], asks)) for batch in batches]
        for batch, future in futures:
            found = self._result(future)
            if found is None and len(batch) > 1:
                again += batch
            for index, hits in zip(batch, found or (), strict=False):
                answers[index] = hits
        left -= time.monotonic() - began
        for index in again:
            if left <= 0:
                break
            began = time.monotonic()
            found = self._result(self._try([snippets[index]], asks))
            answers[index] = found[0] if found else None
            left -= time.monotonic() - began
        return answers

    def _try(self, snippets: Sequence[Snippet], asks: Sequence[Ask]) -> ProcessFuture[Answers] | None:
        try:
            return self._scheduled(snippets, asks)
        except (RuntimeError, OSError):
            return None

    def _scheduled(self, snippets: Sequence[Snippet], asks: Sequence[Ask]) -> ProcessFuture[Answers]:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = ProcessPool(max_workers=self._processes, context=_Context())
            return self._pool.schedule(look, args=[tuple(snippets), tuple(asks)], timeout=self._deadline)

    def _result(self, future: ProcessFuture[Answers] | None) -> Answers | None:
        if future is None:
            return None
        try:
            found: Answers = future.result(self._deadline + _STARTING)
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


def _halves(snippets: Sequence[Snippet]) -> list[list[int]]:
    """Deal snippets out to two processes, the largest first."""
    everything = list(range(len(snippets)))
    if len(snippets) < 2 or sum(len(snippet.code) for snippet in snippets) < _WORTH_TWO:  # noqa: PLR2004
        return [everything]
    halves: tuple[list[int], list[int]] = ([], [])
    sizes = [0, 0]
    for index in sorted(everything, key=lambda i: -len(snippets[i].code)):
        lighter = sizes[1] < sizes[0]
        halves[lighter].append(index)
        sizes[lighter] += len(snippets[index].code)
    return [sorted(half) for half in halves]


def in_process(snippets: Sequence[Snippet], asks: Sequence[Ask]) -> Answers:
    """Answer the asks here and now: for examples of rules, whose authors are trusted."""
    return look(snippets, asks)
