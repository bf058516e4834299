"""One answer on its way: told from its first bytes, restored however it is cut, compressed and spoilt."""

import gzip
import json
import zlib

import brotli
import pytest
import zstandard

from redact import answer, encodings
from redact.answer import Answer, restored
from redact.dialects import DIALECTS

from . import said
from .said import FORMATS, TOKEN, asked


def through(exchange, kind, pieces, encoding=""):
    made = Answer(exchange, encodings.inflater(encoding), kind)
    return b"".join(map(made.feed, pieces)) + made.feed(b"")


def bytewise(data):
    return [data[at : at + 1] for at in range(len(data))]


def everywhere(dialect, kind, make, encoding=""):
    """Give what the client gets of an answer, which must not depend on where it is cut."""
    exchange, surrogate = asked(dialect)
    body = make(surrogate)
    over = exchange._redactor

    def got(pieces):
        return through(asked(dialect, over)[0], kind, pieces, encoding)

    whole = got([body])
    assert whole == got(bytewise(body))
    for at in range(1, len(body), max(1, len(body) // 60)):
        assert whole == got([body[:at], body[at:]]), f"cut at {at}"
    return whole


KINDS = [
    "application/json",
    "application/problem+json",
    "text/plain",
    "text/html",
    "text/event-stream",
    "application/vnd.amazon.eventstream",
    "application/x-ndjson",
    "application/octet-stream",
    "",
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind or "none")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_error_is_restored_whatever_its_content_type_says(dialect, kind):
    error = json.dumps(DIALECTS[dialect].error(400, f"bad value {TOKEN} in é")).encode()
    exchange, surrogate = asked(dialect)
    for lead in (b"", b"\n ", b"\xef\xbb\xbf"):
        body = lead + error.replace(TOKEN.encode(), surrogate)
        for pieces in ([body], bytewise(body)):
            got = through(asked(dialect, exchange._redactor)[0], kind, pieces)
            assert json.loads(error) == json.loads(got.removeprefix(b"\xef\xbb\xbf"))


ERRORS = {
    "anthropic-messages": b'{"type":"error","error":{"type":"overloaded_error","message":"@"}}',
    "anthropic-complete": b'{"type":"error","error":{"type":"overloaded_error","message":"@"}}',
    "openai-chat": b'{"error":{"message":"@","type":"server_error","code":500}}',
    "openai-completions": b'{"error":{"message":"@","type":"server_error"}}',
    "openai-responses": b'{"type":"error","code":"server_error","message":"@","sequence_number":2}',
    "gemini": b'{"error":{"code":429,"message":"@","status":"RESOURCE_EXHAUSTED"}}',
    "ollama": b'{"error":"@"}',
    "bedrock-converse": b'{"message":"@"}',
    "bedrock-invoke": b'{"message":"@"}',
    "kiro": b'{"message":"@","reason":"x"}',
    "generic": b'{"error":{"message":"@"}}',
}


@pytest.mark.parametrize("dialect", FORMATS)
def test_an_error_within_a_stream_is_restored_and_what_was_held_comes_before_it(dialect):
    speaks, (exchange, surrogate) = FORMATS[dialect], asked(dialect)
    stream = speaks.stream(speaks.event(b"my " + surrogate[:5]), ERRORS[dialect].replace(b"@", b"no " + surrogate))
    for pieces in ([stream], bytewise(stream)):
        got = through(asked(dialect, exchange._redactor)[0], speaks.kind, pieces)
        shown = said.frames.shown(got) if speaks.kind == said.AWS else got
        assert shown.count(b"no " + TOKEN.encode()) == 1
        assert surrogate not in shown
        assert f"my {surrogate[:5].decode()}" == said.words(dialect, got)
        assert shown.index(surrogate[:5]) < shown.index(b"no " + TOKEN.encode())


@pytest.mark.parametrize(
    ("kind", "page", "wanted"),
    [
        ("text/html", "<p>no @, é</p>", f"<p>no {TOKEN}, é</p>"),
        ("text/html; charset=x", "\n<html>@", f"\n<html>{TOKEN}"),
        ("text/plain", "upstream said @", f"upstream said {TOKEN}"),
        ("application/xml", "<Error>@</Error>", f"<Error>{TOKEN}</Error>"),
        ("", "no @", f"no {TOKEN}"),
        ("text/plain", "@", TOKEN),
    ],
)
def test_a_page_of_text_is_restored(kind, page, wanted):
    kind = kind.partition(";")[0]
    assert wanted.encode() == everywhere(
        "openai-chat", kind, lambda surrogate: page.replace("@", surrogate.decode()).encode()
    )


def test_in_markup_a_value_is_written_as_text():
    exchange, _ = asked("openai-chat")
    exchange.request(json.dumps({"password": "a<b>&c-x9"}).encode())
    [surrogate] = [record.surrogate for record in exchange._records.values()]
    assert b"<p>a&lt;b&gt;&amp;c-x9" == restored(exchange, "text/html", b"<p>" + surrogate.encode())


@pytest.mark.parametrize("kind", ["image/png", "audio/mpeg", "application/pdf", "application/octet-stream"])
def test_what_is_no_text_comes_byte_for_byte(kind):
    picture = b"\x89PNG\r\n\0\xff" + asked("openai-chat")[1] + b"\0"
    assert picture == everywhere("openai-chat", kind, lambda _: picture)


def test_bytes_of_a_page_that_are_no_utf8_stay():
    assert b"caf\xe9 \xf0\x9f " + TOKEN.encode() + b"\xff" == everywhere(
        "openai-chat", "text/html", lambda surrogate: b"caf\xe9 \xf0\x9f " + surrogate + b"\xff"
    )


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "application/json"])
def test_lines_of_json_are_restored_whatever_their_content_type_says(kind):
    lines = b'{"a":"@"}\n{"b":"@"}\n'
    got = everywhere("files", kind, lambda surrogate: lines.replace(b"@", surrogate))
    assert lines.replace(b"@", TOKEN.encode()) == got


# -- spoilt


@pytest.mark.parametrize("dialect", FORMATS)
def test_what_is_no_utf8_takes_nothing_else_with_it(dialect):
    speaks, surrogate = FORMATS[dialect], asked(dialect)[1]
    half = len(surrogate) // 2
    for both, wanted in (
        ((b"x @ \xff @", b" then @."), f"x {TOKEN} \ufffd {TOKEN} then {TOKEN}."),
        ((b"\xe2\x9c " + surrogate[:half], surrogate[half:] + b"\x93 y @"), f"\ufffd {TOKEN}\ufffd y {TOKEN}"),
    ):
        stream = speaks.stream(*(speaks.event(words.replace(b"@", surrogate)) for words in both))
        assert wanted == said.words(dialect, everywhere(dialect, speaks.kind, lambda _, stream=stream: stream))


def test_what_is_no_utf8_takes_nothing_else_with_it_over_a_websocket():
    exchange, surrogate = asked("openai-responses")
    [got] = exchange.frame(FORMATS["openai-responses"].event(b"\xff " + surrogate))
    assert f"\ufffd {TOKEN}" == json.loads(got)["delta"]


@pytest.mark.parametrize("dialect", [name for name, speaks in FORMATS.items() if speaks.kind != said.AWS])
def test_a_byte_order_mark_hides_nothing(dialect):
    speaks = FORMATS[dialect]
    assert 2 * TOKEN == said.words(
        dialect,
        everywhere(
            dialect,
            speaks.kind,
            lambda surrogate: b"\xef\xbb\xbf" + speaks.stream(speaks.event(surrogate), speaks.event(surrogate)),
        ),
    )


@pytest.mark.parametrize("dialect", FORMATS)
def test_numbers_that_are_none_stay_as_they_are(dialect):
    speaks = FORMATS[dialect]
    got = everywhere(
        dialect,
        speaks.kind,
        lambda surrogate: speaks.stream(speaks.event(surrogate)[:-1] + b',"score":NaN,"most":-Infinity}'),
    )
    assert TOKEN == said.words(dialect, got)
    assert b'"score":NaN,"most":-Infinity}' in (said.frames.shown(got) if speaks.kind == said.AWS else got)


ODD = {
    "anthropic-messages": [
        b'{"type":"content_block_stop","index":7}',
        b'{"type":"message_stop"}',
        b'{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"a"}}',
    ],
    "openai-chat": [
        b'{"choices":[{"index":5,"delta":{},"finish_reason":"stop"}]}',
        b'{"choices":[{"index":0,"delta":{"tool_calls":[{"index":9,"function":{"arguments":"{\\"a"}}]}}]}',
        b'{"choices":null}',
    ],
    "openai-responses": [
        b'{"type":"response.output_text.done","output_index":4,"content_index":0,"text":""}',
        b'{"type":"response.output_item.done","output_index":9,"item":{"type":"function_call","arguments":"{\\"a"}}',
        b'{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\\"a"}',
    ],
    "gemini": [b'{"candidates":[{"index":3,"finishReason":"STOP"}]}', b'{"candidates":[null]}'],
    "ollama": [b'{"message":{"tool_calls":[{}]}}', b'{"done":true}'],
    "bedrock-converse": [
        b'{"contentBlockIndex":9}',
        b'{"stopReason":"end_turn"}',
        b'{"contentBlockIndex":4,"delta":{"toolUse":{"input":"{\\"a"}}}',
    ],
    "kiro": [b'{"toolUseId":"t","stop":true}', b'{"toolUseId":"u","name":"x","input":"{\\"a"}'],
}


@pytest.mark.parametrize("dialect", FORMATS)
def test_events_that_nobody_knows_or_expects_take_nothing_with_them(dialect):
    speaks, (exchange, surrogate) = FORMATS[dialect], asked(dialect)
    odd = [*ODD.get(dialect, ()), b"{}", b"[1]", b'"x"', b"nonsense", b'{"type":7,"index":{},"choices":{}}']
    tomorrow = b'{"type":"tomorrow","what":{"x":["' + surrogate + b'"]}}'
    events = [speaks.event(surrogate), tomorrow, *odd, speaks.event(surrogate), tomorrow]
    for pieces in ([stream := speaks.stream(*events)], bytewise(stream)):
        got = through(asked(dialect, exchange._redactor)[0], speaks.kind, pieces)
        assert 2 * TOKEN == said.words(dialect, got)
        shown = said.frames.shown(got) if speaks.kind == said.AWS else got
        assert 2 == shown.count(tomorrow.replace(surrogate, TOKEN.encode()))
        assert all(event in shown for event in odd)


# -- compressed, although nobody asked for that


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress),
    "gzip in members": ("gzip", lambda data: b"".join(map(gzip.compress, (data[:40], data[40:])))),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("dialect", FORMATS)
def test_a_compressed_stream_is_restored(dialect, packing):
    encoding, packed = PACKED[packing]
    speaks, surrogate = FORMATS[dialect], asked(dialect)[1]
    events = [speaks.event(surrogate[:9]), speaks.event(surrogate[9:] + b" y")]
    got = everywhere(dialect, speaks.kind, lambda _: packed(speaks.stream(*events)), encoding)
    assert f"{TOKEN} y" == said.words(dialect, got)


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_compressed_answer_is_restored(kind, packing):
    encoding, packed = PACKED[packing]
    assert f'{{"said":"{TOKEN} in a whole"}}'.encode() == everywhere(
        "generic", kind, lambda surrogate: packed(b'{"said":"' + surrogate + b' in a whole"}'), encoding
    )


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("dialect", FORMATS)
def test_of_a_damaged_compressed_stream_all_that_came_before_is_given(dialect, encoding):
    speaks, (exchange, surrogate) = FORMATS[dialect], asked(dialect)
    first = speaks.stream(speaks.event(b"x " + surrogate), speaks.event(surrogate[:6]))
    if speaks.stream is said.array:
        first = first[:-1]
    packer = {
        "gzip": zlib.compressobj(wbits=31),
        "deflate": zlib.compressobj(),
        "zstd": zstandard.ZstdCompressor().compressobj(),
    }[encoding]
    flush = (zstandard.COMPRESSOBJ_FLUSH_BLOCK,) if encoding == "zstd" else (zlib.Z_SYNC_FLUSH,)
    data = packer.compress(first) + packer.flush(*flush) + b"\xff" * 40
    got = through(exchange, speaks.kind, [*bytewise(data), b"more", b"more"], encoding)
    assert f"x {TOKEN}{surrogate[:6].decode()}" == said.words(dialect, got)
    assert "encoding" == exchange.report.trouble


# -- large


@pytest.mark.parametrize("dialect", ["openai-chat", "ollama", "gemini", "bedrock-converse", "bedrock-invoke"])
def test_ten_megabytes_in_one_event(dialect):
    speaks, (exchange, surrogate) = FORMATS[dialect], asked(dialect)
    filler = b'lorem ipsum \\"]} ' * 600_000
    stream = speaks.stream(speaks.event(filler + surrogate[:7]), speaks.event(surrogate[7:]))
    pieces = [stream[at : at + 65_536] for at in range(0, len(stream), 65_536)]
    got = said.words(dialect, through(exchange, speaks.kind, pieces))
    assert json.loads(b'"' + filler + b'"') + TOKEN == got


@pytest.mark.parametrize("dialect", FORMATS)
def test_what_never_ends_is_not_kept(dialect, monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 5_000)
    speaks, (exchange, surrogate) = FORMATS[dialect], asked(dialect)
    stream = speaks.stream(speaks.event(surrogate), speaks.event(b"x" * 9_000))[:-2]
    made = Answer(exchange, None, speaks.kind)
    got, kept = b"", 0
    for at in range(0, len(stream), 100):
        got += made.feed(stream[at : at + 100])
        kept = max(kept, at - len(got))
    assert kept <= 5_200
    assert "too-large" == exchange.report.trouble
    assert TOKEN in said.words(dialect, got)[:40]
    assert got.endswith(stream[-100:])
    assert b"" == made.feed(b"")
