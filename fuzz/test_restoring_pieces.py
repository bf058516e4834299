"""A text restored piece by piece is the text restored whole, also when it is full of beginnings of surrogates."""

from hypothesis import given
from hypothesis import strategies as st

from redact.model import Record
from redact.restore import Restorer, RestoreStream, Way, anything, in_json, plainly
from tests import pack

from . import bodies, texts
from .look import examples, is_caught


def records():
    redactor = pack.redactor()
    redactor.redact("\n".join(texts.telling(value)[0] for value in texts.VALUES))
    for name in texts.NAMES:
        redactor.redact(name)
    return pack.vault_of(redactor).records()


ALL = records()
# What the mint never makes, but a vault may hold: surrogates within and after one another.
NESTED = [
    Record("RDX_A_0123456789AB", "one", "A", "label", "secret"),
    Record("RDX_A_B_0123456789AB", "two", "A_B", "label", "secret"),
    Record("RDX_A_0123456789AC", "RDX_A_0123456789AB", "A", "label", "secret"),
    Record("123456789012", "210987654321", "X", "digits", "identifier"),
    Record("a1b2.fox-abcde.example", "x.corp.acme.test", "X", "host", "internal"),
    Record("fox-abcde.example", "corp.acme.test", "X", "host", "internal"),
]

beginnings = st.sampled_from(
    sorted(
        {
            r.surrogate[:n]
            for r in (*ALL, *NESTED)
            for n in (1, 3, 4, 6, len(r.surrogate) // 2, len(r.surrogate) - 1, 99)
        }
    )
)
adversarial = texts.joined(
    beginnings,
    beginnings,
    beginnings.map(str.lower),
    beginnings.map(str.title),
    texts.stand_ins,
    texts.fillers,
    size=12,
)


def pieces_make_the_whole(make, known, text, offsets, encode=plainly):
    restorer = Restorer(known)
    stream = make(restorer, encode)
    assert restorer.restore(text, encode) == "".join(map(stream.feed, bodies.cut(text, offsets))) + stream.flush()
    assert "" == stream.flush()


def streams(restorer, encode):
    return restorer.stream(encode)


@given(st.sampled_from((ALL, NESTED, ALL[:1], [])), adversarial, bodies.cuts, st.sampled_from((plainly, in_json)))
@examples(500)
def test_pieces_make_the_whole(known, text, offsets, encode):
    pieces_make_the_whole(streams, known, text, offsets, encode)


LONGEST = max(len(record.surrogate) for record in ALL) + 70


def little_waits(make, text):
    stream = make(Restorer(ALL), plainly)
    for character in text:
        stream.feed(character)
        assert LONGEST >= len(stream._held)


@given(adversarial)
@examples(50)
def test_never_more_than_a_surrogate_waits(text):
    little_waits(streams, text)


def test_endless_beginnings_take_linear_time():
    stream = Restorer(ALL).stream()
    out = "".join(stream.feed("RDX_A_") for _ in range(20_000)) + stream.flush()
    assert "RDX_A_" * 20_000 == out


class TooShort(RestoreStream):
    """Holds back at most ten characters."""

    def feed(self, piece):
        out = super().feed(piece)
        out, self._held = out + self._held[:-10], self._held[-10:]
        return out


class Greedy(RestoreStream):
    """Holds back from the first letter on that may begin a surrogate."""

    def feed(self, piece):
        self._held += piece
        at = self._held.lower().find("r")
        out, self._held = (self._held, "") if at < 0 else (self._held[:at], self._held[at:])
        return out


def broken(kind):
    return lambda restorer, encode: kind(restorer, Way(encode, anything, None, None))


CASES = st.tuples(st.just(ALL), adversarial, bodies.cuts)


def test_it_catches_a_tail_that_is_too_short():
    assert is_caught(lambda case: pieces_make_the_whole(broken(TooShort), *case), CASES)


def test_it_catches_a_tail_that_is_too_long():
    assert is_caught(lambda text: little_waits(broken(Greedy), text), adversarial)
