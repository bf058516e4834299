"""Gemini: what is sealed, what runs, what ends it, what a tool gets; wrapped or not, in either spelling."""

import pytest

from redact.dialects.gemini import GEMINI, ends, inputs, pieces
from redact.paths import slots


def marks(body, shape=GEMINI.request):
    return {slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name"}


def agree(found):
    kinds = {"g": "given", "s": "sealed", "t": "text", "m": "media"}
    found = {text: mark for text, mark in found.items() if text[1:].isdigit()}
    assert {text: kinds[text[0]] for text in found} == found
    return len(found)


CONTENT = {
    "role": "s1",
    "parts": [
        {"text": "t1"},
        {"text": "s2", "thought": True, "thoughtSignature": "s3"},
        {"functionCall": {"id": "s4", "name": "t2", "args": {"type": "t3", "id": "t4"}}, "thoughtSignature": "s5"},
        {
            "functionResponse": {
                "id": "s6",
                "name": "t5",
                "response": {"output": "t6"},
                "parts": [{"inlineData": {"mimeType": "s7", "data": "m1"}}],
            }
        },
        {"inlineData": {"mimeType": "s8", "data": "m2", "displayName": "t7"}},
        {"fileData": {"fileUri": "g9", "mimeType": "s10"}},
        {"executableCode": {"language": "s11", "code": "t8"}},
        {"codeExecutionResult": {"outcome": "s12", "output": "t9"}},
    ],
}


def snake(value):
    if isinstance(value, dict):
        return {"".join(f"_{c.lower()}" if c.isupper() else c for c in key): snake(item) for key, item in value.items()}
    return [snake(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("spelt", [lambda body: body, snake], ids=["camel", "snake"])
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda body: body,
        lambda body: {"model": "g20", "project": "g21", "request": body},
        lambda body: {"generateContentRequest": {"model": "g20", **body}},
        lambda body: {"requests": [{"model": "g20", "taskType": "s22", **body}]},
        lambda body: {"batch": {"inputConfig": {"requests": {"requests": [{"request": body}]}}}},
    ],
    ids=["plain", "code-assist", "count", "batch-embed", "batch"],
)
def test_what_a_provider_compares_is_sealed_in_a_request(wrapped, spelt):
    body = {
        "contents": [CONTENT],
        "systemInstruction": {"role": "s30", "parts": [{"text": "t30"}]},
        "tools": [{"functionDeclarations": [{"name": "t31", "description": "t32", "parameters": {"type": "t33"}}]}],
        "generationConfig": {"stopSequences": ["t34"], "responseSchema": {"enum": ["t35"]}, "responseMimeType": "s31"},
        "cachedContent": "g32",
        "labels": {"team": "t36"},
    }
    assert 30 < agree(marks(spelt(wrapped(body))))


@pytest.mark.parametrize("wrapped", [lambda body: body, lambda body: {"response": body}], ids=["plain", "code-assist"])
def test_thoughts_and_ids_are_sealed_in_an_answer(wrapped):
    parts = [
        {"text": "s1", "thought": True, "thoughtSignature": "s2"},
        {"text": "t1", "thought": False},
        {"functionCall": {"id": "s3", "name": "t2"}, "thoughtSignature": "s4"},
        {"inlineData": {"data": "m1"}},
    ]
    body = {"candidates": [{"content": {"role": "s5", "parts": parts}}], "modelVersion": "s6", "responseId": "s7"}
    assert 10 == agree(marks(wrapped(body), GEMINI.response))


def event(*parts, number=0, **more):
    return {"candidates": [{"content": {"parts": list(parts)}, "index": number, **more}]}


def found(value, tools=None):
    return [(p.lane, p.holder[p.key], p.tool) for p in pieces(value, {} if tools is None else tools)]


def test_texts_run_by_candidate_and_arguments_by_path():
    tools = {}
    call = {
        "name": "bash",
        "partialArgs": [{"jsonPath": "$.a", "stringValue": "x"}, {"jsonPath": "$.n", "numberValue": 1}],
    }
    value = event({"text": "a"}, {"text": "b", "thought": True}, {"functionCall": call}, number=1)
    assert [((1, "text"), "a", None), ((1, "args", "$.a", "bash"), "x", "bash")] == found(value, tools)
    follows = event({"functionCall": {"partialArgs": [{"jsonPath": "$.a", "stringValue": "y"}]}}, number=1)
    assert [((1, "args", "$.a", "bash"), "y", "bash")] == found(follows, tools)
    assert [((0, "text"), "c", None)] == found({"response": {"candidates": [{"content": {"parts": [{"text": "c"}]}}]}})


@pytest.mark.parametrize(
    ("value", "ended"),
    [
        (event({"text": "a"}), []),
        (event({"text": "a"}, finishReason="STOP"), ["text", "args"]),
        (event({"text": "a", "thought": True}), ["text"]),
        (event({"functionCall": {"name": "x", "args": {}}}), ["text", "args"]),
        (event({"functionCall": {"partialArgs": [{"jsonPath": "$.a"}], "willContinue": True}}), ["text", "args"]),
        (
            event({"functionCall": {"partialArgs": [{"jsonPath": "$.a", "willContinue": True}], "willContinue": True}}),
            ["text"],
        ),
        (event({"text": "a"}, number=1, finishReason="STOP"), []),
        ({"error": {"code": 500}}, ["text", "args"]),
        ({"candidates": [7, {"content": None}, {"content": {"parts": [None]}}]}, []),
    ],
)
def test_what_ends_what(value, ended):
    lanes = {"text": (0, "text"), "args": (0, "args", "$.a", "bash")}
    is_ended = ends(value)
    assert ended == [name for name, lane in lanes.items() if is_ended(lane)]


def test_the_arguments_of_whole_calls_are_inputs():
    value = event({"functionCall": {"name": "bash", "args": {"a": 1}}}, {"text": "x"}, {"functionCall": {"name": "y"}})
    assert [("args", "bash")] == [(found.key, found.tool) for found in inputs(value)]


def test_an_error_has_googles_shape():
    assert {"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT"}} == GEMINI.error(400, "m")
