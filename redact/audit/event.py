"""What the audit says of one exchange, and of a change to what is looked for. Knows the shape of each field; keeps no value.

Strategy: no field takes free text. Ids, codes, hosts and paths must match a pattern, words come from a list, numbers are
numbers, and an event that breaks this cannot be made. Five fields hold a client's own words (`user`, `repository`, `user_agent`,
`path`, `model`), and `reason` those of whoever made a change: they are redacted first and fitted with `fitted` after, in that
order, so that the cut leaves no half of a value behind.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from redact.errors import AuditError
from redact.model import Sink

Outcome = Literal["passed", "redacted", "blocked", "reported", "refused", "failed"]
"""`blocked`: a rule said so. `refused`: it could not be read. `failed`: a failure of ours or the provider's."""

Change = Literal["allow-added", "allow-removed", "known-imported", "known-forgotten"]
"""What a person may change about single values."""

METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "OTHER", "PATCH", "POST", "PUT", "TRACE"})
_LARGEST = 2**53  # what every JSON reader can count to
_STEP = r"(?:[A-Za-z_][A-Za-z0-9_-]{0,63}|\*)"
_PATTERNS = {
    "id": re.compile(r"[0-9a-f]{32}"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "user": re.compile(r"[ -~]{1,64}"),
    "repository": re.compile(r"[ -~]{1,128}"),
    "user_agent": re.compile(r"[ -~]{1,256}"),
    "host": re.compile(r"[A-Za-z0-9.:_\[\]-]{1,255}"),
    "path": re.compile(r"[ !\"$->@-~]{1,512}"),
    "dialect": re.compile(r"[a-z0-9][a-z0-9_-]{0,31}"),
    "model": re.compile(r"[ -~]{1,128}"),
    "error": re.compile(r"[a-z][a-z0-9_-]{0,31}(?::[a-z0-9_-]{1,32}){0,2}"),
    "where": re.compile(rf"(?=.{{1,512}}\Z)(?:{_STEP}|\[\d{{1,9}}\])(?:\.{_STEP}|\[\d{{1,9}}\])*"),
    "version": re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}"),
    "rules_version": re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}"),
}
_CHANGE_PATTERNS = {
    **{name: _PATTERNS[name] for name in ("id", "time", "user", "version")},
    "subject": re.compile(r"[A-Za-z0-9._][A-Za-z0-9._-]{0,63}"),
    "reason": re.compile(r"[ -~]{1,256}"),
    "expires": _PATTERNS["time"],
}
_RULE_ID = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
_MISFIT = "audit event: `{}` is not {}; what it holds is not shown, as it may be anything"
_LIMITS = {"user": 64, "repository": 128, "user_agent": 256, "path": 512, "model": 128, "where": 512, "reason": 256}
_COUNTS = (
    "restored",
    "withheld",
    "unknown_surrogates",
    "left_in_files",
    "unparsed",
    "request_bytes",
    "sent_bytes",
    "response_bytes",
)
_SPANS = ("redact_ms", "restore_ms", "total_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the provider reported them; None where it did not."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_creation_tokens: int | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            if getattr(self, each.name) is not None and not _is_count(getattr(self, each.name)):
                raise AuditError(_MISFIT.format(each.name, "a count"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One exchange. None is for what is not known; times are milliseconds; no field can hold a piece of a body.

    Raises `AuditError` naming the field, never its content.
    """

    id: str
    """32 hex digits, see `new_id`; sorts by time."""
    time: str
    """When the exchange began, see `stamp`."""
    action: Outcome
    method: str
    """One of `METHODS`, see `known_method`."""
    client: str | None = None
    """The address of the client, without its port."""
    user: str | None = None
    """As the proxy's address that the client uses names it: not proven."""
    repository: str | None = None
    """In the same way."""
    user_agent: str | None = None
    host: str | None = None
    path: str | None = None
    """Without the query."""
    dialect: str | None = None
    model: str | None = None
    rules: Mapping[str, int] = field(default_factory=dict)
    """How many findings of each rule, by rule id."""
    restored: int = 0
    withheld: int = 0
    withheld_in: Mapping[str, int] = field(default_factory=dict)
    """How many surrogates policy kept from coming back in each sink."""
    unknown_surrogates: int = 0
    left_in_files: int = 0
    """How many surrogates stood in the input of tools that write files and did not come back."""
    monitored: bool = False
    """Whether `action` only says what would have been done: the request went as it came."""
    unparsed: int = 0
    """Texts with code that a parser could not read in time: patterns alone decided."""
    status: int | None = None
    """The HTTP status the client got."""
    request_bytes: int = 0
    sent_bytes: int = 0
    response_bytes: int = 0
    redact_ms: float = 0.0
    restore_ms: float = 0.0
    total_ms: float = 0.0
    usage: Usage = field(default_factory=Usage)
    error: str | None = None
    """A short code for machines: `unreadable:json`, `vault`."""
    where: str | None = None
    """The path the action was about, as `redact.paths.shown` writes it: object keys may be values, so undeclared ones are `*`."""
    version: str | None = None
    rules_version: str | None = None

    def __post_init__(self) -> None:
        for name, expected in _misfits(self):
            raise AuditError(_MISFIT.format(name, expected))
        for name in ("rules", "withheld_in"):
            object.__setattr__(self, name, MappingProxyType(dict(sorted(getattr(self, name).items()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """A person changed what is looked for. Raises `AuditError` naming the field, never its content."""

    id: str
    """32 hex digits, see `new_id`; sorts by time."""
    time: str
    """See `stamp`."""
    change: Change
    subject: str
    """The id of an entry, or the name of a source."""
    count: int
    """How many values it was about."""
    user: str | None = None
    reason: str | None = None
    expires: str | None = None
    version: str | None = None

    def __post_init__(self) -> None:
        for name, pattern in _CHANGE_PATTERNS.items():
            if not _fits(getattr(self, name), pattern, needed=name in {"id", "time", "subject"}):
                raise AuditError(_MISFIT.format(name, "of its form"))
        if self.change not in get_args(Change):
            raise AuditError(_MISFIT.format("change", f"one of {', '.join(get_args(Change))}"))
        if not _is_count(self.count):
            raise AuditError(_MISFIT.format("count", "a count"))


Event = AuditEvent | ChangeEvent


def as_dict(event: Event) -> dict[str, Any]:
    """Return the event as JSON knows it: the fields in order, times to the microsecond."""
    plain = {each.name: getattr(event, each.name) for each in fields(event)}
    if isinstance(event, ChangeEvent):
        return plain
    plain |= {name: round(plain[name], 3) for name in _SPANS}
    plain |= {"rules": dict(event.rules), "withheld_in": dict(event.withheld_in)}
    plain["usage"] = {each.name: getattr(event.usage, each.name) for each in fields(event.usage)}
    return plain


def as_line(event: Event) -> bytes:
    """Return the event as one line of NDJSON: printable ASCII and a line feed."""
    return json.dumps(as_dict(event), separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def new_id(milliseconds: int, randomness: bytes) -> str:
    """Make an event id out of the time since 1970 and 10 random bytes: a UUID version 7, without its dashes.

    https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
    """
    number = milliseconds << 80 | int.from_bytes(randomness)
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"{number:032x}"


def stamp(milliseconds: int) -> str:
    """Write a time since 1970 as RFC 3339 does, in UTC: `2026-11-21T01:40:00.123Z`."""
    when = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def known_method(method: str) -> str:
    """Return a method of HTTP as it is, and `OTHER` for any word a client made up."""
    return method if method in METHODS else "OTHER"


def fitted(
    name: Literal["user", "repository", "user_agent", "path", "model", "where", "reason"], text: str
) -> str | None:
    """Fit a client's own words into a field: printable ASCII, within the field's length, a path without its query.

    None if nothing is left. Redact the words first: a value cut in two is no longer found.
    """
    if name == "path":
        text = re.split(r"[?#]", text, maxsplit=1)[0]
    if name == "where" and len(text) > _LIMITS[name]:
        whole_steps = re.match(r".*(?=[.\[])", text[: _LIMITS[name] - 1])
        text = f"{whole_steps[0]}.*" if whole_steps else "*"
    if name == "where" and not _PATTERNS["where"].fullmatch(text):
        text = "*"  # less is said, rather than nothing audited
    return re.sub(r"[^ -~]+", "*", text)[: _LIMITS[name]] or None


def _misfits(event: AuditEvent) -> Iterator[tuple[str, str]]:
    """Name the fields that could carry text, and what they should be."""
    for name, pattern in _PATTERNS.items():
        if not _fits(getattr(event, name), pattern, needed=name in {"id", "time"}):
            yield name, "of its form"
    if event.action not in get_args(Outcome):
        yield "action", f"one of {', '.join(get_args(Outcome))}"
    if event.method not in METHODS:
        yield "method", f"one of {', '.join(sorted(METHODS))}"
    if event.client is not None and not _is_address(event.client):
        yield "client", "an IP address"
    if event.status is not None and not _is_count(event.status, most=999):
        yield "status", "an HTTP status"
    if not isinstance(event.usage, Usage):
        yield "usage", "a Usage"
    yield from ((name, "a count") for name in _COUNTS if not _is_count(getattr(event, name)))
    yield from ((name, "milliseconds") for name in _SPANS if not _is_span(getattr(event, name)))
    for rule_id, count in event.rules.items():
        if not (_RULE_ID.fullmatch(rule_id) and _is_count(count)):
            yield "rules", "rule ids and counts"
    for sink, count in event.withheld_in.items():
        if sink not in get_args(Sink) or not _is_count(count):
            yield "withheld_in", "sinks and counts"
    if not isinstance(event.monitored, bool):
        yield "monitored", "yes or no"


def _fits(text: object, pattern: re.Pattern[str], *, needed: bool) -> bool:
    if text is None:
        return not needed
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _is_count(number: object, *, most: int = _LARGEST) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most


def _is_span(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= _LARGEST


def _is_address(text: object) -> bool:
    try:
        # As text only: an int is an address too. A zone (`fe80::1%anything`) would be free text.
        return isinstance(text, str) and getattr(ipaddress.ip_address(text), "scope_id", None) is None
    except ValueError:
        return False
