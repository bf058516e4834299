"""How many steps a matcher that backtracks may take at one place, at most. Knows syntax trees; knows no rule and no text.

Strategy: counted from the tree, not measured. What may be matched in several *ways* has all that follows tried once for each;
the product of these is far above what a text can bring about, so it clears a pattern and never condemns one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name
from typing import Any

from redact.anchors import parsed

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_SINGLE = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY, op.AT)
_MOST, _MANY = 64, 10_000
"""Of what may be matched in several ways, neither more repeats nor more ways than this are counted out."""


def steps(pattern: str) -> float:
    """Bound the steps of one attempt to match, whatever the text; infinite where nothing bounds them or they are not known."""
    tree = parsed(pattern)
    return math.inf if tree is None else _all_of(list(tree))[1]


def _all_of(tokens: Iterable[Any]) -> tuple[float, float]:
    """Give in how many ways a sequence may match, and what trying all of them costs."""
    ways, cost = 1.0, 1.0
    for code, argument in tokens:
        more, each = _of(code, argument)
        cost += ways * each
        ways *= more
    return ways, cost


def _of(code: Any, argument: Any) -> tuple[float, float]:
    if code in _SINGLE:
        return 1, 1
    if code in (op.ASSERT, op.ASSERT_NOT):
        return 1, _all_of(list(argument[1]))[1]
    if code is op.ATOMIC_GROUP:
        return 1, _all_of(list(argument))[1]
    if code is op.SUBPATTERN:
        return _all_of(list(argument[-1]))
    if code is op.BRANCH:
        each = [_all_of(list(branch)) for branch in argument[1]]
        return sum(ways for ways, _ in each), sum(cost for _, cost in each)
    if code in _REPEATS:
        ways, cost = _repeated(argument)
        return (1 if code is op.POSSESSIVE_REPEAT else ways), cost
    return math.inf, math.inf


def _repeated(argument: tuple[int, int, Sequence[Any]]) -> tuple[float, float]:
    least, most, inner = int(argument[0]), argument[1], list(argument[2])
    if most is op.MAXREPEAT:
        return math.inf, math.inf
    ways, cost = _all_of(inner)
    if ways == 1:
        return most - least + 1, most * cost
    if most > _MOST or ways > _MANY:
        return math.inf, math.inf
    return sum(ways**times for times in range(least, most + 1)), cost * sum(ways**times for times in range(most))
