"""One answer on its way: bytes in as the provider sends them, restored bytes out. Knows an Exchange; knows no sockets and no mitmproxy.

Strategy: content type and first bytes tell whether it comes as events, each restored as it comes, as one JSON value, restored
once it is whole, as text, restored as it comes, or as anything else, passed on. Whatever fails leaves the bytes as they came.
"""

from __future__ import annotations

import codecs
import html
from collections.abc import Callable, Iterator

from redact.encodings import Inflate
from redact.exchange import Exchange
from redact.framing import FRAMINGS
from redact.jsontext import BOM
from redact.restore import RestoreStream, plainly

LIMIT = 64 << 20
"""A whole JSON answer, or one event, larger than this is passed on as it came, in bytes."""
_TELLING = len("event:")
"""So many bytes tell what comes where the content type does not."""
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/binary")
"""Content types that do not say what comes."""

_Way = Callable[[bytes], bytes]


class Answer:
    """Restores one answer, however it is cut."""

    def __init__(self, exchange: Exchange, inflate: Inflate | None, kind: str) -> None:
        self._exchange, self._inflate, self._kind = exchange, inflate, kind
        self._begun = bytearray()  # what came until it was clear what comes
        self._way: _Way | None = None
        self._whole = bytearray()
        self._silent = 0  # bytes since something went on
        self._is_damaged = False

    def feed(self, data: bytes) -> bytes:
        """Take what the provider sent (empty at the end), give what the client gets."""
        if data and self._way is not None and self._inflate is None:
            return self._way(data)
        if self._is_damaged:
            return b""
        if not data:
            return self._end()
        return b"".join([self._plain(piece) for piece in self._decoded(data)]) + self._given_up()

    def _decoded(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            yield data
            return
        try:
            yield from filter(None, self._inflate(data))
        except Exception:  # noqa: BLE001  each codec has its own errors; soft inbound: what came before them is kept
            self._exchange.report.trouble = "encoding"
            self._is_damaged = True

    def _plain(self, data: bytes) -> bytes:
        if self._way is None:
            self._begun += data
            if not self._is_clear():
                return b""
            self._way, data = self._begin()
        return self._way(data)

    def _given_up(self) -> bytes:
        return self._end() if self._is_damaged else b""

    def _end(self) -> bytes:
        if self._way is not None:
            return self._way(b"")
        self._way, begun = self._begin()
        return (self._way(begun) if begun else b"") + self._way(b"")

    # -- what comes

    def _is_clear(self) -> bool:
        return len(_without_lead(self._begun)) >= (1 if self._kind in FRAMINGS else _TELLING)

    def _begin(self) -> tuple[_Way, bytes]:
        """Choose the way, and give what is to go it first."""
        begun, self._begun = bytes(self._begun), bytearray()
        return self._choose(_without_lead(begun)), begun

    def _choose(self, first: bytes) -> _Way:
        if self._exchange.streams(self._kind, first):
            return self._events
        if "json" in self._kind or first[:1] == b"{" or (first[:1] == b"[" and self._kind in (*FRAMINGS, *_UNTOLD)):
            return self._json
        if self._kind.startswith("text/") or self._kind.endswith("xml") or not self._kind:
            return _Text(self._exchange, is_markup=first[:1] == b"<")
        return self._as_it_came

    # -- the ways

    def _as_it_came(self, data: bytes) -> bytes:
        self._exchange.report.response_bytes += len(data)
        return data

    def _events(self, data: bytes) -> bytes:
        if not data:
            return self._exchange.flush()
        out = self._exchange.chunk(data)
        self._silent = 0 if out else self._silent + len(data)
        if self._silent <= LIMIT:
            return out
        self._way = self._as_it_came
        out = self._exchange.flush()
        self._exchange.report.trouble = "too-large"
        return out

    def _json(self, data: bytes) -> bytes:
        """Collect a whole JSON answer: a client cannot read half of it either."""
        self._whole += data
        if data and len(self._whole) <= LIMIT:
            return b""
        body, self._whole = bytes(self._whole), bytearray()
        if data:
            self._exchange.report.trouble = "too-large"
            self._way = self._as_it_came
            return self._as_it_came(body)
        return self._exchange.response(body) if body else body


class _Text:
    """Restores prose, such as a page that tells of an error. Bytes that are no UTF-8 stay as they are."""

    def __init__(self, exchange: Exchange, *, is_markup: bool) -> None:
        self._report = exchange.report
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._stream: RestoreStream = exchange.prose(html.escape if is_markup else plainly)

    def __call__(self, data: bytes) -> bytes:
        self._report.response_bytes += len(data)
        text = self._stream.feed(self._decoder.decode(data, final=not data))
        text += "" if data else self._stream.flush()
        try:
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # a value that no UTF-8 can spell
            return text.encode("utf-8", "replace")


def restored(exchange: Exchange, kind: str, body: bytes) -> bytes:
    """Restore an answer that is all there."""
    answer = Answer(exchange, None, kind)
    return answer.feed(body) + answer.feed(b"")


def _without_lead(begun: bytes | bytearray) -> bytes:
    return bytes(begun.removeprefix(BOM)).lstrip() if not BOM.startswith(begun) else b""
