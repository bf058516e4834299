"""OpenAI's embeddings and moderations, and what is compatible: an input that is text, and an answer that is numbers.

Source: platform.openai.com/docs/api-reference/embeddings, …/moderations
"""

from __future__ import annotations

from typing import Any

from redact.dialects.base import Dialect
from redact.dialects.openai_chat import error
from redact.dialects.openai_completions import of_tokens
from redact.paths import Mark, compiled

REQUEST = compiled(
    {
        Mark.GIVEN: ("model",),
        Mark.SEALED: ("encoding_format", "input.[].type"),
        Mark.MEDIA: ("input.[].image_url.url",),
    }
)
RESPONSE = compiled({Mark.SEALED: ("id", "object", "model", "usage.**", "data.**", "results.**")})


def unreadable(body: Any) -> str:
    """Say that tokens cannot be read."""
    return "the input is made of tokens, which cannot be scanned; send text" if of_tokens(body.get("input")) else ""


OPENAI_EMBEDDINGS = Dialect(
    name="openai-embeddings",
    request=REQUEST,
    response=RESPONSE,
    error=error,
    unreadable=unreadable,
    usage={"prompt_tokens": "input_tokens"},
)
