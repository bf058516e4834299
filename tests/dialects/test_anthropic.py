"""Anthropic Messages: what is sealed, what runs, what ends it, what a tool gets."""

import pytest

from redact.dialects.anthropic import ANTHROPIC, ends, inputs, pieces
from redact.dialects.base import usage_of
from redact.paths import slots


def marks(body, shape=ANTHROPIC.request):
    return {slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name"}


def test_what_a_provider_compares_or_signs_is_sealed_in_a_request():
    body = {
        "model": "g1",
        "service_tier": "s2",
        "container": "s3",
        "metadata": {"user_id": "t20", "other": "t1"},
        "system": [{"type": "s5", "text": "t2", "cache_control": {"type": "s6", "ttl": "s7"}}],
        "tools": [{"type": "s8", "name": "t3", "description": "t4", "input_schema": {"enum": ["t5"]}}],
        "tool_choice": {"type": "s9", "name": "t3"},
        "messages": [
            {
                "role": "s10",
                "content": [
                    {"type": "thinking", "thinking": "s11", "signature": "s12", "new": {"x": ["s13"]}},
                    {"type": "redacted_thinking", "data": "s14"},
                    {"type": "tool_use", "id": "s15", "name": "t6", "input": {"id": "t7", "type": "t8", "signature": "t9"}},
                    {"type": "tool_result", "tool_use_id": "s16", "content": [{"type": "text", "text": "t10"}]},
                    {"type": "text", "text": "t11", "citations": [{"cited_text": "t12", "encrypted_index": "s17"}]},
                    {"type": "document", "title": "t13", "source": {"type": "text", "media_type": "t14", "data": "t15"}},
                    {"type": "web_search_tool_result", "tool_use_id": "s18", "content": [{"title": "t16", "encrypted_content": "s19"}]},
                    {"type": "hologram", "id": "t17", "thinking": "t18"},
                    {"type": "image", "source": {"type": "base64", "media_type": "s20", "data": "m1"}},
                ],
            }
        ],
        "stop_sequences": ["t19"],
    }  # fmt: skip
    kinds = {"g": "given", "s": "sealed", "t": "text", "m": "media"}
    wanted = {text: kinds[text[0]] for text in marks(body) if text[1:].isdigit()}
    assert 40 == len(wanted)
    assert wanted == {text: mark for text, mark in marks(body).items() if text in wanted}


def test_what_must_come_back_as_it_is_is_sealed_in_an_answer():
    body = {
        "id": "s1",
        "model": "s2",
        "usage": {"service_tier": "s3"},
        "content": [
            {"type": "thinking", "thinking": "s4", "signature": "s5"},
            {"type": "tool_use", "id": "s6", "name": "t1"},
        ],
    }
    event = {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "s7"}}
    found = {**marks(body, ANTHROPIC.response), **marks(event, ANTHROPIC.response)}
    assert {
        text: "sealed" if text[0] == "s" else "text" for text in found if text[1:].isdigit()
    }.items() <= found.items()


START = {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "name": "Write", "input": {}}}


def test_text_and_tool_input_run_and_know_their_tool():
    tools = {}
    assert [] == list(pieces(START, tools))
    event = {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{"}}
    (piece,) = pieces(event, tools)
    assert (2, event["delta"], "partial_json", "Write", True) == piece
    text = {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "a"}}
    assert [(1, text["delta"], "text", None, False)] == list(pieces(text, tools))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "a"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "a"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 1}},
        {"type": "content_block_delta", "index": 0, "delta": None},
        {"type": "content_block_delta", "index": 0},
        {"type": "new_event", "text": "a"},
        {},
    ],
)
def test_nothing_else_runs(event):
    assert [] == list(pieces(event, {}))


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"type": "content_block_stop", "index": 1}, [1]),
        ({"type": "content_block_start", "index": 1, "content_block": {}}, [1]),
        ({"type": "message_delta", "delta": {}}, [0, 1, 2]),
        ({"type": "message_stop"}, [0, 1, 2]),
        ({"type": "error", "error": {}}, [0, 1, 2]),
        ({"type": "ping"}, []),
        ({"type": "content_block_delta", "index": 1}, []),
    ],
)
def test_what_an_event_ends(event, ended):
    assert ended == [lane for lane in range(3) if ends(event)(lane)]


def test_inputs_are_those_of_tools_with_a_name():
    body = {
        "content": [
            {"type": "tool_use", "name": "a", "input": {}},
            {"type": "text", "input": 1},
            3,
            {"name": 1, "input": {}},
        ]
    }
    assert [(body["content"][0], "input", "a")] == list(inputs(body))
    assert [(START["content_block"], "input", "Write")] == list(inputs(START))
    assert [] == list(inputs({"content": "x"}))


def test_an_error_has_the_providers_shape():
    assert {"type": "error", "error": {"type": "invalid_request_error", "message": "m"}} == ANTHROPIC.error(400, "m")
    assert "request_too_large" == ANTHROPIC.error(413, "m")["error"]["type"]
    assert "api_error" == ANTHROPIC.error(502, "m")["error"]["type"]


def test_usage_is_read_where_it_stands_and_only_numbers():
    body = {"usage": {"input_tokens": 3, "output_tokens": "x"}, "message": {"usage": {"cache_read_input_tokens": 4}}}
    assert {"input_tokens": 3, "cache_read_tokens": 4} == usage_of(body, ANTHROPIC.usage, "message")
    assert {} == usage_of({"usage": [], "message": 1}, ANTHROPIC.usage, "message")
