"""Framings: lines, items of an array and AWS frames, cut anywhere. Events of `text/event-stream` are in test_sse.py."""

import binascii
import json
import struct

import pytest

from redact.eventstream import FrameDecoder
from redact.framing import FRAMINGS, framing_of
from redact.jsonarray import ArrayDecoder
from redact.ndjson import LineDecoder
from redact.sse import SseDecoder

from .frames import chunk, frame, read

STREAMS = {
    "lines": (LineDecoder, b'{"a":"x"}\n\n{"a":"\\n"}\r\n{"b":2}\n', [b'{"a":"x"}', b'{"a":"\\n"}', b'{"b":2}']),
    "an open line": (LineDecoder, b'{"a":1}\n{"b"', [b'{"a":1}', b'{"b"']),
    "items": (
        ArrayDecoder,
        b'[{"a":["]"]}\r\n,\r\n{"b":"\\"}{[\\\\"}\n]\n',
        [b'{"a":["]"]}', b'{"b":"\\"}{[\\\\"}'],
    ),
    "an empty array": (ArrayDecoder, b" [ ] ", []),
    "an open item": (ArrayDecoder, b'[{"a":1},{"b":"', [b'{"a":1}']),
    "frames": (FrameDecoder, frame("messageStart", b'{"role":"assistant"}') + chunk(b'{"type":"ping"}'), None),
    "an open frame": (FrameDecoder, frame("x", b'{"a":1}') + frame("x", b'{"b":1}')[:-3], [b'{"a":1}']),
    "no json": (FrameDecoder, frame("x", b"") + frame("x", b"plain"), []),
}
STREAMS["frames"] = (*STREAMS["frames"][:2], [b'{"role":"assistant"}', b'{"type":"ping"}'])


def events(make, *pieces):
    decoder = make()
    found = [event for piece in pieces for event in decoder.decode(piece)]
    last = decoder.flush()
    return [*found, last] if last is not None else found


@pytest.mark.parametrize("name", STREAMS)
def test_events_are_the_same_however_the_stream_is_cut(name):
    make, stream, wanted = STREAMS[name]
    whole = events(make, stream)
    assert stream == b"".join(event.raw for event in whole)
    assert wanted == [event.data for event in whole if event.data is not None]
    assert whole == events(make, *(stream[at : at + 1] for at in range(len(stream))))
    for at in range(1, len(stream)):
        assert whole == events(make, stream[:at], stream[at:]), f"cut at {at}"


@pytest.mark.parametrize("name", STREAMS)
def test_the_framing_goes_by_the_content_type(name):
    make, stream, _ = STREAMS[name]
    kinds = [kind for kind, framing in FRAMINGS.items() if framing is make] or ["application/json"]
    for kind in kinds:
        assert isinstance(framing_of(kind, stream, arrays=True), make)


def test_an_array_is_a_stream_only_where_the_dialect_says_so():
    assert framing_of("application/json", b"[1]", arrays=False) is None
    assert framing_of("application/json", b"{}", arrays=True) is None
    assert isinstance(framing_of("", b"data: x", arrays=False), SseDecoder)
    assert framing_of("", b"plain", arrays=True) is None


def test_other_data_and_one_more():
    assert b'{"x":1}\r\n' == LineDecoder().decode(b"{}\r\n")[0].with_data(b'{"x":1}')
    assert b'{"x":1}\r\n' == LineDecoder().decode(b"{}\r\n")[0].another(b'{"x":1}')
    first, second, last = ArrayDecoder().decode(b"[{},\n{}]")
    assert b'[{"x":1}' == first.with_data(b'{"x":1}')
    assert b',\n{"x":1}' == first.another(b'{"x":1}')
    assert b',\n{"x":1}' == second.with_data(b'{"x":1}')
    assert last.is_last
    assert not first.is_last


def test_a_line_without_an_end_gets_one_before_another_follows():
    decoder = LineDecoder()
    decoder.decode(b'{"a":1}')
    line = decoder.flush()
    assert b'{"a":2}' == line.with_data(b'{"a":2}')
    assert b'\n{"a":3}' == line.another(b'{"a":3}')


def test_a_frame_written_anew_is_read_by_botocore():
    (plain,) = FrameDecoder().decode(frame("contentBlockDelta", b'{"a":1}'))
    [(headers, payload)] = read(plain.with_data(b'{"a":"longer"}'))
    assert b'{"a":"longer"}' == payload
    assert {":message-type": "event", ":event-type": "contentBlockDelta"} == headers


def test_what_a_chunk_wraps_is_wrapped_again():
    (wrapping,) = FrameDecoder().decode(chunk(b'{"a":1}', padding="abcd"))
    [(_, payload)] = read(wrapping.with_data(b'{"a":"longer"}'))
    wrapper = json.loads(payload)
    assert b'{"a":"longer"}' == binascii.a2b_base64(wrapper["bytes"])
    assert "abcd" == wrapper["p"]


@pytest.mark.parametrize("size", [None, 1, 7])
def test_a_frame_with_a_wrong_checksum_goes_on_as_it_came(size):
    good, bad = frame("x", b'{"a":1}'), bytearray(frame("x", b'{"b":1}'))
    bad[-1] ^= 1
    stream = bytes(good + bad + good)
    decoder = FrameDecoder()
    pieces = [stream[at : at + (size or len(stream))] for at in range(0, len(stream), size or len(stream))]
    found = [event for piece in pieces for event in decoder.decode(piece)]
    assert [b'{"a":1}', None, b'{"a":1}'] == [event.data for event in found]
    assert stream == b"".join(event.raw for event in found)
    assert "checksum" == decoder.trouble


@pytest.mark.parametrize("broken", [0, 4, 8], ids=["length", "headers", "checksum"])
def test_lengths_that_cannot_be_believed_end_the_taking_apart(broken):
    bad = bytearray(frame("x", b'{"a":1}'))
    bad[broken] ^= 0x40
    stream = frame("x", b"{}") + bytes(bad) + frame("x", b"{}")
    decoder = FrameDecoder()
    found = [event for at in range(len(stream)) for event in decoder.decode(stream[at : at + 1])]
    assert [b"{}"] == [event.data for event in found if event.data is not None]
    assert stream == b"".join(event.raw for event in found)
    assert "frame" == decoder.trouble
    assert decoder.flush() is None


def test_a_length_that_its_checksum_vouches_for_may_still_be_absurd():
    prelude = struct.pack(">II", 0xFFFFFFFF, 0)
    stream = prelude + struct.pack(">I", binascii.crc32(prelude)) + b"rest"
    decoder = FrameDecoder()
    assert stream == b"".join(event.raw for event in decoder.decode(stream))
    assert "frame" == decoder.trouble


@pytest.mark.parametrize("make", [LineDecoder, ArrayDecoder, FrameDecoder])
def test_ten_megabytes_in_one_event(make):
    said = json.dumps({"text": 'a"}]\\' * 1_500_000}).encode()
    stream = {LineDecoder: said + b"\n", ArrayDecoder: b"[" + said + b"]", FrameDecoder: frame("x", said)}[make]
    found = events(make, *(stream[at : at + 65_536] for at in range(0, len(stream), 65_536)))
    assert said == found[0].data
