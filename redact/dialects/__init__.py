"""Provider wire formats, one file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from redact.dialects.anthropic import ANTHROPIC
from redact.dialects.anthropic_batches import ANTHROPIC_BATCHES
from redact.dialects.anthropic_complete import ANTHROPIC_COMPLETE
from redact.dialects.base import Dialect
from redact.dialects.bedrock_converse import BEDROCK_CONVERSE
from redact.dialects.bedrock_invoke import BEDROCK_INVOKE
from redact.dialects.files import FILES
from redact.dialects.gemini import GEMINI
from redact.dialects.generic import GENERIC
from redact.dialects.kiro import KIRO
from redact.dialects.ollama import OLLAMA
from redact.dialects.openai_chat import OPENAI_CHAT
from redact.dialects.openai_completions import OPENAI_COMPLETIONS
from redact.dialects.openai_embeddings import OPENAI_EMBEDDINGS
from redact.dialects.openai_realtime import OPENAI_REALTIME
from redact.dialects.openai_responses import OPENAI_RESPONSES

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        dialect.name: dialect
        for dialect in (
            ANTHROPIC,
            ANTHROPIC_BATCHES,
            ANTHROPIC_COMPLETE,
            OPENAI_CHAT,
            OPENAI_RESPONSES,
            OPENAI_COMPLETIONS,
            OPENAI_EMBEDDINGS,
            OPENAI_REALTIME,
            GEMINI,
            BEDROCK_CONVERSE,
            BEDROCK_INVOKE,
            KIRO,
            OLLAMA,
            FILES,
            GENERIC,
        )
    }
)
"""By the names that `providers.yaml` uses."""
