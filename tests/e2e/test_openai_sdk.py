"""The `openai` SDK through the filter: its own parsers must be content, and its objects hold the originals."""

import json

import pytest

from .plants import traces
from .provider import call, echo, error, in_turn, say

MODEL = {"model": "gpt-4o"}


def user(text):
    return {"role": "user", "content": text}


def create(openai, stream, **arguments):
    """The final message, as the SDK put it together; for a stream both of its ways must tell the same."""
    if not stream:
        answer = openai.call("chat.completions.create", **MODEL, **arguments)
        return answer if "error" in answer else answer["choices"][0]["message"]
    *events, last = openai.stream("chat.completions.stream", **MODEL, **arguments)
    if "error" in last:
        return last
    message = last["final"]["choices"][0]["message"]
    deltas = [event["delta"] for event in events if event["type"] == "content.delta"]
    assert (message["content"] or "") == "".join(deltas)
    return message


def test_a_completion(openai, provider, planted, stream):
    message = create(openai, stream, messages=[user(planted.env + planted.pem)])

    assert planted.env + planted.pem == message["content"]
    assert not traces(provider.wire, planted)


def test_raw_chunks(openai, provider, planted):
    provider.reset(echo, delta=3)
    arguments = MODEL | {"stream": True, "stream_options": {"include_usage": True}}

    *chunks, last = openai.stream("chat.completions.create", **arguments, messages=[user(planted.env)])

    assert last == {"end": True}
    deltas = [choice["delta"]["content"] or "" for chunk in chunks for choice in chunk["choices"]]
    assert planted.env == "".join(deltas)
    assert chunks[-1]["usage"]["total_tokens"] == 2598
    assert chunks[-1]["choices"] == []


def test_a_tool_call(openai, provider, planted, stream):
    provider.reset(call("write_file", file_path=".env"), delta=3)
    function = {"name": "write_file", "description": f"like {planted.github}", "parameters": {"type": "object"}}
    messages = [{"role": "system", "content": planted.arn}, user(planted.env + planted.pem)]

    message = create(openai, stream, messages=messages, tools=[{"type": "function", "function": function}])

    [made] = message["tool_calls"]
    assert {"file_path": ".env", "content": planted.env + planted.pem} == json.loads(made["function"]["arguments"])
    assert not traces(provider.wire, planted)


def test_three_turns_with_tools(openai, provider, planted, stream):
    provider.reset(in_turn(call("write_file", file_path="a"), echo, say("done")), delta=5)
    messages = [user(planted.env)]
    for turn in range(3):
        message = create(openai, stream, messages=messages)
        calls = [
            {
                "id": made["id"],
                "type": "function",
                "function": {name: made["function"][name] for name in ("name", "arguments")},
            }
            for made in message["tool_calls"] or []
        ]
        messages.append({"role": "assistant", "content": message["content"]} | ({"tool_calls": calls} if calls else {}))
        if turn == 0:
            messages.append({"role": "tool", "tool_call_id": calls[0]["id"], "content": planted.pem})
        messages.append(user(f"now {planted.arn} for LedgerReconciler"))

    one, two, three = (seen.json["messages"] for seen in provider.seen)
    assert one == two[: len(one)]
    assert two == three[: len(two)]
    assert one[0]["content"] == json.loads(two[1]["tool_calls"][0]["function"]["arguments"])["content"]
    assert not traces(provider.wire, planted)


def test_a_response(openai, provider, planted):
    answer = openai.call("responses.create", model="gpt-5", input=planted.env, instructions=planted.pem)

    assert planted.env == answer["output"][0]["content"][0]["text"]
    assert not traces(provider.wire, planted)


def test_a_response_streams(openai, provider, planted):
    provider.reset(echo, delta=5)

    *_, last = openai.stream("responses.stream", model="gpt-5", input=planted.env)

    assert "final" in last, last
    assert not traces(provider.wire, planted)


def test_a_response_calls_a_tool(openai, provider, planted, stream):
    provider.reset(call("write_file", file_path=".env"), delta=3)
    arguments = {"model": "gpt-5", "input": planted.env + planted.pem, "instructions": planted.arn}

    if stream:
        *events, last = openai.stream("responses.stream", **arguments)
        [made] = last["final"]["output"]
        deltas = [e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta"]
        assert made["arguments"] == "".join(deltas)
    else:
        [made] = openai.call("responses.create", **arguments)["output"]
    assert {"file_path": ".env", "content": planted.env + planted.pem} == json.loads(made["arguments"])
    assert not traces(provider.wire, planted)


def test_completions_embeddings_and_moderations(openai, provider, planted):
    provider.reset(say("yes"))
    openai.call("completions.create", model="gpt-3.5-turbo-instruct", prompt=planted.env, suffix=planted.pem)
    openai.call("embeddings.create", model="text-embedding-3-small", input=[planted.env, planted.arn])
    openai.call("moderations.create", input=planted.env)

    assert ["/v1/completions", "/v1/embeddings", "/v1/moderations"] == [seen.path for seen in provider.seen]
    assert not traces(provider.wire, planted)


def test_the_list_of_models(openai, provider):
    assert ["gpt-4o"] == [model["id"] for model in openai.call("models.list")["models"]]


def test_an_error_of_the_provider_is_the_sdks_own(openai, provider, stream):
    provider.reset(error(429, "rate_limit_error"))

    answer = create(openai, stream, messages=[user("hi")])

    assert ("RateLimitError", 429) == (answer["error"], answer["status"])


def test_a_refusal_of_the_filter_is_a_bad_request_to_the_sdk(openai, provider, planted):
    answer = create(openai, stream=False, messages=[user(planted.env)], extra_headers={"content-encoding": "gzip"})

    assert ("BadRequestError", 400) == (answer["error"], answer["status"])
    assert {"message", "type", "param", "code"} <= set(answer["body"])
    assert not provider.seen


@pytest.mark.parametrize("after", [0, 3, 9])
def test_a_stream_that_breaks_off_ends_for_the_client_too(openai, provider, planted, after):
    provider.reset(echo, close_after=after, delta=4)

    *events, last = openai.stream("chat.completions.stream", **MODEL, messages=[user(planted.env)])

    assert "error" in last
    text = "".join(event["delta"] for event in events if event["type"] == "content.delta")
    assert planted.env.startswith(text)
    assert not traces(provider.wire, planted)
