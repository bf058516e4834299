"""What rules cost on texts, and which of them cost too much."""

from redact.detect.cost import NOISY, costs, problems
from redact.rules import parse

RULES = """\
rules:
- {id: often, title: t, category: secret, pattern: 'self_(?P<value>[0-9]+)', matches: ['self_«1»'], rejects: ['-']}
- {id: rare, title: t, category: secret, pattern: 'zqx_[0-9]+', matches: ['«zqx_1»'], rejects: ['-']}
- {id: named, title: t, category: internal, names: [self destruct], matches: ['«selfDestruct»'], rejects: ['-']}
- {id: signed, title: t, category: secret, pattern: '[0-9]{4}-[0-9]{4}', keywords: [], matches: ['«1234-1234»'], rejects: ['-']}
- {id: everywhere, title: t, category: secret, pattern: '\\w{9}-\\w{9}', keywords: [], matches: ['«123456789-123456789»'], rejects: ['-']}
- {id: idle, title: t, category: secret, pattern: 'self', enabled: false, matches: ['«self»'], rejects: ['-']}
"""
SOURCED = parse(RULES, "p.yaml")
TEXT = "self_ is here, é, 1234-5678 " * 1000


def test_costs_count_what_brings_a_rule_in_for_a_megabyte():
    cost = {each.rule_id: each for each in costs([each.rule for each in SOURCED], [TEXT, TEXT])}
    assert 35_714 == round(cost["often"].events)
    assert (0, 0.0) == (cost["rare"].events, cost["rare"].seconds)
    assert 0 == cost["named"].events
    assert cost["everywhere"].seconds > 0
    assert cost["everywhere"].everywhere
    assert not cost["often"].everywhere


def test_the_dearest_rule_comes_first():
    ticks = iter([0.0, 1.0, 5.0, 9.0, 10.0, 12.0, 0.0, 0.5])
    found = costs(
        [each.rule for each in SOURCED if each.rule.id in ("often", "idle", "rare")], [TEXT], lambda: next(ticks)
    )
    assert ["idle", "often", "rare"] == [each.rule_id for each in found]


def test_rules_of_whose_keywords_clean_code_is_full_are_without_reach():
    said = {problem.rule_id: str(problem) for problem in problems(SOURCED, [TEXT])}
    assert {"often", "idle"} == said.keys() - {"signed"}
    assert said["often"].startswith("p.yaml:2 often: without reach: clean code brings it in 35,714 times a megabyte")
    assert f"more than {NOISY:,}" in said["often"]
    assert "its keyword 'self_' stands everywhere" in said["often"]


def test_without_clean_code_nothing_is_said():
    assert [] == list(problems(SOURCED, []))
