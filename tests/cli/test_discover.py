"""`redact discover`: the internal names of a code base, as a rule pack to review."""

import pytest
import yaml

from redact.cli import discover as module
from redact.rules import parse

TREE = {
    "svc/src/com/acme/ledger/A.java": 'package com.acme.ledger;\nclass A { String u = "https://db.prod.acme.internal:5432/"; }\n',
    "svc/src/com/acme/payout/B.kt": "package com.acme.payout\n",
    "svc/pom.xml": "<project><groupId>com.acme</groupId><artifactId>ledger-core</artifactId></project>",
    "deploy/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: payout-router}\nspec:\n- image: registry.corp.acme.com/pay/payout-router:1\n",
    "docker-compose.yml": "services:\n  postgres: {image: postgres}\n  kestrel-gateway: {build: .}\n",
    "chart/Chart.yaml": "name: payout-router\n",
    "catalog-info.yaml": "apiVersion: backstage.io/v1\nkind: Component\nmetadata: {name: ledger-reconciler}\n",
    "tf/main.tf": 'module "payout_router" {\n}\n',
    "ui/package.json": '{"name": "@acme/ledger-ui", "dependencies": {"react": "1", "@other/thing": "1"}}',
    "go/go.mod": "module git.corp.acme.com/platform/ledger-sync\n",
    "py/acme_ledger/__init__.py": "",
    "dotnet/A.cs": "namespace Acme.Ledger.Core;\n",
    "CODEOWNERS": "* @acme/platform\n",
    ".git/config": '[remote "origin"]\n\turl = git@github.com:acme/monolith-ledger.git\n',
    ".gitignore": "build/\n",
    "build/x/pom.xml": "<groupId>com.ignored.things</groupId>",
    "node_modules/left-pad-two/package.json": '{"name": "left-pad-two"}',
    "data.tf": "\0binary",
}


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "code"
    for name, text in TREE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "redact.yaml"
    path.write_text("rules: [./own.yaml]\nstate_dir: ./state\n")
    (tmp_path / "own.yaml").write_text("rules: []\n")
    return path


def named(text):
    """What each rule of a pack names."""
    rules = yaml.safe_load(text)["rules"]
    return {member: rule[member] for rule in rules for member in ("names", "packages", "hosts") if member in rule}


def test_a_pack_is_proposed_that_can_be_pasted_as_it_is(redact, tree, settings, tmp_path):
    done = redact("discover", "--config", settings, tree)
    assert done.exit_code == 0
    found = named(done.stdout)
    assert {"acme", "payout router", "kestrel gateway", "ledger reconciler", "acme ledger", "ledger ui"} <= set(
        found["names"]
    )
    assert {"com.acme", "com.acme.ledger", "com.acme.payout", "Acme.Ledger", "git.corp.acme.com/platform"} <= set(
        found["packages"]
    )
    assert {"*.corp.acme.com", "*.acme.internal"} == set(found["hosts"])
    (tmp_path / "found.yaml").write_text(done.stdout)
    checked = redact("rules", "check", tmp_path / "found.yaml")
    assert (0, "") == (checked.exit_code, checked.stdout)


def test_evidence_stands_beside_each_name(redact, tree, settings):
    text = redact("discover", "--config", settings, tree).stdout
    (line,) = [line for line in text.splitlines() if line.startswith('  - "payout router"')]
    for said in ("Helm chart", "Kubernetes Deployment", "Terraform module", "chart/Chart.yaml:1", "deploy/app.yaml:3"):
        assert said in line


@pytest.mark.parametrize("word", ["postgres", "react", "@other", "github", "com.ignored", "left pad", "binary"])
def test_what_is_public_ignored_or_others_is_left_out(redact, tree, settings, word):
    assert word not in redact("discover", "--config", settings, tree).stdout.partition("\nrules:")[2]


def test_what_the_rules_in_force_name_is_not_proposed_again(redact, tree, settings):
    first = redact("discover", "--config", settings, tree).stdout
    (settings.parent / "own.yaml").write_text(first)
    again = redact("discover", "--config", settings, tree)
    assert [] == parse(again.stdout, "again.yaml")


def test_a_higher_bar_leaves_only_what_is_certain(redact, tree, settings):
    found = named(redact("discover", "--config", settings, "--least", "9", tree).stdout)
    assert {"names": ["acme", "payout router"]} == found


def test_a_single_word_of_one_kind_is_only_mentioned(redact, tmp_path, settings):
    (tmp_path / "compose.yaml").write_text("services:\n  payflow: {build: .}\n")
    text = redact("discover", "--config", settings, tmp_path / "compose.yaml").stdout
    assert [] == parse(text, "found.yaml")
    assert '#  - "payflow"' in text
    assert "a single word, said by one kind of thing" in text


def test_nothing_is_exit_code_1_and_still_a_pack(redact, tmp_path, settings):
    (tmp_path / "empty").mkdir()
    done = redact("discover", "--config", settings, tmp_path / "empty")
    assert (1, []) == (done.exit_code, parse(done.stdout, "found.yaml"))


def test_what_no_person_wrote_is_not_read(redact, tmp_path, settings, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 100)
    (tmp_path / "big.tf").write_text('module "payout_router" {\n}\n' + "#" * 100)
    assert "payout" not in redact("discover", "--config", settings, tmp_path / "big.tf").stdout


def test_a_path_that_is_not_there_is_said(redact, settings):
    done = redact("discover", "--config", settings, "nowhere")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr


def test_the_ids_of_the_rules_can_be_chosen(redact, tree, settings):
    text = redact("discover", "--config", settings, "--id", "acme", tree).stdout
    assert ["acme-names", "acme-packages", "acme-hosts"] == [each.rule.id for each in parse(text, "x")]
    wrong = redact("discover", "--config", settings, "--id", "Not An Id", tree)
    assert wrong.exit_code == 2


def test_one_name_is_one_name(redact, settings, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "docker-compose.yml").write_text("services:\n  kestrel-gateway: {build: .}\n")
    assert (
        redact("discover", "--config", settings, tmp_path / "code").stderr
        == "1 name proposed, 0 in doubt, from 1 file\n"
    )
