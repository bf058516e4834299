"""Puts an Exchange between a client and a provider. Knows mitmproxy's flows; decides nothing about texts.

Strategy: whatever goes wrong before a request leaves becomes an error answer in the provider's shape, because mitmproxy
forwards a request whose addon failed, and we must not. Whatever goes wrong on the way back leaves the bytes as they came.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import structlog
from mitmproxy import connection, http
from mitmproxy.websocket import WebSocketMessage

from redact import encodings, jsontext
from redact.accounts import PERSONAL
from redact.addons import sockets
from redact.addons.sockets import Socket
from redact.app import Core, Policy
from redact.audit.event import AuditEvent, Outcome, Usage, fitted, known_method, new_id, stamp
from redact.audit.recorder import Recorder
from redact.dialects import DIALECTS
from redact.dialects.base import Dialect
from redact.errors import BlockedError, DetectionError, RedactError, SigningError, UnreadableError, VaultError
from redact.exchange import Beside, Exchange
from redact.overrides import Asked, Chosen
from redact.providers import ProviderMap, Route
from redact.settings import Settings

if TYPE_CHECKING:
    from redact.addons.awskeys import AwsKeys

DAY, MANY = 86_400, 10_000
UNREAD = ("pass", "report")
"""What the provider map may say of a path whose bodies are forwarded as they are; `report` says so in the audit."""
AT_ONCE = 1 << 20
"""Bytes of a request that may be redacted in the event loop: reading and writing them takes five milliseconds."""
CREDENTIALS = frozenset(
    ("authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "x-amz-security-token")
)
"""Headers in which a client shows itself to the provider."""
_PROVIDERS_BUSINESS = re.compile(
    r"(?:openai|anthropic|chatgpt|x-goog|x-amz|x-stainless|x-googapps|x-geminicodeassist|restrict-access|sec|content|accept|if)-.*|host|date|connection|upgrade|traceparent"
    r"|(?:.*-)?(?:accept|authorization|cookie|key|token)",
    re.IGNORECASE,
)
"""Headers that say to the provider who asks and how, in its own words; what stands in them is not looked into."""
_SIGNED = "AWS4-HMAC-SHA256 "
_OWN = re.compile(r"(?<=[?&])key=[^&]*|(?<=/model/)[^/?]+|(?<=/projects/)[^/?]+")
"""What an address says to the provider about itself: a key, a model of one's own, a project."""
JSON_LIMIT = 64 << 20
"""A whole JSON answer larger than this is passed on as it came, in bytes."""


@dataclass
class Running:
    """What the addon remembers of a flow."""

    route: Route
    host: str
    exchange: Exchange
    asked: Asked
    chosen: Chosen
    began: float = field(default_factory=time.time)
    action: Outcome = "passed"
    error: str = ""
    where: str = ""
    rules_version: str = ""
    is_whole: bool = False
    socket: Socket | None = None
    is_personal: bool = False  # as far as can be told: not a company key
    turns: int = 0  # requests that came over the socket
    signed: http.Request | None = None  # as it came, where its headers are signed

    @property
    def is_monitored(self) -> bool:
        """Whether what would be done is only logged."""
        return self.chosen.mode == "monitor"


class RedactAddon:
    """The filter as a mitmproxy addon."""

    def __init__(
        self,
        core: Core,
        settings: Settings,
        providers: ProviderMap,
        policy: Policy,
        recorder: Recorder,
        version: str,
    ) -> None:
        self.core = core
        self._policy = policy
        self._settings, self._providers, self._recorder, self._version = settings, providers, recorder, version
        self._upstreams = {host: urlsplit(url) for host, url in settings.upstreams.items()}
        self._running: dict[str, Running] = {}
        self._clients: dict[str, tuple[str, str]] = {}  # user and repository, by connection
        self._guests: dict[str, Core] = {}
        self._aws: AwsKeys | None = None
        self._lookalikes: dict[str, float] = {}  # when each was reported
        self._log = structlog.get_logger("redact.proxy")
        # One worker: redaction is work for one core, and the event loop stays free for everybody's streams.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="redact")

    @contextmanager
    def guest(self, host: str, url: str, core: Core) -> Iterator[None]:
        """Filter one host with another core and send it elsewhere, for the duration: the self-check leaves no trace."""
        self._guests[host] = core
        self._upstreams[host] = urlsplit(url)
        try:
            yield
        finally:
            del self._guests[host], self._upstreams[host]

    # -- outbound

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Find out whether this goes to a provider, and refuse at once what cannot be filtered."""
        host = self._provider_host(flow)
        if host is None:
            self._note_lookalike(flow)
            self._pass_on(flow, (flow.client_conn.sni or flow.request.pretty_host).lower().rstrip("."))
            return
        try:
            self._begin(flow, host)
        except Exception as error:  # noqa: BLE001  mitmproxy forwards a request whose addon failed; we must not
            self._fail(flow, error)

    def _note_lookalike(self, flow: http.HTTPFlow) -> None:
        """Report, once a day, a host that looks like a provider and stands in no map: what goes there is not filtered."""
        host, now = flow.request.host.lower().rstrip("."), time.time()
        if now - self._lookalikes.get(host, 0.0) < DAY or not self._providers.looks_alike(host):
            return
        if len(self._lookalikes) >= MANY:
            self._lookalikes.clear()
        self._lookalikes[host] = now
        self._log.warning("a host that looks like an LLM provider is in no provider map: not filtered", host=host)
        milliseconds = int(now * 1000)
        try:
            event = AuditEvent(
                id=new_id(milliseconds, os.urandom(10)),
                time=stamp(milliseconds),
                action="passed",
                method=known_method(flow.request.method),
                host=host,
                error="unlisted",
                version=self._version,
            )
            self._recorder.record(event)
        except RedactError as error:
            self._log.error("an unlisted host could not be audited", why=str(error))

    def _provider_host(self, flow: http.HTTPFlow) -> str | None:
        """Give the provider's name by whichever way the client said it: address, SNI or Host header."""
        if self._providers.knows(flow.request.host):
            return flow.request.host.lower().rstrip(".")
        named = (flow.client_conn.sni or "", flow.request.pretty_host)
        return next((host.lower().rstrip(".") for host in named if host and self._providers.knows(host)), None)

    def _begin(self, flow: http.HTTPFlow, host: str) -> None:
        route = self._providers.route(host, flow.request.path.partition("?")[0])
        if route is None:
            raise UnreadableError("route", "this host is no provider")
        dialect = DIALECTS.get(route.does, DIALECTS["generic"])
        core = self._guests.get(host, self.core)
        asked = self._asked(flow, host)
        chosen = self._policy.overrides.chosen(asked)
        conversations = core.kept.conversations.of(_whose(flow, host))
        exchange = Exchange(
            core.redactor_for(chosen.actions),
            dialect,
            conversations,
            self._policy.sinks,
            self._policy.note,
            media_policy=self._settings.media.model_dump(),
        )
        running = Running(route, host, exchange, asked, chosen, rules_version=core.rules.version)
        self._running[flow.id] = running
        if flow.request.headers.get("authorization", "").startswith(_SIGNED):
            running.signed = flow.request.copy()
        self._redirect(flow, host)
        if not running.is_monitored:
            self._restrict(flow, host)
        if self._policy.restrictions.blocks(host, asked.path):
            raise BlockedError((), "address", "it is for those without a company account, so sign in to the company's")
        if route.does in UNREAD:
            flow.request.stream = route.does == "report"  # it may be a conversation both ways at once
            return
        if route.does == "block":
            raise BlockedError((), "provider_map", "this address is blocked by policy")
        self._check_account(flow, running, core)
        if flow.request.headers.get("upgrade", "").lower() == "websocket":
            self._upgrade(flow, running, dialect)
            return
        flow.request.headers.pop("upgrade", None)  # an offer; what another protocol says would pass unread
        exchange.follow(_ID.findall(flow.request.path.partition("?")[0]))
        if int(flow.request.headers.get("content-length", "0") or 0) > 2 * self._settings.limits.body_bytes:
            raise UnreadableError("too-large", self._too_large(), 413)
        if (
            running.signed is None and not running.is_monitored
        ):  # a signature may be over this, too; what is compressed is read as well
            flow.request.headers["accept-encoding"] = "identity"

    def _pass_on(self, flow: http.HTTPFlow, host: str) -> None:
        """Let what goes to no provider pass unread, but for the headers of restrictions."""
        if self._policy.overrides.chosen(self._asked(flow, host)).mode == "enforce":
            self._restrict(flow, host)
        flow.request.stream = True

    def _restrict(self, flow: http.HTTPFlow, host: str) -> None:
        """Say to the vendor whose accounts may be used; what a client says of that itself does not count."""
        for name in self._policy.restrictions.names:
            flow.request.headers.pop(name, None)
        for name, value in self._policy.restrictions.headers(host).items():
            flow.request.headers[name] = value

    def _check_account(self, flow: http.HTTPFlow, running: Running, core: Core) -> None:
        shown = {name: flow.request.headers.get(name, "") for name in CREDENTIALS}
        verdict, kind = self._policy.accounts.judge(
            shown,
            flow.request.path.partition("?")[2],
            core.kept.fingerprint,
            restricted=bool(self._policy.restrictions.headers(running.host)),
        )
        running.is_personal = verdict != "allow"
        if verdict == "block":
            what = (
                "this key is not one of the company's, so use one that is"
                if kind == "key"
                else "this is a login, so use a company key"
            )
            raise BlockedError((PERSONAL,), "headers", what)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Note what the proxy's address says of the client: who it is, and which repository it works on."""
        self._note_lookalike(flow)
        self._clients[flow.client_conn.id] = _said_of_itself(flow)

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget a client that is gone."""
        self._clients.pop(client.id, None)

    def _asked(self, flow: http.HTTPFlow, host: str) -> Asked:
        user, repository = self._clients.get(flow.client_conn.id) or _said_of_itself(flow)
        flow.request.headers.pop("proxy-authorization", None)
        agent = flow.request.headers.get("user-agent", "")
        return Asked(host, flow.request.path.partition("?")[0], agent, user, repository)

    @staticmethod
    def _upgrade(flow: http.HTTPFlow, running: Running, dialect: Dialect) -> None:
        headers = flow.request.headers
        if not dialect.has_sockets or headers.get("sec-websocket-version") != "13":
            raise UnreadableError("websocket", "WebSockets are not filtered on this path; use HTTP instead", 426)
        running.socket = Socket(flow)
        offered = [one.strip() for one in headers.pop("sec-websocket-extensions", "").split(",")]
        if deflate := [one for one in offered if one.partition(";")[0].strip() == "permessage-deflate"]:
            headers["sec-websocket-extensions"] = ", ".join(deflate)

    def _too_large(self) -> str:
        return f"the body is larger than {self._settings.limits.body_bytes} bytes, the limit set in redact.yaml"

    def _redirect(self, flow: http.HTTPFlow, host: str) -> None:
        url = self._upstreams.get(host)
        if url is None:
            return
        flow.request.scheme = url.scheme
        flow.request.host = url.hostname or host
        flow.request.port = url.port or (443 if url.scheme == "https" else 80)
        flow.request.path = url.path.rstrip("/") + flow.request.path

    async def request(self, flow: http.HTTPFlow) -> None:
        """Redact the body; on any failure answer ourselves."""
        running = self._running.get(flow.id)
        if running is None or flow.response is not None or running.route.does in UNREAD or running.error:
            return
        try:
            await self._redact(flow, running)
        except Exception as error:  # noqa: BLE001  as above
            self._fail(flow, error)
        except asyncio.CancelledError:
            flow.kill()
            raise

    async def _redact(self, flow: http.HTTPFlow, running: Running) -> None:
        request = flow.request
        raw = request.raw_content
        if raw is None:
            raise UnreadableError("body", "the body did not arrive")
        limit = self._settings.limits.body_bytes
        header = request.headers.get("content-encoding", "")
        kind = request.headers.get("content-type", "")
        said = [(name, value) for name, value in request.headers.items() if not _PROVIDERS_BUSINESS.fullmatch(name)]
        beside = Beside(_OWN.sub("", request.path), list(said))

        def work(filtered: Callable[[bytes, str, Beside], bytes | None]) -> bytes | None:
            return filtered(encodings.decoded(raw, header, limit), kind, beside)

        # What takes a moment is done here: to hand it over and back takes longer.
        sent = work(running.exchange.request_at_once) if len(raw) <= AT_ONCE and not header else None
        if sent is None:
            sent = await asyncio.get_running_loop().run_in_executor(self._worker, work, running.exchange.request)
        changed = [new for new, old in zip(beside.headers, said, strict=True) if new != old]
        if not running.is_monitored:
            for name, value in changed:
                request.headers[name] = value
        self._check_beside(flow, running)
        if "x-goog-upload-offset" in request.headers:
            _check_upload(request, is_changed=sent != raw)
        self._note_action(running)
        if running.is_monitored:
            return
        if header:
            del request.headers["content-encoding"]
        if sent != raw or header:
            request.content = sent
        if running.signed is not None:
            await self._sign(running.signed, request, raw, is_changed=bool(changed) or sent != raw)

    @staticmethod
    def _note_action(running: Running) -> None:
        if running.exchange.report.sent_bytes and running.exchange.has_edits:
            running.action = "redacted"
        elif running.exchange.report.rules or running.is_personal:
            running.action = "reported"

    async def _sign(self, came: http.Request, request: http.Request, raw: bytes, *, is_changed: bool) -> None:
        """Sign what was changed anew; a gateway may not mind, so what only goes elsewhere is signed if it can be."""
        body = request.raw_content or b""
        if not is_changed and came.host == request.host:
            return
        if self._aws is None:
            from redact.addons.awskeys import AwsKeys  # noqa: PLC0415  botocore takes a while, and few need it

            self._aws = AwsKeys(self._settings.aws_profile)
        keys, as_signed = self._aws, self._aws.as_signed
        try:
            headers = await asyncio.to_thread(keys.headers, as_signed(came, raw), as_signed(request, body))
        except SigningError:
            if is_changed:
                raise
            return
        for name, value in headers.items():
            request.headers[name] = value

    @staticmethod
    def _check_beside(flow: http.HTTPFlow, running: Running) -> None:
        """Refuse a request that says beside its body what was found in it; only credentials for the provider may."""
        if not running.exchange.has_edits:
            return
        address = _OWN.sub("", flow.request.path)
        if running.exchange.carries(address):
            raise BlockedError(("known-value",), "address", "a sensitive value stands in the URL; remove it")
        for name, value in flow.request.headers.items():
            if name.lower() not in CREDENTIALS and running.exchange.carries(value):
                raise BlockedError(("known-value",), "headers", "a sensitive value stands in a header; remove it")

    def _fail(self, flow: http.HTTPFlow, error: Exception) -> None:
        """Answer instead of the provider, in its own shape. Says which rule or failure, where, and what to do."""
        running = self._running.get(flow.id)
        if running is None:
            flow.kill()
            return
        status, message = self._note_failure(running, error)
        if running.is_monitored:
            return
        shape = _shape(running)
        body = jsontext.dump(shape.error(status, f"redact: {message}"))
        headers = {"content-type": "application/json", "x-redact": running.error, **shape.error_headers}
        flow.response = http.Response.make(status, body, headers)

    def _note_failure(self, running: Running, error: Exception) -> tuple[int, str]:
        status, running.action, running.error, message = _verdict(error)
        running.where = error.where if isinstance(error, BlockedError) else ""
        if running.error == "internal":
            self._log.error("request refused after an internal failure", kind=type(error).__name__, host=running.host)
        return status, message

    # -- inbound

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let the answer stream through the exchange."""
        running = self._running.get(flow.id)
        response = flow.response
        if running is None and response is not None:
            response.stream = response.status_code != HTTPStatus.SWITCHING_PROTOCOLS
        if running is None or response is None:
            return
        if running.route.does in UNREAD:
            response.stream = running.route.does == "report"
            return
        if running.error and not running.is_monitored:
            return
        if running.is_monitored:
            response.stream = response.status_code != HTTPStatus.SWITCHING_PROTOCOLS
            return
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS and not (running.socket and _is_websocket(response)):
            flow.kill()  # mitmproxy would let both ends talk on unread
            return
        if running.route.does in UNREAD:
            response.stream = running.route.does == "report"
            return
        if flow.request.method == "HEAD" or response.status_code in (204, 304) or response.status_code < 200:  # noqa: PLR2004
            return
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
        response.stream = _Stream(running.exchange, inflate, _kind(response)).feed

    def response(self, flow: http.HTTPFlow) -> None:
        """Restore an answer that came as a whole, and write the audit event: the exchange is over."""
        running = self._running.get(flow.id)
        if flow.websocket is not None:
            return  # it has only begun
        if running is not None and running.is_whole and flow.response is not None and flow.response.raw_content:
            restored = running.exchange.answer(_kind(flow.response), flow.response.raw_content)
            if restored != flow.response.raw_content:
                flow.response.raw_content = restored
                flow.response.headers["content-length"] = str(len(restored))
            if running.exchange.refused:
                flow.response.status_code = 400
        self._record(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Note that the exchange ended early: the provider or the client went away."""
        running = self._running.get(flow.id)
        if running is not None and not running.error:
            running.error = "connection"
            if flow.response is None:
                running.action = "failed"
        self._record(flow)

    # -- WebSocket

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Redact what the client says, restore what the provider says; what fails on its way out does not leave."""
        running = self._running.get(flow.id)
        socket = running.socket if running is not None and running.socket is not None else Socket(flow)
        message = socket.newest()
        if running is None or running.route.does in UNREAD or socket.is_ours(message):
            return
        if not message.from_client:
            if running.is_monitored:
                return
            sockets.replace(message, running.exchange.frame(message.content))
            return
        try:
            await self._redact_message(flow, running, message)
        except Exception as error:  # noqa: BLE001  mitmproxy forwards a message whose addon failed; we must not
            if running.is_monitored:
                self._note_failure(running, error)
                return
            message.drop()
            socket.say(jsontext.dump(self._refusal(running, error, message.content)))
        except asyncio.CancelledError:
            message.drop()
            raise

    async def _redact_message(self, flow: http.HTTPFlow, running: Running, message: WebSocketMessage) -> None:
        if running.turns:
            self._write(flow, running)
        running.turns += 1
        running.began, running.action, running.error, running.where = time.time(), "passed", "", ""
        core = self._guests.get(running.host, self.core)
        running.exchange.turn(core.redactor_for(running.chosen.actions))
        running.rules_version = core.rules.version
        body = message.content
        if len(body) > self._settings.limits.body_bytes:
            raise UnreadableError("too-large", self._too_large(), 413)
        sent = running.exchange.request_at_once(body) if len(body) <= AT_ONCE else None
        if sent is None:
            loop = asyncio.get_running_loop()
            sent = await loop.run_in_executor(self._worker, running.exchange.request, body)
        if not running.is_monitored:
            message.content = sent
        self._note_action(running)

    def _refusal(self, running: Running, error: Exception, body: bytes) -> dict[str, Any]:
        """Write an error message as the provider does; a client with several streams learns which one it is about."""
        status, message = self._note_failure(running, error)
        about = {"type": "error", "status": status, **_shape(running).error(status, f"redact: {message}")}
        with suppress(RedactError):
            asked = jsontext.load(body)
            if isinstance(asked, dict) and isinstance(asked.get("stream_id"), str):
                about["stream_id"] = asked["stream_id"]
        return about

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """Write the audit event of the last request that came over the socket."""
        self._record(flow)

    # -- audit

    def _record(self, flow: http.HTTPFlow) -> None:
        running = self._running.pop(flow.id, None)
        if running is not None and running.route.does != "pass":
            self._write(flow, running)

    def _write(self, flow: http.HTTPFlow, running: Running) -> None:
        try:
            self._recorder.record(self._event(flow, running))
        except RedactError as error:
            self._log.error("an exchange could not be audited", why=str(error))

    def _event(self, flow: http.HTTPFlow, running: Running) -> AuditEvent:
        report = running.exchange.report
        milliseconds = int(running.began * 1000)
        scrub = running.exchange.scrubbed
        peer: tuple[str, int] | None = flow.client_conn.peername
        return AuditEvent(
            id=new_id(milliseconds, os.urandom(10)),
            time=stamp(milliseconds),
            action=running.action,
            method=known_method(flow.request.method),
            client=peer[0].partition("%")[0] if peer else None,
            user=fitted("user", scrub(running.asked.user)),
            repository=fitted("repository", scrub(running.asked.repository)),
            user_agent=fitted("user_agent", scrub(flow.request.headers.get("user-agent", ""))),
            host=running.host,
            path=fitted("path", scrub(flow.request.path.partition("?")[0])),
            dialect=running.route.does,
            model=fitted("model", scrub(report.model or _model(running, flow.request.path))),
            rules={**report.rules, **({PERSONAL: 1} if running.is_personal else {})},
            restored=report.tally["restored"],
            withheld=report.tally["withheld"],
            withheld_in={sink: tally["withheld"] for sink, tally in report.tallies.items() if tally["withheld"]},
            unknown_surrogates=report.tally["unknown"],
            left_in_files=report.left_in_files,
            monitored=running.is_monitored,
            unparsed=report.unparsed,
            status=flow.response.status_code if flow.response else None,
            request_bytes=report.request_bytes or len(flow.request.raw_content or b""),
            sent_bytes=report.sent_bytes if not running.error or flow.response is None else 0,
            response_bytes=report.response_bytes,
            redact_ms=report.redact_seconds * 1000,
            restore_ms=report.restore_seconds * 1000,
            total_ms=max(time.time() - running.began, 0) * 1000,
            usage=Usage(**report.usage),
            error=running.error or (f"restore:{report.trouble}" if report.trouble else None),
            where=fitted("where", running.where) if running.where else None,
            version=self._version,
            rules_version=running.rules_version,
        )

    def done(self) -> None:
        """Let the worker end."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _said_of_itself(flow: http.HTTPFlow) -> tuple[str, str]:
    """Read user and repository from the proxy's address, `http://user:repository@host`: what the client says, not proven."""
    kind, _, said = flow.request.headers.get("proxy-authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    with suppress(ValueError):
        user, _, repository = base64.b64decode(said, validate=True).decode("utf-8").partition(":")
        return unquote(user), unquote(repository)
    return "", ""


_ID = re.compile(r"(?<=/)[\w-]*\d[\w-]*(?=/|$)", re.ASCII)
"""A part of a path that may be an id the provider gave."""


def _whose(flow: http.HTTPFlow, host: str) -> str:
    """Name a client and its account with a provider: whose conversation another one names, it does not get back."""
    peer: tuple[str, int] | None = flow.client_conn.peername
    shown = [flow.request.headers.get(name, "") for name in sorted(CREDENTIALS)]
    return "\0".join((host, peer[0] if peer else "", *shown))


def _shape(running: Running) -> Dialect:
    """Give the dialect in whose shape this client reads errors."""
    dialect = DIALECTS.get(running.route.does, DIALECTS[running.route.errors])
    return DIALECTS[running.route.errors] if dialect.name in ("generic", "files") else dialect


def _is_websocket(response: http.Response) -> bool:
    return str(response.headers.get("upgrade", "")).lower() == "websocket"


def _is_short_json(response: http.Response) -> bool:
    length = response.headers.get("content-length", "")
    return "json" in _kind(response) and length.isdecimal() and int(length) <= JSON_LIMIT


def _kind(response: http.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


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


def _model(running: Running, address: str) -> str:
    """Find the model's name in an address."""
    at = DIALECTS[running.route.does].model_at if running.route.does in DIALECTS else None
    found = at.search(address.partition("?")[0]) if at else None
    return unquote(found[1]) if found else ""


def _verdict(error: Exception) -> tuple[int, Outcome, str, str]:
    """Say how a failure is answered: status, audit action, a code for machines and a sentence for people."""
    match error:
        case UnreadableError():
            return error.status, "refused", f"unreadable:{error.code}", f"{error.why}; nothing was sent"
        case BlockedError():
            by = f"by rule {', '.join(error.rule_ids)} " if error.rule_ids else ""
            return 400, "blocked", "blocked", f"blocked {by}at {error.where}: {error.why}; nothing was sent"
        case SigningError():
            return 400, "refused", "signature", f"{error}; nothing was sent"
        case VaultError():
            return 400, "failed", "vault", f"the vault cannot keep what was found, so nothing was sent: {error}"
        case DetectionError():
            return 400, "failed", "slow-rule", f"{error}; nothing was sent"
        case _:
            return 400, "failed", "internal", "an internal failure; nothing was sent. Please report it"


class _Stream:
    """One answer on its way: bytes in as they come, restored bytes out. Fails soft."""

    def __init__(self, exchange: Exchange, inflate: encodings.Inflate | None, kind: str) -> None:
        self._exchange, self._inflate, self._kind = exchange, inflate, kind
        self._whole = bytearray()
        self._way: Callable[[bytes], bytes] | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Take what the provider sent (empty at the end), give what the client gets."""
        out = self._restored(data)
        return (
            [out] if out else []
        )  # mitmproxy writes an empty piece as a chunk of length 0, which ends an HTTP/1 answer

    def _restored(self, data: bytes) -> bytes:
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
