"""Kiro and Amazon Q: one conversation state in JSON, an event stream back. Known from what clients of it do; AWS documents it not. Knows no account.

Source: github.com/aws/amazon-q-developer-cli (its generated streaming client)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects.base import Dialect, Ends, Input, Piece, Tools
from redact.dialects.bedrock_converse import ERROR_HEADERS, error
from redact.paths import Mark, compiled

_TURNS = ("conversationState.currentMessage", "conversationState.history.[]")
REQUEST = compiled(
    {
        Mark.GIVEN: ("profileArn",),
        Mark.SEALED: (
            "conversationState.conversationId",
            "conversationState.chatTriggerType",
            "conversationState.agentTaskType",
            *(
                f"{turn}.{what}"
                for turn in _TURNS
                for what in (
                    "userInputMessage.modelId",
                    "userInputMessage.origin",
                    "userInputMessage.userInputMessageContext.toolResults.[].toolUseId",
                    "userInputMessage.userInputMessageContext.toolResults.[].status",
                    "userInputMessage.images.[].format",
                    "assistantResponseMessage.messageId",
                    "assistantResponseMessage.toolUses.[].toolUseId",
                )
            ),
        ),
        Mark.MEDIA: tuple(f"{turn}.userInputMessage.images.[].source.bytes" for turn in _TURNS),
    }
)
RESPONSE = compiled({Mark.SEALED: ("conversationId", "messageId", "utteranceId", "toolUseId", "modelId", "signature")})


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find what is said, or a piece of a tool's input; inputs are told apart by the id of the call."""
    call = event.get("toolUseId")
    if isinstance(call, str):
        if isinstance(event.get("name"), str):
            tools[call] = event["name"]
        if isinstance(event.get("input"), str):
            yield Piece(("tool", call), event, "input", tools.get(call, ""), is_json=True)
    elif isinstance(event.get("content"), str):
        yield Piece("content", event, "content")


def ends(event: Any) -> Ends:
    """Tell what ends: what is said with any other event, a tool's input with its stop or what is said next."""
    if isinstance(event.get("toolUseId"), str):
        stopped = ("tool", event["toolUseId"]) if event.get("stop") else None
        return lambda lane: lane in ("content", stopped)
    is_said = isinstance(event.get("content"), str)
    return lambda lane: not is_said or lane != "content"


def inputs(body: Any) -> Iterable[Input]:
    """Find an input that comes whole."""
    if isinstance(body.get("toolUseId"), str) and isinstance(body.get("input"), dict):
        yield Input(body, "input", str(body.get("name", "")))


KIRO = Dialect(
    name="kiro",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    error_headers=ERROR_HEADERS,
    pieces=pieces,
    ends=ends,
    inputs=inputs,
)
