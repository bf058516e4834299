"""Source packages of Python projects with other languages in them, fetched once. Knows uv's lock files and a cache folder.

Strategy: uv says where a package's source is and what its hash must be, in a lock file; nothing of the package is built or run.
"""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import tomllib
import urllib.request
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parent.parent / ".cache"
CACHE = ROOT / "bench" / "sdist"
_PATIENCE = 300


def folder(package: str) -> Path:
    """Give the folder of an unpacked source package (`name==version`); fetch it where it is not there yet."""
    where = CACHE / package
    if not where.exists():
        with tarfile.open(fileobj=BytesIO(_source(package))) as archive:
            archive.extractall(where, filter="data")
    return where


def _source(package: str) -> bytes:
    command = [str(ROOT / "venvs" / "uv" / "bin" / "uv"), "pip", "compile", "--quiet", "--no-config", "--no-deps"]
    command += ["--python-version", "3.11", "--format", "pylock.toml", "-"]
    locked = subprocess.run(command, check=True, capture_output=True, input=package.encode(), timeout=_PATIENCE).stdout
    source = tomllib.loads(locked.decode())["packages"][0]["sdist"]
    with urllib.request.urlopen(source["url"], timeout=_PATIENCE) as answer:  # noqa: S310  the URL is uv's
        data: bytes = answer.read()
    assert hashlib.sha256(data).hexdigest() == source["hashes"]["sha256"], package
    return data
