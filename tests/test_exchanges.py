"""Golden exchanges: what a client sends, what leaves, what the provider answers and what the client gets, cut at every byte.

A folder `exchanges/<dialect>/<case>/` holds `request.json` as the client sent it, `sent.json` as it must leave, and
`response.sse` with `client.sse`, or `response.json` with `client.json`; instead of `sse` also `ndjson`, `array` (a JSON
array that streams) or `frames` (an AWS event stream, one frame a line). Where that is not the dialect's usual one, `address`
says where it was sent. A new dialect needs a folder only, and its usual address in `ADDRESSES`.
"""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from redact.dialects import DIALECTS

from . import frames, pack
from .test_providers import MAP

KINDS = {
    "sse": "text/event-stream",
    "ndjson": "application/x-ndjson",
    "array": "application/json",
    "frames": "application/vnd.amazon.eventstream",
}
OPENAI, BEDROCK = "https://api.openai.com/v1", "https://bedrock-runtime.us-east-1.amazonaws.com"
ADDRESSES = {
    "anthropic-messages": "https://api.anthropic.com/v1/messages",
    "anthropic-batches": "https://api.anthropic.com/v1/messages/batches",
    "anthropic-complete": "https://api.anthropic.com/v1/complete",
    "openai-chat": f"{OPENAI}/chat/completions",
    "openai-responses": f"{OPENAI}/responses",
    "openai-completions": f"{OPENAI}/completions",
    "openai-embeddings": f"{OPENAI}/embeddings",
    "openai-realtime": f"{OPENAI}/realtime/client_secrets",
    "files": f"{OPENAI}/files",
    "generic": f"{OPENAI}/tomorrow",
    "gemini": "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent",
    "bedrock-converse": f"{BEDROCK}/model/some.model-v1:0/converse-stream",
    "bedrock-invoke": f"{BEDROCK}/model/some.model-v1:0/invoke-with-response-stream",
    "ollama": "https://ollama.com/api/chat",
    "kiro": "https://codewhisperer.us-east-1.amazonaws.com/generateAssistantResponse",
}
FOLDER = Path(__file__).with_name("exchanges")
CASES = sorted(path.parent for path in FOLDER.glob("*/*/request.json"))
STREAMED = {case: name for case in CASES for name in KINDS if (case / f"response.{name}").exists()}
WHOLE = [case for case in CASES if (case / "response.json").exists()]


def named(case):
    return f"{case.parent.name}/{case.name}"


def address(case):
    """Where the request of a case is sent: host, and path with its query."""
    given = case / "address"
    url = urlsplit(given.read_text(encoding="ascii").strip() if given.exists() else ADDRESSES[case.parent.name])
    return url.hostname, f"{url.path}?{url.query}" if url.query else url.path


def asked(case):
    """Send the request of a case; its answer may come through the exchange then."""
    exchange = pack.exchange(case.parent.name)
    return exchange, exchange.request((case / "request.json").read_bytes())


def test_every_dialect_has_golden_exchanges_streamed_and_whole():
    assert set(DIALECTS) == {case.parent.name for case in CASES}
    assert {*STREAMED, *WHOLE} == set(CASES)


OWN = "llm.acme.example"
"""A host of the company's own, which no map of ours lists: vLLM, Tabby and the like."""


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_map_knows_the_dialect_by_the_address(case):
    host, path = address(case)
    assert OWN == host or case.parent.name == MAP.route(host, path.partition("?")[0]).does


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_leaves(case):
    assert (case / "sent.json").read_bytes() == asked(case)[1]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_was_sent_once_is_sent_again(case):
    exchange = pack.exchange(case.parent.name)
    sent = (case / "sent.json").read_bytes()
    exchange._redactor.redact((case / "request.json").read_text(encoding="utf-8"))
    assert sent == pack.exchange(case.parent.name, exchange._redactor).request((case / "request.json").read_bytes())


@pytest.mark.parametrize("case", WHOLE, ids=named)
def test_what_the_client_gets(case):
    exchange, _ = asked(case)
    assert (case / "client.json").read_bytes() == exchange.response((case / "response.json").read_bytes())


@pytest.mark.parametrize("case", STREAMED, ids=named)
def test_what_the_client_gets_however_the_stream_is_cut(case):
    name = STREAMED[case]
    stream, wanted = (case / f"response.{name}").read_bytes(), (case / f"client.{name}").read_bytes()
    stream, shown = (frames.written(stream), frames.shown) if name == "frames" else (stream, bytes)
    exchange, _ = asked(case)
    over = exchange._redactor

    def through(pieces):
        exchange = pack.exchange(case.parent.name, over)
        exchange.request((case / "request.json").read_bytes())
        assert exchange.streams(KINDS[name], pieces[0])
        return shown(b"".join(map(exchange.chunk, pieces)) + exchange.flush())

    assert wanted == through([stream])
    # Each size cuts at every byte, here or there.
    for size in (1, 7, 97):
        for start in range(1, size + 1):
            pieces = [stream[:start], *(stream[at : at + size] for at in range(start, len(stream), size))]
            assert wanted == through(pieces), f"cut every {size} bytes from {start} on"


SOCKETS = [case for case in STREAMED if DIALECTS[case.parent.name].has_sockets]


@pytest.mark.parametrize("case", SOCKETS, ids=named)
def test_what_the_client_gets_over_a_websocket(case):
    def messages(stream):
        return [line[6:] for line in stream.split(b"\n") if line.startswith(b"data: ")]

    exchange, _ = asked(case)
    got = [out for one in messages((case / "response.sse").read_bytes()) for out in exchange.frame(one)]
    wanted = messages((case / "client.sse").read_bytes())
    assert wanted[: len(got)] == got
    # What waits for the next message is lost with the socket if none comes.
    assert len(got) == len(wanted) or case.name.startswith("cut-off")
