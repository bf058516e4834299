"""Rules read once and kept on disk, so that a filter starts at once. Knows a folder and rules; decides nothing.

Strategy: the cache is named by the digest of the packs' texts, so it is either exactly right or not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from redact import anchors, rules, signs
from redact.detect import patterns
from redact.detect.patterns import Expression, expressions
from redact.rules import Allow, Near, Rule, RuleSet, Sourced

_FORMAT = "1"
_KEPT = 4


class _Kept(msgspec.Struct):
    version: str
    rules: list[tuple[dict[str, object], str, int]]
    expressions: list[dict[str, object]]


def load(
    paths: Sequence[Path], folder: Path | None, *, on: Sequence[str] = (), off: Sequence[str] = ()
) -> tuple[RuleSet, list[Expression]]:
    """Read packs, from the cache in `folder` where they have not changed, and turn rules on and off. Raises RuleError."""
    name = _name(paths, repr((tuple(on), tuple(off)))) if folder is not None else ""
    if folder is not None and (kept := _kept(folder / name)) is not None:
        return kept
    read = rules.switched(rules.read(paths), on, off)
    looked_for = expressions(read.enabled())
    if folder is not None:
        _keep(folder, name, read, looked_for)
    return read, looked_for


def _name(paths: Sequence[Path], switches: str) -> str:
    digest = hashlib.sha256((_FORMAT + switches).encode())
    for source in (rules.__file__, patterns.__file__, signs.__file__, anchors.__file__):  # a changed reader reads anew
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
        found = [msgspec.convert(members, Expression) for members in kept.expressions]
    except (OSError, msgspec.MsgspecError, TypeError, KeyError):
        return None
    return RuleSet(sourced, kept.version), found


def _rule(members: dict[str, object]) -> Rule:
    """Build a rule that was valid when it was kept."""
    allow = Allow.model_construct(None, **msgspec.convert(members.pop("allow"), dict[str, tuple[str, ...]]))
    said = msgspec.convert(members.pop("near"), dict[str, tuple[str, ...] | int] | None)
    near = Near.model_construct(None, **said) if said is not None else None
    as_read = {key: tuple(item) if isinstance(item, list) else item for key, item in members.items()}
    return Rule.model_construct(**as_read, allow=allow, near=near)  # type: ignore[arg-type]


def _keep(folder: Path, name: str, read: RuleSet, looked_for: list[Expression]) -> None:
    """Write the cache; a full or read-only disk only means that the next start reads the packs again."""
    kept = _Kept(
        read.version,
        [(sourced.rule.model_dump(), sourced.path, sourced.line) for sourced in read.rules],
        [msgspec.to_builtins(expression) for expression in looked_for],
    )
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(kept))
        Path(draft).replace(folder / name)
        for old in sorted(folder.glob("rules-*.json"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
