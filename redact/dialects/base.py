"""What a provider's wire format says about itself. Knows no text, no rule and no transport.

A dialect is a table of paths for requests, one for responses, and three small functions: where the running texts of a
stream event stand, which of them an event ends, and where the inputs of tools stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from redact.paths import Node

Tools = dict[Hashable, str]
"""The names of the tools whose input streams, by lane; a dialect notes them as it sees them."""


class Piece(NamedTuple):
    """The next piece of a running text: `holder[key]`, which of the running texts it belongs to, and where that goes.

    Which pieces an event has, and in which order, depends on the event alone.
    """

    lane: Hashable
    holder: Any
    key: str | int
    tool: str | None = None  # the tool whose input this is; anything else is prose
    is_json: bool = False  # the pieces add up to JSON, so what is restored is written for a JSON string


class Input(NamedTuple):
    """The whole input of a tool: everything at `holder[key]`."""

    holder: Any
    key: str | int
    tool: str


def no_note(_body: Any, _sentence: str) -> bool:
    """Say that there is no room for a sentence: for formats that ask no model."""
    return False


class Offset(NamedTuple):
    """A number of characters of a text (or of its bytes), at `holder[key]`, such as where a citation begins."""

    holder: Any
    key: str
    text: str
    in_bytes: bool = False


Said = Callable[[Hashable], str]
"""A running text as it came so far, by its lane; also what a document of the request says, by its number."""


class Tokens(NamedTuple):
    """A text told once more, token by token, at `holder[key]`: with `nothing` there it is not.

    The text is `said[at]`. Where tokens count characters of a running text, `lane` names it.
    """

    holder: Any
    key: str
    nothing: Any
    said: Any
    at: str
    lane: Hashable = None


def offsets_of(text: Any, notes: Any, inside: str = "") -> Iterable[Offset]:
    """Find where notes on a text begin and end, as OpenAI writes them."""
    for note in notes if isinstance(notes, list) else ():
        holder = note.get(inside) if inside and isinstance(note, dict) else note
        yield from counted(holder, text, "start_index", "end_index")


def counted(holder: Any, text: Any, *keys: str, in_bytes: bool = False) -> Iterable[Offset]:
    """Find those of these members that count something of a text."""
    if isinstance(holder, dict) and isinstance(text, str) and text:
        yield from (Offset(holder, key, text, in_bytes) for key in keys if isinstance(holder.get(key), int))


def no_offsets(_body: Any, _said: Said) -> list[Offset]:
    """Find no offsets."""
    return []


def no_tokens(_body: Any) -> list[Tokens]:
    """Find nothing that is told token by token."""
    return []


def no_documents(_body: Any) -> list[str]:
    """Find no documents that an answer may cite."""
    return []


def no_pieces(_event: Any, _tools: Tools) -> list[Piece]:
    """Find nothing: for formats that do not stream."""
    return []


Ends = Callable[[Hashable], bool]
"""Which running texts an event ends, by lane."""


def everything(_lane: Hashable) -> bool:
    """Say that each running text ends."""
    return True


def nothing(_lane: Hashable) -> bool:
    """Say that none ends: an event that most are, and that need not be asked for each text."""
    return False


def ends_nothing(_event: Any) -> Ends:
    """Say that an event ends no running text."""
    return nothing


def no_inputs(_body: Any) -> list[Input]:
    """Find no tool inputs."""
    return []


def names_nothing(_body: Any) -> list[str]:
    """Name nothing that the provider keeps."""
    return []


def keeps(_body: Any) -> bool:
    """Say that an answer is kept, as far as its format names it."""
    return True


def nothing_unreadable(_body: Any) -> str:
    """Find nothing that cannot be scanned."""
    return ""


def usage_of(body: Any, names: Mapping[str, str], *places: str, key: str = "usage") -> dict[str, int]:
    """Read token counts: `names` maps the provider's names to ours, `places` are the members that may hold `key`.

    Without a key the counts stand in the body itself.
    """
    found: dict[str, int] = {}
    for holder in (body, *(body.get(place) for place in places)):
        usage = holder.get(key) if isinstance(holder, dict) and key else holder
        if isinstance(usage, dict):
            for theirs, ours in names.items():
                count = usage.get(theirs)
                if count is None and "." in theirs:
                    first, _, inner = theirs.partition(".")
                    count = usage.get(first)
                    count = count.get(inner) if isinstance(count, dict) else None
                if isinstance(count, int):
                    found[ours] = count
    return found


@dataclass(frozen=True)
class Dialect:
    """One provider wire format."""

    name: str
    request: Node
    response: Node
    error: Callable[[int, str], Any]
    """Status and message to the body of an error as this provider writes it."""
    unreadable: Callable[[Any], str] = nothing_unreadable
    """A request to why it cannot be scanned; empty where it can."""
    error_headers: Mapping[str, str] = field(default_factory=dict)
    model_at: re.Pattern[str] | None = None
    """Where in an address the model's name stands, if it does."""
    note: Callable[[Any, str], bool] = no_note
    """Adds a sentence to the system prompt of a request, at its end; says whether there was room for it."""
    pieces: Callable[[Any, Tools], Iterable[Piece]] = no_pieces
    ends: Callable[[Any], Ends] = ends_nothing
    inputs: Callable[[Any], Iterable[Input]] = no_inputs
    offsets: Callable[[Any, Said], Iterable[Offset]] = no_offsets
    """Numbers that count characters of a text: they move when it is restored."""
    counting: bytes = b""
    """What stands in every event with such numbers."""
    documents: Callable[[Any], Iterable[str]] = no_documents
    """A request to the texts of its documents, which an answer counts in: all of them, in order, what is no text as nothing."""
    tokens: Callable[[Any], Iterable[Tokens]] = no_tokens
    usage: Mapping[str, str] = field(default_factory=dict)
    usage_key: str = "usage"
    usage_in: tuple[str, ...] = ()
    follows: Callable[[Any], Iterable[str]] = names_nothing
    """A request to the ids of what the provider kept, and this goes on from."""
    is_kept: Callable[[Any], bool] = keeps
    """Whether the provider keeps the answer to a request."""
    kept: Callable[[Any], Iterable[str]] = names_nothing
    """An answer, or an event of one, to the ids under which the provider keeps it."""
    is_file: bool = False
    """Whether a body that is not JSON is a file; else it is refused."""
    streams_arrays: bool = False
    """Whether an answer that is a JSON array is a stream of its items."""
    fleeting: tuple[str, ...] = ()
    """Names of members that differ from event to event and say nothing: numbers of events, padding."""
    is_numbered: bool = False
    """Whether events carry numbers or names of their own, so that none should be added."""
    has_sockets: bool = False
    """Whether this format is also spoken over WebSocket, one JSON object a message."""
