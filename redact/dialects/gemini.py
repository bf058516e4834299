"""Gemini: generateContent and its stream, countTokens, embedContent, batches of them; on Vertex AI, and in Code Assist.

Code Assist wraps what is asked in `request`, and what is answered in `response`.

Source: ai.google.dev/api/generate-content, …/api/tokens, …/api/embeddings; google-genai's types
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from redact.dialects import notes
from redact.dialects.base import Dialect, Ends, Input, Offset, Piece, Said, Tokens, Tools, counted, everything, nothing
from redact.paths import Mark, compiled


def _both(*paths: str) -> Iterator[str]:
    """Give each path in camelCase and in snake_case: the API takes both."""
    for path in paths:
        yield path
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in path)
        if snake != path:
            yield snake


_ASKED = ("", "request.", "generateContentRequest.", "requests.[].", "batch.inputConfig.requests.requests.[].request.")
"""Where a body keeps what is asked."""
_CONTENTS = ("contents.[]", "content", "systemInstruction")
_PART = "parts.[]"
_PARTS = tuple(
    f"{asked}{where}.{_PART}{inside}"
    for asked in _ASKED
    for where in _CONTENTS
    for inside in ("", ".functionResponse.parts.[]")
)

REQUEST = compiled(
    {
        Mark.GIVEN: tuple(
            _both(
                "project",
                *(f"{asked}{what}" for asked in _ASKED for what in ("model", "cachedContent")),
                *(f"{part}.fileData.fileUri" for part in _PARTS),
            )
        ),
        Mark.SEALED: tuple(
            _both(
                *(
                    f"{asked}{what}"
                    for asked in _ASKED
                    for what in (
                        "safetySettings.**",
                        "taskType",
                        "toolConfig.functionCallingConfig.mode",
                        "generationConfig.responseMimeType",
                        "generationConfig.responseModalities.[]",
                        "generationConfig.mediaResolution",
                        "generationConfig.thinkingConfig.**",
                        "generationConfig.speechConfig.**",
                    )
                ),
                *(f"{asked}{where}.role" for asked in _ASKED for where in _CONTENTS),
                *(
                    f"{part}.{what}"
                    for part in _PARTS
                    for what in (
                        "thoughtSignature",
                        "(thought=true).text",
                        "functionCall.id",
                        "functionResponse.id",
                        "functionResponse.scheduling",
                        "inlineData.mimeType",
                        "fileData.mimeType",
                        "executableCode.language",
                        "codeExecutionResult.outcome",
                        "mediaResolution.**",
                    )
                ),
            )
        ),
        Mark.MEDIA: tuple(_both(*(f"{part}.inlineData.data" for part in _PARTS))),
    }
)

_SAID = tuple(f"{wrapped}candidates.[].content" for wrapped in ("", "response."))
RESPONSE = compiled(
    {
        Mark.SEALED: tuple(
            f"{wrapped}{what}"
            for wrapped in ("", "response.")
            for what in ("modelVersion", "responseId", "usageMetadata.**", "candidates.[].logprobsResult.**")
        )
        + tuple(
            f"{said}.{what}"
            for said in _SAID
            for what in (
                "role",
                f"{_PART}.thoughtSignature",
                f"{_PART}.(thought=true).**",
                f"{_PART}.functionCall.id",
                f"{_PART}.fileData.fileUri",
            )
        ),
        Mark.MEDIA: tuple(f"{said}.{_PART}.inlineData.data" for said in _SAID),
    }
)


def _candidates(body: Any) -> Iterator[tuple[Any, dict[str, Any], list[dict[str, Any]]]]:
    """Give every candidate with its number and its parts."""
    answer = body.get("response") if isinstance(body.get("response"), dict) else body
    candidates = answer.get("candidates")
    for candidate in candidates if isinstance(candidates, list) else ():
        if isinstance(candidate, dict):
            content = candidate.get("content")
            parts = content.get("parts") if isinstance(content, dict) else None
            listed = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
            yield candidate.get("index", 0), candidate, listed


def _is_prose(part: dict[str, Any]) -> bool:
    return isinstance(part.get("text"), str) and part.get("thought") is not True


def _partial(call: Any) -> list[dict[str, Any]]:
    """List the pieces of arguments that stream."""
    pieces = call.get("partialArgs") if isinstance(call, dict) else None
    return [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the texts of every candidate, and arguments of calls that stream, each by its JSON path."""
    for number, _, parts in _candidates(event):
        for part in parts:
            if _is_prose(part):
                yield Piece((number, "text"), part, "text")
            call = part.get("functionCall")
            if isinstance(call, dict) and isinstance(call.get("name"), str):
                tools[number] = call["name"]
            name = tools.get(number, "")
            for piece in _partial(call):
                if isinstance(piece.get("stringValue"), str):
                    yield Piece((number, "args", str(piece.get("jsonPath")), name), piece, "stringValue", name)


def ends(event: Any) -> Ends:
    """Tell what ends: a text with any part that is none, an argument that does not continue, a candidate when it is finished."""
    if "error" in event:
        return everything
    ended: set[tuple[Any, ...]] = set()
    for number, candidate, parts in _candidates(event):
        if candidate.get("finishReason"):
            ended.add((number,))
        for part in parts:
            if not _is_prose(part):
                ended.add((number, "text"))
            call = part.get("functionCall")
            if isinstance(call, dict) and call.get("willContinue") is not True:
                ended.add((number, "args"))
            stopped = [piece for piece in _partial(call) if piece.get("willContinue") is not True]
            ended.update((number, "args", str(piece.get("jsonPath"))) for piece in stopped)
    if not ended:
        return nothing
    return lambda lane: isinstance(lane, tuple) and any(lane[: len(begun)] == begun for begun in ended)


def inputs(body: Any) -> Iterable[Input]:
    """Find the arguments of calls that come whole."""
    for _, _, parts in _candidates(body):
        for part in parts:
            call = part.get("functionCall")
            if isinstance(call, dict) and "args" in call:
                yield Input(call, "args", str(call.get("name", "")))


def offsets(body: Any, said: Said) -> Iterable[Offset]:
    """Find where what is grounded or cited stands in a text, counted in bytes."""
    for number, candidate, parts in _candidates(body):
        running = said((number, "text"))
        texts = [part["text"] for part in parts if _is_prose(part)]
        for source in _listed(candidate.get("citationMetadata"), "citationSources", "citations"):
            yield from counted(source, running or "".join(texts), "startIndex", "endIndex", in_bytes=True)
        for support in _listed(candidate.get("groundingMetadata"), "groundingSupports"):
            segment = support.get("segment") if isinstance(support, dict) else None
            part = segment.get("partIndex", 0) if isinstance(segment, dict) else 0
            text = texts[part] if isinstance(part, int) and 0 <= part < len(texts) else ""
            yield from counted(segment, running or text, "startIndex", "endIndex", in_bytes=True)


def _listed(metadata: Any, *keys: str) -> list[Any]:
    lists = [metadata.get(key) for key in keys] if isinstance(metadata, dict) else []
    return [item for one in lists if isinstance(one, list) for item in one]


def tokens(body: Any) -> Iterable[Tokens]:
    """Find what is told of a text token by token."""
    for _, candidate, parts in _candidates(body):
        if "logprobsResult" in candidate:
            yield from (Tokens(candidate, "logprobsResult", {}, part, "text") for part in parts if _is_prose(part))


_STATUS = {403: "PERMISSION_DENIED", 404: "NOT_FOUND", 502: "UNAVAILABLE", 503: "UNAVAILABLE"}


def error(status: int, message: str) -> Any:
    """Write an error as the provider does."""
    return {"error": {"code": status, "message": message, "status": _STATUS.get(status, "INVALID_ARGUMENT")}}


GEMINI = Dialect(
    name="gemini",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    note=notes.in_contents,
    model_at=re.compile(r"/models/([^/:]+)"),
    pieces=pieces,
    ends=ends,
    inputs=inputs,
    offsets=offsets,
    fleeting=("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount", "tokenCount"),
    counting=b"endIndex",
    tokens=tokens,
    usage={
        "promptTokenCount": "input_tokens",
        "candidatesTokenCount": "output_tokens",
        "cachedContentTokenCount": "cache_read_tokens",
    },
    usage_key="usageMetadata",
    usage_in=("response",),
    streams_arrays=True,
)
