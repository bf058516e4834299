"""JSON in and out without loss. Knows bytes, values and string literals; knows no dialect.

Strategy: msgspec reads and writes, keeping integers of any size, and every other number as it was written. What it
refuses and JSON allows (lone surrogates) goes the slow way through the standard library.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from redact.errors import UnreadableError


def _number(literal: str) -> msgspec.Raw:
    return msgspec.Raw(literal.encode())


_decoder = msgspec.json.Decoder(float_hook=_number)
_encoder = msgspec.json.Encoder()
_LONE = re.compile("[\ud800-\udfff]")


def load(body: bytes | str) -> Any:
    """Parse a body once. Floats come as `msgspec.Raw`, so that they leave as they came; of doubled keys the last counts.

    Raises UnreadableError, which never carries a part of the body.
    """
    try:
        return _decoder.decode(body)
    except RecursionError:
        value = _too_deep()
    except (msgspec.MsgspecError, UnicodeError, ValueError):
        value = _loaded_slowly(body)
    # Not in an `except`: what is raised there is chained, `from None` or not, and a decoder's error holds the body.
    if isinstance(value, UnreadableError):
        raise value
    return value


BOM = b"\xef\xbb\xbf"
"""A mark that a text is UTF-8, with which some begin one; it says nothing."""


def load_leniently(body: bytes) -> Any:
    """Parse what a provider said as its clients do: also with NaN, raw control characters, and U+FFFD for what is no UTF-8.

    Raises UnreadableError, as `load` does.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeError, ValueError, RecursionError):
        value = _loaded_slowly(body.removeprefix(BOM).decode("utf-8", "replace"), strict=False)
    if isinstance(value, UnreadableError):
        raise value
    return value


def _too_deep() -> Any:
    return UnreadableError("json-depth", "the JSON body is nested too deeply")


def _loaded_slowly(body: bytes | str, *, strict: bool = True) -> Any:
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        constant = _refuse if strict else _number
        return json.loads(text, strict=strict, parse_int=_integer, parse_float=_number, parse_constant=constant)
    except RecursionError:
        return _too_deep()
    except UnicodeDecodeError:
        return UnreadableError("utf8", "the body is not valid UTF-8")
    except ValueError:
        return UnreadableError("json", "the body is not valid JSON")


def _integer(literal: str) -> int | msgspec.Raw:
    return int(literal) if len(literal) < _LONGEST else _number(literal)


_LONGEST = 4000
"""Python refuses to read or write integers of some more digits (`sys.set_int_max_str_digits`); they stay as written."""


def whole(number: msgspec.Raw) -> int:
    """Read a number that was written with a point or an exponent, `4.9e11` or `123456.0`; 0 if it is not whole or very long."""
    value = float(bytes(number))
    return int(value) if value.is_integer() and abs(value) < _EXACT else 0


_EXACT = 2**53


def _refuse(_constant: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON")


def dump(value: Any) -> bytes:
    """Write a value compactly, as UTF-8; lone surrogates stay escaped."""
    with contextlib.suppress(UnicodeEncodeError):
        return _encoder.encode(value)
    return "".join(_dump_slowly(value)).encode()


def _dump_slowly(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield json.dumps(value, ensure_ascii=_LONE.search(value) is not None)
        case dict():
            for index, (key, item) in enumerate(value.items()):
                yield "," if index else "{"
                yield from _dump_slowly(key)
                yield ":"
                yield from _dump_slowly(item)
            yield "}" if value else "{}"
        case list():
            for index, item in enumerate(value):
                yield "," if index else "["
                yield from _dump_slowly(item)
            yield "]" if value else "[]"
        case _:
            yield _encoder.encode(value).decode()


def is_unambiguous(body: bytes) -> bool:
    """Whether every parser reads this body alike: no object in it holds a key twice."""

    def pairs(members: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in members}) != len(members):
            raise ValueError("a doubled key")

    try:
        json.loads(body, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return True


def loses_nothing(body: bytes, written: bytes) -> bool:
    """Whether `written`, the dump of this body's parse, has every member of it: no object in it holds a key twice.

    Each member has a colon of its own and colons in strings stay what they are, so a lost member is a lost colon.
    """
    if b"003" in body and (b"u003a" in body or b"u003A" in body):  # a colon may be written so, too
        return is_unambiguous(body)
    return body.count(b":") == written.count(b":")


def unescaped(written: str) -> str:
    """Give what stands between the quotes of a JSON string; what no JSON string could hold stays as it is."""
    if "\\" not in written:
        return written
    with contextlib.suppress(ValueError):
        return str(json.loads(f'"{written}"', strict=False))
    return written


class Literal(NamedTuple):
    """A string or a long number inside a text that is JSON: its range without quotes, and what it says."""

    start: int
    end: int
    text: str
    near: str  # the object key it stands under
    kind: str  # "value", "name" or "number"
    offsets: tuple[int, ...] | None  # raw offset of each character and of the end; None where nothing is escaped

    def __repr__(self) -> str:
        """Show where it stands, not what it says."""
        return f"Literal({self.start}, {self.end}, {self.kind})"

    def raw(self, position: int) -> int:
        """Turn an offset in `text` into one in the JSON around it."""
        return self.start + (position if self.offsets is None else self.offsets[position])


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|(?<![\w.+-])-?(\d{6,})(?:\.0+)?(?![\w.+-])', re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)


def literals(text: str) -> list[Literal] | None:
    """List the strings of a text that is a JSON object or array, in order; None when it is not one."""
    if text[:1].strip() not in ("{", "[", ""):
        return None
    try:
        value = load(text)
    except UnreadableError:
        return None
    if not isinstance(value, (dict, list)):
        return None
    found: list[Literal] = []
    near = spoken = ""
    for match in _TOKEN.finditer(text):
        if match[3]:
            found.append(Literal(match.start(3), match.end(3), match[3], near, "number", None))
            continue
        plain, offsets = _unescaped(match[1])
        name = bool(match[2])
        kept = near
        if name:
            near = plain
        elif near in ("name", "key", "Name", "Key"):
            spoken = plain
        elif near in ("value", "Value") and spoken:
            kept, spoken = spoken, ""
        found.append(Literal(match.start(1), match.end(1), plain, kept, "name" if name else "value", offsets))
    return found


def _unescaped(raw: str) -> tuple[str, tuple[int, ...] | None]:
    if "\\" not in raw:
        return raw, None
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in _ESCAPE.finditer(raw):
        pieces += (raw[done : match.start()], json.loads(f'"{match[0]}"'))
        offsets += (*range(done, match.start()), match.start())
        done = match.end()
    pieces.append(raw[done:])
    offsets += range(done, len(raw) + 1)
    return "".join(pieces), tuple(offsets)
