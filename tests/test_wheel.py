"""The built wheel, installed from the lock into an empty environment, works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.e2e.plants import plant

ROOT = Path(__file__).resolve().parents[1]
UV = ROOT / ".cache" / "venvs" / "uv" / "bin" / "uv"


@dataclass(frozen=True)
class Installed:
    """A wheel, the environment it is installed in, and an empty folder to work in with nobody's settings."""

    wheel: Path
    environment: Path
    desk: Path

    def run(self, program: str, *args: str | Path, said: str | None = None) -> str:
        """Run a program of the environment; return what it prints."""
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(self.desk), "LANG": "C.UTF-8"}
        command = [self.environment / "bin" / program, *args]
        done = subprocess.run(
            command, cwd=self.desk, env=clean, input=said, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    desk, environment = folder / "desk", folder / "environment"
    desk.mkdir()
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    (wheel,) = folder.glob("redact-*.whl")
    run(UV, "venv", "--no-config", "--python", sys.executable, environment)
    install = (UV, "pip", "install", "--no-config", "--no-deps", "--python", environment / "bin" / "python")
    run(*install, "--require-hashes", "--requirements", ROOT / "requirements" / "runtime.lock")
    run(*install, wheel)
    return Installed(wheel, environment, desk)


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, f"{command}: {done.stderr}"


def test_it_holds_every_addon_and_every_rule_pack(installed):
    addons = {f"redact/{path.relative_to(ROOT)}" for path in (ROOT / "addons").rglob("*.py")}
    packs = {f"redact/packs/{path.relative_to(ROOT / 'rules')}" for path in (ROOT / "rules").rglob("*.yaml")}
    assert addons
    assert packs
    queries = {str(path.relative_to(ROOT)) for path in (ROOT / "redact" / "code" / "queries").glob("*.scm")}
    assert len(queries) >= 22
    assert addons | packs | queries | {"redact/py.typed"} <= set(ZipFile(installed.wheel).namelist())


def test_it_holds_nothing_but_the_package(installed):
    assert {"redact"} == {name.split("/")[0].split("-")[0] for name in ZipFile(installed.wheel).namelist()}


def test_its_addon_is_imported_from_the_environment_and_not_from_the_checkout(installed):
    where = installed.run("python", "-I", "-c", "import redact.addons; print(redact.addons.__file__)")
    assert where.startswith(str(installed.environment))


def test_it_says_its_version(installed):
    assert installed.wheel.name.split("-")[1] in installed.run("redact", "--version")


def test_its_rule_packs_are_valid(installed):
    (packs,) = installed.environment.glob("lib/python*/site-packages/redact/packs")
    installed.run("redact", "rules", "check", "--fast", packs)


def test_it_sanitizes_and_restores_what_comes_on_stdin(installed):
    values = plant("wheel")
    said = f"export GITHUB_TOKEN={values.github}\naws iam get-role --role-name {values.arn}\n"
    sanitized = installed.run("redact", "sanitize", said=said)
    assert values.github not in sanitized
    assert values.account not in sanitized
    assert said == installed.run("redact", "restore", said=sanitized)
