"""Texts made from a regular expression: what it matches, and where it repeats itself. Knows syntax trees; knows no rule.

Strategy: one walk over the tree that Python's parser gives. What looks around is not heeded, so a sample need not match: whoever
uses it tries it.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name
from typing import Any, NamedTuple

from redact.anchors import parsed

MANY = 8
"""A part of a pattern that may stand as often as this, or oftener, is a repetition worth trying."""

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CATEGORIES = {
    op.CATEGORY_DIGIT: string.digits,
    op.CATEGORY_SPACE: " \t\n",
    op.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
}
_NOT = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}
_PLAIN = string.ascii_letters + string.digits
_PRINTABLE = _PLAIN + string.punctuation + " \t\n"


class Repetition(NamedTuple):
    """A part of a pattern that repeats: what stands before it, and some ways to write it once."""

    before: str
    units: tuple[str, ...]


def sample(pattern: str, dice: random.Random, more: int = 4) -> str | None:
    """Write a text that the pattern describes, with at most `more` of what need not be there; None where it cannot be read."""
    tree = parsed(pattern)
    return _Writer(dice, more).write(list(tree)) if tree is not None else None


def repetitions(pattern: str) -> list[Repetition]:
    """List the parts of a pattern that may repeat for long, those in assertions and in each other too."""
    tree = parsed(pattern)
    return list(_repetitions(list(tree), "", _Writer(random.Random(0), 1))) if tree is not None else []  # noqa: S311  no secret: a sample


def _repetitions(tokens: Sequence[Any], before: str, writer: _Writer) -> Iterator[Repetition]:
    for token in tokens:
        code, argument = token
        inside: list[list[Any]] = []
        if code in _REPEATS:
            inside = [list(argument[2])]
            if argument[1] >= MANY:
                yield Repetition(before, tuple(dict.fromkeys(filter(None, _units(inside[0], writer)))))
        elif code is op.SUBPATTERN:
            inside = [list(argument[-1])]
        elif code is op.ATOMIC_GROUP:
            inside = [list(argument)]
        elif code in (op.ASSERT, op.ASSERT_NOT):
            inside = [list(argument[1])]
        elif code is op.BRANCH:
            inside = [list(branch) for branch in argument[1]]
        elif code is op.GROUPREF_EXISTS:
            inside = [list(branch) for branch in argument[1:] if branch is not None]
        for each in inside:
            yield from _repetitions(each, before, writer)
        before += writer.write([token])


def _units(tokens: Sequence[Any], writer: _Writer) -> Iterator[str]:
    """Write a part in some of its ways, each of them if they are few, and by each of its letters, if it is one of many."""
    yield from (writer.write(tokens) for _ in range(2))
    if len(tokens) != 1:
        return
    code, argument = tokens[0]
    if code is op.SUBPATTERN:
        yield from _units(list(argument[-1]), writer)
    elif code is op.BRANCH:
        yield from (writer.write(list(branch)) for branch in argument[1] for _ in range(2))
    elif code is op.IN:
        letters = _letters(argument)
        yield from (letter for letter in "aA0_-./ \n\"'\\=+" if letter in letters)


class _Writer:
    """Writes texts, and remembers what each group became, for the references to it."""

    def __init__(self, dice: random.Random, more: int) -> None:
        self._dice, self._more = dice, more
        self._groups: dict[int, str] = {}

    def write(self, tokens: Sequence[Any]) -> str:
        return "".join(self._written(code, argument) for code, argument in tokens)

    def _written(self, code: Any, argument: Any) -> str:
        if code is op.LITERAL:
            return chr(argument)
        if code is op.NOT_LITERAL:
            return self._dice.choice([letter for letter in _PLAIN if ord(letter) != argument])
        if code is op.ANY:
            return self._dice.choice(_PLAIN)
        if code is op.IN:
            letters = _letters(argument)
            return self._dice.choice([letter for letter in letters if letter in _PLAIN] or letters or ["?"])
        if code in _REPEATS:
            least, most, inner = argument
            times = self._dice.randint(least, min(most, least + self._more))
            return "".join(self.write(list(inner)) for _ in range(min(times, 65536)))
        if code is op.SUBPATTERN:
            text = self.write(list(argument[-1]))
            if argument[0] is not None:
                self._groups[argument[0]] = text
            return text
        if code is op.ATOMIC_GROUP:
            return self.write(list(argument))
        if code is op.BRANCH:
            return self.write(list(self._dice.choice(argument[1])))
        if code is op.GROUPREF:
            return self._groups.get(argument, "")
        if code is op.GROUPREF_EXISTS:
            chosen = argument[1] if argument[0] in self._groups else argument[2]
            return self.write(list(chosen)) if chosen is not None else ""
        return ""  # assertions and positions


def _letters(items: Sequence[Any]) -> list[str]:
    """List the letters of a class that stand in ordinary texts; of those beyond ASCII, only some."""
    letters: list[str] = []
    for code, argument in items:
        if code is op.LITERAL:
            letters.append(chr(argument))
        elif code is op.RANGE:
            letters += map(chr, range(argument[0], min(argument[1], argument[0] + 128) + 1))
        elif code is op.CATEGORY and argument in _NOT:
            letters += (letter for letter in _PRINTABLE if letter not in _CATEGORIES[_NOT[argument]])
        elif code is op.CATEGORY:
            letters += _CATEGORIES[argument]
    if items and items[0][0] is op.NEGATE:
        return [letter for letter in _PRINTABLE if letter not in letters]
    return letters
