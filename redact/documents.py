"""A request's body as values to walk: JSON, a line of JSON each, a form, a file. Knows forms of bodies; redacts nothing.

Strategy: whatever a body is, its texts end up in lists and objects, beside a shape that says what may be done with them; when
they have been edited there, the body is written anew from them. What is no text stays as it came, and its kind is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redact import jsontext, media, multipart
from redact.errors import UnreadableError
from redact.paths import Mark, Node, compiled

LINES = frozenset(("application/jsonl", "application/x-ndjson", "application/ndjson", "application/x-jsonlines"))


@dataclass
class Document:
    """A body taken apart."""

    root: list[Any]
    shape: Node  # of what is walked
    write: Callable[[], bytes]
    kinds: tuple[media.Kind, ...] = ()  # of what stays as it came
    is_json: bool = False

    @property
    def walked(self) -> Any:
        """What is walked: the only value, if it is an object or a list."""
        return self.root[0] if isinstance(self.root[0], (dict, list)) else self.root


Read = Callable[[bytes], media.Content]
"""Makes out what a file is."""


def document_of(body: bytes, content_type: str, shape: Node, read: Read, *, is_file: bool) -> Document:
    """Take a body apart by its content type; where a bare file may stand, by what it is. Raises UnreadableError."""
    if boundary := multipart.boundary_of(content_type):
        return _form(body, boundary, shape, read)
    kind = content_type.partition(";")[0].strip().lower()
    if kind in LINES or (is_file and "json" not in kind):
        file, write, kinds = _file(body, read)
        return Document([file], _file_shape(shape), write, kinds)
    try:
        root = [jsontext.load(body)]
    except UnreadableError as error:
        if error.code == "json" and kind and "json" not in kind:
            why = "this kind of body cannot be filtered; JSON, forms and files can"
            raise UnreadableError("content-type", why, 415) from None
        raise
    return Document(root, shape, lambda: jsontext.dump(root[0]), is_json=True)


def _form(body: bytes, boundary: str, shape: Node, read: Read) -> Document:
    parts = multipart.parts_of(body, boundary)
    files = [_file(part.content, read) for part in parts]
    root = [{"headers": dict(part.headers), **file} for part, (file, _, _) in zip(parts, files, strict=True)]
    whole = Node()
    whole.item = _file_shape(shape)

    def write() -> bytes:
        for part, (file, _, _) in zip(root, files, strict=True):
            file.update((key, part[key]) for key in file)
        told = [(part["headers"], make()) for part, (_, make, _) in zip(root, files, strict=True)]
        return multipart.written([multipart.Part(*one) for one in told], boundary)

    return Document([root], whole, write, tuple(kind for _, _, kinds in files for kind in kinds))


_FILE = {Mark.JSON: ("json",), Mark.READ: ("pages.[]",), Mark.SEALED: ("headers.Content-Type",)}


def _file_shape(line: Node) -> Node:
    shape = compiled(_FILE)
    shape.keys["lines"] = Node()
    shape.keys["lines"].item = line
    return shape


_File = tuple[dict[str, Any], Callable[[], bytes], tuple[media.Kind, ...]]


def _file(content: bytes, read: Read) -> _File:
    """Take a file apart: its members, how it is written from them, and what kinds of things stay as they came."""
    found = read(content)
    if found.kind == "pdf":
        return {"pages": list(found.texts)}, lambda: content, ("pdf",)
    if found.kind != "text":
        return {}, lambda: content, (found.kind,)
    [text] = found.texts
    if (lines := _lines(text)) is not None:
        file: dict[str, Any] = {"lines": lines}
        return file, lambda: b"".join(jsontext.dump(value) + b"\n" for value in file["lines"]), ()
    key = "json" if jsontext.literals(text) is not None else "text"
    file = {key: text}
    return file, lambda: str(file[key]).encode(), ()


def _lines(text: str) -> list[Any] | None:
    """Read objects, one a line; None where the text is something else, or one object only."""
    written = [one for one in text.splitlines() if one.strip()]
    if not written or not all(one.lstrip().startswith("{") and one.rstrip().endswith("}") for one in written):
        return None
    try:
        return [jsontext.load(one) for one in written]
    except UnreadableError:
        return None
