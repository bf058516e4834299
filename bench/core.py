"""The core as the filter runs it: shipped rules, a fresh memory of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from redact import app
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import Parsers
from redact.detect.patterns import Expression, Patterns, expressions
from redact.dialects import DIALECTS
from redact.engine import Detector, Redactor
from redact.exchange import Exchange
from redact.literals import Search, search_for
from redact.rules import Rule
from redact.settings import Settings
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault


@dataclass(frozen=True)
class Shipped:
    """The shipped rules, read and compiled once."""

    rules: Sequence[Rule]
    expressions: Sequence[Expression]
    patterns: Patterns
    detectors: Sequence[Detector]
    structure: Code
    floor: Search
    """One search for all literals of all rules, and nothing done with what it finds."""


@cache
def shipped() -> Shipped:
    """Read and compile the shipped rules."""
    read, _ = app.loaded_rules(Settings(), None)
    wanted = expressions(read.enabled())
    patterns = Patterns(wanted)
    patterns.settle()
    literals = sorted({literal.encode() for expression in wanted for literal in expression.literals})
    return Shipped(
        read.enabled(),
        wanted,
        patterns,
        app.detectors(read, patterns),
        Code(read.enabled(), Parsers()),
        search_for(literals),
    )


def redactor() -> Redactor:
    """Make a redactor that has seen nothing yet."""
    core = shipped()
    vault, known = MemoryVault(), KnownValues()
    return Redactor(core.rules, core.detectors, Mint(b"bench" * 7), vault, known, structure=core.structure)


def exchange(redactor: Redactor, dialect: str = "anthropic-messages") -> Exchange:
    """Begin an exchange."""
    return Exchange(redactor, DIALECTS[dialect])
