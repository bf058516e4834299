"""Where a restored value would land, and whether it may. Knows tools by name, classes of values and own hosts; knows no wire format.

Strategy: a tool's name says which sink its input goes to: by the tables first, else by the words of the name. For each sink and
class of values the answer is yes, no, or `own-hosts`: then the whole input decides, by the hosts that it talks to. DESIGN §7.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from redact import addresses, commands, programs, scripts
from redact.commands import Shell
from redact.errors import SettingsError
from redact.model import Category, Record, Sink
from redact.programs import ANYWHERE, Reach
from redact.restore import After, Encode, Permit, Restorer, plainly
from redact.surrogates import HOST_DOMAIN

Answer = bool | Literal["own-hosts"]
Text = Annotated[str, StringConstraints(min_length=1)]
OWN: Literal["own-hosts"] = "own-hosts"


def _cells(secret: Answer, others: Answer) -> Mapping[Category, Answer]:
    return MappingProxyType({"secret": secret, "identifier": others, "internal": others, "pii": others})


MAY: Mapping[Sink, Mapping[Category, Answer]] = MappingProxyType(
    {
        "prose": _cells(secret=True, others=True),
        "read": _cells(secret=True, others=True),
        "edit": _cells(secret=True, others=True),
        "shell": _cells(secret=OWN, others=True),
        "network": _cells(secret=False, others=False),
        "tool": _cells(secret=False, others=True),
        "reasoning": _cells(secret=False, others=False),
    }
)
"""What may be restored where, if no policy says otherwise."""

_COMMANDS = ("command", "commands", "cmd", "script", "CommandLine")
"""Where a command stands in the input of a shell, whatever else a table says."""
_WORDS, _VARIABLES = ("args", "arguments"), frozenset(("env", "environment"))
"""What may stand beside it, and is part of it."""


class Place(NamedTuple):
    """Where the input of a tool goes, and where in it a command stands."""

    sink: Sink
    command: tuple[str, ...] = ()
    shell: Shell = "bash"

    @property
    def encode(self) -> Encode:
        """Say how a value is written in a text that goes there."""
        return scripts.in_script if self.shell == "calls" else plainly


PROSE = Place("prose")
_SHOWN: frozenset[Sink] = frozenset(("prose", "read"))
"""Where a text may go to a person, with pictures and links in it."""


class Tool(BaseModel):
    """One entry of a table of tools."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Annotated[tuple[Text, ...], Field(min_length=1)]
    sink: Sink
    command: tuple[Text, ...] = ()
    shell: Shell = "bash"


class Table(BaseModel):
    """A file of sinks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tools: tuple[Tool, ...] = ()
    restore: dict[Sink, dict[Category, Answer]] = {}
    own_hosts: tuple[Text, ...] = ()
    own_programs: tuple[Text, ...] = ()
    unknown_programs: Literal["allow", "withhold"] | None = None
    left_in_files: Literal["report", "refuse"] | None = None


class Sinks:
    """What the tables say, the first ones first."""

    def __init__(self, tables: Sequence[Table] = ()) -> None:
        self._tools = [(_any_of(tool.names), tool) for table in tables for tool in table.tools]
        self._own = _any_of([host for table in tables for host in table.own_hosts])
        trusted = frozenset(program.lower() for table in tables for program in table.own_programs)
        said = next((t.unknown_programs for t in tables if t.unknown_programs), "allow")
        self._reach = partial(commands.reach, trusted=trusted, is_strict=said == "withhold")
        self.refuses = next((t.left_in_files for t in tables if t.left_in_files), "report") == "refuse"
        """Whether a tool must not write a file with a surrogate in it that stands for nothing here."""
        self.may = {
            sink: {
                kind: next((t.restore[sink][kind] for t in tables if kind in t.restore.get(sink, {})), answer)
                for kind, answer in cells.items()
            }
            for sink, cells in MAY.items()
        }
        self.place = lru_cache(maxsize=1024)(self._place)

    def _place(self, name: str) -> Place:
        """Tell where the input of a tool goes."""
        found = next((tool for pattern, tool in self._tools if pattern.fullmatch(name)), None)
        return Place(found.sink, found.command, found.shell) if found else Place(_by_its_words(name))

    def waits(self, place: Place) -> bool:
        """Whether some values come back here only after a look at the whole input."""
        return place.shell == "calls" or OWN in self.may[place.sink].values()

    def permit(self, place: Place, restorer: Restorer, whole: Any) -> Permit:
        """Make the question whether a record may be restored in this input, or in a text that belongs to no tool."""
        if place.shell == "calls":
            if isinstance(whole, str):
                return self._permit_in_script(restorer, whole)
            place = Place(place.sink, place.command)
        cells = self.may[place.sink]
        settled: list[bool] = []

        def may(record: Record) -> bool:
            answer = cells[record.category]
            if answer is not OWN and answer != OWN:
                return answer is True
            if not settled:
                settled.append(self._stays_home(place, restorer, whole))
            return settled[0]

        return may

    def _permit_in_script(self, restorer: Restorer, script: str) -> Permit:
        """Permit what each tool that the script calls may get, with the input that stands there."""
        called = scripts.calls(script)
        if called is None:
            return self.at_once(Place("tool"))
        asked = [self.permit(self.place(call.name), restorer, call.input) for call in called]
        is_raw = "String.raw" in script  # what is escaped there stays so
        return lambda record: (
            all(may(record) for may in asked) and not (is_raw and scripts.in_script(record.value) != record.value)
        )

    def at_once(self, place: Place) -> Permit:
        """Make the question whether a record may be restored here without a look at the whole input."""
        cells = self.may[place.sink]
        return lambda record: place.shell != "calls" and cells[record.category] is True

    def after(self, place: Place) -> After | None:
        """Make the question whether a record may be restored behind what stands before it; None where that says nothing."""
        return self._may_follow if place.sink in _SHOWN else None

    def _may_follow(self, record: Record, before: str) -> bool:
        """Keep back what would leave in an address: of a picture as soon as it is shown, of a link when it is followed."""
        address = addresses.opened(before)
        if address is None or self._is_own(address.host) or address.host.endswith(f".{HOST_DOMAIN}"):
            return True
        if (record.category != "secret" and not address.is_fetched) or (address.begins and _is_internal_host(record)):
            return True
        return self.may["network"][record.category] is True

    def asks(self, place: Place, record: Record) -> bool:
        """Whether it takes a look at the whole input to say."""
        return place.shell == "calls" or self.may[place.sink][record.category] == OWN

    def _stays_home(self, place: Place, restorer: Restorer, whole: Any) -> bool:
        """Whether this input talks to no host but own ones, as the model wrote it and as it will be once restored."""
        texts = (
            list(_commands_in(whole, (*_COMMANDS, *place.command))) if place.sink == "shell" else list(_strings(whole))
        )
        if not texts:
            return False
        own: set[str] = set()
        for restored in (False, True):
            reached = self._reached(place, [_each(text, restorer) if restored else text for text in texts])
            for host in reached.hosts:
                if not (self._is_own(host) or host in own or _stands_for_own(host, restorer)):
                    return False
                own.add(restorer.restore(host, permit=_is_internal_host).lower())
            if reached.unclear:
                return False
        return True

    def _reached(self, place: Place, texts: Iterable[str | list[str]]) -> Reach:
        if place.sink == "shell":
            reaches = [self._reach(text, place.shell) for text in texts]
        else:
            reaches = [programs.named_in(text) for text in texts if isinstance(text, str)]
            reaches = [each for each in reaches if each.hosts] or [ANYWHERE]
        return Reach(frozenset().union(*(each.hosts for each in reaches)), any(each.unclear for each in reaches))

    def _is_own(self, host: str) -> bool:
        if host == "localhost" or host.endswith(".localhost") or self._own.fullmatch(host):
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified


def _stands_for_own(host: str, restorer: Restorer) -> bool:
    """Whether this is the surrogate of an internal host, or a name below it; `SURROGATE.evil.example` is not."""
    named: list[str] = []

    def note(record: Record) -> bool:
        named.extend([record.surrogate.lower()] if _is_internal_host(record) else [])
        return False

    restorer.restore(host, permit=note)
    return any(f".{host}".endswith(f".{surrogate}") for surrogate in named)


def _is_internal_host(record: Record) -> bool:
    return record.shape == "host" and record.category == "internal" and "@" not in record.value


def _each(text: str | list[str], restorer: Restorer) -> str | list[str]:
    return restorer.restore(text) if isinstance(text, str) else [restorer.restore(word) for word in text]


def _commands_in(whole: Any, names: tuple[str, ...]) -> Iterator[str | list[str]]:
    """Find the commands of an input: all of a free text, else what stands under these names, however deep."""
    if isinstance(whole, str):
        yield whole
    elif isinstance(whole, list):
        for item in whole:
            if not isinstance(item, str):
                yield from _commands_in(item, names)
    elif isinstance(whole, dict):
        for name, item in whole.items():
            if name in _VARIABLES and isinstance(item, dict):
                yield ["env", *(f"{variable}={value}" for variable, value in item.items()), "true"]
            elif name not in names:
                if not isinstance(item, str):
                    yield from _commands_in(item, names)
            elif isinstance(item, list) and all(isinstance(word, str) for word in item):
                yield from item if name == "commands" else [item]
            elif isinstance(item, str):
                yield " ".join([item, *_words_beside(whole)])
            else:
                yield from _commands_in(item, names)


def _words_beside(whole: Mapping[str, Any]) -> list[str]:
    """Give the words that a command gets which stand beside it."""
    return [word for name in _WORDS for word in whole.get(name) or () if isinstance(word, str)]


def _strings(whole: Any) -> Iterator[str]:
    if isinstance(whole, str):
        yield whole
    elif isinstance(whole, (dict, list)):
        for item in whole.values() if isinstance(whole, dict) else whole:
            yield from _strings(item)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    listed = "|".join(".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns)
    return re.compile(listed or r"(?!)", re.IGNORECASE | re.DOTALL)


_KINDS: tuple[tuple[Sink, frozenset[str]], ...] = (
    (
        "network",
        frozenset(
            "fetch web browse browser http https url curl wget request download upload mail email send post".split()
        ),
    ),
    ("shell", frozenset("bash shell exec execute command commands cmd terminal run powershell".split())),
    (
        "edit",
        frozenset("edit write create patch replace insert notebook multiedit append delete move rename save".split()),
    ),
    ("read", frozenset("file files read view cat ls list glob grep find diff todo".split())),
)
_HERE = frozenset(
    """a all an and apply as at based block blocks buffer by cell cells class code content contents copy current currently definition
    definitions dir directories directory disk editor existing folder folders for from fs function get in into json jupyter line
    lines local many multi multiple name names new of on open or outline path paths project python range redo regex search show
    single source str string strings structure symbol symbols text to tool tree undo update with workspace yaml""".split()
).union(*(words for sink, words in _KINDS if sink in ("edit", "read")))
"""What names of tools that read and write files here are made of. With any other word (`create_issue`, `list_channels`) it may be
somebody else's service: some clients give the names of MCP tools as they are."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _by_its_words(name: str) -> Sink:
    """Tell from a tool's name where its input goes. What is not understood, and every MCP tool, is just a `tool`."""
    if name.startswith("mcp__") or "." in name:
        return "tool"
    words = {word.lower() for word in _WORD.findall(name)}
    if words >= {"search"} and not words & {"file", "files", "code", "content"}:
        return "network"
    sink: Sink = next((sink for sink, telling in _KINDS if words & telling), "tool")
    return "tool" if sink in ("edit", "read") and not words <= _HERE else sink


def read(paths: Iterable[Path]) -> Sinks:
    """Read tables in order; what a first one says wins. Raises SettingsError."""
    tables: list[Table] = []
    for path in paths:
        try:
            tables.append(Table.model_validate(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}))
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({type(error).__name__})") from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise SettingsError(f"{path}:{mark.line + 1 if mark else 1} is not YAML") from None
        except ValidationError as invalid:
            first = invalid.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise SettingsError(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}") from None
    return Sinks(tables)


SINKS: tuple[Sink, ...] = get_args(Sink)
