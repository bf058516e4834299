"""Expressions of RE2, Go's syntax, in that of the `regex` module. Knows two dialects; knows no rule and no text.

Strategy: one walk over the tokens. What both read alike is kept; flags that begin in the middle become groups of their own,
as the `regex` module would have them hold everywhere. github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_TOKEN = re.compile(
    r"""\\Q(?P<quoted>.*?)(?:\\E|$) | \\x\{(?P<point>[0-9A-Fa-f]+)\} | \\(?P<unicode>[pP])(?P<property>[A-Za-z])
      | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{\^?\w+\}|\\x\{[0-9A-Fa-f]+\}|\\.|[^\]\\])*\])
      | \((?P<flags>\?[imsU-]+)(?P<scoped>[:)]) | (?P<open>\(\?P?<\w+>|\(\?:|\((?!\?))
      | (?P<bare>\{,\d*\}) | (?P<other>\\[pP]\{\^?\w+\}|\\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_POSIX: Mapping[str, str] = MappingProxyType(
    {
        "alnum": "0-9A-Za-z",
        "alpha": "A-Za-z",
        "ascii": r"\x00-\x7f",
        "blank": r"\t ",
        "cntrl": r"\x00-\x1f\x7f",
        "digit": "0-9",
        "graph": "!-~",
        "lower": "a-z",
        "print": " -~",
        "punct": r"!-/:-@\[-`{-~",
        "space": r"\t\n\v\f\r ",
        "upper": "A-Z",
        "word": r"0-9A-Za-z_",
        "xdigit": "0-9A-Fa-f",
    }
)
_IN_CLASS = re.compile(r"\[:(\^?)(\w+):\]|\\x\{([0-9A-Fa-f]+)\}|\\([pP])([A-Za-z])|\\.|.", re.DOTALL)


def translated(pattern: str, group: int = 0) -> str:
    """Write a pattern anew; its group of that number, or else its first one, is called `value`, and no other is kept.

    Raises ValueError, with the reason, where the `regex` module has no such thing.
    """
    return _Writer(pattern, group or 1).written


class _Writer:
    def __init__(self, pattern: str, wanted: int) -> None:
        self._groups, self._wanted = 0, wanted
        self._flags: list[list[str]] = [[]]  # for each open group, the flags that begin in it
        self._lines = [False]  # whether `$` is the end of a line there
        self.written = "".join(map(self._token, _TOKEN.finditer(pattern))) + self._closed()
        if len(self._flags) > 1:
            raise ValueError("a parenthesis is not closed")
        if wanted > 1 and self._groups < wanted:
            raise ValueError(f"it has no group {wanted}")

    def _token(self, match: re.Match[str]) -> str:
        token = match[0]
        if match["quoted"] is not None:
            return re.escape(match["quoted"])
        if match["point"]:
            return _point(match["point"])
        if match["unicode"]:
            return f"\\{match['unicode']}{{{match['property']}}}"
        if match["class"]:
            return _class(match["class"])
        if match["flags"]:
            return self._begin_flags(match["flags"], scoped=match["scoped"] == ":")
        if match["open"]:
            return self._begin(match["open"])
        if match["bare"]:
            return "\\" + token
        if token == ")":  # noqa: S105  no password
            return self._end()
        if token == "|":  # noqa: S105  no password
            opened = self._flags[-1]
            return ")" * len(opened) + "|" + "".join(f"({flags}:" for flags in opened)
        return self._plain(token)

    def _plain(self, token: str) -> str:
        if token == "$" and not self._lines[-1]:  # noqa: S105  no password
            return r"\Z"
        if token == r"\C":  # noqa: S105  no password
            raise ValueError(r"\C, a byte, is nothing in a text")
        return r"\Z" if token == r"\z" else token  # noqa: S105  no password

    def _begin(self, opening: str) -> str:
        self._flags.append([])
        self._lines.append(self._lines[-1])
        if opening == "(?:":
            return opening
        self._groups += 1
        return "(?P<value>" if self._groups == self._wanted else "(?:"

    def _begin_flags(self, flags: str, *, scoped: bool) -> str:
        on, _, off = flags[1:].partition("-")
        if "U" in on:
            raise ValueError("the flag U, for repeats that take as little as they can, is not known here")
        lines = "m" in on or (self._lines[-1] and "m" not in off)
        if scoped:
            self._flags.append([])
            self._lines.append(lines)
        else:
            self._flags[-1].append(flags)
            self._lines[-1] = lines
        return f"({flags}:"

    def _end(self) -> str:
        if len(self._flags) == 1:
            raise ValueError("a parenthesis is closed that was not opened")
        closed = self._closed() + ")"
        self._flags.pop()
        self._lines.pop()
        return closed

    def _closed(self) -> str:
        return ")" * len(self._flags[-1])


def _point(digits: str) -> str:
    return re.escape(chr(int(digits, 16)))


def _class(token: str) -> str:
    head = "[^" if token.startswith("[^") else "["
    body = token[len(head) : -1]
    first = r"\]" if body.startswith("]") else ""
    return head + first + "".join(map(_in_class, _IN_CLASS.finditer(body[1:] if first else body))) + "]"


def _in_class(match: re.Match[str]) -> str:
    negated, name, point, unicode, letter = match.groups()
    if name:
        if negated or name not in _POSIX:
            raise ValueError(f"the class {match[0]} is not known here")
        return _POSIX[name]
    if point:
        return _point(point)
    if unicode:
        return f"\\{unicode}{{{letter}}}"
    return r"\[" if match[0] == "[" else match[0]
