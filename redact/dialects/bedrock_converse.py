"""AWS Bedrock Converse and ConverseStream, CountTokens and ApplyGuardrail.

An event does not name its kind in what it says (the frame does), but its members tell.

Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, …/API_runtime_ConverseStream.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from redact.dialects import notes
from redact.dialects.base import Dialect, Ends, Input, Offset, Piece, Said, Tools, counted, everything, nothing
from redact.paths import Mark, compiled

_MEDIA = ("image", "document", "video", "audio")


def _content(block: str) -> dict[Mark, tuple[str, ...]]:
    """Declare one block of content, and what a tool's result holds."""
    inside = (block, f"{block}.toolResult.content.[]")
    return {
        Mark.SEALED: (
            f"{block}.toolUse.toolUseId",
            f"{block}.toolUse.type",
            f"{block}.toolResult.toolUseId",
            f"{block}.toolResult.status",
            f"{block}.toolResult.type",
            f"{block}.reasoningContent.**",
            f"{block}.cachePoint.**",
            *(f"{where}.{kind}.format" for where in inside for kind in _MEDIA),
            *(f"{where}.{kind}.source.s3Location.**" for where in inside for kind in _MEDIA),
        ),
        Mark.MEDIA: (
            *(f"{where}.{kind}.source.bytes" for where in inside for kind in _MEDIA),
            f"{block}.guardContent.image.source.bytes",
        ),
    }


_ASKED = ("", "input.converse.")
_BLOCKS = [_content(f"{asked}messages.[].content.[]") for asked in _ASKED] + [_content("content.[]")]

REQUEST = compiled(
    {
        Mark.SEALED: (
            *(path for block in _BLOCKS for path in block[Mark.SEALED]),
            *(
                f"{asked}{what}"
                for asked in _ASKED
                for what in (
                    "messages.[].role",
                    "system.[].cachePoint.**",
                    "toolConfig.tools.[].cachePoint.**",
                    "performanceConfig.**",
                    "serviceTier.**",
                )
            ),
        ),
        Mark.GIVEN: tuple(f"{asked}guardrailConfig.**" for asked in _ASKED),
        Mark.MEDIA: (*(path for block in _BLOCKS for path in block[Mark.MEDIA]), "input.invokeModel.body"),
    }
)

RESPONSE = compiled(
    {
        Mark.SEALED: (
            "p",
            "usage.**",
            "metrics.**",
            "trace.**",
            "stopReason",
            "output.message.content.[].reasoningContent.**",
            "output.message.content.[].toolUse.toolUseId",
            "start.toolUse.toolUseId",
            "delta.reasoningContent.**",
        )
    }
)


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the delta of a content block; blocks are told apart by their index."""
    index = event.get("contentBlockIndex")
    match event:
        case {"start": {"toolUse": {"name": str(name)}}}:
            tools[index] = name
        case {"delta": {"text": str()}}:
            yield Piece(index, event["delta"], "text")
        case {"delta": {"toolUse": {"input": str()}}}:
            yield Piece(index, event["delta"]["toolUse"], "input", tools.get(index, ""), is_json=True)


def ends(event: Any) -> Ends:
    """Tell what ends: a block with any event of its index but a delta, all with what has no index."""
    index = event.get("contentBlockIndex")
    if index is None:
        return everything
    return nothing if "delta" in event else lambda lane: lane == index


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools in a whole message."""
    match body:
        case {"output": {"message": {"content": list(content)}}}:
            for block in content:
                match block:
                    case {"toolUse": {"name": str(name), "input": _}}:
                        yield Input(block["toolUse"], "input", name)


def offsets(body: Any, said: Said) -> Iterable[Offset]:
    """Find where citations stand in the documents of the request."""
    match body:
        case {"delta": {"citation": dict(citation)}}:
            yield from _cited([citation], said)
        case {"output": {"message": {"content": list(content)}}}:
            for block in content:
                match block:
                    case {"citationsContent": {"citations": list(citations)}}:
                        yield from _cited(citations, said)


def _cited(citations: list[Any], said: Said) -> Iterable[Offset]:
    for citation in citations:
        match citation:
            case {"location": {"documentChar": dict(place)}}:
                yield from counted(place, said(place.get("documentIndex")), "start", "end")


def documents(body: Any) -> Iterable[str]:
    """List what the documents of a request say."""
    messages = body.get("messages")
    contents = (
        [each.get("content") for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    )
    for block in (block for content in contents if isinstance(content, list) for block in content):
        match block:
            case {"document": {"source": {"text": str(text)}}}:
                yield text
            case {"document": _}:
                yield ""


def error(_status: int, message: str) -> Any:
    """Write an error as the provider does."""
    return {"message": message}


ERROR_HEADERS = {"x-amzn-errortype": "ValidationException"}
MODEL = re.compile(r"/model/([^/]+)/")

BEDROCK_CONVERSE = Dialect(
    name="bedrock-converse",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    note=notes.in_converse,
    error_headers=ERROR_HEADERS,
    model_at=MODEL,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=offsets,
    fleeting=("p",),
    counting=b"documentChar",
    documents=documents,
    usage={
        "inputTokens": "input_tokens",
        "outputTokens": "output_tokens",
        "cacheReadInputTokens": "cache_read_tokens",
        "cacheWriteInputTokens": "cache_creation_tokens",
    },
)
