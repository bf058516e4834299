"""OpenAI Responses: where running texts stand, what ends them, what a tool gets, what goes on from what."""

import pytest

from redact.dialects.openai_responses import OPENAI_RESPONSES, ends, follows, inputs, kept, pieces
from redact.paths import slots


def marks(body, shape):
    return {slot.text: slot.mark.value for slot in slots(body, shape) if slot.kind != "name"}


def event(kind, **more):
    return {"type": f"response.{kind}", **more}


def lanes(said, tools=None):
    return [(p.lane, p.holder[p.key], p.tool, p.is_json) for p in pieces(said, {} if tools is None else tools)]


def test_what_only_the_provider_reads_is_sealed_wherever_an_item_stands():
    item = {
        "id": "s1",
        "call_id": "s2",
        "encrypted_content": "s3",
        "caller": {"type": "s4", "caller_id": "s5"},
        "x": "t1",
    }
    for shape, places in (
        (OPENAI_RESPONSES.request, ({"input": [item]}, {"items": [item]})),
        (
            OPENAI_RESPONSES.response,
            (item, {"item": item}, {"output": [item]}, {"response": {"output": [item]}}, {"data": [item]}),
        ),
    ):
        for body in places:
            found = marks(body, shape)
            assert {text: "sealed" if text[0] == "s" else "text" for text in found} == found


@pytest.mark.parametrize(
    "kind",
    ["reasoning_text.delta", "reasoning_text.done", "reasoning_summary_text.delta", "reasoning_summary_part.done"],
)
def test_reasoning_is_sealed_in_every_event(kind):
    said = event(kind, delta="a", text="b", part={"text": "c"})
    assert {"sealed"} == set(marks(said, OPENAI_RESPONSES.response).values())
    assert [] == lanes(said)


def test_running_texts_are_told_apart_by_where_they_stand():
    one = event("output_text.delta", item_id="a", output_index=1, content_index=0, delta="x")
    assert [((None, 1, 0, "text"), "x", None, False)] == lanes(one)
    assert lanes(one) == lanes(one | {"item_id": "b"})
    different = [one, one | {"output_index": 2}, one | {"content_index": 1}, one | {"stream_id": "s"}]
    assert len(different) == len({lanes(said)[0][0] for said in different})


def test_the_input_of_a_tool_goes_to_that_tool_piece_by_piece_and_whole():
    tools = {}
    item = {"type": "function_call", "name": "bash", "arguments": ""}
    assert [] == lanes(event("output_item.added", output_index=0, item=item), tools)
    delta = event("function_call_arguments.delta", output_index=0, delta="{")
    done = event("function_call_arguments.done", output_index=0, arguments="{}")
    assert [((None, 0, None, "arguments"), "{", "bash", True)] == lanes(delta, tools)
    assert [((None, 0, None, "arguments", "whole"), "{}", "bash", True)] == lanes(done, tools)
    assert ends(done)((None, 0, None, "arguments"))
    assert ends(done)((None, 0, None, "arguments", "whole"))


def test_a_call_without_a_name_is_called_after_its_kind():
    tools = {}
    list(pieces(event("output_item.added", output_index=0, item={"type": "shell_call", "action": {}}), tools))
    said = event("shell_call_command.delta", output_index=0, command_index=2, delta="ls")
    assert [((None, 0, 2, "command"), "ls", "shell", False)] == lanes(said, tools)


def test_a_part_an_item_and_a_response_end_what_is_in_them():
    lane = (None, 1, 0, "text")
    over = [
        event("output_text.done", output_index=1, content_index=0),
        event("content_part.done", output_index=1, content_index=0),
        event("output_item.done", output_index=1),
        event("output_item.added", output_index=1),
        event("completed"),
        event("incomplete"),
        event("failed"),
        {"type": "error"},
    ]
    assert all(ends(said)(lane) for said in over)
    goes_on = [
        event("refusal.done", output_index=1, content_index=0),
        event("content_part.done", output_index=1, content_index=1),
        event("output_item.done", output_index=0),
        event("completed", stream_id="other"),
        event("in_progress"),
        event("tomorrow"),
        {},
    ]
    assert not any(ends(said)(lane) for said in goes_on)


def test_the_inputs_of_tools_in_whole_items():
    body = {
        "output": [
            {"type": "function_call", "name": "f", "arguments": "{}"},
            {"type": "mcp_call", "server_label": "s", "name": "g", "arguments": "{}", "output": "prose"},
            {"type": "local_shell_call", "action": {"command": ["ls"]}},
            {"type": "apply_patch_call", "operation": {"diff": "+"}},
            {"type": "computer_call", "action": {"text": "a"}},
            {"type": "message", "content": []},
            {"type": ["no", "kind"]},
            7,
        ]
    }
    wanted = [("f", "arguments"), ("mcp__s__g", "arguments"), ("local_shell", "action")]
    wanted += [("apply_patch", "operation"), ("computer", "action")]
    assert wanted == [(one.tool, one.key) for one in inputs(body)]
    assert wanted == [(one.tool, one.key) for one in inputs({"response": body})]
    assert wanted[:1] == [(one.tool, one.key) for one in inputs({"item": body["output"][0]})]


def test_what_a_request_goes_on_from():
    body = {
        "previous_response_id": "r",
        "conversation": {"id": "c"},
        "input": [{"type": "item_reference", "id": "i"}, {"id": "j"}, {"type": "message", "id": "new"}, 7],
    }
    assert ["r", "c", "i", "j"] == list(follows(body))
    assert ["c"] == list(follows({"conversation": "c", "input": "text", "previous_response_id": None}))


def test_under_which_ids_an_answer_is_kept():
    assert ["r", "i"] == list(kept({"id": "r", "object": "response", "output": [{"id": "i"}]}))
    assert ["c", "r", "i"] == list(
        kept(event("completed", response={"id": "r", "conversation": {"id": "c"}, "output": [{"id": "i"}, 7]}))
    )
    assert ["i"] == list(kept(event("output_item.done", item={"id": "i"})))
    assert [] == list(kept(event("output_text.delta", item_id="i", delta="x")))
