"""Content encodings are undone within a bound, and what is not what it says is refused."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from redact.encodings import decoded, inflater, names
from redact.errors import UnreadableError

PLAIN = b'{"messages":[{"role":"user","content":"hello"}]}' * 400
LIMIT = 1 << 20


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


ENCODED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "": bytes,
    "identity": bytes,
}
COMPRESSED = [name for name in ENCODED if name not in ("", "identity")]


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("plain", [PLAIN, b"", b"x", bytes(range(256)) * 1000])
def test_what_was_encoded_is_decoded(name, plain):
    assert plain == decoded(ENCODED[name](plain), name, LIMIT)


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("step", [1, 7, 4096])
def test_a_stream_is_decoded_piece_by_piece(name, step):
    data, inflate = ENCODED[name](PLAIN), inflater(name)
    assert PLAIN == b"".join(b"".join(inflate(data[at : at + step])) for at in range(0, len(data), step))


def test_an_event_is_there_as_soon_as_it_is_flushed():
    packer = zlib.compressobj(wbits=31)
    inflate = inflater("gzip")
    for event in (b"data: one\n\n", b"data: two\n\n"):
        assert event == b"".join(inflate(packer.compress(event) + packer.flush(zlib.Z_SYNC_FLUSH)))


@pytest.mark.parametrize("name", ["", "identity", " identity , "])
def test_a_stream_without_an_encoding_needs_no_decoder(name):
    assert inflater(name) is None


@pytest.mark.parametrize(
    ("header", "listed"), [("", []), ("GZIP", ["gzip"]), (" br ,identity,gzip", ["br", "gzip"]), (",,", [])]
)
def test_a_header_names_encodings(header, listed):
    assert listed == names(header)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_several_members_are_one_body(name):
    encode = ENCODED[name]
    assert b'{"a":1,"b":2}' == decoded(encode(b'{"a":1,') + encode(b'"b":2}'), name, LIMIT)


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("damage", ["cut", "short", "more", "other", "nothing like it"])
def test_what_is_damaged_is_refused(name, damage):
    good = ENCODED[name](PLAIN)
    bad = {
        "cut": good[: len(good) // 2],
        "short": good[:-1],
        "more": good + b"\xffmore",
        "other": good[: len(good) // 3] + bytes(8) + good[len(good) // 3 :],
        "nothing like it": PLAIN,
    }[damage]
    with pytest.raises(UnreadableError) as refused:
        decoded(bad, name, LIMIT)
    assert ("encoding", 400) == (refused.value.code, refused.value.status)


@pytest.mark.parametrize("header", ["gzip, br", "gzip, gzip", "compress", "aws-chunked", "x"])
def test_an_unknown_or_doubled_encoding_is_refused(header):
    with pytest.raises(UnreadableError) as refused:
        decoded(gzip.compress(PLAIN), header, LIMIT)
    assert ("encoding", 415) == (refused.value.code, refused.value.status)
    with pytest.raises(UnreadableError) as refused:
        inflater(header)
    assert ("encoding", 502) == (refused.value.code, refused.value.status)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_that_hides_its_encoding_is_refused(name):
    with pytest.raises(UnreadableError) as refused:
        decoded(ENCODED[name](PLAIN), "", LIMIT)
    assert 415 == refused.value.status


@pytest.mark.parametrize("name", ENCODED)
def test_the_limit_is_the_last_size_that_passes(name):
    data = ENCODED[name](b"x" * 1000)
    assert 1000 == len(decoded(data, name, 1000))
    with pytest.raises(UnreadableError) as refused:
        decoded(data, name, 999)
    assert ("too-large", 413) == (refused.value.code, refused.value.status)


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_bomb_is_refused_before_it_goes_off(name):
    bomb = ENCODED[name](bytes(64 << 20))
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError):
            decoded(bomb, name, LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
