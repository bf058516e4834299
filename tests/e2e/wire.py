"""A scripted answer as the bytes each provider would send. Knows the wire formats; knows no sockets.

Sources: the events and usage fields are those of the `anthropic` and `openai` SDK types, which the tests read them with.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Tool:
    """A tool call. `arguments` may be JSON text already, to choose its formatting."""

    name: str
    arguments: dict[str, Any] | str
    id: str = "toolu_01A09q90qw90lq917835lq9"

    @property
    def json(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments, ensure_ascii=False)


@dataclass(frozen=True)
class Thinking:
    thinking: str
    signature: str = "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"


@dataclass(frozen=True)
class Redacted:
    """Thinking that only the provider can read."""

    data: str


Part = Text | Tool | Thinking | Redacted


@dataclass(frozen=True)
class Raw:
    """An answer that is no message: an error in the provider's shape, a redirect, anything else."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


@dataclass(frozen=True)
class Style:
    """How an answer lies on the wire."""

    delta: int = 7  # characters per delta
    cut: int = 0  # bytes per write; 0: one write per event
    cut_at: int | None = None  # two writes: the whole stream is cut once, here
    crlf: bool = False
    noise: bool = False  # comments and pings between events
    ascii: bool = False  # \uXXXX instead of UTF-8
    gzip: bool = False  # although nobody offered to read it
    broken_event: bool = False  # one event in the middle is no JSON
    close_after: int | None = None  # events, then the connection ends without its last chunk
    pause_after: int | None = None  # events, then wait for the test (`Provider.go_on`)


@dataclass(frozen=True)
class Event:
    """One server-sent event, before it is bytes. `name` is empty where the format has none."""

    data: str
    name: str = ""
    comment: str = field(default="", kw_only=True)

    def encode(self, crlf: bool) -> bytes:
        lines = [f": {self.comment}"] if self.comment else []
        lines += [f"event: {self.name}"] if self.name else []
        lines += [f"data: {self.data}"] if self.data else []
        end = "\r\n" if crlf else "\n"
        return (end.join(lines) + 2 * end).encode()


def pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def whole(api: str, model: str, parts: Iterable[Part], style: Style) -> bytes:
    """The answer to a request that did not ask for a stream."""
    make = {"anthropic": anthropic_message, "openai": openai_completion}.get(api, generic_response)
    body = json.dumps(make(model, tuple(parts)), ensure_ascii=style.ascii).encode()
    return gzip.compress(body) if style.gzip else body


def stream(api: str, model: str, parts: Iterable[Part], style: Style) -> Iterator[bytes]:
    """The answer as server-sent events, one item each."""
    make = {"anthropic": anthropic_events, "openai": openai_events}.get(api, generic_events)
    for number, event in enumerate(make(model, tuple(parts), style)):
        yield event.encode(style.crlf)
        if style.noise:
            yield Event("", comment="OPENROUTER PROCESSING").encode(style.crlf)
        if style.broken_event and number == 2:
            yield Event('{"type": "content_block_delta", "index": 0, "delta": {').encode(style.crlf)


def compressed(events: Iterable[bytes]) -> Iterator[bytes]:
    """Compress events so that each can be read as soon as it is there."""
    compress = zlib.compressobj(wbits=31)
    for event in events:
        yield compress.compress(event) + compress.flush(zlib.Z_SYNC_FLUSH)
    yield compress.flush()


def cut_once(chunks: Iterable[bytes], at: int) -> Iterator[bytes]:
    """The same bytes in two writes."""
    every = b"".join(chunks)
    yield from (piece for piece in (every[:at], every[at:]) if piece)


def cut(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in writes of `size`; 0 leaves them as they are."""
    for chunk in chunks:
        for start in range(0, len(chunk), size or len(chunk)):
            yield chunk[start : start + (size or len(chunk))]


# Anthropic Messages


def anthropic_usage() -> dict[str, Any]:
    return {
        "input_tokens": 2095,
        "cache_creation_input_tokens": 12,
        "cache_read_input_tokens": 34,
        "output_tokens": 503,
        "service_tier": "standard",
    }


def anthropic_block(part: Part) -> dict[str, Any]:
    match part:
        case Text(text):
            return {"type": "text", "text": text}
        case Tool(name, _, ident):
            return {"type": "tool_use", "id": ident, "name": name, "input": json.loads(part.json)}
        case Thinking(thinking, signature):
            return {"type": "thinking", "thinking": thinking, "signature": signature}
        case Redacted(data):
            return {"type": "redacted_thinking", "data": data}


def anthropic_message(model: str, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [anthropic_block(part) for part in parts],
        "stop_reason": "tool_use" if any(isinstance(part, Tool) for part in parts) else "end_turn",
        "stop_sequence": None,
        "usage": anthropic_usage(),
    }


def anthropic_events(model: str, parts: tuple[Part, ...], style: Style) -> Iterator[Event]:
    def event(name: str, **more: Any) -> Event:
        return Event(json.dumps({"type": name, **more}, ensure_ascii=style.ascii), name)

    message = anthropic_message(model, parts)
    yield event("message_start", message=message | {"content": [], "stop_reason": None})
    for index, part in enumerate(parts):
        yield event("content_block_start", index=index, content_block=_opened(part))
        if style.noise:
            yield event("ping")
        for delta in _anthropic_deltas(part, style.delta):
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event(
        "message_delta",
        delta={"stop_reason": message["stop_reason"], "stop_sequence": None},
        usage={"output_tokens": 503},
    )
    yield event("message_stop")


def _opened(part: Part) -> dict[str, Any]:
    empty: dict[str, dict[str, Any]] = {
        "text": {"text": ""},
        "tool_use": {"input": {}},
        "thinking": {"thinking": "", "signature": ""},
    }
    block = anthropic_block(part)
    return block | empty.get(block["type"], {})


def _anthropic_deltas(part: Part, size: int) -> Iterator[dict[str, Any]]:
    match part:
        case Text(text):
            yield from ({"type": "text_delta", "text": piece} for piece in pieces(text, size))
        case Tool():
            yield {"type": "input_json_delta", "partial_json": ""}
            yield from ({"type": "input_json_delta", "partial_json": piece} for piece in pieces(part.json, size))
        case Thinking(thinking, signature):
            yield from ({"type": "thinking_delta", "thinking": piece} for piece in pieces(thinking, size))
            yield {"type": "signature_delta", "signature": signature}


# OpenAI Chat Completions


def openai_usage() -> dict[str, Any]:
    return {
        "prompt_tokens": 2095,
        "completion_tokens": 503,
        "total_tokens": 2598,
        "prompt_tokens_details": {"cached_tokens": 34},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }


def _openai_call(tool: Tool) -> dict[str, Any]:
    return {"id": tool.id, "type": "function", "function": {"name": tool.name, "arguments": tool.json}}


def _openai_base(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": kind, "created": 1741569952, "model": model}


def openai_completion(model: str, parts: tuple[Part, ...]) -> dict[str, Any]:
    calls = [_openai_call(part) for part in parts if isinstance(part, Tool)]
    text = "".join(part.text for part in parts if isinstance(part, Text))
    thinking = "".join(part.thinking for part in parts if isinstance(part, Thinking))
    message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None, "annotations": []}
    message |= {"tool_calls": calls} if calls else {}
    message |= {"reasoning_content": thinking} if thinking else {}
    finish = "tool_calls" if calls else "stop"
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return _openai_base(model, "chat.completion") | {"choices": [choice], "usage": openai_usage()}


def openai_events(model: str, parts: tuple[Part, ...], style: Style) -> Iterator[Event]:
    base = _openai_base(model, "chat.completion.chunk")

    def chunk(choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> Event:
        return Event(json.dumps(base | {"choices": choices, "usage": usage}, ensure_ascii=style.ascii))

    def delta(more: dict[str, Any], finish: str | None = None) -> Event:
        return chunk([{"index": 0, "delta": more, "logprobs": None, "finish_reason": finish}])

    numbers = count()
    yield delta({"role": "assistant", "content": "", "refusal": None})
    for part in parts:
        match part:
            case Text(text):
                yield from (delta({"content": piece}) for piece in pieces(text, style.delta))
            case Thinking(thinking):
                yield from (delta({"reasoning_content": piece}) for piece in pieces(thinking, style.delta))
            case Tool():
                number = next(numbers)
                call = _openai_call(part)
                call["function"] |= {"arguments": ""}
                yield delta({"tool_calls": [{"index": number} | call]})
                for piece in pieces(part.json, style.delta):
                    yield delta({"tool_calls": [{"index": number, "function": {"arguments": piece}}]})
    yield delta({}, "tool_calls" if next(numbers) else "stop")
    yield chunk([], openai_usage())
    yield Event("[DONE]")


# Any other path: OpenAI Responses is the shape most likely to be met


def generic_response(model: str, parts: tuple[Part, ...]) -> dict[str, Any]:
    output = []
    for part in parts:
        match part:
            case Text(text):
                content = [{"type": "output_text", "text": text, "annotations": []}]
                ident = "msg_67ccd2bf17f0819081ff3bb2cf6508e6"
                output.append(
                    {"type": "message", "id": ident, "status": "completed", "role": "assistant", "content": content}
                )
            case Tool(name, _, ident):
                output.append(
                    {"type": "function_call", "id": "fc_1", "call_id": ident, "name": name, "arguments": part.json}
                )
    return {
        "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "object": "response",
        "created_at": 1741476542,
        "status": "completed",
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 36,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 87,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 123,
        },
    }


def generic_events(model: str, parts: tuple[Part, ...], style: Style) -> Iterator[Event]:
    numbers = count()

    def event(name: str, **more: Any) -> Event:
        data = {"type": name, "sequence_number": next(numbers), **more}
        return Event(json.dumps(data, ensure_ascii=style.ascii), name)

    done = generic_response(model, parts)
    yield event("response.created", response=done | {"output": [], "status": "in_progress"})
    for index, item in enumerate(done["output"]):
        opened = item | ({"content": []} if "content" in item else {})
        called = item["type"] == "function_call"
        yield event(
            "response.output_item.added", output_index=index, item=opened | ({"arguments": ""} if called else {})
        )
        if called:
            place = {"item_id": item["id"], "output_index": index}
            for piece in pieces(item["arguments"], style.delta):
                yield event("response.function_call_arguments.delta", **place, delta=piece)
            yield event("response.function_call_arguments.done", **place, arguments=item["arguments"])
        for part in item.get("content", []):
            place = {"item_id": item["id"], "output_index": index, "content_index": 0}
            yield event("response.content_part.added", **place, part=part | {"text": ""})
            for piece in pieces(part["text"], style.delta):
                yield event("response.output_text.delta", **place, delta=piece, logprobs=[])
            yield event("response.output_text.done", **place, text=part["text"], logprobs=[])
            yield event("response.content_part.done", **place, part=part)
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=done)
