"""Content encodings undone, within a bound. Knows compressed bytes; knows no HTTP.

Source: RFC 9110 §8.4, RFC 8878 (zstd)
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

import brotli
import zstandard

from redact.errors import UnreadableError

_STEP = 1 << 16

Inflate = Callable[[bytes], bytes]
"""The next compressed bytes to plain ones; for a stream, one after the other."""


def _zlib_like(bits: int) -> Callable[[], Inflate]:
    def make() -> Inflate:
        return zlib.decompressobj(bits).decompress

    return make


def _deflate() -> Inflate:
    """`deflate` is zlib by the book and raw in the wild: the first bytes tell."""
    inflate: list[Inflate] = []

    def first(data: bytes) -> bytes:
        if not inflate:
            zlib_header = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # noqa: PLR2004  RFC 1950
            inflate.append(zlib.decompressobj(15 if zlib_header else -15).decompress)
        return inflate[0](data)

    return first


def _brotli() -> Inflate:
    inflate: Inflate = brotli.Decompressor().process
    return inflate


def _zstd() -> Inflate:
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj().decompress


_MAKERS: Mapping[str, Callable[[], Inflate]] = MappingProxyType(
    {"gzip": _zlib_like(31), "x-gzip": _zlib_like(31), "deflate": _deflate, "br": _brotli, "zstd": _zstd}
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
    return _MAKERS[encodings[0]]()


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
    inflate = _MAKERS[encodings[0]]()
    plain = bytearray()
    try:
        for start in range(0, len(body), _STEP):
            step = max(_STEP // 64, 256)
            for small in range(start, min(start + _STEP, len(body)), step):
                plain += inflate(body[small : min(small + step, start + _STEP)])
                _check(len(plain), limit)
    except (zlib.error, brotli.error, zstandard.ZstdError):
        raise UnreadableError("encoding", f"the body is not valid {encodings[0]}") from None
    if body and not plain:
        raise UnreadableError("encoding", f"the body is not valid {encodings[0]}")
    return bytes(plain)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise UnreadableError("too-large", f"the body is larger than {limit} bytes, the limit set in redact.yaml", 413)
