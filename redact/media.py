"""What bytes are that no JSON string spells out: text after all, a PDF, a picture, sound. Knows signatures; reads no meaning.

A PDF whose text cannot be extracted is one of the `other` kinds, which nobody here can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from redact import pdf

Kind = Literal["text", "pdf", "image", "audio", "video", "other"]

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (rb"%PDF-", "pdf"),
    (
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM.{12}\0|II\*\0|MM\0\*|....ftyp(?:avif|heic|heix|mif1)",
        "image",
    ),
    (rb"RIFF....WAVE|ID3|OggS|fLaC|\xff[\xf1-\xfb]|....ftypM4A|#!AMR|FORM....AIFF", "audio"),
    (rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]|FLV\x01", "video"),
)
_KINDS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _SIGNATURES)
_BINARY = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Content(NamedTuple):
    """What was made out: the kind, and the texts in it. Text is one text, a PDF one for each page."""

    kind: Kind
    texts: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the kind, no text."""
        return f"Content({self.kind})"


Pages = Callable[[bytes], tuple[str, ...] | None]
"""Extracts a PDF's text page by page; None where it cannot."""
_A_WHILE = 1 << 20


def content_of(data: bytes, pages: Pages = pdf.pages, before_reading: Callable[[int], None] | None = None) -> Content:
    """Make out what bytes are, and extract their text.

    `before_reading` is told the size of what takes a while to read; of a PDF a small one may, too.
    """
    kind = next((kind for signature, kind in _KINDS if signature.match(data)), None)
    if kind is None:
        text = as_text(data)
        return Content("other", ()) if text is None else Content("text", (text,))
    if kind == "pdf":
        if before_reading is not None:
            before_reading(max(len(data), _A_WHILE))
        found = pages(data)
        return Content("other", ()) if found is None else Content("pdf", found)
    return Content(kind, ())


def as_text(data: bytes) -> str | None:
    """Read bytes as text; None where they are none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _BINARY.search(text) else text
