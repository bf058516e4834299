"""SARIF: each severity has its level, names become URIs, unused rules are not listed."""

from pathlib import Path

import pytest

from redact.cli.finding import Hit, Scanned
from redact.cli.sarif import LEVELS, document
from redact.rules import parse

from .conftest import PACK

RULES = {sourced.rule.id: sourced.rule for sourced in parse(PACK, "acme.yaml")}
HIT = Hit(4, 9, "acme-token", 2, 1, 2, 6)


def run_of(*results, troubles=()):
    (run,) = document(results, RULES, troubles)["runs"]
    return run


def test_only_rules_that_found_something_are_listed_and_results_point_to_them():
    run = run_of(Scanned(Path("a"), 9, (HIT, HIT._replace(rule_id="acme-services"))))
    listed = run["tool"]["driver"]["rules"]
    assert ["acme-services", "acme-token"] == [rule["id"] for rule in listed]
    for result in run["results"]:
        assert result["ruleId"] == listed[result["ruleIndex"]]["id"]


def test_a_severity_becomes_a_level():
    run = run_of(Scanned(Path("a"), 9, (HIT,)))
    assert "error" == run["results"][0]["level"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert "9.5" == rule["properties"]["security-severity"]
    assert "https://docs.acme.example/tokens" == rule["helpUri"]
    assert {"error", "warning", "note"} == {level for level, _ in LEVELS.values()}


@pytest.mark.parametrize(
    ("path", "uri"),
    [("-", "stdin"), ("src/a b#c.py", "src/a%20b%23c.py"), ("/tmp/é", "file:///tmp/%C3%A9"), ("a:b", "a%3Ab")],
)
def test_a_path_becomes_a_uri_reference(path, uri):
    (result,) = run_of(Scanned(Path(path), 9, (HIT,)))["results"]
    assert uri == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_columns_count_characters():
    assert "unicodeCodePoints" == run_of()["columnKind"]


def test_nothing_found_is_a_document_without_results():
    run = run_of(Scanned(Path("a"), 9))
    assert ([], []) == (run["results"], run["tool"]["driver"]["rules"])
    assert run["invocations"][0]["executionSuccessful"]
