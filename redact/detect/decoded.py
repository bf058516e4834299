"""Finds what is sensitive behind an encoding. Knows encodings and another detector; knows no rule.

Strategy: cheap signs (a long run of base64 letters, a percent sign, an escape) pick out *views*: pieces of the text, decoded,
each with the original offset of every character. The other detector reads a view; what it finds is mapped back. Views of
views are read too, up to a depth; the work per text is bounded.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from redact.literals import in_characters, search_signs
from redact.model import Finding

DEPTH = 3
"""Encodings inside one another: base64 of base64 of a key, and one around them."""
BUDGET = 4_000_000
"""Decoded characters read per text, all views together."""
_SHORTEST_RUN = 20
_INFLATED = 1 << 20

Detector = Callable[[str], Iterable[Finding]]


class View(NamedTuple):
    """A decoded piece, and how a range of it is found again in the text around it."""

    text: str
    origin: Callable[[int, int], tuple[int, int]]


class Decoded:
    """What another detector finds in the views of a text."""

    def __init__(self, detect: Detector) -> None:
        self._detect = detect

    def __call__(self, text: str) -> list[Finding]:
        """Find, decode, find again; ranges are those of the text."""
        return list(self._within(text, DEPTH, [BUDGET]))

    def _within(self, text: str, depth: int, budget: list[int]) -> Iterator[Finding]:
        for view in views(text):
            budget[0] -= len(view.text)
            if budget[0] < 0:
                return
            found = list(self._detect(view.text))
            if depth > 1:
                found += self._within(view.text, depth - 1, budget)
            for finding in found:
                start, end = view.origin(finding.start, finding.end)
                yield Finding(start, end, finding.rule_id)


_SIGNS = (
    rb"%[0-9A-Fa-f]{2}",
    rb"\\(?:[ux/]|\r?\n)",
    rb"&(?:#|amp;|lt;|gt;|quot;|apos;|equals;|colon;|sol;|plus;)",
    rb"[\w+/=-][\"'`][ \t]*(?:\\)?\r?\n?[ \t]*[+.&]?[ \t]*\r?\n?[ \t]*[\"'`][\w+/=-]",
    rb"[A-Za-z0-9+/]{60}\r?\n",
)
_search = search_signs(_SIGNS)
_BEFORE, _AFTER = 64, 24
"""How far around the end of a sign the whole of it is looked for, in characters."""


def views(text: str) -> Iterator[View]:
    """List the decoded views of a text that has signs of an encoding."""
    yield from _runs(text)
    where = _places(text)
    for kind, (pattern, replace) in enumerate(_SUBSTITUTED):
        if where is None:
            yield from _substituted(text, pattern.finditer(text), replace)
        elif kind in where:
            near = (match for start, end in where[kind] for match in pattern.finditer(text, start, end))
            yield from _substituted(text, near, replace)
    if where is None or len(_SUBSTITUTED) in where:
        yield from _wrapped(text)
    if not text.isascii():
        yield from _substituted(text, _INVISIBLE.finditer(text), lambda _match: "")
        yield from _substituted(text, _WIDE.finditer(text), lambda match: chr(ord(match[0]) - 0xFEE0))


def _places(text: str) -> dict[int, list[tuple[int, int]]] | None:
    """Find the stretches that have signs, by kind; None where only a look at the whole text can tell."""
    if _search is None:
        return None
    places: dict[int, list[tuple[int, int]]] = {}
    data = text.encode("utf-8", "surrogatepass")
    for kind, end in in_characters(_search(data), data, ascii_only=len(data) == len(text)):
        stretches = places.setdefault(kind, [])
        if stretches and end - _BEFORE <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end + _AFTER)
        else:
            stretches.append((max(end - _BEFORE, 0), end + _AFTER))
    return places


# -- runs of base64 or hex

_TABLE = bytearray(b" " * 256)
for _character in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_":
    _TABLE[_character] = ord("a")
_LONG = b"a" * _SHORTEST_RUN
_DIGIT = re.compile("[0-9]")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){12,}")
_WRAPPED = re.compile(
    r"[A-Za-z0-9+/]{60,76}(?:\r?\n[ \t]*[A-Za-z0-9+/]{60,76})+(?:\r?\n[ \t]*[A-Za-z0-9+/]{1,76})?={0,2}"
)


def _runs(text: str) -> Iterator[View]:
    marks = text.encode("latin-1", "replace").translate(bytes(_TABLE))
    start = marks.find(_LONG)
    while start >= 0:
        end = marks.find(b" ", start)
        end = len(marks) if end < 0 else end
        run = text[start:end]
        if run.isascii() and _DIGIT.search(run):  # identifiers and paths seldom have one, base64 of this length has
            yield from _from_hex(run, start)
            yield from _from_base64(run, range(start, end))
        start = marks.find(_LONG, end)


def _wrapped(text: str) -> Iterator[View]:
    for match in _WRAPPED.finditer(text):
        kept = [i for i in range(match.start(), match.end()) if not text[i].isspace()]
        yield from _from_base64("".join(text[i] for i in kept).rstrip("="), kept)


def _from_hex(run: str, first: int) -> Iterator[View]:
    for match in _HEX.finditer(run):
        plain = _readable(bytes.fromhex(match[0]))
        if plain is not None and plain.isascii():
            yield View(plain, partial(_pairs, first + match.start()))


def _pairs(first: int, start: int, end: int) -> tuple[int, int]:
    return first + 2 * start, first + 2 * end


def _from_base64(run: str, where: Sequence[int]) -> Iterator[View]:
    body = run.translate(_URL_SAFE)
    try:
        data = base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + "=" * (-len(body) % 4 % 3), validate=True)
    except (binascii.Error, ValueError):
        return
    inflated = data[:2] == b"\x1f\x8b"
    plain = _readable(_inflate(data) if inflated else data)
    if plain is None:
        return
    if inflated or len(plain) != len(data):  # no character has a place of its own: all of it or nothing
        yield View(plain, lambda _start, _end: (where[0], where[len(run) - 1] + 1))
    else:
        yield View(plain, partial(_quanta, where))


def _quanta(where: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Find the letters that hold bytes `[start, end)`; one may hold the end of a byte and the beginning of the next."""
    return where[start * 4 // 3], where[min(-(-end * 4 // 3), len(where)) - 1] + 1


_URL_SAFE = str.maketrans("-_", "+/")


def _readable(data: bytes) -> str | None:
    """Read bytes as a text a person could have written, or give None."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    control = sum(character < " " and character not in "\t\r\n" for character in text[:200])
    return None if control or len(text) < 6 else text  # noqa: PLR2004


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, _INFLATED)
    except zlib.error:
        return b""


# -- characters written in another way

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPES = re.compile(
    r"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,5}\}|[0-9a-fA-F]{4})"
    r"|x[0-9a-fA-F]{2}|/|\r?\n[ \t]*)"
)
_CODE = re.compile(r"[ux]\{?([0-9a-fA-F]+)")
_ENTITIES = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|amp|lt|gt|quot|apos|equals|colon|sol|plus);")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WIDE = re.compile("[\uff01-\uff5e]")
_JOINT = re.compile(
    r"""["'`](?<=[\w+/=-](["'`]))[ \t]*(?:\\\r?\n|\r?\n)?[ \t]*[+.&]?[ \t]*(?:\r?\n)?[ \t]*\1(?=[\w+/=-])"""
)
"""Between two literals that the language joins: `"AB" + "CD"`, `"AB" "CD"`."""
_AROUND = 200
Replace = Callable[[re.Match[str]], str]


def _substituted(text: str, matches: Iterable[re.Match[str]], replace: Replace) -> Iterator[View]:
    """Decode the places where a pattern fits, with what stands around them; places close together make one view."""
    chunk: list[re.Match[str]] = []
    for match in matches:
        if chunk and match.start() - chunk[-1].end() > 2 * _AROUND:
            yield _view(text, chunk, replace)
            chunk = []
        chunk.append(match)
    if chunk:
        yield _view(text, chunk, replace)


def _view(text: str, matches: Sequence[re.Match[str]], replace: Replace) -> View:
    position = max(matches[0].start() - _AROUND, 0)
    pieces: list[str] = []
    length = 0
    segments: list[_Segment] = []
    for match in matches:
        start, end = match.span()
        decoded = replace(match)
        pieces += (text[position:start], decoded)
        segments.append((length, position, 1))
        length += start - position
        segments.append((length, start, 3 if end - start == 3 * len(decoded) else start - end))
        length += len(decoded)
        position = end
    pieces.append(text[position : position + _AROUND])
    segments.append((length, position, 1))
    return View("".join(pieces), partial(_origin, segments))


_Segment = tuple[int, int, int]
"""Where it begins, decoded and in the text, and its step; a negative step -n: n characters that are one place."""


def _origin(segments: list[_Segment], start: int, end: int) -> tuple[int, int]:
    first = segments[bisect_right(segments, start, key=itemgetter(0)) - 1]
    last = segments[bisect_right(segments, end - 1, key=itemgetter(0)) - 1]
    begin = first[1] if first[2] < 0 else first[1] + (start - first[0]) * first[2]
    return begin, last[1] - last[2] if last[2] < 0 else last[1] + (end - last[0]) * last[2]


def _unpercent(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def _unescape(match: re.Match[str]) -> str:
    written = match[0]
    if written[1] in "\r\n":
        return ""
    if written[1] == "/":
        return "/"
    codes = [int(digits, 16) for digits in _CODE.findall(written)]
    if len(codes) > 1:  # two halves of one character
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + codes[1] - 0xDC00)
    return chr(min(codes[0], 0x10FFFF))


_SUBSTITUTED: tuple[tuple[re.Pattern[str], Replace], ...] = (
    (_PERCENT, _unpercent),
    (_ESCAPES, _unescape),
    (_ENTITIES, lambda match: html.unescape(match[0])),
    (_JOINT, lambda _match: ""),
)
"""In the order of _SIGNS; the last sign is of wrapped base64."""
