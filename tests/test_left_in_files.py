"""A surrogate that stands for nothing, in the input of a tool that writes files."""

import itertools
import json

import pytest

from redact.dialects import DIALECTS
from redact.exchange import Exchange
from redact.sinks import Sinks, Table

from . import pack
from .test_sink_table import ASKED, SECRET, SPOKEN, events_of, sse

FORGED = "RDX_PASSWORD_0123456789AB"
REFUSES = Sinks([Table(left_in_files="refuse")])
STREAMED = ["anthropic-messages", "openai-chat", "openai-responses"]


def asked(dialect, sinks, text=ASKED):
    exchange = Exchange(pack.redactor(), DIALECTS[dialect], sinks=sinks)
    exchange.request(json.dumps({"messages": [{"role": "user", "content": text}]}).encode())
    return exchange


def written(dialect, exchange, tool, text, *, streamed):
    """What the client gets of a call that writes a text."""
    speaks = SPOKEN[dialect]
    given = {"content": text}
    if streamed:
        whole = json.dumps(given)
        stream = sse(*speaks.streamed_call(tool, [whole[at : at + 5] for at in range(0, len(whole), 5)]))
        return b"".join(exchange.chunk(stream[at : at + 40]) for at in range(0, len(stream), 40)) + exchange.flush()
    return exchange.response(json.dumps(speaks.call(tool, given)).encode())


CASES = list(itertools.product([name for name in SPOKEN if name != "bedrock-converse"], [False, True]))


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_it_is_counted(dialect, streamed):
    exchange = asked(dialect, Sinks())
    got = written(dialect, exchange, "Write", f"x = {FORGED}", streamed=streamed)
    assert FORGED in (SPOKEN[dialect].heard(events_of(got)) if streamed else got.decode())
    assert exchange.report.left_in_files > 0
    assert not exchange.refused


@pytest.mark.parametrize("text", [ASKED, "hi"], ids=["carried", "nothing carried"])
@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_by_policy_an_error_comes_before_the_call_is_complete(dialect, streamed, text):
    exchange = asked(dialect, REFUSES, text)
    got = written(dialect, exchange, "Write", f"x = {FORGED} and much more text behind it", streamed=streamed)
    last = events_of(got)[-1] if streamed else json.loads(got)
    assert exchange.refused
    assert "left-in-file" == exchange.report.trouble
    assert last["error"]["message"].startswith("redact: a tool would have written a surrogate")
    if streamed and dialect == "anthropic-messages":
        assert got.rstrip().rpartition(b"\n\n")[2].startswith(b"event: error\n")
        assert b"content_block_stop" not in got
    if streamed and dialect in STREAMED:
        assert b"behind it" not in got


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
@pytest.mark.parametrize("tool", ["Read", "Bash", "mcp__x__y"])
def test_what_writes_no_file_may_hold_it(dialect, streamed, tool):
    exchange = asked(dialect, REFUSES)
    got = written(dialect, exchange, tool, f"x = {FORGED}", streamed=streamed)
    assert FORGED in (SPOKEN[dialect].heard(events_of(got)) if streamed else got.decode())
    assert not exchange.refused


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_what_comes_back_is_written(dialect, streamed):
    exchange = asked(dialect, REFUSES)
    surrogate = next(record.surrogate for record in exchange._records.values() if record.value == SECRET)
    got = written(dialect, exchange, "Write", f"x = {surrogate}", streamed=streamed)
    assert SECRET in (SPOKEN[dialect].heard(events_of(got)) if streamed else got.decode())
    assert not exchange.refused


def test_the_next_request_of_a_connection_begins_anew():
    exchange = asked("openai-chat", REFUSES)
    written("openai-chat", exchange, "Write", FORGED, streamed=False)
    assert exchange.refused
    exchange.turn(pack.redactor())
    exchange.request(b'{"messages": []}')
    assert not exchange.refused
    assert exchange.frame(b'{"choices": []}') == [b'{"choices": []}']
