"""Files that are uploaded, alone or in a form: text, JSON, lines of JSON such as the requests of a batch.

Source: platform.openai.com/docs/api-reference/batch/request-input; docs.claude.com/en/api/files-create
"""

from __future__ import annotations

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

FILES = Dialect(name="files", request=LINE, response=GENERIC.response, error=OPENAI_CHAT.error, is_file=True)
