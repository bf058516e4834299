"""The lock files agree with each other, hold nothing of the machine that wrote them, and every dependency has its reason."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_what_is_developed_with_is_what_is_shipped():
    runtime, dev = (pins(ROOT / "requirements" / f"{name}.lock") for name in ("runtime", "dev"))
    assert runtime
    assert runtime <= dev


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_by_hash_and_names_no_index(lock):
    text = lock.read_text()
    assert not re.findall(r"\w+://|--index|--find-links", text)
    # Each entry goes on with its hashes, so it ends with a backslash.
    assert [] == [line for line in text.splitlines() if re.match(r"\w", line) and not line.endswith("\\")]


def test_what_comes_from_npm_is_pinned_by_hash_and_names_no_registry():
    folder = ROOT / "requirements" / "clients"
    asked = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert asked == locked.pop("")["dependencies"]
    assert asked == {name: locked[f"node_modules/{name}"]["version"] for name in asked}
    assert [] == [name for name, entry in locked.items() if "integrity" not in entry or "resolved" in entry]


def test_the_readme_names_the_assistants_that_are_run_and_their_versions():
    asked = json.loads((ROOT / "requirements" / "clients" / "package.json").read_text())["dependencies"]
    [aider] = re.findall(r"^aider-chat==(\S+)", (ROOT / "requirements" / "aider.in").read_text(), re.MULTILINE)
    rows = re.findall(r"^\| (\w[\w ]*) \| (\d[\d.]+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    names = {"Claude Code": "@anthropic-ai/claude-code", "Codex": "@openai/codex", "Gemini CLI": "@google/gemini-cli"}
    assert {name: asked[package] for name, package in names.items()} | {"aider": aider} == dict(rows)


def test_every_dependency_has_its_reason():
    docs = (ROOT / "docs" / "dependencies.md").read_text().casefold()
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["pii"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["tool"]["uv"]["override-dependencies"],
    ]
    names = {re.match(r"[\w.-]+", requirement).group().casefold() for requirement in asked}
    assert set() == {name for name in names if not re.search(rf"\b{re.escape(name)}\b", docs)}


def pins(lock: Path) -> set[str]:
    """Read `name==version` of each entry."""
    return set(re.findall(r"^[\w.-]+==\S+", lock.read_text(), re.MULTILINE))
