"""The text of a PDF, within bounds. Knows pypdf, which a crafted file may keep busy for long (`detect/pdfs.py`); knows no process."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader

MOST_BYTES, MOST_PAGES, MOST_CHARACTERS = 32 << 20, 500, 4_000_000
"""How much of a PDF is read. One that has more cannot be read as a whole, so it is not read at all."""


def pages(data: bytes) -> tuple[str, ...] | None:
    """Extract the text page by page, what is said about the file first; None where that cannot be done."""
    if len(data) > MOST_BYTES:
        return None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it quotes what it cannot read
    found: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
            return None
        found.append("\n".join(f"{name[1:]}: {value}" for name, value in (reader.metadata or {}).items()))
        for page in reader.pages:
            found.append(page.extract_text())
            if sum(map(len, found)) > MOST_CHARACTERS:
                return None
    except Exception:  # noqa: BLE001  a crafted file makes pypdf raise anything; its message may quote the file
        return None
    return tuple(found)
