"""Bedrock: Converse, and InvokeModel in the format of whichever company made the model."""

import pytest

from redact.dialects.bedrock_converse import BEDROCK_CONVERSE
from redact.dialects.bedrock_invoke import BEDROCK_INVOKE
from redact.paths import slots


def agree(body, shape):
    kinds = {"g": "given", "s": "sealed", "t": "text", "m": "media", "j": "json"}
    marks = {
        slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name" and slot.text[1:].isdigit()
    }
    assert {text: kinds[text[0]] for text in marks} == marks
    return len(marks)


SOURCE = {"source": {"bytes": "m1", "text": "t1", "s3Location": {"uri": "s1"}}, "format": "s2", "name": "t2"}
CONVERSE = {
    "messages": [
        {
            "role": "s3",
            "content": [
                {"text": "t3"},
                {"document": SOURCE | {"context": "t4"}},
                {"image": {"format": "s4", "source": {"bytes": "m2"}}},
                {"toolUse": {"toolUseId": "s5", "name": "t5", "input": {"toolUseId": "t6", "format": ["t7"]}}},
                {
                    "toolResult": {
                        "toolUseId": "s6",
                        "status": "s7",
                        "content": [{"json": {"a": "t8"}}, {"image": SOURCE}],
                    }
                },
                {"reasoningContent": {"reasoningText": {"text": "s8", "signature": "s9"}}},
                {"guardContent": {"text": {"text": "t9"}}},
                {"cachePoint": {"type": "s10"}},
            ],
        }
    ],
    "system": [{"text": "t10"}],
    "toolConfig": {
        "tools": [{"toolSpec": {"name": "t11", "description": "t12", "inputSchema": {"json": {"enum": ["t13"]}}}}]
    },
    "additionalModelRequestFields": {"any": "t14"},
    "promptVariables": {"x": {"text": "t15"}},
    "guardrailConfig": {"guardrailIdentifier": "g11"},
}


@pytest.mark.parametrize("body", [CONVERSE, {"input": {"converse": CONVERSE}}], ids=["converse", "count-tokens"])
def test_what_a_provider_compares_is_sealed_in_a_request(body):
    assert 28 == agree(body, BEDROCK_CONVERSE.request)


def test_reasoning_is_sealed_in_an_answer():
    said = [
        {"text": "t1"},
        {"reasoningContent": {"reasoningText": {"text": "s1"}}},
        {"toolUse": {"toolUseId": "s2", "name": "t2"}},
    ]
    assert 4 == agree({"output": {"message": {"content": said}}}, BEDROCK_CONVERSE.response)
    assert 2 == agree({"delta": {"reasoningContent": {"text": "s1"}}, "p": "s2"}, BEDROCK_CONVERSE.response)


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"contentBlockIndex": 1, "delta": {"text": "a"}}, []),
        ({"contentBlockIndex": 1}, [1]),
        ({"contentBlockIndex": 1, "start": {"toolUse": {"name": "x"}}}, [1]),
        ({"stopReason": "end_turn"}, [1, 2]),
        ({"usage": {}}, [1, 2]),
        ({"message": "an exception"}, [1, 2]),
    ],
)
def test_what_ends_what_in_converse(event, ended):
    is_ended = BEDROCK_CONVERSE.ends(event)
    assert ended == [lane for lane in (1, 2) if is_ended(lane)]


CLAUDE = {
    "messages": [{"role": "s1", "content": [{"type": "thinking", "thinking": "s2"}, {"type": "text", "text": "t1"}]}]
}
MISTRAL = {"messages": [{"role": "s3", "tool_calls": [{"id": "s4", "function": {"arguments": "j1"}}]}]}
NOVA = {"messages": [{"content": [{"image": {"format": "s5", "source": {"bytes": "m1"}}}, {"text": "t2"}]}]}


@pytest.mark.parametrize(
    ("body", "strings"),
    [(CLAUDE, 3), (MISTRAL, 3), (NOVA, 3), ({"inputText": "t3"}, 1), ({"prompt": "t4"}, 1), ({"images": ["m2"]}, 1)],
)
def test_every_companys_request_is_known(body, strings):
    assert strings == agree(body, BEDROCK_INVOKE.request)


def found(event, tools=None):
    return [
        (piece.lane, piece.holder[piece.key]) for piece in BEDROCK_INVOKE.pieces(event, {} if tools is None else tools)
    ]


@pytest.mark.parametrize(
    ("event", "texts", "is_over"),
    [
        ({"outputText": "a", "index": 0, "completionReason": None}, ["a"], False),
        ({"outputText": "a", "completionReason": "FINISH"}, ["a"], True),
        ({"generation": "a", "stop_reason": None}, ["a"], False),
        ({"generation": "", "stop_reason": "stop"}, [""], True),
        ({"outputs": [{"text": "a", "stop_reason": None}]}, ["a"], False),
        ({"outputs": [{"text": "a", "stop_reason": "length"}]}, ["a"], True),
        ({"choices": [{"index": 0, "message": {"content": "a"}, "stop_reason": None}]}, ["a"], False),
        ({"choices": [{"index": 0, "message": {"content": "a"}, "stop_reason": "stop"}]}, ["a"], True),
        ({"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]}, ["a"], False),
        ({"choices": [], "amazon-bedrock-invocationMetrics": {"inputTokenCount": 1}}, [], True),
        ({"text": "a", "is_finished": False}, ["a"], False),
        ({"is_finished": True}, [], True),
        ({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "a"}}}, ["a"], False),
        ({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}, ["a"], False),
    ],
)
def test_every_companys_stream_runs_and_ends(event, texts, is_over):
    lanes = found(event)
    assert texts == [text for _, text in lanes]
    is_ended = BEDROCK_INVOKE.ends(event)
    assert is_over == is_ended(lanes[0][0] if lanes else "text")


def test_inputs_of_tools_in_every_format():
    claude = {"content": [{"type": "tool_use", "name": "a", "input": {}}]}
    openai = {"choices": [{"message": {"tool_calls": [{"function": {"name": "b", "arguments": "{}"}}]}}]}
    nova = {"output": {"message": {"content": [{"toolUse": {"name": "c", "input": {}}}, {"text": "x"}]}}}
    assert [["a"], ["b"], ["c"]] == [
        [one.tool for one in BEDROCK_INVOKE.inputs(body)] for body in (claude, openai, nova)
    ]


def test_an_error_has_awss_shape():
    assert {"message": "m"} == BEDROCK_INVOKE.error(400, "m")
    assert {"x-amzn-errortype": "ValidationException"} == BEDROCK_CONVERSE.error_headers
