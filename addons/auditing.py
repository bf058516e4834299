"""What the audit says of an exchange. Knows flows, reports and the audit's events; knows no file: it redacts a client's own words, and writes nothing."""

from __future__ import annotations

import os
import time
from urllib.parse import unquote

import structlog
from mitmproxy import http

from redact.accounts import PERSONAL
from redact.addons.running import Running
from redact.audit.event import AuditEvent, Usage, fitted, known_method, new_id, stamp
from redact.audit.recorder import Recorder
from redact.dialects import DIALECTS
from redact.errors import RedactError
from redact.providers import ProviderMap

DAY, MANY = 86_400, 10_000


class Auditor:
    """Writes one event for each exchange."""

    def __init__(self, recorder: Recorder, providers: ProviderMap, version: str) -> None:
        self._recorder, self._providers, self._version = recorder, providers, version
        self._lookalikes: dict[str, float] = {}  # when each was reported
        self._log = structlog.get_logger("redact.proxy")

    def record(self, flow: http.HTTPFlow, running: Running) -> None:
        """Audit an exchange that is over, or a request over a WebSocket."""
        try:
            self._recorder.record(_event(flow, running, self._version))
        except RedactError as error:
            self._log.error("an exchange could not be audited", why=str(error))

    def note_lookalike(self, request: http.Request) -> None:
        """Report, once a day, a host that looks like a provider and stands in no map: what goes there is not filtered."""
        host, now = request.host.lower().rstrip("."), time.time()
        if now - self._lookalikes.get(host, 0.0) < DAY or not self._providers.looks_alike(
            host, request.path.partition("?")[0]
        ):
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
                method=known_method(request.method),
                host=host,
                error="unlisted",
                version=self._version,
            )
            self._recorder.record(event)
        except RedactError as error:
            self._log.error("an unlisted host could not be audited", why=str(error))


def _event(flow: http.HTTPFlow, running: Running, version: str) -> AuditEvent:
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
        version=version,
        rules_version=running.rules_version,
    )


def _model(running: Running, address: str) -> str:
    """Find the model's name in an address."""
    at = DIALECTS[running.route.does].model_at if running.route.does in DIALECTS else None
    found = at.search(address.partition("?")[0]) if at else None
    return unquote(found[1]) if found else ""
