"""What hyperscan may look for in the place of a pattern that has no literal. Knows two regex dialects; knows no rule, no text.

Strategy: a *sign* is the pattern without its assertions, so it is found wherever the pattern matches, perhaps elsewhere too.
Only what both dialects and both alphabets, bytes and characters, read in the same way is taken over; the rest has no sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name
from typing import Any, NamedTuple

from redact.anchors import leading, parsed
from redact.literals import in_characters, search_signs

Runs = Callable[[bytes, bool], list[tuple[int, int, int]]]
"""Bytes, and whether they are plain ASCII, to `(index of the sign, first end, last end)`, in characters, of occurrences whose
ends follow one another."""

_FARTHEST = 4096
"""A sign whose match may begin farther before its end than this would have most of a text looked at."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P<value>|<?[=!]|:))?|\{\d+(?:,\d*)?\}|.", re.DOTALL)
"""An escape, a class, the beginning of a group, a count, or any other character of a pattern."""

_ALIKE = re.compile(
    r"\\[^A-Za-z0-9]|\\[nrtf]|\[(?!\^)(?:\\[^A-Za-z0-9]|\\[nrtf]|[^\\\[])*\]|[^\\\[.^$(){}]|\((?:\?P<value>|\?:)?|\)|\{.*\}"
)
"""What means the same to both."""

_REPEATS = ("?", "*", "+")


class Sign(NamedTuple):
    """A pattern for hyperscan, and how far before the first end of a match its beginning can be."""

    pattern: str
    reach: int


def sign(pattern: str) -> Sign | None:
    """Make a pattern's sign, if it can have one. What has one must be matched with letters beyond ASCII having no case."""
    tree = parsed(pattern)
    reach = _reach(list(tree)) if tree is not None else None
    written = _written(pattern)
    if reach is None or not 0 < reach <= _FARTHEST or written is None:
        return None
    # Where a match cannot be tried at its head, it is searched for up to the end of the sign: nothing behind may matter.
    if not leading(pattern) and re.search(r"\(\?[=!]", pattern):
        return None
    return Sign(written, reach)


def runs_for(signs: Sequence[str], *, fast: bool | None = None) -> tuple[Runs, list[int]]:
    """Make a search for signs, and say which of them it takes on: all, some, or none without hyperscan."""
    taken = [index for index, sign in enumerate(signs) if sign and fast is not False]
    search = search_signs([signs[index].encode() for index in taken])
    if search is None:  # one that it refuses spoils all
        taken = [index for index in taken if search_signs([signs[index].encode()]) is not None]
        search = search_signs([signs[index].encode() for index in taken])
    if search is None:
        return lambda _data, _ascii_only: [], []

    def runs(data: bytes, ascii_only: bool) -> list[tuple[int, int, int]]:  # noqa: FBT001  private, one caller
        found: list[tuple[int, int, int]] = []
        begun: dict[int, tuple[int, int]] = {}
        for index, end in in_characters(search(data), data, ascii_only=ascii_only):
            first, last = begun.get(index, (end, end))
            if end > last + 1:
                found.append((taken[index], first, last))
                first = end
            begun[index] = (first, end)
        return found + [(taken[index], first, last) for index, (first, last) in begun.items()]

    return runs, taken


def _written(pattern: str) -> str | None:
    flag = "(?i)" if pattern.startswith("(?i)") else ""
    kept: list[str] = []
    asserting: list[bool] = []
    asserted = False
    for token in _TOKEN.findall(pattern.removeprefix("(?i)")):
        if token.startswith("("):
            asserting.append("=" in token or "!" in token)
        repeats = token in _REPEATS or token[0] == "{"
        if not any(asserting):
            if not token.isascii() or not _ALIKE.fullmatch(token) or (repeats and (asserted or not kept)):
                return None
            if repeats and kept[-1] == "(":
                return None  # a group of a kind that only one of them knows
            if not (token == "+" and (kept[-1] in _REPEATS or kept[-1][0] == "{")):  # noqa: S105  possessive: the same, or more
                kept.append("(" if token == "(?P<value>" else token)  # noqa: S105  no password
        asserted = False
        if token == ")" and asserting:  # noqa: S105  no password
            asserted = asserting.pop()
    return flag + "".join(kept)


def _reach(tokens: Sequence[Any]) -> int | None:
    """Give the longest way from where a match begins to its first possible end; None without a limit."""
    for index in range(len(tokens) - 1, -1, -1):
        code, argument = tokens[index]
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        before = _longest(tokens[:index])
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if argument[0] == 0:
                continue
            inner = _longest(list(argument[2]))
            last = None if inner is None else argument[0] * inner
        elif code is op.SUBPATTERN:
            last = _reach(list(argument[-1]))
        elif code is op.BRANCH:
            each = [_reach(list(branch)) for branch in argument[1]]
            last = None if None in each else max(each)  # type: ignore[type-var]
        else:
            last = _longest([tokens[index]])
        return None if before is None or last is None else before + last
    return 0


def _longest(tokens: Sequence[Any]) -> int | None:
    """Give the most characters that tokens can match; None without a limit, or where it is not known."""
    total = 0
    for code, argument in tokens:
        if code in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY):
            total += 1
            continue
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            inner = _longest(list(argument[2]))
            longest = None if inner is None or argument[1] is op.MAXREPEAT else argument[1] * inner
        elif code is op.SUBPATTERN:
            longest = _longest(list(argument[-1]))
        elif code is op.ATOMIC_GROUP:
            longest = _longest(list(argument))
        elif code is op.BRANCH:
            each = [_longest(list(branch)) for branch in argument[1]]
            longest = None if None in each else max(each)  # type: ignore[type-var]
        else:
            return None
        if longest is None:
            return None
        total += longest
    return total
