"""AWS Bedrock InvokeModel and its stream: bodies of whichever company made the model.

The address does not always tell whose format it is (an inference profile has a name of its own), so the body does.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from redact.dialects import bedrock_converse, notes
from redact.dialects.anthropic import ANTHROPIC
from redact.dialects.base import Dialect, Ends, Input, Piece, Tools, everything, nothing
from redact.dialects.bedrock_converse import BEDROCK_CONVERSE
from redact.dialects.openai_chat import OPENAI_CHAT
from redact.paths import Mark, compiled, either

REQUEST = either(
    ANTHROPIC.request,
    OPENAI_CHAT.request,
    BEDROCK_CONVERSE.request,
    compiled(
        {Mark.SEALED: ("anthropic_version", "schemaVersion", "taskType"), Mark.MEDIA: ("images.[]", "inputImage")}
    ),
)
RESPONSE = either(
    ANTHROPIC.response,
    OPENAI_CHAT.response,
    compiled(
        {
            Mark.SEALED: (
                "amazon-bedrock-invocationMetrics.**",
                "output.message.content.[].reasoningContent.**",
                "contentBlockDelta.delta.reasoningContent.**",
                "contentBlockStart.start.toolUse.toolUseId",
            ),
            Mark.MEDIA: ("images.[]",),
        }
    ),
)

_TEXTS = ("outputText", "generation", "completion", "text")  # Titan; Llama; Claude 2; Cohere
_ENDS = ("completionReason", "stop_reason", "finish_reason", "is_finished", "amazon-bedrock-invocationMetrics")


def _is_claude(body: Any) -> bool:
    return isinstance(body.get("type"), str)


def _nova(event: Any) -> Any:
    """Give an event of Nova's as Converse would send it: Nova wraps it in its name."""
    return next(
        (event[key] for key in ("contentBlockStart", "contentBlockDelta", "contentBlockStop") if key in event), None
    )


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the running texts of an event in whichever format it is."""
    if "choices" in event:
        yield from OPENAI_CHAT.pieces(event, tools)
        yield from _messages(event)
    elif _is_claude(event):
        yield from ANTHROPIC.pieces(event, tools)
    elif isinstance(_nova(event), dict):
        yield from BEDROCK_CONVERSE.pieces(_nova(event), tools)
    else:
        yield from (Piece(key, event, key) for key in _TEXTS if isinstance(event.get(key), str))
        outputs = event.get("outputs")  # Mistral
        for number, output in enumerate(outputs if isinstance(outputs, list) else ()):
            if isinstance(output, dict) and isinstance(output.get("text"), str):
                yield Piece(("outputs", number), output, "text")


def _messages(event: Any) -> Iterator[Piece]:
    """Find what Mistral streams: a `message` where others send a `delta`."""
    for choice in event["choices"] if isinstance(event["choices"], list) else ():
        match choice:
            case {"message": {"content": str()}}:
                yield Piece((choice.get("index", 0), "content"), choice["message"], "content")


def ends(event: Any) -> Ends:
    """Tell what an event ends, in whichever format it is."""
    if "choices" in event:
        if _is_over(event, event["choices"]):
            return everything
        return OPENAI_CHAT.ends(event)
    if _is_claude(event):
        return ANTHROPIC.ends(event)
    if isinstance(_nova(event), dict):
        return BEDROCK_CONVERSE.ends(_nova(event))
    is_over = _is_over(event, event.get("outputs")) or not any(key in event for key in (*_TEXTS, "outputs"))
    return everything if is_over else nothing


def _is_over(event: Any, parts: Any) -> bool:
    inside = parts if isinstance(parts, list) else []
    return bool(event.get(_ENDS[-1])) or any(
        part.get(key) for part in (event, *inside) if isinstance(part, dict) for key in _ENDS if key != "finish_reason"
    )


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools, in whichever format."""
    yield from ANTHROPIC.inputs(body)
    yield from OPENAI_CHAT.inputs(body)
    yield from BEDROCK_CONVERSE.inputs(body)


BEDROCK_INVOKE = Dialect(
    name="bedrock-invoke",
    request=REQUEST,
    response=RESPONSE,
    error=bedrock_converse.error,
    note=notes.in_claude_on_bedrock,
    error_headers=bedrock_converse.ERROR_HEADERS,
    model_at=bedrock_converse.MODEL,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=ANTHROPIC.offsets,
    counting=ANTHROPIC.counting,
    documents=ANTHROPIC.documents,
    tokens=OPENAI_CHAT.tokens,
    usage={**ANTHROPIC.usage, **OPENAI_CHAT.usage, **BEDROCK_CONVERSE.usage},
    usage_in=("message", "metadata"),
)
