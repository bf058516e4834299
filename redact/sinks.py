"""Where a restored value would land, and whether it may. Knows tool names and categories; knows no wire format. DESIGN §7."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from redact.model import Category, Record, Sink
from redact.restore import Permit

_IDENTIFIERS: frozenset[Category] = frozenset({"identifier", "internal", "pii"})
_ALL: frozenset[Category] = _IDENTIFIERS | {"secret"}
_NONE: frozenset[Category] = frozenset()

MAY: Mapping[Sink, frozenset[Category]] = MappingProxyType(
    {
        "prose": _ALL,
        "edit": _ALL,
        "shell": _ALL,
        "network": _NONE,
        "tool": _IDENTIFIERS,
        "reasoning": _NONE,
    }
)
"""What may be restored where."""

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
        frozenset(
            "edit write create patch replace insert file files notebook read view cat ls list glob grep find diff todo save "
            "multiedit append delete move rename".split()
        ),
    ),
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def sink_of_tool(name: str) -> Sink:
    """Tell from a tool's name where its arguments go. What is not understood, and every MCP tool, is just a `tool`."""
    if name.startswith("mcp__") or "." in name:
        return "tool"
    words = {word.lower() for word in _WORD.findall(name)}
    if words >= {"search"} and not words & {"file", "files", "code", "content"}:
        return "network"
    return next((sink for sink, telling in _KINDS if words & telling), "tool")


def permit(sink: Sink) -> Permit:
    """Make the question whether a record may be restored in this sink."""
    categories = MAY[sink]

    def may(record: Record) -> bool:
        return record.category in categories

    return may
