"""Surrogates back into values, in a whole text or one piece at a time. Knows records; knows no vault, no wire format.

Strategy: one pattern finds every spelling of the surrogates that may be restored. The `regex` module can say that the
end of a text could still become a match; just that tail is held back.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import regex

from redact.codenames import nearest_style, spellings, words_of, written
from redact.model import Record
from redact.surrogates import LABEL
from redact.trie import pattern_of

Encode = Callable[[str], str]
"""How a restored value is written in the place where its surrogate stood, such as escaped for a JSON string."""

Permit = Callable[[Record], bool]
"""Whether a record may be restored where this text is going."""


# ASCII: the long s and the Kelvin sign are other letters, although they fold to "s" and "k".
_FLAGS = regex.IGNORECASE | regex.ASCII
_LABELS = regex.compile(LABEL, _FLAGS)
_LONGEST_LABEL = 128
_FEW = 50
"""More spellings than these are found sooner as a tree, which takes longer to compile."""


def anything(_record: Record) -> bool:
    """Permit every record."""
    return True


def plainly(value: str) -> str:
    """Write a value as it is."""
    return value


def spelt(record: Record) -> list[str]:
    """List, in lower case, all spellings of a record's surrogate that restore."""
    return spellings(words_of(record.surrogate)) if record.shape == "codename" else [record.surrogate.lower()]


def _pattern(listed: list[str]) -> Any:
    if len(listed) > _FEW:
        return regex.compile(f"{LABEL}|{pattern_of(listed)}", _FLAGS)
    return regex.compile(LABEL + r"|\L<listed>", _FLAGS, listed=listed)


class Restorer:
    """Restores a fixed set of records. Labels survive a change of case, codenames a change of style."""

    def __init__(self, records: Iterable[Record], returns: Permit = anything) -> None:
        """Take the records, and which of them may come back anywhere at all."""
        self._returns = returns
        self._by_surrogate: dict[str, Record] = {}
        listed: list[str] = []
        for record in records:
            if record.shape == "label":
                self._by_surrogate[record.surrogate.lower()] = record
                continue
            forms = spelt(record)
            self._by_surrogate.update(dict.fromkeys(forms, record))
            listed += forms
        self._listed = sorted(listed)
        self._longest = max(_LONGEST_LABEL, *map(len, listed)) if listed else _LONGEST_LABEL
        self._pattern = _pattern(listed) if listed else _LABELS

    def touches(self, data: bytes) -> bool:
        """Tell whether any surrogate, restorable or not, stands in these bytes."""
        return self._pattern.search(data.decode("utf-8", "replace")) is not None

    def restore(
        self, text: str, encode: Encode = plainly, permit: Permit = anything, tally: Counter[str] | None = None
    ) -> str:
        """Restore a whole text. `tally` counts `restored`, `withheld` (not permitted) and `unknown` (not ours, forged)."""
        done, _ = self._advance(text, 0, encode, permit, tally, final=True)
        return done

    def stream(
        self, encode: Encode = plainly, permit: Permit = anything, tally: Counter[str] | None = None
    ) -> RestoreStream:
        """Make a stream: `restore()`, one piece at a time."""
        return RestoreStream(self, encode, permit, tally)

    def _advance(
        self, text: str, start: int, encode: Encode, permit: Permit, tally: Counter[str] | None, *, final: bool
    ) -> tuple[str, int]:
        """Restore `text[start:]`; give what is settled, and where the tail begins that is not."""
        pieces: list[str] = []
        position = searched = start
        while match := self._pattern.search(text, searched, partial=not final):
            if match.partial:
                pieces.append(text[position : match.start()])
                return "".join(pieces), match.start()
            if not final and (opened := self._opened(text, searched, match.start())) is not None:
                pieces.append(text[position:opened])
                return "".join(pieces), opened
            record = self._by_surrogate.get(match[0].lower())
            if record is None or not (self._returns(record) and permit(record)):
                if tally is not None:
                    tally["unknown" if record is None else "withheld"] += 1
                searched = match.start() + 1 if record is None else match.end()
                continue
            if tally is not None:
                tally["restored"] += 1
            pieces += (text[position : match.start()], encode(_original(record, match[0])))
            position = searched = match.end()
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
        return None


def _original(record: Record, found: str) -> str:
    if record.shape != "codename":
        return record.value
    return written(words_of(record.value), nearest_style(found, words_of(record.surrogate)))


class RestoreStream:
    """`Restorer.restore()`, one piece at a time; holds back only what may become a surrogate."""

    def __init__(self, restorer: Restorer, encode: Encode, permit: Permit, tally: Counter[str] | None) -> None:
        self._restorer, self._encode, self._permit, self._tally = restorer, encode, permit, tally
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
        text = self._held + piece
        done, rest = self._restorer._advance(text, 0, self._encode, self._permit, self._tally, final=False)  # noqa: SLF001  two halves of one thought
        self._held = text[rest:]
        return done

    def flush(self) -> str:
        """Give what is still held back: nothing follows that could complete it."""
        text, self._held = self._held, ""
        return self._restorer.restore(text, self._encode, self._permit, self._tally)


_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')


def in_json(value: str) -> str:
    """Write a value inside a JSON string."""
    if _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)[1:-1]
