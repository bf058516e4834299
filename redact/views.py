"""What a text says behind encodings, and where in the text it says it. Knows encodings; knows no rule and no detector.

Strategy: one search for signs (an escape, a percent sign, a long run of base64 letters) tells whether there is anything
to decode. What is decoded is joined into one text, piece after piece: base64 and hex by themselves, anything else with
what stands around it. Segments lead from every range of the joined text back to the original.

Not undone: base32, base58, base85, quoted-printable, reversed text, look-alike letters of other alphabets, ciphers.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from redact.literals import Search, have_hyperscan, hyperscan, in_characters, searching

SHORTEST = 12
"""Characters; in a shorter text nothing hides."""

SHORTEST_LITERAL = 4

Part = tuple[str, int, int]
"""Decoded text, where it begins in the original *in thirds of a character*, and how many thirds each of its characters
takes up there: 3 as it is, 4 a byte in base64, 6 in hex, 9 percent-encoded. A negative number -n: all of it is one unit
of n characters. Thirds, because three bytes are four letters of base64."""


class Views(NamedTuple):
    """The decoded pieces of a text, joined, and their way back."""

    text: str
    segments: list[tuple[int, int, int]]  # offset in `text`; origin and step as in Part
    starts: list[int]  # of the pieces
    ends: list[int]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Cut a range to the piece in which it begins: what stands in the next one has nothing to do with it."""
        piece = bisect_right(self.starts, start) - 1
        if start >= self.ends[piece] and piece + 1 < len(self.starts):  # between two
            piece += 1
        return max(start, self.starts[piece]), min(end, self.ends[piece])

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Find the range of the original that says what stands in a range of `text`; empty where there is none."""
        start, end = self.within(start, end)
        if start >= end:
            return 0, 0
        at, first, step = self.segments[bisect_right(self.segments, start, key=itemgetter(0)) - 1]
        begin = first if step < 0 else first + (start - at) * step
        at, first, step = self.segments[bisect_right(self.segments, end - 1, key=itemgetter(0)) - 1]
        stop = first - 3 * step if step < 0 else first + (end - at) * step
        return begin // 3, -(-stop // 3)


def literals(text: str, start: int, end: int, said: str) -> list[tuple[int, int]]:
    """Give the literals that a range joins, if that is all that is between it and what it says; else the range itself.

    A value in pieces of a few letters is one range: what stands in for each letter would spell it.
    """
    for joint in (_JOINT, _ESCAPED_JOINT):
        gaps = [match.span() for match in joint.finditer(text, start, end)]
        if gaps:
            edges = [start, *(edge for gap in gaps for edge in gap), end]
            found = list(zip(edges[::2], edges[1::2], strict=True))
            if min(last - first for first, last in found) < SHORTEST_LITERAL:
                break
            if said == "".join(text[first:last] for first, last in found):
                return found
    return [(start, end)]


_BETWEEN = "\n\0\n"
"""Between pieces: neither a line nor white space goes on across it."""


def views(text: str, *, room: int | None = None, inflated: int = 1 << 20, fast: bool | None = None) -> Views | None:
    """Decode what is encoded in a text; None where nothing is.

    The joined pieces are at most some ten times as long as the text, plus `inflated` characters of what was compressed;
    with `room`, no piece is begun after so many characters. `fast` forces or forbids hyperscan.
    """
    if len(text) < SHORTEST:
        return None
    search = _signs() if (have_hyperscan() if fast is None else fast) else None
    packed: list[_Packed] = []
    pieces: list[Iterable[Sequence[Part]]] = []
    if search is None:
        pieces += (_runs(text, packed), _all_substituted(text))
    else:
        data = text.encode("utf-8", "surrogatepass")
        events = in_characters(search(data), data, ascii_only=len(data) == len(text))
        has_packed = any(_PACKED_RUN.match(text, end - _MAGIC_LENGTH) for sign, end in events if sign == _PACKED)
        if has_packed or any(search(data) for search in _run_searches()):
            pieces.append(_runs(text, packed))
        elif not events:
            return None
        where = _stretches(events)
        pieces += (_substituted(text, kind, where[number]) for number, kind in enumerate(_KINDS) if number in where)
    return _joined(chain(*pieces, _unpacked(packed, inflated)), room)


def _joined(pieces: Iterable[Sequence[Part]], room: int | None) -> Views | None:
    texts: list[str] = []
    segments: list[tuple[int, int, int]] = []
    starts: list[int] = []
    ends: list[int] = []
    length = 0
    for piece in pieces:
        if starts:
            texts.append(_BETWEEN)
            length += len(_BETWEEN)
        starts.append(length)
        for text, origin, step in piece:
            segments.append((length, origin, step))
            texts.append(text)
            length += len(text)
        ends.append(length)
        if room is not None and length > room:
            break
    return Views("".join(texts), segments, starts, ends) if starts else None


# -- runs of base64 or hex letters

_STRETCH, _SHORTEST_RUN = 20, 20
"""A run of at least 20 letters, with 16 among them in which there is no `-` and no `_`: names in code have these."""
_TABLE = bytearray(b" " * 256)
for _letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
    _TABLE[_letter] = ord("a")
_LETTERS = bytes(_TABLE)
_LONG = b"a" * _STRETCH
_MIXED = re.compile("[0-9]|[a-z][A-Z][a-z]?[A-Z]|[A-Z][a-z][A-Z]")
"""Base64 of this length has one of these; words, paths and most names do not."""
_GLUE = re.compile("[-_/+]")
_GLUED = 256
"""How far from its beginning a run is tried for something glued before it: `/v1/items/cGFzc3dvcmQ6...`."""
_LINE = 40
"""Lines of wrapped base64 have at least so many letters."""
_NEWLINE = r"\r?\n[ \t]{0,8}+(?:[0-9]{1,6}+(?:→|\t|[:|]))?+[ \t]{0,120}+"
"""A new line, the number it has in a listing, and its indentation."""
_WRAP = re.compile(rf"(?:{_NEWLINE}|(?:\\r)?\\n)(?:[>#*][ \t])?")
_LAST_LINE = re.compile(r"[A-Za-z0-9+/]{1,100}(?![A-Za-z0-9+/_-])")


class _Packed(NamedTuple):
    data: bytes
    start: int
    end: int


def _runs(text: str, packed: list[_Packed]) -> Iterator[Sequence[Part]]:
    lines: list[tuple[int, int]] = []
    for start, end in _found_runs(text):
        run = text[start:end]
        if not _MIXED.search(run):
            continue
        if lines and not (end - start >= _LINE and _WRAP.fullmatch(text, lines[-1][1], start)):
            yield from _wrapped(text, lines)
            lines = []
        if end - start >= _LINE:
            lines.append((start, end))
        yield from _decoded_run(run, start, packed)
    yield from _wrapped(text, lines)


def _found_runs(text: str) -> Iterator[tuple[int, int]]:
    marks = text.encode("latin-1", "replace").translate(_LETTERS)
    last = len(marks)
    end = 0
    start = marks.find(_LONG)
    while start >= 0:
        done = end
        while start > done and (text[start - 1] in "-_" or marks[start - 1] == _LONG[0]):
            start -= 1
        end = start
        while end < last and (text[end] in "-_" or marks[end] == _LONG[0]):
            end = marks.find(b" ", end + 1)
            end = last if end < 0 else end
        if start and text[start - 1] == "\\" and text[start] in "nrt":  # a written newline
            start += 1
        if end - start >= _SHORTEST_RUN:
            yield start, end
        start = marks.find(_LONG, end)


def _wrapped(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[Sequence[Part]]:
    """Join the lines of wrapped base64, the last of which may be short; what they say is a view of this view."""
    if not any(_TELLING.search(text, start, end) for start, end in lines):
        return
    end = lines[-1][1]
    last = (wrap := _WRAP.match(text, end)) and _LAST_LINE.match(text, wrap.end())
    if last:
        lines = [*lines, last.span()]
    if len(lines) > 1:
        marked = {text[start] for start, _ in lines} in ({"+"}, {"-"})  # a diff
        yield [(text[start + marked : end], 3 * (start + marked), 3) for start, end in lines]


_HEX = re.compile(r"(?:0[xX])?+((?:[0-9a-fA-F]{2}){10,})(?![0-9a-fA-F])")


def _starts(run: str) -> list[int]:
    """List where in a run the encoding may begin: at once, or behind something glued before it."""
    return [0, *(glue.end() for glue in _GLUE.finditer(run, 0, _GLUED))]


def _decoded_run(run: str, first: int, packed: list[_Packed]) -> Iterable[Sequence[Part]]:
    starts = _starts(run)
    for start in starts:
        if hexadecimal := _HEX.match(run, start):
            plain = _readable(bytes.fromhex(hexadecimal[1]))
            if plain is None or not _HEX_ASCII.search(hexadecimal[1]):
                return ()
            return [_parts(plain, 3 * (first + hexadecimal.start(1)), 6)]
    return _from_base64(run, first, starts, packed)


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _letters(fits: Callable[[int], bool]) -> str:
    return "[" + "".join(letter for number, letter in enumerate(_BASE64) if fits(number)) + "]"


_QUANTUM = (
    _letters(lambda number: number < 32 and number != 1)  # noqa: PLR2004  six bits of the first byte
    + _letters(lambda number: number & 15 < 8)  # noqa: PLR2004  two of the first, four of the second
    + _letters(lambda number: number & 3 < 2)  # noqa: PLR2004  four of the second, two of the third
    + "[A-Za-z0-9+/_-]"
)
"""Four letters of base64 that are three bytes under 128. One in eight of random ones is that."""
_QUANTA = re.compile(f"(?:{_QUANTUM}){{5,}}")
_FEW_QUANTA = f"(?:{_QUANTUM}){{4}}"
_MAGIC = "(?:H4sI[A-Za-z0-9+/_-]{7}|(?:e(?:A[E-H]|F[4-7]|J[w-z]|N[o-r])|[/_]{2}[4-7]|[/_]v[89+/_-])[A-Za-z0-9+/_-]{8})"
"""How gzip, zlib and UTF-16 with a byte order mark begin in base64."""
_MAGIC_LENGTH = 11
_MAGICAL = re.compile(_MAGIC)
_PACKED_RUN = re.compile(rf"(?:(?<![A-Za-z0-9/_])|(?<=\\[nrt])){_MAGIC}")
_HEX_LETTERS = "(?:[2-7][0-9a-fA-F]|0[9aAdD]){10}"
_HEX_ASCII = re.compile(_HEX_LETTERS)
_TELLING = re.compile(f"{_FEW_QUANTA}|{_PACKED_RUN.pattern}|{_HEX_LETTERS}")
"""What stands in every run that is decoded."""
_URL_SAFE = str.maketrans("-_", "+/")


def _from_base64(run: str, first: int, starts: Iterable[int], packed: list[_Packed]) -> Iterable[Sequence[Part]]:
    found = _QUANTA.match(run)
    if (found is None and len(run) >= _LINE) or _MAGICAL.match(run) or (found and len(run) - found.end() > 3):  # noqa: PLR2004  base64 is written by fours
        data = _bytes_of(run)  # all of it is not simply ASCII
        if data.startswith((b"\x1f\x8b\x08", *_ZLIB)):
            packed.append(_Packed(data, first, first + len(run)))
            return ()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            plain = _readable(data[: len(data) // 2 * 2], "utf-16")
            return () if plain is None else [_parts(plain, 3 * first + 8, 4, _WIDTHS_16)]
        plain = _readable(data)
        if plain is not None and _TELLING.search(run):
            return [_parts(plain, 3 * first, 4)]
    for start in starts:
        if found := _QUANTA.match(run, start):
            end = len(run) if len(run) - found.end() < 4 else found.end()  # noqa: PLR2004  base64 is written by fours
            return _ascii(_bytes_of(run[start:end]), first + start)
    return ()


_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def _ascii(data: bytes, first: int) -> Iterable[Sequence[Part]]:
    while data and data[-1] > 127:  # noqa: PLR2004  of letters that no longer belong to it
        data = data[:-1]
    for zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if not any(data[zero::2]):
            return [[(data[: len(data) // 2 * 2].decode(encoding), 3 * first, 8)]]
    plain = _readable(data)
    return () if plain is None else [[(plain, 3 * first, 4)]]


def _bytes_of(run: str) -> bytes:
    body = run.translate(_URL_SAFE)
    body = body[: len(body) - (len(body) % 4 == 1)]
    return base64.b64decode(body + "=" * (-len(body) % 4))


def _readable(data: bytes, encoding: str = "utf-8") -> str | None:
    """Read bytes as a text a person could have written, or give None."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text, 0, 200) else text


_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_WIDTHS = re.compile("([\0-\x7f]+)|([\x80-\u07ff]+)|([\u0800-\uffff]+)|([\U00010000-\U0010ffff]+)")
_WIDTHS_16 = re.compile("()([\0-\uffff]+)|()([\U00010000-\U0010ffff]+)")
"""The number of the group is the number of bytes that each character takes up, in UTF-8 and in UTF-16."""


def _parts(plain: str, first: int, step: int, widths: re.Pattern[str] = _WIDTHS) -> Sequence[Part]:
    """Say where each character of a text stands whose bytes were encoded, `step` thirds a byte."""
    if plain.isascii() and widths is _WIDTHS:
        return [(plain, first, step)]
    parts: list[Part] = []
    for match in widths.finditer(plain):
        width = match.lastindex or 1
        parts.append((match[0], first, step * width))
        first += len(match[0]) * step * width
    return parts


def _unpacked(packed: Iterable[_Packed], room: int) -> Iterator[Sequence[Part]]:
    """Inflate what gzip or zlib packed: no character of it has a place of its own, so it is all or nothing."""
    for data, start, end in packed:
        if room <= 0:
            return
        try:
            plain = zlib.decompressobj(47).decompress(data, room)
        except zlib.error:
            continue
        room -= len(plain)
        if plain and not _CONTROL.search(text := plain.decode("utf-8", "replace"), 0, 200):
            yield [(text, 3 * start, start - end)]


# -- characters written in another way

Write = Callable[[re.Match[str], int, int], Sequence[Part]]
"""Writes what a pattern found, from one offset to another, as what it says."""


def _unit(text: str, start: int, end: int) -> Sequence[Part]:
    return ((text, 3 * start, start - end),)


def _percent(match: re.Match[str], start: int, end: int) -> Sequence[Part]:
    written = match[0]
    if written[1] == "u":
        return _unit(chr(int(written[2:], 16)), start, end)  # noqa: FURB166  no prefix of a number
    data = bytes.fromhex(written.replace("%", ""))
    try:
        return _parts(data.decode("utf-8"), 3 * start, 9)
    except UnicodeDecodeError:
        return ((data.decode("latin-1"), 3 * start, 9),)


def _escape(match: re.Match[str], start: int, end: int) -> Sequence[Part]:
    written = match[0]
    match match.lastgroup:
        case "four":
            return ((bytes.fromhex(written.replace("\\u", "")).decode("utf-16-be"), 3 * start, 18),)
        case "two":
            return ((bytes.fromhex(written.replace("\\x", "")).decode("latin-1"), 3 * start, 12),)
        case "octal":
            return (("".join(chr(int(digits, 8)) for digits in written[1:].split("\\")), 3 * start, 12),)
        case "code":
            return _unit(chr(min(int(match["code"].strip("{}"), 16), 0x10FFFF)), start, end)
        case "low":  # two halves of one character
            high, low = int(match["high"], 16), int(match["low"], 16)
            return _unit(chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00), start, end)
    return _unit("/", start, end)


def _entity(match: re.Match[str], start: int, end: int) -> Sequence[Part]:
    return _unit(html.unescape(match[0] if match[0].endswith(";") else match[0] + ";"), start, end)


def _nothing(_match: re.Match[str], start: int, end: int) -> Sequence[Part]:
    return _unit("", start, end)


def _plain_letters(match: re.Match[str], start: int, _end: int) -> Sequence[Part]:
    return ((unicodedata.normalize("NFKC", match[0]), 3 * start, 3),)


class _Kind(NamedTuple):
    sign: bytes  # fits wherever the end of `pattern` may be
    pattern: re.Pattern[str]
    write: Write


_NAMED = "Tab|NewLine|excl|quot|QUOT|num|dollar|percnt|amp|AMP|apos|lpar|rpar|ast|plus|comma|period|sol|colon|semi|lt|LT|equals|gt|GT"
_NAMED += "|quest|commat|lsqb|lbrack|bsol|rsqb|rbrack|Hat|lowbar|grave|lcub|lbrace|verbar|vert|rcub|rbrace|nbsp|shy|hyphen|dash"
_VALUE = "A-Za-z0-9_+/=:!@#$%^*?.~-"
"""What stands before and after a joint, in a value. A literal of prose ends with a space."""
_BREAK = rf"{_NEWLINE}(?:[+-](?=[ \t]{{2}})[ \t]{{0,120}}+)?+"
_OPERATOR = r"(?:[+&]|\.\.?|\|\||<<)"
_JOIN = (
    rf"[ \t]{{0,8}}+(?:{_OPERATOR}[ \t]{{0,8}}+(?:{_BREAK})?+|{_BREAK}{_OPERATOR}?+)[ \t]{{0,8}}+[bBrRuUfFL@]{{0,2}}+"
)
"""Between literals: an operator, or a new line. Side by side, and behind a backslash, stand a shell's arguments."""
_JOINT = re.compile(rf"""(["'`])(?<=[{_VALUE}].)(?<!\\[nrt].){_JOIN}\1(?=[{_VALUE}])""")
_ESCAPED_JOINT = re.compile(rf"""\\(["'`])(?<=[{_VALUE}]..)(?<!\\[nrt]..){_JOIN}\\\1(?=[{_VALUE}])""")
_BREAK_SIGN = rb"\r?\n[ \t]*(?:[0-9]{1,6}(?:\xe2\x86\x92|[\t:|]))?[ \t]*[+-]?[ \t]*"
_OPERATOR_SIGN = b"(?:[+.&]|[.][.]|[|][|]|<<)"
_JOIN_SIGN = (
    b"[ \\t]*(?:" + _OPERATOR_SIGN + b"[ \\t]*(?:" + _BREAK_SIGN + b")?|" + _BREAK_SIGN + _OPERATOR_SIGN + b"?)"
) + b"[ \\t]*[bBrRuUfFL@]?[bBrRuUfFL@]?"
_INVISIBLE = "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"

_KINDS = (
    _Kind(
        rb"%(?:[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})",
        re.compile("%(?:[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*|u[0-9A-Fa-f]{4})"),
        _percent,
    ),
    _Kind(
        rb"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f{]|U00|/|[0-3][0-7]{2}\\[0-3][0-7]{2})",
        re.compile(
            r"\\(?:(?P<four>u(?![dD][89a-fA-F])[0-9a-fA-F]{4}(?:\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*)"
            r"|(?P<two>x[0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2})*)|(?P<octal>[0-3][0-7]{2}(?:\\[0-3][0-7]{2})+)"
            r"|\\{0,7}(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\{1,8}u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|(?:u|U00|x)"
            r"(?P<code>(?<=u)\{[0-9a-fA-F]{1,6}\}|(?<=u)[0-9a-fA-F]{4}|(?<=0)[0-9a-fA-F]{6}|(?<=x)[0-9a-fA-F]{2})|/))"
        ),
        _escape,
    ),
    _Kind(
        rb"&(?:#[0-9xX]|[A-Za-z]{2,8};)",
        re.compile(rf"&(?:#[0-9]{{2,7}};?|#[xX][0-9a-fA-F]{{2,6}};?|#[0-9];|#[xX][0-9a-fA-F];|(?:{_NAMED});)"),
        _entity,
    ),
    _Kind(
        rb"[A-Za-z0-9_+/=.-]\\\r?\n",
        re.compile(rf"\\(?<=[A-Za-z0-9_+/=.-].){_NEWLINE}(?=[{_VALUE}])"),
        _nothing,
    ),
    _Kind(
        b"[" + _VALUE.encode() + rb"][\"'`]" + _JOIN_SIGN + rb"[\"'`][" + _VALUE.encode() + b"]",
        _JOINT,
        _nothing,
    ),
    _Kind(
        rb"\\[\"'`]" + _JOIN_SIGN + rb"\\[\"'`][" + _VALUE.encode() + b"]",
        _ESCAPED_JOINT,
        _nothing,
    ),
    _Kind(rb"\x1b\[", re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]"), _nothing),
    _Kind(
        rb"\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0[\x8b-\x8e]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xb8[\x80-\x8f]|\xef\xbb\xbf",
        re.compile(f"[{_INVISIBLE}](?<=[!-~].)[{_INVISIBLE}]{{0,15}}(?=[!-~])"),
        _nothing,
    ),
    _Kind(
        rb"\xef\xbc[\x90-\x99\xa1-\xba]|\xef\xbd[\x81-\x9a]|\xf0\x9d[\x90-\x9f][\x80-\xbf]",
        re.compile(
            "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff][\uff01-\uff5e\U0001d400-\U0001d7ff]{0,99}"
        ),
        _plain_letters,
    ),
)
"""Of percent, escapes, entities, continued lines, joined literals and escaped ones, colours, invisible and wide letters."""
_PACKED = len(_KINDS)
_BEFORE, _AFTER = 320, 160
"""How far around the end of a sign the whole of it is looked for, in characters."""


@cache
def _signs() -> Search:
    return _search_for([*(kind.sign for kind in _KINDS), _MAGIC.encode()], hyperscan.HS_FLAG_DOTALL)


@cache
def _run_searches() -> Sequence[Search]:
    """Make searches for the first base64 and the first hex of ASCII. Three searches take half the time of one for all."""
    once = hyperscan.HS_FLAG_SINGLEMATCH
    return [_search_for([letters.encode()], once) for letters in (_FEW_QUANTA, _HEX_LETTERS)]


def _search_for(patterns: Sequence[bytes], flag: int) -> Search:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(patterns)
    database.compile(expressions=patterns, ids=list(range(count)), elements=count, flags=[flag] * count)
    return searching(database)


def _stretches(events: Iterable[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Find the stretches that have signs, by kind."""
    where: dict[int, list[tuple[int, int]]] = {}
    for kind, end in events:
        stretches = where.setdefault(kind, [])
        if stretches and end - _BEFORE <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end + _AFTER)
        else:
            stretches.append((max(end - _BEFORE, 0), end + _AFTER))
    return where


def _all_substituted(text: str) -> Iterator[Sequence[Part]]:
    for kind in _KINDS:
        yield from _substituted(text, kind, [(0, len(text))])


_AROUND, _WORD = 200, 4096
"""What stands around a place belongs to its view: so many characters, and on to the ends of the words there, if those are
not too far away. Base64 must not be cut."""
_SPACES = " \t\r\n\"'<>"
_SPACE = re.compile(f"[{_SPACES}]")


def _substituted(text: str, kind: _Kind, stretches: Iterable[tuple[int, int]]) -> Iterator[Sequence[Part]]:
    """Decode the places where a kind's pattern fits, with what stands around them; close ones make one piece."""
    parts: list[Part] = []
    done = 0
    for match in chain.from_iterable(kind.pattern.finditer(text, start, end) for start, end in stretches):
        start, end = match.span()
        if not parts or (start - done > 2 * _AROUND and not _is_one_word(text, done, start)):
            if parts:
                yield from _closed(text, kind, parts, done)
                parts = []
            done = _beginning(text, start, done)
        parts.append((text[done:start], 3 * done, 3))
        parts += kind.write(match, start, end)
        done = end
    if parts:
        yield from _closed(text, kind, parts, done)


def _is_one_word(text: str, done: int, start: int) -> bool:
    return start - done <= 2 * _WORD and not _SPACE.search(text, done + _AROUND, start - _AROUND)


def _beginning(text: str, start: int, done: int) -> int:
    far, near = max(start - _WORD, done), max(start - _AROUND, done)
    return max(far, *(text.rfind(space, far, near) + 1 for space in _SPACES))


def _end(text: str, done: int) -> int:
    near, far = done + _AROUND, done + _WORD
    space = _SPACE.search(text, near, far)
    return space.start() if space else min(far, len(text))


def _closed(text: str, kind: _Kind, parts: list[Part], done: int) -> Iterator[Sequence[Part]]:
    parts.append((text[done : _end(text, done)], 3 * done, 3))
    yield parts
    if kind.write is _percent and any("+" in plain for plain, _, step in parts if step == 3):  # noqa: PLR2004  as it is
        yield [(plain.replace("+", " ") if step == 3 else plain, origin, step) for plain, origin, step in parts]  # noqa: PLR2004  percent-encoded: three for one
