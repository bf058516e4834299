"""The tenant key: one master secret in a private file, and the keys derived from it. Knows no record.

Losing the file loses every value in the vault; whoever reads it reads them all, so it is refused while others may.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import shlex
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from redact.errors import VaultError
from redact.statefile import create_whole, failures_as

MASTER_BYTES = 32
_LINE = re.compile(rb"redact-key-1 ([0-9a-f]{64}) ([0-9a-f]{8})\n?")


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """What a tenant's master key is used for. `kid` names key and tenant in public; the rest never shows in a repr."""

    tenant: str
    kid: str
    index_key: bytes = field(repr=False)
    """32 bytes: surrogates and fingerprints are keyed hashes under it."""
    seal_key: bytes = field(repr=False)
    """64 bytes: AES-256-SIV."""


def derive(master: bytes, tenant: str = "default") -> TenantKeys:
    """Derive a tenant's keys. Same master and tenant, same keys, on every machine; another tenant shares nothing.

    HKDF-SHA256, https://www.rfc-editor.org/rfc/rfc5869, one info string for each use.
    """
    if len(master) != MASTER_BYTES:
        raise VaultError(
            f"a tenant's master key has {MASTER_BYTES} bytes, this one {len(master)}; restore it from a backup"
        )
    return TenantKeys(
        tenant=tenant,
        kid=_expand(master, "kid", tenant, 4).hex(),
        index_key=_expand(master, "index", tenant, 32),
        seal_key=_expand(master, "seal", tenant, 64),
    )


def open_keys(path: Path, tenant: str = "default") -> TenantKeys:
    """Read the tenant key at `path`, making a new one (mode 0600) first if there is none.

    Processes that start at once agree on one key. Raises `VaultError` when the file is damaged, cannot be read or made, or
    may be read by others.
    """
    with failures_as(VaultError, path):
        if not path.exists():
            create_whole(path, lambda draft: _write(draft, secrets.token_bytes(MASTER_BYTES)))
        return derive(_read(path), tenant)


def fingerprint(keys: TenantKeys, value: str) -> bytes:
    """Return 32 bytes that stand for a value where it must not be shown: equal for equal values under one tenant key."""
    return hmac.digest(keys.index_key, b"redact fingerprint\0" + value.encode("utf-8", "surrogatepass"), "sha256")


def _expand(master: bytes, use: str, tenant: str, length: int) -> bytes:
    info = f"redact 1 {use}\0{tenant}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(master)


def _write(path: Path, master: bytes) -> None:
    path.write_bytes(b"redact-key-1 %s %s\n" % (master.hex().encode(), _check(master)))


def _read(path: Path) -> bytes:
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        mode = os.fstat(opened).st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise VaultError(
                f"{path}: others may read or write this key (mode {stat.S_IMODE(mode):04o}); "
                f"run `chmod 600 {shlex.quote(str(path))}`"
            )
        line = os.read(opened, 4096)
    finally:
        os.close(opened)
    parts = _LINE.fullmatch(line)
    master = bytes.fromhex(parts[1].decode()) if parts else b""
    if not parts or parts[2] != _check(master):
        raise VaultError(
            f"{path}: the key is damaged; restore it from a backup. Without it the vault beside it cannot be read: "
            "only then move both away to start anew"
        )
    return master


def _check(master: bytes) -> bytes:
    # Tells a damaged file from another key; 32 bits of a hash of 256 random bits give nothing away.
    return sha256(b"redact key check\0" + master).hexdigest()[:8].encode()
