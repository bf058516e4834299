"""`redact key`: a key's name in the settings."""

import re

from click.testing import CliRunner

from redact.cli import cli


def fingerprint(folder, key, state="state"):
    config = folder / "redact.yaml"
    config.write_text(f"state_dir: {folder / state}\n")
    done = CliRunner().invoke(cli, ["key", "--config", str(config)], input=key)
    assert 0 == done.exit_code, done.output
    return done.stdout.strip()


def test_a_key_has_one_fingerprint_under_one_tenants_key(tmp_path):
    first = fingerprint(tmp_path, "sk-invented-1\n")
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first == fingerprint(tmp_path, "sk-invented-1")
    assert first != fingerprint(tmp_path, "sk-invented-2")
    assert first != fingerprint(tmp_path, "sk-invented-1", state="other")
