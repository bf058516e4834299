"""Literals first, each rule's pattern only where its literal stands: the same findings as looking everywhere."""

import pytest

from redact.detect.examples import problems
from redact.detect.patterns import Patterns, expressions
from redact.errors import DetectionError
from redact.literals import have_hyperscan
from redact.rules import parse
from tests import pack

RULE = """
rules:
- id: {id}
  title: t
  category: secret
  pattern: '{pattern}'
  window: {window}
  matches: ["«x»"]
  rejects: [y]
"""


def rule(pattern, rule_id="one", window=64):
    return parse(RULE.format(pattern=pattern, id=rule_id, window=window), "x.yaml")[0].rule


@pytest.fixture(
    params=[False, True] if have_hyperscan() else [False], ids=lambda fast: "hyperscan" if fast else "plain"
)
def found(request):
    def find(text, *rules):
        findings = Patterns(expressions(rules), fast=request.param)(text)
        return sorted({(text[f.start : f.end], f.rule_id) for f in findings})

    return find


def test_the_group_value_is_what_is_found(found):
    assert [("b2c3", "one")] == found("key=b2c3;", rule(r"key=(?P<value>\w+)"))


def test_a_rule_without_a_literal_is_looked_for_everywhere(found):
    assert [("4711-0815", "one")] == found("é x 4711-0815 y", rule(r"\d{4}-\d{4}"))


def test_literals_are_found_in_any_case(found):
    assert [("APIKEY-7", "one"), ("apikey-7", "one")] == found("APIKEY-7 apikey-7", rule(r"(?i)apikey-\d"))


def test_a_match_longer_than_the_window_is_found_whole(found):
    long = "BEGIN" + "x" * 5000 + "END"
    assert [(long, "one")] == found(f"... {long} ...", rule(r"BEGINx+END", window=16))
    assert [(long, "one")] == found(f"... {long} ...", rule(r"(?:BEGIN)x+(?:END)", window=16))


def test_two_matches_near_each_other_are_both_found(found):
    assert [("a1", "one"), ("b2", "one")] == found("tok a1 tok b2", rule(r"tok (?P<value>\w\d)"))


def test_offsets_count_characters_in_any_script(found):
    for before in ("é" * 7, "😀", "\ud800", "ж\u0000"):
        assert [("dtk_8Jq2mVx91LpZt0Ye", "demo-token")] == found(f"{before} dtk_8Jq2mVx91LpZt0Ye", *pack.RULES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("new LedgerReconcilerClient()", "LedgerReconciler"),
        ("LEDGER_RECONCILER_URL", "LEDGER_RECONCILER"),
        ("ledger-reconcilers", "ledger-reconciler"),
        ("myledgerreconcilerdb", "ledgerreconciler"),
        ("Vault s3 Proxy2", "Vault s3 Proxy"),
        ("\\nPayflow", "Payflow"),
        ("getPayflowUrl", "Payflow"),
        ("payflow2", "payflow"),
        ("payflows", "payflow"),
        ("PAYFLOWClient", "PAYFLOW"),
        ("com/acme/ledger", "com/acme/ledger"),
        ("mypayflowdb", None),
        ("repayflow", None),
        ("payflowing", None),
        ("ledger, reconciler", None),
        ("the general ledger", None),
    ],
)
def test_a_name_is_found_in_every_style_and_a_short_one_only_as_a_word(found, text, name):
    assert ([(name, "acme")] if name else []) == found(text, *pack.RULES)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://db.corp.acme.test/x", "db.corp.acme.test"),
        ("a_b.C-D.CORP.ACME.TEST.", "a_b.C-D.CORP.ACME.TEST"),
        ("corp.acme.test", "corp.acme.test"),
        ("notcorp.acme.test", None),
        ("db.corp.acme.test.example.org", None),
        ("db.corp.acme.testing", None),
    ],
)
def test_a_star_takes_every_host_below(found, text, host):
    assert ([(host, "acme")] if host else []) == found(text, *pack.RULES)


def test_what_a_rule_allows_is_not_found(found):
    allowed = parse(
        """
rules:
- id: one
  title: t
  category: secret
  pattern: 'tok_\\w+'
  allow: {values: [tok_sample], patterns: ['_test$']}
  entropy: 2
  validators: [mixed]
  matches: ["«tok_A1b2»"]
  rejects: [tok_sample, tok_A1_test, tok_tttt]
""",
        "x.yaml",
    )
    assert [] == [str(problem) for problem in problems(allowed)]


def test_an_example_that_does_not_hold_is_told_with_its_place():
    sourced = parse(RULE.format(pattern="x+", id="one", window=64).replace("rejects: [y]", "rejects: [axa]"), "p.yaml")
    assert ["p.yaml:3 one: rejects[0] found 'x', expected nothing"] == [str(problem) for problem in problems(sourced)]
    sourced = parse(RULE.format(pattern="xy", id="one", window=64), "p.yaml")
    assert ["p.yaml:3 one: matches[0] found nothing, expected 'x'"] == [str(problem) for problem in problems(sourced)]


@pytest.mark.parametrize("fast", [False, None])
def test_every_rule_of_the_tests_holds_to_its_examples(fast):
    assert [] == [str(problem) for problem in problems(pack.SOURCED, fast=fast)]


def test_a_pattern_that_runs_out_of_time_is_an_error_that_names_its_rule(monkeypatch):
    monkeypatch.setattr("redact.detect.patterns.TIMEOUT", 0.01)
    slow = rule(r"tok(?:a|aa)+(?:a|aa)+(?:a|aa)+$", "slow")
    with pytest.raises(DetectionError, match="slow"):
        Patterns(expressions([slow]), fast=False)("tok" + "a" * 200 + "b")


WANTS = """
rules:
- id: badge
  title: t
  category: pii
  {what}
  near: {{words: [badge number, ausweis], within: 16}}
  matches: ["«x»"]
  rejects: [y]
"""


@pytest.mark.parametrize("what", ["pattern: '[0-9]{6}'", "hosts: ['*.gate.test']", "names: [front gate]"])
@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        ("badge number: ", "", True),
        ("badgeNumber=", "", True),
        ("", " is BADGE_NUMBER", True),
        ("Ausweis ", " ", True),
        ("", "", False),
        ("badge, then a number: ", "", False),
        ("badges number ", "", False),
        ("badge number, long before: ", "", False),
    ],
)
def test_what_wants_a_word_near_is_found_near_it_only(found, what, before, after, stands):
    wanted = parse(WANTS.format(what=what), "x.yaml")[0].rule
    value = "104233" if "pattern" in what else "a.gate.test" if "hosts" in what else "front_gate"
    assert ([(value, "badge")] if stands else []) == found(f"{before}{value}{after}", wanted)
