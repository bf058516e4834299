"""Forms of several parts (multipart/form-data), read exactly and written anew. Knows boundaries and headers; judges no content.

What is not written as RFC 7578 says is refused: another reader might see other parts in it than we did.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from redact.errors import UnreadableError

_BOUNDARY = re.compile(
    r"""multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\\]{1,70})"|([^\s";,]{1,70}))\s*(?:;.*)?""", re.IGNORECASE
)
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_PLAIN = frozenset(("7bit", "8bit", "binary"))


class Part(NamedTuple):
    """One part: its headers by their names as written, and its content."""

    headers: dict[str, str]
    content: bytes

    def __repr__(self) -> str:
        """Show the size; headers hold names of files."""
        return f"Part({len(self.content)} bytes)"


def boundary_of(content_type: str) -> str | None:
    """Give the boundary of a form's content type; None where it is no such form."""
    found = _BOUNDARY.fullmatch(content_type.strip())
    return (found[1] or found[2]) if found else None


def parts_of(body: bytes, boundary: str) -> list[Part]:
    """Take a form apart. Raises UnreadableError."""
    mark = b"--" + boundary.encode()
    first, *sections = (b"\r\n" + body).split(b"\r\n" + mark)
    if first or not sections or sections[-1].rstrip(b"\r\n") != b"--":
        raise _broken()
    return [_part(section) for section in sections[:-1]]


def _part(section: bytes) -> Part:
    head, between, content = section.partition(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or not between:
        raise _broken()
    headers: dict[str, str] = {}
    for line in head[2:].split(b"\r\n"):
        try:
            found = _HEADER.fullmatch(line.decode("utf-8"))
        except UnicodeDecodeError:
            raise _broken() from None
        if found is None or found[1].lower() in map(str.lower, headers):
            raise _broken()
        headers[found[1]] = found[2]
    encoding = next((value for name, value in headers.items() if name.lower() == "content-transfer-encoding"), "binary")
    if encoding.strip().lower() not in _PLAIN:
        raise UnreadableError("multipart", "a part of the form is encoded; send it as it is", 415)
    return Part(headers, content)


def written(parts: list[Part], boundary: str) -> bytes:
    """Write a form. Raises UnreadableError where a part holds the boundary."""
    mark = b"--" + boundary.encode()
    if any(mark in part.content for part in parts):
        raise _broken()
    out: list[bytes] = []
    for part in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
        out += (mark, b"\r\n", head.encode(), b"\r\n", part.content, b"\r\n")
    return b"".join((*out, mark, b"--\r\n"))


def _broken() -> UnreadableError:
    return UnreadableError("multipart", "the parts of the form cannot be told apart; write it as RFC 7578 says")
