"""Real source text of several languages from this machine. Knows the interpreter's folders; knows nothing of redact."""

from __future__ import annotations

import itertools
import os
import random
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

SUFFIXES = frozenset(".py .pyi .pyx .c .h .js .css .md .rst .toml .yaml .yml .html .sh .cfg".split())
LANGUAGES = ("py", "pyi", "js", "c", "h", "css")
"""What makes up the blocks of a request, in turn."""
PRUNED = frozenset(("site-packages", "__pycache__", "node_modules"))


def standard_library() -> Path:
    """Give the folder of the interpreter's own modules."""
    return Path(sysconfig.get_paths()["stdlib"])


def folders() -> list[Path]:
    """List where text is taken from: the standard library, installed packages, C headers."""
    paths = sysconfig.get_paths()
    return [standard_library(), Path(paths["purelib"]), Path(paths["include"])]


def files(root: Path, suffixes: Iterable[str] = SUFFIXES) -> list[Path]:
    """List source files below a folder, in a fixed order."""
    taken = frozenset(suffixes)
    found: list[Path] = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(set(below) - PRUNED)
        found += (Path(folder, name) for name in sorted(names) if Path(name).suffix in taken)
    return found


@cache
def everything() -> list[Path]:
    """List every source file that a request or a scan may take text from."""
    return [path for root in folders() for path in files(root)]


def texts(paths: Iterable[Path]) -> Iterator[str]:
    """Read files, those that are not UTF-8 left out."""
    for path in paths:
        try:
            yield path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@cache
def _large(size: int) -> dict[str, list[Path]]:
    by_suffix: dict[str, list[Path]] = {}
    for path in everything():
        if path.suffix[1:] in LANGUAGES and path.stat().st_size > size:
            by_suffix.setdefault(path.suffix[1:], []).append(path)
    return by_suffix


def blocks(count: int, size: int, seed: int) -> list[str]:
    """Cut blocks of about `size` characters (0.4 to 1.6 times) out of sources, the languages in turn."""
    chance = random.Random(seed)
    by_suffix = _large(size)
    languages = [name for name in LANGUAGES if name in by_suffix]
    cut: list[str] = []
    for turn in itertools.count():
        if len(cut) == count:
            break
        path = chance.choice(by_suffix[languages[turn % len(languages)]])
        text = next(texts([path]), "")
        length = round(size * (0.4 + 1.2 * chance.random()))
        start = text.rfind("\n", 0, chance.randrange(max(len(text) - length, 1))) + 1
        block = text[start : start + length]
        if len(block) > length // 2 and max(map(len, block.splitlines())) < 2000:  # no minified bundles
            cut.append(block)
    return cut
