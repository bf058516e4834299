"""Where one value stands in several pieces of code. Knows how code and listings go on in another line; knows no rule and no parser.

Strategy: a private key may be written as one string, or as a string for each of its lines, or behind the signs of comments, line
numbers or the signs of a patch. What joins the pieces is no part of the value: each is replaced where it stands, so that code has as
many strings and comments as before.
"""

from __future__ import annotations

import re

from redact.surrogates import CHARACTERS

_QUOTE = r"""\\{0,8}["'`]"""
_STRINGS = rf"""(?:{_QUOTE}(?:[ \t]|\\?\r?\n|[+.,&|~]){{1,80}}[A-Za-z@$]{{0,2}}{_QUOTE}|(["'`])\1)"""
_COMMENT = r"(?://[/!]?[ \t]|#+|\*+(?!/)|--(?!-)|;+|>+)"
_NUMBER = r"\d{1,7}(?:\t|→|│[ ]?|\|[ ]?)"
_LINE = rf"[ \t]*+\r?\n[ \t]*+(?:{_NUMBER}[ \t]*+{_COMMENT}?|{_COMMENT})[ \t]*+"
_JOINT = re.compile(f"{_STRINGS}|{_LINE}")
_PATCHED = {sign: re.compile(rf"{_STRINGS}|\r?\n{re.escape(sign)}[ \t]*+{_COMMENT}?[ \t]*+") for sign in "+-"}
_SIGNED = re.compile(rf"([+-])[ \t]*+{_COMMENT}?[ \t]*+\Z")
"""How a line begins that a patch adds or takes away."""
_ENDS = re.compile(rf"(?:\\{{1,8}}[nrt]|\s|{_COMMENT})+")
_MARK = re.compile(r"-----(?:BEGIN|END)[ ][A-Z0-9 ]{1,60}-----")
"""The first or the last line of a key, which is no secret. RFC 7468"""


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """List the ranges that make the value in a range: itself, or what is between joints, marks and ends of lines left out."""
    if end - start < _SHORTEST or not _JOINED.search(text, start, end) or CHARACTERS.fullmatch(text, start, end):
        return [(start, end)]
    found: list[tuple[int, int]] = []
    done = start
    before = _SIGNED.match(text, text.rfind("\n", 0, start) + 1, start)
    joints = _PATCHED[before[1]] if before else _JOINT
    for joint in joints.finditer(text, start, end):
        found.append((done, joint.start()))
        done = joint.end()
    if not found:
        return [(start, end)]
    trimmed = (_trimmed(text, first, last) for first, last in (*found, (done, end)))
    return [(first, last) for first, last in trimmed if first < last and not _MARK.fullmatch(text, first, last)]


def is_nothing(text: str, start: int, end: int) -> bool:
    """Tell what holds no part of a value: what is left of one between its pieces."""
    return _NOTHING.fullmatch(text, start, end) is not None


_NOTHING = re.compile(rf"(?:{_JOINT.pattern}|{_ENDS.pattern}|{_MARK.pattern}|{_QUOTE})+")
_SHORTEST = 12
"""Shorter values fit in a line."""
_JOINED = re.compile(rf"\n|{_QUOTE}")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if match := _ENDS.match(text, start, end):
        start = match.end()
    while start < end and (match := _LAST.search(text, max(start, end - 16), end)):
        end = match.start()
    return start, end


_LAST = re.compile(r"(?:(?<!\\)\\{1,8}[nrt]|\s)\Z")
