"""Files that are uploaded, alone or in a form: text, JSON, lines of JSON such as the requests of a batch; and OpenAI's batches.

Knows where files and batches lead; reads none, `documents.py` does. A batch goes on from the file with its requests, and leads to the file with their answers.

Source: platform.openai.com/docs/api-reference/batch; docs.claude.com/en/api/files-create
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redact.dialects.anthropic import ANTHROPIC
from redact.dialects.base import Dialect
from redact.dialects.gemini import GEMINI
from redact.dialects.generic import GENERIC
from redact.dialects.openai_chat import OPENAI_CHAT
from redact.dialects.openai_responses import OPENAI_RESPONSES
from redact.paths import Mark, compiled, either, under

_REQUEST = either(OPENAI_CHAT.request, OPENAI_RESPONSES.request, ANTHROPIC.request)

LINE = either(
    compiled({Mark.SEALED: ("custom_id", "method", "url", "key")}),
    under("body", _REQUEST),
    under("params", ANTHROPIC.request),
    under("request", GEMINI.request),
    _REQUEST,  # examples to learn from are conversations themselves
)

_FILES = ("id", "input_file_id", "output_file_id", "error_file_id")


def follows(body: Any) -> Iterable[str]:
    """Name the file that a batch is made of."""
    return (body["input_file_id"],) if isinstance(body.get("input_file_id"), str) else ()


def kept(body: Any) -> Iterable[str]:
    """Name a file, or a batch and its files."""
    if "file" not in (body.get("object"), body.get("type")) and body.get("object") != "batch":
        return ()
    return (body[name] for name in _FILES if isinstance(body.get(name), str))


FILES = Dialect(
    name="files",
    request=LINE,
    response=GENERIC.response,
    error=OPENAI_CHAT.error,
    inputs=GENERIC.inputs,
    follows=follows,
    kept=kept,
    is_file=True,
)
