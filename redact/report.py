"""What an exchange says of itself: kinds and counts. Knows no value."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from redact.model import Sink


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
