"""What stands behind a body: trailers of HTTP/1, which mitmproxy reads and writes for HTTP/2 only. Knows its HTTP layers.

Left alone, mitmproxy fails at the end of an answer that has them, and the client never learns that it is over. Trailers of a
request are dropped, as whoever passes a request on may do (RFC 9110 §6.5.1): nobody reads what stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h11
from h11._readers import ChunkedReader
from mitmproxy import http
from mitmproxy.proxy.commands import SendData
from mitmproxy.proxy.layers import http as layers
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.proxy.layers.http._events import (
    RequestTrailers,
    ResponseEndOfMessage,
    ResponseTrailers,
)

if TYPE_CHECKING:
    from mitmproxy.proxy.events import Event
    from mitmproxy.proxy.layer import CommandGenerator
    from mitmproxy.proxy.layers.http._events import HttpEvent

_LAST_CHUNK = b"0\r\n\r\n"
_OF_THE_MESSAGE = frozenset((b"content-length", b"transfer-encoding", b"content-encoding", b"content-type", b"trailer"))
"""What says where a message ends or how it is to be read must not come behind it."""


def pass_on() -> None:
    """Let mitmproxy's HTTP/1 pass trailers on. It has no option for that, so the classes of its layers are exchanged."""
    _http1.make_body_reader = _reader
    vars(layers).update(Http1Client=_Client, Http1Server=_Server)


class _Chunks(ChunkedReader):
    """Keeps the trailers, at which mitmproxy would fail."""

    trailers: tuple[tuple[bytes, bytes], ...] = ()

    def __call__(self, buf: Any) -> Any:
        event = super().__call__(buf)
        if not isinstance(event, h11.EndOfMessage) or not event.headers:
            return event
        named = ((bytes(name).lower(), bytes(value)) for name, value in event.headers)
        self.trailers = tuple((name, value) for name, value in named if name not in _OF_THE_MESSAGE)
        return h11.EndOfMessage()


_reader_of = _http1.make_body_reader


def _reader(expected_size: int | None) -> Any:
    return _Chunks() if expected_size is None else _reader_of(expected_size)


class _Client(_http1.Http1Client):
    """The side of the provider: gives the trailers before it says that an answer is over."""

    def send(self, event: HttpEvent) -> CommandGenerator[None]:
        if not isinstance(event, RequestTrailers):
            yield from super().send(event)

    def read_body(self, event: Event) -> CommandGenerator[None]:
        for command in super().read_body(event):
            trailers = getattr(self.body_reader, "trailers", ())
            if trailers and isinstance(command, ReceiveHttp) and isinstance(command.event, ResponseEndOfMessage):
                yield ReceiveHttp(ResponseTrailers(command.event.stream_id, http.Headers(trailers)))
            yield command


class _Server(_http1.Http1Server):
    """The side of the client: writes the trailers behind the last chunk; an answer of a known length cannot have any."""

    _trailers = b""

    def send(self, event: HttpEvent) -> CommandGenerator[None]:
        if isinstance(event, ResponseTrailers):
            self._trailers = bytes(event.trailers)
            return
        trailers, is_over = self._trailers, isinstance(event, ResponseEndOfMessage)
        if is_over:
            self._trailers = b""
        for command in super().send(event):
            if trailers and is_over and isinstance(command, SendData) and command.data == _LAST_CHUNK:
                command.data = b"0\r\n" + trailers + b"\r\n"
            yield command
