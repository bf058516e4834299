"""Whatever encodings a value is behind, it is found, and exactly where it is written; with hyperscan and without it."""

import base64
import gzip
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact import views as module
from redact.detect.decoded import DEPTH, Decoded
from redact.literals import have_hyperscan
from redact.model import Finding
from redact.spans import unite
from redact.views import Views, views
from tests import pack

from .look import examples, is_caught

TOKEN = "dtk_8Jq2mVx91LpZt0Ye"
VALUE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/="

# An encoding takes a text, the range of a value in it, and dice; it gives the text encoded, that range in it, and how many
# steps it takes to undo it.


def base64_of(text, start, end, dice):
    data = text.encode()
    letters = dice.draw(st.sampled_from((base64.b64encode, base64.urlsafe_b64encode)))(data).decode()
    first, last = len(text[:start].encode()) * 4 // 3, -(-len(text[:end].encode()) * 4 // 3)
    return letters.rstrip("=") if dice.draw(st.booleans()) else letters, first, last, 1


def wrapped_base64_of(text, start, end, dice):
    letters, first, last, _ = base64_of(
        text + " and some more words after it, so that there are lines" * 3, start, end, dice
    )
    width, between = (
        dice.draw(st.sampled_from((60, 64, 70, 76))),
        dice.draw(st.sampled_from(("\n", "\r\n", "\n  ", "\\n"))),
    )
    letters = letters.replace("-", "+").replace("_", "/")
    lines = between.join(letters[n : n + width] for n in range(0, len(letters), width))
    return lines, first + first // width * len(between), last + (last - 1) // width * len(between), 2


def hex_of(text, start, end, dice):
    digits = text.encode().hex()
    start, end = (2 * len(text[:place].encode()) for place in (start, end))
    return digits.upper() if dice.draw(st.booleans()) else digits, start, end, 1


def gzip_of(text, _start, _end, _dice):
    letters = base64.b64encode(gzip.compress(text.encode())).decode()
    return letters, 0, len(letters.rstrip("=")), 1


def letter_by_letter(*forms):
    """Write some letters, or all, in one of several ways."""

    def encoding(text, start, end, dice):
        every = dice.draw(st.booleans())
        form = dice.draw(st.sampled_from(forms))
        chosen = set(dice.draw(st.lists(st.integers(start, end - 1), min_size=1, max_size=5)))
        plain = [place for place, letter in enumerate(text) if not {letter, text[max(place - 1, 0)]} & set("\\\n\r\"'")]
        chosen = {place for place in plain if every or place in chosen}
        written = [form(letter) if place in chosen else letter for place, letter in enumerate(text)]
        return "".join(written), len("".join(written[:start])), len("".join(written[:end])), 1

    return encoding


def between_letters(fits, *betweens):
    """Put something between some letters, or all."""

    def encoding(text, start, end, dice):
        between = dice.draw(st.sampled_from(betweens))
        places = [
            n
            for n in range(1, len(text))
            if text[n - 1] in fits and text[n] in fits and "\\" not in text[max(n - 2, 0) : n]
        ]
        inside = [n for n in places if start < n < end]
        chosen = set(
            places if dice.draw(st.booleans()) else dice.draw(st.lists(st.sampled_from(inside or [0]), max_size=4))
        )
        written = [(between if n in chosen else "") + letter for n, letter in enumerate(text)]
        begins = len("".join(written[:start])) + (len(between) if start in chosen else 0)
        return "".join(written), begins, len("".join(written[:end])), 1

    return encoding


def wide(text, start, end, _dice):
    letters = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text[start:end])
    return text[:start] + letters + text[end:], start, end, 1


def percent(letter):
    return "".join(f"%{byte:02X}" for byte in letter.encode())


ENCODINGS = {
    "base64": base64_of,
    "wrapped": wrapped_base64_of,
    "hex": hex_of,
    "gzip": gzip_of,
    "percent": letter_by_letter(percent, lambda letter: percent(letter).lower()),
    "escapes": letter_by_letter(
        lambda letter: f"\\u{ord(letter):04x}",
        lambda letter: f"\\u{ord(letter):04X}",
        lambda letter: f"\\u{{{ord(letter):x}}}",
        lambda letter: f"\\\\u{ord(letter):04x}",
        lambda letter: f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}",
    ),
    "entities": letter_by_letter(lambda letter: f"&#{ord(letter)};", lambda letter: f"&#x{ord(letter):x};"),
    "invisible": between_letters({chr(n) for n in range(33, 127)}, "\u200b", "\u00ad", "\u2060\u200d"),
    "joined": between_letters(
        set(VALUE), '" + "', "'.'", '" & "', '"\n    "', '" +\r\n\t"', "'\n + b'", '\\" + \\"', "\\\n"
    ),
    "wide": wide,
}


@st.composite
def hidden(draw, names=tuple(ENCODINGS)):
    """A token behind one to three encodings, and where it stands."""
    dice = draw(st.data())
    around = st.text("abcXYZ019 .,:;()-äé\n", max_size=30)
    before, after = draw(around) + "some plain words before it: ", " " + draw(around)
    text, start, end = before + TOKEN + after, len(before), len(before) + len(TOKEN)
    steps, used = 0, []
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        encoded = ENCODINGS[name](text, start, end, dice)
        if steps + encoded[3] > DEPTH:
            break
        text, start, end, more = encoded
        steps += more
        used.append(name)
        if name in ("wide", "invisible"):  # base64 of a text with hardly any ASCII in it is not looked at
            break
    return f"x: {text} ", start + 3, end + 3, used


JOINT = re.compile(r"""\\?(["'])[\s+&.b]{1,9}\\?\1""")


def is_exact(example, fast=None):
    text, start, end, _ = example
    every = [*pack.patterns(fast)(text), *Decoded(pack.patterns(fast), fast=fast)(text)]
    inside = [f for f in unite(every) if f.rule_id == "demo-token" and start <= f.start and f.end <= end]
    assert inside
    assert (start, end) == (inside[0].start, inside[-1].end)
    # Of literals that are joined each is found, and what joins them is left.
    assert all(JOINT.fullmatch(text[one.end : other.start]) for one, other in pairwise(inside))


@given(hidden(), st.sampled_from([False, True] if have_hyperscan() else [False]))
@examples(400)
def test_a_value_is_found_exactly_where_it_is_written(example, fast):
    is_exact(example, fast)


def test_it_catches_a_place_that_is_a_letter_off(monkeypatch):
    def origin(self, start, end):
        return tuple(place // 3 for place in (3 * exact(self, start, end)[0], 3 * exact(self, start, end)[1] - 1))

    exact = Views.origin
    monkeypatch.setattr(Views, "origin", origin)
    assert is_caught(is_exact, hidden())


# -- any text

FRAGMENTS = (
    *(
        "%",
        "25",
        "41",
        "%41",
        "%e4%bd%a0",
        "%ff",
        "\\",
        "u0041",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\x41",
        "\\101\\102",
    ),
    *(
        "\\/",
        "\\u{1F600}",
        "\\U0001F600",
        "&",
        "#65;",
        "&#65;",
        "&#x41",
        "&amp;",
        "&lowbar;",
        "&foo;",
        '"',
        "'",
        "`",
        " ",
        "  ",
    ),
    *(
        "\n",
        "\r\n",
        "\\n",
        "\t",
        "+",
        ".",
        " + ",
        "\\\n",
        "  13→",
        "\n+   ",
        "b'",
        "\x1b[1m",
        "\u200b",
        "\u00ad",
        "\u3000",
        "\uff41",
    ),
    *(
        "\uff01",
        "\U0001d7d8",
        "é",
        "😀",
        "\ud800",
        "\x00",
        "a",
        "-",
        "_",
        "/",
        "=",
        "H4sI",
        "eJw",
        "//4A",
        "/v8A",
        "0x",
        "41" * 12,
    ),
    *(" " * 8, " " * 130, "x" * 300, "aB3" * 12, "A" * 40, "Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7"),
    base64.b64encode(f"the token is {TOKEN}".encode()).decode(),
    base64.b64encode(gzip.compress(b"the same, packed")).decode(),
    base64.b64encode(f"the token is {TOKEN}".encode("utf-16")).decode(),
    base64.b64encode(("das Übliche, für " + TOKEN).encode()).decode(),
    f"the token is {TOKEN}".encode().hex(),
)
any_text = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=14).map("".join)


def agree(text):
    for _ in range(DEPTH):
        one, other = views(text, fast=True), views(text, fast=False)
        assert one == other
        if one is None:
            break
        text = one.text


@pytest.mark.skipif(not have_hyperscan(), reason="there is one engine only")
@given(any_text)
@examples(1500)
def test_hyperscan_shows_the_same_views(text):
    agree(text)


@pytest.mark.skipif(not have_hyperscan(), reason="there is one engine only")
@pytest.mark.parametrize("blind", range(len(module._KINDS)))
def test_it_catches_a_sign_that_is_missed(blind, monkeypatch):
    kinds = [kind._replace(sign=b"never\x01") if n == blind else kind for n, kind in enumerate(module._KINDS)]
    search = module._search_for([*(kind.sign for kind in kinds), b"never\x01"], 0)
    monkeypatch.setattr(module, "_signs", lambda: search)
    assert is_caught(agree, any_text)


def lies_within(text):
    findings = Decoded(lambda view: [Finding(n, n + 5, "x") for n in range(0, len(view), 3)])(text)
    assert all(0 <= f.start < f.end <= len(text) for f in findings)


@given(any_text)
@examples(500)
def test_every_range_lies_within_the_text(text):
    lies_within(text)
