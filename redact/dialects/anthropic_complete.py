"""Anthropic's text completions, which came before Messages.

Source: docs.claude.com/en/api/complete
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects.anthropic import error
from redact.dialects.base import Dialect, Ends, Piece, Tools, everything, nothing
from redact.paths import Mark, compiled

REQUEST = compiled({Mark.GIVEN: ("model",)})
RESPONSE = compiled({Mark.SEALED: ("id", "type", "model", "stop_reason", "log_id")})


def pieces(event: Any, _tools: Tools) -> Iterable[Piece]:
    """Find the next words."""
    if isinstance(event.get("completion"), str):
        yield Piece("completion", event, "completion")


def ends(event: Any) -> Ends:
    """Tell whether this was the last event, or an error."""
    is_last = bool(event.get("stop_reason")) or event.get("type") == "error"
    return everything if is_last else nothing


ANTHROPIC_COMPLETE = Dialect(
    name="anthropic-complete", request=REQUEST, response=RESPONSE, error=error, pieces=pieces, ends=ends
)
