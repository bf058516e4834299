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

from .clients import ANTHROPIC, OPENAI, post, sdk_python
from .plants import github
from .provider import say

HERE = Path(__file__).parent
TYPES = {
    "openai-responses": (
        "openai.types.responses.response_create_params.ResponseCreateParamsNonStreaming",
        "openai.types.responses.response_compact_params.ResponseCompactParams",
        "openai.types.responses.input_token_count_params.InputTokenCountParams",
        "openai.types.responses.response_steer_event_param.ResponseSteerEventParam",
        "openai.types.conversations.conversation_create_params.ConversationCreateParams",
        "openai.types.conversations.item_create_params.ItemCreateParams",
    ),
    "openai-chat": ("openai.types.chat.completion_create_params.CompletionCreateParamsNonStreaming",),
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
        "anthropic.types.message_create_params.MessageCreateParamsNonStreaming",
        "anthropic.types.message_count_tokens_params.MessageCountTokensParams",
        "anthropic.types.beta.message_create_params.MessageCreateParamsNonStreaming",
    ),
    "anthropic-batches": ("anthropic.types.messages.batch_create_params.BatchCreateParams",),
}
PATHS = {
    "openai-responses": (OPENAI, "/v1/responses"),
    "openai-chat": (OPENAI, "/v1/chat/completions"),
    "openai-completions": (OPENAI, "/v1/completions"),
    "openai-embeddings": (OPENAI, "/v1/embeddings"),
    "openai-realtime": (OPENAI, "/v1/realtime/client_secrets"),
    "anthropic-messages": (ANTHROPIC, "/v1/messages"),
    "anthropic-batches": (ANTHROPIC, "/v1/messages/batches"),
}
MARKED = re.compile(r"MARK(\d+)KRAM")


@cache
def bodies(dialect):
    """The largest requests, marks in their strings; of tokens there is nothing to redact."""
    wanted = json.dumps({where: where for where in TYPES[dialect]})
    done = subprocess.run(
        [sdk_python(), "-I", HERE / "sdk_shapes.py"],
        input=wanted,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    read = [json.loads(line)["body"] for line in done.stdout.splitlines()]
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


def test_every_string_is_a_place_of_its_own(dialect):
    for at, body in enumerate(bodies(dialect)):
        marks = set(map(int, MARKED.findall(json.dumps(body))))
        assert marks == {number for where, number, _, _ in places(dialect) if where == at}


def test_what_is_not_redacted_stands_here_by_name(dialect):
    found = sorted({path for _, _, path, mark in places(dialect) if mark in (Mark.SEALED, Mark.MEDIA)})
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
