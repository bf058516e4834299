"""The `anthropic` SDK through the filter: its own parsers must be content, and its objects hold the originals."""

import pytest

from .plants import traces
from .provider import call, echo, error, in_turn, say, think

MODEL = {"model": "claude-sonnet-4-5", "max_tokens": 1024}


def user(text):
    return {"role": "user", "content": text}


def create(anthropic, stream, **arguments):
    """The final message, and what a user of the stream's helpers would have seen grow."""
    if not stream:
        return anthropic.call("messages.create", **MODEL, **arguments)
    *events, last = anthropic.stream("messages.stream", **MODEL, **arguments)
    if "error" in last:
        return last
    final = last["final"]
    # The SDK adds events of its own: `text` with a snapshot, `input_json`. All copies must tell the same.
    text = "".join(event["text"] for event in events if event["type"] == "text")
    assert text == "".join(block["text"] for block in final["content"] if block["type"] == "text")
    return final


def test_a_message(anthropic, provider, planted, stream):
    message = create(anthropic, stream, messages=[user(planted.env + planted.pem)])

    assert planted.env + planted.pem == message["content"][0]["text"]
    assert message["usage"]["output_tokens"] == 503
    assert not traces(provider.wire, planted)


def test_a_tool_call(anthropic, provider, planted, stream):
    provider.reset(call("Write", file_path=".env"), delta=3)
    tools = [{"name": "Write", "description": f"like {planted.github}", "input_schema": {"type": "object"}}]

    message = create(anthropic, stream, messages=[user(planted.env + planted.pem)], tools=tools, system=planted.arn)

    assert {"file_path": ".env", "content": planted.env + planted.pem} == message["content"][0]["input"]
    assert not traces(provider.wire, planted)


def test_three_turns_with_thinking_and_tools(anthropic, provider, planted, stream):
    provider.reset(in_turn(think(call("Write", file_path="a")), think(echo), say("done")), delta=5)
    messages = [user(planted.env)]
    for turn in range(3):
        message = create(anthropic, stream, messages=messages)
        messages.append({"role": "assistant", "content": [clean(block) for block in message["content"]]})
        if turn == 0:
            result = {"type": "tool_result", "tool_use_id": message["content"][-1]["id"], "content": planted.pem}
            messages.append(user([result, {"type": "text", "text": f"now {planted.arn}"}]))
        else:
            messages.append(user("LedgerReconciler, please"))

    one, two, three = (seen.json["messages"] for seen in provider.seen)
    assert one == two[: len(one)]
    assert two == three[: len(two)]
    assert f"The user says: {provider.seen[0].last_text} \u00e9\u2713" == two[1]["content"][0]["thinking"]
    assert one[0]["content"] == two[1]["content"][2]["input"]["content"]
    assert not traces(provider.wire, planted)


def clean(block):
    """What the SDK sends back: the fields that the provider set."""
    fields = ("type", "text", "thinking", "signature", "data", "id", "name", "input")
    return {name: block[name] for name in fields if block.get(name) is not None}


def test_count_tokens(anthropic, provider, planted):
    counted = anthropic.call("messages.count_tokens", model="m", messages=[user(planted.env)], system=planted.pem)

    assert counted["input_tokens"] == 2095
    assert not traces(provider.wire, planted)


def test_an_error_of_the_provider_is_the_sdks_own(anthropic, provider, stream):
    provider.reset(error(529, "overloaded_error"))

    answer = create(anthropic, stream, messages=[user("hi")])

    assert ("OverloadedError", 529) == (answer["error"], answer["status"])


def test_a_refusal_of_the_filter_is_a_bad_request_to_the_sdk(anthropic, provider, planted, stream):
    """A secret inside signed thinking can be neither edited nor sent."""
    thought = {"type": "thinking", "thinking": f"the key is {planted.github}", "signature": "EqQBCgIYAhIM"}
    messages = [user("hi"), {"role": "assistant", "content": [thought, {"type": "text", "text": "ok"}]}, user("go on")]

    answer = create(anthropic, stream, messages=messages)

    assert ("BadRequestError", 400) == (answer["error"], answer["status"])
    assert answer["body"]["error"]["type"] == "invalid_request_error"
    assert "messages[1].content[0]" in answer["body"]["error"]["message"]
    assert not traces(answer["text"].encode(), planted)
    assert not provider.seen


@pytest.mark.parametrize("after", [0, 3, 9])
def test_a_stream_that_breaks_off_ends_for_the_client_too(anthropic, provider, planted, after):
    provider.reset(echo, close_after=after, delta=4)

    *events, last = anthropic.stream("messages.stream", **MODEL, messages=[user(planted.env)])

    assert "error" in last
    text = "".join(event["text"] for event in events if event["type"] == "text")
    assert planted.env.startswith(text)
    assert not traces(provider.wire, planted)
