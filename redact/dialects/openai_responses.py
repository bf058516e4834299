"""OpenAI Responses: create, read, compact, conversations and their items; as JSON, as server-sent events, over WebSocket.

A text comes up to five times: in deltas, in its own `.done`, in that of its part and of its item, and in the whole
response. Running texts are told apart by where they stand: some gateways give an item another id in every event.

Source: platform.openai.com/docs/api-reference/responses, …/responses-streaming, …/conversations, …/guides/websocket-mode
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects import notes
from redact.dialects.base import Dialect, Ends, Input, Offset, Piece, Said, Tokens, Tools, nothing, offsets_of
from redact.dialects.openai_chat import error
from redact.paths import Mark, compiled

_ITEM_SEALED = (
    "type",
    "role",
    "id",
    "call_id",
    "status",
    "phase",
    "encrypted_content",
    "approval_request_id",
    "fingerprint",
    "caller.**",
    "(type=item_reference).**",
    "content.[].type",
    "content.[].file_id",
    "content.[].detail",
    "content.[].prompt_cache_breakpoint.**",
    "output.[].type",
    "output.[].file_id",
    "output.[].detail",
    "output.[].prompt_cache_breakpoint.**",
    "output.type",
    "output.file_id",
    "summary.[].type",
    "action.type",
    "operation.type",
    "pending_safety_checks.[].id",
    "acknowledged_safety_checks.[].id",
)
_ITEM_MEDIA = (
    "content.[].image_url",
    "content.[].file_data",
    "content.[].input_audio.data",
    "output.[].image_url",
    "output.[].file_data",
    "output.image_url",
    "(type=image_generation_call).result",
)
_CALLS = "(type=function_call|mcp_call|mcp_approval_request).arguments"

_SENT = ("input.[].", "items.[].")
REQUEST = compiled(
    {
        Mark.GIVEN: ("model",),
        Mark.SEALED: (
            "type",
            "stream_id",
            "previous_response_id",
            "conversation",
            "conversation.id",
            "prompt.id",
            "prompt.version",
            "prompt_cache_options.**",
            "prompt_cache_retention",
            "service_tier",
            "truncation",
            "include.[]",
            "reasoning.**",
            "text.verbosity",
            "text.format.type",
            "tool_choice",
            "tool_choice.type",
            "tools.[].type",
            *(f"{place}{path}" for place in _SENT for path in _ITEM_SEALED),
        ),
        Mark.MEDIA: tuple(f"{place}{path}" for place in _SENT for path in _ITEM_MEDIA),
        Mark.JSON: (*(f"{place}{_CALLS}" for place in _SENT), "client_metadata.*"),
    }
)

_GOT = ("", "item.", "output.[].", "response.output.[].", "data.[].", "input.[].", "response.input.[].")
_REASONING = (
    "reasoning_text.delta",
    "reasoning_text.done",
    "reasoning_summary_text.delta",
    "reasoning_summary_text.done",
    "reasoning_summary_part.added",
    "reasoning_summary_part.done",
)
RESPONSE = compiled(
    {
        Mark.SEALED: (
            "object",
            "model",
            "item_id",
            "obfuscation",
            "usage.**",
            "response.id",
            "response.model",
            "response.usage.**",
            "previous_response_id",
            "response.previous_response_id",
            "logprobs.**",
            "part.logprobs.**",
            f"(type={'|'.join(f'response.{name}' for name in _REASONING)}).**",
            *(f"{place}{path}" for place in _GOT for path in _ITEM_SEALED),
            *(f"{place}(type=reasoning).**" for place in _GOT),
            *(f"{place}content.[].logprobs.**" for place in _GOT),
        ),
        Mark.MEDIA: (
            *(f"{place}{path}" for place in _GOT for path in _ITEM_MEDIA),
            "(type=response.audio.delta).delta",
            "partial_image_b64",
        ),
    }
)

_DELTAS = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.audio.transcript.delta": "transcript",
    "response.function_call_arguments.delta": "arguments",
    "response.mcp_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
    "response.code_interpreter_call_code.delta": "code",
    "response.shell_call_command.delta": "command",
}
"""What runs on, and what its `.done` calls the whole of it."""
_WHOLES = {f"{name.rpartition('.')[0]}.done": key for name, key in _DELTAS.items()}
_OF_TOOLS = frozenset(("arguments", "input", "code", "command"))
_OVER = frozenset(("response.completed", "response.incomplete", "response.failed", "error"))


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the delta of a running text, or the whole input of a tool: what it says goes where the deltas went."""
    kind = event.get("type")
    if kind in ("response.output_item.added", "response.output_item.done"):
        tools[_item(event)] = tool_of(event.get("item"))
    elif (key := _DELTAS.get(kind)) is not None:
        yield from _piece(event, "delta", (*_where(event), key), tools)
    elif (key := _WHOLES.get(kind)) in _OF_TOOLS:
        yield from _piece(event, key, (*_where(event), key, "whole"), tools)
    elif kind == "response.shell_call_command.added":
        yield from _piece(event, "command", (*_where(event), "command"), tools)
    elif kind == "response.shell_call_output_content.delta" and isinstance(event.get("delta"), dict):
        for key in ("stdout", "stderr"):
            yield from _piece(event["delta"], key, (*_where(event), key), tools)


def _piece(holder: Any, key: str, lane: tuple[Any, ...], tools: Tools) -> Iterable[Piece]:
    if isinstance(holder.get(key), str):
        tool = tools.get(lane[:2], "") if lane[3] in _OF_TOOLS else None
        yield Piece(lane, holder, key, tool, is_json=lane[3] == "arguments")


def _item(event: Any) -> tuple[Any, Any]:
    return event.get("stream_id"), event.get("output_index")


def _where(event: Any) -> tuple[Any, Any, Any]:
    """Which stream of the connection, which item of the response, which part of the item."""
    return (*_item(event), event.get("content_index", event.get("command_index")))


def tool_of(item: Any) -> str:
    """Name what runs this call: what has no name of its own is called after its kind."""
    match item:
        case {"type": "mcp_call" | "mcp_approval_request", "name": str(name)}:
            return f"mcp__{item.get('server_label')}__{name}"
        case {"type": "function_call" | "custom_tool_call", "name": str(name)}:
            return name
        case {"type": str(kind)}:
            return kind.removesuffix("_call")
    return ""


def ends(event: Any) -> Ends:
    """Tell what ends: what stands where this event says that something is done, or begins anew."""
    kind = event.get("type")
    if kind in _OVER:
        stream = event.get("stream_id")
        return lambda lane: stream is None or (isinstance(lane, tuple) and lane[0] == stream)
    if kind in ("response.output_item.added", "response.output_item.done"):
        over: tuple[Any, ...] = _item(event)
    elif kind in (
        "response.content_part.added",
        "response.content_part.done",
        "response.shell_call_output_content.done",
    ):
        over = _where(event)
    elif kind in _WHOLES:
        over = (*_where(event), _WHOLES[kind])
    else:
        return nothing
    return lambda lane: isinstance(lane, tuple) and lane[: len(over)] == over


_INPUTS = {
    "function_call": "arguments",
    "mcp_call": "arguments",
    "mcp_approval_request": "arguments",
    "tool_search_call": "arguments",
    "custom_tool_call": "input",
    "code_interpreter_call": "code",
    "local_shell_call": "action",
    "shell_call": "action",
    "web_search_call": "action",
    "apply_patch_call": "operation",
}
"""Where each kind of item keeps what its tool is asked to do; everything else in it is prose."""


def inputs(body: Any) -> Iterable[Input]:
    """Find the inputs of tools, in whole responses and single items."""
    response = body.get("response")
    return inputs_of((body, body.get("item"), *_listed(body), *_listed(response if isinstance(response, dict) else {})))


def inputs_of(items: Iterable[Any]) -> Iterable[Input]:
    """Find the inputs of tools in these items."""
    for item in items:
        if not isinstance(item, dict):
            continue
        kind = item.get("type")
        key = _INPUTS.get(kind) if isinstance(kind, str) else None
        if key is not None and key in item:
            yield Input(item, key, tool_of(item))
        elif kind == "computer_call":
            yield from (Input(item, key, "computer") for key in ("action", "actions") if key in item)


def offsets(body: Any, said: Said) -> Iterable[Offset]:
    """Find where citations stand in a text, be it whole or still running."""
    if body.get("type") == "response.output_text.annotation.added":
        yield from offsets_of(said((*_where(body), "text")), [body.get("annotation")])
    for part in _parts(body):
        yield from offsets_of(part.get("text"), part.get("annotations"))


def tokens(body: Any) -> Iterable[Tokens]:
    """Find what is told of a text token by token, beside each copy of it."""
    yield from (Tokens(body, "logprobs", [], body, key) for key in ("delta", "text") if "logprobs" in body)
    yield from (Tokens(part, "logprobs", [], part, "text") for part in _parts(body) if "logprobs" in part)


def _parts(body: Any) -> Iterable[dict[str, Any]]:
    """List the parts of which messages consist, wherever in an event or a response they stand."""
    response = body.get("response")
    items = (body, body.get("item"), *_listed(body), *_listed(response if isinstance(response, dict) else {}))
    contents = [item.get("content") for item in items if isinstance(item, dict)]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return (part for part in (body.get("part"), *parts) if isinstance(part, dict))


def follows(body: Any) -> Iterable[str]:
    """Name the response, the conversation and the items that a request goes on from."""
    yield from _named(body.get("previous_response_id"), _conversation(body))
    items = body.get("input")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("type", "item_reference") == "item_reference":
            yield from _named(item.get("id"))


_KEPT = frozenset(("response", "object", "conversation", "item", "output", "data"))


def kept(body: Any) -> Iterable[str]:
    """Name the response, the conversation and the items that an answer, or an event of one, consists of."""
    if _KEPT.isdisjoint(body):
        return
    response = body.get("response")
    whole = response if isinstance(response, dict) else body
    yield from _named(_conversation(whole))
    if whole is response or "object" in body:
        yield from _named(whole.get("id"))
    for item in (body.get("item"), *_listed(whole)):
        if isinstance(item, dict):
            yield from _named(item.get("id"))


def _conversation(body: Any) -> Any:
    conversation = body.get("conversation")
    return conversation.get("id") if isinstance(conversation, dict) else conversation


def _named(*ids: Any) -> Iterable[str]:
    return (name for name in ids if isinstance(name, str))


def _listed(body: Any) -> Iterable[Any]:
    for key in ("output", "data"):
        items = body.get(key)
        yield from items if isinstance(items, list) else ()


OPENAI_RESPONSES = Dialect(
    name="openai-responses",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    note=notes.in_responses,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=offsets,
    counting=b"end_index",
    tokens=tokens,
    follows=follows,
    kept=kept,
    fleeting=("sequence_number", "obfuscation"),
    is_numbered=True,
    has_sockets=True,
    usage={
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "input_tokens_details.cached_tokens": "cache_read_tokens",
    },
    usage_in=("response",),
)
