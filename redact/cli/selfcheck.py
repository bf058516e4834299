"""Sends canaries through the real proxy to a sentinel that plays the provider, and shows what arrived.

Strategy: the canaries are the rules' own examples, one rule of each family, so that what is shown is what is in force.
The sentinel answers with a stream of what it got, cut small; the client must get back what it sent.
"""

from __future__ import annotations

import json
import ssl
import textwrap
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from redact import app, jsontext
from redact.addons.proxy import RedactAddon
from redact.rules import Rule, example

HOST = "self-check.redact.invalid"
"""In the provider map; a name that nobody can own (RFC 6761)."""
_WANTED = (
    "aws-access-key-id",
    "aws-secret-access-key",
    "aws-account-arn",
    "private-key",
    "json-web-token",
    "url-userinfo-password",
    "authorization-header",
    "env-password",
    "github-personal",
    "slack-bot",
    "openai-project",
)


def canaries(rules: list[Rule]) -> list[tuple[str, str]]:
    """Choose examples to send: the first rule of each well-known family, and the first of every category."""
    chosen: dict[str, str] = {}
    for wanted in _WANTED:
        rule = next((rule for rule in rules if wanted in rule.id and rule.action == "tokenize"), None)
        if rule is not None:
            chosen.setdefault(rule.id, rule.matches[0])
    for category in ("secret", "identifier", "internal", "pii"):
        rule = next((rule for rule in rules if rule.category == category and rule.action == "tokenize"), None)
        if rule is not None:
            chosen.setdefault(rule.id, rule.matches[0])
    return list(chosen.items())


class _Sentinel(BaseHTTPRequestHandler):
    """Plays the provider: keeps what it got, answers with it as a stream."""

    got: ClassVar[list[bytes]] = []
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.got.append(body)
        text = jsontext.load(body)["messages"][0]["content"]
        events = [
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text[i : i + 5]}}
            for i in range(0, len(text), 5)
        ]
        events += [{"type": "content_block_stop", "index": 0}, {"type": "message_stop"}]
        answer = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Stay silent."""


@contextmanager
def _sentinel() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sentinel)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(addon: RedactAddon, url: str, state: Path, tell: Callable[[str], object]) -> int:
    """Send every canary, tell before and after, return how many did not do as they should."""
    trust = ssl.create_default_context(cafile=str(state / "ca.pem"))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": url}), urllib.request.HTTPSHandler(context=trust)
    )
    failures = 0
    tell("\nself-check: canaries through the real proxy to a sentinel on this machine")
    # A core that forgets: invented canaries must not become known values.
    forgetful = app.core(addon.core.settings, keep=False)
    with _sentinel() as sentinel, addon.guest(HOST, sentinel, forgetful):
        for rule_id, marked in canaries(addon.core.rules.enabled()):
            text, ranges = example(marked)
            _Sentinel.got.clear()
            restored = _ask(opener, text)
            sent = jsontext.load(_Sentinel.got[0])["messages"][0]["content"] if _Sentinel.got else ""
            leaked = not sent or any(text[start:end] in sent for start, end in ranges)
            good = not leaked and restored == text
            failures += not good
            tell(f"\n  {'ok  ' if good else 'FAIL'} {rule_id}")
            tell(f"       before  {_short(text)}")
            tell(f"       after   {_short(sent)}")
            tell(f"       answer  {'restored' if restored == text else 'NOT restored'}")
    return failures


def _short(text: str) -> str:
    line = text.replace("\n", "\\n")
    return textwrap.shorten(line, 150, placeholder="...") if " " in line else line[:150]


def _ask(opener: urllib.request.OpenerDirector, text: str) -> str:
    body = json.dumps(
        {"model": "self-check", "max_tokens": 1, "stream": True, "messages": [{"role": "user", "content": text}]}
    )
    request = urllib.request.Request(f"https://{HOST}/v1/messages", body.encode(), {"content-type": "application/json"})
    with opener.open(request, timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    events = [jsontext.load(line.removeprefix("data: ").encode()) for line in lines if line.startswith("data: ")]
    return "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta")
