"""What comes back event by event: numbers that stay consecutive, and what tells of a text in other ways than the text."""

import json

import pytest

from redact import restoration

from .said import TOKEN, asked


def told(exchange, *events):
    """What a client is told over a WebSocket."""
    return [json.loads(out) for event in events for out in exchange.frame(json.dumps(event).encode())]


def arguments(place, number, piece=None, whole=None):
    kind, said = ("delta", {"delta": piece}) if whole is None else ("done", {"arguments": whole})
    event = {"type": f"response.function_call_arguments.{kind}", "output_index": place, **said}
    return event | {"sequence_number": number}


def interleaved(surrogate, others):
    """Two tool calls that take turns; one ends in the midst of what may be a surrogate, while the other goes on."""
    half = surrogate[: len(surrogate) // 2].decode()
    yield arguments(0, 0, f'{{"a": "{half}')
    yield from (arguments(1, 1 + at, "x") for at in range(others))
    yield arguments(0, 1 + others, whole=f'{{"a": "{half}')
    yield arguments(1, 2 + others, whole="x" * others)


@pytest.mark.parametrize("others", [0, 1, 7])
def test_numbers_stay_consecutive_while_calls_take_turns(others):
    exchange, surrogate = asked("openai-responses")
    events = list(interleaved(surrogate, others))
    got = told(exchange, *events)
    assert [*range(3 + others)] == [event["sequence_number"] for event in got]
    assert events == got


def test_no_more_than_so_many_events_wait_for_one(monkeypatch):
    monkeypatch.setattr(restoration, "_MOST_LATE", 3)
    exchange, surrogate = asked("openai-responses")
    events = list(interleaved(surrogate, 7))
    assert [] == told(exchange, *events[:3])[1:]
    got = told(exchange, *events[3:])
    assert [*range(8), 0, 8, 9] == [event["sequence_number"] for event in got]
    assert surrogate[: len(surrogate) // 2].decode() == got[8]["delta"]


def test_streams_of_one_socket_do_not_wait_for_each_other():
    exchange, surrogate = asked("openai-responses")
    one, other = arguments(0, 0, surrogate[:9].decode()), arguments(0, 0, TOKEN)
    assert [] == told(exchange, one | {"stream_id": "a"})
    assert [other | {"stream_id": "b"}] == told(exchange, other | {"stream_id": "b"})
