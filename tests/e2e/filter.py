"""Start the real filter as a user would, and read what it leaves behind. Knows the command line and the state directory only."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PATIENCE = 60  # seconds, for what takes two when the machine is idle

BEDROCK, GEMINI = "bedrock-runtime.us-east-1.amazonaws.com", "generativelanguage.googleapis.com"
OLLAMA, KIRO = "ollama.com", "codewhisperer.us-east-1.amazonaws.com"
PROVIDERS = ("api.anthropic.com", "api.openai.com", BEDROCK, GEMINI, OLLAMA, KIRO)


def command(*args: str | Path) -> list[str]:
    """The command line of `redact`, under the interpreter that runs the tests."""
    return [sys.executable, "-m", "redact", *map(str, args)]


def environment(home: Path) -> dict[str, str]:
    """Nothing of the caller's environment but the way to Python and, if it measures, to coverage."""
    home.mkdir(parents=True, exist_ok=True)
    spec = importlib.util.find_spec("redact")
    assert spec, "the package `redact` is not installed; `make test` sets it up"
    assert spec.submodule_search_locations
    kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    where = Path(next(iter(spec.submodule_search_locations))).parent
    return kept | {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(where)}


def write_settings(folder: Path, upstream: str, upstream_ca: Path | None = None, **settings: Any) -> Path:
    """Write a `redact.yaml` that sends every provider to `upstream` and keeps all state in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    trust = {"upstream_ca": str(upstream_ca)} if upstream_ca else {}
    values = {
        "listen": "127.0.0.1:0",
        "state_dir": str(folder / "state"),
        "upstreams": dict.fromkeys(PROVIDERS, upstream),
    }
    path = folder / "redact.yaml"
    path.write_text(yaml.safe_dump(values | trust | settings), encoding="utf-8")
    return path


class DidNotStartError(Exception):
    """What the filter said instead of listening."""


@dataclass
class Filter:
    """A running filter."""

    config: Path
    state: Path
    process: subprocess.Popen[str]
    stderr: Path
    url: str
    stdout: str
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.url.rpartition("//")[2].rpartition(":")
        return host, int(port)

    @property
    def ca(self) -> Path:
        return self.state / "ca.pem"

    @property
    def bundle(self) -> Path:
        return self.state / "bundle.pem"

    def log(self) -> str:
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def events(self) -> list[dict[str, Any]]:
        """The audit, oldest first, as `audit.jsonl` tells it."""
        path = self.state / "audit.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def events_after(self, number: int, wanted: int = 1) -> list[dict[str, Any]]:
        """The events past the first `number`, as soon as there are `wanted` of them."""
        wait_for(lambda: len(self.events()) >= number + wanted, f"{wanted} audit event(s)")
        return self.events()[number:]

    def event(self, agent: str) -> dict[str, Any]:
        """The one event of the request that was made under this user agent, as soon as it is written."""

        def found() -> list[dict[str, Any]]:
            return [event for event in self.events() if event["user_agent"] == agent]

        wait_for(lambda: bool(found()), "the audit event of a request")
        [event] = found()
        return event

    def audit_rows(self) -> list[dict[str, Any]]:
        """Every row of every table of `audit.db`."""
        rows: list[dict[str, Any]] = []
        with contextlib.closing(sqlite3.connect(f"file:{self.state / 'audit.db'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                rows += [{"table": table, **dict(row)} for row in database.execute(f'SELECT * FROM "{table}"')]
        return rows

    def left_behind(self) -> Iterator[tuple[str, bytes]]:
        """Everything the filter wrote anywhere: its state, its two outputs, its home."""
        yield "stdout", self.stdout.encode()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path != self.config and path.suffix != ".yaml":
                yield str(path.relative_to(self.folder)), path.read_bytes()

    def stop(self) -> int:
        """End the filter the polite way; a filter that does not end is a failure."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            rest, _ = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        self.stdout += rest or ""
        return self.process.returncode


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Poll until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


@contextmanager
def serve(config: Path, *, before: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Iterator[Filter]:
    """Run `redact serve` until the block ends. `before` is put in front of its command line."""
    running = launch(config, before=before, env=env)
    try:
        yield running
    finally:
        running.stop()


def launch(config: Path, *, before: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Filter:
    """Start `redact serve`, return when it says that it listens; raise with what it said if it does not."""
    folder = config.parent
    stderr = folder / "stderr.txt"
    with stderr.open("ab") as log:
        process = subprocess.Popen(
            [*before, *command("serve", "--config", config)],
            cwd=folder,
            env={**environment(folder / "home"), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout
    said = ""
    deadline = time.monotonic() + PATIENCE
    while "listening on " not in said:
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        line = process.stdout.readline() if ready else ""
        if not line:
            process.kill()
            process.communicate()
            raise DidNotStartError(said + stderr.read_text(encoding="utf-8"))
        said += line
    url = said.partition("listening on ")[2].split()[0]
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    return Filter(config, Path(settings["state_dir"]), process, stderr, url, said, folder)
