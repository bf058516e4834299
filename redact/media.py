"""What bytes are that no JSON string spells out: text after all, a PDF, a picture, sound. Knows signatures; reads no meaning.

A PDF's text is extracted within bounds; what cannot be extracted makes it one of the `other` kinds, which nobody here can read.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from pypdf import PdfReader

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

PDF_BYTES, PDF_PAGES, PDF_CHARACTERS, PDF_SECONDS = 32 << 20, 500, 4_000_000, 20.0
"""How much of a PDF is read. One that has more cannot be read as a whole, so it is not read at all."""


class Content(NamedTuple):
    """What was made out: the kind, and the texts in it. Text is one text, a PDF one for each page."""

    kind: Kind
    texts: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the kind, no text."""
        return f"Content({self.kind})"


def content_of(data: bytes, before_reading: Callable[[int], None] | None = None) -> Content:
    """Make out what bytes are, and extract their text. `before_reading` is told the size of what takes a while to read."""
    kind = next((kind for signature, kind in _KINDS if signature.match(data)), None)
    if kind is None:
        text = as_text(data)
        return Content("other", ()) if text is None else Content("text", (text,))
    if kind == "pdf":
        if before_reading is not None:
            before_reading(len(data))
        pages = _pages(data)
        return Content("other", ()) if pages is None else Content("pdf", pages)
    return Content(kind, ())


def as_text(data: bytes) -> str | None:
    """Read bytes as text; None where they are none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _BINARY.search(text) else text


@lru_cache(maxsize=8)  # a conversation carries its documents in every turn
def _pages(data: bytes) -> tuple[str, ...] | None:
    if len(data) > PDF_BYTES:
        return None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it quotes what it cannot read
    until = time.monotonic() + PDF_SECONDS
    pages: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted or len(reader.pages) > PDF_PAGES:
            return None
        pages.append("\n".join(f"{name[1:]}: {value}" for name, value in (reader.metadata or {}).items()))
        for page in reader.pages:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > PDF_CHARACTERS or time.monotonic() > until:
                return None
    except Exception:  # noqa: BLE001  a crafted file makes pypdf raise anything; its message may quote the file
        return None
    return tuple(pages)
