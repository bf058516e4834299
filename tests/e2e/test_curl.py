"""curl through the filter: what the provider gets, and what comes back."""

import base64
import gzip
import json
import subprocess
import zlib
from typing import Any
from urllib.parse import quote

import brotli
import pytest
import zstandard

from . import clients
from . import filter as filters
from .clients import curl
from .plants import Plants, traces
from .provider import call, echo, error, say, think
from .provider import provider as start_provider
from .talk import API, Api, events
from .wire import Text, Tool

NAMES = (
    'class LedgerReconciler:\n    host = "ledger-db.corp.acme.example"  # imports com.acme.ledger.core, PAYOUT_ROUTER\n'
)


def everything(planted: Plants) -> str:
    return f"Look at this:\n{planted.env}\n{planted.pem}\n{NAMES}\nCaf\u00e9 \u2713 \U0001f980\n"


def test_nothing_planted_leaves_and_all_of_it_comes_home(filter, provider, planted, home, api, stream):
    text = everything(planted)

    done = curl(filter, api.host, api.path, api.request(text, stream=stream), home=home)

    assert (0, "") == (done.code, done.err)
    said = api.read(done.out)
    assert said.complete
    assert text == said.text
    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)
    # What surrounds the values is untouched.
    assert "Look at this:\nAWS_ACCESS_KEY_ID=RDX_" in provider.seen[0].last_text
    assert provider.seen[0].last_text.endswith("Caf\u00e9 \u2713 \U0001f980\n")


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_both_versions_of_http_are_filtered(filter, provider, planted, home, api, stream, version):
    done = curl(filter, api.host, api.path, api.request(planted.env, stream=stream), version, home=home)

    assert planted.env == api.read(done.out).text
    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


def test_an_upload_in_chunks_is_filtered(filter, provider, planted, home, api):
    done = curl(filter, api.host, api.path, api.request(planted.env), "-H", "transfer-encoding: chunked", home=home)

    assert planted.env == api.read(done.out).text
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize(
    "style",
    [
        pytest.param({"cut": 1, "delta": 11}, id="each byte alone"),
        pytest.param({"cut": 3, "delta": 40}, id="three bytes, long deltas"),
        pytest.param({"cut": 17, "delta": 5}, id="prime cuts"),
        pytest.param({"delta": 1}, id="each character its own event"),
        pytest.param({"delta": 2, "ascii": True}, id="escapes"),
        pytest.param({"delta": 4, "crlf": True}, id="CRLF"),
        pytest.param(
            {"delta": 4, "crlf": True, "cut": 1, "noise": True}, id="CRLF, each byte alone, comments and pings"
        ),
        pytest.param({"delta": 10_000}, id="one delta"),
    ],
)
@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_however_the_stream_is_cut_the_text_is_whole(filter, provider, planted, home, api, style, version):
    text = f"é {planted.github} \U0001f980 {planted.arn} LedgerReconciler\\n ledger-db.corp.acme.example."
    provider.reset(echo, **style)

    done = curl(filter, api.host, api.path, api.request(text, stream=True), version, home=home)

    said = api.read(done.out)
    assert said.complete
    assert text == said.text
    assert not traces(provider.wire, planted)


def test_wherever_a_stream_is_cut_in_two_the_text_is_whole(filter, provider, planted, api):
    text = f"é{planted.github}\U0001f980"
    body = json.dumps(api.request(text, stream=True)).encode()
    with clients.connection(filter, api.host) as made:
        whole = clients.send(made, api.path, body, clients.headers_for(api.host)).read()
        for offset in range(1, len(whole), 5):
            provider.restyle(cut_at=offset, delta=len(text))
            answer = clients.send(made, api.path, body, clients.headers_for(api.host)).read()
            assert text == api.read(answer).text, offset


def test_comments_and_pings_pass(filter, provider, planted, home, api):
    provider.reset(echo, noise=True)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=True), home=home)

    assert b": OPENROUTER PROCESSING\n\n" in done.out
    assert api.name == "openai" or b"event: ping\n" in done.out


@pytest.mark.parametrize("style", [{"delta": 3}, {"delta": 1, "ascii": True}, {"delta": 5, "cut": 1}], ids=str)
def test_tool_arguments_parse_and_hold_the_originals(filter, provider, planted, home, api, stream, style):
    content = f'{planted.pem}say "hi" \\ back\\slash\t{planted.env}\nLedgerReconciler \u00e9 \U0001f980'
    provider.reset(call("Write", file_path="keys/id_rsa"), **style)

    done = curl(filter, api.host, api.path, api.request(content, stream=stream), home=home)

    [(name, arguments)] = api.read(done.out).tools
    assert name == "Write"
    assert {"file_path": "keys/id_rsa", "content": content} == json.loads(arguments)
    assert not traces(provider.wire, planted)


def test_two_tool_calls_and_text_keep_apart(filter, provider, planted, home, api, stream):
    def script(seen):
        sent = seen.last_text
        calls = [Tool("Write", {"file_path": f"{n}.env", "content": sent}, f"toolu_{n}") for n in (1, 2)]
        return [Text(f"Writing {sent}"), *calls]

    provider.reset(script, delta=3)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=stream), home=home)

    said = api.read(done.out)
    assert said.text == f"Writing {planted.env}"
    assert [{"file_path": f"{n}.env", "content": planted.env} for n in (1, 2)] == [json.loads(a) for _, a in said.tools]


def test_a_thought_is_never_edited(filter, provider, planted, home, api, stream):
    provider.reset(think(echo), delta=4)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=stream), home=home)

    said = api.read(done.out)
    assert planted.env == said.text
    sent = provider.seen[0].last_text
    assert f"The user says: {sent} \u00e9\u2713" == said.thinking
    assert not traces(said.thinking.encode(), planted)
    if api.name == "anthropic":
        assert said.signature == "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"
        assert {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"} in said.blocks


PLACES: dict[str, dict[str, Any]] = {
    "anthropic": {
        "system": lambda t: {"system": t},
        "system blocks": lambda t: {"system": [{"type": "text", "text": t, "cache_control": {"type": "ephemeral"}}]},
        "tool description": lambda t: {"tools": [{"name": "x", "description": t, "input_schema": {"type": "object"}}]},
        "tool schema": lambda t: {
            "tools": [
                {"name": "x", "input_schema": {"type": "object", "properties": {"a": {"enum": [t], "default": t}}}}
            ]
        },
        "tool input": lambda t: _anthropic_tool_turns({"env": t}, "ok"),
        "tool input key": lambda t: _anthropic_tool_turns({"env": {t: 1}}, "ok"),
        "tool result": lambda t: _anthropic_tool_turns({}, t),
        "tool result blocks": lambda t: _anthropic_tool_turns({}, [{"type": "text", "text": t}]),
        "document": lambda t: _anthropic_block(
            {
                "type": "document",
                "title": t,
                "context": t,
                "source": {"type": "text", "media_type": "text/plain", "data": t},
            }
        ),
        "search result": lambda t: _anthropic_block(
            {"type": "search_result", "source": t, "title": t, "content": [{"type": "text", "text": t}]}
        ),
        "unknown block": lambda t: _anthropic_block({"type": "hologram", "beam": {"deep": [t]}}),
        "unknown field": lambda t: {"not_yet_invented": {"deep": [{"er": t}]}},
    },
    "openai": {
        "system": lambda t: {"messages": [{"role": "system", "content": t}, {"role": "user", "content": "hi"}]},
        "content parts": lambda t: {"messages": [{"role": "user", "content": [{"type": "text", "text": t}]}]},
        "tool description": lambda t: {
            "tools": [{"type": "function", "function": {"name": "x", "description": t, "parameters": {}}}]
        },
        "tool parameters": lambda t: {
            "tools": [
                {"type": "function", "function": {"name": "x", "parameters": {"properties": {"a": {"enum": [t]}}}}}
            ]
        },
        "tool arguments": lambda t: _openai_tool_turns(json.dumps({"env": t}), "ok"),
        "tool arguments key": lambda t: _openai_tool_turns(json.dumps({"env": {t: 1}}), "ok"),
        "arguments in arguments": lambda t: _openai_tool_turns(json.dumps({"a": json.dumps({"b": t})}), "ok"),
        "broken arguments": lambda t: _openai_tool_turns(json.dumps({"env": t})[:-1], "ok"),
        "tool result": lambda t: _openai_tool_turns("{}", t),
        "prediction": lambda t: {"prediction": {"type": "content", "content": t}},
        "name": lambda t: {"metadata": {"ticket": t}},
        "unknown field": lambda t: {"not_yet_invented": {"deep": [{"er": t}]}},
    },
}


def _anthropic_block(block: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [block, {"type": "text", "text": "hi"}]}]}


def _anthropic_tool_turns(arguments: dict[str, Any], result: Any) -> dict[str, Any]:
    use = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": arguments}
    back = {"type": "tool_result", "tool_use_id": "toolu_1", "content": result}
    return {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [back, {"type": "text", "text": "go on"}]},
        ]
    }


def _openai_tool_turns(arguments: str, result: str) -> dict[str, Any]:
    call = {"id": "call_1", "type": "function", "function": {"name": "Read", "arguments": arguments}}
    return {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": result},
            {"role": "user", "content": "go on"},
        ]
    }


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, places in PLACES.items() for place in places])
def test_no_place_in_a_request_is_overlooked(filter, provider, planted, home, name, place):

    api: Api = API[name]
    text = everything(planted)
    body = api.request("hi") | PLACES[name][place](text)
    provider.reset(say("done"))

    done = curl(filter, api.host, api.path, body, home=home)

    assert api.read(done.out).text == "done"
    assert not traces(provider.wire, planted)
    assert shape(body, planted) == shape(provider.seen[0].json, planted)


def shape(node: Any, planted: Plants) -> Any:
    """The body with its texts blanked: names, types, order, numbers and short words that carry no value stay."""
    match node:
        case str():
            return "text" if "Look at this" in node else node
        case list():
            return [shape(item, planted) for item in node]
        case dict():
            return [(shape(key, planted), shape(value, planted)) for key, value in node.items()]
    return node


@pytest.mark.parametrize("form", ["base64", "hex", "percent", "json", "slashes"])
def test_a_found_value_does_not_leave_in_another_form_beside_it(filter, provider, planted, home, api, form):
    value = planted.secret_key
    forms = {
        "base64": base64.b64encode(f"user:{value}".encode()).decode(),
        "hex": value.encode().hex(),
        "percent": quote(value, safe=""),
        "json": json.dumps(json.dumps({"k": f"{value}\n"})),
        "slashes": json.dumps({"a": {"b": value}}).replace("/", "\\/"),
    }
    text = f"AWS_SECRET_ACCESS_KEY={value}\nand again: {forms[form]}\n"

    done = curl(filter, api.host, api.path, api.request(text), home=home)

    assert not traces(provider.wire, planted)
    if provider.seen:
        assert text == api.read(done.out).text
    else:
        assert api.is_error(done.json)


@pytest.mark.parametrize("written", ["escaped", "spaced", "with a mark"])
def test_however_json_is_written_it_is_read(filter, provider, planted, home, api, written):
    request = api.request("HERE")
    body = {
        "escaped": json.dumps(request).replace("HERE", "".join(f"\\u{ord(char):04X}" for char in planted.env)),
        "spaced": "\r\n\t " + json.dumps(request, indent=7).replace("HERE", json.dumps(planted.env)[1:-1]) + "\n\n",
        "with a mark": "\ufeff" + json.dumps(request).replace("HERE", json.dumps(planted.env)[1:-1]),
    }[written].encode()

    done = curl(filter, api.host, api.path, body, home=home)

    assert not traces(provider.wire, planted)
    if written == "with a mark":  # RFC 8259 lets a parser refuse it
        assert api.is_error(done.json) or planted.env == api.read(done.out).text
    else:
        assert planted.env == api.read(done.out).text


def test_an_account_id_that_is_a_number_stays_one(filter, provider, planted, home):
    api = API["anthropic"]
    number = int(planted.account)
    turns = _anthropic_tool_turns({"role": planted.arn, "AccountId": number, "accounts": [number]}, "ok")
    provider.reset(lambda seen: Tool("Write", seen.json["messages"][1]["content"][0]["input"]))

    done = curl(filter, api.host, api.path, api.request("hi") | turns, home=home)

    assert not traces(provider.wire, planted)
    sent = provider.seen[0].json["messages"][1]["content"][0]["input"]
    assert isinstance(sent["AccountId"], int)
    assert sent["accounts"] == [sent["AccountId"]]
    [(_, arguments)] = api.read(done.out).tools
    assert {"role": planted.arn, "AccountId": number, "accounts": [number]} == json.loads(arguments)


def test_count_tokens_is_filtered_like_the_message_itself(filter, provider, planted, home):
    body = {"model": "m", "system": planted.env, "messages": [{"role": "user", "content": everything(planted)}]}

    done = curl(filter, clients.ANTHROPIC, "/v1/messages/count_tokens", body, home=home)

    assert {"input_tokens": 2095} == done.json
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/whatever/is/new", "/v1/embeddings"])
def test_an_unknown_path_is_filtered_all_the_same(filter, provider, planted, home, path):
    body = {"model": "m", "input": planted.env, "more": [{planted.github: LOUD}, 1, None, True]}

    done = curl(filter, clients.OPENAI, path, body, home=home)

    assert done.json["output"][0]["content"][0]["text"] == planted.env
    assert not traces(provider.wire, planted)


LOUD = "LEDGER_RECONCILER"


def test_an_unknown_stream_leaks_nothing_and_stays_readable(filter, provider, planted, home):
    body = {"model": "m", "input": planted.env, "stream": True}
    provider.reset(echo, delta=6)

    done = curl(filter, clients.OPENAI, "/v1/responses", body, home=home)

    parsed = [json.loads(data) for _, data in events(done.out)]
    assert parsed[-1]["type"] == "response.completed"
    assert parsed[-1]["response"]["output"][0]["content"][0]["text"] == planted.env
    assert not traces(provider.wire, planted)


COMPRESS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("encoding", COMPRESS)
def test_a_compressed_request_is_read(filter, provider, planted, home, api, encoding):
    body = COMPRESS[encoding](json.dumps(api.request(planted.env)).encode())

    done = curl(filter, api.host, api.path, body, "-H", f"content-encoding: {encoding}", home=home)

    assert planted.env == api.read(done.out).text
    assert not traces(provider.wire, planted)
    assert not provider.seen[0].header("content-encoding")


@pytest.mark.parametrize(("status", "kind"), [(529, "overloaded_error"), (500, "api_error"), (429, "rate_limit_error")])
def test_an_error_of_the_provider_passes_as_it_is(filter, provider, planted, home, api, stream, status, kind):
    provider.reset(error(status, kind, "Overloaded, sorry"))

    done = curl(filter, api.host, api.path, api.request("hi", stream=stream), "-w", "%{http_code}", home=home)

    assert done.out.endswith(str(status).encode())
    assert api.is_error(json.loads(done.out[:-3]))
    assert b"Overloaded, sorry" in done.out


def test_an_error_that_quotes_the_request_shows_the_client_its_own_words(filter, provider, planted, home, api):
    provider.reset(lambda seen: error(400, "invalid_request_error", f"cannot parse: {seen.last_text}")(seen))

    done = curl(filter, api.host, api.path, api.request(planted.github), home=home)

    assert f"cannot parse: {planted.github}" == done.json["error"]["message"]


def test_a_list_of_models_passes(filter, provider, home, api):
    done = curl(filter, api.host, "/v1/models", b"", "--get", home=home)

    assert done.json["data"][0]["id"] == "gpt-4o"


def test_the_first_event_arrives_before_the_provider_has_finished(filter, provider, planted, home, api):
    provider.reset(echo, delta=10, pause_after=5)
    body = json.dumps(api.request(planted.env, stream=True)).encode()

    with subprocess.Popen(
        clients.curl_command(api.host, api.path),
        env=clients.clean_environment(home, filter),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdin.write(body)
        process.stdin.close()
        early = b""
        while b"AWS_ACCESS" not in early:
            piece = process.stdout.read1()
            assert piece, "the stream ended early"
            early += piece
        paused = provider.paused.is_set()
        finished = provider.go_on.is_set()
        provider.go_on.set()
        rest = process.stdout.read()

    assert (True, False) == (paused, finished)
    assert planted.env == api.read(early + rest).text


def test_usage_and_ids_are_those_of_the_provider(filter, provider, planted, home, api, stream):
    done = curl(filter, api.host, api.path, api.request(planted.env, stream=stream), home=home)

    usage = api.read(done.out).usage
    assert 503 == usage.get("output_tokens", usage.get("completion_tokens"))
    ident = {"anthropic": b"msg_013Zva2CMHLNnXjNJJKqJ2EF", "openai": b"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT"}
    assert ident[api.name] in done.out


def test_a_request_without_findings_arrives_byte_by_byte(filter, provider, home, api):
    body = json.dumps(api.request("nothing to see"), indent=3).encode() + b"\n"

    curl(filter, api.host, api.path, body, home=home)

    assert body == provider.seen[0].body


def test_a_gzipped_answer_comes_home_whole(filter, provider, planted, home, api, stream):
    provider.reset(echo, gzip=True)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=stream), "--compressed", home=home)

    assert planted.env == api.read(done.out).text
    assert ["identity"] == provider.seen[0].header("accept-encoding")


def test_a_provider_without_tls_is_reached_too(planted, home, tmp_path):
    with start_provider(None) as plain:
        config = filters.write_settings(tmp_path / "filter", plain.url)
        with filters.serve(config) as running:
            for api in API.values():
                done = curl(running, api.host, api.path, api.request(planted.env), home=home)
                assert planted.env == api.read(done.out).text

    assert len(plain.seen) == 2
    assert not traces(plain.wire, planted, company=False)
