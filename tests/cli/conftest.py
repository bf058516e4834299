"""A home of nobody's, settings with a small pack, and the command line: in this process, or as a program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from redact.cli import cli

PACK = """\
rules:
- id: acme-token
  title: Token of Acme's deploy service
  category: secret
  severity: critical
  pattern: (?<![A-Za-z0-9_])acme_[A-Za-z0-9]{24}(?![A-Za-z0-9])
  entropy: 3
  references: [https://docs.acme.example/tokens]
  matches: ["x = «acme_8Kq2Lm4Zx9Tr7Vw1Yb3Nc5Pd»"]
  rejects: ["acme_000000000000000000000000"]
- id: acme-services
  title: Internal services of Acme
  category: internal
  names: [ledger reconciler]
  hosts: ["*.corp.acme.example"]
  matches: ["«LedgerReconciler»Client()", "https://«db.corp.acme.example»/"]
  rejects: ["the ledger was reconciled"]
- id: acme-account
  title: Account of Acme
  category: identifier
  pattern: account (?P<value>\\d{12})\\b
  surrogate: digits
  matches: ["account «123456789012»"]
  rejects: ["account 12"]
- id: acme-never
  title: What may not leave in any form
  category: secret
  action: block
  pattern: BLOCK-(?P<value>[0-9]{12})
  matches: ["x = BLOCK-«123456789012»"]
  rejects: ["BLOCK-1"]
- id: acme-watched
  title: Tried out first
  category: internal
  action: report
  pattern: WATCH-(?P<value>[0-9]{12})
  matches: ["WATCH-«123456789012»"]
  rejects: ["WATCH-1"]
- id: acme-public
  title: Sensitive to nobody
  category: internal
  action: allow
  pattern: PUBLIC-[0-9]{12}
  matches: ["«PUBLIC-123456789012»"]
  rejects: ["PUBLIC-1"]
"""

TOKEN = "acme_8Kq2Lm4Zx9Tr7Vw1Yb3Nc5Pd"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A fresh home, in which the command line runs."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def config(home, tmp_path) -> Path:
    """Settings with the pack above and nothing else."""
    (tmp_path / "acme.yaml").write_text(PACK)
    path = tmp_path / "redact.yaml"
    path.write_text("rules: [./acme.yaml]\nstate_dir: ./state\n")
    return path


@pytest.fixture
def redact(home):
    """Run a command line in this process."""
    return lambda *args, stdin=b"": CliRunner().invoke(cli, list(map(str, args)), input=stdin, prog_name="redact")


@pytest.fixture
def program(home):
    """Start a command line as a program of its own, with nothing of the caller's environment."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    env = kept | {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}

    def start(*args, **options):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [sys.executable, "-m", "redact", *map(str, args)]
        return subprocess.Popen(command, env=env, cwd=home, **pipes | options)

    return start
