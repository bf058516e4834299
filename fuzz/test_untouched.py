"""What is signed or opaque leaves and arrives as it was; a secret inside it stops the request."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from redact.dialects import DIALECTS
from redact.errors import BlockedError, RedactError
from redact.exchange import Exchange
from redact.paths import Mark, compiled
from tests import pack
from tests.errors import error_of, everything_said

from . import bodies, texts
from .look import examples, is_caught

opaque = texts.joined(
    texts.odd, texts.stand_ins, st.sampled_from(("password=maybe-1t", "EqoBCkgIARABGAIiQL7+/w==")), size=4
)
sealed_block = st.one_of(
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": opaque, "signature": opaque}),
    st.fixed_dictionaries({"type": st.just("redacted_thinking"), "data": opaque}),
    st.fixed_dictionaries(
        {
            "type": st.just("image"),
            "source": st.fixed_dictionaries(
                {
                    "type": st.just("base64"),
                    "media_type": st.just("image/png"),
                    "data": st.just("iVBORw0KGgo" * 120 + "=="),
                }
            ),
        }
    ),
)
redacted = st.builds(
    lambda text: {"type": "text", "text": text}, texts.joined(texts.planted, texts.names_apart, texts.odd)
)
contents = st.lists(st.one_of(sealed_block, redacted), min_size=1, max_size=4)


def request(content):
    return {"model": "m", "messages": [{"role": "assistant", "content": content}]}


def compact(value):
    return bodies.dumped(value)


def sealed_parts_leave_as_they_are(dialect, content):
    try:
        sent = Exchange(pack.redactor(), dialect).request(compact(request(content)))
    except RedactError:
        return
    after = json.loads(sent)["messages"][0]["content"]
    assert len(content) == len(after)
    for block in content:
        if block["type"] != "text":
            assert block in after
            lone = any("\ud800" <= c <= "\udfff" for c in json.dumps(block, ensure_ascii=False))
            assert lone or compact(block) in sent


@given(contents)
@examples(200)
def test_sealed_parts_leave_as_they_are(content):
    sealed_parts_leave_as_they_are(DIALECTS["anthropic-messages"], content)


PLACES = {
    "anthropic-messages": [
        lambda v: request([{"type": "thinking", "thinking": v, "signature": "s"}]),
        lambda v: request([{"type": "thinking", "thinking": "t", "signature": v}]),
        lambda v: request([{"type": "redacted_thinking", "data": v}]),
        lambda v: request([{"type": "thinking", "thinking": "t", "signature": "s", v: 1}]),
        lambda v: request([{"type": "tool_use", "id": v, "name": "n", "input": {}}]),
        lambda v: request([{"type": "tool_result", "tool_use_id": v, "content": "x"}]),
    ],
    "openai-chat": [
        lambda v: {"messages": [{"role": v, "content": "x"}]},
        lambda v: {"messages": [{"role": "tool", "tool_call_id": v, "content": "x"}]},
    ],
}
GIVEN = {
    "anthropic-messages": lambda v: {"model": v, "messages": []},
    "openai-chat": lambda v: {"model": v},
    "generic": lambda v: {"model": v},
}
"""What the provider itself calls its customer or his models: a name there is no news to it, a secret is."""
CERTAIN = [
    *texts.TOKENS,
    *texts.HOSTS,
    "LedgerReconciler",
    "payflow",
    f"arn:aws:iam::{texts.ACCOUNTS[0]}:role/x",
    texts.KEYS[0],
]
places = st.sampled_from([(dialect, place) for dialect, every in PLACES.items() for place in every])


def a_secret_in_a_sealed_place_stops(make, where, value, before):
    dialect, place = where
    over = make()
    over.redact("password=hunter2-x9")
    with_it = pack.exchange(dialect, over)
    stopped = error_of(with_it.request, compact(place(before + value)))
    assert isinstance(stopped, BlockedError)
    assert value not in everything_said(stopped)


@given(places, st.sampled_from([*CERTAIN, "hunter2-x9"]), st.sampled_from(("", "x ", "é\n")))
@examples(150)
def test_a_secret_in_a_sealed_place_stops_the_request(where, value, before):
    a_secret_in_a_sealed_place_stops(pack.redactor, where, value, before)


@given(st.sampled_from([*GIVEN.items()]), st.sampled_from([*texts.TOKENS, texts.KEYS[0]]), st.sampled_from(("", "x ")))
@examples(50)
def test_a_secret_in_a_name_that_the_provider_gave_stops_the_request(where, value, before):
    a_secret_in_a_sealed_place_stops(pack.redactor, where, value, before)


def reasoning_arrives_as_it_is(make, text):
    exchange = make("anthropic-messages")
    exchange.request(
        compact(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": "".join(texts.telling(v)[0] for v in texts.VALUES) + " LedgerReconciler",
                    }
                ]
            }
        )
    )
    block = {"type": "thinking", "thinking": text, "signature": text}
    body = {"content": [block, {"type": "text", "text": text}]}
    assert block == json.loads(exchange.response(compact(body)))["content"][0]
    events = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": text, "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": text}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": text}},
        {"type": "content_block_stop", "index": 0},
    ]
    stream = b"".join(b"data: " + compact(event) + b"\n\n" for event in events)
    assert stream == exchange.chunk(stream) + exchange.flush()


@given(opaque)
@examples(150)
def test_reasoning_arrives_as_it_is(text):
    reasoning_arrives_as_it_is(pack.exchange, text)


NOTHING_SEALED = replace(
    DIALECTS["anthropic-messages"], request=compiled({}), response=compiled({Mark.SEALED: ("id",)})
)


def test_it_catches_a_dialect_that_seals_nothing():
    assert is_caught(lambda content: sealed_parts_leave_as_they_are(NOTHING_SEALED, content), contents)
    assert is_caught(
        lambda text: reasoning_arrives_as_it_is(lambda _: Exchange(pack.redactor(), NOTHING_SEALED), text), opaque
    )


def test_it_catches_a_secret_that_is_rewritten_in_a_sealed_place(monkeypatch):
    monkeypatch.setattr(Exchange, "__init__", unsealed(Exchange.__init__))
    assert is_caught(
        lambda case: a_secret_in_a_sealed_place_stops(pack.redactor, *case, ""),
        st.tuples(places, st.sampled_from(CERTAIN)),
    )


def unsealed(made):
    def init(self, redactor, dialect, **more):
        made(self, redactor, replace(dialect, request=compiled({})), **more)

    return init
