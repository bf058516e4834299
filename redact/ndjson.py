"""JSON values one a line, cut anywhere. Knows bytes and lines; knows no provider.

Source: github.com/ndjson/ndjson-spec
"""

from __future__ import annotations

from typing import NamedTuple

from redact.jsontext import BOM


class Line(NamedTuple):
    """One line as it came, its end included, and what stands in it (None where that is nothing)."""

    raw: bytes
    data: bytes | None
    is_last: bool = False

    def with_data(self, data: bytes) -> bytes:
        """Write the line anew with other data."""
        return data + self.raw[len(self.raw.rstrip(b"\r\n")) :]

    def another(self, data: bytes) -> bytes:
        """Write one more line, to follow this one."""
        end = self.raw[len(self.raw.rstrip(b"\r\n")) :]
        return data + end if end else b"\n" + data

    def error(self, data: bytes) -> bytes:
        """Write an error in its place."""
        return self.with_data(data)


class LineDecoder:
    """Bytes in any cut to lines; what is passed on as `raw` adds up to exactly what came in."""

    trouble = ""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0

    def decode(self, chunk: bytes) -> list[Line]:
        """Take the next bytes, give the lines that are complete."""
        self._buffer += chunk
        lines: list[Line] = []
        done = 0
        while (end := self._buffer.find(b"\n", max(self._searched, done)) + 1) > 0:
            lines.append(_line(bytes(self._buffer[done:end])))
            done = end
        del self._buffer[:done]
        self._searched = len(self._buffer)
        return lines

    def flush(self) -> Line | None:
        """Give what is left when the stream ends without a line end."""
        rest, self._buffer, self._searched = bytes(self._buffer), bytearray(), 0
        return _line(rest) if rest else None


def _line(raw: bytes) -> Line:
    return Line(raw, raw.removeprefix(BOM).strip() or None)
