"""AWS event streams, cut anywhere. Knows frames, their headers and checksums; knows no service.

Strategy: a frame says its length, so frames are told apart by length; both checksums are checked before a frame is believed.
A frame that fails its checksum goes on as it came: the client checks it, too. Where the lengths themselves cannot be believed
the rest of the stream goes on as it came.

Source: smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import binascii
import struct
from typing import NamedTuple

from redact import jsontext
from redact.errors import UnreadableError

_PRELUDE = struct.Struct(">III")  # length of all, length of the headers, checksum of both
_CHECKSUM = struct.Struct(">I")
_LEAST = _PRELUDE.size + _CHECKSUM.size
MOST = 32 << 20
"""No service sends longer frames; AWS documents 16 MiB for a payload."""


class Frame(NamedTuple):
    """One frame as it came. `data` is its JSON: the payload, or what a `chunk` wraps in base64; None where there is none."""

    raw: bytes
    data: bytes | None
    is_last: bool = False

    def with_data(self, data: bytes) -> bytes:
        """Write the frame anew with other data; its headers are kept, lengths and checksums made to fit."""
        headers = self.raw[_PRELUDE.size : _PRELUDE.size + _PRELUDE.unpack_from(self.raw)[1]]
        return framed(headers, self._wrapped(data))

    def another(self, data: bytes) -> bytes:
        """Write one more frame, to follow this one."""
        return self.with_data(data)

    def error(self, data: bytes) -> bytes:
        """Write an exception in its place, which ends the stream."""
        return framed(_EXCEPTION, data)

    def _wrapped(self, data: bytes) -> bytes:
        payload = _payload(self.raw)
        if payload == self.data:
            return data
        wrapper = jsontext.load(payload)
        wrapper["bytes"] = binascii.b2a_base64(data, newline=False).decode()
        return jsontext.dump(wrapper)


class FrameDecoder:
    """Bytes in any cut to frames; what is passed on as `raw` adds up to exactly what came in."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.trouble = ""
        self._is_lost = False

    def decode(self, chunk: bytes) -> list[Frame]:
        """Take the next bytes, give the frames that are complete."""
        self._buffer += chunk
        frames: list[Frame] = []
        done = 0
        while not self._is_lost and len(self._buffer) - done >= _PRELUDE.size:
            length, headers, checksum = _PRELUDE.unpack_from(self._buffer, done)
            if binascii.crc32(self._buffer[done : done + 8]) != checksum or not _fits(length, headers):
                self.trouble, self._is_lost = "frame", True
                break
            if len(self._buffer) - done < length:
                break
            frames.append(self._frame(bytes(self._buffer[done : done + length])))
            done += length
        if self._is_lost and len(self._buffer) > done:
            frames.append(Frame(bytes(self._buffer[done:]), None))
            done = len(self._buffer)
        del self._buffer[:done]
        return frames

    def _frame(self, raw: bytes) -> Frame:
        if binascii.crc32(raw[: -_CHECKSUM.size]) != _CHECKSUM.unpack_from(raw, len(raw) - _CHECKSUM.size)[0]:
            self.trouble = "checksum"
            return Frame(raw, None)
        return Frame(raw, _data(_payload(raw)))

    def flush(self) -> Frame | None:
        """Give what is left when the stream ends in the middle of a frame."""
        rest, self._buffer = bytes(self._buffer), bytearray()
        return Frame(rest, None) if rest else None


def _headers(**values: str) -> bytes:
    """Encode headers whose values are strings, named without their colon."""
    fields = ((f":{name.replace('_', '-')}".encode(), value.encode()) for name, value in values.items())
    return b"".join(
        struct.pack(">B", len(name)) + name + struct.pack(">BH", _STRING, len(value)) + value for name, value in fields
    )


_STRING = 7
_EXCEPTION = _headers(message_type="exception", exception_type="validationException", content_type="application/json")


def framed(headers: bytes, payload: bytes) -> bytes:
    """Write a frame of encoded headers and a payload."""
    lengths = struct.pack(">II", _LEAST + len(headers) + len(payload), len(headers))
    prelude = lengths + _CHECKSUM.pack(binascii.crc32(lengths))
    return b"".join(
        (
            prelude,
            headers,
            payload,
            _CHECKSUM.pack(binascii.crc32(payload, binascii.crc32(headers, binascii.crc32(prelude)))),
        )
    )


def _fits(length: int, headers: int) -> bool:
    return _LEAST + headers <= length <= MOST


def _payload(raw: bytes) -> bytes:
    return raw[_PRELUDE.size + _PRELUDE.unpack_from(raw)[1] : -_CHECKSUM.size]


def _data(payload: bytes) -> bytes | None:
    if not payload.startswith(b"{"):
        return None
    if not payload.startswith(b'{"bytes"') and b'"bytes"' not in payload:
        return payload
    try:
        wrapper = jsontext.load(payload)
        return binascii.a2b_base64(wrapper["bytes"], strict_mode=True)
    except (UnreadableError, ValueError, TypeError, KeyError):
        return payload
