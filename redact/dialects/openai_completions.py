"""OpenAI's text completions and what is compatible, with what comes before and after the gap: Copilot, Tabby, Mistral's FIM.

Source: platform.openai.com/docs/api-reference/completions, docs.mistral.ai/api (fim), tabby.tabbyml.com/api
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects import openai_chat
from redact.dialects.base import Dialect, Piece, Tokens, Tools
from redact.paths import Mark, compiled

REQUEST = compiled({Mark.GIVEN: ("model",), Mark.SEALED: ("language", "extra.language")})


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find the next words of every choice; Mistral answers as in a chat."""
    for choice in openai_chat.choices(event):
        if isinstance(choice.get("text"), str):
            yield Piece((choice.get("index", 0), "text"), choice, "text")
    yield from openai_chat.pieces(event, tools)


def tokens(body: Any) -> Iterable[Tokens]:
    """Find what is told of every choice token by token, and where in its text each token begins."""
    for choice in openai_chat.choices(body):
        yield Tokens(choice, "logprobs", None, choice, "text", (choice.get("index", 0), "text"))
    yield from openai_chat.tokens(body)


def unreadable(body: Any) -> str:
    """Say that tokens cannot be read: only the model knows which words they are."""
    return "the prompt is made of tokens, which cannot be scanned; send text" if of_tokens(body.get("prompt")) else ""


def of_tokens(prompt: Any) -> bool:
    """Whether a prompt is a list of token numbers, or of such lists."""
    return isinstance(prompt, list) and any(isinstance(one, int) or of_tokens(one) for one in prompt)


OPENAI_COMPLETIONS = Dialect(
    name="openai-completions",
    request=REQUEST,
    response=openai_chat.RESPONSE,
    error=openai_chat.error,
    unreadable=unreadable,
    pieces=pieces,
    ends=openai_chat.ends,
    inputs=openai_chat.inputs,
    tokens=tokens,
    fleeting=openai_chat.OPENAI_CHAT.fleeting,
    usage=openai_chat.OPENAI_CHAT.usage,
)
