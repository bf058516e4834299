"""CPU time of things that take turns. Knows callables; knows nothing of redact.

Strategy: cases run in interleaved rounds, so that what else the machine does hits all alike. Times are CPU time of this
thread, and what counts is the ratio of two cases of one run.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

Case = Callable[[], Callable[[], object]]
"""Prepares a round (not timed) and gives what is timed."""


class Timed(NamedTuple):
    """CPU milliseconds of the rounds of one case."""

    rounds: tuple[float, ...]

    @property
    def least(self) -> float:
        """The best round: what the work costs when nobody disturbs it."""
        return min(self.rounds)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rounds)


def interleaved(cases: Mapping[str, Case], rounds: int) -> dict[str, Timed]:
    """Time the cases in turn, `rounds` times after one round that does not count."""
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, prepare in cases.items():
            run = prepare()
            gc.collect()
            started = time.thread_time()
            run()
            took = time.thread_time() - started
            if number:
                spent[name].append(took * 1000)
    return {name: Timed(tuple(times)) for name, times in spent.items()}


def always(run: Callable[[], object]) -> Case:
    """Make a case that needs no preparation."""
    return lambda: run


def table(timed: Mapping[str, Timed]) -> None:
    """Print what was timed."""
    width = max(map(len, timed))
    print(f"{'CPU ms':{width}} {'minimum':>9} {'median':>9}")
    for name, case in timed.items():
        print(f"{name:{width}} {case.least:9.3f} {case.median:9.3f}")
    print()


def ratio(title: str, one: Timed, other: Timed, target: float) -> None:
    """Print how many times the one is of the other, and the target."""
    best, middle = one.least / other.least, one.median / other.median
    verdict = "ok" if best <= target else "MISSED"
    print(f"{title}: {best:.2f} x (median {middle:.2f} x), target {target:g} x: {verdict}")


def at_most(title: str, number: float, target: float, unit: str) -> None:
    """Print a number and the most that it should be."""
    print(f"{title}: {number:.3g} {unit}, target at most {target:g} {unit}: {'ok' if number <= target else 'MISSED'}")


def at_least(title: str, number: float, target: float, unit: str) -> None:
    """Print a number and the least that it should be."""
    print(f"{title}: {number:.3g} {unit}, target at least {target:g} {unit}: {'ok' if number >= target else 'MISSED'}")
