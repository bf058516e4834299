"""Which literals must stand in whatever a pattern matches. Knows regular expressions; knows no rule and no text.

Strategy: Python's own parser gives the syntax tree. A pattern whose match always *begins* with one of a few literals is
*anchored*: the engine tries it only there. Otherwise some literal that every match contains brings it in.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 64
"""More alternatives than this are not worth a literal each."""

_NOWHERE = "(?!)"
"""Matches nothing at all, not even the empty string."""

_ZERO_WIDTH = (op.AT, op.ASSERT, op.ASSERT_NOT)


@lru_cache(16)  # several ask about one pattern, one after the other
def parsed(pattern: str) -> Any:
    """Parse, or give None where the `regex` module's syntax goes beyond Python's own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parser.parse(pattern)
    except (_parser.error, OverflowError, RecursionError, ValueError):
        return None


def leading(pattern: str) -> frozenset[str]:
    """List literals (lower case) so that every match begins with one of them; empty when there are none."""
    tree = parsed(pattern)
    if tree is None:
        return frozenset()
    heads, _ = _heads(list(tree))
    return frozenset(heads) if heads and all(heads) else frozenset()


def may_be_empty(pattern: str) -> bool:
    """Tell whether a match may have no characters: at a word's end, say, or before something."""
    tree = parsed(pattern)
    return tree is not None and pattern != _NOWHERE and tree.getwidth()[0] == 0


def _heads(tokens: Sequence[Any]) -> tuple[set[str], bool]:
    """Give the literal beginnings of a sequence, and whether they are all of it (so that what follows may extend them)."""
    heads, whole = {""}, True
    for code, argument in tokens:
        if code in _ZERO_WIDTH:
            continue
        more, whole = _heads_of(code, argument)
        if not more or len(heads) * len(more) > _MOST:
            return heads, False
        heads = {head + tail for head in heads for tail in more}
        if not whole:
            return heads, False
    return heads, whole


def _heads_of(code: Any, argument: Any) -> tuple[set[str], bool]:
    if code is op.LITERAL:
        return {chr(argument).lower()}, True
    if code is op.IN:
        letters = _letters(argument)
        return letters, bool(letters)
    if code is op.SUBPATTERN:
        return _heads(list(argument[-1]))
    if code is op.ATOMIC_GROUP:
        return _heads(list(argument))
    if code is op.BRANCH:
        heads: set[str] = set()
        whole = True
        for branch in argument[1]:
            more, all_of_it = _heads(list(branch))
            heads |= more
            whole = whole and all_of_it
        return (heads, whole) if len(heads) <= _MOST else (set(), False)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, inner = argument
        if least >= 1:
            heads, whole = _heads(list(inner))
            return heads, whole and least == most == 1
        if most == 1:
            heads, whole = _heads(list(inner))
            return heads | {""}, whole
    return set(), False


def _letters(items: Iterable[Any]) -> set[str]:
    letters: set[str] = set()
    for code, argument in items:
        if code is op.LITERAL:
            letters.add(chr(argument).lower())
        elif code is op.RANGE and argument[1] - argument[0] < 8:  # noqa: PLR2004  a class of a few is worth spelling out
            letters |= {chr(c).lower() for c in range(argument[0], argument[1] + 1)}
        else:
            return set()
    return letters if len(letters) <= 8 else set()  # noqa: PLR2004  more would stand in most texts


def required(pattern: str) -> frozenset[str]:
    """List literals (lower case) so that every match contains at least one: the longest such choice, or none."""
    tree = parsed(pattern)
    return frozenset(_required(list(tree))) if tree is not None else frozenset()


def _required(tokens: Sequence[Any]) -> set[str]:
    best: set[str] = set()
    run = ""
    for code, argument in [*tokens, (None, None)]:
        if code is op.LITERAL:
            run += chr(argument).lower()
            continue
        best, run = _better(best, {run} if run else set()), ""
        if code is op.SUBPATTERN:
            best = _better(best, _required(list(argument[-1])))
        elif code is op.ATOMIC_GROUP:
            best = _better(best, _required(list(argument)))
        elif code is op.BRANCH:
            each = [_required(list(branch)) for branch in argument[1]]
            if all(each) and len(each) <= _MOST:
                best = _better(best, set().union(*each))
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and argument[0] >= 1:
            best = _better(best, _required(list(argument[2])))
    return best


def _better(one: set[str], other: set[str]) -> set[str]:
    return max(one, other, key=lambda literals: min(map(len, literals), default=0))
