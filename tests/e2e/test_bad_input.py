"""Bad input: the client gets an answer it can read, the audit tells, and nothing leaves that was not scanned."""

import gzip
import itertools
import json
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard

from . import filter as filters
from .clients import ANTHROPIC, ANTHROPIC_KEY, OPENAI_KEY, connection, curl, headers_for, new_agent, post, send
from .plants import SURROGATE, traces
from .provider import echo, error
from .talk import API
from .wire import Raw

LIMIT = 1 << 20  # bytes, far under the default: the tests need not move 32 MiB to pass it


@pytest.fixture(scope="module")
def filter(tmp_path_factory, upstream, company_rules):
    """A filter whose patience with size is small."""
    folder = tmp_path_factory.mktemp("strict")
    rules = ["builtin", str(company_rules)]
    config = filters.write_settings(folder, upstream.url, upstream.ca, rules=rules, limits={"body_bytes": LIMIT})
    with filters.serve(config) as running:
        yield running


def text_of(planted):
    return json.dumps(planted.env)


# name → body for a request that holds planted values; what cannot be read must be refused
UNREADABLE = {
    "cut off": lambda p: f'{{"model": "m", "messages": [{{"role": "user", "content": {text_of(p)}'.encode(),
    "no JSON at all": lambda p: p.env.encode(),
    "two documents": lambda p: f'{{"model": "m"}} {{"messages": {text_of(p)}}}'.encode(),
    "a comment": lambda p: f'{{"model": "m", /* hi */ "messages": {text_of(p)}}}'.encode(),
    "a trailing comma": lambda p: f'{{"model": "m", "messages": [{text_of(p)},]}}'.encode(),
    "invalid UTF-8": lambda p: b'{"messages": [{"role": "user", "content": "\xff\xfe ' + p.github.encode() + b'"}]}',
    "overlong UTF-8": lambda p: b'{"messages": [{"role": "user", "content": "\xc0\xaf ' + p.github.encode() + b'"}]}',
    "UTF-16": lambda p: json.dumps({"messages": [p.env]}).encode("utf-16"),
    "a raw line feed in a string": lambda p: (
        b'{"messages": [{"role": "user", "content": "\n' + p.github.encode() + b'"}]}'
    ),
    "10,000 levels": lambda p: b'{"messages": ' + b"[" * 10_000 + text_of(p).encode() + b"]" * 10_000 + b"}",
    "10,000 levels of objects": lambda p: b'{"a":' * 10_000 + text_of(p).encode() + b"}" * 10_000,
    "100,000 open brackets": lambda p: p.github.encode() + b"[" * 100_000,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused(filter, provider, planted, api, name):
    answer = post(filter, api.host, api.path, UNREADABLE[name](planted))
    event = filter.event(answer.agent)

    assert answer.status == 400
    assert api.is_error(answer.json)
    assert not traces(answer.body, planted)
    assert event["action"] == "refused"
    assert (400, "POST", api.host, api.path) == tuple(event[name] for name in ("status", "method", "host", "path"))
    assert not provider.seen


def test_a_body_over_the_limit_is_refused(filter, provider, planted, api):
    answer = post(filter, api.host, api.path, api.request("x" * LIMIT + planted.env))
    event = filter.event(answer.agent)

    assert answer.status in {400, 413}
    assert api.is_error(answer.json)
    assert event["action"] == "refused"
    assert not provider.seen


@pytest.mark.parametrize("size", [3 * LIMIT // 2, 3 * LIMIT])
def test_an_upload_of_untold_size_is_refused(filter, provider, planted, home, api, size):
    body = json.dumps(api.request(planted.env + "x" * size)).encode()
    chunked = ("-H", "transfer-encoding: chunked", "-w", "\n%{http_code}")

    done = curl(filter, api.host, api.path, body, *chunked, home=home)

    answer, _, status = done.out.rpartition(b"\n")
    assert status in {b"400", b"413"}, done
    assert api.is_error(json.loads(answer))
    assert filter.event(done.agent)["action"] == "refused"
    assert not provider.seen


def test_an_endless_upload_is_cut_off(filter, provider, planted, home, api):
    body = json.dumps(api.request(planted.env + "x" * 12 * LIMIT)).encode()

    done = curl(filter, api.host, api.path, body, "--fail", "-H", "transfer-encoding: chunked", home=home)

    assert done.code != 0
    assert filter.event(done.agent)["action"] in {"refused", "failed"}
    assert not provider.seen


def test_a_body_just_under_the_limit_is_filtered_to_its_last_byte(filter, provider, planted, api):
    answer = post(filter, api.host, api.path, api.request("x" * (LIMIT - 2000) + " " + planted.env))

    assert api.read(answer.body).text.endswith(planted.env)
    assert not traces(provider.wire, planted)


BOMB = 256  # MiB of the same letter
COMPRESSORS = {
    "gzip": lambda: zlib.compressobj(1, wbits=31).compress,
    "deflate": lambda: zlib.compressobj(1).compress,
    "br": lambda: brotli.Compressor(quality=1).process,
    "zstd": lambda: zstandard.ZstdCompressor(1).compressobj().compress,
}


@pytest.mark.parametrize("encoding", COMPRESSORS)
def test_a_bomb_is_refused_before_it_is_unpacked(filter, provider, encoding):
    compress, letters = COMPRESSORS[encoding](), b"x" * (1 << 20)
    body = compress(b'{"messages": "') + b"".join(compress(letters) for _ in range(BOMB))
    assert len(body) < 2 * LIMIT
    before = resident_peak(filter)

    answer = post(filter, ANTHROPIC, "/v1/messages", body, [("content-encoding", encoding)])
    event = filter.event(answer.agent)

    assert answer.status in {400, 413}
    assert API["anthropic"].is_error(answer.json)
    assert event["action"] == "refused"
    assert resident_peak(filter) - before < (BOMB << 20) // 2
    assert not provider.seen


def resident_peak(filter):
    """The most memory the filter ever held, in bytes."""
    status = Path(f"/proc/{filter.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


WRONG_ENCODINGS = {
    "gzip that is none": (["gzip"], lambda data: data),
    "gzip cut off": (["gzip"], lambda data: gzip.compress(data)[:-20]),
    "br that is gzip": (["br"], gzip.compress),
    "zstd cut off": (["zstd"], lambda data: zstandard.compress(data)[:-4]),
    "deflate that is none": (["deflate"], lambda data: data),
    "unknown": (["compress"], lambda data: data),
    "made up": (["x-rot13"], lambda data: data),
    "identity that is gzip": (["identity"], gzip.compress),
    "none named, but gzip": ([], gzip.compress),
}


@pytest.mark.parametrize("name", WRONG_ENCODINGS)
def test_a_wrong_encoding_is_refused(filter, provider, planted, api, name):
    encodings, pack = WRONG_ENCODINGS[name]
    body = pack(json.dumps(api.request(planted.env)).encode())

    answer = post(filter, api.host, api.path, body, [("content-encoding", one) for one in encodings])
    event = filter.event(answer.agent)

    assert answer.status in {400, 415}
    assert api.is_error(answer.json)
    assert event["action"] == "refused"
    assert not provider.seen


ODD_ENCODINGS = {
    "a list, both true": (["gzip, br"], lambda data: brotli.compress(gzip.compress(data))),
    "a list, one true": (["gzip, gzip"], gzip.compress),
    "two headers, both true": (["gzip", "gzip"], lambda data: gzip.compress(gzip.compress(data))),
    "two headers, one true": (["gzip", "gzip"], gzip.compress),
    "two headers that differ": (["identity", "gzip"], gzip.compress),
    "two headers, none true": (["gzip", "identity"], lambda data: data),
    "gzip without its checksum": (["gzip"], lambda data: gzip.compress(data)[:-8]),
    "gzip and a tail": (["gzip"], lambda data: gzip.compress(data) + data),
    "gzip in two members": (["gzip"], lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
}


@pytest.mark.parametrize("name", ODD_ENCODINGS)
def test_an_odd_encoding_is_read_rightly_or_refused(filter, provider, planted, api, name):
    encodings, pack = ODD_ENCODINGS[name]
    body = pack(json.dumps(api.request(planted.env)).encode())

    answer = post(filter, api.host, api.path, body, [("content-encoding", one) for one in encodings])
    event = filter.event(answer.agent)

    if answer.status == 200:
        assert planted.env == api.read(answer.body).text
        assert not traces(provider.wire, planted)
        assert json.loads(provider.seen[0].body)
    else:
        assert answer.status in {400, 415}
        assert api.is_error(answer.json)
        assert event["action"] == "refused"
        assert not provider.seen


def test_a_lone_surrogate_hides_nothing(filter, provider, planted, api):
    provider.restyle(ascii=True)
    body = json.dumps(api.request("HERE")).replace("HERE", rf"\ud800{planted.github}\udfff").encode()

    answer = post(filter, api.host, api.path, body)

    assert not traces(provider.wire, planted)
    if answer.status == 200:
        assert r"\ud800RDX_" in provider.seen[0].body.decode()
        assert planted.github.encode() in answer.body
    else:
        assert answer.status == 400
        assert api.is_error(answer.json)
        assert not provider.seen


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "+1", "01", ".5", "0x10", "1_000"])
def test_a_number_that_json_does_not_know_is_refused(filter, provider, planted, api, number):
    body = json.dumps(api.request(planted.env, temperature=0.25)).replace("0.25", number).encode()

    answer = post(filter, api.host, api.path, body)
    event = filter.event(answer.agent)

    assert answer.status == 400
    assert api.is_error(answer.json)
    assert event["action"] == "refused"
    assert not provider.seen


@pytest.mark.parametrize("number", ["123456789012345678901234567891", "1.0", "1e400", "0.1000000000000000055", "1E5"])
def test_a_number_survives_as_it_was_written(filter, provider, planted, api, number):
    body = json.dumps(api.request(planted.env, seed=0.25)).replace("0.25", number).encode()

    answer = post(filter, api.host, api.path, body)

    assert answer.status == 200
    assert f'"seed":{number}' in provider.seen[0].body.decode().replace(" ", "")
    assert not traces(provider.wire, planted)


def test_a_doubled_key_hides_nothing(filter, provider, planted, api):
    """Whatever a provider makes of two keys of one name, it is made of what was scanned."""
    twice = f'{{"role": "user", "content": {text_of(planted)}, "content": "hi", "role": "user"}}'
    body = f'{{"model": "m", "max_tokens": 5, "messages": [{twice}], "messages": [{twice}]}}'.encode()

    answer = post(filter, api.host, api.path, body)
    event = filter.event(answer.agent)

    assert not traces(provider.wire, planted)
    if answer.status != 200:
        assert answer.status == 400
        assert api.is_error(answer.json)
        assert event["action"] in {"refused", "blocked"}
        assert not provider.seen


OTHER_BODIES = {
    "plain text": ("text/plain", lambda p: p.env),
    "a form": ("application/x-www-form-urlencoded", lambda p: f"prompt={p.github}&x=1"),
    "several parts": (
        "multipart/form-data; boundary=zz",
        lambda p: f'--zz\r\nContent-Disposition: form-data; name="file"; filename="a.env"\r\n\r\n{p.env}\r\n--zz--\r\n',
    ),
    "JSON lines": ("application/jsonl", lambda p: f'{{"prompt": "hi"}}\n{{"prompt": "{p.github}"}}\n'),
    "protobuf, or so": ("application/connect+proto", lambda p: f"\0\0\0\0{chr(len(p.github))}{p.github}"),
    "no type at all": ("", lambda p: p.env),
}


@pytest.mark.parametrize("name", OTHER_BODIES)
@pytest.mark.parametrize("path", ["/v1/files", "/not/known"])
def test_a_body_of_another_kind_does_not_pass_unscanned(filter, provider, planted, api, path, name):
    kind, body = OTHER_BODIES[name]
    provider.script = lambda _seen: Raw(200, b"{}")

    answer = post(filter, api.host, path, body(planted).encode(), [("content-type", kind)])
    event = filter.event(answer.agent)

    assert not traces(provider.wire, planted)
    if answer.status != 200:
        assert 400 <= answer.status < 500
        assert api.is_error(answer.json)
        assert event["action"] in {"refused", "blocked"}
        assert not provider.seen


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_method_with_a_body_is_filtered(filter, provider, planted, api, method):
    provider.script = lambda _seen: Raw(200, b"{}")

    post(filter, api.host, "/v1/files/1", api.request(planted.env), method=method)

    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


def test_a_get_with_a_body_is_filtered_too(filter, provider, planted, api):
    post(filter, api.host, "/v1/models", api.request(planted.env), method="GET")

    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("way", ["/v1/oauth/../messages", "/api/oauth/%2e%2e/%2E%2e/v1/messages"])
def test_a_path_that_leads_back_from_what_passes_unread_is_filtered(filter, provider, planted, way):
    post(filter, ANTHROPIC, way, {"messages": [{"role": "user", "content": planted.env}]})

    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_a_value_found_in_the_body_does_not_leave_beside_it(filter, provider, planted, api, place):
    path = {"query": f"{api.path}?note={planted.github}", "path": f"/v1/notes/{planted.github}"}.get(place, api.path)
    headers = [("x-note", f"see {planted.github}")] if place == "header" else []

    answer = post(filter, api.host, path, api.request(planted.github), headers)

    assert not traces(provider.wire, planted)
    assert answer.status in {200, 400}


def test_the_clients_own_key_passes_also_where_the_body_quotes_it(filter, provider, api):
    """A developer who pastes the key the client itself uses is not locked out."""
    name, key, value = {
        "anthropic": ("x-api-key", ANTHROPIC_KEY, ANTHROPIC_KEY),
        "openai": ("authorization", OPENAI_KEY, f"Bearer {OPENAI_KEY}"),
    }[api.name]

    answer = post(filter, api.host, api.path, api.request(f"why does {key} not work?"), [(name, value)])

    assert answer.status == 200
    assert [value] == provider.seen[0].header(name)
    assert key.encode() not in provider.seen[0].body


@pytest.mark.parametrize("after", [0, 1, 4, 12])
def test_a_provider_that_hangs_up_loses_nothing_it_said(filter, provider, planted, home, api, after):
    provider.reset(echo, close_after=after, delta=9)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=True), home=home)

    assert filter.event(done.agent)
    said = api.read(done.out)
    assert not said.complete
    assert planted.env.startswith(said.text)
    # All that was settled came: a stream holds back no more than one surrogate's beginning.
    deltas = max(0, after - (2 if api.name == "anthropic" else 1))
    settled = provider.seen[0].last_text[: 9 * deltas].partition("RDX_")[0]
    assert said.text.startswith(settled)


def test_a_client_that_goes_away_leaves_an_event_and_a_filter_that_works(filter, provider, planted, api):
    provider.reset(echo, delta=2, pause_after=6)
    body = json.dumps(api.request(planted.env, stream=True)).encode()
    agent = new_agent()
    with connection(filter, api.host) as made:
        response = send(made, api.path, body, {**headers_for(api.host), "user-agent": agent})
        assert response.read(20)
        response.close()

    # Noticed while the provider still pauses: what it had yet to say could be over before.
    assert filter.event(agent)["error"] == "connection"
    provider.go_on.set()
    provider.reset()
    assert planted.env == api.read(post(filter, api.host, api.path, api.request(planted.env)).body).text


def test_a_provider_that_hangs_up_in_the_middle_of_a_whole_answer(filter, provider, planted, home, api):
    provider.reset(echo, close_after=0)

    done = curl(filter, api.host, api.path, api.request(planted.env), "-w", "\n%{http_code}", home=home)
    event = filter.event(done.agent)

    assert done.code != 0 or done.out.endswith(b"502")
    assert event["error"] == "connection"


def test_an_event_that_is_no_json_passes_and_the_stream_goes_on(filter, provider, planted, home, api):
    provider.reset(echo, broken_event=True, delta=9)

    done = curl(filter, api.host, api.path, api.request(planted.env, stream=True), home=home)

    assert done.code == 0
    broken = b'data: {"type": "content_block_delta", "index": 0, "delta": {\n\n'
    assert broken in done.out
    said = api.read(done.out.replace(broken, b"\n"))
    assert said.complete
    assert planted.env == said.text


def test_an_answer_that_is_no_json_passes(filter, provider, planted, home, api):
    provider.script = lambda _seen: Raw(502, b"<html>Bad gateway", (("content-type", "text/html"),))

    done = curl(filter, api.host, api.path, api.request(planted.env), home=home)

    assert done.out == b"<html>Bad gateway"


def deflated(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", deflated),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "nothing": ("identity", bytes),
}
ANSWERS = {
    "a stream": (
        200,
        "text/event-stream",
        b'data: {"choices":[{"index":0,"delta":{"content":"@"}}]}\n\ndata: [DONE]\n\n',
    ),
    "a whole answer": (200, "application/json", b'{"choices":[{"index":0,"message":{"content":"@"}}]}'),
    "an error within a stream": (
        200,
        "text/event-stream",
        b': hi\n\nevent: error\ndata: {"error":{"message":"@"}}\n\n',
    ),
    "an error instead of a stream": (400, "text/event-stream", b'{"error":{"message":"no @ here"}}'),
    "an error that says it is text": (500, "text/plain", b'{"error":{"message":"no @ here"}}'),
    "a page": (502, "text/html", b"<html>no @ here, \xe9"),
    "what is no UTF-8": (200, "text/event-stream", b'data: {"choices":[{"index":0,"delta":{"content":"@ \xff"}}]}\n\n'),
}


# Each answer as it is and packed, each packing once or twice: tests/test_answer.py has them all.
WAYS = [*zip(ANSWERS, itertools.cycle(PACKED), strict=False), *((name, "nothing") for name in ANSWERS)]


@pytest.mark.parametrize(("name", "packing"), dict.fromkeys(WAYS))
def test_whatever_comes_back_is_restored(filter, provider, planted, packing, name):
    (status, kind, body), (encoding, packed) = ANSWERS[name], PACKED[packing]

    def script(seen):
        [surrogate] = SURROGATE.findall(seen.last_text)
        headers = (("content-type", kind), ("content-encoding", encoding))
        return Raw(status, packed(body.replace(b"@", surrogate.encode())), headers)

    provider.reset(script, cut=1)
    openai = API["openai"]
    answer = post(filter, openai.host, openai.path, openai.request(f"my token is {planted.github}"))

    assert ["identity"] == provider.seen[0].header("accept-encoding")
    wanted = body.replace(b"@", planted.github.encode())
    assert (status, wanted.decode("utf-8", "replace")) == (answer.status, answer.body.decode("utf-8", "replace"))


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_the_clients_to_follow(filter, provider, planted, home, api, status):
    to = f"https://{api.host}/v1/elsewhere"

    def script(seen):
        return echo(seen) if seen.path == "/v1/elsewhere" else Raw(status, b"", (("location", to),))

    provider.script = script

    stay = curl(filter, api.host, api.path, api.request(planted.env), "-w", "%{http_code} %{redirect_url}", home=home)
    assert stay.out == f"{status} {to}".encode()
    assert len(provider.seen) == 1

    curl(filter, api.host, api.path, api.request(planted.env), "-L", "--post301", home=home)
    assert len(provider.seen) == 3
    assert not traces(provider.wire, planted)


def test_the_filter_lives_after_all_this(filter, provider, planted, api):
    provider.reset(error(500, "api_error"))
    assert post(filter, api.host, api.path, api.request("hi")).status == 500
    provider.reset()
    assert planted.env == api.read(post(filter, api.host, api.path, api.request(planted.env)).body).text
    assert "Traceback" not in filter.log()


def test_what_stands_beside_a_body_is_read_too(filter, provider, planted, api):
    provider.script = lambda _seen: Raw(200, b"{}")
    for path, headers in ((f"{api.path}?note={planted.github}", []), (api.path, [("x-note", planted.github)])):
        answer = post(filter, api.host, path, api.request("hi"), headers)
        assert answer.status == 400
        assert api.is_error(answer.json)
        assert not provider.seen

    answer = post(filter, api.host, api.path, api.request("hi"), method=planted.github)
    assert answer.status == 405
    assert not provider.seen

    for header in ("x-turn", "x-goog-upload-file-name", "content-disposition"):
        answer = post(filter, api.host, api.path, api.request("hi"), [(header, "built by LedgerReconciler")])
        assert answer.status == 200
        assert "LedgerReconciler" not in provider.seen[-1].header(header)[0]
