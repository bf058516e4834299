"""What the SDKs can send, whole: a value in every string of the largest requests, keys included, and the provider sees none.

Every string is either redacted, also one that an SDK adds tomorrow, or stands in `structural/` by name: there a value blocks.
"""

import itertools
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from redact.dialects import DIALECTS
from redact.paths import Mark, slots
from redact.sanitizer import is_base64

from . import aws_shapes
from . import filter as filters
from .clients import ANTHROPIC, OPENAI, post, sdk_python
from .plants import github
from .provider import say

HERE = Path(__file__).parent
GENAI = "google.genai.types."
ASKED_OF_GEMINI = {
    "contents": [f"{GENAI}Content"],
    "systemInstruction": f"{GENAI}Content",
    "tools": [f"{GENAI}Tool"],
    "toolConfig": f"{GENAI}ToolConfig",
    "safetySettings": [f"{GENAI}SafetySetting"],
    "generationConfig": f"{GENAI}GenerationConfig",
    "cachedContent": "str",
}
EMBEDDED = {"model": "str", "content": f"{GENAI}Content", "taskType": "str", "title": "str"}
MESSAGES = (
    "anthropic.types.message_create_params.MessageCreateParamsNonStreaming",
    "anthropic.types.beta.message_create_params.MessageCreateParamsNonStreaming",
)
ASKED_OF_KIRO = {
    "content": "str",
    "modelId": "str",
    "origin": "str",
    "images": [{"format": "str", "source": {"bytes": "str"}}],
    "userInputMessageContext": {
        "tools": [
            {"toolSpecification": {"name": "str", "description": "str", "inputSchema": {"json": {"type": "str"}}}}
        ],
        "toolResults": [{"toolUseId": "str", "status": "str", "content": [{"text": "str"}, {"json": {"a": "str"}}]}],
        "editorState": {"document": {"relativeFilePath": "str", "text": "str"}},
        "envState": {"currentWorkingDirectory": "str"},
    },
}
SAID_BY_KIRO = {
    "messageId": "str",
    "content": "str",
    "toolUses": [{"toolUseId": "str", "name": "str", "input": {"a": "str"}}],
}
CHAT = "openai.types.chat.completion_create_params.CompletionCreateParamsNonStreaming"
TYPES = {
    "openai-responses": (
        "openai.types.responses.response_create_params.ResponseCreateParamsNonStreaming",
        "openai.types.responses.response_compact_params.ResponseCompactParams",
        "openai.types.responses.input_token_count_params.InputTokenCountParams",
        "openai.types.responses.response_steer_event_param.ResponseSteerEventParam",
        "openai.types.conversations.conversation_create_params.ConversationCreateParams",
        "openai.types.conversations.conversation_update_params.ConversationUpdateParams",
        "openai.types.conversations.item_create_params.ItemCreateParams",
    ),
    "openai-chat": (CHAT, "openai.types.chat.completion_update_params.CompletionUpdateParams"),
    "openai-completions": ("openai.types.completion_create_params.CompletionCreateParamsNonStreaming",),
    "openai-embeddings": (
        "openai.types.embedding_create_params.EmbeddingCreateParams",
        "openai.types.moderation_create_params.ModerationCreateParams",
    ),
    "openai-realtime": (
        "openai.types.realtime.realtime_client_event_param.RealtimeClientEventParam",
        "openai.types.realtime.client_secret_create_params.ClientSecretCreateParams",
    ),
    "anthropic-messages": (
        *MESSAGES,
        "anthropic.types.message_count_tokens_params.MessageCountTokensParams",
    ),
    "anthropic-batches": ("anthropic.types.messages.batch_create_params.BatchCreateParams",),
    "anthropic-complete": (
        {"model": "str", "prompt": "str", "stop_sequences": ["str"], "metadata": {"user_id": "str"}},
    ),
    "gemini": (
        {"model": "str", **ASKED_OF_GEMINI, "labels": {"team": "str"}},
        {"model": "str", "project": "str", "request": ASKED_OF_GEMINI},
        {"contents": [f"{GENAI}Content"], "generateContentRequest": {"model": "str", **ASKED_OF_GEMINI}},
        EMBEDDED,
        {"requests": [EMBEDDED]},
        {"model": "str", "displayName": "str", "ttl": "str", **ASKED_OF_GEMINI},
        {"batch": {"displayName": "str", "inputConfig": {"requests": {"requests": [{"request": ASKED_OF_GEMINI}]}}}},
    ),
    "bedrock-converse": ("Converse", "ConverseStream", "CountTokens", "ApplyGuardrail"),
    "bedrock-invoke": (MESSAGES[0], CHAT),
    "kiro": (  # as its command line writes it: no vendor's SDK knows it
        {
            "profileArn": "str",
            "conversationState": {
                "conversationId": "str",
                "chatTriggerType": "str",
                "currentMessage": {"userInputMessage": ASKED_OF_KIRO},
                "history": [{"userInputMessage": ASKED_OF_KIRO}, {"assistantResponseMessage": SAID_BY_KIRO}],
            },
        },
    ),
    "ollama": ("ollama._types.ChatRequest", "ollama._types.GenerateRequest", "ollama._types.EmbedRequest"),
    "generic": (
        "openai.types.batch_create_params.BatchCreateParams",
        "openai.types.upload_create_params.UploadCreateParams",
        "openai.types.vector_store_create_params.VectorStoreCreateParams",
        "openai.types.vector_store_search_params.VectorStoreSearchParams",
        "openai.types.image_generate_params.ImageGenerateParamsNonStreaming",
        "openai.types.audio.speech_create_params.SpeechCreateParams",
        "openai.types.beta.thread_create_and_run_params.ThreadCreateAndRunParamsNonStreaming",
        "openai.types.beta.assistant_create_params.AssistantCreateParams",
    ),
}
WITHOUT_TYPES = {"files"}
"""Forms, and lines of other formats."""
PATHS = {
    "openai-responses": (OPENAI, "/v1/responses"),
    "openai-chat": (OPENAI, "/v1/chat/completions"),
    "openai-completions": (OPENAI, "/v1/completions"),
    "openai-embeddings": (OPENAI, "/v1/embeddings"),
    "openai-realtime": (OPENAI, "/v1/realtime/client_secrets"),
    "anthropic-messages": (ANTHROPIC, "/v1/messages"),
    "anthropic-batches": (ANTHROPIC, "/v1/messages/batches"),
    "anthropic-complete": (ANTHROPIC, "/v1/complete"),
    "gemini": (filters.GEMINI, "/v1beta/models/gemini-2.5-pro:generateContent"),
    "bedrock-converse": (filters.BEDROCK, "/model/some.model-v1:0/converse"),
    "bedrock-invoke": (filters.BEDROCK, "/model/some.model-v1:0/invoke"),
    "kiro": (filters.KIRO, "/generateAssistantResponse"),
    "ollama": (filters.OLLAMA, "/api/chat"),
    "generic": (OPENAI, "/v1/tomorrow"),
}
MARKED = re.compile(r"MARK(\d+)KRAM")


@cache
def bodies(dialect):
    """The largest requests, marks in their strings; of tokens there is nothing to redact."""
    if dialect == "bedrock-converse":
        return [body for operation in TYPES[dialect] for body in aws_shapes.bodies("bedrock-runtime", operation)]
    done = subprocess.run(
        [sdk_python(), "-I", "-W", "ignore", HERE / "sdk_shapes.py"],
        input=json.dumps(TYPES[dialect]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    read = [json.loads(line) for line in done.stdout.splitlines()]
    return [body for body in read if not DIALECTS[dialect].unreadable(body)]


def canary(number):
    """Something that is found wherever it stands."""
    return github(f"{'Cn4ryOfTheCoverageTest':a<24}{number:06d}")


def paths(value, path=()):
    """Where each object and list of a body stands, by its identity."""
    yield id(value), path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, (dict, list)):
            yield from paths(item, (*path, "[]" if isinstance(key, int) else MARKED.sub("*", key)))


@cache
def places(dialect):
    """Every marked string of every body: which body, which mark, where it stands, and what may be done with it."""
    found = []
    for at, body in enumerate(bodies(dialect)):
        standing = dict(paths(body))
        for slot in slots(body, DIALECTS[dialect].request):
            if mark := MARKED.fullmatch(slot.text):
                last = "[]" if isinstance(slot.key, int) else MARKED.sub("*", slot.key)
                found.append((at, int(mark[1]), ".".join((*standing[id(slot.holder)], last)), slot.mark))
    return found


def filled(body, numbers):
    """A body with values in the marks of these numbers, and a word in all others."""
    return MARKED.sub(lambda m: canary(int(m[1])) if int(m[1]) in numbers else f"w{m[1]}", json.dumps(body))


@pytest.fixture(params=list(TYPES))
def dialect(request):
    return request.param


def test_every_dialect_is_covered():
    assert set(DIALECTS) == set(TYPES) | WITHOUT_TYPES
    assert set(TYPES) == set(PATHS)


def test_every_string_is_a_place_of_its_own(dialect):
    for at, body in enumerate(bodies(dialect)):
        marks = set(map(int, MARKED.findall(json.dumps(body))))
        assert marks == {number for where, number, _, _ in places(dialect) if where == at}


def test_what_is_not_redacted_stands_here_by_name(dialect):
    found = sorted({path for _, _, path, mark in places(dialect) if mark not in (Mark.TEXT, Mark.JSON)})
    assert (HERE / "structural" / f"{dialect}.txt").read_text(encoding="utf-8").split() == found


def test_everything_else_is_redacted(filter, provider, dialect):
    provider.reset(say("yes"))
    host, path = PATHS[dialect]
    for at, body in enumerate(bodies(dialect)):
        numbers = {n for where, n, _, mark in places(dialect) if where == at and mark in (Mark.TEXT, Mark.JSON)}
        if not numbers:
            continue
        before = len(provider.seen)
        answer = post(filter, host, path, filled(body, numbers).encode())
        assert 200 == answer.status, answer.json
        [seen] = provider.seen[before:]
        assert "Cn4ryOfTheCoverageTest" not in seen.wire.decode()


def test_a_value_that_may_not_be_edited_blocks(filter, provider, dialect):
    provider.reset(say("yes"))
    host, path = PATHS[dialect]
    known = set()
    for at, number, where, mark in places(dialect):
        if mark not in (Mark.SEALED, Mark.MEDIA) or where in known:
            continue
        known.add(where)
        assert not is_base64(canary(number))  # so as media it is redacted, like any text
        answer = post(filter, host, path, filled(bodies(dialect)[at], {number}).encode())
        assert (400 if mark is Mark.SEALED else 200) == answer.status, where
    assert "Cn4ryOfTheCoverageTest" not in provider.wire.decode()


def test_a_field_that_is_added_tomorrow_is_redacted(filter, provider, dialect):
    provider.reset(say("yes"))
    host, path = PATHS[dialect]
    numbers = itertools.count(100_000)

    def aged(value):
        """Add a field to every object."""
        if isinstance(value, dict):
            return {key: aged(item) for key, item in value.items()} | {"tomorrow": {"is": [f"MARK{next(numbers)}KRAM"]}}
        return [*map(aged, value)] if isinstance(value, list) else value

    body = aged(bodies(dialect)[0])
    added = [
        slot for slot in slots(body, DIALECTS[dialect].request) if slot.near == "is" and MARKED.fullmatch(slot.text)
    ]
    # Where nothing may be edited at all (signed thinking), what is new may not be, either.
    open_to_all = {int(MARKED.fullmatch(slot.text)[1]) for slot in added if slot.mark is Mark.TEXT}
    assert open_to_all
    assert 200 == post(filter, host, path, filled(body, open_to_all).encode()).status
    assert "Cn4ryOfTheCoverageTest" not in provider.wire.decode()
