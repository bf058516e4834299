"""Server-sent events, cut anywhere."""

import pytest

from redact.sse import Event, SseDecoder


def decoded(*chunks):
    decoder = SseDecoder()
    return [event for chunk in chunks for event in decoder.decode(chunk)]


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"data: a\n\n", b"a"),
        (b"data:a\n\n", b"a"),
        (b"data:  a\n\n", b" a"),
        (b"data\n\n", b""),
        (b"event: e\r\ndata: a\r\nid: 1\r\n\r\n", b"a"),
        (b"data: a\ndata: b\n\n", b"a\nb"),
        (b"data: a\rdata: b\r\r", b"a\nb"),
        (b": comment\n\n", None),
        (b"event: ping\n\n", None),
        (b"datax: a\n\n", None),
        (b"\n\n", None),
        ("data: é😀\n\n".encode(), "é😀".encode()),
        (b"data: \xff\n\n", b"\xff"),
    ],
)
def test_an_event_has_the_data_that_the_standard_says(raw, data):
    # A CR may be half of a line end, until something follows.
    assert [Event(raw, data)] == [e for e in decoded(raw, b": more") if e.raw != b": more"]


def test_an_event_is_given_when_its_blank_line_is_there():
    decoder = SseDecoder()
    assert [] == decoder.decode(b"data: a\n")
    assert [b"a"] == [event.data for event in decoder.decode(b"\ndata: b")]
    assert [b"b"] == [event.data for event in decoder.decode(b"\n\n")]
    assert decoder.flush() is None


def test_what_is_left_at_the_end_is_given_once():
    decoder = SseDecoder()
    decoder.decode(b"data: a\n\ndata: b")
    assert Event(b"data: b", b"b") == decoder.flush()
    assert decoder.flush() is None


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"data: a\n\n", b"data: X\n\n"),
        (b"event: e\ndata:a\nid: 1\n\n", b"event: e\ndata: X\nid: 1\n\n"),
        (b"event: e\r\ndata: a\r\ndata: b\r\n\r\n", b"event: e\r\ndata: X\r\n\r\n"),
        (b"\ndata: a\n\n", b"\ndata: X\n\n"),
        (b": c\rdata: a\r\r", b": c\rdata: X\r\r"),
        (b"data: a", b"data: X\n\n"),
        (b"event: database\ndata: a\n\n", b"event: database\ndata: X\n\n"),
    ],
)
def test_other_data_leaves_every_other_line_as_it_is(raw, wanted):
    decoder = SseDecoder()
    event = (decoder.decode(raw) or [decoder.flush()])[0]
    assert wanted == event.with_data(b"X")


def test_a_long_event_in_small_pieces_is_looked_through_once():
    decoder = SseDecoder()
    for _ in range(50_000):
        assert [] == decoder.decode(b"data: xxxxxxxxxx\n")
    assert 1 == len(decoder.decode(b"\n"))
