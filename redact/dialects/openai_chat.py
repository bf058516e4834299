"""OpenAI Chat Completions and what is compatible.

Source: platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from redact.dialects import notes
from redact.dialects.base import (
    Dialect,
    Ends,
    Input,
    Offset,
    Piece,
    Said,
    Tokens,
    Tools,
    counted,
    everything,
    nothing,
    offsets_of,
)
from redact.paths import Mark, compiled

_PART = "messages.[].content.[]"
REQUEST = compiled(
    {
        Mark.GIVEN: ("model",),
        Mark.SEALED: (
            "service_tier",
            "reasoning_effort",
            "messages.[].role",
            "messages.[].tool_call_id",
            "messages.[].tool_calls.[].id",
            "messages.[].tool_calls.[].type",
            "messages.[].audio.id",
            "messages.[].reasoning_opaque",
            "messages.[].reasoning_details.[].data",
            "messages.[].reasoning_details.[].signature",
            "messages.[].reasoning_details.[].id",
            f"{_PART}.type",
            f"{_PART}.image_url.detail",
            f"{_PART}.input_audio.format",
            f"{_PART}.file.file_id",
            f"{_PART}.cache_control.**",
            "tools.[].type",
            "tool_choice.type",
            "response_format.type",
        ),
        Mark.MEDIA: (f"{_PART}.image_url.url", f"{_PART}.input_audio.data", f"{_PART}.file.file_data"),
        Mark.JSON: ("messages.[].tool_calls.[].function.arguments", "messages.[].function_call.arguments"),
    }
)

_SAID = ("choices.[].message", "choices.[].delta")
RESPONSE = compiled(
    {
        Mark.SEALED: (
            "id",
            "object",
            "model",
            "system_fingerprint",
            "obfuscation",
            "usage.**",
            "choices.[].finish_reason",
            "choices.[].logprobs.**",
            *(f"{said}.role" for said in _SAID),
            *(f"{said}.reasoning_content" for said in _SAID),
            *(f"{said}.reasoning" for said in _SAID),
            *(f"{said}.reasoning_text" for said in _SAID),
            *(f"{said}.reasoning_opaque" for said in _SAID),
            *(f"{said}.reasoning_details.**" for said in _SAID),
            *(f"{said}.content.[].(type=thinking).**" for said in _SAID),
            *(f"{said}.tool_calls.[].id" for said in _SAID),
            *(f"{said}.audio.data" for said in _SAID),
        ),
        Mark.JSON: (
            "choices.[].message.tool_calls.[].function.arguments",
            "choices.[].message.function_call.arguments",
        ),
    }
)


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the deltas of every choice: text, refusal, and the arguments of each tool call."""
    for choice in choices(event):
        number, delta = choice.get("index", 0), choice.get("delta")
        if not isinstance(delta, dict):
            continue
        for key in ("content", "refusal"):
            if isinstance(delta.get(key), str):
                yield Piece((number, key), delta, key)
        if len(delta) == 1 and isinstance(delta.get("content"), str):
            continue  # as nearly all are
        yield from _spoken(number, delta)
        for call in _calls(choice):
            called = _called(number, call, tools)
            yield from _arguments((number, "tool", *called), call.get("function"), tools)
            yield from _arguments((number, "custom", *called), call.get("custom"), tools, "input")
        yield from _arguments((number, "function"), delta.get("function_call"), tools)


def _spoken(number: Any, delta: dict[str, Any]) -> Iterable[Piece]:
    """Find what is said in parts (Mistral), and what is written of what is said aloud."""
    parts, audio = delta.get("content"), delta.get("audio")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
            yield Piece((number, "content"), part, "text")
    if isinstance(audio, dict) and isinstance(audio.get("transcript"), str):
        yield Piece((number, "audio"), audio, "transcript")


def _called(number: Any, call: dict[str, Any], tools: Tools) -> tuple[Any, str]:
    """Tell calls apart: by index, and by id, since some providers number every call 0."""
    index, given = call.get("index", 0), call.get("id")
    if given and isinstance(given, str):
        tools[number, index] = given
    return index, tools.get((number, index), "")


def _arguments(lane: Hashable, function: Any, tools: Tools, key: str = "arguments") -> Iterable[Piece]:
    if not isinstance(function, dict):
        return
    if isinstance(function.get("name"), str):
        known = tools.get(lane, "")
        tools[lane] = known if known == function["name"] else known + function["name"]  # some repeat it
    if isinstance(function.get(key), str):
        yield Piece(lane, function, key, tools.get(lane, ""), is_json=key == "arguments")


def choices(body: Any) -> list[dict[str, Any]]:
    """List the choices of an answer, or of an event of one."""
    listed = body.get("choices")
    return [choice for choice in listed if isinstance(choice, dict)] if isinstance(listed, list) else []


def ends(event: Any) -> Ends:
    """Tell what ends: a choice with its finish reason, a call with another one under its number, all with an error."""
    if "error" in event:
        return everything
    listed = choices(event)
    done = {choice.get("index", 0) for choice in listed if choice.get("finish_reason")}
    begun = {
        (choice.get("index", 0), call.get("index", 0)): call["id"]
        for choice in listed
        for call in _calls(choice)
        if isinstance(call.get("id"), str)
    }

    if not (done or begun):
        return nothing

    def ended(lane: Hashable) -> bool:
        match lane:
            case (number, "tool", index, given) if number not in done:
                return bool(begun.get((number, index), given) != given)
            case (number, *_):
                return number in done
        return False

    return ended


def _calls(choice: dict[str, Any]) -> list[dict[str, Any]]:
    delta = choice.get("delta")
    calls = delta.get("tool_calls") if isinstance(delta, dict) else None
    return [call for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []


def inputs(body: Any) -> Iterable[Input]:
    """Find the arguments of tool calls in a whole answer, and in what is listed of those that were stored."""
    for message in _messages(body):
        calls = message.get("tool_calls")
        functions = (
            [c.get("function") or c.get("custom") for c in calls if isinstance(c, dict)]
            if isinstance(calls, list)
            else []
        )
        for function in [*functions, message.get("function_call")]:
            if isinstance(function, dict):
                key = "arguments" if "arguments" in function else "input"
                if key in function:
                    yield Input(function, key, str(function.get("name", "")))


def _messages(body: Any) -> Iterable[dict[str, Any]]:
    listed = body.get("data")
    stored = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    said = (choice.get("message") for answer in (body, *stored) for choice in choices(answer))
    return (message for message in (*stored, *said) if isinstance(message, dict))


def is_kept(body: Any) -> bool:
    """Whether a request asks for its answer to be stored."""
    return bool(body.get("store"))


def kept(body: Any) -> Iterable[str]:
    """Name an answer, or an event of one."""
    return (body["id"],) if isinstance(body.get("id"), str) and "choices" in body else ()


def offsets(body: Any, said: Said) -> Iterable[Offset]:
    """Find where citations stand in a message, and up to where Azure has looked at it."""
    for choice in choices(body):
        running = said((choice.get("index", 0), "content"))
        for key in ("message", "delta"):
            spoken = choice.get(key)
            if isinstance(spoken, dict):
                text = running or spoken.get("content")
                yield from offsets_of(text, spoken.get("annotations"), "url_citation")
        yield from counted(choice.get("content_filter_offsets"), running, "check_offset", "start_offset", "end_offset")


def tokens(body: Any) -> Iterable[Tokens]:
    """Find what is told of contents and refusals token by token."""
    for choice in choices(body):
        for key in ("message", "delta"):
            if isinstance(choice.get(key), dict):
                yield from (Tokens(choice, "logprobs", None, choice[key], at) for at in ("content", "refusal"))


def error(status: int, message: str) -> Any:
    """Write an error as the provider does."""
    kind = "server_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004  the first status of a server's failure
    return {"error": {"message": message, "type": kind, "param": None, "code": "redact_refused"}}


OPENAI_CHAT = Dialect(
    name="openai-chat",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    note=notes.in_chat,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=offsets,
    is_kept=is_kept,
    kept=kept,
    fleeting=("obfuscation",),
    counting=b"end_",
    tokens=tokens,
    usage={
        "prompt_tokens": "input_tokens",
        "completion_tokens": "output_tokens",
        "prompt_tokens_details.cached_tokens": "cache_read_tokens",
    },
)
