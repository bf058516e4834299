"""Arithmetic on ranges of one text. Knows findings; knows no rule, no value and no surrogate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from redact.model import Finding

Rank = Callable[[str], int]
"""How strict the rule with this id is; where findings overlap, the highest wins."""


def _equal(_rule_id: str) -> int:
    return 0


def unite(findings: Iterable[Finding], rank: Rank = _equal) -> list[Finding]:
    """Join overlapping findings into one over their union, named by the strictest rule, then the first, then the longest.

    Findings that merely touch stay two. The result is sorted and disjoint; empty findings are dropped.
    """
    united: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end, f.rule_id)):
        if finding.end <= finding.start:
            continue
        if not united or finding.start >= united[-1].end:
            united.append(finding)
            continue
        last = united[-1]
        name = finding.rule_id if rank(finding.rule_id) > rank(last.rule_id) else last.rule_id
        united[-1] = Finding(last.start, max(last.end, finding.end), name)
    return united


def subtract(findings: Sequence[Finding], holes: Sequence[tuple[int, int]], shortest: int = 1) -> list[Finding]:
    """Cut the ranges `holes` (sorted, disjoint) out of disjoint findings; pieces under `shortest` characters go too."""
    if not holes:
        return list(findings)
    left: list[Finding] = []
    ends = [end for _, end in holes]
    for finding in findings:
        start, cut = finding.start, False
        for number in range(bisect_right(ends, start), len(holes)):
            hole_start, hole_end = holes[number]
            if hole_start >= finding.end:
                break
            cut = True
            if hole_start - start >= shortest:
                left.append(Finding(start, hole_start, finding.rule_id))
            start = hole_end
        if not cut:
            left.append(finding)
        elif finding.end - start >= shortest:
            left.append(Finding(start, finding.end, finding.rule_id))
    return left


def splice(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    """Put each replacement in the place of its range; ranges are sorted and disjoint."""
    pieces: list[str] = []
    done = 0
    for start, end, replacement in replacements:
        pieces += (text[done:start], replacement)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def shift(findings: Iterable[Finding], by: int, length: int) -> list[Finding]:
    """Move findings by `by` characters and clip them to `[0, length)`."""
    moved = (Finding(max(f.start + by, 0), min(f.end + by, length), f.rule_id) for f in findings)
    return [f for f in moved if f.start < f.end]
