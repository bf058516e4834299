"""Provider wire formats, one file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from redact.dialects.anthropic import ANTHROPIC
from redact.dialects.base import Dialect
from redact.dialects.bedrock_converse import BEDROCK_CONVERSE
from redact.dialects.bedrock_invoke import BEDROCK_INVOKE
from redact.dialects.gemini import GEMINI
from redact.dialects.generic import GENERIC
from redact.dialects.openai_chat import OPENAI_CHAT
from redact.dialects.openai_responses import OPENAI_RESPONSES

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        dialect.name: dialect
        for dialect in (
            ANTHROPIC,
            OPENAI_CHAT,
            OPENAI_RESPONSES,
            GEMINI,
            BEDROCK_CONVERSE,
            BEDROCK_INVOKE,
            GENERIC,
        )
    }
)
"""By the names that `providers.yaml` uses."""
