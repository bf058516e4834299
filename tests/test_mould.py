"""Events are told by all but the piece they say, and what they say is read as JSON reads it."""

import json

import pytest

from redact.mould import Mould, around


def mould(event, said, *fleeting):
    parts = around(json.dumps(event).encode(), said)
    assert parts is not None
    return Mould("lane", *parts, fleeting)


def of(said, **more):
    return {"type": "delta", "delta": {"text": said}, **more}


@pytest.mark.parametrize("said", ["a", "", "é\n", '"}, "x": "', "\\", "\\u00e9", "\x7f", "\U0001f600", "123456789012"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_piece_is_read_as_json_reads_it(said, ascii_only):
    assert said == mould(of("x"), "x").said_in(json.dumps(of(said), ensure_ascii=ascii_only).encode())


@pytest.mark.parametrize(
    "other",
    [
        of("y", more=1),
        {"type": "delta", "delta": {"text": "y", "more": "z"}},
        {"type": "delta", "delta": {"text": ["y"]}},
        {"type": "delta", "index": 1, "delta": {"text": "y"}},
        {"type": "Delta", "delta": {"text": "y"}},
        [],
    ],
)
def test_an_event_that_says_more_or_less_is_another(other):
    assert mould(of("x"), "x").said_in(json.dumps(other).encode()) is None


@pytest.mark.parametrize("said", [b"\xff", b"\\ud800", b"\\x41", b"\\u00", b"a\nb", b'a"b', b"\\"])
def test_what_is_no_string_is_another(said):
    before, after = around(b'{"a": "x"}', "x")
    assert Mould("lane", before, after, ()).said_in(before + said + after) is None


def test_members_that_a_format_calls_fleeting_may_differ_if_they_are_short():
    numbered = mould(of("x", number=7, noise="aB"), "x", "number", "noise")
    assert "y" == numbered.said_in(json.dumps(of("y", number=65535, noise="")).encode())
    assert numbered.said_in(json.dumps(of("y", number=123456, noise="aB")).encode()) is None
    assert numbered.said_in(json.dumps(of("y", number=7, noise="a b")).encode()) is None
    assert numbered.said_in(json.dumps(of("y", number=7, noise={})).encode()) is None
    assert numbered.said_in(json.dumps(of("y", number=7, noise="")).replace("7", "07").encode()) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"text": "text"}', "text"),
        (b'{"a": "x", "b": "x"}', "x"),
        (b'{"a": "\\u0078"}', "x"),
        (b'["x"]', "x"),
        (b'{"a": "\\"x"}', "x"),
    ],
)
def test_a_string_that_may_stand_elsewhere_too_is_not_taken(data, said):
    assert around(data, said) is None
