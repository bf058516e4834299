"""Finds what rules describe in files and says where, on all cores. Knows files and a Redactor; keeps no value and writes nothing.

Strategy: a file is one text. Much to read is dealt out to processes of their own, which build their own Redactor once; the
order of the files stays.
"""

from __future__ import annotations

import functools
import os
import re
import signal
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, NamedTuple

from redact import app, settings
from redact.app import Core
from redact.cli.files import read
from redact.confirmations import confirmed
from redact.errors import RedactError
from redact.model import Finding

WORTH_PROCESSES = 16 << 20
"""Bytes under which one process is done before others have started."""

_BATCH = 2 << 20


class Hit(NamedTuple):
    """A finding, and where it stands for a person: lines and columns count from 1, in characters."""

    start: int
    end: int
    rule_id: str
    line: int
    column: int
    end_line: int
    end_column: int
    confirmed: bool = False


class Scanned(NamedTuple):
    """What became of a file: its hits, or why it was not read."""

    path: Path
    size: int
    hits: tuple[Hit, ...] = ()
    binary: bool = False
    trouble: str = ""


class Finder:
    """Finds in texts what the rules of some settings describe; what a rule allows is no finding."""

    def __init__(self, core: Core) -> None:
        self._redactor = core.redactor
        self.rules = {rule.id: rule for rule in core.looked_for}
        self._allowed = {rule.id for rule in self.rules.values() if rule.action == "allow"}

    def hits(self, text: str, path: str = "") -> tuple[Hit, ...]:
        """Find everything in a text, or in the file at this path. Raises DetectionError."""
        found = [finding for finding in self._redactor.find(text, path=path) if finding.rule_id not in self._allowed]
        return tuple(map(functools.partial(self._weighed, text), located(found, text)))

    def _weighed(self, text: str, hit: Hit) -> Hit:
        rule = self.rules.get(hit.rule_id)
        return hit._replace(confirmed=rule is not None and bool(confirmed(text[hit.start : hit.end], rule.confirm)))


@functools.cache
def finder(config: Path | None) -> Finder:
    """Build what finds, over a vault that is forgotten, once in a process. Raises SettingsError, RuleError, VaultError."""
    return Finder(app.core(settings.read(config), keep=False))


def places(text: str) -> Callable[[int], tuple[int, int]]:
    """Make what turns an offset into a line and a column."""
    breaks = [match.start() for match in re.finditer("\n", text)]

    def place(offset: int) -> tuple[int, int]:
        line = bisect_left(breaks, offset)
        return line + 1, offset - (breaks[line - 1] if line else -1)

    return place


def located(findings: Sequence[Finding], text: str) -> tuple[Hit, ...]:
    """Say where findings stand."""
    if not findings:
        return ()
    place = places(text)
    return tuple(Hit(each.start, each.end, each.rule_id, *place(each.start), *place(each.end)) for each in findings)


def scanned(find: Finder, path: Path, file: BinaryIO | None = None) -> Scanned:
    """Scan one file, or what is open already."""
    text, size, trouble = read(path, file)
    if text is None:
        return Scanned(path, size, binary=not trouble, trouble=trouble)
    try:
        return Scanned(path, size, find.hits(text, _from_here(path)))
    except RedactError as error:
        return Scanned(path, size, trouble=str(error))


def _from_here(path: Path) -> str:
    """Write a path as a rule's `allow.paths` means it: from the working directory, if it is below."""
    whole = path.absolute()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole.relative_to(whole.anchor)).as_posix()


def scan_files(config: Path | None, paths: Iterable[Path], limit: int | None = None) -> Iterator[Scanned]:
    """Scan files, in order; `limit` is how many processes may work, all cores if not said."""
    files = [(path, _size(path)) for path in paths]
    most = limit or os.cpu_count() or 1
    if most == 1 or sum(size for _, size in files) < WORTH_PROCESSES:
        find = finder(config)
        yield from (scanned(find, path) for path, _ in files)
        return
    with processes(most) as pool:
        try:
            for batch in pool.map(_scan_batch, repeat(config), _batches(files)):
                yield from batch
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _batches(files: Iterable[tuple[Path, int]]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    total = 0
    for path, size in files:
        batch.append(path)
        total += size + 4096
        if total >= _BATCH:
            yield batch
            batch, total = [], 0
    yield batch


def _scan_batch(config: Path | None, paths: Sequence[Path]) -> list[Scanned]:
    find = finder(config)
    return [scanned(find, path) for path in paths]


def processes(most: int) -> ProcessPoolExecutor:
    """Make processes to deal work out to. Spawned: a fork would copy whatever threads hold."""
    return ProcessPoolExecutor(most, mp_context=get_context("spawn"), initializer=_ignore_interrupts)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
