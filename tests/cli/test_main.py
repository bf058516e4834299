"""`redact` itself: its help, its errors, and what it does not load."""

import subprocess
import sys

import pytest

from redact import app
from redact.cli import COMMANDS, cli


def test_the_help_lists_every_command_with_its_own_summary(redact):
    told = redact("--help").output
    for listed in COMMANDS:
        assert f"{listed.name.ljust(8)}  {listed.summary}" in told


@pytest.mark.parametrize("listed", COMMANDS, ids=lambda listed: listed.name)
def test_a_summary_is_what_the_command_says_of_itself(listed):
    assert listed.summary == cli.get_command(None, listed.name).get_short_help_str(100)


@pytest.mark.parametrize("listed", COMMANDS, ids=lambda listed: listed.name)
def test_every_command_shows_an_example(redact, listed):
    told = redact(listed.name, "--help").output
    assert "Example:" in told or "Commands:" in told


def test_every_command_on_rules_shows_an_example(redact):
    for name in cli.get_command(None, "rules").commands:
        assert f"redact rules {name}" in redact("rules", name, "--help").output.partition("Example:")[2]


def test_the_version_is_told(redact):
    assert redact("--version").output == "redact 0.1.0\n"


@pytest.mark.parametrize(("wrong", "near"), [("sanitise", "sanitize"), ("rule", "rules"), ("scna", "scan")])
def test_a_misspelt_command_is_answered_with_the_nearest(redact, wrong, near):
    result = redact(wrong)
    assert result.exit_code == 2
    assert f"there is no command '{wrong}'; did you mean '{near}'?" in result.stderr


def test_what_the_user_can_mend_is_one_line_and_exit_code_2(redact, tmp_path):
    wrong = tmp_path / "redact.yaml"
    wrong.write_text("stat_dir: /tmp\n")
    result = redact("sanitize", "--config", wrong, stdin=b"x")
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr == f"redact: {wrong}: 'stat_dir' is not a setting; did you mean 'state_dir'?\n"


def test_a_defect_names_its_kind_and_place_and_no_value(redact, config, monkeypatch):
    def broken(*_args, **_options):
        raise ValueError("hunter2 is the password")

    monkeypatch.setattr(app, "open_keys", broken)
    result = redact("sanitize", "--config", config, stdin=b"hunter2")
    assert (3, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("redact: a defect of ours (ValueError in redact.app:")
    assert 1 == result.stderr.count("\n")
    assert "hunter2" not in result.stderr


def test_a_missing_settings_file_is_said(redact, tmp_path):
    result = redact("scan", "--config", tmp_path / "none.yaml", "-")
    assert result.exit_code == 2
    assert "none.yaml: cannot be read" in result.stderr


@pytest.mark.parametrize("args", [["--help"], ["scan", "-"], ["sanitize"], ["rules", "schema"]], ids=" ".join)
def test_only_the_filter_itself_loads_mitmproxy(home, config, args):
    with_settings = [*args, "--config", str(config)] if args[0] in ("scan", "sanitize") else args
    script = (
        "import atexit, sys\n"
        "from redact.cli import main\n"
        "atexit.register(lambda: print('mitmproxy' in sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['redact', *{with_settings!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], input=b"x", capture_output=True, check=False)
    assert b"False" == done.stderr.split()[-1]
