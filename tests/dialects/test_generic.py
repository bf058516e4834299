"""Any other JSON: every string is text, and what looks like a running text is treated as one."""

import pytest

from redact.dialects import DIALECTS
from redact.dialects.base import Dialect, ends_nothing, no_inputs, no_pieces
from redact.dialects.generic import GENERIC, ends, inputs, pieces
from redact.paths import compiled, slots


def test_everything_in_a_request_but_the_model_is_text():
    body = {"model": "s", "role": "t", "type": "t", "messages": [{"id": "t", "model": "t"}]}
    assert ["given", "text", "text", "text", "text"] == [
        s.mark.value for s in slots(body, GENERIC.request) if s.kind != "name"
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"reasoning": "s"},
        {"output": [{"type": "reasoning", "encrypted_content": "s"}]},
        {"choices": [{"message": {"reasoning_content": "s"}}]},
        {"candidates": [{"content": {"parts": [{"thoughtSignature": "s"}]}}]},
        {"response": {"output": [{"thinking": {"deep": ["s"]}}]}},
        {"output": [{"type": "reasoning", "summary": [{"text": "s"}]}]},
        {"response": {"output": [{"type": "reasoning", "content": [{"text": "s"}]}]}},
        {"item": {"type": "reasoning", "summary": [{"text": "s"}]}},
        {"choices": [{"message": {"content": [{"type": "thinking", "parts": "s"}]}}]},
    ],
)
def test_reasoning_is_sealed_in_an_answer(body):
    assert ["sealed"] == [slot.mark.value for slot in slots(body, GENERIC.response) if slot.text == "s"]


def running(event):
    return [(piece.lane, piece.holder[piece.key], piece.is_json) for piece in pieces(event, {})]


def test_a_running_text_is_known_by_where_it_stands():
    one = {"type": "response.output_text.delta", "output_index": 0, "content_index": 1, "delta": "a"}
    other = {**one, "content_index": 2, "delta": "b"}
    assert [("a", False)] == [found[1:] for found in running(one)]
    assert running(one)[0][0] != running(other)[0][0]
    assert running(one)[0][0] == running({**one, "delta": "c", "sequence_number": 7})[0][0]


@pytest.mark.parametrize(
    ("event", "texts"),
    [
        ({"choices": [{"index": 0, "delta": {"content": "a", "role": "assistant"}}]}, ["a"]),
        (
            {"candidates": [{"content": {"parts": [{"text": "a"}, {"text": "b", "thought": True}], "role": "model"}}]},
            ["a"],
        ),
        ({"completion": "a"}, ["a"]),
        ({"response": "a", "done": False}, ["a"]),
        ({"delta": {"reasoning": "a", "type": "x"}}, []),
        ({"type": "response.reasoning_text.delta", "delta": "a"}, []),
        ({"type": "response.output_text.done", "delta": "a"}, []),
        ({"other": "a"}, []),
        ({}, []),
    ],
)
def test_what_runs_and_what_does_not(event, texts):
    assert texts == [text for _, text, _ in running(event)]


def test_arguments_run_as_json():
    assert [True] == [j for _, _, j in running({"type": "response.function_call_arguments.delta", "delta": "{"})]
    assert [True] == [j for _, _, j in running({"delta": {"partial_json": "{"}})]


def test_running_texts_end_with_an_event_that_carries_none():
    assert ends({"type": "response.completed"})("any")
    assert not ends({"type": "ping"})("any")
    assert not ends({"delta": "a"})("any")


def test_the_input_of_a_tool_stands_beside_its_name():
    call = {"function": {"name": "Bash", "arguments": "{}"}}
    used = {"name": "WebFetch", "input": {"name": "x", "input": {}}}
    body = {"input": {}, "out": [{"calls": [call]}, used]}
    assert {("Bash", "arguments"), ("WebFetch", "input")} == {(tool, key) for _, key, tool in inputs(body)}


def test_an_error_is_one_that_most_clients_can_show():
    assert {"error": {"message": "m", "type": "invalid_request_error", "code": 413}} == GENERIC.error(413, "m")


def test_dialects_are_found_by_their_names():
    assert {"anthropic-messages", "openai-chat", "generic"} <= set(DIALECTS)
    assert all(name == dialect.name for name, dialect in DIALECTS.items())


def test_a_dialect_that_does_not_stream_says_nothing():
    quiet = Dialect("quiet", compiled({}), compiled({}), GENERIC.error)
    assert (no_pieces, ends_nothing, no_inputs) == (quiet.pieces, quiet.ends, quiet.inputs)
    assert [] == quiet.pieces({}, {})
    assert not quiet.ends({})("any")
    assert [] == quiet.inputs({})
