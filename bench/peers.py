"""Other scanners on the same texts, each in an environment of its own. Knows their packages; knows nothing of redact.

Strategy: a program in the peer's environment reads the texts, gets the scanner ready, and says how many seconds of CPU one pass
takes, over all threads: what starting and compiling costs is nobody's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ENVIRONMENTS = Path(__file__).parent.parent / ".cache" / "bench" / "peers"
_PATIENCE = 900


class Peer(NamedTuple):
    """A scanner: its package, how it scans a text or the file that holds it, and how many times as fast redact is to be."""

    package: str
    scan: str
    target: float
    megabytes: float = 10
    rounds: int = 3


PEERS = {
    "kingfisher": Peer(
        "kingfisher-secret-scanner",
        """
import kingfisher_sdk
scanner = kingfisher_sdk.Scanner()
def scan(text, path): scanner.scan(text)
""",
        0.7,
    ),
    "detect-secrets": Peer(
        "detect-secrets",
        """
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings
settings = default_settings()
settings.__enter__()
def scan(text, path): list(scan_file(str(path)))
""",
        300,
        1,
        1,
    ),
    "llm-redact-proxy": Peer(
        "llm-redact-proxy",
        """
from llm_redact.config import load_config
from llm_redact.detection.engine import build_allowlist, build_detectors, build_modes
from llm_redact.redactor import BlockedRequest, Redactor
from llm_redact.vault import InMemoryVault
config = load_config(None).detection
def scan(text, path):  # as its command `preview` does
    redactor = Redactor(build_detectors(config), InMemoryVault(), build_allowlist(config), modes=build_modes(config))
    try:
        redactor.redact_text(text)
    except BlockedRequest:
        pass
""",
        60,
        2,
        1,
    ),
}

_TIMED = """
import pathlib, sys, time
{scan}
files = [(path.read_text(encoding="utf-8"), path) for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
scan(*files[0])
least = float("inf")
for _ in range(int(sys.argv[2])):
    started = time.process_time()
    for text, path in files:
        scan(text, path)
    least = min(least, time.process_time() - started)
print(least)
"""


def seconds(name: str, texts: Sequence[str]) -> float | str:
    """Measure the CPU seconds that a peer takes for the texts; or say why it cannot be measured."""
    peer = PEERS[name]
    environment = ENVIRONMENTS / name
    python = environment / "bin" / "python"
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(folder, f"text{number:04d}.txt").write_text(text, encoding="utf-8")
        program = _TIMED.format(scan=peer.scan)
        try:
            if not python.exists():
                _run([sys.executable, "-m", "venv", str(environment)])
            if not (environment / "installed").exists():
                _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.package])
                (environment / "installed").touch()
            return float(_run([str(python), "-c", program, folder, str(peer.rounds)]).split()[-1])
        except subprocess.CalledProcessError as error:
            said = (error.stderr or "").strip().splitlines()
            return said[-1] if said else f"exit status {error.returncode}"
        except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
            return f"{type(error).__name__}: {error}"


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE).stdout
