"""Bytes in, bytes out: one request and its answer. Knows a Redactor and a dialect; knows no sockets and no mitmproxy.

Strategy: what the sanitizer found in the request decides what may be restored in the answer. A stream is taken apart into events,
each restored on its own. Outbound fails closed: an error leaves this module. Inbound fails soft: bytes go on as they came.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import unquote

from redact import jsontext, pdf
from redact.beside import Beside
from redact.detect.known import is_distinctive
from redact.dialects.base import Dialect, names_nothing, usage_of
from redact.engine import Redactor
from redact.errors import NotAtOnceError, UnreadableError, VaultError
from redact.framing import Event, Framing, Message, framing_of
from redact.media import Pages
from redact.model import Action, Record
from redact.ndjson import LineDecoder
from redact.report import Report
from redact.restoration import Restoration
from redact.restore import Encode, RestoreStream, plainly
from redact.sanitizer import MEDIA, Sanitizer
from redact.sinks import Sinks
from redact.sse import SseDecoder

_BY_NAME = Sinks()
NOTE = (
    "Some values in this conversation are stand-ins, such as words that begin with RDX_: "
    "they are put back before anything is used, so keep each of them exactly as it is."
)
"""What a model may be told."""
_LEFT = "a tool would have written a surrogate into a file that stands for nothing here, so ask again or begin anew"


class Memory(Protocol):
    """What the conversations of one client carried, by the ids that the provider gave them."""

    def recall(self, ids: Iterable[str]) -> Iterable[Record]:
        """Give what was carried where these ids come from."""

    def keep(self, ids: Iterable[str], records: Mapping[str, Record]) -> None:
        """Note what was carried there."""


class Exchange:
    """One request and its answer in one dialect. `request` comes first; then `response`, or `chunk`s and `flush`.

    A WebSocket is many requests, with a `frame` for each message that comes back. What may be restored is what was
    carried here before, or in a conversation that this one goes on from, as `memory` tells.
    """

    def __init__(
        self,
        redactor: Redactor,
        dialect: Dialect,
        memory: Memory | None = None,
        sinks: Sinks = _BY_NAME,
        note: str = "",
        *,
        media_policy: Mapping[str, Action] = MEDIA,
        pages: Pages = pdf.pages,
    ) -> None:
        self._redactor, self._dialect, self._memory, self._sinks = redactor, dialect, memory, sinks
        self._media, self._pages = media_policy, pages
        self.report = Report()
        self._note = note
        self.refused = False  # the rest of the answer: an error stands in its place
        self._records: dict[str, Record] = {}  # of the last request
        self._carried: dict[str, Record] = {}  # of all that may be restored
        self._kept: tuple[tuple[str, ...], int] = ((), 0)
        self._is_kept = True  # as far as the request said
        self._distinctive: list[str] | None = None  # values of these, once the request is redacted
        self._usage_sign = f'{dialect.usage_key or next(iter(dialect.usage))}"'.encode()
        self._framing: Framing = SseDecoder()
        self._last: Event | None = None
        self._unread = b""
        self._restoration = Restoration(dialect, sinks, redactor.restorer(()), self.report.tallies)

    # -- outbound

    def follow(self, ids: Iterable[str]) -> None:
        """Go on from what the provider keeps under these ids: what was carried there may be restored."""
        if self._memory is None:
            return
        try:
            self._carry(self._memory.recall(ids))
        except VaultError:  # less is restored then; nothing more leaves
            self.report.trouble = "conversation"

    def turn(self, redactor: Redactor) -> None:
        """Begin another request of the same WebSocket, under the rules that hold now: the report begins anew."""
        self._read_usage()  # of the last turn: it belongs into that one's report
        self._redactor, self.report = redactor, Report()
        self._restoration.count_in(self.report.tallies)

    def _carry(self, records: Iterable[Record]) -> None:
        fresh = {record.surrogate: record for record in records if record.surrogate not in self._carried}
        if not fresh:
            return
        self._carried.update(fresh)
        self._restoration.learn(self._redactor.restorer(self._carried.values()))

    def request(self, body: bytes, content_type: str = "", beside: Beside | None = None) -> bytes:
        """Redact a request body, and what is said beside it. When this returns, its surrogates are in the vault.

        Raises UnreadableError, BlockedError, VaultError, DetectionError: the caller forwards nothing then.
        """
        started = time.perf_counter()
        self.report.request_bytes = len(body)
        self._records, self._distinctive, self.refused = {}, None, False
        self.report.rules.clear()  # it may have been begun before, and not been done at once
        sanitizer = Sanitizer(self._redactor, self._dialect, self.report, self._note, self._media, self._pages)
        try:
            sent = sanitizer.body(body, content_type) if body or beside is None else body
            self.follow(sanitizer.follows)
            self._is_kept = sanitizer.is_kept
            if beside is not None:
                sanitizer.beside(beside)
        finally:
            self.report.redact_seconds += time.perf_counter() - started
        self.report.sent_bytes = len(sent)
        self._records = sanitizer.records
        self._carry(self._records.values())
        self._restoration.documents = sanitizer.documents
        return sent

    def request_at_once(self, body: bytes, content_type: str = "", beside: Beside | None = None) -> bytes | None:
        """Redact a request body if that takes but a moment; else do nothing and return None. Raises as `request` does."""
        with suppress(NotAtOnceError), self._redactor.at_once():
            return self.request(body, content_type, beside)
        return None

    @property
    def has_edits(self) -> bool:
        """Whether anything in the request was replaced."""
        return bool(self._records)

    def carries(self, words: str) -> bool:
        """Whether a value that was found in the request stands in these words, percent-encoded or not."""
        if self._distinctive is None:
            self._distinctive = [r.value for r in self._records.values() if is_distinctive(r.value)]
        plain = unquote(words)
        return any(value in words or value in plain for value in self._distinctive)

    def scrubbed(self, words: str) -> str:
        """Redact a client's own words (a model's name, a path) for the audit. Mints nothing."""
        return self._redactor.scrubbed(words)

    # -- inbound

    def response(self, body: bytes) -> bytes:
        """Restore a whole JSON answer. What cannot be read goes on as it came."""
        started = time.perf_counter()
        try:
            value = jsontext.load_leniently(body)
        except UnreadableError as error:  # lines of JSON, or what nobody can read
            self.report.trouble = error.code
            self._framing = LineDecoder()
            return self.chunk(body) + self.flush()
        self.report.response_bytes += len(body)
        try:
            if not isinstance(value, (dict, list)):
                return body
            self._take_usage(value)
            if not self._carried and not self._restoration.touches(body):
                return body
            self._keep(value)
            restored = jsontext.dump(value) if self._restoration.whole(value) else body
            return self._refusal() if self._is_refused() else restored
        except Exception as error:  # noqa: BLE001  soft inbound, as for events
            self.report.trouble = getattr(error, "code", "restore")
            return body
        finally:
            self.report.restore_seconds += time.perf_counter() - started

    def streams(self, kind: str, first: bytes) -> bool:
        """Tell by its content type and first bytes whether an answer comes as `chunk`s; if not, it is a `response`."""
        framing = framing_of(kind, first, arrays=self._dialect.streams_arrays)
        self._framing = framing or self._framing
        return framing is not None

    def prose(self, encode: Encode) -> RestoreStream:
        """Make a stream that restores a text of no format."""
        return self._restoration.prose(encode)

    def line(self, words: str) -> str:
        """Restore a line that stands beside the body; what cannot be written in one line stays away."""
        stream = self.prose(plainly)
        restored = stream.feed(words) + stream.flush()
        return restored if restored.isprintable() else words

    def chunk(self, data: bytes) -> bytes:
        """Restore the next bytes of an event stream, however they are cut."""
        started = time.perf_counter()
        self.report.response_bytes += len(data)
        out = b"".join([piece for event in self._framing.decode(data) for piece in self._event(event)])
        if self._framing.trouble:
            self.report.trouble = self.report.trouble or self._framing.trouble
        self.report.restore_seconds += time.perf_counter() - started
        return out

    def frame(self, data: bytes) -> list[bytes]:
        """Restore the next message of a WebSocket. Gives what the client gets: mostly one, sometimes none or two."""
        started = time.perf_counter()
        self.report.response_bytes += len(data)
        out = self._event(Message(data))
        self.report.restore_seconds += time.perf_counter() - started
        return out

    def flush(self) -> bytes:
        """Give what is held back: the stream is over, properly or not."""
        self._read_usage()
        last = self._framing.flush()
        out = self._event(last) if last is not None else []
        if self.refused:
            return b"".join(out)
        rest = self._restoration.ended(lambda _lane: True)
        if self._is_refused():
            return self._last.error(self._refusal()) if self._last is not None else b""
        # An event cut short stays last: nobody could tell where it ends and a tail begins.
        return b"".join([*rest, *out] if last is not None and out == [last.raw] else [*out, *rest])

    def _event(self, event: Event) -> list[bytes]:
        if self.refused:
            return []
        self._last = event
        try:
            out = self._restored_event(event)
        except Exception:  # noqa: BLE001  soft inbound: the surrogate stays, the stream goes on, the audit says so
            self.report.trouble = "event"
            return [event.raw]
        return [event.error(self._refusal())] if self._is_refused() else out

    def _is_refused(self) -> bool:
        if self._sinks.refuses and self.report.left_in_files and not self.refused:
            self.refused, self.report.trouble = True, "left-in-file"
        return self.refused

    def _refusal(self) -> bytes:
        return jsontext.dump({"type": "error", **self._dialect.error(400, f"redact: {_LEFT}")})

    def _restored_event(self, event: Event) -> list[bytes]:
        data = event.data
        if data is None or not (data.startswith(b"{") or data.lstrip().startswith(b"{")):
            return [*self._restoration.ended(lambda _lane: True), event.raw] if event.is_last else [event.raw]
        went_on = self._restoration.went_on(event, data)
        if went_on is not None:
            self._unread = data
            return went_on
        self._read_usage()
        is_read = bool(self._carried) or self._sinks.refuses
        has_usage = self._usage_sign in data
        value = jsontext.load_leniently(data) if is_read or has_usage else None
        if not isinstance(value, dict):
            return [event.raw]
        if has_usage:
            self._take_usage(value)
        if not is_read:
            return [event.raw]
        self._keep(value)
        return self._restoration.restored(event, value)

    def _keep(self, value: Any) -> None:
        """Note under which ids the provider keeps what was carried here."""
        if self._dialect.kept is names_nothing or self._memory is None or not self._is_kept or not self._carried:
            return
        if not isinstance(value, dict):
            return
        kept = (tuple(self._dialect.kept(value)), len(self._carried))
        if kept[0] and kept != self._kept:
            self._kept = kept
            try:
                self._memory.keep(kept[0], self._carried)
            except VaultError:
                self.report.trouble = "conversation"

    def _read_usage(self) -> None:
        """Take what the last event that was not parsed says of the usage: counts grow from event to event."""
        data, self._unread = self._unread, b""
        if self._usage_sign in data:
            self._take_usage(jsontext.load_leniently(data))

    def _take_usage(self, value: Any) -> None:
        if isinstance(value, dict):
            self.report.usage.update(
                usage_of(value, self._dialect.usage, *self._dialect.usage_in, key=self._dialect.usage_key)
            )
