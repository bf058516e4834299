"""Outbound, a failure is one of ours and nothing leaves; inbound, whatever comes goes on, and no value is ever in an error."""

import json

from hypothesis import given
from hypothesis import strategies as st

from redact.errors import RedactError, VaultError
from redact.exchange import Exchange
from redact.vault.memory import MemoryVault
from tests import pack
from tests.errors import everything_said

from . import answers, bodies, texts
from .look import examples, is_caught

dialects = bodies.DIALECTS
deep = st.builds(
    lambda n, o, c: o * n + '"password=hunter2-x9"' + c * n,
    st.sampled_from((60, 400, 990, 3000)),
    st.just('{"a":['),
    st.just("]}"),
)
broken = st.one_of(
    st.binary(max_size=60),
    st.builds(lambda request, at: bodies.dumped(request[1])[:at], bodies.requests, st.integers(1, 200)),
    st.builds(
        lambda request, at, junk: bodies.dumped(request[1])[:at] + junk + bodies.dumped(request[1])[at:],
        bodies.requests,
        st.integers(1, 200),
        st.binary(max_size=3),
    ),
    deep.map(str.encode),
    st.sampled_from(
        [
            b'{"password":"hunter2-x9","n":NaN}',
            b'{"password":"hunter2-x9"}\xff',
            '{"password":"hunter2-x9"}'.encode("utf-16"),
        ]
    ),
    bodies.requests.map(lambda request: bodies.dumped(request[1])),
)


def refused_or_clean(make, dialect, body):
    """Whatever a client sends, it leaves as JSON, or an error of ours says why not, and never what."""
    try:
        sent = make(dialect).request(body)
    except RedactError as refused:
        said = everything_said(refused)
        assert [] == [value for value in texts.VALUES if value in said]
    except Exception as other:
        raise AssertionError("an error that is not ours") from other
    else:
        assert is_json(sent)


def is_json(data):
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


@given(dialects, broken)
@examples(300)
def test_a_request_is_refused_or_clean(dialect, body):
    refused_or_clean(pack.exchange, dialect, body)


class Full(MemoryVault):
    def put(self, records):
        raise VaultError(f"the disk is full: {len(records)} records are not kept")


def with_full_vault(dialect):
    return pack.exchange(dialect, pack.redactor(Full()))


@given(bodies.requests)
@examples(100)
def test_with_a_vault_that_fails_nothing_leaves_that_needed_it(request_):
    dialect, body = request_
    refused_or_clean(with_full_vault, dialect, bodies.dumped(body))
    try:
        sent = with_full_vault(dialect).request(bodies.dumped(body))
    except RedactError:
        return
    assert sent == bodies.dumped(body)


junk = st.recursive(
    st.one_of(
        texts.stand_ins,
        st.none(),
        st.integers(-1, 3),
        st.booleans(),
        st.sampled_from(("text_delta", "content_block_delta", "tool_use", "error")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                (
                    "type",
                    "index",
                    "delta",
                    "choices",
                    "message",
                    "content",
                    "content_block",
                    "text",
                    "name",
                    "input",
                    "tool_calls",
                    "function",
                    "arguments",
                    "usage",
                    "id",
                    "thinking",
                    "custom",
                    "partial_json",
                    "error",
                    "completion",
                )
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)
events = st.one_of(
    junk.map(lambda value: b"data: " + bodies.dumped(value) + b"\n\n"),
    st.binary(max_size=20).map(lambda data: b"data: " + data + b"\n\n"),
    st.sampled_from(
        [
            b"data: [DONE]\n\n",
            b": c\n\n",
            b"event: x\ndata: {\n\n",
            b"data: " + b"[" * 2000 + b"\n\n",
            b"data: " + b'{"a":' * 700 + b"1" + b"}" * 700 + b"\n\n",
        ]
    ),
)
streams = st.lists(events, max_size=6).map(b"".join)


def asked(make, dialect):
    exchange = make(dialect)
    exchange.request(bodies.dumped({"messages": [{"role": "user", "content": answers.REQUEST}]}))
    return exchange


def whatever_comes_goes_on(make, dialect, stream, offsets):
    try:
        exchange = asked(make, dialect)
        out = b"".join(map(exchange.chunk, bodies.cut(stream, offsets))) + exchange.flush()
        whole = asked(make, dialect).response(stream)
        json_ = asked(make, dialect).response(stream.removeprefix(b"data: ").strip())
    except Exception as failed:
        raise AssertionError("the answer was cut short") from failed
    assert out.count(b"data:") >= stream.count(b"data:") - stream.count(b"data: data:")
    assert bool(stream) == bool(out) == bool(whole)
    assert bool(stream.removeprefix(b"data: ").strip()) == bool(json_)


@given(dialects, streams, bodies.cuts)
@examples(300)
def test_whatever_comes_goes_on(dialect, stream, offsets):
    whatever_comes_goes_on(pack.exchange, dialect, stream, offsets)


class Trusting(Exchange):
    """Passes on what it cannot read."""

    def request(self, body):
        try:
            return super().request(body)
        except RedactError:
            return body


class Chatty(Exchange):
    """Says what it could not read."""

    def request(self, body):
        try:
            return super().request(body)
        except RedactError as error:
            raise RedactError("cannot read this") from ValueError(body.decode("utf-8", "replace"), error)


class Strict(Exchange):
    """Ends a stream that it does not understand."""

    def _event(self, event):
        return self._restored_event(event)


def of(kind):
    return lambda dialect: pack.exchange(dialect, kind=kind)


def test_it_catches_an_exchange_that_passes_on_what_it_cannot_read():
    assert is_caught(lambda case: refused_or_clean(of(Trusting), *case), st.tuples(dialects, broken))


def test_it_catches_an_error_that_carries_the_body():
    assert is_caught(lambda case: refused_or_clean(of(Chatty), *case), st.tuples(dialects, broken))


def test_it_catches_a_stream_that_is_ended():
    assert is_caught(lambda case: whatever_comes_goes_on(of(Strict), *case, []), st.tuples(dialects, streams))
