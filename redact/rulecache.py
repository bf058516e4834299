"""Rules read once and kept on disk, so that a filter starts at once. Knows a folder and rules; decides nothing.

Strategy: the cache is named by the digest of the packs' texts, so it is either exactly right or not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from pydantic import BaseModel

from redact import anchors, guards, rules, signs
from redact.detect import patterns, places
from redact.detect.patterns import Expression, expressions
from redact.rules import Allow, Near, Rule, RuleSet, Sourced

_FORMAT = "1"
_KEPT = 4


@dataclass(frozen=True)
class DiskShelf:
    """A file beside the rules for what was compiled of them; no value is in it."""

    path: Path

    def load(self) -> bytes | None:
        """Give what was kept; None where there is nothing."""
        try:
            return self.path.read_bytes()
        except OSError:
            return None

    def save(self, data: bytes) -> None:
        """Keep this; a full or read-only disk only means that the next process compiles again."""
        _write(self.path, data)


class Loaded(NamedTuple):
    """Rules, what to look for, and where what is compiled of it is kept."""

    rules: RuleSet
    expressions: list[Expression]
    shelf: DiskShelf | None


_Model = TypeVar("_Model", bound=BaseModel)


class _Kept(msgspec.Struct):
    version: str
    rules: list[tuple[dict[str, Any], str, int]]
    expressions: list[Expression]


def load(paths: Sequence[Path], folder: Path | None, *, on: Sequence[str] = (), off: Sequence[str] = ()) -> Loaded:
    """Read packs, from the cache in `folder` where they have not changed, and turn rules on and off. Raises RuleError."""
    path = folder / _name(paths, repr((tuple(on), tuple(off)))) if folder is not None else None
    shelf = DiskShelf(path.with_suffix(".compiled")) if path is not None else None
    if path is not None and (kept := _kept(path)) is not None:
        return Loaded(*kept, shelf)
    read = rules.switched(rules.read(paths), on, off)
    looked_for = expressions(read.enabled())
    if path is not None:
        _keep(path, read, looked_for)
    return Loaded(read, looked_for, shelf)


def _name(paths: Sequence[Path], switches: str) -> str:
    digest = hashlib.sha256((_FORMAT + switches).encode())
    for source in map(
        inspect.getfile, (rules, patterns, places, guards, signs, anchors)
    ):  # a changed reader reads anew
        digest.update(str(Path(source).stat().st_mtime_ns).encode())
    for path, shown in rules.pack_files(paths):
        digest.update(shown.encode())
        with contextlib.suppress(OSError):  # reading it again says so properly
            digest.update(path.read_bytes())
    return f"rules-{digest.hexdigest()[:32]}.json"


def _kept(path: Path) -> tuple[RuleSet, list[Expression]] | None:
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        sourced = tuple(Sourced(_rule(members), file, line) for members, file, line in kept.rules)
    except (OSError, msgspec.MsgspecError, TypeError, KeyError):
        return None
    return RuleSet(sourced, kept.version), kept.expressions


def _rule(members: dict[str, Any]) -> Rule:
    """Build a rule that was valid when it was kept."""
    members["allow"] = _model(Allow, members["allow"])
    if members["near"] is not None:
        members["near"] = _model(Near, members["near"])
    return _model(Rule, members)


def _model(kind: type[_Model], members: dict[str, Any]) -> _Model:
    """Make a model as unpickling does: nothing is checked, and nothing is filled in."""
    as_read = {key: tuple(item) if type(item) is list else item for key, item in members.items()}
    made = kind.__new__(kind)
    state = {"__dict__": as_read, "__pydantic_fields_set__": set(as_read)}
    made.__setstate__({**state, "__pydantic_extra__": None, "__pydantic_private__": None})
    return made


def _keep(path: Path, read: RuleSet, looked_for: list[Expression]) -> None:
    kept = _Kept(
        read.version,
        [(sourced.rule.model_dump(), sourced.path, sourced.line) for sourced in read.rules],
        looked_for,
    )
    _write(path, msgspec.json.encode(kept))


def _write(path: Path, data: bytes) -> None:
    """Write a file of the cache, and take old ones away; a disk that takes nothing only means to do the work again."""
    folder = path.parent
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
        for old in sorted(folder.glob(f"rules-*{path.suffix}"), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
