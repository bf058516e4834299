"""Which files a scan reads, and their text. Knows folders, `.gitignore` and bytes; knows no rule."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pathspec import GitIgnoreSpec

LARGEST = 256 << 20
"""A text is searched as a whole; what is larger than this, in bytes, is refused, not passed over in silence."""

_HEAD = 8192
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Tell = Callable[[Path, str], object]
"""Takes note of a path that cannot be read, and why."""


class Ignoring(NamedTuple):
    """A folder and what is ignored below it."""

    folder: Path
    spec: GitIgnoreSpec


class Read(NamedTuple):
    """What reading a file gave: its text, or None where it is binary or there was trouble."""

    text: str | None
    size: int
    trouble: str = ""


def found(path: Path, tell: Tell, *, heed_ignores: bool = True) -> Iterator[Path]:
    """List the files that a path stands for: a folder's files below it, in order, or the path itself.

    In folders, `.git`, links, and what is ignored are passed over. A path that is named is not: who names a folder in which
    everything is ignored wants to know of it.
    """
    if not path.is_dir():
        yield path
        return
    above = _from_above(path) if heed_ignores else None
    if above and is_ignored(path.absolute(), above, is_folder=True):
        above = []
    yield from _below(path, above, tell)


def _below(folder: Path, ignoring: list[Ignoring] | None, tell: Tell) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        tell(folder, os.strerror(error.errno or 0))
        return
    absolute = folder.absolute()
    if ignoring is not None and any(entry.name == ".gitignore" for entry in entries):
        ignoring = [*ignoring, *_read(absolute, absolute / ".gitignore")]
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name == ".git" or (ignoring and is_ignored(absolute / entry.name, ignoring, is_folder=is_folder)):
            continue
        if is_folder:
            yield from _below(folder / entry.name, ignoring, tell)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def is_ignored(path: Path, ignoring: list[Ignoring], *, is_folder: bool) -> bool:
    """Tell whether an absolute path is ignored: the nearest file that speaks of it decides (git-scm.com/docs/gitignore)."""
    for folder, spec in reversed(ignoring):
        said = spec.check_file(path.relative_to(folder).as_posix() + ("/" if is_folder else "")).include
        if said is not None:
            return said
    return False


def _from_above(folder: Path) -> list[Ignoring]:
    """Read what the repository around a folder ignores, outermost first; the folder's own file is left to the walk."""
    start = folder.absolute()
    root = next((above for above in (start, *start.parents) if (above / ".git").exists()), None)
    if root is None:
        return []
    between = [above for above in reversed(start.parents) if above.is_relative_to(root)]
    sources = [(root, root / ".git" / "info" / "exclude"), *((above, above / ".gitignore") for above in between)]
    return [ignoring for above, source in sources for ignoring in _read(above, source)]


def _read(folder: Path, source: Path) -> list[Ignoring]:
    """Read one file of patterns; like git, pass over what is no pattern, and a file that cannot be read."""
    try:
        lines = source.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    return [Ignoring(folder, GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line)))]


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def read(path: Path, file: BinaryIO | None = None) -> Read:
    """Read a file, or what is open already, as `text_of` does; trouble is said without a word of what is in it."""
    size = 0
    try:
        with nullcontext(file) if file else path.open("rb") as source:
            size = 0 if file else os.fstat(source.fileno()).st_size
            data = source.read(_HEAD)
            if is_binary(data):
                return Read(None, size)
            data += source.read(LARGEST + 1 - len(data))
    except OSError as error:
        return Read(None, size, os.strerror(error.errno or 0))
    if len(data) > LARGEST:
        return Read(None, size, f"larger than {LARGEST >> 20} MiB, not scanned; split it")
    return Read(text_of(data), size)


def is_binary(head: bytes) -> bool:
    """Tell from its first bytes whether a file is no text, as git does; UTF-16 with its mark is text."""
    return b"\0" in head and not head.startswith(_UTF16)


def text_of(data: bytes) -> str:
    """Decode a file; what is no UTF-8 becomes lone surrogates, one for each byte (PEP 383).

    Line ends stay as they are, so that offsets are the file's own.
    """
    wide = data.startswith(_UTF16)
    return data.decode("utf-16", "replace") if wide else data.decode("utf-8", "surrogateescape")


def printable(path: Path) -> str:
    """Write a path so that its name cannot command the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(path))
