"""A surrogate that stands for nothing, in the input of a tool that writes files."""

import json
from types import SimpleNamespace

import botocore.session
import pytest
from botocore.eventstream import EventStream
from botocore.exceptions import EventStreamError
from botocore.parsers import create_parser

from redact.answer import Answer
from redact.dialects import DIALECTS
from redact.exchange import Exchange
from redact.sinks import Sinks, Table

from . import frames, pack
from .speakers import FRAMES, SPOKEN
from .test_sink_table import ASKED, SECRET, WAYS

FORGED = "RDX_PASSWORD_0123456789AB"
REFUSES = Sinks([Table(left_in_files="refuse")])
# Where an input comes whole, so does its refusal.
IN_PIECES = [name for name in SPOKEN if name not in ("gemini", "ollama")]

IN_FRAMES_OR_EVENTS = [name for name in IN_PIECES if SPOKEN[name].STREAMED and "edit" in SPOKEN[name].SINKS]


def asked(dialect, sinks, text=ASKED):
    exchange = Exchange(pack.redactor(), DIALECTS[dialect], sinks=sinks)
    exchange.request(json.dumps({"messages": [{"role": "user", "content": text}]}).encode())
    return exchange


def written(dialect, exchange, tool, text, *, streamed):
    """What the client gets of a call that writes a text."""
    speaks = SPOKEN[dialect]
    given = {"content": text}
    if not streamed:
        return exchange.response(json.dumps(speaks.call(tool, given)).encode())
    whole = json.dumps(given)
    stream = speaks.written(speaks.streamed_call(tool, [whole[at : at + 5] for at in range(0, len(whole), 5)]))
    answer = Answer(exchange, None, speaks.WIRE)
    return b"".join(answer.feed(stream[at : at + 40]) for at in range(0, len(stream), 40)) + answer.feed(b"")


def heard(dialect, got, *, streamed):
    speaks = SPOKEN[dialect]
    return speaks.heard(speaks.read(got)) if streamed else got.decode()


CASES = [way for way in WAYS if "edit" in SPOKEN[way.values[0]].SINKS]


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_it_is_counted(dialect, streamed):
    exchange = asked(dialect, Sinks())
    got = written(dialect, exchange, "Write", f"x = {FORGED}", streamed=streamed)
    assert FORGED in heard(dialect, got, streamed=streamed)
    assert exchange.report.left_in_files > 0
    assert not exchange.refused


@pytest.mark.parametrize("text", [ASKED, "hi"], ids=["carried", "nothing carried"])
@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_by_policy_an_error_comes_before_the_call_is_complete(dialect, streamed, text):
    exchange = asked(dialect, REFUSES, text)
    got = written(dialect, exchange, "Write", f"x = {FORGED} and much more text behind it", streamed=streamed)
    last = SPOKEN[dialect].read(got)[-1] if streamed else json.loads(got)
    assert exchange.refused
    assert "left-in-file" == exchange.report.trouble
    told = last.get("error", last)
    assert (told if isinstance(told, str) else told["message"]).startswith("redact: a tool would have written")
    if streamed and dialect == "anthropic-messages":
        assert got.rstrip().rpartition(b"\n\n")[2].startswith(b"event: error\n")
        assert b"content_block_stop" not in got
    if streamed and SPOKEN[dialect].WIRE == FRAMES:
        headers, _ = frames.read(got)[-1]
        assert ("exception", "validationException") == (headers[":message-type"], headers[":exception-type"])
    if streamed and dialect in IN_PIECES:
        assert b"behind it" not in got


@pytest.mark.parametrize(
    ("dialect", "operation"),
    [("bedrock-converse", "ConverseStream"), ("bedrock-invoke", "InvokeModelWithResponseStream")],
)
def test_boto3_reads_the_error_in_a_stream_as_one_of_the_services_own(dialect, operation):
    got = written(dialect, asked(dialect, REFUSES), "Write", f"x = {FORGED} and more", streamed=True)
    model = botocore.session.Session().get_service_model("bedrock-runtime").operation_model(operation)
    body = SimpleNamespace(stream=lambda: iter([got]), close=lambda: None)
    reader = create_parser("rest-json")._event_stream_parser
    with pytest.raises(EventStreamError, match="redact: a tool would have written") as raised:
        list(EventStream(body, model.get_event_stream_output(), reader, operation))
    assert "validationException" == raised.value.response["Error"]["Code"]


@pytest.mark.parametrize("dialect", IN_FRAMES_OR_EVENTS)
def test_an_answer_that_breaks_off_behind_it_ends_with_an_error_too(dialect):
    speaks, exchange = SPOKEN[dialect], asked(dialect, REFUSES)
    events = list(speaks.streamed_call("Write", ['{"content": "', FORGED]))
    whole = speaks.written(events)
    stream = whole[: len(whole) - len(speaks.written(events[3:]))] if len(events) > 3 else whole
    answer = Answer(exchange, None, speaks.WIRE)
    got = answer.feed(stream) + answer.feed(b"")
    assert exchange.refused
    assert "redact: a tool would have written" in json.dumps(speaks.read(got)[-1])


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
@pytest.mark.parametrize("tool", ["Read", "Bash", "mcp__x__y"])
def test_what_writes_no_file_may_hold_it(dialect, streamed, tool):
    exchange = asked(dialect, REFUSES)
    got = written(dialect, exchange, tool, f"x = {FORGED}", streamed=streamed)
    assert FORGED in heard(dialect, got, streamed=streamed)
    assert not exchange.refused


@pytest.mark.parametrize(("dialect", "streamed"), CASES)
def test_what_comes_back_is_written(dialect, streamed):
    exchange = asked(dialect, REFUSES)
    surrogate = next(record.surrogate for record in exchange._records.values() if record.value == SECRET)
    got = written(dialect, exchange, "Write", f"x = {surrogate}", streamed=streamed)
    assert SECRET in heard(dialect, got, streamed=streamed)
    assert not exchange.refused


def test_the_next_request_of_a_connection_begins_anew():
    exchange = asked("openai-chat", REFUSES)
    written("openai-chat", exchange, "Write", FORGED, streamed=False)
    assert exchange.refused
    exchange.turn(pack.redactor())
    exchange.request(b'{"messages": []}')
    assert not exchange.refused
    assert exchange.frame(b'{"choices": []}') == [b'{"choices": []}']
