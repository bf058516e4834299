"""An answer's way back: streamed through the exchange, or restored once mitmproxy has it whole. Knows mitmproxy's responses; reads none."""

from __future__ import annotations

from http import HTTPStatus

from mitmproxy import http

from redact import encodings
from redact.addons.running import Running
from redact.answer import LIMIT, Answer, restored
from redact.errors import UnreadableError


def pass_on(response: http.Response) -> None:
    """Let an answer pass unread; what follows a switch of protocols is no body."""
    response.stream = response.status_code != HTTPStatus.SWITCHING_PROTOCOLS


def begin(flow: http.HTTPFlow, response: http.Response, running: Running) -> None:
    """Decide by its headers how an answer travels."""
    if running.is_unread:
        response.stream = running.route.does == "report"
    elif running.is_monitored:
        pass_on(response)
    elif running.error:
        return  # it is ours
    elif response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
        if not (running.socket and _is_websocket(response)):
            flow.kill()  # mitmproxy would let both ends talk on unread
    elif _has_body(flow.request, response):
        _stream(response, running)


def _stream(response: http.Response, running: Running) -> None:
    try:
        inflate = encodings.inflater(response.headers.get("content-encoding", ""))
    except UnreadableError:
        running.exchange.report.trouble = "encoding"
        response.stream = True
        return
    if inflate is None and _is_short_json(response):
        running.is_whole = True
        return  # mitmproxy collects it as we would, and writes it in one piece
    if inflate is not None:
        del response.headers["content-encoding"]
    # mitmproxy does not mend the length of a streamed answer: a longer one would be cut short.
    response.headers.pop("content-length", None)
    if not response.is_http2:
        response.headers["transfer-encoding"] = "chunked"
    answer = Answer(running.exchange, inflate, _kind(response))

    def feed(data: bytes) -> list[bytes]:
        # mitmproxy writes an empty piece as a chunk of length 0, which ends an HTTP/1 answer.
        return [out] if (out := answer.feed(data)) else []

    response.stream = feed


def finish(response: http.Response, running: Running) -> None:
    """Restore what stands behind an answer, and an answer that came as a whole."""
    if response.trailers and not (running.is_unread or running.is_monitored):
        said = ((name, value.decode("utf-8", "surrogateescape")) for name, value in response.trailers.fields)
        lines = [(name, running.exchange.line(value).encode("utf-8", "surrogateescape")) for name, value in said]
        response.trailers = http.Headers(lines)
    if not running.is_whole or not response.raw_content:
        return
    body = restored(running.exchange, _kind(response), response.raw_content)
    if body != response.raw_content:
        response.raw_content = body
        response.headers["content-length"] = str(len(body))
    if running.exchange.refused:
        response.status_code = 400


def _has_body(request: http.Request, response: http.Response) -> bool:
    nothing = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
    return request.method != "HEAD" and response.status_code not in nothing and response.status_code >= HTTPStatus.OK


def _is_websocket(response: http.Response) -> bool:
    return str(response.headers.get("upgrade", "")).lower() == "websocket"


def _is_short_json(response: http.Response) -> bool:
    length = response.headers.get("content-length", "")
    return "json" in _kind(response) and length.isdecimal() and int(length) <= LIMIT


def _kind(response: http.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
