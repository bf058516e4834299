"""The values that flow through the house. Knows no rule, no store and no wire format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Category = Literal["secret", "identifier", "internal", "pii"]
Action = Literal["tokenize", "block", "report", "allow"]
Severity = Literal["critical", "high", "medium", "low"]
Shape = Literal["label", "digits", "characters", "codename", "host"]
Sink = Literal["prose", "read", "edit", "shell", "network", "tool", "reasoning"]

Path = tuple[str | int, ...]
"""Where a text stands in a body: `("messages", 3, "content", 0, "text")`."""

STRICTNESS: dict[Action, int] = {"allow": 0, "report": 1, "tokenize": 2, "block": 3}
"""Where two findings overlap, the action with the higher number wins."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A half-open character range `[start, end)` of one text, and the id of the rule that found it. Holds no value."""

    start: int
    end: int
    rule_id: str


@dataclass(frozen=True, slots=True)
class Record:
    """A surrogate and the value it stands for, as the vault keeps them. Its repr never shows the value."""

    surrogate: str
    value: str = field(repr=False)
    kind: str
    shape: Shape
    category: Category


@dataclass(frozen=True, slots=True)
class Known:
    """A value that somebody knows to be sensitive, and what shall stand in for it. Its repr never shows the value."""

    value: str = field(repr=False)
    kind: str
    shape: Shape
    category: Category


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text as it may leave.

    `findings` are ranges of the original text, disjoint and sorted, those that are only reported too; `edits` say what was
    put where, and `records` what stands for what. `blocked` names the rules that forbid this text to leave at all.
    """

    text: str = field(repr=False)
    findings: tuple[Finding, ...] = ()
    edits: tuple[tuple[int, int, str], ...] = ()
    records: tuple[Record, ...] = ()
    blocked: tuple[str, ...] = ()
    unparsed: bool = False
    """Whether code in it could not be parsed, so that patterns alone decided."""
