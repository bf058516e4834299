"""What a provider keeps comes back by its id alone: restored for the client it is of, after a restart too, for no other."""

import json

import pytest

from . import filter as filters
from .clients import OPENAI, post
from .plants import SURROGATE, traces
from .wire import Raw

RESPONSES = "/v1/responses"


def answer(text, number=1, **more):
    content = [{"type": "output_text", "text": text, "annotations": []}]
    item = {"type": "message", "id": f"msg_{number}", "role": "assistant", "content": content}
    return {"id": f"resp_{number}", "object": "response", "model": "gpt-5", "output": [item], **more}


def keeping(said):
    """Keep what is said first, say it again to whoever asks: as JSON, or as events."""
    kept = []

    def script(seen):
        kept.extend(SURROGATE.findall(seen.body.decode()) if not kept else ())
        body = answer(said.format(kept[0]), **({"conversation": {"id": "conv_1"}} if b"conv_1" in seen.body else {}))
        if b'"stream": true' not in seen.body:
            return Raw(200, json.dumps(body).encode())
        events = [{"type": "response.created", "response": body | {"output": []}, "sequence_number": 0}]
        events.append({"type": "response.completed", "response": body, "sequence_number": 1})
        stream = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        return Raw(200, stream.encode(), (("content-type", "text/event-stream"),))

    return script


def said(answer):
    body = answer.body if answer.body[:1] == b"{" else answer.body.split(b"data: ")[-1]
    got = json.loads(body)
    return got.get("response", got)["output"][0]["content"][0]["text"]


def ask(filter, *, key="sk-mine", method="POST", path=RESPONSES, **body):
    body = b"" if method == "GET" else {"model": "gpt-5", **body}
    return post(filter, OPENAI, path, body, [("authorization", f"Bearer {key}")], method=method)


@pytest.fixture
def began(filter, provider, planted, stream):
    provider.reset(keeping("it is {}"))
    first = ask(filter, input=planted.github, stream=stream, conversation="conv_1")
    assert f"it is {planted.github}" == said(first)
    return planted


@pytest.mark.parametrize(
    "later",
    [
        {"previous_response_id": "resp_1", "input": "what was it?"},
        {"conversation": {"id": "conv_1"}, "input": "what was it?"},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"method": "GET", "path": f"{RESPONSES}/resp_1"},
        {"method": "GET", "path": f"{RESPONSES}/resp_1/input_items?limit=1"},
        {"method": "GET", "path": "/v1/conversations/conv_1/items"},
    ],
    ids=["response", "conversation", "item", "get", "input items", "conversation items"],
)
def test_a_later_request_gets_what_an_earlier_one_carried(filter, provider, began, later):
    assert f"it is {began.github}" == said(ask(filter, **later))
    assert not traces(provider.wire, began)


def test_nobody_else_gets_it(filter, provider, began):
    got = said(ask(filter, key="sk-other", previous_response_id="resp_1", input="what was it?"))
    assert SURROGATE.search(got)
    assert began.github not in got


CHAT = "/v1/chat/completions"


def storing(number):
    """Store what is said, under an id; give it, or its messages, with a call of a tool, to whoever asks."""
    stored = []

    def script(seen):
        stored.extend(SURROGATE.findall(seen.body.decode()) if not stored else ())
        arguments = json.dumps({"url": stored[0]})
        call = {"id": "c", "type": "function", "function": {"name": "WebFetch", "arguments": arguments}}
        message = {"role": "assistant", "content": f"it is {stored[0]}", "tool_calls": [call]}
        whole = {"id": number, "object": "chat.completion", "choices": [{"index": 0, "message": message}]}
        listed = {"object": "list", "data": [{"id": f"{number}-0", **message}]}
        return Raw(200, json.dumps(listed if seen.path.endswith("/messages") else whole).encode())

    return script


@pytest.mark.parametrize("below", ["", "/messages"], ids=["answer", "messages"])
@pytest.mark.parametrize(
    ("number", "stored", "key", "comes_back"),
    [
        ("chatcmpl-1", True, "sk-mine", True),
        ("chatcmpl-2", True, "sk-other", False),
        ("chatcmpl-3", False, "sk-mine", False),
    ],
    ids=["mine", "another's", "not stored"],
)
def test_a_stored_chat_comes_back_to_whom_it_is_of(filter, provider, planted, number, stored, key, comes_back, below):
    provider.reset(storing(number))
    ask(filter, path=CHAT, messages=[{"role": "user", "content": planted.github}], store=stored)
    got = json.loads(ask(filter, key=key, method="GET", path=f"{CHAT}/{number}{below}").body)
    message = got["data"][0] if below else got["choices"][0]["message"]
    assert comes_back is (message["content"] == f"it is {planted.github}")
    assert SURROGATE.search(message["tool_calls"][0]["function"]["arguments"])
    assert not traces(provider.wire, planted)


FORM = '-----x\r\ncontent-disposition: form-data; name="file"; filename="asked.jsonl"\r\n\r\n{}\r\n-----x--\r\n'


def batching(seen):
    """Keep a file of requests, make a batch of it, and give its answers to whoever asks for their file."""
    FOUND.extend(SURROGATE.findall(seen.body.decode()))
    call = {"type": "function", "function": {"name": "WebFetch", "arguments": json.dumps({"url": FOUND[0]})}}
    message = {"role": "assistant", "content": f"it is {FOUND[0]}", "tool_calls": [call]}
    line = {"custom_id": "a", "response": {"body": {"choices": [{"index": 0, "message": message}]}}}
    batch = {"id": "batch_1", "object": "batch", "input_file_id": "file-1"}
    said = {
        "/v1/files": {"id": "file-1", "object": "file", "filename": "asked.jsonl"},
        "/v1/batches": batch,
        "/v1/batches/batch_1": {**batch, "output_file_id": "file-2"},
        "/v1/files/file-2/content": line,
    }[seen.path]
    kind = "application/octet-stream" if said is line else "application/json"
    return Raw(200, json.dumps(said).encode() + b"\n", (("content-type", kind),))


FOUND = []


@pytest.mark.parametrize(("key", "comes_back"), [("sk-other", False), ("sk-mine", True)])
def test_the_answers_to_a_batch_come_back_to_whom_it_is_of(filter, provider, planted, key, comes_back):
    FOUND.clear()
    provider.reset(batching)
    asked = {"custom_id": "a", "body": {"messages": [{"role": "user", "content": planted.github}]}}
    form = [("content-type", "multipart/form-data; boundary=---x"), ("authorization", "Bearer sk-mine")]
    assert 200 == post(filter, OPENAI, "/v1/files", FORM.format(json.dumps(asked)).encode(), form).status
    ask(filter, path="/v1/batches", input_file_id="file-1")
    ask(filter, method="GET", path="/v1/batches/batch_1")
    line = json.loads(ask(filter, key=key, method="GET", path="/v1/files/file-2/content").body)
    message = line["response"]["body"]["choices"][0]["message"]
    assert comes_back is (message["content"] == f"it is {planted.github}")
    assert SURROGATE.search(message["tool_calls"][0]["function"]["arguments"])
    assert not traces(provider.wire, planted)


def test_an_unknown_id_gets_nothing(filter, provider, began):
    assert SURROGATE.search(said(ask(filter, previous_response_id="resp_9", input="what was it?")))


def test_after_a_restart(tmp_path, upstream, provider, planted):
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca)
    provider.reset(keeping("it is {}"))
    with filters.serve(config) as running:
        ask(running, input=planted.github)
    with filters.serve(config) as running:
        assert f"it is {planted.github}" == said(ask(running, previous_response_id="resp_1", input="what was it?"))
