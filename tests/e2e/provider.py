"""A fake provider: a real HTTP/1.1 server, with TLS or without, that keeps every request and answers as a test scripted it.

Knows Anthropic Messages (and `count_tokens`), OpenAI Chat Completions and models, and something plausible for any other
path. Knows no filter and no pytest.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from . import wire
from .certificates import write_certificates
from .plants import SURROGATE
from .wire import Part, Raw, Redacted, Style, Text, Thinking, Tool

PATIENCE = 20  # seconds after which a test that never says "go on" is released: it then fails on what it saw


@dataclass(frozen=True)
class Seen:
    """One request, as the provider got it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def wire(self) -> bytes:
        """All that left the filter: the request line, the headers and the body."""
        head = [f"{self.method} {self.path}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join(head).encode() + b"\n\n" + self.body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def api(self) -> str:
        path = self.path.partition("?")[0]
        return {"/v1/messages": "anthropic", "/v1/chat/completions": "openai"}.get(path, "other")

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def texts(self) -> list[str]:
        """Every string of the conversation, in order, wherever the format puts it."""
        body = self.json
        return list(_strings([body.get(key) for key in ("system", "instructions", "messages", "input", "prompt")]))

    @property
    def last_text(self) -> str:
        """What the user (or a tool) said last."""
        body = self.json
        turns = body.get("messages") or body.get("input") or body.get("prompt") or ""
        content = turns if isinstance(turns, str) else turns[-1]["content"]
        return content if isinstance(content, str) else [block for block in content if "text" in block][-1]["text"]


KEPT = (
    "/v1/responses/",
    "/v1/files",
    "/v1/batches",
    "/v1/chat/completions/",
    "/v1/conversations/",
    "/v1/messages/batches/",
)
"""What a provider keeps, and a script answers when it is asked for."""

Answer = Part | Raw | list[Part]
Script = Callable[[Seen], Answer]


def _strings(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case list():
            for item in node:
                yield from _strings(item)
        case dict():
            for value in node.values():
                yield from _strings(value)


# Scripts


def say(text: str) -> Script:
    return lambda _seen: Text(text)


def echo(seen: Seen) -> Answer:
    """Give the last text back: its surrogates come home."""
    return Text(seen.last_text)


def surrogates(seen: Seen) -> list[str]:
    """The label-shaped surrogates the provider was sent, each once, in order."""
    return list(dict.fromkeys(SURROGATE.findall(seen.body.decode())))


def call(name: str, field_name: str = "content", **more: Any) -> Script:
    """Call a tool with the last text as one of its arguments."""
    return lambda seen: Tool(name, {**more, field_name: seen.last_text})


def call_command(name: str, field_name: str = "command", start: str = "printf %s ") -> Script:
    """Call a shell with a local command that holds the last text."""
    return lambda seen: Tool(name, {field_name: start + json.dumps(seen.last_text)})


def think(then: Script) -> Script:
    """Think aloud about the last text, sign it, then answer: neither thought may change on its way."""

    def script(seen: Seen) -> Answer:
        answer = then(seen)
        rest = answer if isinstance(answer, list) else [answer]
        assert not isinstance(answer, Raw)
        return [Thinking(f"The user says: {seen.last_text} \u00e9\u2713"), Redacted("EmwKAhgBEgy3va3pzix"), *rest]

    return script


def in_turn(*scripts: Script) -> Script:
    """One script per request; the last one stays."""
    left = list(scripts)

    def script(seen: Seen) -> Answer:
        now = left.pop(0) if len(left) > 1 else left[0]
        return now(seen)

    return script


def error(status: int, kind: str, message: str = "Overloaded") -> Script:
    """An error of the provider's own, in the shape of its API."""

    def script(seen: Seen) -> Answer:
        inner: dict[str, Any] = {"type": kind, "message": message}
        body = (
            {"error": inner | {"param": None, "code": None}}
            if seen.api == "openai"
            else {"type": "error", "error": inner}
        )
        return Raw(status, json.dumps(body).encode())

    return script


# Server


@dataclass
class Provider:
    """The running server. A test sets `script` and `style`, and reads `seen`."""

    port: int
    ca: Path | None
    script: Script = echo
    style: Style = field(default_factory=Style)
    seen: list[Seen] = field(default_factory=list)
    paused: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    broken: list[BaseException] = field(default_factory=list)  # what went wrong in a script

    @property
    def url(self) -> str:
        return f"http{'s' if self.ca else ''}://127.0.0.1:{self.port}"

    @property
    def wire(self) -> bytes:
        return b"\n\n".join(one.wire for one in self.seen)

    def reset(self, script: Script = echo, **style: Any) -> None:
        """Forget the last test, and answer like this from now on."""
        self.script, self.style = script, Style(**style)
        self.seen, self.broken = [], []
        self.paused, self.go_on = threading.Event(), threading.Event()

    def restyle(self, **style: Any) -> None:
        self.style = replace(self.style, **style)


@contextmanager
def provider(folder: Path | None) -> Iterator[Provider]:
    """Serve on a free port of the loopback; with TLS where a folder for the certificates is given."""
    ca = write_certificates(folder) if folder else None
    context = None
    if folder:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.pem")
        context.set_alpn_protocols(["http/1.1"])
    with _Server(context) as server:
        state = server.state = Provider(server.server_address[1], ca)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            state.go_on.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    state: Provider

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that hangs up is no news here; what a script raises is kept in `Provider.broken`."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 0
    server: _Server

    def setup(self) -> None:
        # The handshake belongs to the connection's own thread: a slow client must not keep others out.
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server closes the socket it accepted, which TLS has taken over

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: `Provider.seen` is the log."""

    def do(self) -> None:
        state = self.server.state
        seen = Seen(self.command, self.path, tuple(self.headers.items()), self._body())
        state.seen.append(seen)
        try:
            self._answer(state, seen)
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True
        except Exception as error:  # noqa: BLE001  the test shall see it, not this thread's stderr
            state.broken.append(error)
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do  # noqa: N815 - http.server looks these names up

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, state: Provider, seen: Seen) -> None:
        style, path = state.style, seen.path.partition("?")[0]
        if (seen.method == "GET" and not path.startswith(KEPT)) or path.endswith("/count_tokens"):
            models = {"object": "list", "data": [{"id": "gpt-4o", "object": "model"}], "has_more": False}
            known = {"/v1/models": models, "/v1/messages/count_tokens": {"input_tokens": 2095}}
            return self._whole(200 if path in known else 404, json.dumps(known.get(path, _NOT_FOUND)).encode())
        answer = state.script(seen)
        if isinstance(answer, Raw):
            return self._whole(answer.status, answer.body, dict(answer.headers))
        parts = answer if isinstance(answer, list) else [answer]
        model = seen.json.get("model", "some-model")
        if seen.json.get("stream"):
            return self._stream(state, wire.stream(seen.api, model, parts, style))
        encoding = {"content-encoding": "gzip"} if style.gzip else {}
        body = wire.whole(seen.api, model, parts, style)
        return self._whole(200, body, {"content-type": "application/json"} | encoding)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy")
        self.end_headers()

    def _whole(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        headers = {"content-type": "application/json"} if headers is None else headers
        self._head(status, headers | {"content-length": str(len(body))})
        style = self.server.state.style
        if style.close_after is not None:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        for piece in wire.cut([body] if body else [], style.cut):
            self.wfile.write(piece)

    def _stream(self, state: Provider, events: Iterator[bytes]) -> None:
        style = state.style
        headers = {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"}
        self._head(200, headers | ({"content-encoding": "gzip"} if style.gzip else {}))
        events = wire.compressed(events) if style.gzip else events
        events = events if style.cut_at is None else wire.cut_once(events, style.cut_at)
        for number, event in enumerate(events):
            if number == style.pause_after:
                state.paused.set()
                state.go_on.wait(PATIENCE)
            if number == style.close_after:
                self.close_connection = True
                return
            for piece in wire.cut([event], style.cut):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


_NOT_FOUND = {"type": "error", "error": {"type": "not_found_error", "message": "Not found"}}
