"""Server-sent events, cut anywhere. Knows bytes and events; knows no provider.

Source: html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from redact.jsontext import BOM

_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))")
_LINE = re.compile(rb"\r\n|\n|\r")
_NAMED = re.compile(rb"^event:[^\r\n]*", re.MULTILINE)
_USUAL = re.compile(rb"(?:event: .*+\n)?data: (.*+)\n\r?\n")
"""An event as providers write nearly all: a name, or none, and one line of data."""


class Event(NamedTuple):
    """One event as it came, and its data (lines joined by a newline; None for comments and the like)."""

    raw: bytes
    data: bytes | None

    @property
    def is_last(self) -> bool:
        """Whether this is the mark with which OpenAI, and who follows it, ends a stream."""
        return self.data is not None and self.data.strip() == b"[DONE]"

    def with_data(self, data: bytes) -> bytes:
        """Write the event anew with other data (one line), every other line and the line ends kept."""
        end = len(self.raw.rstrip(b"\r\n"))
        if self.data and end < len(self.raw) and self.raw.endswith(b"data: " + self.data, 0, end):  # one line, the last
            return self.raw[: end - len(self.data)] + data + self.raw[end:]
        newline = match[0] if (match := _LINE.search(self.raw)) else b"\n"
        kept = self.raw[: len(self.raw) - len(self.raw.lstrip(b"\r\n"))]
        lines = [kept] if kept else []
        written = False
        for line in _LINE.split(self.raw.strip(b"\r\n")):
            if line.removeprefix(BOM).partition(b":")[0] != b"data":
                lines.append(line + newline)
            elif not written:
                written = True
                lines.append(b"data: " + data + newline)
        return b"".join([*lines, newline])

    def another(self, data: bytes) -> bytes:
        """Write one more event like this one, to follow it."""
        return self.with_data(data)

    def error(self, data: bytes) -> bytes:
        """Write an error in its place; where events have names, that is its name."""
        return _NAMED.sub(b"event: error", self.with_data(data), count=1)


class SseDecoder:
    """Bytes in any cut to events; what is passed on as `raw` adds up to exactly what came in."""

    trouble = ""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._mark = BOM  # may stand before the first event

    def decode(self, chunk: bytes) -> list[Event]:
        """Take the next bytes, give the events that are complete."""
        self._buffer += chunk
        events: list[Event] = []
        done = 0
        while True:
            # What began in an earlier chunk is not searched again from its start: it may be long.
            while self._searched <= done and (usual := _usual(_USUAL.match(self._buffer, done))):
                events.append(usual)
                done += len(usual.raw)
                self._mark = b""
            if done == len(self._buffer):
                break
            match = _BLANK.search(self._buffer, max(self._searched, done))
            if match is None or (match.end() == len(self._buffer) and self._buffer.endswith(b"\r")):
                break  # after "\r" a "\n" may still come; taken now, the client would see another blank line
            events.append(self._event(bytes(self._buffer[done : match.end()])))
            done = self._searched = match.end()
        del self._buffer[:done]
        self._searched = max(len(self._buffer) - 4, 0)
        return events

    def _event(self, raw: bytes) -> Event:
        said, self._mark = raw.removeprefix(self._mark), b""
        return Event(raw, _data(said))

    def flush(self) -> Event | None:
        """Give what is left when the stream ends without a blank line."""
        rest, self._buffer, self._searched = bytes(self._buffer), bytearray(), 0
        return self._event(rest) if rest else None


def _usual(match: re.Match[bytes] | None) -> Event | None:
    """Take an event whose lines all end alike."""
    if match is None:
        return None
    raw, data = match.group(0, 1)
    if b"\r" not in raw:
        return Event(raw, data)
    is_alike = raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    return Event(raw, data[:-1]) if is_alike else None


def _data(raw: bytes) -> bytes | None:
    data = []
    for line in _LINE.split(raw):
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value[1:] if value.startswith(b" ") else value)
    return b"\n".join(data) if data else None
