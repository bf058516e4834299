"""How the events of a stream are told apart, by content type. Knows framings; knows no provider and no text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from redact.eventstream import FrameDecoder
from redact.jsonarray import ArrayDecoder
from redact.jsontext import BOM
from redact.ndjson import LineDecoder
from redact.sse import SseDecoder


class Event(Protocol):
    """One event of a stream as it came, and the JSON in it."""

    @property
    def raw(self) -> bytes:
        """The event's own bytes: those of all events add up to the stream."""

    @property
    def data(self) -> bytes | None:
        """What the event says; None where it is a comment or the like."""

    @property
    def is_last(self) -> bool:
        """Whether this is the mark with which a stream ends: no event may follow it."""

    def with_data(self, data: bytes) -> bytes:
        """Write the event anew with other data, all else kept."""

    def another(self, data: bytes) -> bytes:
        """Write one more event like this one, to follow it."""

    def error(self, data: bytes) -> bytes:
        """Write an error in the event's place; nothing follows."""


class Message(NamedTuple):
    """One message of a WebSocket: an event that needs no framing."""

    raw: bytes
    is_last: bool = False

    @property
    def data(self) -> bytes:
        """All of it."""
        return self.raw

    def with_data(self, data: bytes) -> bytes:
        """Write another message in its place."""
        return data

    def another(self, data: bytes) -> bytes:
        """Write one more message."""
        return data

    def error(self, data: bytes) -> bytes:
        """Write an error in its place."""
        return data


class Framing(Protocol):
    """Bytes in any cut to events."""

    @property
    def trouble(self) -> str:
        """What made the framing pass on bytes that it could not take apart; empty where all was well."""

    def decode(self, chunk: bytes) -> Sequence[Event]:
        """Take the next bytes, give the events that are complete."""

    def flush(self) -> Event | None:
        """Give what is left when the stream ends in the middle of an event."""


FRAMINGS: Mapping[str, Callable[[], Framing]] = MappingProxyType(
    {
        "text/event-stream": SseDecoder,
        "application/x-ndjson": LineDecoder,
        "application/ndjson": LineDecoder,
        "application/jsonl": LineDecoder,
        "application/x-jsonl": LineDecoder,
        "application/x-jsonlines": LineDecoder,
        "application/jsonlines": LineDecoder,
        "application/vnd.amazon.eventstream": FrameDecoder,
    }
)
"""By content type."""


def framing_of(kind: str, first: bytes, *, arrays: bool) -> Framing | None:
    """Choose by the content type and the first bytes of an answer; `arrays` says that a JSON array is a stream of its items.

    None where the answer is no stream, though its type may say so: an error is often a mere JSON object.
    """
    begun = first.removeprefix(BOM).lstrip()
    if make := FRAMINGS.get(kind):
        return None if begun.startswith((b"{", b"[")) and make is not LineDecoder else make()
    if (not kind or kind == "text/plain") and begun.startswith((b"data:", b"event:", b":")):
        return SseDecoder()
    if arrays and (not kind or "json" in kind) and begun.startswith(b"["):
        return ArrayDecoder()
    return None
