"""Which patterns were tried before and found bounded. Knows a file of digests; decides nothing.

A digest covers all that the verdict hangs on: the rule's pattern, keywords, window and examples, and the code that tried it. So
what is kept is exactly right or not there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import regex

from redact import anchors, samples, signs, steps
from redact.detect import hostile, patterns, places
from redact.rules import Rule

_SOURCES = [Path(str(module.__file__)) for module in (anchors, hostile, patterns, places, samples, signs, steps)]
_MOST = 20_000


class Cleared:
    """The patterns that were found bounded, in the file at `path`; one that cannot be read or written is as good as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        code = hashlib.sha256(regex.__version__.encode())
        for source in _SOURCES:
            code.update(source.read_bytes())
        self._code = code.digest()
        self._digests = self._read()

    def __contains__(self, rule: Rule) -> bool:
        return self._digest(rule) in self._digests

    def add(self, rules: Iterable[Rule]) -> None:
        """Keep that these are bounded."""
        self._digests = dict.fromkeys([*self._digests, *map(self._digest, rules)])
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_text("\n".join([*self._digests][-_MOST:]), encoding="ascii")
            draft.replace(self._path)

    def _read(self) -> dict[str, None]:
        with suppress(OSError, ValueError):
            return dict.fromkeys(self._path.read_text(encoding="ascii").split())
        return {}

    def _digest(self, rule: Rule) -> str:
        said = repr((rule.pattern, rule.keywords, rule.window, rule.matches)).encode()
        return hashlib.sha256(self._code + said).hexdigest()[:32]
