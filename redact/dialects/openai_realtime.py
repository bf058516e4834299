"""OpenAI Realtime: what is said in text on its socket, and the transcripts of what is said aloud. Audio is not listened to.

Source: platform.openai.com/docs/api-reference/realtime-client-events, …/realtime-server-events
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects.base import Dialect, Ends, Input, Piece, Tools, nothing
from redact.dialects.openai_chat import error
from redact.dialects.openai_responses import inputs_of, tool_of
from redact.paths import Mark, compiled

_ITEMS = ("item.", "response.input.[].", "response.output.[].")
_ITEM_SEALED = (
    "id",
    "object",
    "type",
    "role",
    "status",
    "call_id",
    "approval_request_id",
    "content.[].type",
    "content.[].detail",
)
_ITEM_MEDIA = ("content.[].audio", "content.[].image_url")
_IDS = ("event_id", "item_id", "previous_item_id", "response_id", "call_id", "response.conversation")
_SESSION = (
    "session.id",
    "session.object",
    "session.type",
    "session.prompt.id",
    "session.tools.[].type",
)

REQUEST = compiled(
    {
        Mark.GIVEN: ("session.model",),
        Mark.SEALED: (
            "type",
            *_IDS,
            *_SESSION,
            "response.prompt.id",
            "response.tools.[].type",
            *(f"{item}{path}" for item in _ITEMS for path in _ITEM_SEALED),
        ),
        Mark.MEDIA: ("audio", *(f"{item}{path}" for item in _ITEMS for path in _ITEM_MEDIA)),
        Mark.JSON: tuple(f"{item}arguments" for item in _ITEMS),
    }
)
_AUDIO = "(type=response.output_audio.delta|response.audio.delta).delta"
RESPONSE = compiled(
    {
        Mark.SEALED: (
            "type",
            *_IDS,
            *_SESSION,
            "session.model",
            "session.client_secret.**",
            "response.id",
            "response.object",
            "response.conversation_id",
            "response.usage.**",
            "usage.**",
            "logprobs.**",
            *(f"{item}{path}" for item in _ITEMS for path in _ITEM_SEALED),
        ),
        Mark.MEDIA: (_AUDIO, "part.audio", *(f"{item}{path}" for item in _ITEMS for path in _ITEM_MEDIA)),
    }
)

_SAID = "conversation.item.input_audio_transcription"
_WHOLES = {
    "response.output_text": "response.output_text.done",
    "response.text": "response.text.done",
    "response.output_audio_transcript": "response.output_audio_transcript.done",
    "response.audio_transcript": "response.audio_transcript.done",
    "response.function_call_arguments": "response.function_call_arguments.done",
    "response.mcp_call_arguments": "response.mcp_call_arguments.done",
    _SAID: f"{_SAID}.completed",
}
"""What runs on, in its events called `….delta`, and the event that has the whole of it; some had other names in the beta."""
_CHANNELS = {whole: channel for channel, whole in _WHOLES.items()}


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the next piece of a text or of a tool's arguments, or all of these at once."""
    kind = str(event.get("type"))
    channel, _, last = kind.rpartition(".")
    if kind == "response.output_item.added":
        tools[_where(event)[:2]] = tool_of(event.get("item"))
    elif last == "delta" and channel in _WHOLES:
        yield from _piece(event, "delta", (*_where(event), channel), tools)
    elif kind in _CHANNELS and kind.endswith("arguments.done"):
        yield from _piece(event, "arguments", (*_where(event), _CHANNELS[kind], "whole"), tools)


def _piece(event: Any, key: str, lane: tuple[Any, ...], tools: Tools) -> Iterable[Piece]:
    if isinstance(event.get(key), str):
        is_json = lane[3].endswith("arguments")
        yield Piece(lane, event, key, tools.get(lane[:2], "") if is_json else None, is_json=is_json)


def _where(event: Any) -> tuple[Any, Any, Any]:
    """Which response, which item of it, which part of the item; what the user says belongs to no response."""
    return event.get("response_id"), event.get("output_index", event.get("item_id")), event.get("content_index")


def ends(event: Any) -> Ends:
    """Tell what ends: a text with its whole, an item and a response with all in them."""
    kind, response = event.get("type"), event.get("response")
    if kind in _CHANNELS:
        over: tuple[Any, ...] = (*_where(event), _CHANNELS[kind])
    elif kind == "response.content_part.done":
        over = _where(event)
    elif kind in ("response.output_item.added", "response.output_item.done"):
        over = _where(event)[:2]
    elif kind == "response.done" and isinstance(response, dict):
        over = (response.get("id"),)
    elif kind == f"{_SAID}.failed":
        over = _where(event)
    else:
        return nothing
    return lambda lane: isinstance(lane, tuple) and lane[: len(over)] == over


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools in an item, or in all those of a response."""
    response = body.get("response")
    listed = response.get("output") if isinstance(response, dict) else None
    return inputs_of((body.get("item"), *(listed if isinstance(listed, list) else ())))


OPENAI_REALTIME = Dialect(
    name="openai-realtime",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    fleeting=("event_id",),
    is_numbered=True,
    has_sockets=True,
    usage={
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "input_token_details.cached_tokens": "cache_read_tokens",
    },
    usage_in=("response",),
)
