"""Finds values already known to be sensitive, exactly, in every encoding. Knows values; knows no rule and no vault.

Strategy: each value's written forms are literals of a hyperscan database. A few new values make a small segment of their
own (small segments are merged, up to a size for which nobody waits), so that a text scanned before is searched for what is
new only. `settle` makes one of all of them beside the searching, and keeps it on a shelf, so that the next process finds
tens of thousands of values compiled. Of a long form, the middle is the literal; the whole is compared where that stands.
"""

from __future__ import annotations

import binascii
import json
import re
import sys
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import msgspec

from redact import literals
from redact.fresh import search_at_once
from redact.literals import Search
from redact.model import Finding

RULE_ID = "known-value"

_COMMON = frozenset(
    "password passwd secret changeme admin administrator root user username guest test testing example default postgres "
    "mysql mariadb redis mongo mongodb rabbitmq localhost development production staging string token".split()
)
_CLASSES = [re.compile(kind) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^A-Za-z0-9]")]
_SHORTEST, _DIGITS_NEEDED, _PLAIN_NEEDED = 6, 9, 16
_SHORT = 8
"""Shorter values count only where they stand alone; `mysql -phunter2-x9` is how a restored one may come back."""


def is_distinctive(value: str) -> bool:
    """Whether a value may be looked for everywhere: short and plain words stand in too many texts for other reasons."""
    return refusal(value) is None


def refusal(value: str) -> str | None:
    """Say why a value may not be looked for everywhere, without showing it; None where it may."""
    plain = value.strip()
    if not plain:
        return "empty"
    if len(plain) < _SHORTEST:
        return f"too short: {len(plain)} characters, {_SHORTEST} are needed"
    if plain.lower() in _COMMON:
        return "a common word"
    if plain.isdigit():
        return None if len(plain) >= _DIGITS_NEEDED else f"a short number: {_DIGITS_NEEDED} digits are needed"
    if sum(bool(kind.search(plain)) for kind in _CLASSES) > 1 or len(plain) >= _PLAIN_NEEDED:
        return None
    return f"a plain word: {_PLAIN_NEEDED} characters are needed where all are of one kind"


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
        if len(literal) >= 6:  # noqa: PLR2004  shorter ones stand everywhere
            written.setdefault(literal, Form(literal, wraps))

    add(data)
    if not _UNRESERVED.fullmatch(value):
        for written_so in (*_json_escaped(value), *_percent_encoded(value)):
            add(written_so.encode("utf-8", "surrogatepass"))
    for shift in range(3):
        core = _base64_core(data, shift)
        add(core, wraps=True)
        add(core.translate(_URL_SAFE), wraps=True)
    if not value.isdigit():
        digits = data.hex()
        add(digits.encode(), wraps=True)
        add(digits.upper().encode(), wraps=True)
    return list(written.values())


_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")
"""Nothing that JSON or a URL writes in another way. RFC 3986 §2.3"""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _base64_core(data: bytes, shift: int) -> bytes:
    """Give the part of the base64 of anything holding `data` at `shift` (mod 3) that depends on `data` alone."""
    encoded = binascii.b2a_base64(bytes(shift) + data, newline=False)
    return encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]


class Shelf(Protocol):
    """Keeps one piece of bytes out of which values can be read: sealed, so that nobody else does."""

    def load(self) -> bytes | None:
        """Give what was kept last; None where there is nothing that can be read."""

    def save(self, data: bytes) -> None:
        """Keep this instead. A disk that takes nothing only means that the next process compiles again."""


_LONGEST = 48
"""Bytes of a literal: hyperscan takes 16,000 at most, and more than these tell no more."""
_AT_ONCE = 256
"""So many values are searched for before they are compiled, while others wait: some 5 ms."""
_WORTH = 500
"""So many values outside of the shelf are worth compiling all anew."""
_LOOSE = 4
"""So many segments beside the one from the shelf are searched before they are merged."""
_CANARIES = ('b"\\/+ \u00e9\n', "0123456789", "k" * 99)


class _Columns(msgspec.Struct):
    """The literals of a segment, in columns: half a million rows would be half a million objects."""

    owners: bytes  # which value
    lengths: bytes  # of the whole form
    tails: bytes  # of what follows the literal in the form
    wraps: bytes


class _Kept(msgspec.Struct):
    stamp: bytes
    marks: bytes  # of the values, 16 bytes each
    columns: _Columns
    database: bytes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Segment:
    newest: int  # the generation of its newest value
    values: tuple[str | None, ...]  # None: forgotten
    owners: array[int]
    lengths: array[int]
    tails: array[int]
    wraps: bytes
    search: Search
    database: Any
    shelved: bool = False

    def __repr__(self) -> str:
        """Show no value."""
        return f"_Segment({len(self.values)} values)"

    @property
    def alive(self) -> list[str]:
        return [value for value in self.values if value is not None]


class KnownValues:
    """A growing set of values, and what finds them. Adding is safe beside searching, from any thread."""

    def __init__(self, *, fast: bool | None = None, shelf: Shelf | None = None) -> None:
        self._fast = literals.have_hyperscan() if fast is None else fast
        self._shelf = shelf if self._fast else None
        self._lock = threading.Lock()  # to exchange segments
        self._slowly = threading.Lock()  # to compile many values, or to take some away; taken before the other
        self._seen: set[str] = set()
        self._segments: tuple[_Segment, ...] = ()
        self._generation = 0
        self._settled = 0

    @property
    def generation(self) -> int:
        """Grows with every value, and when some are forgotten."""
        return self._generation

    def __contains__(self, value: str) -> bool:
        """Whether this value is looked for."""
        return value in self._seen

    def __iter__(self) -> Iterator[str]:
        """List the values as they are now."""
        return iter([value for segment in self._segments for value in segment.alive])

    def __len__(self) -> int:
        """How many values are looked for."""
        return len(self._seen)

    def add(self, values: Iterable[str]) -> None:
        """Look for these too, from now on. What is not distinctive is left out."""
        fresh = [v for v in dict.fromkeys(values) if v not in self._seen and is_distinctive(v)]
        if len(fresh) > _AT_ONCE:
            with self._slowly:
                self._add_many([v for v in fresh if v not in self._seen])
        elif fresh:
            with self._lock:
                self._add_few([v for v in fresh if v not in self._seen])

    def _add_few(self, fresh: list[str]) -> None:
        if not fresh:
            return
        segments, values = list(self._segments), fresh
        while segments and len(segments[-1].values) <= min(len(values), _AT_ONCE - len(values)):
            values = [*segments.pop().alive, *values]
        self._segments = (*segments, self._segment(self._generation + len(fresh), values, at_once=True))
        self._now_seen(fresh)

    def _add_many(self, fresh: list[str]) -> None:
        base = self._from_shelf(fresh)
        there = set(base.alive) if base else set()
        rest = [v for v in fresh if v not in there]
        more = [self._segment(0, rest)] if rest else []
        with self._lock:
            newest = self._generation + len(fresh)
            old = [s for s in self._segments if not (base and s.shelved)]
            added = [replace(s, newest=newest) for s in ([base] if base else []) + more]
            self._segments = (*added, *old)
            self._now_seen(fresh)

    def _now_seen(self, fresh: Sequence[str]) -> None:
        # After the segments: whoever sees the new generation finds the new values.
        self._seen.update(fresh)
        self._generation += len(fresh)

    def forget(self, values: Iterable[str]) -> None:
        """Look for these no more."""
        gone = self._seen.intersection(values)
        if not gone:
            return
        with self._slowly, self._lock:
            self._segments = tuple(
                replace(segment, values=tuple(None if value in gone else value for value in segment.values))
                if not gone.isdisjoint(segment.alive)
                else segment
                for segment in self._segments
            )
            self._seen -= gone
            self._generation += 1

    def settle(self) -> None:
        """Make one of many segments and put it on the shelf, where that is worth it. Takes seconds; nobody waits meanwhile."""
        if self._settled == self._generation:
            return
        with self._slowly:
            self._settled = self._generation
            segments = self._segments
            loose = [segment for segment in segments if not segment.shelved]
            outside = sum(len(segment.alive) for segment in loose)
            inside = [segment for segment in segments if segment.shelved]
            wasted = sum(2 * len(segment.alive) < len(segment.values) for segment in inside)
            if self._shelf and (outside >= _WORTH or wasted):
                self._keep(self._merged(segments))
            elif len(loose) > _LOOSE:
                self._merged(loose)

    def _merged(self, segments: Sequence[_Segment]) -> _Segment:
        if len(segments) == 1 and segments[0].database and len(segments[0].alive) == len(segments[0].values):
            return segments[0]
        values = dict.fromkeys(value for segment in segments for value in segment.alive)
        merged = self._segment(max(segment.newest for segment in segments), list(values))
        self._exchange(segments, merged)
        return merged

    def _exchange(self, old: Sequence[_Segment], new: _Segment) -> None:
        with self._lock:  # what came meanwhile stays
            self._segments = (new, *(s for s in self._segments if not any(s is gone for gone in old)))

    def _segment(self, newest: int, values: Sequence[str], *, at_once: bool = False) -> _Segment:
        owners, lengths, tails, wraps = array("I"), array("I"), array("I"), bytearray()
        wanted: list[bytes] = []
        for owner, value in enumerate(values):
            for form in forms(value):
                cut = max(0, len(form.literal) - _LONGEST) // 2
                wanted.append(form.literal[cut:][:_LONGEST])
                owners.append(owner)
                lengths.append(len(form.literal))
                tails.append(len(form.literal) - cut - len(wanted[-1]))
                wraps.append(form.wraps)
        database = literals.compiled(wanted) if self._fast and not at_once else None
        if database is not None:
            search = literals.searching(database)
        elif self._fast:
            search = search_at_once(wanted)
        else:
            search = literals.search_for(wanted, fast=False, caseless=False)
        return _Segment(newest, tuple(values), owners, lengths, tails, bytes(wraps), search, database)

    # -- the shelf

    def _keep(self, segment: _Segment) -> None:
        if self._shelf is None:
            return
        columns = _Columns(segment.owners.tobytes(), segment.lengths.tobytes(), segment.tails.tobytes(), segment.wraps)
        marks = b"".join(_mark(value) for value in segment.alive)
        self._shelf.save(msgspec.msgpack.encode(_Kept(_stamp(), marks, columns, literals.packed(segment.database))))
        self._exchange([segment], replace(segment, shelved=True))

    def _from_shelf(self, fresh: Sequence[str]) -> _Segment | None:
        """Take from the shelf what is wanted, if it is most of what is new; what else was kept is not looked for."""
        data = self._shelf.load() if self._shelf else None
        try:
            kept = msgspec.msgpack.decode(data, type=_Kept) if data else None
        except msgspec.MsgspecError:
            return None
        if kept is None or kept.stamp != _stamp():
            return None
        wanted = {_mark(value): value for value in (*self._seen, *fresh)}
        marks = [kept.marks[start : start + _MARK] for start in range(0, len(kept.marks), _MARK)]
        values = tuple(wanted.get(mark) for mark in marks)
        if 2 * len(set(fresh).intersection(values)) < len(fresh):
            return None
        database = literals.unpacked(kept.database)
        if database is None:
            return None
        owners, lengths, tails = (
            array("I", c) for c in (kept.columns.owners, kept.columns.lengths, kept.columns.tails)
        )
        search = literals.searching(database)
        return _Segment(0, values, owners, lengths, tails, kept.columns.wraps, search, database, shelved=True)

    # -- finding

    def find(self, text: str, since: int = 0) -> list[Finding]:
        """Find known values in a text; with `since`, at least those added from that generation on."""
        segments = [segment for segment in self._segments if segment.newest > since]
        if not segments:
            return []
        data = text.encode("utf-8", "surrogatepass")
        ranges = [found for segment in segments for found in _ranges(segment, data)]
        if len(data) != len(text):
            ranges = _in_characters(ranges, data)
        return [Finding(start, end, RULE_ID) for start, end in ranges]

    def stands_in(self, data: bytes) -> bool:
        """Tell whether any known value, in any form, stands in these bytes."""
        return any(True for segment in self._segments for _ in _ranges(segment, data))


def _ranges(segment: _Segment, data: bytes) -> Iterator[tuple[int, int]]:
    written: dict[str, set[bytes]] = {}
    for index, seen in segment.search(data):
        value = segment.values[segment.owners[index]]
        if value is None:
            continue
        end, length = seen + segment.tails[index], segment.lengths[index]
        start = end - length
        if length > _LONGEST:
            if value not in written:
                written[value] = {form.literal for form in forms(value)}
            if start < 0 or end > len(data) or data[start:end] not in written[value]:
                continue
        if segment.wraps[index]:
            yield _token_around(data, start, end)
        elif _stands_alone(value, data, start, end):
            yield start, end


def _in_characters(ranges: Iterable[tuple[int, int]], data: bytes) -> list[tuple[int, int]]:
    """Turn ranges of bytes into ranges of characters, reading the data once."""
    ranges = list(ranges)
    at_byte = at_character = 0
    characters: dict[int, int] = {}
    for offset in sorted({offset for found in ranges for offset in found}):
        at_character += len(data[at_byte:offset].decode("utf-8", "surrogatepass"))
        at_byte = offset
        characters[offset] = at_character
    return [(characters[start], characters[end]) for start, end in ranges]


_MARK = 16


def _mark(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_MARK).digest()


def _stamp() -> bytes:
    """Name what a kept segment depends on beside its values: how values are written, and how columns are."""
    return _mark(
        repr(
            (
                "1",
                sys.byteorder,
                array("I").itemsize,
                _LONGEST,
                [[tuple(form) for form in forms(canary)] for canary in _CANARIES],
            )
        )
    )


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
