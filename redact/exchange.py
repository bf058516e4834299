"""Bytes in, bytes out: one request and its answer. Knows a Redactor and a dialect; knows no sockets and no mitmproxy.

Strategy: a body is parsed once, every string of it redacted where it stands, and written from that parse; what was found
decides what may be restored in the answer. A stream is taken apart into events and running texts, each restored on its own.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

from redact import calls, jsontext, media, spans
from redact.calls import CallStream
from redact.detect.known import is_distinctive
from redact.dialects.base import Dialect, Piece, Tools, usage_of
from redact.documents import Document, document_of
from redact.engine import Redactor, Text
from redact.errors import BlockedError, NotAtOnceError, UnreadableError, VaultError
from redact.framing import Event, Framing, Message, framing_of
from redact.model import Action, Record, Redaction, Sink
from redact.paths import UNSETTLED, Mark, Node, Settled, Slot, path_to, shown, slots
from redact.restore import Permit, RestoreStream, in_json, plainly
from redact.sinks import PROSE, Place, Sinks
from redact.sse import SseDecoder

LEAK = "leak-check"
_SMALL_MEDIA = 1024
"""Shorter media is scanned: a key alone is valid base64 too."""
_ANYTHING = Node()
_BY_NAME = Sinks()
MEDIA: Mapping[str, Action] = MappingProxyType(
    {"pdf": "report", "image": "report", "audio": "report", "video": "report", "other": "block"}
)
"""What is done with what is no text. `allow` looks into nothing; else a PDF's text is scanned, too."""


@dataclass
class Report:
    """What an exchange has to say about itself: kinds and counts, never a value."""

    model: str = ""
    rules: Counter[str] = field(default_factory=Counter)
    tallies: dict[Sink, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By sink, how many surrogates were `restored`, `withheld` by policy, and `unknown`: forged, foreign or mutated."""
    usage: dict[str, int] = field(default_factory=dict)
    request_bytes: int = 0
    sent_bytes: int = 0
    response_bytes: int = 0
    redact_seconds: float = 0.0
    restore_seconds: float = 0.0
    unparsed: int = 0
    trouble: str = ""

    @property
    def tally(self) -> Counter[str]:
        """The sum over all sinks."""
        return sum(self.tallies.values(), Counter())

    @property
    def left_in_files(self) -> int:
        """How many surrogates stay in the input of tools that write files, in all its copies."""
        written = self.tallies["edit"]
        return written["unknown"] + written["withheld"]


NOTE = (
    "Some values in this conversation are stand-ins, such as words that begin with RDX_: "
    "they are put back before anything is used, so keep each of them exactly as it is."
)
"""What a model may be told."""
_LEFT = "a tool would have written a surrogate into a file that stands for nothing here, so ask again or begin anew"
_NAMED = re.compile(rb"^event:[^\r\n]*", re.MULTILINE)


class _Wanted(NamedTuple):
    """A slot and the texts in it that are to be redacted."""

    slot: Slot
    first: int  # index of its first text
    literals: list[jsontext.Literal] | None
    around: str | None = None  # the text stood in base64, after this


class _Landing(NamedTuple):
    """Where a text lands, and what may come back in it there."""

    sink: Sink
    permit: Permit


class _Lane:
    """A running text of the answer."""

    __slots__ = ("event", "piece", "place", "stream")

    def __init__(self, stream: RestoreStream | CallStream, event: Event, piece: Piece) -> None:
        self.stream = stream
        self.event = event  # the last one with a piece of it, …
        self.piece = piece  # … that piece, …
        self.place = 0  # … and which of that event's pieces it was


@dataclass
class _Late:
    """An event that goes out with the next one: what a running text in it holds back may have to go into it."""

    event: Event
    value: Any
    changed: bool


@dataclass
class Beside:
    """What a request says beside its body: its address, and headers, but for those that are the provider's business."""

    address: str
    headers: list[tuple[str, str]]  # names may be replaced in the values, in place


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
    ) -> None:
        self._redactor, self._dialect, self._memory, self._sinks = redactor, dialect, memory, sinks
        self._media = media_policy
        self.report = Report()
        self._note_to_model = note
        self.refused = False  # the rest of the answer: an error stands in its place
        self._records: dict[str, Record] = {}  # of the last request
        self._carried: dict[str, Record] = {}  # of all that may be restored
        self._kept: tuple[tuple[str, ...], int] = ((), 0)
        self._distinctive: list[str] | None = None  # values of these, once the request is redacted
        self._restorer = redactor.restorer(())
        self._usage_sign = f'{dialect.usage_key or next(iter(dialect.usage))}"'.encode()
        self._framing: Framing = SseDecoder()
        self._lanes: dict[Hashable, _Lane] = {}
        self._late: dict[Hashable, _Late] = {}
        self._tools: Tools = {}

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
        self._redactor, self.report = redactor, Report()

    def _carry(self, records: Iterable[Record]) -> None:
        fresh = {record.surrogate: record for record in records if record.surrogate not in self._carried}
        if not fresh:
            return
        self._carried.update(fresh)
        self._restorer = self._redactor.restorer(self._carried.values())
        for lane in self._lanes.values():
            lane.stream.learn(self._restorer)

    def request(self, body: bytes, content_type: str = "", beside: Beside | None = None) -> bytes:
        """Redact a request body, and what is said beside it. When this returns, its surrogates are in the vault.

        Raises UnreadableError, BlockedError, VaultError, DetectionError: the caller forwards nothing then.
        """
        started = time.perf_counter()
        self.report.request_bytes = len(body)
        self._records, self._distinctive, self.refused = {}, None, False
        try:
            sent = self._request(body, content_type) if body or beside is None else body
            if beside is not None:
                self._read_beside(beside)
        except BaseException:
            self._records = {}  # nothing left
            raise
        finally:
            self.report.redact_seconds += time.perf_counter() - started
        self.report.sent_bytes = len(sent)
        self._carry(self._records.values())
        return sent

    def request_at_once(self, body: bytes, content_type: str = "", beside: Beside | None = None) -> bytes | None:
        """Redact a request body if that takes but a moment; else do nothing and return None. Raises as `request` does."""
        with suppress(NotAtOnceError), self._redactor.at_once():
            return self.request(body, content_type, beside)
        return None

    def _read_beside(self, beside: Beside) -> None:
        """Replace names in headers. Raises BlockedError for secrets there, and for anything in the address."""
        values = [value for _, value in beside.headers]
        in_address, *in_headers = self._redactor.redact_all(
            [Text(words, "", sealed=True) for words in (unquote(beside.address), *values)]
        )
        if in_address.edits or in_address.blocked:
            raise BlockedError(_rules_of(in_address), "address", "a sensitive value stands in the URL; remove it")
        for at, redaction in enumerate(in_headers):
            name, _ = beside.headers[at]
            if redaction.blocked or any(record.category == "secret" for record in redaction.records):
                why = f"a sensitive value stands in the header {name}; remove it"
                raise BlockedError(_rules_of(redaction), "headers", why)
            self.report.rules.update(finding.rule_id for finding in redaction.findings)
            self._records.update((record.surrogate, record) for record in redaction.records)
            beside.headers[at] = (name, redaction.text)

    def _request(self, body: bytes, content_type: str) -> bytes:
        with suppress(RecursionError):
            return self._sanitized(body, content_type)
        raise UnreadableError("json-depth", "the JSON body is nested too deeply")

    def _sanitized(self, body: bytes, content_type: str) -> bytes:
        document = document_of(body, content_type, self._dialect.request, self._content, is_file=self._dialect.is_file)
        value = document.root[0]
        if isinstance(value, dict) and isinstance(value.get("model"), str):
            self.report.model = value["model"]
        if isinstance(value, dict) and (why := self._dialect.unreadable(value)):
            raise UnreadableError("tokens", why)
        settled = self._redactor.settled
        wanted, redactions, kinds = self._redacted(document, settled)
        if settled.texts and self._redactor.settled is not settled:
            # A value became known, here or in another thread: what was settled before may hold it.
            wanted, redactions, kinds = self._redacted(document, UNSETTLED)
        for kind in (*document.kinds, *kinds):
            self._judge(kind)
        self.report.unparsed = sum(redaction.unparsed for redaction in redactions)
        changed = self._write(document, wanted, redactions)
        if self._note_to_model and isinstance(value, dict):
            changed = self._dialect.note(value, self._note_to_model) or changed
        sent = document.write()
        if not changed and sent != body and (not document.is_json or jsontext.loses_nothing(body, sent)):
            sent = body
        if self._redactor.stands_in(sent):
            raise BlockedError(
                (LEAK,), "body", "a sensitive value would still leave in a place that cannot be rewritten"
            )
        if isinstance(value, dict):
            self.follow(self._dialect.follows(value))
        return sent

    def _judge(self, kind: media.Kind) -> None:
        """Count what is no text; raise BlockedError where it may not leave."""
        match self._media[kind]:
            case "block":
                what = "a file that cannot be read" if kind == "other" else f"media of this kind ({kind})"
                raise BlockedError((f"media-{kind}",), "body", f"{what} may not leave; see `media` in redact.yaml")
            case "report" | "tokenize":
                self.report.rules[f"media-{kind}"] += 1

    def _redacted(
        self, document: Document, settled: Settled
    ) -> tuple[list[_Wanted], list[Redaction], list[media.Kind]]:
        wanted, texts, kinds = self._wanted(slots(document.walked, document.shape, settled))
        return wanted, self._redactor.redact_all(texts), kinds

    def _wanted(self, found: Iterable[Slot]) -> tuple[list[_Wanted], list[Text], list[media.Kind]]:
        wanted: list[_Wanted] = []
        texts: list[Text] = []
        kinds: list[media.Kind] = []
        for one in found:
            if one.mark is Mark.GIVEN:
                continue
            for slot, around in self._inside(one, kinds) if one.mark is Mark.MEDIA else ((one, None),):
                literals = jsontext.literals(slot.text) if slot.mark is Mark.JSON else None
                wanted.append(_Wanted(slot, len(texts), literals, around))
                if literals is None:
                    near = slot.near if slot.kind != "name" else ""
                    texts.append(Text(slot.text, near, sealed=slot.mark in (Mark.SEALED, Mark.MEDIA)))
                else:
                    texts += (
                        Text(literal.text, literal.near if literal.kind != "name" else "") for literal in literals
                    )
        return wanted, texts, kinds

    def _inside(self, slot: Slot, kinds: list[media.Kind]) -> Iterable[tuple[Slot, str | None]]:
        """Give what is to be scanned of media in base64: text that may be edited, or pages that may not."""
        if not is_base64(slot.text):
            return [(slot._replace(mark=Mark.TEXT), None)]
        at = match.end() if (match := _DATA_URL.match(slot.text)) else 0
        content = self._content(base64.b64decode(slot.text[at:]))
        if content.kind == "text":
            return [(slot._replace(text=content.texts[0], mark=Mark.JSON), slot.text[:at])]
        if len(slot.text) < _SMALL_MEDIA:
            return [(slot, None)]
        kinds.append(content.kind)
        return [(slot._replace(text=page, mark=Mark.READ), None) for page in content.texts]

    def _content(self, data: bytes) -> media.Content:
        content = media.content_of(data, before_reading=self._redactor.spend)
        return content._replace(texts=()) if content.kind == "pdf" and self._media["pdf"] == "allow" else content

    def _write(self, document: Document, wanted: list[_Wanted], redactions: list[Redaction]) -> bool:
        changed = False
        renamed: dict[int, tuple[dict[str, Any], dict[str, str]]] = {}
        for slot, first, literals, around in wanted:
            if literals is None:
                redaction = redactions[first]
                if not redaction.findings:
                    continue
                self._note(slot, redaction, document)
                text = redaction.text
            else:
                text = self._in_literals(slot, literals, redactions[first : first + len(literals)], document)
            if text == slot.text:
                continue
            changed = True
            if around is not None:
                text = around + base64.b64encode(text.encode()).decode()
            if slot.kind == "name":
                renamed.setdefault(id(slot.holder), (slot.holder, {}))[1][slot.text] = text
            else:
                slot.holder[slot.key] = int(text) if slot.kind == "number" and _is_number(text) else text
        for holder, names in renamed.values():
            members = {names.get(key, key): item for key, item in holder.items()}
            if len(members) != len(holder):
                raise UnreadableError("keys", "two keys of one object would become the same; rename one of them")
            holder.clear()
            holder.update(members)
        return changed

    def _in_literals(
        self, slot: Slot, literals: list[jsontext.Literal], redactions: list[Redaction], document: Document
    ) -> str:
        edits: list[tuple[int, int, str]] = []
        for literal, redaction in zip(literals, redactions, strict=True):
            if redaction.findings:
                self._note(slot, redaction, document)
                edits += _raw_edits(literal, redaction)
        return spans.splice(slot.text, edits)

    def _note(self, slot: Slot, redaction: Redaction, document: Document) -> None:
        """Count what was found; raise BlockedError where a rule, or the place, forbids the text to leave."""
        for finding in redaction.findings:
            self.report.rules[finding.rule_id] += 1
        if redaction.blocked:
            raise BlockedError(
                redaction.blocked,
                _where(document, slot),
                "a rule forbids this to leave, so take it out of the conversation or ask whoever keeps the rules",
            )
        if not redaction.edits:
            return
        if slot.mark in (Mark.SEALED, Mark.MEDIA, Mark.READ):
            why = "a sensitive value stands where nothing may be edited; remove it from the conversation"
            rule_ids = dict.fromkeys(finding.rule_id for finding in redaction.findings)
            raise BlockedError(tuple(rule_ids), _where(document, slot), why)
        self._records.update((record.surrogate, record) for record in redaction.records)

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
        self.report.response_bytes += len(body)
        try:
            value = jsontext.load(body)
            if not isinstance(value, (dict, list)):
                return body
            self._take_usage(value)
            if not self._carried and not self._restorer.touches(body):
                return body
            self._keep(value)
            restored = jsontext.dump(value) if self._restore_whole(value, set()) else body
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

    def answer(self, kind: str, body: bytes) -> bytes:
        """Restore an answer that is all there, be it a stream or not."""
        return self.chunk(body) + self.flush() if self.streams(kind, body) else self.response(body)

    def chunk(self, data: bytes) -> bytes:
        """Restore the next bytes of an event stream, however they are cut."""
        started = time.perf_counter()
        self.report.response_bytes += len(data)
        out = b"".join([piece for event in self._framing.decode(data) for piece in self._event(event)])
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
        last = self._framing.flush()
        out = self._event(last) if last is not None else []
        if self.refused:
            return b"".join(out)
        rest = self._ended(lambda _lane: True)
        if self._is_refused():
            return b""
        # An event cut short stays last: nobody could tell where it ends and a tail begins.
        return b"".join([*rest, *out] if last is not None and out == [last.raw] else [*out, *rest])

    def _event(self, event: Event) -> list[bytes]:
        if self.refused:
            return []
        try:
            out = self._restored_event(event)
        except Exception:  # noqa: BLE001  soft inbound: the surrogate stays, the stream goes on, the audit says so
            self.report.trouble = "event"
            return [event.raw]
        return [_NAMED.sub(b"event: error", event.another(self._refusal()), count=1)] if self._is_refused() else out

    def _is_refused(self) -> bool:
        if self._sinks.refuses and self.report.left_in_files and not self.refused:
            self.refused, self.report.trouble = True, "left-in-file"
        return self.refused

    def _refusal(self) -> bytes:
        return jsontext.dump({"type": "error", **self._dialect.error(400, f"redact: {_LEFT}")})

    def _restored_event(self, event: Event) -> list[bytes]:
        data = event.data
        if data is None or data.lstrip()[:1] != b"{":
            return [*self._ended(lambda _lane: True), event.raw] if event.is_last else [event.raw]
        if not self._carried and not self._sinks.refuses and self._usage_sign not in data:
            return [event.raw]
        value = jsontext.load(data)
        if not isinstance(value, dict):
            return [event.raw]
        self._take_usage(value)
        if not self._carried and not self._sinks.refuses:
            return [event.raw]
        self._keep(value)
        return self._restored(event, value)

    def _restored(self, event: Event, value: dict[str, Any]) -> list[bytes]:
        ends = self._dialect.ends(value)
        changed = False
        running: set[tuple[int, str | int]] = set()
        here: dict[Hashable, _Lane] = {}
        pieces = list(self._dialect.pieces(value, self._tools))
        last = {piece.lane: place for place, piece in enumerate(pieces)}
        for place, piece in enumerate(pieces):
            lane = self._lane(piece, event)
            lane.event, lane.piece, lane.place = event, piece, place
            text = lane.stream.feed(piece.holder[piece.key])
            if place == last[piece.lane] and ends(piece.lane):
                text += lane.stream.flush()
                del self._lanes[piece.lane]
                here.pop(piece.lane, None)
            else:
                here[piece.lane] = lane
            if text != piece.holder[piece.key]:
                piece.holder[piece.key] = text
                changed = True
            running.add((id(piece.holder), piece.key))
        if self._restorer.touches(event.data or b""):
            changed = self._restore_whole(value, running) or changed
        before = self._ended(lambda lane: lane not in here and ends(lane), value.get("stream_id"))
        if self._dialect.is_numbered and any(lane.stream.holds for lane in here.values()):
            self._late[value.get("stream_id")] = _Late(event, value, changed)
            return before
        return [*before, event.with_data(jsontext.dump(value)) if changed else event.raw]

    def _lane(self, piece: Piece, event: Event) -> _Lane:
        lane = self._lanes.get(piece.lane)
        if lane is None:
            encode = in_json if piece.is_json else plainly
            place = PROSE if piece.tool is None else self._sinks.place(self._restorer.restore(piece.tool))
            tally = self.report.tallies[place.sink]
            stream = calls.stream(self._restorer, self._sinks, place, encode, tally, is_json=piece.is_json)
            lane = _Lane(stream, event, piece)
            self._lanes[piece.lane] = lane
        return lane

    def _ended(self, ended: Callable[[Hashable], bool], stream: Hashable = None) -> list[bytes]:
        """End running texts; give the late event of this stream (of all, if it has no name), and what texts still hold."""
        tails = list(self._tails(ended))
        late = [self._late.pop(name) for name in list(self._late) if stream is None or name == stream]
        return [
            *(one.event.with_data(jsontext.dump(one.value)) if one.changed else one.event.raw for one in late),
            *tails,
        ]

    def _tails(self, ended: Callable[[Hashable], bool]) -> Iterable[bytes]:
        """End running texts; what one still holds goes into its last event or, if that is gone, into a copy of it."""
        for key in [key for key in self._lanes if ended(key)]:
            lane = self._lanes.pop(key)
            if not lane.stream.holds:
                continue
            tail = lane.stream.flush()
            late = next((one for one in self._late.values() if one.event is lane.event), None)
            if late is not None:
                lane.piece.holder[lane.piece.key] += tail
                late.changed = True
                continue
            value = jsontext.load(lane.event.data or b"{}")
            piece = list(self._dialect.pieces(value, dict(self._tools)))[lane.place]
            piece.holder[piece.key] = tail
            yield lane.event.another(jsontext.dump(_alone(value, piece, _FRAME)))

    def _keep(self, value: Any) -> None:
        """Note under which ids the provider keeps what was carried here."""
        if self._memory is None or not self._carried or not isinstance(value, dict):
            return
        kept = (tuple(self._dialect.kept(value)), len(self._carried))
        if kept[0] and kept != self._kept:
            self._kept = kept
            try:
                self._memory.keep(kept[0], self._carried)
            except VaultError:
                self.report.trouble = "conversation"

    def _restore_whole(self, value: Any, running: set[tuple[int, str | int]]) -> bool:
        """Restore every string but the running ones; inputs of tools by their tool, what is sealed not at all."""
        changed = self._move_offsets(value) if isinstance(value, dict) else False
        inside: set[int] = set()
        for holder, key, tool in self._dialect.inputs(value) if isinstance(value, dict) else ():
            name = self._restorer.restore(tool)
            if (id(holder), key) not in running:
                changed = self._restore_input(holder, key, self._sinks.place(name), inside) or changed
                running = running | {(id(holder), key)}
        for slot in slots(value, self._dialect.response):
            if slot.mark in (Mark.SEALED, Mark.MEDIA) or id(slot.holder) in inside or slot.kind == "name":
                continue
            if (id(slot.holder), slot.key) not in running:
                landing = _Landing("prose", self._sinks.at_once(PROSE))
                changed = self._restore_slot(slot, landing, is_json=slot.mark is Mark.JSON) or changed
        return changed

    def _move_offsets(self, value: dict[str, Any]) -> bool:
        """Let what counts characters of a text count those that the client gets. Comes before the text is restored."""
        changed = False
        for holder, key, text in self._dialect.offsets(value):
            moved = len(self._restorer.restore(text[: holder[key]], permit=self._sinks.at_once(PROSE)))
            changed = changed or moved != holder[key]
            holder[key] = moved
        return changed

    def _restore_input(self, holder: Any, key: str | int, place: Place, inside: set[int]) -> bool:
        value = holder[key]
        is_json = isinstance(value, str) and key == "arguments"
        whole = calls.parsed(value) if is_json else value
        landing = _Landing(place.sink, self._sinks.permit(place, self._restorer, whole))
        if isinstance(value, str):
            slot = Slot(holder, key, value, Mark.TEXT, "", "value")
            return self._restore_slot(slot, landing, is_json=is_json)
        if not isinstance(value, (dict, list)):
            return False
        changed = False
        names: dict[int, dict[str, Any]] = {}
        for slot in slots(value, _ANYTHING):
            inside.add(id(slot.holder))
            if slot.kind == "name":
                names[id(slot.holder)] = slot.holder
            else:
                changed = self._restore_slot(slot, landing, is_json=False) or changed
        for members in names.values():
            changed = self._restore_names(members, landing) or changed
        return changed

    def _restore_slot(self, slot: Slot, landing: _Landing, *, is_json: bool) -> bool:
        encode = in_json if is_json else plainly
        text = self._restorer.restore(slot.text, encode, landing.permit, self.report.tallies[landing.sink])
        if text == slot.text:
            return False
        slot.holder[slot.key] = int(text) if slot.kind == "number" and _is_number(text) else text
        return True

    def _restore_names(self, members: dict[str, Any], landing: _Landing) -> bool:
        restored = {self._restorer.restore(key, permit=landing.permit): item for key, item in members.items()}
        if restored.keys() == members.keys() or len(restored) != len(members):
            return False
        members.clear()
        members.update(restored)
        return True

    def _take_usage(self, value: Any) -> None:
        if isinstance(value, dict):
            self.report.usage.update(
                usage_of(value, self._dialect.usage, *self._dialect.usage_in, key=self._dialect.usage_key)
            )


_FRAME = frozenset(
    ("type", "id", "object", "model", "item_id", "stream_id", "response_id", "event_id", "toolUseId", "name")
)
_KIND = frozenset(("type", "jsonPath"))


def _alone(value: Any, piece: Piece, named: frozenset[str]) -> Any:
    """Strip an event of all but one piece and what tells where it belongs; None where the piece is not inside."""
    if isinstance(value, list):
        inside = [
            item if value is piece.holder and at == piece.key else _alone(item, piece, _KIND)
            for at, item in enumerate(value)
        ]
        return [item for item in inside if item is not None] or None
    if not isinstance(value, dict):
        return None
    kept: dict[str, Any] = {}
    holds = value is piece.holder
    for key, item in value.items():
        if value is piece.holder and key == piece.key:
            kept[key] = item
        elif isinstance(item, (dict, list)):
            if (inside := _alone(item, piece, _KIND)) is not None:
                kept[key] = inside
                holds = True
        elif not isinstance(item, str) or key in named:
            kept[key] = item
    return kept if holds else None


def _rules_of(redaction: Redaction) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.rule_id for finding in redaction.findings))


def _where(document: Document, slot: Slot) -> str:
    return shown(path_to(document.root, slot)[1:], document.shape)


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdecimal() and (text[:1] != "0" or text == "0")


def _raw_edits(literal: jsontext.Literal, redaction: Redaction) -> list[tuple[int, int, str]]:
    """Turn edits of what a literal says into edits of the JSON around it; what is no number any more becomes a string."""
    edits = [(literal.raw(start), literal.raw(end), new) for start, end, new in redaction.edits]
    if literal.kind != "number" or _is_number(redaction.text):
        return edits
    return [(literal.start, literal.end, f'"{redaction.text}"')]


_DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w-]+=[\w.+-]*)*;base64,", re.ASCII)


def is_base64(text: str) -> bool:
    """Tell whether a string is base64 (a `data:` URL too) and nothing but."""
    data = text[match.end() :] if (match := _DATA_URL.match(text)) else text
    try:
        base64.b64decode(data.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
