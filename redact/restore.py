"""Surrogates back into values, in a whole text or one piece at a time. Knows records; knows no vault, no wire format.

Strategy: one pattern finds every spelling of the surrogates that may be restored. The `regex` module can say that the
end of a text could still become a match; just that tail is held back.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import regex

from redact.addresses import REACH
from redact.codenames import SEPARATOR, Codename, codename, flats
from redact.model import Record
from redact.surrogates import LABEL
from redact.trie import JOINT, pattern_of

Encode = Callable[[str], str]
"""How a restored value is written in the place where its surrogate stood, such as escaped for a JSON string."""

Permit = Callable[[Record], bool]
"""Whether a record may be restored where this text is going."""


After = Callable[[Record, str], bool]
"""Whether a record may be restored behind this text: the last characters before it, at most `addresses.REACH`, as they came."""

# ASCII: the long s and the Kelvin sign are other letters, although they fold to "s" and "k".
_FLAGS = regex.IGNORECASE | regex.ASCII
_LABELS = regex.compile(LABEL, _FLAGS)
_LONGEST_LABEL = 128
_LONGEST_GAP = 60
_FEW = 30
"""So many words are looked for one after the other in less time than by a pattern."""
_ESCAPED = re.compile(rb"\\u00(?:2[def]|3[0-9a]|4[0-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])")
"""A character of a surrogate, as JSON may write it, too."""


def anything(_record: Record) -> bool:
    """Permit every record."""
    return True


def plainly(value: str) -> str:
    """Write a value as it is."""
    return value


def codename_of(record: Record) -> Codename | None:
    """Say how the words of a codename stand for those of its name; None for a record of another shape."""
    return codename(record.value, record.surrogate) if record.shape == "codename" else None


def _pattern(listed: Iterable[str]) -> Any:
    return regex.compile(f"{LABEL}|{pattern_of(listed)}(?(DEFINE)(?P<joint>{SEPARATOR}))", _FLAGS)


class Way(NamedTuple):
    """How values are written where a text is going, which of them may, and what is counted."""

    encode: Encode
    permit: Permit
    tally: Counter[str] | None
    after: After | None

    def permits(self, record: Record, text: str, at: int) -> bool:
        """Whether a record may be restored at this place of a text."""
        return self.permit(record) and (self.after is None or self.after(record, text[max(0, at - REACH) : at]))


class Restorer:
    """Restores a fixed set of records. Labels survive a change of case, codenames a change of style."""

    def __init__(self, records: Iterable[Record], returns: Permit = anything) -> None:
        """Take the records, and which of them may come back anywhere at all."""
        self._returns = returns
        self._by_surrogate: dict[str, Record] = {}
        listed: list[str] = []
        names: dict[str, Codename] = {}
        for record in records:
            if (named := codename_of(record)) is not None:
                letters = "".join(named.plain)
                names[letters] = named
                self._by_surrogate[letters] = record
                continue
            self._by_surrogate[record.surrogate.lower()] = record
            if record.shape != "label":
                listed.append(record.surrogate.lower())
        self._listed = sorted(listed)
        self._around = [named for letters, named in names.items() if _holds_another(letters, names)]
        reach = (len(letters) + _LONGEST_GAP * len(named.plain) for letters, named in names.items())
        self._longest = max(_LONGEST_LABEL, *map(len, listed), *reach) if listed or names else _LONGEST_LABEL
        everything = [*listed, *(JOINT.join(named.plain) for named in names.values())]
        self._pattern = _pattern(everything) if everything else _LABELS
        self._first = frozenset(letter for word in ("r", *everything) for letter in (word[0], word[0].upper()))
        words = {"rdx_", *listed, *(max(named.plain, key=len) for named in names.values())}
        self._words = [word.encode() for word in words] if len(words) <= _FEW else None

    def may_begin_in(self, text: str) -> bool:
        """Tell whether the first character of a surrogate, restorable or not, stands in this text."""
        return not self._first.isdisjoint(text)

    def touches(self, data: bytes) -> bool:
        """Tell whether any surrogate, restorable or not, may stand in this JSON: if it says no, none does."""
        if self._words is None:
            return b"\\" in data or self._pattern.search(data.decode("utf-8", "replace")) is not None
        lower = data.lower()
        if b"\\u00" in lower and _ESCAPED.search(lower):
            return True
        for word in self._words:  # noqa: SIM110  a generator takes twice as long
            if word in lower:
                return True
        return False

    def restore(
        self,
        text: str,
        encode: Encode = plainly,
        permit: Permit = anything,
        tally: Counter[str] | None = None,
        after: After | None = None,
    ) -> str:
        """Restore a whole text. `tally` counts `restored`, `withheld` (not permitted) and `unknown` (not ours, forged)."""
        done, _ = self._advance(text, 0, Way(encode, permit, tally, after), final=True)
        return done

    def stream(
        self,
        encode: Encode = plainly,
        permit: Permit = anything,
        tally: Counter[str] | None = None,
        after: After | None = None,
    ) -> RestoreStream:
        """Make a stream: `restore()`, one piece at a time."""
        return RestoreStream(self, Way(encode, permit, tally, after))

    def _advance(self, text: str, start: int, way: Way, *, final: bool) -> tuple[str, int]:
        """Restore `text[start:]`; give what is settled, and where the tail begins that is not."""
        pieces: list[str] = []
        position = searched = start
        while match := self._pattern.search(text, searched, partial=not final):
            if match.partial:
                pieces.append(text[position : match.start()])
                return "".join(pieces), match.start()
            record = self._record(match[0])
            opened = None if final else self._opened(text, searched, match.start())
            if opened is None and not final and record is not None and _may_be_several(record, text, match.end()):
                opened = match.start()
            if opened is not None:
                pieces.append(text[position:opened])
                return "".join(pieces), opened
            if record is None or not (self._returns(record) and way.permits(record, text, match.start())):
                if way.tally is not None:
                    way.tally["unknown" if record is None else "withheld"] += 1
                searched = match.start() + 1 if record is None else match.end()
                continue
            if way.tally is not None:
                way.tally["restored"] += 1
            value, end = _original(record, text, match)
            pieces += (text[position : match.start()], way.encode(value))
            position = searched = end
        pieces.append(text[position:])
        return "".join(pieces), len(text)

    def _opened(self, text: str, start: int, found: int) -> int | None:
        """Find where a surrogate may have begun that holds the one found, and may still come: the search tells of none."""
        for opened in range(max(start, len(text) - self._longest), found + 1):
            tail = text[opened:].lower()
            next_one = bisect_right(self._listed, tail)
            if next_one < len(self._listed) and self._listed[next_one].startswith(tail):
                return opened
            if opened < found and _LABELS.fullmatch(text, opened, partial=True):
                return opened
            for named in self._around:
                if tail[0] == named.plain[0][0]:
                    beginning = named.pattern.fullmatch(text, opened, partial=True)
                    if beginning is not None and beginning.partial:
                        return opened
        return None

    def _record(self, found: str) -> Record | None:
        record = self._by_surrogate.get(found.lower())
        return record or next((each for letters in flats(found) if (each := self._by_surrogate.get(letters))), None)


def _holds_another(letters: str, names: Mapping[str, Codename]) -> bool:
    return any(
        letters[start:end] in names
        for start in range(len(letters))
        for end in range(start + 1, len(letters) + 1)
        if end - start < len(letters)
    )


_SEVERAL = re.compile(r"s(?![a-z0-9])|S(?![A-Za-z0-9])")
"""A codename's plural, behind the codename."""


def _may_be_several(record: Record, text: str, end: int) -> bool:
    """Whether what follows may yet show a plural that the name forms in a way of its own."""
    named = codename_of(record)
    return named is not None and named.has_own_plural and text[end : end + 2].lower() in ("", "s")


def _original(record: Record, text: str, match: Any) -> tuple[str, int]:
    """Give what a surrogate stands for, and where it ends."""
    named = codename_of(record)
    if named is None:
        return record.value, match.end()
    several = named.has_own_plural and _SEVERAL.match(text, match.end()) is not None
    return named.restored(match[0], several=several), match.end() + several


class RestoreStream:
    """`Restorer.restore()`, one piece at a time; holds back only what may become a surrogate."""

    def __init__(self, restorer: Restorer, way: Way) -> None:
        self._restorer, self._way = restorer, way
        self._before = ""  # what is settled, as far as it says where the next piece stands
        self._held = ""

    @property
    def holds(self) -> bool:
        """Whether a tail is held back."""
        return bool(self._held)

    def learn(self, restorer: Restorer) -> None:
        """Restore by this one from here on: it knows more."""
        self._restorer = restorer

    @property
    def held(self) -> str:
        """The tail that is held back, as it came."""
        return self._held

    def feed(self, piece: str) -> str:
        """Take the next piece, give what is settled."""
        if not self._held and not self._restorer.may_begin_in(piece):
            if self._way.after is not None:
                self._before = (self._before + piece)[-REACH:]
            return piece
        text = self._before + self._held + piece
        done, rest = self._advanced(text, final=False)
        self._held = text[rest:]
        if self._way.after is not None:
            self._before = text[max(0, rest - REACH) : rest]
        return done

    def flush(self) -> str:
        """Give what is still held back: nothing follows that could complete it."""
        done, _ = self._advanced(self._before + self._held, final=True)
        self._before = self._held = ""
        return done

    def _advanced(self, text: str, *, final: bool) -> tuple[str, int]:
        return self._restorer._advance(text, len(self._before), self._way, final=final)  # noqa: SLF001  two halves of one thought


_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')


def in_json(value: str) -> str:
    """Write a value inside a JSON string."""
    if _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)[1:-1]
