"""What rules cost on texts: how often these have to be looked at closer, and for how long. Knows expressions; knows no file.

Strategy: one search for the literals of all rules, as the engine's, counts; then each rule is tried by itself, for its time.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from redact.detect.patterns import Patterns, expressions
from redact.errors import RuleError
from redact.literals import search_for
from redact.rules import Rule, Sourced
from redact.signs import runs_for

NOISY = 2000
"""Events for a megabyte of clean code, above which a rule slows everyone: its literals stand in every second line."""

_NO_LITERAL = ""


class Cost(NamedTuple):
    """What a rule costs for a megabyte: how often it looks closer, and its seconds. `everywhere`, it reads all of a text."""

    rule_id: str
    events: float
    seconds: float
    everywhere: bool


def costs(rules: Sequence[Rule], texts: Sequence[str], clock: Callable[[], float] = time.thread_time) -> list[Cost]:
    """Tell what each rule costs on texts, the dearest first."""
    megabytes = _megabytes(texts)
    events, everywhere = _events(rules, texts)
    found = []
    for rule in rules:
        often, is_everywhere = events[rule.id].total(), rule.id in everywhere
        spent = _seconds(rule, texts, clock) if often or is_everywhere else 0.0
        found.append(Cost(rule.id, often / megabytes, spent / megabytes, is_everywhere))
    return sorted(found, key=lambda cost: (-cost.seconds, -cost.events, cost.rule_id))


def problems(rules: Sequence[Sourced], clean: Sequence[str]) -> Iterator[RuleError]:
    """List every rule of whose literals clean code is full."""
    megabytes = _megabytes(clean)
    events, _ = _events([sourced.rule for sourced in rules], clean)
    for sourced in rules:
        often = events[sourced.rule.id]
        if often.total() / megabytes > NOISY:
            ((worst, _),) = often.most_common(1)
            what = f"keyword '{worst}'" if worst else "pattern, which has no keyword,"
            yield sourced.error(
                f"without reach: clean code brings it in {often.total() / megabytes:,.0f} times a megabyte, more than "
                f"{NOISY:,}, which slows everyone; its {what} stands everywhere: give it rarer ones",
                "keywords",
            )


def _megabytes(texts: Iterable[str]) -> float:
    return max(sum(map(len, texts)) / 1e6, 1e-6)


def _events(rules: Iterable[Rule], texts: Iterable[str]) -> tuple[dict[str, Counter[str]], set[str]]:
    """Count what brings each rule in, by its literals; also name the rules that nothing brings in, as they read all."""
    of_literal: dict[bytes, list[str]] = defaultdict(list)
    signed: list[tuple[str, str]] = []
    for expression in expressions(rules):
        for literal in expression.literals:
            of_literal[literal.encode()].append(expression.rule_id)
        if not expression.literals:
            signed.append((expression.rule_id, expression.sign))
    literals = list(of_literal)
    search, (runs, taken) = search_for(literals), runs_for([sign for _, sign in signed])
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        for index, times in Counter(index for index, _ in search(data)).items():
            for rule_id in of_literal[literals[index]]:
                counted[rule_id][literals[index].decode()] += times
        for index, _, _ in runs(data, len(data) == len(text)):
            counted[signed[index][0]][_NO_LITERAL] += 1
    return counted, {rule_id for index, (rule_id, _) in enumerate(signed) if index not in taken}


def _seconds(rule: Rule, texts: Iterable[str], clock: Callable[[], float]) -> float:
    find = Patterns(expressions([rule]))
    find("")  # what is compiled on first use is no cost of a text
    started = clock()
    for text in texts:
        find(text)
    return clock() - started
