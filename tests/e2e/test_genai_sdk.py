"""The `google-genai` SDK through the filter: its own types must be content, and hold the originals."""

import json

import pytest

from .clients import GOOGLE_KEY, post, sdk
from .filter import GEMINI
from .plants import traces
from .wire import Raw

MODEL = {"model": "gemini-2.5-flash"}
SSE = (("content-type", "text/event-stream"),)


def said(seen):
    return seen.json["contents"][-1]["parts"][-1]["text"]


def answer(*parts, finish=None):
    candidate = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {})],
        "modelVersion": "gemini-2.5-flash",
    }


def streamed(seen):
    """Answer in events, or without `alt=sse` in items of an array."""
    text = said(seen)
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    items = [json.dumps(answer({"text": piece}, finish="STOP" if piece is pieces[-1] else None)) for piece in pieces]
    if "alt=sse" in seen.path:
        return Raw(200, "".join(f"data: {item}\r\n\r\n" for item in items).encode(), SSE)
    return Raw(200, f"[{f'{chr(10)},{chr(13)}{chr(10)}'.join(items)}]\n".encode())


def whole(*parts):
    return lambda seen: Raw(200, json.dumps(answer({"text": said(seen)}, *parts, finish="STOP")).encode())


@pytest.fixture(scope="module")
def genai(filter, folder):
    with sdk("genai", filter, folder / "genai-home") as running:
        yield running


def test_an_answer(genai, provider, planted):
    provider.reset(whole())
    result = genai.call("generate_content", **MODEL, contents=planted.env + planted.pem)
    assert planted.env + planted.pem == result["candidates"][0]["content"]["parts"][0]["text"]
    assert [GOOGLE_KEY] == provider.seen[-1].header("x-goog-api-key")
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("size", [0, 1, 64])
def test_an_answer_streams(genai, provider, planted, size):
    provider.reset(streamed, cut=size)
    *chunks, last = genai.stream("generate_content_stream", **MODEL, contents=planted.env)
    assert {"end": True} == last
    assert planted.env == "".join(chunk["candidates"][0]["content"]["parts"][0]["text"] or "" for chunk in chunks)
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("size", [0, 3])
def test_an_answer_streams_as_an_array(filter, provider, planted, size):
    provider.reset(streamed, cut=size)
    body = {"contents": [{"role": "user", "parts": [{"text": planted.env}]}]}
    got = post(filter, GEMINI, "/v1beta/models/gemini-2.5-pro:streamGenerateContent", body)
    assert "gemini" == filter.event(got.agent)["dialect"]
    parts = [part for item in got.json for part in item["candidates"][0]["content"]["parts"]]
    assert planted.env == "".join(part["text"] for part in parts)
    assert not traces(provider.wire, planted)


def test_a_call_and_its_signature_go_there_and_back(genai, provider, planted):
    call = {"functionCall": {"name": "write_file", "args": {"content": ""}}, "thoughtSignature": "UkRYX1NJR05FRA=="}

    def script(seen):
        call["functionCall"]["args"]["content"] = said(seen)
        return whole(call)(seen)

    provider.reset(script)
    result = genai.call("generate_content", **MODEL, contents=planted.env)
    made = result["candidates"][0]["content"]["parts"][1]
    assert {"content": planted.env} == made["function_call"]["args"]
    contents = [
        {"role": "user", "parts": [{"text": planted.env}]},
        result["candidates"][0]["content"],
        {"role": "user", "parts": [{"function_response": {"name": "write_file", "response": {"output": planted.pem}}}]},
        {"role": "user", "parts": [{"text": "go on"}]},
    ]
    genai.call("generate_content", **MODEL, contents=contents)
    first, second = (seen.json["contents"] for seen in provider.seen)
    assert first[0] == second[0]
    assert call["thoughtSignature"].rstrip("=") == second[1]["parts"][1]["thoughtSignature"].rstrip("=")
    assert not traces(provider.wire, planted)


def test_tokens_and_embeddings(genai, provider, planted):
    provider.reset(lambda _seen: Raw(200, json.dumps({"totalTokens": 7}).encode()))
    assert 7 == genai.call("count_tokens", **MODEL, contents=planted.env)["total_tokens"]
    provider.reset(lambda _seen: Raw(200, json.dumps({"embeddings": [{"values": [0.5]}]}).encode()))
    assert [0.5] == genai.call("embed_content", model="gemini-embedding-001", contents=planted.env)["embeddings"][0][
        "values"
    ]
    assert not traces(provider.wire, planted)


def test_a_refusal_of_the_filter_has_googles_shape(filter, provider):
    got = post(
        filter, GEMINI, "/v1beta/models/gemini-2.5-pro:generateContent", b"{not json", [("x-goog-api-key", "AIza")]
    )
    assert (400, "INVALID_ARGUMENT") == (got.status, got.json["error"]["status"])
    assert "redact:" in got.json["error"]["message"]
    assert not provider.seen
