"""Content encodings undone, within a bound. Knows compressed bytes; knows no HTTP.

Source: RFC 9110 §8.4, RFC 8878 (zstd)
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Protocol

import brotli
import zstandard

from redact.errors import UnreadableError

_STEP = 1 << 16
_SMALL = 1 << 8
"""Bytes fed at once to a decoder that gives all it makes of them in one piece: 32 KiB a byte, at the worst."""

Inflate = Callable[[bytes], Iterator[bytes]]
"""The next compressed bytes to plain ones, in pieces of a bounded size; for a stream, one after the other."""


class _Decoder(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Undo the next bytes, in pieces of a bounded size. Raises what its library raises, where they are damaged."""

    @property
    def is_whole(self) -> bool:
        """Whether what came so far is complete."""


class _Zlib:
    """gzip, of several members too (RFC 1952 §2.2), and deflate, of which nothing may follow the end."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._state = zlib.decompressobj(bits)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._state.eof:
                if self._bits != _GZIP:
                    raise zlib.error("something follows the end")
                self._state = zlib.decompressobj(self._bits)
            piece = self._state.decompress(data, _STEP)
            yield piece
            data = self._state.unused_data if self._state.eof else self._state.unconsumed_tail
            while len(piece) == _STEP and not data and not self._state.eof:
                piece = self._state.decompress(b"", _STEP)
                yield piece

    @property
    def is_whole(self) -> bool:
        return self._state.eof


class _Deflate:
    """`deflate` is zlib by the book and raw in the wild: the first bytes tell."""

    def __init__(self) -> None:
        self._as: _Zlib | None = None
        self._first = b""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._as is None:
            data = self._first = self._first + data
            if len(data) < 2:  # noqa: PLR2004  a zlib header (RFC 1950 §2.2)
                return
            zlib_header = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # noqa: PLR2004  as above
            self._as = _Zlib(15 if zlib_header else -15)
        yield from self._as.pieces(data)

    @property
    def is_whole(self) -> bool:
        return self._as is not None and self._as.is_whole


class _Brotli:
    def __init__(self) -> None:
        self._state = brotli.Decompressor()
        # Before 1.2 the output cannot be bounded (CVE-2025-6176); the project's own environments have a newer one.
        self._bound = {"output_buffer_limit": _STEP} if hasattr(self._state, "can_accept_more_data") else {}

    def pieces(self, data: bytes) -> Iterator[bytes]:
        piece = self._state.process(data, **self._bound)
        yield piece
        # All input may be taken and output still be left: it stops where a piece is full.
        while self._bound and not self._state.is_finished() and (piece or not self._state.can_accept_more_data()):
            piece = self._state.process(b"", **self._bound)
            yield piece

    @property
    def is_whole(self) -> bool:
        return bool(self._state.is_finished())


class _Zstd:
    """Frames, one after the other (RFC 8878 §3)."""

    def __init__(self) -> None:
        self._made = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        self._state = self._made.decompressobj()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _SMALL):
            rest = data[start : start + _SMALL]
            while rest:
                if self._state.eof:
                    self._state = self._made.decompressobj()
                yield self._state.decompress(rest)
                rest = self._state.unused_data if self._state.eof else b""

    @property
    def is_whole(self) -> bool:
        return self._state.eof


_GZIP = 31  # zlib's number for it
_MAKERS: Mapping[str, Callable[[], _Decoder]] = MappingProxyType(
    {
        "gzip": lambda: _Zlib(_GZIP),
        "x-gzip": lambda: _Zlib(_GZIP),
        "deflate": _Deflate,
        "br": _Brotli,
        "zstd": _Zstd,
    }
)
_MAGIC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def names(header: str) -> list[str]:
    """Split a `Content-Encoding` header; `identity` and nothing are no encodings."""
    return [name for name in (part.strip().lower() for part in header.split(",")) if name and name != "identity"]


def inflater(header: str) -> Inflate | None:
    """Make what undoes one encoding of a stream, piece by piece; None where nothing is encoded. Raises UnreadableError."""
    encodings = names(header)
    if not encodings:
        return None
    if len(encodings) > 1 or encodings[0] not in _MAKERS:
        raise UnreadableError("encoding", "the answer's content encoding is not supported", 502)
    decoder = _MAKERS[encodings[0]]()
    return decoder.pieces


def decoded(body: bytes, header: str, limit: int) -> bytes:
    """Undo the content encoding of a whole body of at most `limit` plain bytes.

    Raises UnreadableError: 415 for an unknown or doubled encoding, 413 over the limit, 400 where the bytes are not what
    the header says, also when they are compressed without saying so.
    """
    encodings = names(header)
    if len(encodings) > 1 or (encodings and encodings[0] not in _MAKERS):
        raise UnreadableError(
            "encoding", "the content encoding cannot be read; send gzip, deflate, br, zstd or none, and only one", 415
        )
    if not encodings:
        if body.startswith(_MAGIC):
            raise UnreadableError("encoding", "the body is compressed but has no Content-Encoding header", 415)
        _check(len(body), limit)
        return body
    decoder = _MAKERS[encodings[0]]()
    plain = bytearray()
    with suppress(zlib.error, brotli.error, zstandard.ZstdError):
        for piece in decoder.pieces(body):
            plain += piece
            _check(len(plain), limit)
        if decoder.is_whole or not body:
            return bytes(plain)
    raise UnreadableError("encoding", f"the body is not valid {encodings[0]}")


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise UnreadableError("too-large", f"the body is larger than {limit} bytes, the limit set in redact.yaml", 413)
