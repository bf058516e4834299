"""What a client reads when the provider cannot be reached: JSON, where mitmproxy would write a page. Knows its HTTP/1 layer."""

from __future__ import annotations

from mitmproxy import http
from mitmproxy.net.http import http1
from mitmproxy.proxy.layers.http import _http1

from redact import jsontext


def speak_json() -> None:
    """Replace mitmproxy's error pages. It has no hook for them, so one function of its HTTP/1 layer is exchanged."""
    _http1.make_error_response = _as_json


def _as_json(status_code: int, message: str = "") -> bytes:
    """Write an error that Anthropic's and OpenAI's clients read alike: which host it is about is not known here."""
    about = {
        "type": "api_error",
        "message": f"redact: the provider could not be asked: {message}",
        "param": None,
        "code": None,
    }
    body = jsontext.dump({"type": "error", "error": about})
    headers = http.Headers(content_type="application/json", connection="close")
    answer: bytes = http1.assemble_response(http.Response.make(status_code, body, headers))
    return answer
