"""Ollama: chat and generate, whole or as lines, and embeddings. Knows its format; knows no model and no server.

Source: docs.ollama.com/api/chat, …/generate, …/embed
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects.base import Dialect, Ends, Input, Piece, Tokens, Tools, everything, nothing
from redact.paths import Mark, compiled

REQUEST = compiled(
    {
        Mark.GIVEN: ("model",),
        Mark.SEALED: ("keep_alive", "messages.[].role", "tools.[].type", "context.[]"),
        Mark.MEDIA: ("messages.[].images.[]", "images.[]"),
    }
)
RESPONSE = compiled(
    {Mark.SEALED: ("model", "created_at", "done_reason", "context.[]", "thinking", "message.role", "message.thinking")}
)


def pieces(event: Any, _tools: Tools) -> Iterable[Piece]:
    """Find what chat or generate says."""
    if isinstance(event.get("response"), str):
        yield Piece("response", event, "response")
    message = event.get("message")
    if isinstance(message, dict) and isinstance(message.get("content"), str):
        yield Piece("content", message, "content")


def ends(event: Any) -> Ends:
    """Tell what ends: all with the last line, an error or a tool call."""
    message = event.get("message")
    is_over = (
        bool(event.get("done")) or "error" in event or (isinstance(message, dict) and bool(message.get("tool_calls")))
    )
    return everything if is_over else nothing


def inputs(body: Any) -> Iterable[Input]:
    """Find the arguments of tool calls: objects, always whole."""
    message = body.get("message")
    calls = message.get("tool_calls") if isinstance(message, dict) else None
    for call in calls if isinstance(calls, list) else ():
        match call:
            case {"function": {"name": str(name), "arguments": _}}:
                yield Input(call["function"], "arguments", name)


def tokens(body: Any) -> Iterable[Tokens]:
    """Find what is told token by token of what chat or generate says."""
    if "logprobs" in body:
        yield Tokens(body, "logprobs", [], body, "response")
        if isinstance(body.get("message"), dict):
            yield Tokens(body, "logprobs", [], body["message"], "content")


def error(_status: int, message: str) -> Any:
    """Write an error as Ollama does."""
    return {"error": message}


OLLAMA = Dialect(
    name="ollama",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    tokens=tokens,
    fleeting=("created_at",),
    usage={"prompt_eval_count": "input_tokens", "eval_count": "output_tokens"},
    usage_key="",
)
