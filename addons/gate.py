"""Which requests go where, and which of them may not even begin. Knows the provider map, policy and headers; reads no body.

Strategy: an exchange begins first and is judged after, so that whatever is refused is audited and answered in its provider's shape.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from mitmproxy import http

from redact.accounts import PERSONAL
from redact.addons import clients
from redact.addons.clients import Clients
from redact.addons.running import Running
from redact.addons.sockets import Socket
from redact.app import Core, Policy
from redact.audit.event import known_method
from redact.dialects import DIALECTS
from redact.errors import BlockedError, UnreadableError
from redact.exchange import Exchange
from redact.providers import ProviderMap
from redact.settings import Settings

_SIGNED = "AWS4-HMAC-SHA256 "
_ID = re.compile(r"(?<=/)[\w-]*\d[\w-]*(?=/|$)", re.ASCII)
"""A part of a path that may be an id the provider gave."""


class Gate:
    """What is decided of a request before its body."""

    def __init__(self, settings: Settings, providers: ProviderMap, policy: Policy) -> None:
        self._settings, self._providers, self._policy = settings, providers, policy
        self.clients = Clients()
        self.upstreams = {host: urlsplit(url) for host, url in settings.upstreams.items()}

    def provider_host(self, flow: http.HTTPFlow) -> str | None:
        """Give the provider's name by whichever way the client said it: address, SNI or Host header."""
        if self._providers.knows(flow.request.host):
            return flow.request.host.lower().rstrip(".")
        named = (flow.client_conn.sni or "", flow.request.pretty_host)
        return next((host.lower().rstrip(".") for host in named if host and self._providers.knows(host)), None)

    def pass_on(self, flow: http.HTTPFlow) -> None:
        """Let what goes to no provider pass unread, but for the headers of restrictions."""
        host = (flow.client_conn.sni or flow.request.pretty_host).lower().rstrip(".")
        if self._policy.overrides.chosen(self.clients.asked(flow, host)).mode == "enforce":
            self._restrict(flow.request, host)
        flow.request.stream = True

    def begin(self, flow: http.HTTPFlow, host: str, core: Core) -> Running:
        """Begin an exchange. Raises UnreadableError."""
        route = self._providers.route(host, flow.request.path.partition("?")[0])
        if route is None:
            raise UnreadableError("route", "this host is no provider")
        asked = self.clients.asked(flow, host)
        chosen = self._policy.overrides.chosen(asked)
        exchange = Exchange(
            core.redactor_for(chosen.actions),
            DIALECTS.get(route.does, DIALECTS["generic"]),
            core.kept.conversations.of(clients.whose(flow, host, route.credentials)),
            self._policy.sinks,
            self._policy.note,
            media_policy=self._settings.media.model_dump(),
            pages=core.kept.pdfs,
        )
        return Running(route, host, exchange, asked, chosen, rules_version=core.rules.version)

    def judge(self, flow: http.HTTPFlow, running: Running, core: Core) -> None:
        """Refuse at once what policy forbids or what cannot be filtered, and prepare the rest. Raises BlockedError, UnreadableError."""
        request = flow.request
        if request.headers.get("authorization", "").startswith(_SIGNED):
            running.signed = request.copy()
        self._redirect(request, running.host)
        if not running.is_monitored:
            self._restrict(request, running.host)
        if self._policy.restrictions.blocks(running.host, running.asked.path):
            raise BlockedError((), "address", "it is for those without a company account, so sign in to the company's")
        if running.is_unread:
            request.stream = running.route.does == "report"  # it may be a conversation both ways at once
            return
        if running.route.does == "block":
            raise BlockedError((), "provider_map", "this address is blocked by policy")
        if known_method(request.method) != request.method:
            raise UnreadableError("method", "this is no method of HTTP", 405)
        self._check_account(request, running, core)
        if request.headers.get("upgrade", "").lower() == "websocket":
            _upgrade(flow, running)
            return
        request.headers.pop("upgrade", None)  # an offer; what another protocol says would pass unread
        running.exchange.follow(_ID.findall(request.path.partition("?")[0]))
        limit = self._settings.limits.body_bytes
        if int(request.headers.get("content-length", "0") or 0) > 2 * limit:
            raise too_large(limit)
        if running.signed is None and not running.is_monitored:
            # A signature may be over this, too; what is compressed is read as well.
            request.headers["accept-encoding"] = "identity"

    def _restrict(self, request: http.Request, host: str) -> None:
        """Say to the vendor whose accounts may be used; what a client says of that itself does not count."""
        for name in self._policy.restrictions.names:
            request.headers.pop(name, None)
        for name, value in self._policy.restrictions.headers(host).items():
            request.headers[name] = value

    def _check_account(self, request: http.Request, running: Running, core: Core) -> None:
        verdict, kind = self._policy.accounts.judge(
            clients.shown(request, running.route.credentials),
            request.path.partition("?")[2],
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

    def _redirect(self, request: http.Request, host: str) -> None:
        url = self.upstreams.get(host)
        if url is None:
            return
        request.scheme = url.scheme
        request.host = url.hostname or host
        request.port = url.port or (443 if url.scheme == "https" else 80)
        request.path = url.path.rstrip("/") + request.path


def _upgrade(flow: http.HTTPFlow, running: Running) -> None:
    headers = flow.request.headers
    dialect = DIALECTS.get(running.route.does, DIALECTS["generic"])
    if not dialect.has_sockets or headers.get("sec-websocket-version") != "13":
        raise UnreadableError("websocket", "WebSockets are not filtered on this path; use HTTP instead", 426)
    running.socket = Socket(flow)
    offered = [one.strip() for one in headers.pop("sec-websocket-extensions", "").split(",")]
    if deflate := [one for one in offered if one.partition(";")[0].strip() == "permessage-deflate"]:
        headers["sec-websocket-extensions"] = ", ".join(deflate)


def too_large(limit: int) -> UnreadableError:
    """Say that a body is over the limit."""
    why = f"the body is larger than {limit} bytes, the limit set in redact.yaml"
    return UnreadableError("too-large", why, 413)
