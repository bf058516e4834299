"""No value that was found stands in the bytes that leave: raw, escaped, percent-encoded, in base64 or hex."""

import base64
import json

import pytest
from hypothesis import given

from redact import sanitizer as module
from redact.detect.known import KnownValues
from redact.engine import Redactor
from redact.errors import BlockedError, UnreadableError
from tests import pack

from . import bodies, oracle
from .look import examples, is_caught
from .texts import VALUES


def nothing_leaves(make, dialect, body, how=None):
    exchange = pack.exchange(dialect, make())
    try:
        sent = exchange.request(bodies.dumped(body, how))
    except (BlockedError, UnreadableError):
        return
    views = oracle.views(sent)
    values = {record.value for record in pack.vault_of(exchange._redactor).records()}
    assert [] == [value for value in VALUES if value in values and oracle.stands_in(value, views)]


@given(bodies.requests, bodies.written)
@examples(300)
def test_no_value_leaves(request_, how):
    nothing_leaves(pack.redactor, *request_, how)


class Unchecked(Redactor):
    """Does not look at the final bytes."""

    def stands_in(self, _data):
        return False


class RawOnly(KnownValues):
    """Knows values as they are, and in no encoding."""

    def find(self, text, since=0):
        return [f for f in super().find(text, since) if text[f.start : f.end] in self]


def test_it_catches_a_redactor_that_misses_base64():
    def broken():
        return pack.redactor(kind=Unchecked, known=RawOnly())

    assert is_caught(lambda r: nothing_leaves(broken, *r), bodies.requests)


def test_only_the_last_check_looks_into_pictures():
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(1000) + b"hunter2-x9").decode()
    shown = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": picture}}
    said = {"type": "text", "text": "password=hunter2-x9"}
    body = json.dumps({"messages": [{"role": "user", "content": [said, shown]}]}).encode()
    with pytest.raises(BlockedError, match="leak-check"):
        pack.exchange("anthropic-messages").request(body)
    assert picture.encode() in pack.exchange("anthropic-messages", pack.redactor(kind=Unchecked)).request(body)


def test_it_catches_a_walk_that_skips_keys(monkeypatch):
    every = module.slots
    monkeypatch.setattr(module, "slots", lambda *a: [slot for slot in every(*a) if slot.kind != "name"])
    assert is_caught(lambda r: nothing_leaves(lambda: pack.redactor(kind=Unchecked), *r), bodies.requests)


def test_the_last_check_stops_a_walk_that_skips_keys(monkeypatch):
    every = module.slots
    monkeypatch.setattr(module, "slots", lambda *a: [slot for slot in every(*a) if slot.kind != "name"])
    with pytest.raises(BlockedError, match="leak-check"):
        pack.exchange().request(b'{"a": "password=hunter2-x9", "hunter2-x9": 1}')
