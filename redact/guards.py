"""How a pattern's matches begin, for hyperscan. Knows syntax trees and two regex dialects; knows no rule and no text.

Strategy: a *guard* is written from the tree that Python's parser gives, from the left. It fits wherever the pattern does,
perhaps elsewhere too: what looks around is left out, what may repeat often may repeat without end (which is cheaper), bytes
beyond ASCII fit whatever may mean one. It ends where it would become dear, and never with what may be missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the parser has no public name
from typing import Any, NamedTuple

from redact.anchors import parsed

_LONGEST = 8000
"""Characters of a guard."""
_FARTHEST = 2048
"""A guard that ends farther behind the beginning of a match would have much of a text looked at."""
_MANY = 16
"""What stands more often than this in a row is not counted."""

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_ONE = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)
_ASCII = frozenset(range(128))
_BEYOND = frozenset(range(128, 256))
_DIGITS, _SPACES = frozenset(b"0123456789"), frozenset(b"\t\n\v\f\r ")
_WORD = frozenset(code for code in _ASCII if chr(code).isalnum()) | {ord("_")}
_CATEGORIES = {
    op.CATEGORY_DIGIT: _DIGITS,
    op.CATEGORY_SPACE: _SPACES,
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_DIGIT: _ASCII - _DIGITS,
    op.CATEGORY_NOT_SPACE: _ASCII - _SPACES,
    op.CATEGORY_NOT_WORD: _ASCII - _WORD,
}
_FOREIGN = re.compile(r"\[:\^?\w+:\]|(?<!\\)\{(?:\d+<=?)?[eids]")
"""What the two parsers read in different ways: classes of POSIX, and fuzzy matching."""


class Guard(NamedTuple):
    """A pattern for hyperscan, and how many characters behind the beginning of a match its first end is at most."""

    pattern: str
    reach: int


class _Piece(NamedTuple):
    """A piece of a guard: as what follows goes on from, and as the last one, as short as can be; None is no way on."""

    whole: str | None
    least: str
    far: float = 0  # the most characters that what is written takes up
    near: float = 0


_NOTHING = _Piece("", "")
_END = _Piece(None, "")


def guard(pattern: str) -> Guard | None:
    """Write a pattern's guard, if it can have one."""
    tree = None if _FOREIGN.search(pattern) else parsed(pattern)
    if tree is None:
        return None
    piece = _Writer().sequence(tree, any_case=bool(tree.state.flags & re.IGNORECASE))
    return Guard(piece.least, int(piece.near)) if piece.least and piece.near <= _FARTHEST else None


class _Writer:
    """Writes one guard; remembers groups that are referred to."""

    def __init__(self) -> None:
        self._groups: dict[int, _Piece] = {}

    def sequence(self, tokens: Iterable[Any], *, any_case: bool) -> _Piece:
        whole, least = "", ""
        far: float = 0
        near: float = 0
        for code, argument in tokens:
            piece = self._piece(code, argument, any_case=any_case)
            if len(whole) + len(piece.least) > _LONGEST or far + piece.near > _FARTHEST:
                return _Piece(None, least, far, near)
            if piece.least:
                least, near = whole + piece.least, far + piece.near
            if piece.whole is None:
                return _Piece(None, least, far, near)
            whole, far = whole + piece.whole, far + piece.far
        return _Piece(whole, least, far, near)

    def _piece(self, code: Any, argument: Any, *, any_case: bool) -> _Piece:
        if code in _ONE:
            return _one(code, argument, any_case=any_case)
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            return _NOTHING
        if code is op.SUBPATTERN:
            number, on, off, inner = argument
            any_case = (any_case or bool(on & re.IGNORECASE)) and not off & re.IGNORECASE
            piece = self._groups[number] = _grouped(self.sequence(inner, any_case=any_case))
            return piece
        if code is op.ATOMIC_GROUP:
            return _grouped(self.sequence(argument, any_case=any_case))
        if code in _REPEATS:
            return self._repeated(*argument, any_case=any_case)
        if code is op.BRANCH:
            return _either([self.sequence(branch, any_case=any_case) for branch in argument[1]])
        if code is op.GROUPREF:
            return self._groups.get(argument, _END)
        if code is op.GROUPREF_EXISTS:
            return _either([self.sequence(branch or (), any_case=any_case) for branch in argument[1:]])
        return _END

    def _repeated(self, least: int, most: Any, inner: Sequence[Any], *, any_case: bool) -> _Piece:
        often = math.inf if most is op.MAXREPEAT else int(most)
        counted = min(least, _MANY)
        if len(inner) == 1 and inner[0][0] in _ONE:
            letters, beyond = _letters(*inner[0], any_case=any_case)
            one = _class(letters | _BEYOND if beyond else letters)
            whole = one + _count(counted, math.inf if beyond else often)
            return _Piece(whole, one + _count(counted, counted) if counted else "", often, counted)
        piece = self.sequence(inner, any_case=any_case)
        if piece.whole is None or not piece.least:
            return _Piece(None, piece.least if least else "", math.inf, piece.near)
        once = f"(?:{piece.whole})"
        whole = once + _count(counted, often if counted == least else math.inf)
        last = (once + _count(counted - 1, counted - 1) if counted > 1 else "") + f"(?:{piece.least})"
        return _Piece(whole, last if counted else "", often * piece.far, (counted - 1) * piece.far + piece.near)


def _count(least: int, most: float) -> str:
    """Write how often something stands; what may stand more than once may stand without end."""
    if least == most:
        return "" if least == 1 else f"{{{least}}}"
    if most == 1:
        return "?"
    return "*" if least == 0 else "+" if least == 1 else f"{{{least},}}"


def _grouped(piece: _Piece) -> _Piece:
    whole = piece.whole and f"(?:{piece.whole})"
    return piece._replace(whole=whole, least=piece.least and f"(?:{piece.least})")


def _either(pieces: Sequence[_Piece]) -> _Piece:
    far, near = max(piece.far for piece in pieces), max(piece.near for piece in pieces)
    least = _choice([piece.least for piece in pieces]) if all(piece.least for piece in pieces) else ""
    wholes = [piece.whole for piece in pieces if piece.whole is not None]
    if len(wholes) < len(pieces):
        return _Piece(None, least, far, near)
    filled = _choice([whole for whole in wholes if whole])
    return _Piece(filled + "?" if filled and not all(wholes) else filled, least, far, near)


def _choice(ways: Iterable[str]) -> str:
    different = list(dict.fromkeys(ways))
    return f"(?:{'|'.join(different)})" if different else ""


def _one(code: Any, argument: Any, *, any_case: bool) -> _Piece:
    letters, beyond = _letters(code, argument, any_case=any_case)
    written = _class(letters)
    if not beyond:
        return _Piece(written, written, 1, 1)
    return _Piece(
        f"(?:{written}|{_class(_BEYOND)}{{1,4}})" if letters else f"{_class(_BEYOND)}{{1,4}}",
        _class(letters | _BEYOND),
        1,
        1,
    )


def _letters(code: Any, argument: Any, *, any_case: bool) -> tuple[frozenset[int], bool]:
    """Give the characters of ASCII that fit, and whether others may."""
    if code is op.ANY:
        return _ASCII, True
    items = [(op.LITERAL, argument)] if code in (op.LITERAL, op.NOT_LITERAL) else list(argument)
    letters: set[int] = set()
    beyond = False
    for kind, said in items:
        if kind is op.CATEGORY:
            letters |= _CATEGORIES[said]
            beyond = True
        elif kind in (op.LITERAL, op.RANGE):
            first, last = said if kind is op.RANGE else (said, said)
            letters.update(range(first, min(last, 127) + 1))
            beyond = beyond or last > 127  # noqa: PLR2004  the last character of ASCII
    if any_case:
        letters |= {ord(chr(code).swapcase()) for code in letters}
    if code is op.NOT_LITERAL or items[0][0] is op.NEGATE:
        return _ASCII - letters, True
    return frozenset(letters), beyond


def _class(letters: frozenset[int]) -> str:
    ranges: list[list[int]] = []
    for code in sorted(letters):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    written = "".join(f"\\x{first:02x}" + (f"-\\x{last:02x}" if last > first else "") for first, last in ranges)
    return written if len(letters) == 1 else f"[{written}]"
