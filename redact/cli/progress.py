"""A bar on the terminal for what takes a while. Knows the terminal; knows nothing of the work."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def with_progress(results: Iterable[T], total: int, doing: str, things: str) -> Iterable[T]:
    """Show a bar on a terminal; results then wait for its end, as both are written to the same screen."""
    if not sys.stderr.isatty():
        return results
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TextColumn(things), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        return list(bar.track(results, total))
