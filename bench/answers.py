"""Answers as providers stream them, an event for each piece of text. Knows wire formats; measures nothing.

The members of an event are those that the provider sends, so that it is as long as a real one.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from redact import eventstream

Pieces = Sequence[str]
Value = dict[str, Any]


class Stream(NamedTuple):
    """An answer's dialect, its content type (none over a WebSocket), and how its events are written."""

    dialect: str
    kind: str
    events: Callable[[Pieces], Iterator[bytes]]


def messages(pieces: Pieces) -> Iterator[Value]:
    """Say it as Anthropic does."""
    usage = {"input_tokens": 5, "output_tokens": 1}
    yield {"type": "message_start", "message": {"id": "msg_01XFDUDYJgAACzvnptvVoYEL", "content": [], "usage": usage}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for piece in pieces:
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": len(pieces)}}
    yield {"type": "message_stop"}


def _chunk(choice: Value, kind: str) -> Value:
    return {
        "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "object": kind,
        "created": 1741569952,
        "model": "gpt-5.1-2025-11-13",
        "service_tier": "default",
        "system_fingerprint": "fp_44added55e",
        "choices": [choice],
    }


def chat(pieces: Pieces) -> Iterator[Value]:
    """Say it as OpenAI's Chat Completions do."""
    for piece in (*pieces, None):
        choice = {
            "index": 0,
            "delta": {"content": piece} if piece else {},
            "logprobs": None,
            "finish_reason": None if piece else "stop",
        }
        yield {**_chunk(choice, "chat.completion.chunk"), "obfuscation": "Kx3nPq0aZ"}


def completions(pieces: Pieces) -> Iterator[Value]:
    """Say it as OpenAI's completions do."""
    for piece in (*pieces, ""):
        yield _chunk(
            {"text": piece, "index": 0, "logprobs": None, "finish_reason": None if piece else "stop"}, "text_completion"
        )


def responses(pieces: Pieces) -> Iterator[Value]:
    """Say it as OpenAI's Responses do."""
    item = {"id": "msg_67ccd2bf17f0819081ff3bb2cf6508e60bb6a6b452d3795b", "type": "message", "content": []}
    where = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    said = "".join(pieces)
    part = {"type": "output_text", "text": said, "annotations": []}
    response = {"id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b", "object": "response", "output": []}
    events: list[Value] = [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        *(
            {"type": "response.output_text.delta", **where, "delta": piece, "logprobs": [], "obfuscation": "aB3dE6gH"}
            for piece in pieces
        ),
        {"type": "response.output_text.done", **where, "text": said, "logprobs": []},
        {"type": "response.output_item.done", "output_index": 0, "item": {**item, "content": [part]}},
        {"type": "response.completed", "response": {**response, "output": [{**item, "content": [part]}]}},
    ]
    for number, event in enumerate(events):
        yield {**event, "sequence_number": number}


def realtime(pieces: Pieces) -> Iterator[Value]:
    """Say it as OpenAI's Realtime does."""
    where = {"response_id": "resp_001", "item_id": "msg_007", "output_index": 0, "content_index": 0}
    events: list[Value] = [
        {"type": "response.created", "response": {"id": "resp_001", "object": "realtime.response", "output": []}},
        *({"type": "response.output_text.delta", **where, "delta": piece} for piece in pieces),
        {"type": "response.output_text.done", **where, "text": "".join(pieces)},
        {"type": "response.done", "response": {"id": "resp_001", "object": "realtime.response", "output": []}},
    ]
    for number, event in enumerate(events):
        yield {"event_id": f"event_{number:020}", **event}


def candidates(pieces: Pieces) -> Iterator[Value]:
    """Say it as Gemini does."""
    for number, piece in enumerate((*pieces, "")):
        candidate = {"content": {"parts": [{"text": piece}], "role": "model"}, "index": 0}
        yield {
            "candidates": [candidate if piece else {**candidate, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": number, "totalTokenCount": number + 5},
            "modelVersion": "gemini-2.5-pro",
            "responseId": "a1b2c3d4e5f6g7h8",
        }


def ollama(pieces: Pieces) -> Iterator[Value]:
    """Say it as Ollama's chat does."""
    for number, piece in enumerate((*pieces, "")):
        yield {
            "model": "llama3.2:latest",
            "created_at": f"2026-11-21T08:52:19.{number:09}Z",
            "message": {"role": "assistant", "content": piece},
            "done": not piece,
        }


def converse(pieces: Pieces) -> Iterator[tuple[str, Value]]:
    """Say it as Bedrock's ConverseStream does: kinds of events, and events."""
    yield "messageStart", {"p": "abcdefgh", "role": "assistant"}
    for number, piece in enumerate(pieces):
        filler = "abcdefghijklmnopqrstuvwxyz"[: number % 20]
        yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}, "p": filler}
    yield "contentBlockStop", {"contentBlockIndex": 0, "p": "abcdef"}
    yield "messageStop", {"p": "abcdefghijklm", "stopReason": "end_turn"}
    yield "metadata", {"usage": {"inputTokens": 5, "outputTokens": len(pieces)}, "metrics": {"latencyMs": 9}, "p": "a"}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _sse(
    said: Callable[[Pieces], Iterator[Value]], end: str = "\n", last: bytes = b""
) -> Callable[..., Iterator[bytes]]:
    """Write events as server-sent ones, with their type as name if they have one."""

    def write(pieces: Pieces) -> Iterator[bytes]:
        for value in said(pieces):
            name = f"event: {value['type']}{end}" if "type" in value else ""
            yield f"{name}data: {_json(value).decode()}{end}{end}".encode()
        if last:
            yield last

    return write


def _each(said: Callable[[Pieces], Iterator[Value]], end: bytes = b"") -> Callable[..., Iterator[bytes]]:
    """Write events one after the other."""
    return lambda pieces: (_json(value) + end for value in said(pieces))


def _array(pieces: Pieces) -> Iterator[bytes]:
    for number, value in enumerate(candidates(pieces)):
        yield (b",\r\n" if number else b"[") + json.dumps(value, indent=2).encode() + b"\r\n"
    yield b"]"


def _header(name: str, value: str) -> bytes:
    """Write a header of an AWS frame; 7 is a string."""
    return struct.pack(f">B{len(name)}sBH{len(value)}s", len(name), name.encode(), 7, len(value), value.encode())


def _frame(kind: str, payload: bytes) -> bytes:
    named = ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event"))
    return eventstream.framed(b"".join(_header(*each) for each in named), payload)


def _converse(pieces: Pieces) -> Iterator[bytes]:
    return (_frame(kind, _json(value)) for kind, value in converse(pieces))


def _invoke(pieces: Pieces) -> Iterator[bytes]:
    for number, value in enumerate(messages(pieces)):
        wrapped = {"bytes": base64.b64encode(_json(value)).decode(), "p": "abcdefghijklmnopqrstuvwxyz"[: number % 20]}
        yield _frame("chunk", _json(wrapped))


_SSE, _AWS = "text/event-stream", "application/vnd.amazon.eventstream"
STREAMS = {
    "Anthropic messages": Stream("anthropic-messages", _SSE, _sse(messages)),
    "chat completions": Stream("openai-chat", _SSE, _sse(chat, last=b"data: [DONE]\n\n")),
    "completions": Stream("openai-completions", _SSE, _sse(completions, last=b"data: [DONE]\n\n")),
    "Responses": Stream("openai-responses", _SSE, _sse(responses)),
    "Gemini": Stream("gemini", _SSE, _sse(candidates, end="\r\n")),
    "Gemini, JSON array": Stream("gemini", "application/json", _array),
    "Ollama, lines": Stream("ollama", "application/x-ndjson", _each(ollama, b"\n")),
    "Bedrock converse": Stream("bedrock-converse", _AWS, _converse),
    "Bedrock invoke": Stream("bedrock-invoke", _AWS, _invoke),
    "Responses, WebSocket": Stream("openai-responses", "", _each(responses)),
    "Realtime, WebSocket": Stream("openai-realtime", "", _each(realtime)),
}
