"""What a client reads when the provider cannot be reached: JSON, where mitmproxy would write a page. Knows its HTTP layers.

mitmproxy has no hook for these pages, so what writes them is exchanged: one function for HTTP/1; for HTTP/2 that of the
body, and the connection, since the headers are written in the midst of a longer function.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mitmproxy import http, version
from mitmproxy.net.http import http1
from mitmproxy.proxy.layers.http import _http1, _http2
from mitmproxy.proxy.layers.http._http_h2 import BufferedH2Connection

from redact import jsontext

_PAGE = (b"server", version.MITMPROXY.encode()), (b"content-type", b"text/html")
_JSON = (b"content-type", b"application/json")


def speak_json() -> None:
    """Replace mitmproxy's error pages."""
    _http1.make_error_response = _answer
    vars(_http2).update(format_error=_body, BufferedH2Connection=_Connection)


def _body(_status_code: int, message: str) -> bytes:
    """Write an error that Anthropic's and OpenAI's clients read alike: which host it is about is not known here."""
    about = {
        "type": "api_error",
        "message": f"redact: the provider could not be asked: {message}",
        "param": None,
        "code": None,
    }
    return jsontext.dump({"type": "error", "error": about})


def _answer(status_code: int, message: str = "") -> bytes:
    headers = http.Headers(content_type="application/json", connection="close")
    answer: bytes = http1.assemble_response(http.Response.make(status_code, _body(status_code, message), headers))
    return answer


class _Connection(BufferedH2Connection):
    """Says of mitmproxy's own errors, the only answers that bear its name, that they are JSON."""

    def send_headers(self, stream_id: int, headers: Iterable[Any], *more: Any, **others: Any) -> None:
        given = list(headers)
        if tuple(given[1:]) == _PAGE:
            given[1:] = [_JSON]
        super().send_headers(stream_id, given, *more, **others)
