"""A few rules of an invented company, one of every kind, and what is built on them: quick, and the same in every run."""

import functools
from pathlib import Path

from redact import sinks
from redact.detect.decoded import Decoded
from redact.detect.known import KnownValues
from redact.detect.patterns import Patterns, expressions
from redact.dialects import DIALECTS
from redact.engine import Redactor
from redact.exchange import Exchange
from redact.rules import parse
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

KEY = b"an invented tenant's index key.."
SOURCED = parse(Path(__file__).with_name("pack.yaml").read_text(encoding="utf-8"), "pack.yaml")
RULES = [sourced.rule for sourced in SOURCED]
SINKS = sinks.read([Path(sinks.__file__).parent / "packs" / "sinks.yaml"])
"""The table that is shipped."""


@functools.cache
def patterns(fast=None):
    return Patterns(expressions(RULES), fast=fast)


@functools.cache
def detectors(fast=None):
    return [patterns(fast), Decoded(patterns(fast), fast=fast)]


def redactor(vault=None, *, fast=None, kind=Redactor, known=None, mint=None, **more):
    """A Redactor of the invented company; another one over the same vault is the same company after a restart."""
    vault = MemoryVault() if vault is None else vault
    known = KnownValues(fast=fast) if known is None else known
    return kind(RULES, detectors(fast), mint or Mint(KEY), vault, known, **more)


def exchange(dialect="generic", over=None, *, kind=Exchange):
    return kind(over or redactor(), DIALECTS[dialect], sinks=SINKS)


def vault_of(over):
    return over._vault
