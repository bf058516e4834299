"""The certificate authority of one machine, and the bundles that clients and the filter trust. Knows mitmproxy's store."""

from __future__ import annotations

import contextlib
import os
import ssl
from collections.abc import Iterable
from pathlib import Path

import certifi
from mitmproxy.certs import CertStore

from redact.errors import SettingsError

KEY_BITS = 2048


def prepared(state: Path, upstream_ca: Path | None) -> Path:
    """Make the authority if there is none, and write what is trusted; return mitmproxy's folder.

    `ca.pem` is the public certificate for clients that add one; `bundle.pem` is for those that replace the system's;
    `mitmproxy/upstream.pem` is what the filter itself trusts. Raises SettingsError.
    """
    folder = state / "mitmproxy"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = CertStore.from_store(folder, "mitmproxy", KEY_BITS)
        own = store.default_ca.to_pem().decode()
        public = _public()
        further = [upstream_ca.read_text(encoding="utf-8")] if upstream_ca else []
        _write(state / "ca.pem", [own])
        _write(state / "bundle.pem", [*public, own])
        _write(folder / "upstream.pem", [*public, *further])
    except (OSError, ValueError) as error:
        what = os.strerror(error.errno or 0) if isinstance(error, OSError) else "not a certificate"
        raise SettingsError(f"the certificate authority in {state} cannot be set up: {what}") from None
    return folder


def _public() -> list[str]:
    """Read what this system trusts (behind a company's TLS proxy only that is right), and certifi's list."""
    paths = ssl.get_default_verify_paths()
    found: list[str] = []
    for path in dict.fromkeys((paths.cafile, os.environ.get("SSL_CERT_FILE"), certifi.where())):
        if path:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                found.append(Path(path).read_text(encoding="utf-8"))
    return found


def _write(path: Path, parts: Iterable[str]) -> None:
    text = "\n".join(part.strip() for part in parts) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(path)
