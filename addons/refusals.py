"""What a client reads when nothing was sent: an error in its provider's shape. Knows failures and dialects' errors; knows no hook."""

from __future__ import annotations

from contextlib import suppress

import structlog
from mitmproxy import http

from redact import jsontext
from redact.addons.running import Running
from redact.audit.event import Outcome
from redact.dialects import DIALECTS
from redact.dialects.base import Dialect
from redact.errors import BlockedError, DetectionError, RedactError, SigningError, UnreadableError, VaultError


def note(running: Running, error: Exception) -> tuple[int, str]:
    """Note a failure for the audit; give status and message of its answer."""
    status, running.action, running.error, message = _verdict(error)
    running.where = error.where if isinstance(error, BlockedError) else ""
    if running.error == "internal":
        log = structlog.get_logger("redact.proxy")
        log.error("request refused after an internal failure", kind=type(error).__name__, host=running.host)
    return status, f"redact: {message}"


def answer(running: Running, status: int, message: str) -> http.Response:
    """Write an answer in the provider's place. Says which rule or failure, where, and what to do."""
    shape = _shape(running)
    headers = {"content-type": "application/json", "x-redact": running.error, **shape.error_headers}
    return http.Response.make(status, jsontext.dump(shape.error(status, message)), headers)


def frame(running: Running, status: int, message: str, refused: bytes) -> bytes:
    """Write an error message for a WebSocket; a client with several streams learns which one it is about."""
    about = {"type": "error", "status": status, **_shape(running).error(status, message)}
    with suppress(RedactError):
        asked = jsontext.load(refused)
        if isinstance(asked, dict) and isinstance(asked.get("stream_id"), str):
            about["stream_id"] = asked["stream_id"]
    return jsontext.dump(about)


def _shape(running: Running) -> Dialect:
    """Give the dialect in whose shape this client reads errors."""
    dialect = DIALECTS.get(running.route.does, DIALECTS[running.route.errors])
    return DIALECTS[running.route.errors] if dialect.name in ("generic", "files") else dialect


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
