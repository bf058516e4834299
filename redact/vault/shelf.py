"""One sealed file beside the vault, for what is made out of values and can be made anew. Knows sealing; knows no value.

What is damaged, or sealed under another key, is as good as nothing: whoever loads it makes it anew.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from redact.vault.keys import TenantKeys


class SealedShelf:
    """The file at `path`, sealed under a tenant's keys. Whoever saves last wins."""

    def __init__(self, path: Path, keys: TenantKeys) -> None:
        self._path = path
        self._siv = AESSIV(keys.seal_key)
        self._bound = [f"redact shelf 1\0{keys.tenant}\0{keys.kid}".encode()]

    def load(self) -> bytes | None:
        """Give what was saved last; None where there is nothing that can be read."""
        try:
            return self._siv.decrypt(self._path.read_bytes(), self._bound)
        except (OSError, InvalidTag, ValueError):  # not there, or damaged, or too short to be sealed
            return None

    def save(self, data: bytes) -> None:
        """Keep this instead; a full or read-only disk only means that it must be made anew."""
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}-{secrets.token_hex(4)}")
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                with os.fdopen(opened, "wb") as file:
                    file.write(self._siv.encrypt(data, self._bound))
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)
