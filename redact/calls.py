"""The input of a tool call that has to be known whole before some values may come back in it. Knows sinks; knows no wire format.

Strategy: everything is restored as it comes until a piece with a surrogate whose value waits for the end of the input. From there on
the input is held back; once it is whole, it says where it goes, and the rest follows in one piece.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from redact import jsontext
from redact.errors import UnreadableError
from redact.model import Record
from redact.restore import Encode, Restorer, RestoreStream
from redact.sinks import Place, Sinks

LONGEST = 65_536
"""An input of more characters is not waited for: what would need a look stays away."""


class CallStream:
    """`RestoreStream` for the input of a call, where the whole input decides what comes back."""

    def __init__(
        self, restorer: Restorer, sinks: Sinks, place: Place, encode: Encode, tally: Counter[str], *, is_json: bool
    ) -> None:
        self._restorer, self._sinks, self._place, self._encode, self._tally = restorer, sinks, place, encode, tally
        self._is_json = is_json
        self._counted: Counter[str] = Counter()
        self._asked = False
        self._stream: RestoreStream = restorer.stream(encode, self._permit, self._counted)
        self._whole: list[str] = []
        self._length = 0
        self._held: str | None = None  # what waits for the end of the input, once something does
        self._waits = True

    def _permit(self, record: Record) -> bool:
        if self._waits and self._sinks.asks(self._place, record):
            self._asked = True
        return self._sinks.at_once(self._place)(record)

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""
        return bool(self._held) or self._stream.holds

    def learn(self, restorer: Restorer) -> None:
        """Restore by this one from here on: it knows more."""
        self._restorer = restorer
        self._stream.learn(restorer)

    def feed(self, piece: str) -> str:
        """Take the next piece, give what is settled."""
        if self._waits:
            self._whole.append(piece)
            self._length += len(piece)
        if self._held is None:
            return self._restored(piece)
        self._held += piece
        return self._let_go() if self._length > LONGEST else ""

    def _restored(self, piece: str) -> str:
        before = self._stream.held
        text = self._stream.feed(piece)
        if not self._asked:
            self._count()
            return text
        self._counted.clear()
        self._held = before + piece
        return self._let_go() if self._length > LONGEST else ""

    def _let_go(self) -> str:
        """Wait no longer: what needs a look at the whole stays away."""
        held, self._held = self._held or "", None
        self._waits = self._asked = False
        self._whole.clear()
        self._stream = self._restorer.stream(self._encode, self._permit, self._counted)
        text = self._stream.feed(held)
        self._count()
        return text

    def _count(self) -> None:
        self._tally.update(self._counted)
        self._counted.clear()

    def flush(self) -> str:
        """Give what is held back: the input is whole, or will never be."""
        if self._held is None:
            held = self._stream.held
            text = self._stream.flush()
            if not self._asked:
                self._count()
                return text
            self._counted.clear()
            self._held = held
        held, self._held, self._asked = self._held, None, False
        permit = self._sinks.permit(self._place, self._restorer, self._input())
        return self._restorer.restore(held, self._encode, permit, self._tally)

    def _input(self) -> Any:
        text = "".join(self._whole)
        return parsed(text) if self._is_json else text


def parsed(text: str) -> Any:
    """Read the input of a call; None where it is no JSON, as when it was cut short."""
    try:
        return jsontext.load(text.encode("utf-8", "surrogatepass"))
    except (UnreadableError, RecursionError):
        return None


def stream(
    restorer: Restorer, sinks: Sinks, place: Place, encode: Encode, tally: Counter[str], *, is_json: bool
) -> RestoreStream | CallStream:
    """Restore the input of a call piece by piece, as far as its sink permits."""
    if sinks.waits(place):
        return CallStream(restorer, sinks, place, encode, tally, is_json=is_json)
    return restorer.stream(encode, sinks.at_once(place), tally, sinks.after(place))
