"""One answer on its way: bytes in as the provider sends them, restored bytes out. Knows an Exchange; knows no sockets and no mitmproxy.

Strategy: content type and first bytes tell whether it comes as events, each restored as it comes, as one JSON value, restored
once it is whole, or as anything else, passed on. Whatever fails leaves the bytes as they came.
"""

from __future__ import annotations

from collections.abc import Callable

from redact.encodings import Inflate
from redact.exchange import Exchange

JSON_LIMIT = 64 << 20
"""A whole JSON answer larger than this is passed on as it came, in bytes."""


class Answer:
    """Restores one answer, however it is cut."""

    def __init__(self, exchange: Exchange, inflate: Inflate | None, kind: str) -> None:
        self._exchange, self._inflate, self._kind = exchange, inflate, kind
        self._whole = bytearray()
        self._way: Callable[[bytes], bytes] | None = None

    def feed(self, data: bytes) -> bytes:
        """Take what the provider sent (empty at the end), give what the client gets."""
        try:
            plain = self._inflate(data) if self._inflate and data else data
        except Exception:  # noqa: BLE001  each codec has its own errors; soft inbound
            self._exchange.report.trouble = "encoding"
            self._way = self._as_it_came
            return b""
        if data and not plain:
            return b""
        if self._way is None:
            self._way = self._choose(plain)
        return self._way(plain)

    def _choose(self, first: bytes) -> Callable[[bytes], bytes]:
        if self._exchange.streams(self._kind, first):
            return self._events
        if "json" in self._kind or (not self._kind and first[:1] in (b"{", b"[")):
            return self._json
        return self._as_it_came

    def _as_it_came(self, data: bytes) -> bytes:
        self._exchange.report.response_bytes += len(data)
        return data

    def _events(self, data: bytes) -> bytes:
        return self._exchange.chunk(data) if data else self._exchange.flush()

    def _json(self, data: bytes) -> bytes:
        """Collect a whole JSON answer: a client cannot read half of it either."""
        self._whole += data
        if data and len(self._whole) <= JSON_LIMIT:
            return b""
        body, self._whole = bytes(self._whole), bytearray()
        if data:
            self._exchange.report.trouble = "too-large"
            self._way = self._as_it_came
            return self._as_it_came(body)
        return self._exchange.response(body) if body else body
