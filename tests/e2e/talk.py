"""The two chat formats from the client's side: build a request, read an answer. Written apart from redact, to disagree with it.

Knows formats; knows no sockets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .clients import ANTHROPIC, OPENAI


@dataclass
class Said:
    """An answer as the client would show it."""

    text: str = ""
    thinking: str = ""
    signature: str = ""
    tools: list[tuple[str, str]] = field(default_factory=list)  # name, arguments as JSON text
    complete: bool = False
    usage: dict[str, Any] = field(default_factory=dict)
    blocks: list[dict[str, Any]] = field(default_factory=list)  # as the client sends them back (Anthropic)


@dataclass(frozen=True)
class Api:
    name: str
    host: str
    path: str

    def request(self, *turns: str | dict[str, Any], stream: bool = False, **more: Any) -> dict[str, Any]:
        """A request whose turns alternate between user and assistant; a turn may be a message already."""
        roles = ("user", "assistant")
        messages = [
            {"role": roles[number % 2], "content": turn} if isinstance(turn, str) else turn
            for number, turn in enumerate(turns)
        ]
        limit = {"max_tokens": 1024} if self.name == "anthropic" else {"stream_options": {"include_usage": True}}
        if self.name == "openai" and not stream:
            limit = {}
        # The messages come last: a longer conversation then is a longer body with the same beginning.
        return {"model": f"some-{self.name}-model", **limit, "stream": stream, **more, "messages": messages}

    def read(self, raw: bytes) -> Said:
        """Read an answer, streamed or not."""
        if raw.lstrip()[:1] == b"{":
            body = json.loads(raw)
            return read_message(body) if self.name == "anthropic" else read_completion(body)
        return read_anthropic_stream(raw) if self.name == "anthropic" else read_openai_stream(raw)

    def is_error(self, body: Any) -> bool:
        """Whether this is an error in the shape of this API, with a message that says something."""
        match self.name, body:
            case "anthropic", {"type": "error", "error": {"type": str(), "message": str(message)}}:
                return len(message) > 10
            case "openai", {"error": {"message": str(message), "type": str(), "param": _, "code": _}}:
                return len(message) > 10
        return False


API = {
    "anthropic": Api("anthropic", ANTHROPIC, "/v1/messages"),
    "openai": Api("openai", OPENAI, "/v1/chat/completions"),
}


def events(raw: bytes) -> Iterator[tuple[str, str]]:
    """Name and data of each server-sent event; what is cut off at the end does not count."""
    *lines, _rest = raw.decode().replace("\r\n", "\n").split("\n")
    name, data = "", []
    for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line:
            if data:
                yield name, "\n".join(data)
            name, data = "", []


def read_message(body: dict[str, Any]) -> Said:
    said = Said(complete=True, usage=body["usage"], blocks=body["content"])
    for block in body["content"]:
        _add_block(said, block)
    return said


def _add_block(said: Said, block: dict[str, Any]) -> None:
    match block:
        case {"type": "text", "text": text}:
            said.text += text
        case {"type": "tool_use", "name": name, "input": arguments}:
            said.tools.append((name, json.dumps(arguments)))
        case {"type": "thinking", "thinking": thinking, "signature": signature}:
            said.thinking += thinking
            said.signature += signature


def read_anthropic_stream(raw: bytes) -> Said:
    said = Said()
    blocks: dict[int, dict[str, Any]] = {}
    arguments: dict[int, str] = {}
    for name, data in events(raw):
        event = json.loads(data)
        assert name == event["type"]
        index = event.get("index", -1)
        match event:
            case {"type": "content_block_start", "content_block": block}:
                blocks[index] = block
            case {"delta": {"type": "input_json_delta", "partial_json": piece}}:
                arguments[index] = arguments.get(index, "") + piece
            case {"delta": {"type": str() as kind, **rest}}:
                key = kind.removesuffix("_delta")
                blocks[index][key] = blocks[index].get(key, "") + rest[key]
            case {"type": "message_delta", "usage": usage}:
                said.usage |= usage
            case {"type": "message_start", "message": {"usage": usage}}:
                said.usage |= usage
            case {"type": "message_stop"}:
                said.complete = True
    for index, text in arguments.items():
        if said.complete:
            blocks[index]["input"] = json.loads(text)
    said.blocks = [blocks[index] for index in sorted(blocks)]
    for block in said.blocks:
        _add_block(said, block)
    return said


def read_completion(body: dict[str, Any]) -> Said:
    message = body["choices"][0]["message"]
    calls = [call["function"] for call in message.get("tool_calls") or []]
    return Said(
        text=message["content"] or "",
        thinking=message.get("reasoning_content") or "",
        tools=[(call["name"], call["arguments"]) for call in calls],
        complete=True,
        usage=body["usage"],
    )


def read_openai_stream(raw: bytes) -> Said:
    said = Said()
    tools: dict[int, list[str]] = {}
    for _, data in events(raw):
        if data == "[DONE]":
            said.complete = True
            continue
        chunk = json.loads(data)
        said.usage |= chunk.get("usage") or {}
        for choice in chunk["choices"]:
            delta = choice["delta"]
            said.text += delta.get("content") or ""
            said.thinking += delta.get("reasoning_content") or ""
            for call in delta.get("tool_calls", []):
                name, arguments = tools.setdefault(call["index"], ["", ""])
                function = call["function"]
                tools[call["index"]] = [function.get("name", name), arguments + function["arguments"]]
    said.tools = [(name, arguments) for name, arguments in tools.values()]
    return said


def raw_messages(body: bytes) -> bytes:
    """The bytes of `messages` in a request, without its closing bracket: what a cache of prompts would key on."""
    text = body.decode()
    start = text.index("[", text.index('"messages"'))
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start : end - 1].rstrip().encode()
