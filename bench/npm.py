"""Large packages from npm, fetched once with `npm pack`. Knows npm's client and a cache folder."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

PACKAGES = ("typescript@5.9.2", "three@0.180.0", "prettier@3.6.2", "webpack@5.101.3", "lodash@4.17.21")
CACHE = Path(__file__).parent.parent / ".cache" / "bench" / "npm"
SUFFIXES = frozenset(".js .cjs .mjs .jsx .ts .cts .mts .tsx .json .md .css .html .yml .yaml".split())


def folder(package: str) -> Path:
    """Give the folder of an unpacked package; fetch it where it is not there yet."""
    where = CACHE / package.replace("/", "+")
    if not where.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(CACHE), package]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
        with tarfile.open(CACHE / name) as archive:
            archive.extractall(where, filter="data")
    return where
