"""Forms are read exactly, or not at all."""

import pytest

from redact.errors import UnreadableError
from redact.multipart import Part, boundary_of, parts_of, written

from .papers import field, form, upload


@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        ("multipart/form-data; boundary=abc", "abc"),
        ('Multipart/Form-Data; boundary="a b"', "a b"),
        ("multipart/form-data;boundary=abc; charset=utf-8", "abc"),
        ("multipart/form-data; charset=utf-8; boundary=abc", "abc"),
        ("multipart/form-data", None),
        ("multipart/mixed; boundary=abc", None),
        ("application/json", None),
        (f"multipart/form-data; boundary={'a' * 71}", None),
    ],
)
def test_a_boundary(kind, boundary):
    assert boundary == boundary_of(kind)


def test_what_is_taken_apart_is_written_alike():
    body = form(field("purpose", "batch"), upload("a.bin", bytes(range(256)) + b"\r\n\r\n--\r\n--b0"), upload("e", b""))
    parts = parts_of(body, "b0undary")
    assert [5, 256 + 12, 0] == [len(part.content) for part in parts]
    assert body == written(parts, "b0undary")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b\r\n",
        b"preamble\r\n--b\r\nA: b\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nA: b\r\n\r\nx\r\n--b--\r\nepilogue",
        b"--b\r\nA: b\r\n\r\nx\r\n--b",
        b"--b\r\nA: b\r\nx\r\n--b--\r\n",
        b"--b\nA: b\n\nx\n--b--\n",
        b"--b\r\nA b\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nA: b\r\nA: c\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nA: b\r\n folded\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nA: \xff\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--\r\n",
        b"--bA: b\r\n\r\nx\r\n--b--\r\n",
    ],
)
def test_what_could_be_read_otherwise_is_refused(body):
    with pytest.raises(UnreadableError) as refused:
        parts_of(body, "b")
    assert "multipart" == refused.value.code


def test_a_part_that_would_hold_the_boundary_is_not_written():
    with pytest.raises(UnreadableError):
        written([Part({"A": "b"}, b"x--b")], "b")


def test_a_part_shows_nothing():
    assert "secret" not in repr(Part({"A": "secret"}, b"secret"))
