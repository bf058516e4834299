"""The core as the filter runs it: shipped rules, a fresh memory of everything else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redact import rules
from redact.detect.known import KnownValues
from redact.detect.patterns import Expression, Patterns, expressions
from redact.dialects import DIALECTS
from redact.engine import Redactor
from redact.exchange import Exchange
from redact.literals import Search, search_for
from redact.rules import Rule
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

PACKS = Path(__file__).parent.parent / "rules"


@dataclass(frozen=True)
class Shipped:
    """The shipped rules, read and compiled once."""

    rules: list[Rule]
    expressions: list[Expression]
    patterns: Patterns
    floor: Search
    """One search for all literals of all rules, and nothing done with what it finds."""


@cache
def shipped() -> Shipped:
    """Read and compile the shipped rules."""
    enabled = rules.read([PACKS]).enabled()
    wanted = expressions(enabled)
    literals = sorted({literal.encode() for expression in wanted for literal in expression.literals})
    return Shipped(enabled, wanted, Patterns(wanted), search_for(literals))


def redactor() -> Redactor:
    """Make a redactor that has seen nothing yet."""
    core = shipped()
    return Redactor(core.rules, [core.patterns], Mint(b"bench" * 7), MemoryVault(), KnownValues())


def exchange(redactor: Redactor, dialect: str = "anthropic-messages") -> Exchange:
    """Begin an exchange."""
    return Exchange(redactor, DIALECTS[dialect])
