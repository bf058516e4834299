"""Completions, embeddings, Realtime: what runs, what ends it, and what cannot be read."""

import json

import pytest

from redact.dialects import DIALECTS
from redact.dialects.openai_realtime import ends, pieces
from redact.errors import UnreadableError
from tests import pack


@pytest.mark.parametrize(
    ("dialect", "key", "what"),
    [
        ("openai-completions", "prompt", [1, 2]),
        ("openai-completions", "prompt", [[1, 2], [3]]),
        ("openai-completions", "prompt", ["text", [3]]),
        ("openai-embeddings", "input", [1, 2]),
        ("openai-embeddings", "input", [[1, 2]]),
    ],
)
def test_tokens_are_refused(dialect, key, what):
    exchange = pack.exchange(dialect)
    with pytest.raises(UnreadableError, match="tokens"):
        exchange.request(pack_bytes({"model": "m", key: what}))


@pytest.mark.parametrize("what", ["text", ["text", "more"], [], None, [{"type": "text", "text": "x"}]])
def test_texts_are_not(what):
    for dialect, key in (("openai-completions", "prompt"), ("openai-embeddings", "input")):
        body = pack_bytes({"model": "m", key: what})
        assert body == pack.exchange(dialect).request(body)


def pack_bytes(body):
    return json.dumps(body, separators=(",", ":")).encode()


def lanes(event, tools=None):
    return [(p.lane, p.tool) for p in pieces(event, {} if tools is None else tools)]


def said(kind, **more):
    return {"type": kind, "response_id": "r", "output_index": 0, "content_index": 1, **more}


@pytest.mark.parametrize("name", ["output_text", "text", "output_audio_transcript", "audio_transcript"])
def test_a_realtime_text_runs_until_its_whole_comes(name):
    [(lane, tool)] = lanes(said(f"response.{name}.delta", delta="x"))
    assert tool is None
    assert ends(said(f"response.{name}.done"))(lane)
    assert ends(said("response.content_part.done"))(lane)
    assert ends(said("response.output_item.done"))(lane)
    assert ends({"type": "response.done", "response": {"id": "r"}})(lane)
    assert not ends({"type": "response.done", "response": {"id": "other"}})(lane)
    assert not ends(said("response.done"))(lane)
    assert not ends({"type": "rate_limits.updated"})(lane)


def test_what_a_user_says_runs_beside_what_is_answered():
    event = {
        "type": "conversation.item.input_audio_transcription.delta",
        "item_id": "i",
        "content_index": 0,
        "delta": "x",
    }
    [(lane, _)] = lanes(event)
    assert ends({**event, "type": "conversation.item.input_audio_transcription.completed"})(lane)
    assert not ends({"type": "response.done", "response": {"id": "r"}})(lane)


def test_a_realtime_tool_gets_its_arguments_in_pieces_and_whole():
    tools = {}
    assert [] == lanes(said("response.output_item.added", item={"type": "function_call", "name": "bash"}), tools)
    delta, done = (
        said("response.function_call_arguments.delta", delta="{"),
        said("response.function_call_arguments.done", arguments="{}"),
    )
    assert ["bash", "bash"] == [tool for event in (delta, done) for _, tool in lanes(event, tools)]
    assert all(ends(done)(lane) for event in (delta, done) for lane, _ in lanes(event, tools))


def test_audio_is_not_text():
    assert [] == lanes(said("response.output_audio.delta", delta="UklGRg=="))


def test_only_formats_of_json_messages_have_sockets():
    assert {"openai-responses", "openai-realtime"} == {name for name, one in DIALECTS.items() if one.has_sockets}
