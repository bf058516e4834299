"""However a stream is cut, the client gets what restoring the whole would give, and only what may become a surrogate waits."""

import json

import regex
from hypothesis import given

from redact.exchange import Exchange
from redact.restoration import Restoration
from redact.restore import codename_of, plainly
from redact.sinks import PROSE
from redact.surrogates import LABEL
from tests import pack

from . import answers, bodies
from .look import examples, is_caught

LABELS = regex.compile(LABEL, regex.IGNORECASE | regex.ASCII)


def asked(dialect, kind=Exchange):
    exchange = pack.exchange(dialect, kind=kind)
    exchange.request(bodies.dumped({"messages": [{"role": "user", "content": answers.REQUEST}]}))
    return exchange


def wanted(exchange, lane):
    """What the client must get of a running text, by restoring it in one piece where it goes."""
    if lane.kind == "reasoning":
        return lane.text
    place = PROSE if lane.kind == "text" else exchange._sinks.place(lane.kind)
    whole = lane.text if lane.kind == "text" else {"command": lane.text}
    restorer, sinks = exchange._restoration._restorer, exchange._sinks
    return restorer.restore(lane.text, plainly, sinks.permit(place, restorer, whole), after=sinks.after(place))


def got(lane, text):
    """Give what the client makes of a running text."""
    if lane.kind not in answers.TOOLS:
        return text
    try:
        return json.loads(text)["command"]
    except ValueError:
        return None


def whole_and_cut_agree(kind, answer, offsets):
    stream = answer.stream()
    exchange = asked(answer.dialect, kind)
    once = exchange.chunk(stream) + exchange.flush()
    texts = answers.running_texts(answer.dialect, once)
    for at, lane in enumerate(answer.lanes):
        assert wanted(exchange, lane) == got(lane, texts[at])
    if answer.dialect == "openai-responses":
        assert all(texts[at] == copy for at, copy in answers.whole_texts(once))
        numbers = [event["sequence_number"] for event in answers.events(once) if "sequence_number" in event]
        assert [*range(len(numbers))] == numbers
    piecewise = asked(answer.dialect, kind)
    assert once == b"".join(map(piecewise.chunk, bodies.cut(stream, offsets))) + piecewise.flush()
    assert exchange.report.tally == piecewise.report.tally
    assert "" == exchange.report.trouble


@given(answers.answers, bodies.cuts)
@examples(200)
def test_every_cut_gives_the_same(answer, offsets):
    whole_and_cut_agree(Exchange, answer, offsets)


def by(restoration):
    class Mutant(Exchange):
        def __init__(self, *both, **more):
            super().__init__(*both, **more)
            self._restoration.__class__ = restoration

    return Mutant


class ParsesAll(Restoration):
    """Parses every event."""

    def went_on(self, _event, _data):
        return None


def parsed_or_not_is_the_same(restoration, answer):
    exchange, slow = asked(answer.dialect, by(restoration)), asked(answer.dialect, by(ParsesAll))
    stream = answer.stream()
    assert slow.chunk(stream) + slow.flush() == exchange.chunk(stream) + exchange.flush()
    assert slow.report.tally == exchange.report.tally
    assert slow.report.usage == exchange.report.usage
    assert slow.report.trouble == exchange.report.trouble


@given(answers.answers)
@examples(200)
def test_an_event_that_is_not_parsed_says_the_same(answer):
    parsed_or_not_is_the_same(Restoration, answer)


def may_become_a_surrogate(exchange, tail):
    records = list(exchange._records.values())
    names = [codename_of(record) for record in records if record.shape == "codename"]
    return (
        any(record.surrogate.lower().startswith(tail.lower()) for record in records)
        or any(name.pattern.fullmatch(tail, partial=True) for name in names)
        or any(name.has_own_plural and name.pattern.fullmatch(tail.rstrip("sS")) for name in names)
        or LABELS.fullmatch(tail, partial=True) is not None
    )


def only_a_beginning_waits(kind, answer):
    """After each event, all of each prose is out but a tail that may become a surrogate."""
    exchange = asked(answer.dialect, kind)
    seen, out = b"", b""
    blank = (answer.newline * 2).encode()
    for event in answer.stream().split(blank)[:-1]:
        seen += event + blank
        # Where a single CR ends lines, only what follows tells that an event is over.
        out += exchange.chunk(event + blank) + (exchange.chunk(b"") if answer.newline != "\r" else b"")
        if answer.newline == "\r":
            continue
        came, went = answers.running_texts(answer.dialect, seen), answers.running_texts(answer.dialect, out)
        for at, lane in enumerate(answer.lanes):
            if exchange._restoration._late and lane.kind == "text":
                # None is added to numbered events, so one that ends like this may wait for the next.
                assert any(
                    may_become_a_surrogate(exchange, text[n:]) for text in came.values() for n in range(len(text))
                )
            elif lane.kind == "text":
                text, done = came.get(at, ""), went.get(at, "")
                waits = (
                    text[len(text) - n :]
                    for n in range(len(text) + 1)
                    if exchange._restoration._restorer.restore(text[: len(text) - n]) == done
                )
                assert any(not tail or may_become_a_surrogate(exchange, tail) for tail in waits)


@given(answers.answers)
@examples(100)
def test_only_what_may_become_a_surrogate_waits(answer):
    only_a_beginning_waits(Exchange, answer)


class TailLost(Restoration):
    """Forgets what it held back."""

    def _tails(self, ended):
        super()._tails(ended)
        return []


class EachAlone(Restoration):
    """Restores each piece on its own."""

    def _lane(self, piece, event):
        self._lanes.clear()
        return super()._lane(piece, event)


class OneLane(Restoration):
    """Takes all running texts for one."""

    def _lane(self, piece, event):
        return super()._lane(piece._replace(lane=0), event)


class ByChunk(Exchange):
    """Takes a chunk for an event."""

    def chunk(self, data):
        out = super().chunk(data)
        return out + super().flush()


class HoldsAll(Exchange):
    """Gives everything at the end."""

    def __init__(self, *both, **more):
        super().__init__(*both, **more)
        self._all = b""

    def chunk(self, data):
        self._all += data
        return b""

    def flush(self):
        return super().chunk(self._all) + super().flush()


class PassesOn(Restoration):
    """Takes an event that is not parsed for one that changes nothing."""

    def went_on(self, event, data):
        out = super().went_on(event, data)
        return out and [event.raw]


def test_it_catches_an_event_that_is_only_passed_on():
    assert is_caught(lambda answer: parsed_or_not_is_the_same(PassesOn, answer), answers.answers)


def test_it_catches_a_lost_tail():
    assert is_caught(lambda answer: whole_and_cut_agree(by(TailLost), answer, []), answers.answers)


def test_it_catches_pieces_restored_one_by_one():
    assert is_caught(lambda answer: whole_and_cut_agree(by(EachAlone), answer, []), answers.answers)


def test_it_catches_lanes_that_are_mixed_up():
    assert is_caught(lambda answer: whole_and_cut_agree(by(OneLane), answer, []), answers.answers)


def test_it_catches_chunks_taken_for_events():
    assert is_caught(lambda answer: whole_and_cut_agree(ByChunk, answer, range(0, 20_000, 100)), answers.answers)


def test_it_catches_a_stream_that_is_held_whole():
    assert is_caught(lambda answer: only_a_beginning_waits(HoldsAll, answer), answers.answers)
