"""Puts an Exchange between a client and a provider: mitmproxy's hooks, in the order of a request's travel. Decides nothing itself.

Strategy: whatever goes wrong before a request leaves becomes an error answer in the provider's shape, because mitmproxy
forwards a request whose addon failed, and we must not. Whatever goes wrong on the way back leaves the bytes as they came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from mitmproxy import connection, http

from redact.addons import inbound, refusals, sockets
from redact.addons.auditing import Auditor
from redact.addons.gate import Gate
from redact.addons.outbound import Outbound
from redact.addons.running import Running
from redact.addons.sockets import Socket
from redact.app import Core, Policy
from redact.audit.recorder import Recorder
from redact.providers import ProviderMap
from redact.settings import Settings


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
        self._gate = Gate(settings, providers, policy)
        self._outbound = Outbound(settings)
        self._auditor = Auditor(recorder, providers, version)
        self._running: dict[str, Running] = {}  # by flow
        self._guests: dict[str, Core] = {}

    @contextmanager
    def guest(self, host: str, url: str, core: Core) -> Iterator[None]:
        """Filter one host with another core and send it elsewhere, for the duration: the self-check leaves no trace."""
        self._guests[host] = core
        self._gate.upstreams[host] = urlsplit(url)
        try:
            yield
        finally:
            del self._guests[host], self._gate.upstreams[host]

    def _core(self, host: str) -> Core:
        return self._guests.get(host, self.core)

    # -- outbound

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Note what the proxy's address says of the client: who it is, and which repository it works on."""
        self._auditor.note_lookalike(flow.request)
        self._gate.clients.connected(flow)

    def client_disconnected(self, client: connection.Client) -> None:
        """Forget a client that is gone."""
        self._gate.clients.gone(client)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Find out whether this goes to a provider, and refuse at once what cannot be filtered."""
        host = self._gate.provider_host(flow)
        if host is None:
            self._auditor.note_lookalike(flow.request)
            self._gate.pass_on(flow)
            return
        try:
            core = self._core(host)
            self._running[flow.id] = running = self._gate.begin(flow, host, core)
            self._gate.judge(flow, running, core)
        except Exception as error:  # noqa: BLE001  mitmproxy forwards a request whose addon failed; we must not
            self._fail(flow, error)

    async def request(self, flow: http.HTTPFlow) -> None:
        """Redact the body; on any failure answer ourselves."""
        running = self._running.get(flow.id)
        if running is None or flow.response is not None or running.is_unread or running.error:
            return
        try:
            await self._outbound.request(flow.request, running)
        except Exception as error:  # noqa: BLE001  as above
            self._fail(flow, error)
        except asyncio.CancelledError:
            flow.kill()
            raise

    def _fail(self, flow: http.HTTPFlow, error: Exception) -> None:
        """Answer instead of the provider; a monitored request goes on."""
        running = self._running.get(flow.id)
        if running is None:
            flow.kill()
            return
        status, message = refusals.note(running, error)
        if not running.is_monitored:
            flow.response = refusals.answer(running, status, message)

    # -- inbound

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let the answer stream through the exchange."""
        running = self._running.get(flow.id)
        if flow.response is None:
            return
        if running is None:
            inbound.pass_on(flow.response)
        else:
            inbound.begin(flow, flow.response, running)

    def response(self, flow: http.HTTPFlow) -> None:
        """Restore an answer that came as a whole, and write the audit event: the exchange is over."""
        if flow.websocket is not None:
            return  # it has only begun
        running = self._running.get(flow.id)
        if running is not None and flow.response is not None:
            inbound.finish(flow.response, running)
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
        if running is None or running.is_unread or socket.is_ours(message):
            return
        if not message.from_client:
            if not running.is_monitored:
                sockets.replace(message, running.exchange.frame(message.content))
            return
        try:
            self._turn(flow, running)
            await self._outbound.message(message, running)
        except Exception as error:  # noqa: BLE001  mitmproxy forwards a message whose addon failed; we must not
            status, why = refusals.note(running, error)
            if not running.is_monitored:
                message.drop()
                socket.say(refusals.frame(running, status, why, message.content))
        except asyncio.CancelledError:
            message.drop()
            raise

    def _turn(self, flow: http.HTTPFlow, running: Running) -> None:
        """Begin another request of a socket: the one before is over, and rules may have changed."""
        if running.turns:
            self._auditor.record(flow, running)
        core = self._core(running.host)
        running.turn()
        running.exchange.turn(core.redactor_for(running.chosen.actions))
        running.rules_version = core.rules.version

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """Write the audit event of the last request that came over the socket."""
        self._record(flow)

    # -- audit

    def _record(self, flow: http.HTTPFlow) -> None:
        running = self._running.pop(flow.id, None)
        if running is not None and running.route.does != "pass":
            self._auditor.record(flow, running)

    def done(self) -> None:
        """Let the worker end."""
        self._outbound.done()
