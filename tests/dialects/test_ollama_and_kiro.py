"""Ollama and Kiro: what is sealed, what runs, what ends it."""

import pytest

from redact.dialects.kiro import KIRO
from redact.dialects.ollama import OLLAMA
from redact.paths import slots


def agree(body, shape):
    kinds = {"g": "given", "s": "sealed", "t": "text", "m": "media"}
    marks = {
        slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name" and slot.text[1:].isdigit()
    }
    assert {text: kinds[text[0]] for text in marks} == marks
    return len(marks)


def test_what_a_provider_compares_is_sealed_in_a_request():
    message = {
        "role": "s1",
        "content": "t1",
        "thinking": "t2",
        "images": ["m1"],
        "tool_calls": [{"function": {"arguments": {"a": "t3"}}}],
    }
    assert 9 == agree(
        {"model": "g2", "messages": [message], "system": "t4", "suffix": "t5", "images": ["m2"]}, OLLAMA.request
    )
    context = {
        "toolResults": [{"toolUseId": "s1", "status": "s2", "content": [{"text": "t1"}]}],
        "tools": [{"a": "t2"}],
    }
    turn = {"userInputMessage": {"content": "t3", "modelId": "s3", "origin": "s4", "userInputMessageContext": context}}
    said = {
        "assistantResponseMessage": {
            "content": "t4",
            "toolUses": [{"toolUseId": "s5", "name": "t5", "input": {"a": "t6"}}],
        }
    }
    state = {"conversationId": "s6", "currentMessage": turn, "history": [said, {"userInputMessage": {"content": "t7"}}]}
    assert 14 == agree({"conversationState": state, "profileArn": "g1"}, KIRO.request)


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"message": {"content": "a"}, "done": False}, False),
        ({"message": {"content": "a"}, "done": True}, True),
        ({"message": {"content": "", "tool_calls": [{}]}, "done": False}, True),
        ({"response": "a", "done": False}, False),
        ({"error": "x"}, True),
    ],
)
def test_what_ends_what_ollama_says(event, ended):
    assert ended == OLLAMA.ends(event)("content")


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"content": "a"}, [("tool", "1")]),
        ({"toolUseId": "1", "name": "x", "input": "{"}, ["content"]),
        ({"toolUseId": "1", "name": "x", "stop": True}, ["content", ("tool", "1")]),
        ({"toolUseId": "2", "name": "x", "stop": True}, ["content"]),
        ({"message": "an exception"}, ["content", ("tool", "1")]),
    ],
)
def test_what_ends_what_kiro_says(event, ended):
    is_ended = KIRO.ends(event)
    assert ended == [lane for lane in ("content", ("tool", "1")) if is_ended(lane)]


def test_inputs_of_tools():
    call = {"function": {"name": "bash", "arguments": {"cmd": "x"}}}
    assert ["bash"] == [one.tool for one in OLLAMA.inputs({"message": {"tool_calls": [call, {"function": None}, 7]}})]
    assert ["bash"] == [one.tool for one in KIRO.inputs({"toolUseId": "1", "name": "bash", "input": {"a": 1}})]
    tools = {}
    assert [] == list(KIRO.pieces({"toolUseId": "1", "name": "bash"}, tools))
    assert ["bash"] == [one.tool for one in KIRO.pieces({"toolUseId": "1", "input": "{"}, tools)]


def test_errors():
    assert {"error": "m"} == OLLAMA.error(400, "m")
    assert {"message": "m"} == KIRO.error(400, "m")
