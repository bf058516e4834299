"""Finds values already known to be sensitive, exactly, in every encoding. Knows values; knows no rule and no vault.

Strategy: each value's written forms are literals of a hyperscan database. New values make a small database of their own
(databases of like size are merged), so that a text scanned before is searched for what is new only.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from redact.literals import Search, search_for
from redact.model import Finding

RULE_ID = "known-value"

_COMMON = frozenset(
    "password passwd secret changeme admin administrator root user username guest test testing example default postgres "
    "mysql mariadb redis mongo mongodb rabbitmq localhost development production staging string token".split()
)
_CLASSES = [re.compile(kind) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^A-Za-z0-9]")]
_SHORT = 8
"""Shorter values count only where they stand alone; `mysql -phunter2-x9` is how a restored one may come back."""


def is_distinctive(value: str) -> bool:
    """Whether a value may be looked for everywhere: short and plain words stand in too many texts for other reasons."""
    plain = value.strip()
    if plain.lower() in _COMMON or len(plain) < 6:  # noqa: PLR2004
        return False
    if plain.isdigit():
        return len(plain) >= 9  # noqa: PLR2004
    classes = sum(bool(kind.search(plain)) for kind in _CLASSES)
    return classes > 1 or len(plain) >= 16  # noqa: PLR2004


class Form(NamedTuple):
    """One way a value is written, as bytes; `wraps` says that the written token reaches further on both sides."""

    literal: bytes
    wraps: bool

    def __repr__(self) -> str:
        """Show no part of the value."""
        return f"Form({len(self.literal)} bytes)"


_SAFE = ("", "/", "!'()*", "!'()*;,/?:@&=+$#", "$&+,;=:@/")
"""Signs that percent-encoders leave alone: all none, Python's, encodeURIComponent, encodeURI, Go's in a path."""


def _percent_encoded(value: str) -> Iterator[str]:
    for safe in _SAFE:
        upper = quote(value, safe=safe, errors="surrogatepass")
        for percent in (upper, re.sub("%..", lambda match: match[0].lower(), upper)):
            yield percent
            yield percent.replace("%20", "+")


_DEPTH = 3
"""How many times a value may be JSON-escaped: JSON in JSON in JSON."""


def _json_escaped(value: str) -> Iterator[str]:
    """Escape for JSON as JavaScript and Python, PHP, Go and .NET do, and for the JSON around that."""
    plain, pure = (json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True))
    slashed = (plain.replace("/", r"\/"), pure.replace("/", r"\/"))
    dotnet = _capitals(_hidden(pure.replace(r"\"", r"\u0022"), "<>&'+`"))
    for written in dict.fromkeys((plain, pure, *slashed, _hidden(plain, "<>&"), _capitals(pure), dotnet)):
        yield written
        for ascii_only in (False, True):
            deeper = written
            for _ in range(_DEPTH - 1):
                deeper = json.dumps(deeper, ensure_ascii=ascii_only)[1:-1]
                yield deeper


def _hidden(escaped: str, signs: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if c in signs else c for c in escaped)


def _capitals(escaped: str) -> str:
    return re.sub(r"(?<=\\u)[0-9a-f]{4}", lambda match: match[0].upper(), escaped)


def forms(value: str) -> list[Form]:
    """List the ways in which a value may be written: raw, JSON-escaped up to three times, percent-encoded, base64, hex."""
    data = value.encode("utf-8", "surrogatepass")
    written: dict[bytes, Form] = {}

    def add(literal: bytes, *, wraps: bool = False) -> None:
        if len(literal) >= 6:  # noqa: PLR2004
            written.setdefault(literal, Form(literal, wraps))

    add(data)
    if not (value.isascii() and value.isalnum()):
        for written_so in (*_json_escaped(value), *_percent_encoded(value)):
            add(written_so.encode("utf-8", "surrogatepass"))
    for shift in range(3):
        core = _base64_core(data, shift)
        add(core, wraps=True)
        add(core.translate(bytes.maketrans(b"+/", b"-_")), wraps=True)
    if not value.isdigit():
        add(data.hex().encode(), wraps=True)
        add(data.hex().upper().encode(), wraps=True)
    return list(written.values())


def _base64_core(data: bytes, shift: int) -> bytes:
    """Give the part of the base64 of anything holding `data` at `shift` (mod 3) that depends on `data` alone."""
    encoded = base64.b64encode(bytes(shift) + data).rstrip(b"=")
    first = -(-shift * 8 // 6)
    last = (shift + len(data)) * 8 // 6
    return encoded[first:last]


class _Segment(NamedTuple):
    first: int  # generation of its first value
    values: tuple[str, ...]
    owners: tuple[tuple[str, Form], ...]
    search: Search

    def __repr__(self) -> str:
        """Show no value."""
        return f"_Segment({len(self.values)} values)"


class KnownValues:
    """A growing set of values, and what finds them. Adding is safe beside searching, from any thread."""

    def __init__(self, *, fast: bool | None = None) -> None:
        self._fast = fast
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._segments: tuple[_Segment, ...] = ()

    @property
    def generation(self) -> int:
        """How many values there are; grows with every value."""
        return len(self._seen)

    def __contains__(self, value: str) -> bool:
        """Whether this value is looked for."""
        return value in self._seen

    def add(self, values: Iterable[str]) -> None:
        """Look for these too, from now on. What is not distinctive is left out."""
        with self._lock:
            fresh = [v for v in dict.fromkeys(values) if v not in self._seen and is_distinctive(v)]
            if not fresh:
                return
            segments = list(self._segments)
            first = self.generation
            while segments and len(segments[-1].values) <= len(fresh):
                last = segments.pop()
                fresh, first = [*last.values, *fresh], last.first
            self._segments = (*segments, self._segment(first, fresh))
            self._seen.update(fresh)

    def _segment(self, first: int, values: Sequence[str]) -> _Segment:
        owners: dict[bytes, tuple[str, Form]] = {}
        for value in values:
            for form in forms(value):
                owners.setdefault(form.literal, (value, form))
        return _Segment(
            first, tuple(values), tuple(owners.values()), search_for(list(owners), fast=self._fast, caseless=False)
        )

    def find(self, text: str, since: int = 0) -> list[Finding]:
        """Find known values in a text; with `since`, at least those added from that generation on."""
        data = b""
        found: list[Finding] = []
        for segment in self._segments:
            if segment.first + len(segment.values) <= since:
                continue
            data = data or text.encode("utf-8", "surrogatepass")
            for start, end in self._ranges(segment, data):
                if len(data) == len(text):
                    found.append(Finding(start, end, RULE_ID))
                else:
                    before = len(data[:start].decode("utf-8", "surrogatepass"))
                    inside = len(data[start:end].decode("utf-8", "surrogatepass"))
                    found.append(Finding(before, before + inside, RULE_ID))
        return found

    def stands_in(self, data: bytes) -> bool:
        """Tell whether any known value, in any form, stands in these bytes."""
        return any(True for segment in self._segments for _ in self._ranges(segment, data))

    @staticmethod
    def _ranges(segment: _Segment, data: bytes) -> Iterator[tuple[int, int]]:
        for index, end in segment.search(data):
            value, form = segment.owners[index]
            start = end - len(form.literal)
            if form.wraps:
                yield _token_around(data, start, end)
            elif _stands_alone(value, data, start, end):
                yield start, end


_TOKEN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")
_ALNUM = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_DIGITS = frozenset(b"0123456789")
_REACH = 16384


def _token_around(data: bytes, start: int, end: int) -> tuple[int, int]:
    first, last = start, end
    while first > 0 and data[first - 1] in _TOKEN and start - first < _REACH:
        first -= 1
    while last < len(data) and data[last] in _TOKEN and last - end < _REACH:
        last += 1
    return first, last


def _stands_alone(value: str, data: bytes, start: int, end: int) -> bool:
    """Long values count anywhere; short ones and numbers only where they are not a part of a longer word or number."""
    if value.isdigit():
        inside = _DIGITS
    elif len(value) < _SHORT:
        inside = _ALNUM
    else:
        return True
    return not (start and data[start - 1] in inside) and not (end < len(data) and data[end] in inside)
