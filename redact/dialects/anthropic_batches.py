"""Anthropic's message batches: many Messages requests in one, and their results, one a line.

Source: docs.claude.com/en/api/creating-message-batches, …/retrieving-message-batch-results
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects import anthropic
from redact.dialects.base import Dialect, Input
from redact.paths import Mark, compiled

REQUEST = compiled({Mark.SEALED: ("requests.[].custom_id",)}, {"requests.[].params": anthropic.REQUEST})
RESPONSE = compiled(
    {Mark.SEALED: ("id", "type", "custom_id", "processing_status", "results_url", "request_counts.**", "result.type")},
    {"result.message": anthropic.RESPONSE},
)


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools in the message of one result."""
    result = body.get("result")
    message = result.get("message") if isinstance(result, dict) else None
    return anthropic.inputs(message) if isinstance(message, dict) else ()


def kept(body: Any) -> Iterable[str]:
    """Name the batch, whose results are asked for later."""
    return (body["id"],) if body.get("type") == "message_batch" and isinstance(body.get("id"), str) else ()


ANTHROPIC_BATCHES = Dialect(
    name="anthropic-batches",
    request=REQUEST,
    response=RESPONSE,
    error=anthropic.error,
    inputs=inputs,
    kept=kept,
)
