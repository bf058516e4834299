"""A JSON array that arrives item by item, cut anywhere. Knows brackets and strings; knows no provider.

Strategy: only brackets, braces, quotes and backslashes matter; an item is over with the bracket that closes it. What stands
before an item (the opening bracket, commas, white space) belongs to it as its lead.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OUTSIDE = re.compile(rb'(?:[^\[\]{}"]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}"])', re.DOTALL)
"""What comes next that matters; a quote only where its string does not end in what is there."""
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+(["\\])', re.DOTALL)
"""The end of a string, or a backslash at the end of what is there."""


def _object(depth: int) -> bytes:
    """Write a pattern for an object in which others stand so deep."""
    inside = rb"|" + _object(depth - 1) if depth else b""
    return rb'\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+"' + inside + rb")*+\}"


_WHOLE = re.compile(rb"[\s,]*+(" + _object(8) + rb")", re.DOTALL)
"""An item that is all there: nearly all are, and this is one look where bracket by bracket takes twenty."""


class Item(NamedTuple):
    """One object of the array as it came, with what stood before it; `data` is the object alone."""

    raw: bytes
    data: bytes | None
    is_last: bool = False  # the bracket that closes the array

    def with_data(self, data: bytes) -> bytes:
        """Write the item anew with other data, what stood before it kept."""
        return self.raw[: len(self.raw) - len(self.data or b"")] + data

    def another(self, data: bytes) -> bytes:
        """Write one more item, to follow this one."""
        return b",\n" + data

    def error(self, data: bytes) -> bytes:
        """Write an error in its place, and end the array."""
        return self.with_data(data) + b"]"


class ArrayDecoder:
    """Bytes in any cut to items; what is passed on as `raw` adds up to exactly what came in."""

    trouble = ""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._depth = 0
        self._start = 0  # of the item that is being read
        self._in_string = False

    def decode(self, chunk: bytes) -> list[Item]:
        """Take the next bytes, give the items that are complete."""
        self._buffer += chunk
        items: list[Item] = []
        done = 0
        while self._depth == 1 and not self._in_string and (whole := _WHOLE.match(self._buffer, done)):
            items.append(Item(whole[0], whole[1]))
            done = self._searched = whole.end()
        while match := (_INSIDE if self._in_string else _OUTSIDE).match(self._buffer, self._searched):
            sign = match[1]
            if sign == b"\\":
                self._searched = match.start(1)  # what is escaped is still to come
                break
            self._searched = match.end()
            if sign == b'"':
                self._in_string = not self._in_string
            elif sign in b"[{":
                self._depth += 1
                if self._depth == _ITEM:
                    self._start = match.start(1)
            elif sign in b"]}":
                self._depth -= 1
                if self._depth == _ITEM - 1:
                    items.append(self._taken(done, match.end()))
                    done = match.end()
                elif self._depth == 0:
                    items.append(Item(bytes(self._buffer[done : match.end()]), None, is_last=True))
                    done = match.end()
        else:
            self._searched = len(self._buffer)
        del self._buffer[:done]
        self._searched -= done
        self._start -= done
        return items

    def _taken(self, done: int, end: int) -> Item:
        return Item(bytes(self._buffer[done:end]), bytes(self._buffer[self._start : end]))

    def flush(self) -> Item | None:
        """Give what is left when the stream ends: white space, or an item cut short."""
        rest, self._buffer, self._searched = bytes(self._buffer), bytearray(), 0
        return Item(rest, None) if rest else None


_ITEM = 2
"""How deep an item stands: inside the array."""
