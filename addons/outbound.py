"""A request's way out: body, headers and address through the exchange, signed anew where it has to be. Knows mitmproxy's requests.

Strategy: what takes a moment is done in the event loop, since to hand it over and back takes longer; all else by one worker,
so that the loop stays free for everybody's streams. Raises whatever keeps a request from leaving; answers nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mitmproxy import http

from redact import beside as besides
from redact import encodings
from redact.addons.gate import too_large
from redact.addons.running import Running
from redact.beside import Beside
from redact.errors import BlockedError, SigningError, UnreadableError
from redact.settings import Settings

if TYPE_CHECKING:
    from mitmproxy.websocket import WebSocketMessage

    from redact.addons.awskeys import AwsKeys

AT_ONCE = 1 << 20
"""Bytes of a request that may be redacted in the event loop: reading and writing them takes five milliseconds."""


class Outbound:
    """Makes requests fit to leave."""

    def __init__(self, settings: Settings) -> None:
        self._limit, self._profile = settings.limits.body_bytes, settings.aws_profile
        self._aws: AwsKeys | None = None
        # One worker: redaction is work for one core.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="redact")

    async def request(self, request: http.Request, running: Running) -> None:
        """Redact a request where it stands; of a monitored one only find out what would be done."""
        raw = request.raw_content
        if raw is None:
            raise UnreadableError("body", "the body did not arrive")
        request.trailers = None  # nobody reads them there, and nobody has read them here
        header = request.headers.get("content-encoding", "")
        kind = request.headers.get("content-type", "")
        route = running.route
        beside = besides.of(request.path, request.headers.items(), route.credentials, route.is_foreign)
        said = list(beside.headers)

        def work(filtered: Callable[[bytes, str, Beside], bytes | None]) -> bytes | None:
            return filtered(encodings.decoded(raw, header, self._limit), kind, beside)

        sent = work(running.exchange.request_at_once) if len(raw) <= AT_ONCE and not header else None
        if sent is None:
            sent = await asyncio.get_running_loop().run_in_executor(self._worker, work, running.exchange.request)
        changed = [new for new, old in zip(beside.headers, said, strict=True) if new != old]
        if not running.is_monitored:
            for name, value in changed:
                request.headers[name] = value
        _check_beside(beside, running)
        if "x-goog-upload-offset" in request.headers:
            _check_upload(request, is_changed=sent != raw)
        running.note_sent()
        if running.is_monitored:
            return
        if header:
            del request.headers["content-encoding"]
        if sent != raw or header:
            request.content = sent
        if running.signed is not None:
            await self._sign(running.signed, request, raw, is_changed=bool(changed) or sent != raw)

    async def message(self, message: WebSocketMessage, running: Running) -> None:
        """Redact what a client says over a WebSocket."""
        body = message.content
        if len(body) > self._limit:
            raise too_large(self._limit)
        sent = running.exchange.request_at_once(body) if len(body) <= AT_ONCE else None
        if sent is None:
            loop = asyncio.get_running_loop()
            sent = await loop.run_in_executor(self._worker, running.exchange.request, body)
        if not running.is_monitored:
            message.content = sent
        running.note_sent()

    async def _sign(self, came: http.Request, request: http.Request, raw: bytes, *, is_changed: bool) -> None:
        """Sign what was changed anew; a gateway may not mind, so what only goes elsewhere is signed if it can be."""
        body = request.raw_content or b""
        if not is_changed and came.host == request.host:
            return
        if self._aws is None:
            from redact.addons.awskeys import AwsKeys  # noqa: PLC0415  botocore takes a while, and few need it

            self._aws = AwsKeys(self._profile)
        keys, as_signed = self._aws, self._aws.as_signed
        try:
            headers = await asyncio.to_thread(keys.headers, as_signed(came, raw), as_signed(request, body))
        except SigningError:
            if is_changed:
                raise
            return
        for name, value in headers.items():
            request.headers[name] = value

    def done(self) -> None:
        """Let the worker end."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _check_beside(beside: Beside, running: Running) -> None:
    """Refuse a request that says beside its body what was found in it; only credentials for the provider may."""
    if not running.exchange.has_edits:
        return
    if running.exchange.carries(beside.address):
        raise BlockedError(("known-value",), "address", "a sensitive value stands in the URL; remove it")
    for name, value in (*beside.headers, *beside.business):
        if name != "address" and running.exchange.carries(value):
            raise BlockedError(("known-value",), "headers", "a sensitive value stands in a header; remove it")


def _check_upload(request: http.Request, *, is_changed: bool) -> None:
    """Refuse an upload to Google of which only a piece can be seen, or whose length was said before and is no longer so."""
    if request.headers["x-goog-upload-offset"] != "0" or "finalize" not in request.headers.get(
        "x-goog-upload-command", ""
    ):
        raise UnreadableError(
            "upload", "an upload in pieces cannot be scanned; send the file as one, or in the prompt", 413
        )
    if is_changed:
        why = (
            "the length of this upload was said before, so nothing in it can be replaced; send it in the prompt instead"
        )
        raise BlockedError((), "uploaded_file", why)
