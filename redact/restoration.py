"""An answer on its way in: values put back where they may land. Knows events and their pieces; knows no bytes of a framing.

Strategy: a text that comes in pieces is a *lane*, restored as a stream of its own; what it holds back at its end goes into its last
event or a copy of that. All other strings are restored whole; the input of a tool by where the tool takes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from redact import calls, jsontext
from redact.calls import CallStream
from redact.dialects.base import Dialect, Piece, Tokens, Tools, nothing
from redact.framing import Event
from redact.model import Sink
from redact.mould import Mould, around
from redact.paths import Mark, Node, Slot, slots
from redact.restore import After, Encode, Permit, Restorer, RestoreStream, in_json, plainly
from redact.sinks import PROSE, Place, Sinks

_ANYTHING = Node()
_TELLING = re.compile(rb'ogprobs\w*"\s*:\s*(?:\{|\[\s*[^\s\]])')
"""Tokens told of; most providers say in each event that none are."""


class _Landing(NamedTuple):
    """Where a text lands, and what may come back in it there."""

    sink: Sink
    permit: Permit
    after: After | None
    encode: Encode = plainly


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
    """An event that waits: what a running text in it holds back may have to go into it, or one before it waits."""

    event: Event
    value: Any
    changed: bool

    def written(self) -> bytes:
        return self.event.with_data(jsontext.dump(self.value)) if self.changed else self.event.raw


_MOST_LATE = 100
"""No more events of a stream wait for one of them; what that still holds back then has to come in an event more."""


class Restoration:
    """The answers of one exchange in one dialect, restored event by event or whole.

    `tallies` count, by sink, surrogates `restored`, `withheld` by policy, and `unknown`.
    """

    def __init__(
        self, dialect: Dialect, sinks: Sinks, restorer: Restorer, tallies: Mapping[Sink, Counter[str]]
    ) -> None:
        self._dialect, self._sinks, self._restorer, self._tallies = dialect, sinks, restorer, tallies
        self._lanes: dict[Hashable, _Lane] = {}
        self._late: dict[Hashable, list[_Late]] = {}  # in order, by stream
        self._tools: Tools = {}
        self._said: dict[Hashable, list[str]] = {}  # running texts as they came, where something may count in them
        self._mould: Mould | None = None
        self._last: Hashable = None  # the lane of the event before, if that said nothing else
        self._moved: set[Hashable] = set()  # those of which tokens are told that are no longer as they came
        self.documents: list[str] = []
        """What the documents of the request say, as they were sent."""

    def learn(self, restorer: Restorer) -> None:
        """Restore by this one from here on: it knows more."""
        self._restorer, self._mould = restorer, None
        for lane in self._lanes.values():
            lane.stream.learn(restorer)

    def touches(self, data: bytes) -> bool:
        """Tell whether anything in these bytes may be a surrogate."""
        return self._restorer.touches(data)

    def count_in(self, tallies: Mapping[Sink, Counter[str]]) -> None:
        """Count here from now on."""
        self._tallies = tallies

    def prose(self, encode: Encode) -> RestoreStream:
        """Make a stream that restores a text of no format."""
        return self._restorer.stream(encode, self._sinks.at_once(PROSE), self._tallies[PROSE.sink])

    def whole(self, value: Any) -> bool:
        """Restore a whole answer where it stands; say whether that changed anything."""
        if not isinstance(value, dict):
            return self._restore_all(value, set())
        told = [(each, each.said.get(each.at)) for each in self._dialect.tokens(value)]
        changed = self._move_offsets(value)
        changed = self._restore_all(value, set()) or changed
        return self._forget_tokens(told) or changed

    def went_on(self, event: Event, data: bytes) -> list[bytes] | None:
        """Restore an event that goes on with a running text and says nothing else but what one before it said; else give None."""
        if self._mould is None or (said := self._mould.said_in(data)) is None:
            return None
        lane = self._lanes.get(self._mould.lane)
        if lane is None:
            return None
        lane.event, lane.place = event, 0
        if self._dialect.counting and lane.piece.tool is None:
            self._said.setdefault(self._mould.lane, []).append(said)
        text = lane.stream.feed(said)
        if text == said and not self._late and not lane.stream.holds:
            return [event.raw]
        value = jsontext.load_leniently(data)
        [lane.piece] = self._dialect.pieces(value, dict(self._tools))
        lane.piece.holder[lane.piece.key] = text
        return self._in_turn(_Late(event, value, text != said), [lane.piece])

    def _learn_mould(self, data: bytes, piece: Piece, said: str) -> None:
        """Take an event for the mould of those that follow, if it is the second of its kind and its piece stands there plainly."""
        if self._last != piece.lane:
            self._last = piece.lane
            return
        parts = around(data, said)
        if parts is None:
            return
        probe = jsontext.load_leniently(b"probe".join(parts))
        found = [*self._dialect.pieces(probe, dict(self._tools))]
        if [(piece.lane, "probe")] == [(one.lane, one.holder[one.key]) for one in found]:
            self._mould = Mould(piece.lane, *parts, self._dialect.fleeting)

    def restored(self, event: Event, value: dict[str, Any]) -> list[bytes]:
        """Restore one event, whose data say `value`. Gives what the client gets: mostly one event, sometimes none or more."""
        ends = self._dialect.ends(value)
        data = event.data or b""
        told = [(one, one.said.get(one.at)) for one in self._dialect.tokens(value)] if _TELLING.search(data) else []
        changed = False
        said = ""
        pieces = [*self._dialect.pieces(value, self._tools)]
        last = {} if ends is nothing else {one.lane: at for at, one in enumerate(pieces) if ends(one.lane)}
        for at, piece in enumerate(pieces):
            lane = self._lane(piece, event)
            lane.event, lane.piece, lane.place = event, piece, at
            said = piece.holder[piece.key]
            if self._dialect.counting and piece.tool is None:
                self._said.setdefault(piece.lane, []).append(said)
            text = lane.stream.feed(said)
            if last.get(piece.lane) == at:
                text += lane.stream.flush()
                del self._lanes[piece.lane]
            if text != said:
                piece.holder[piece.key] = text
                changed = True
        is_counting = bool(self._dialect.counting) and self._dialect.counting in data
        if is_counting:
            changed = self._move_offsets(value) or changed
        if self._restorer.touches(data):
            changed = self._restore_all(value, {(id(one.holder), one.key) for one in pieces}) or changed
        elif len(pieces) == 1 and ends is nothing and not told and not is_counting:
            self._learn_mould(data, pieces[0], said)
        changed = self._forget_tokens(told) or changed
        before = [] if ends is nothing and not self._late else self.ended(ends, value.get("stream_id"))
        return before + self._in_turn(_Late(event, value, changed), pieces)

    def _in_turn(self, late: _Late, pieces: Iterable[Piece]) -> list[bytes]:
        """Give an event now, or once those before it are given and nothing in it is held back."""
        stream = late.value.get("stream_id")
        if stream in self._late or (self._dialect.is_numbered and any(self._holds(one.lane) for one in pieces)):
            self._late.setdefault(stream, []).append(late)
            return self._due(stream)
        return [late.written()]

    def _holds(self, lane: Hashable) -> bool:
        return lane in self._lanes and self._lanes[lane].stream.holds

    def _lane(self, piece: Piece, event: Event) -> _Lane:
        lane = self._lanes.get(piece.lane)
        if lane is None:
            place = PROSE if piece.tool is None else self._sinks.place(self._restorer.restore(piece.tool))
            encode = in_json if piece.is_json else place.encode
            tally = self._tallies[place.sink]
            stream = calls.stream(self._restorer, self._sinks, place, encode, tally, is_json=piece.is_json)
            lane = _Lane(stream, event, piece)
            self._lanes[piece.lane] = lane
            self._said.pop(piece.lane, None)
            self._moved.discard(piece.lane)
        return lane

    def ended(self, ended: Callable[[Hashable], bool], stream: Hashable = None) -> list[bytes]:
        """End running texts; give the late events of this stream (of all, if it has no name), and what texts still hold."""
        tails = list(self._tails(ended))
        streams = [name for name in self._late if stream is None or name == stream]
        return [*(one for name in streams for one in self._due(name)), *tails]

    def _due(self, stream: Hashable) -> list[bytes]:
        """Give the late events of a stream up to the first in which a running text still holds something back."""
        late = self._late[stream]
        waiting = {id(lane.event) for lane in self._lanes.values() if lane.stream.holds}
        due = next((at for at, one in enumerate(late) if id(one.event) in waiting), len(late))
        due = max(due, len(late) - _MOST_LATE)
        out = [one.written() for one in late[:due]]
        del late[:due]
        if not late:
            del self._late[stream]
        return out

    def _tails(self, ended: Callable[[Hashable], bool]) -> Iterable[bytes]:
        """End running texts; what one still holds goes into its last event or, if that is gone, into a copy of it."""
        for key in [key for key in self._lanes if ended(key)]:
            lane = self._lanes.pop(key)
            if not lane.stream.holds:
                continue
            tail = lane.stream.flush()
            late = next((one for queue in self._late.values() for one in queue if one.event is lane.event), None)
            if late is not None:
                lane.piece.holder[lane.piece.key] += tail
                late.changed = True
                continue
            value = jsontext.load_leniently(lane.event.data or b"{}")
            piece = list(self._dialect.pieces(value, dict(self._tools)))[lane.place]
            piece.holder[piece.key] = tail
            yield lane.event.another(jsontext.dump(_alone(value, piece, _FRAME)))

    def _restore_all(self, value: Any, running: set[tuple[int, str | int]]) -> bool:
        """Restore every string but the running ones; inputs of tools by their tool, what is sealed not at all."""
        changed = False
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
                landing = _Landing("prose", self._sinks.at_once(PROSE), self._sinks.after(PROSE))
                changed = self._restore_slot(slot, landing, is_json=slot.mark is Mark.JSON) or changed
        return changed

    def _move_offsets(self, value: dict[str, Any]) -> bool:
        """Let what counts characters of a text count those that the client gets. Comes before the text is restored."""
        changed = False
        permit, after = self._sinks.at_once(PROSE), self._sinks.after(PROSE)
        for holder, key, text, in_bytes in self._dialect.offsets(value, self._text):
            before = (
                text.encode("utf-8", "surrogatepass")[: holder[key]].decode("utf-8", "ignore")
                if in_bytes
                else text[: holder[key]]
            )
            restored = self._restorer.restore(before, permit=permit, after=after)
            if restored != before:
                holder[key] = len(restored.encode("utf-8", "surrogatepass") if in_bytes else restored)
                changed = True
        return changed

    def _text(self, where: Hashable) -> str:
        """Give a running text as it came so far; or what a document of the request says, by its number."""
        if isinstance(where, int):
            return self.documents[where] if 0 <= where < len(self.documents) else ""
        return "".join(self._said.get(where, ()))

    def _forget_tokens(self, told: Iterable[tuple[Tokens, Any]]) -> bool:
        """Take away what told of a text token by token and is no longer so: tokens hold pieces of surrogates."""
        changed = False
        for tokens, before in told:
            if tokens.said.get(tokens.at) != before:
                self._moved.add(tokens.lane)
            elif tokens.lane is None or tokens.lane not in self._moved:
                continue
            if tokens.holder.get(tokens.key, tokens.nothing) != tokens.nothing:
                tokens.holder[tokens.key] = tokens.nothing
                changed = True
        return changed

    def _restore_input(self, holder: Any, key: str | int, place: Place, inside: set[int]) -> bool:
        value = holder[key]
        is_json = isinstance(value, str) and key == "arguments"
        whole = calls.parsed(value) if is_json else value
        encode = place.encode if isinstance(whole, str) else plainly
        landing = _Landing(
            place.sink, self._sinks.permit(place, self._restorer, whole), self._sinks.after(place), encode
        )
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
        encode = in_json if is_json else landing.encode
        text = self._restorer.restore(slot.text, encode, landing.permit, self._tallies[landing.sink], landing.after)
        if text == slot.text:
            return False
        slot.put(text)
        return True

    def _restore_names(self, members: dict[str, Any], landing: _Landing) -> bool:
        restored = {self._restorer.restore(key, permit=landing.permit): item for key, item in members.items()}
        if restored.keys() == members.keys() or len(restored) != len(members):
            return False
        members.clear()
        members.update(restored)
        return True


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
