"""`redact scan`: what it says, what it does not, and its exit codes."""

import json
import os
import pty
import re

import pytest
import yaml

from .conftest import PACK, TOKEN


@pytest.fixture
def project(home):
    """A folder to scan: two files with findings, one without, one binary, one ignored."""
    folder = home / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_text(f"é = 1\nkey = '{TOKEN}'\n")
    (folder / "src" / "b.py").write_text("client = LedgerReconciler()\r\nother = LEDGER_RECONCILER\r\n")
    (folder / "clean.txt").write_text("nothing\n")
    (folder / "logo.png").write_bytes(b"\x89PNG\0" + TOKEN.encode())
    (folder / "ignored.txt").write_text(TOKEN)
    (folder / ".gitignore").write_text("ignored.txt\n")
    return folder


def test_people_get_place_rule_and_title(redact, config, project):
    result = redact("scan", "--config", config, "project")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "project/src/a.py:2:8 acme-token Token of Acme's deploy service",
        "project/src/b.py:1:10 acme-services Internal services of Acme",
        "project/src/b.py:2:9 acme-services Internal services of Acme",
    ]
    assert result.stderr == "3 findings in 2 files of 4 scanned; 1 binary file passed over\n"


def test_scripts_get_json_lines_with_character_offsets(redact, config, project):
    result = redact("scan", "--config", config, "--json", "project")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert (1, "") == (result.exit_code, result.stderr)
    assert {"path", "start", "end", "rule_id", "category"} == set().union(*lines)
    first = lines[0]
    assert ("project/src/a.py", "acme-token", "secret") == (first["path"], first["rule_id"], first["category"])
    text = (project / "src" / "a.py").read_bytes().decode()
    assert TOKEN == text[first["start"] : first["end"]]
    second = (project / "src" / "b.py").read_bytes().decode()
    assert "LEDGER_RECONCILER" == second[lines[2]["start"] : lines[2]["end"]]


def test_sarif_says_the_same(redact, config, project):
    document = json.loads(redact("scan", "--config", config, "--sarif", "project").stdout)
    (run,) = document["runs"]
    results = [(each["ruleId"], each["locations"][0]["physicalLocation"]) for each in run["results"]]
    assert ["acme-token", "acme-services", "acme-services"] == [rule for rule, _ in results]
    where = results[0][1]
    assert "project/src/a.py" == where["artifactLocation"]["uri"]
    assert (2, 8, 2, 8 + len(TOKEN)) == tuple(
        where["region"][k] for k in ("startLine", "startColumn", "endLine", "endColumn")
    )


@pytest.mark.parametrize("form", [[], ["--json"], ["--sarif"]])
def test_no_form_shows_a_value(redact, config, project, form):
    result = redact("scan", "--config", config, *form, "project")
    assert not re.search(r"acme_8K|ledger.?reconciler", result.output, re.IGNORECASE)


def test_stdin_is_scanned_as_a_dash(redact, config, project):
    result = redact("scan", "--config", config, "--json", "-", "project/clean.txt", stdin=f"x\n{TOKEN}".encode())
    assert {"path": "-", "start": 2, "end": 31, "rule_id": "acme-token", "category": "secret"} == json.loads(
        result.stdout
    )


def test_nothing_found_is_exit_code_0(redact, config, project):
    result = redact("scan", "--config", config, "project/clean.txt")
    assert (0, "") == (result.exit_code, result.stdout)
    assert result.stderr == "no findings in no files of 1 scanned\n"


def test_what_cannot_be_scanned_is_exit_code_2_and_the_rest_is_scanned(redact, config, project):
    result = redact("scan", "--config", config, "--json", "not-there", "project/src/a.py")
    assert result.exit_code == 2
    assert result.stderr == "redact: not-there: No such file or directory\n"
    assert 1 == len(result.stdout.splitlines())


def test_sarif_names_what_could_not_be_scanned(redact, config):
    (run,) = json.loads(redact("scan", "--config", config, "--sarif", "not-there").stdout)["runs"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert "No such file or directory" == invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_ignored_files_are_scanned_on_demand(redact, config, project):
    listed = redact("scan", "--config", config, "--json", "--no-ignore", "project").stdout
    assert "project/ignored.txt" in listed


def test_a_file_named_twice_is_scanned_once(redact, config, project):
    assert 1 == len(
        redact("scan", "--config", config, "--json", "project/src/a.py", "./project/src/a.py").stdout.splitlines()
    )


def test_two_forms_at_once_are_refused(redact, config):
    result = redact("scan", "--config", config, "--json", "--sarif", ".")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


def test_a_path_cannot_command_the_terminal(redact, config, home):
    (home / "\x1b[31mred\n.txt").write_text(TOKEN)
    told = redact("scan", "--config", config, ".").stdout
    assert "\x1b" not in told
    assert 1 == told.count("\n")


def test_a_name_that_is_no_utf_8_survives(redact, config, home):
    (home / os.fsdecode(b"caf\xe9.txt")).write_text(TOKEN)
    line = json.loads(redact("scan", "--config", config, "--json", ".").stdout)
    assert b"caf\xe9.txt" == os.fsencode(line["path"])
    (run,) = json.loads(redact("scan", "--config", config, "--sarif", ".").stdout)["runs"]
    assert "caf%E9.txt" == run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "caf\N{REPLACEMENT CHARACTER}.txt:1:1" in redact("scan", "--config", config, ".").stdout


def test_what_is_confirmed_is_said_in_json_and_sarif(redact, home):
    (home / "own.yaml").write_text(
        "rules:\n- {id: acme-checked, title: t, category: secret, severity: medium, pattern: 'ghp_\\w{36}', validators: [luhn], "
        "confirm: [crc32], matches: ['«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»'], rejects: ['ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18']}\n"
    )
    (home / "redact.yaml").write_text("rules: [./own.yaml]\n")
    token = b"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"
    (line,) = redact("scan", "--config", "redact.yaml", "--json", "-", stdin=token).stdout.splitlines()
    assert json.loads(line)["confirmed"] is True
    document = json.loads(redact("scan", "--config", "redact.yaml", "--sarif", "-", stdin=token).stdout)
    (result,) = document["runs"][0]["results"]
    assert ("error", "t (confirmed)") == (result["level"], result["message"]["text"])
    explained = redact("rules", "explain", "--config", "redact.yaml", token.decode()).stdout
    assert "kind    high secret" in explained
    assert "checks  validator luhn; confirmed: its checksum holds" in explained


def test_the_vault_is_not_written(redact, config, tmp_path):
    other = b"acme_3Xw8Kq2Lm4Zx9Tr7Vw1Yb3Nc"  # not the example that stands in the rule
    assert 1 == redact("scan", "--config", config, "-", stdin=other).exit_code
    assert not (tmp_path / "state" / "vault.db").exists()
    assert not [path for path in (tmp_path / "state").rglob("*") if path.is_file() and other in path.read_bytes()]


def test_a_terminal_gets_a_bar_and_nobody_else(program, config, project):
    ours, its = pty.openpty()
    with program("scan", "--config", config, "project", stderr=its) as running:
        os.close(its)
        seen = b""
        try:
            while data := os.read(ours, 4096):
                seen += data
        except OSError:  # how Linux says that the other end is closed
            pass
        assert 1 == running.wait(20)
        assert running.stdout.read().startswith(b"project/src/a.py:2:8 acme-token")
    os.close(ours)
    assert "━".encode() in seen
    with program("scan", "--config", config, "project") as running:
        out, err = running.communicate(timeout=20)
    assert b"\x1b" not in out + err


def test_a_rule_is_silent_in_the_files_it_names(redact, home):
    rules = yaml.safe_load(PACK)
    for rule in rules["rules"]:
        rule["allow"] = {"paths": ["tests/", "*.lock"]}
    (home / "silent.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True))
    (home / "own.yaml").write_text(f"rules: [silent.yaml]\nstate_dir: {home / 'state'}\n")
    for name in ("src/a.py", "src/tests/b.py", "deps.lock"):
        (home / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "code" / name).write_text(f"x = {TOKEN}\n")
    result = redact("scan", "--config", home / "own.yaml", "--json", home / "code")
    assert ["a.py"] == [json.loads(line)["path"].rsplit("/", 1)[1] for line in result.stdout.splitlines()]
