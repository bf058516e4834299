"""Where code stands in a text, and in which language. Knows fences, listings, patches and notebooks; knows no parser.

Strategy: a *region* is code as its author wrote it, freed of what a tool put around it (line numbers, the signs of a patch, JSON's
escapes), and a map back: every range of it has its exact range in the text. Overlapping ways to read a text give several regions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from redact import jsontext
from redact.code.languages import by_file, by_label, by_looks, by_shebang


class Region(NamedTuple):
    """Code in one language, and where its pieces stand in the text around it."""

    language: str
    code: str
    starts: tuple[int, ...]
    """Offsets in `code` at which pieces begin, the first 0."""
    origins: tuple[int, ...]
    """Where these stand in the text."""

    def __repr__(self) -> str:
        """Show no code: it may hold values."""
        return f"Region({self.language}, {len(self.code)} characters)"

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of the text that a range of the code stands for."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, max(end - 1, start)) - 1
        return self.origins[first] + start - self.starts[first], self.origins[last] + end - self.starts[last]

    def offset(self, position: int) -> int | None:
        """Give where in the code a position of the text stands; None where it is not code."""
        piece = bisect_right(self.origins, position) - 1
        if piece < 0:
            return None
        at = self.starts[piece] + position - self.origins[piece]
        end = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.code)
        return at if at < end else None


_Line = tuple[int, int]  # a line of the text, from where its code begins to its end with the line feed

_FENCE = re.compile(r"^([ \t>]{0,12})(`{3,}|~{3,})[ \t]*([^\n`]*)$", re.MULTILINE)
_LISTED = re.compile(r"[ \t]*\d{1,7}(?:\t|→| ?\| ?|: ?| ?│ ?|[ ]{2})")
_GREPPED = re.compile(
    r"(?P<file>[\w@.~+/\\-]{1,250}\.\w{1,12}|[\w./-]{0,250}(?:Dockerfile|Gemfile|Rakefile))[:-]\d{1,7}[:-](?:\d{1,5}[:-](?=\s|\S))?"
)
_LOOKED_AT = 400
"""So many lines tell whether a search printed them all."""
_NAMED = re.compile(
    r"(?<![\w@.~+/\\-])(?P<file>[\w@.~+/\\-]{0,160}(?:\w\.[A-Za-z][A-Za-z0-9]{0,11}|Dockerfile|Containerfile|Gemfile|Rakefile|Pipfile))(?=$|[\s\"'`):;,>*])"
)
_PATCH = re.compile(
    r"^(?:diff --git |--- \S|\*\*\* Begin Patch|\*\*\* (?:Update|Add) File: |@@ -\d+(?:,\d+)? \+\d+)", re.MULTILINE
)
_SIGNS = ("diff --git ", "--- ", "*** ", "@@ -")
"""One of these stands in a patch."""
_REPLACED = re.compile(
    r"^(?:<{5,9} ?(?:SEARCH|ORIGINAL|HEAD|.*)?|={5,9}|>{5,9} ?(?:REPLACE|UPDATED|.*)?)[ \t]*$", re.MULTILINE
)
_TAGS = "file|document|file_content|file_contents|source|code|content"
_TAGGED = re.compile(rf"<({_TAGS})\b[^>\n]{{0,400}}>", re.IGNORECASE)
_CLOSING = re.compile(rf"</({_TAGS})\b", re.IGNORECASE)
_MOST_LISTED, _FEW_OTHERS = 0.7, 0.3
_AROUND = 400
"""So many characters before a piece of code may name its file."""


def regions(text: str, hint: str | None = None, at: int | None = None) -> list[Region]:
    """List the code in a text.

    `hint` is the name of the file that all of it is, where that is known; `at` a place by which the language is told else.
    """
    if '"cell_type"' in text and (cells := _notebook(text)):
        return cells
    found: list[Region] = []
    outside: list[tuple[int, int]] = []
    done = 0
    for start, end, label, before in _fenced(text):
        outside.append((done, before))
        found += _block(
            text, start, end, by_label(label.partition(" ")[0]) or _named(label) or _named_before(text, before)
        )
        done = end
    if not done:
        return _tagged(text) or _block(text, 0, len(text), by_file(hint) if hint else None, at)
    outside.append((done, len(text)))
    for start, end in outside:
        if _is_patch(text, start, end) or _LISTED.match(text, start, end):
            found += _block(text, start, end, None)
    return found


def _fenced(text: str) -> Iterator[tuple[int, int, str, int]]:
    """List fenced blocks: inner start, inner end, label, and where the fence begins. What is not closed goes to the end."""
    if "```" not in text and "~~~" not in text:
        return
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif not fence[3].strip() and fence[2].startswith(opened[2]):
            yield opened.end() + 1, max(fence.start(), opened.end() + 1), opened[3].strip(), opened.start()
            opened = None
    if opened is not None and opened.end() + 1 < len(text):
        yield opened.end() + 1, len(text), opened[3].strip(), opened.start()


def _block(text: str, start: int, end: int, language: str | None, place: int | None = None) -> list[Region]:
    """Read one stretch of text as code, in whatever dress a tool gave it."""
    if start >= end:
        return []
    if _is_patch(text, start, min(end, start + 20_000)):
        return _patched(text, start, end, language)
    if text.find("<<<<<", start, end) >= 0 and (replaced := _replaced(text, start, end, language)):
        return replaced
    if (listed := _listed(text, start, end)) is not None:
        return _region(text, listed, language or _named_before(text, start) or None)
    if grepped := _grepped(text, start, end):
        return _found(text, grepped)
    return _region(text, [(start, end)], language or _told(text, start, end, place))


def _is_patch(text: str, start: int, end: int) -> bool:
    return any(text.find(sign, start, end) >= 0 for sign in _SIGNS) and _PATCH.search(text, start, end) is not None


def _listed(text: str, start: int, end: int) -> list[_Line] | None:
    """List the lines that have a number in front, without it; None where not most of them have one."""
    lines = text.count("\n", start, end - 1) + 1
    listed: list[_Line] = []
    others = 0
    for at, to in _lines(text, start, end):
        if match := _LISTED.match(text, at, to):
            listed.append((match.end(), to))
        elif not text[at:to].isspace():
            others += 1
            if others > lines * _FEW_OTHERS + 1:
                return None
    is_list = lines > 1 and len(listed) >= _MOST_LISTED * (len(listed) + others)
    return listed if is_list else None


def _grepped(text: str, start: int, end: int) -> list[tuple[re.Match[str], int]]:
    """List the lines that a search printed, as far as they tell; none where not most of them are such."""
    lines = min(text.count("\n", start, end - 1) + 1, _LOOKED_AT)
    grepped: list[tuple[re.Match[str], int]] = []
    others = 0
    for at, to in islice(_lines(text, start, end), _LOOKED_AT):
        if match := _GREPPED.match(text, at, to):
            grepped.append((match, to))
        else:
            others += 1
            if others > lines * _FEW_OTHERS + 1:
                return []
    return grepped if len(grepped) >= _MOST_LISTED * (len(grepped) + others) else []


def _told(text: str, start: int, end: int, place: int | None = None) -> str | None:
    code = text[start:end]
    return by_shebang(code[:200].lstrip()) or _headed(code[:400]) or by_looks(code, place) or by_looks(code)


def _headed(head: str) -> str | None:
    """Take the name of a file from a first line that says little else: `# src/app.py`, `File: app.ts`."""
    first = head.lstrip().split("\n", 1)[0][:200]
    bare = re.sub(
        r"^(?:(?:#+|//+|/\*+|<!--|--|;+|[Ff]ile(?:[ _]?(?:name|path))?:|[Pp]ath:|\*\*|`)\s*)+", "", first
    ).strip("*` \t:/->")
    return by_file(bare) if bare and " " not in bare else None


def _region(text: str, lines: Sequence[_Line], language: str | None) -> list[Region]:
    pieces = [text[start:end] for start, end in lines]
    code = "".join(pieces)
    language = language or (_told(code, 0, len(code)) if len(lines) > 1 else None)
    if language is None or not code.strip():
        return []
    starts, origins, at = [], [], 0
    for (start, _), piece in zip(lines, pieces, strict=True):
        if piece:
            starts.append(at)
            origins.append(start)
            at += len(piece)
    return [Region(language, code, tuple(starts), tuple(origins))]


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop + 1
        yield start, stop
        start = stop


def _named(words: str) -> str | None:
    """Name the language of the last file that is named in a few words."""
    for match in reversed(list(_NAMED.finditer(words[:400]))):
        if language := by_file(match["file"]):
            return language
    return None


def _named_before(text: str, start: int) -> str | None:
    """Name the language of the file that was named last in the lines just above."""
    above = text[max(0, start - _AROUND) : start].rstrip("\n").split("\n")[-3:]
    for line in reversed(above):
        if language := _named(line):
            return language
    return None


def _tagged(text: str) -> list[Region]:
    """Find files between tags that name them: `<file path="src/app.py">`. What is not closed goes to the end."""
    closed: dict[str, list[int]] = {}
    for closing in _CLOSING.finditer(text):
        closed.setdefault(closing[1].lower(), []).append(closing.start())
    found: list[Region] = []
    done = 0
    for tag in _TAGGED.finditer(text):
        if tag.start() >= done and (language := _named(tag[0])) is not None:
            closings = closed.get(tag[1].lower(), [])
            following = bisect_right(closings, tag.start())
            done = closings[following] if following < len(closings) else len(text)
            found += _block(text, tag.end(), done, language)
    return found


_FILE_LINES = re.compile(
    r"(?:\+\+\+ (?:b/)?|--- (?:a/)?|\*\*\* (?:Update|Add|Delete) File: |diff --git \S+ b/|rename to |Index: )(\S.*?)(?:\t.*)?$"
)


def _patched(text: str, start: int, end: int, language: str | None) -> list[Region]:
    """Read a patch: for each file its new side, and its old side where lines are taken away."""
    found: list[Region] = []
    named = language
    new: list[_Line] = []
    old: list[_Line] = []
    inside = language is not None and not re.match(r"diff |--- |\*\*\* ", text[start : start + 8])

    def finish() -> None:
        if new:
            found.extend(_region(text, new, named))
        if len(old) > len(new) or any(line not in new_set for line in old):
            found.extend(_region(text, old, named))

    new_set: set[_Line] = set()
    for at, to in _lines(text, start, end):
        line = text[at:to]
        name = _FILE_LINES.match(line.rstrip("\n"))
        if name and not (inside and line.startswith(("--- ", "+++ ")) and "/" not in line and "." not in line):
            if new or old:
                finish()
                new, old, new_set = [], [], set()
            named = by_file(name[1].strip().strip('"')) or (None if name[1].strip() != "/dev/null" else named)
            inside = line.startswith("*** ")
        elif line.startswith("@@"):
            inside = True
        elif inside and line[:1] in "+- ":
            body = (at + 1, to)
            if line[0] != "-":
                new.append(body)
                new_set.add(body)
            if line[0] != "+":
                old.append(body)
        elif inside and line == "\n":
            new.append((at, to))
            new_set.add((at, to))
            old.append((at, to))
    finish()
    return found


def _replaced(text: str, start: int, end: int, language: str | None) -> list[Region]:
    """Read search/replace blocks: each side is code of the file that is named above."""
    marks = list(_REPLACED.finditer(text, start, end))
    found: list[Region] = []
    opening = marks[0] if marks else None
    for mark, following in pairwise(marks):
        if mark[0][0] == "<" or opening is None:
            opening = mark
        if mark[0][0] != ">" and following[0][0] in "=>":
            named = language or _named_before(text, opening.start())
            found += _region(
                text, [(mark.end() + 1, following.start())], named or _told(text, mark.end() + 1, following.start())
            )
    return found


def _found(text: str, hits: Sequence[tuple[re.Match[str], int]]) -> list[Region]:
    """Read what a search printed: the lines of each file, one below the other."""
    by_name: dict[str, list[_Line]] = {}
    for match, to in hits:
        by_name.setdefault(match["file"], []).append((match.end(), to))
    return [region for name, lines in by_name.items() for region in _region(text, lines, by_file(name))]


def _notebook(text: str) -> list[Region]:
    """Read the code cells of a notebook: JSON strings, a line each, freed of their escapes."""
    literals = jsontext.literals(text)
    if literals is None:
        return []
    found: list[Region] = []
    is_code, language = False, "python"
    pieces: list[jsontext.Literal] = []

    def finish() -> None:
        if pieces and is_code:
            found.append(_from_literals(language, pieces))
        pieces.clear()

    for literal in literals:
        if literal.kind == "name":
            if literal.text in ("cell_type", "cells", "metadata", "nbformat") and pieces:
                finish()
            continue
        if literal.near == "cell_type":
            is_code = literal.text == "code"
        elif literal.near == "source" and literal.kind == "value":
            pieces.append(literal)
    finish()
    return found


def _from_literals(language: str, literals: Sequence[jsontext.Literal]) -> Region:
    starts: list[int] = []
    origins: list[int] = []
    at = 0
    for literal in literals:
        expected = None
        for position in range(len(literal.text)):
            raw = literal.raw(position)
            if raw != expected:
                starts.append(at + position)
                origins.append(raw)
            expected = raw + 1
        at += len(literal.text)
    return Region(language, "".join(literal.text for literal in literals), tuple(starts), tuple(origins))
