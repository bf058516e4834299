"""Code that stands inside other code: scripts in pages, commands in pipelines, files in JSON. Knows regions; parses nothing.

Strategy: one pattern for each language that carries others says where they stand and what tells their language. What is found is a
region of its own beside the one around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from redact import jsontext
from redact.code.languages import by_file, by_label, by_shebang
from redact.code.regions import Region, regions

_Range = tuple[int, int]
_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]{0,400})>(?P<code>.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_SPOKEN = re.compile(r"""\b(?:lang|type)\s*=\s*["']?(?:text/|application/)?(?:x-)?(?P<label>[\w+]+)""", re.IGNORECASE)
_BLOCK = re.compile(
    r"^(?P<indent>[ ]*)(?:- )*(?P<key>[\w.-]{1,80})[\"']?:[ ]*[|>][-+\d]*[ ]*\r?\n(?P<code>(?:(?P=indent)[ ]+\S.*(?:\n|\Z)|[ \t]*\r?\n)+)",
    re.MULTILINE,
)
_COMMANDS = frozenset(
    "run script before_script after_script command commands args cmd shell bash inline inlinescript user_data userdata entrypoint".split()
)
_RUN = re.compile(
    r"^[ \t]*(?:RUN|CMD|ENTRYPOINT)[ \t]+(?:--\S+[ \t]+)*(?P<code>[^\[\s<](?:[^\n]*\\\r?\n)*+[^\n]*)", re.MULTILINE
)
_HERE = re.compile(
    r"^(?P<line>[^\n]{0,200}?)<<[-~]?[ \t]*[\"']?(?P<mark>[A-Za-z_]\w{0,30})[\"']?(?P<rest>[^\n]{0,200})\n",
    re.MULTILINE,
)
_MOST_UNCLOSED = 32
_RUNS = re.compile(r"[ \t]*RUN\b")
_FILE = re.compile(r">{1,2}\s*[\"']?(?P<file>[\w./~${}-]{1,160})|\btee\s+(?:-a\s+)?[\"']?(?P<teed>[\w./~${}-]{1,160})")
_MOST = 200_000
"""Characters of JSON that are looked through for files."""


def within(region: Region) -> Iterator[Region]:
    """List the code inside a region's code, if its language carries others."""
    find = _FINDERS.get(region.language)
    return find(region) if find is not None else iter(())


def _scripts(region: Region) -> Iterator[Region]:
    for script in _SCRIPT.finditer(region.code):
        spoken = _SPOKEN.search(script["attributes"])
        language = by_label(spoken["label"]) if spoken else "javascript"
        if region.language == "php" and script.end() == script.end("code"):
            continue  # never closed: a string of PHP's that names the tag
        if language is not None and not script["code"].isspace() and script["code"]:
            yield _cut(region, language, [script.span("code")])


def _blocks(region: Region) -> Iterator[Region]:
    for block in _BLOCK.finditer(region.code):
        lines = list(_lines(region.code, *block.span("code")))
        indent = min((_indent(region.code, line) for line in lines if region.code[slice(*line)].strip()), default=0)
        first = region.code[lines[0][0] + indent : lines[0][1]]
        language = by_shebang(first) or by_file(block["key"])
        if language is None and block["key"].lower().replace("-", "_") in _COMMANDS:
            language = "bash"
        if language is not None:
            yield _cut(region, language, [(min(start + indent, end), end) for start, end in lines])


def _runs(region: Region) -> Iterator[Region]:
    for run in _RUN.finditer(region.code):
        yield _cut(region, "bash", [run.span("code")])


def _heres(region: Region) -> Iterator[Region]:
    """List documents that a script holds: up to the line that closes them."""
    code, at = region.code, 0
    unclosed: set[str] = set()
    while here := _HERE.search(code, at):
        at = here.end()
        closing = None if here["mark"] in unclosed else _closing(here["mark"]).search(code, at)
        if closing is None:
            unclosed.add(here["mark"])
            if len(unclosed) > _MOST_UNCLOSED:
                return
            continue
        named = _FILE.search(here["line"]) or _FILE.search(here["rest"])
        language = by_shebang(code[at : at + 200].lstrip()) or (
            by_file(named["file"] or named["teed"]) if named else None
        )
        if language is None and _RUNS.match(here["line"]):
            language = "bash"
        if language is not None and language != region.language and closing.start() > at:
            yield _cut(region, language, [(at, closing.start())])
        at = closing.end()


@lru_cache(256)
def _closing(mark: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*{mark}\b", re.MULTILINE)


def _files(region: Region) -> Iterator[Region]:
    """List the strings of JSON that hold lines, each as the text that it says; a name of a file nearby tells the language."""
    if "\\n" not in region.code or len(region.code) > _MOST:
        return
    name: str | None = None
    for literal in jsontext.literals(region.code) or ():
        if literal.kind != "value":
            continue
        if "\n" not in literal.text:
            name = literal.text if len(literal.text) < 300 and by_file(literal.text) else name  # noqa: PLR2004  no file's name is longer
            continue
        for inner in regions(literal.text, name):
            yield from (_through(region, literal, each) for each in (inner, *within(inner)))


def _through(region: Region, literal: jsontext.Literal, inner: Region) -> Region:
    """Lead a region of what a string says back to where the string stands."""
    starts: list[int] = []
    origins: list[int] = []
    ends = (*inner.starts[1:], len(inner.code))
    expected = -1
    for start, origin, end in zip(inner.starts, inner.origins, ends, strict=True):
        for position in range(end - start):
            at = region.origin(literal.raw(origin + position), literal.raw(origin + position) + 1)[0]
            if at != expected:
                starts.append(start + position)
                origins.append(at)
            expected = at + 1
    return Region(inner.language, inner.code, tuple(starts), tuple(origins))


def _cut(region: Region, language: str, ranges: Iterable[_Range]) -> Region:
    """Give parts of a region's code as code of another language."""
    starts: list[int] = []
    origins: list[int] = []
    pieces: list[str] = []
    at = 0
    for begin, end in ranges:
        start = begin
        for piece in range(bisect_right(region.starts, begin) - 1, len(region.starts)):
            stop = min(end, region.starts[piece + 1]) if piece + 1 < len(region.starts) else end
            if start >= stop:
                break
            starts.append(at)
            origins.append(region.origins[piece] + start - region.starts[piece])
            pieces.append(region.code[start:stop])
            at += stop - start
            start = stop
    return Region(language, "".join(pieces), tuple(starts) or (0,), tuple(origins) or (0,))


def _lines(code: str, start: int, end: int) -> Iterator[_Range]:
    while start < end:
        stop = code.find("\n", start, end)
        stop = end if stop < 0 else stop + 1
        yield start, stop
        start = stop


def _indent(code: str, line: _Range) -> int:
    text = code[slice(*line)]
    return len(text) - len(text.lstrip(" "))


def _all_of(finders: Sequence[Callable[[Region], Iterator[Region]]], region: Region) -> Iterator[Region]:
    for find in finders:
        yield from find(region)


_FINDERS: dict[str, Callable[[Region], Iterator[Region]]] = {
    "html": _scripts,
    "php": _scripts,
    "yaml": _blocks,
    "dockerfile": partial(_all_of, (_runs, _heres)),
    "hcl": _heres,
    "bash": _heres,
    "json": _files,
}
