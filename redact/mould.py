"""What streamed events have in common that only go on with one running text. Knows JSON as bytes; knows no provider and no record.

Strategy: a long answer is the same event again and again, with another piece of text in it. Such an event need not be parsed: it is
told by all its other bytes, the scalar members apart that a format calls fleeting, such as numbers of events.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable

import msgspec

_STRING = rb'((?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+)'
_SCALAR = rb'(?:0|[1-9]\d{0,4}|"[\w:.+-]{0,64}")'
"""What may stand in a fleeting member: no number as long as a surrogate of one."""
_decode = msgspec.json.Decoder(str).decode


class Mould:
    """All of an event but a piece of a running text."""

    __slots__ = ("_match", "lane")

    def __init__(self, lane: Hashable, before: bytes, after: bytes, fleeting: Collection[str]) -> None:
        self.lane = lane
        self._match = re.compile(_open(before, fleeting) + _STRING + _open(after, fleeting), re.ASCII).fullmatch

    def said_in(self, data: bytes) -> str | None:
        """Give the piece in an event of this mould; None where it is another."""
        match = self._match(data)
        if match is None:
            return None
        said = match[1]
        try:
            return _decode(b'"%b"' % said) if b"\\" in said else said.decode()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


def around(data: bytes, said: str) -> tuple[bytes, bytes] | None:
    """Give what stands before and behind a string in an event; None where it stands there more than once, or in other words."""
    written = msgspec.json.encode(said)
    before, found, after = data.partition(written)
    if not found or written in after or not before.rstrip().endswith(b":"):
        return None
    return before + b'"', b'"' + after


def _open(part: bytes, fleeting: Collection[str]) -> bytes:
    if not fleeting:
        return re.escape(part)
    names = "|".join(map(re.escape, fleeting)).encode()
    pieces: list[bytes] = []
    done = 0
    for member in re.finditer(rb'"(?:%b)"\s*:\s*(%b)(?=\s*[,}])' % (names, _SCALAR), part):
        pieces += (re.escape(part[done : member.start(1)]), _SCALAR)
        done = member.end(1)
    return b"".join((*pieces, re.escape(part[done:])))
