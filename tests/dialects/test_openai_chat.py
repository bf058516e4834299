"""OpenAI Chat Completions: what is sealed, what runs, what ends it, what a tool gets."""

import pytest

from redact.dialects.openai_chat import OPENAI_CHAT, ends, inputs, pieces
from redact.paths import slots


def marks(body, shape=OPENAI_CHAT.request):
    return {slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name"}


def test_what_a_provider_compares_is_sealed_in_a_request():
    body = {
        "model": "g1",
        "messages": [
            {
                "role": "s2",
                "tool_call_id": "s3",
                "name": "t1",
                "reasoning_content": "t2",
                "content": [
                    {"type": "s4", "text": "t3"},
                    {"type": "s4", "image_url": {"url": "m1", "detail": "s5"}},
                    {"type": "s4", "input_audio": {"data": "m2", "format": "s6"}},
                    {"type": "s4", "file": {"file_data": "m3", "file_id": "s7", "filename": "t4"}},
                ],
                "tool_calls": [
                    {"id": "s8", "type": "s9", "function": {"name": "t5", "arguments": "j1"}, "custom": {"input": "t6"}}
                ],
                "function_call": {"name": "t7", "arguments": "j2"},
            }
        ],
        "tools": [{"type": "s10", "function": {"name": "t8", "description": "t9", "parameters": {"type": "t10"}}}],
        "response_format": {"type": "s11", "json_schema": {"schema": {"enum": ["t11"]}}},
        "prediction": {"type": "t12", "content": "t13"},
        "user": "t14",
    }
    kinds = {"g": "given", "s": "sealed", "t": "text", "m": "media", "j": "json"}
    found = {text: mark for text, mark in marks(body).items() if text[1:].isdigit()}
    assert 29 < len(found)
    assert {text: kinds[text[0]] for text in found} == found


def test_reasoning_and_ids_are_sealed_in_an_answer():
    said = {
        "role": "s1",
        "content": "t1",
        "reasoning_content": "s2",
        "reasoning": "s3",
        "reasoning_details": [{"text": "s4"}],
    }
    for kind in ("message", "delta"):
        found = marks(
            {"id": "s5", "choices": [{kind: said, "finish_reason": "s6", "logprobs": {"content": [{"token": "s7"}]}}]},
            OPENAI_CHAT.response,
        )
        assert {text: "sealed" if text[0] == "s" else "text" for text in found} == found


def chunk(*choices):
    return {"choices": list(choices)}


def call(index, **more):
    return {"index": index, **more}


def test_every_choice_and_channel_is_a_lane_of_its_own():
    event = chunk(
        {"index": 0, "delta": {"content": "a", "refusal": "b"}},
        {"index": 1, "delta": {"content": "c", "function_call": {"name": "bash", "arguments": "d"}}},
        {"delta": {"content": None}},
        {"index": 2, "delta": None},
        7,
    )
    assert [
        ((0, "content"), "a", None),
        ((0, "refusal"), "b", None),
        ((1, "content"), "c", None),
        ((1, "function"), "d", "bash"),
    ] == [(piece.lane, piece.holder[piece.key], piece.tool) for piece in pieces(event, {})]


def calls(*listed, tools):
    event = chunk({"index": 0, "delta": {"tool_calls": list(listed)}})
    return [(piece.lane, piece.tool, piece.is_json) for piece in pieces(event, tools)]


def test_calls_are_told_apart_by_index_and_id_and_keep_their_tool():
    tools = {}
    (a,) = calls(call(0, id="a", function={"name": "bash", "arguments": ""}), tools=tools)
    (again,) = calls(call(0, function={"arguments": "x"}), tools=tools)
    (b,) = calls(call(0, id="b", function={"name": "fetch", "arguments": ""}), tools=tools)
    (repeated,) = calls(call(0, id="b", function={"name": "fetch", "arguments": "y"}), tools=tools)
    (c,) = calls(call(1, id="c", custom={"name": "sql", "input": "z"}), tools=tools)
    assert a == again
    assert b == repeated
    assert 3 == len({a, b, c})
    assert ["bash", "fetch", "sql"] == [a[1], b[1], c[1]]
    assert [True, True, False] == [a[2], b[2], c[2]]


def test_a_name_may_come_in_pieces():
    tools = {}
    calls(call(0, id="a", function={"name": "write_", "arguments": ""}), tools=tools)
    assert "write_file" == calls(call(0, function={"name": "file", "arguments": "x"}), tools=tools)[0][1]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"choices": None},
        {"choices": [{"delta": {"tool_calls": {}}}]},
        {"choices": [{"delta": {"tool_calls": [1, {"function": "x"}]}}]},
    ],
)
def test_odd_chunks_have_no_pieces(event):
    assert [] == list(pieces(event, {}))


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        (chunk({"index": 1, "delta": {}, "finish_reason": "stop"}), [1]),
        (chunk({"index": 0, "finish_reason": "stop"}, {"index": 2, "finish_reason": "length"}), [0, 2]),
        (chunk({"delta": {}, "finish_reason": "stop"}), [0]),
        (chunk({"index": 0, "delta": {}, "finish_reason": None}), []),
        ({"error": {"message": "m"}}, [0, 1, 2]),
        ({"choices": [], "usage": {}}, []),
    ],
)
def test_what_a_chunk_ends(event, ended):
    assert ended == [number for number in range(3) if ends(event)((number, "content"))]


def test_inputs_are_the_arguments_of_an_answers_calls():
    message = {
        "tool_calls": [
            {"function": {"name": "a", "arguments": "{}"}},
            {"custom": {"name": "b", "input": "x"}},
            3,
            {"function": None},
        ],
        "function_call": {"arguments": "{}"},
    }
    body = chunk({"message": message}, {"message": None}, {"delta": {}})
    assert [("arguments", "a"), ("input", "b"), ("arguments", "")] == [
        (found.key, found.tool) for found in inputs(body)
    ]


def test_an_error_has_the_providers_shape():
    error = OPENAI_CHAT.error(400, "m")["error"]
    assert {"message": "m", "type": "invalid_request_error", "param": None, "code": "redact_refused"} == error
    assert "server_error" == OPENAI_CHAT.error(503, "m")["error"]["type"]
