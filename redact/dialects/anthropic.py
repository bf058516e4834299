"""Anthropic Messages, with count_tokens.

Source: docs.claude.com/en/api/messages, …/messages-streaming, …/messages-count-tokens
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects import notes
from redact.dialects.base import Dialect, Ends, Input, Offset, Piece, Said, Tools, counted, everything, nothing
from redact.paths import Mark, compiled

_BLOCK = "messages.[].content.[]"
_RESULT = f"{_BLOCK}.(type=tool_result|mcp_tool_result).content.[]"
_TOOLS = "(type=tool_use|server_tool_use|mcp_tool_use)"
_RESULTS = ("web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result")

REQUEST = compiled(
    {
        Mark.GIVEN: ("model",),
        Mark.SEALED: (
            "messages.[].role",
            "container",
            "service_tier",
            "tool_choice.type",
            "tools.[].type",
            "tools.[].cache_control.**",
            "system.[].type",
            "system.[].cache_control.**",
            f"{_BLOCK}.type",
            f"{_BLOCK}.cache_control.**",
            f"{_BLOCK}.(type=thinking|redacted_thinking|compaction).**",
            f"{_BLOCK}.{_TOOLS}.id",
            f"{_BLOCK}.tool_use_id",
            *(f"{_BLOCK}.(type={kind}).content.[].encrypted_content" for kind in _RESULTS),
            *(f"{_BLOCK}.(type={kind}).content.encrypted_content" for kind in _RESULTS),
            f"{_BLOCK}.citations.[].encrypted_index",
            f"{_BLOCK}.source.(type=base64).media_type",
            f"{_BLOCK}.source.file_id",
            f"{_RESULT}.type",
            f"{_RESULT}.cache_control.**",
            f"{_RESULT}.source.(type=base64).media_type",
        ),
        Mark.MEDIA: (f"{_BLOCK}.source.(type=base64).data", f"{_RESULT}.source.(type=base64).data"),
    }
)

_REASONING = "(type=thinking|redacted_thinking)"
RESPONSE = compiled(
    {
        Mark.SEALED: (
            "id",
            "model",
            "type",
            "usage.**",
            "message.id",
            "message.model",
            "message.usage.**",
            f"content.[].{_REASONING}.**",
            f"content.[].{_TOOLS}.id",
            f"content_block.{_REASONING}.**",
            f"content_block.{_TOOLS}.id",
            "delta.(type=thinking_delta|signature_delta|compaction_delta).**",
        ),
    }
)


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the delta of a content block; blocks are told apart by their index."""
    kind, index, delta = event.get("type"), event.get("index"), event.get("delta")
    if kind == "content_block_delta" and isinstance(delta, dict):
        if delta.get("type") == "text_delta" and isinstance(delta.get("text"), str):
            yield Piece(index, delta, "text")
        elif delta.get("type") == "input_json_delta" and isinstance(delta.get("partial_json"), str):
            yield Piece(index, delta, "partial_json", tools.get(index, ""), is_json=True)
    elif kind == "content_block_start":
        match event.get("content_block"):
            case {"name": str(name)}:
                tools[index] = name


def ends(event: Any) -> Ends:
    """Tell what ends: a block with its own stop event or another block of its index, all with the message or an error."""
    match event:
        case {"type": "content_block_stop" | "content_block_start", "index": index}:
            return lambda lane: lane == index
        case {"type": "message_delta" | "message_stop" | "error"}:
            return everything
    return nothing


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools in a whole message, or in the event that begins a block."""
    content = body.get("content")
    for block in [*(content if isinstance(content, list) else ()), body.get("content_block")]:
        if isinstance(block, dict) and "input" in block and isinstance(block.get("name"), str):
            yield Input(block, "input", block["name"])


def offsets(body: Any, said: Said) -> Iterable[Offset]:
    """Find where citations stand in the documents of the request."""
    delta, content = body.get("delta"), body.get("content")
    cited = [delta.get("citation")] if isinstance(delta, dict) else []
    for block in [*(content if isinstance(content, list) else ()), body.get("content_block")]:
        if isinstance(block, dict) and isinstance(block.get("citations"), list):
            cited += block["citations"]
    for citation in cited:
        if isinstance(citation, dict):
            yield from counted(citation, said(citation.get("document_index")), "start_char_index", "end_char_index")


def documents(body: Any) -> Iterable[str]:
    """List what the documents of a request say."""
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        yield from _documents(message.get("content") if isinstance(message, dict) else None)


def _documents(content: Any) -> Iterable[str]:
    for block in content if isinstance(content, list) else ():
        match block:
            case {"type": "document", "source": {"type": "text", "data": str(text)}}:
                yield text
            case {"type": "document"}:
                yield ""
            case {"type": "tool_result", "content": list(inside)}:
                yield from _documents(inside)


def error(status: int, message: str) -> Any:
    """Write an error as the provider does."""
    kinds = {413: "request_too_large", 502: "api_error", 503: "overloaded_error"}
    return {"type": "error", "error": {"type": kinds.get(status, "invalid_request_error"), "message": message}}


ANTHROPIC = Dialect(
    name="anthropic-messages",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    note=notes.in_messages,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=offsets,
    counting=b"_char_index",
    documents=documents,
    usage={
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "cache_read_input_tokens": "cache_read_tokens",
        "cache_creation_input_tokens": "cache_creation_tokens",
    },
    usage_in=("message",),
)
