"""What is remembered of one exchange from one of mitmproxy's hooks to the next. Knows no hook and decides nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redact.audit.event import Outcome
from redact.exchange import Exchange
from redact.overrides import Asked, Chosen
from redact.providers import Route

if TYPE_CHECKING:
    from mitmproxy import http

    from redact.addons.sockets import Socket


@dataclass
class Running:
    """One exchange that has begun and is not over."""

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
    is_whole: bool = False  # mitmproxy collects the answer
    socket: Socket | None = None
    is_personal: bool = False  # as far as can be told: not a company key
    turns: int = 0  # requests that came over the socket
    signed: http.Request | None = None  # as it came, where its headers are signed

    @property
    def is_monitored(self) -> bool:
        """Whether what would be done is only logged."""
        return self.chosen.mode == "monitor"

    @property
    def is_unread(self) -> bool:
        """Whether bodies are forwarded as they are, as the provider map says."""
        return self.route.is_unread

    def note_sent(self) -> None:
        """Note what became of the request, now that it may leave."""
        if self.exchange.report.sent_bytes and self.exchange.has_edits:
            self.action = "redacted"
        elif self.exchange.report.rules or self.is_personal:
            self.action = "reported"

    def turn(self) -> None:
        """Begin another request of the same WebSocket."""
        self.turns += 1
        self.began, self.action, self.error, self.where = time.time(), "passed", "", ""
