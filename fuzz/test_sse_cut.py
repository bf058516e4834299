"""However a stream of events is cut, the same events come out, and together they are exactly what came in."""

from hypothesis import given
from hypothesis import strategies as st

from redact.sse import SseDecoder

from . import bodies
from .look import examples, is_caught

lines = st.sampled_from(
    (
        "data: {}",
        "data:{}",
        "data",
        "data:",
        "data:  x",
        "datax: y",
        ": comment",
        "event: e",
        "id: 1",
        "",
        "é: 😀",
        "retry: 1",
        "\x00",
    )
).map(str.encode)
ends = st.sampled_from((b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b"\r\r", b"\r\n\n", b"\n\r\n", b"\r\r\n", b"\n\r"))
streams = st.lists(st.tuples(st.one_of(lines, st.binary(max_size=3)), ends), max_size=12).map(
    lambda parts: b"".join(b"".join(p) for p in parts)
)


def lines_of(data):
    """Split into lines as the standard says, read in one piece: the other implementation."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def data_of(data):
    found, said = [], []
    for line in lines_of(data):
        field, _, value = line.partition(b":")
        if not line:
            found += [b"\n".join(said)] if said else []
            said = []
        elif field == b"data":
            said.append(value.removeprefix(b" "))
    return found + ([b"\n".join(said)] if said else [])


def events_of(make, pieces):
    decoder = make()
    events = [event for piece in pieces for event in decoder.decode(piece)]
    last = decoder.flush()
    return [*events, last] if last is not None else events


def every_cut_is_the_same(make, stream, offsets):
    whole = events_of(make, [stream])
    assert whole == events_of(make, bodies.cut(stream, offsets))
    assert stream == b"".join(event.raw for event in whole)
    assert data_of(stream) == [event.data for event in whole if event.data is not None]


@given(streams, bodies.cuts)
@examples(500)
def test_every_cut_is_the_same(stream, offsets):
    every_cut_is_the_same(SseDecoder, stream, offsets)


def data_alone_is_changed(make, stream):
    for event in events_of(make, [stream]):
        if event.data is None:
            continue
        (other,) = events_of(make, [event.with_data(b'{"x":1}')])
        assert b'{"x":1}' == other.data
        assert [x for x in lines_of(event.raw) if x and x.partition(b":")[0] != b"data"] == [
            x for x in lines_of(other.raw) if x and x.partition(b":")[0] != b"data"
        ]


@given(streams)
@examples(300)
def test_other_data_changes_nothing_else(stream):
    data_alone_is_changed(SseDecoder, stream)


class LineFeedsOnly(SseDecoder):
    """Takes each piece for whole lines."""

    def decode(self, chunk):
        return super().decode(chunk.replace(b"\r\n", b"\n"))


class Forgetful(SseDecoder):
    """Loses what is not complete at the end of a piece."""

    def decode(self, chunk):
        self._buffer.clear()
        self._searched = 0
        return super().decode(chunk)


def test_it_catches_line_ends_that_are_changed():
    assert is_caught(lambda stream: every_cut_is_the_same(LineFeedsOnly, stream, []), streams)


def test_it_catches_a_piece_that_is_forgotten():
    assert is_caught(lambda case: every_cut_is_the_same(Forgetful, *case), st.tuples(streams, bodies.cuts))
