"""`redact rules try`: what a new pack gains and loses against the active rules."""

import pytest

from .conftest import TOKEN

NEW = """\
rules:
- id: acme-account
  title: Account of Acme, of any length
  category: identifier
  pattern: account (?P<value>\\d{4,12})\\b
  matches: ["account «1234»"]
  rejects: ["account 123"]
- id: acme-token
  title: Live tokens only
  category: secret
  pattern: acme_LIVE[A-Za-z0-9]{20}
  matches: ["«acme_LIVE8Kq2Lm4Zx9Tr7Vw1Yb3N»"]
  rejects: ["acme_TEST"]
- id: acme-order
  title: Order of Acme
  category: internal
  pattern: order-\\d{6}
  matches: ["«order-123456»"]
  rejects: ["order-1"]
"""


@pytest.fixture
def new(home):
    path = home / "new.yaml"
    path.write_text(NEW)
    return path


@pytest.fixture
def folder(home):
    folder = home / "src"
    folder.mkdir()
    (folder / "a.txt").write_text(f"account 123456789012\n{TOKEN}\n  account 123456\n")
    (folder / "b.txt").write_text("account 4711\nLedgerReconciler\n")
    (folder / "c.bin").write_bytes(b"\0account 4711")
    return folder


def test_what_is_gained_and_lost_is_told_by_rule_and_place(redact, config, new, folder):
    result = redact("rules", "try", new, "--config", config, "--on", "src")
    assert result.exit_code == 0
    lines = [line.partition(", ")[0] if "gained" in line else line for line in result.stdout.splitlines()]
    assert lines == [
        "acme-account  2 gained",
        "  + src/a.txt:3:11",
        "  + src/b.txt:1:9",
        "acme-token  0 gained",
        "  - src/a.txt:2:1",
        "acme-order  0 gained",
    ]
    assert "acme-token  0 gained, 1 lost, " in result.stdout
    assert result.stderr == "2 gained, 1 lost in 3 files, 0.0 MB of text\n"


def test_the_time_of_each_new_rule_is_told(redact, config, new, folder):
    told = redact("rules", "try", new, "--config", config, "--on", "src").stdout
    assert 3 == told.count(" ms a megabyte")


def test_several_paths_may_follow(redact, config, new, folder):
    told = redact("rules", "try", new, "--config", config, "--on", "src/a.txt", "src/b.txt").stderr
    assert "in 2 files" in told


def test_no_value_is_shown_and_nothing_kept(redact, config, new, folder, tmp_path):
    result = redact("rules", "try", new, "--config", config, "--on", "src")
    assert TOKEN not in result.output
    assert "4711" not in result.output
    assert not (tmp_path / "state" / "vault.db").exists()


def test_many_places_are_cut_short(redact, config, new, home):
    (home / "many.txt").write_text("order-123456\n" * 9)
    told = redact("rules", "try", new, "--config", config, "--on", "many.txt").stdout
    assert "  + many.txt:5:1\n  + … and 4 more\n" in told


def test_a_pack_that_does_not_hold_its_examples_is_refused(redact, config, new, folder):
    new.write_text(NEW.replace('account 123"', 'account 1234"'))
    result = redact("rules", "try", new, "--config", config, "--on", "src")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "acme-account: rejects[0] found '1234', expected nothing" in result.stderr


def test_what_cannot_be_read_is_exit_code_2(redact, config, new, folder):
    result = redact("rules", "try", new, "--config", config, "--on", "src", "none")
    assert result.exit_code == 2
    assert "redact: none: No such file or directory" in result.stderr
    assert "2 gained" in result.stdout
