"""Rules out of a configuration of gitleaks, and what of them has no likeness here."""

import pytest
from pathspec import GitIgnoreSpec

from redact import gitleaks
from redact.errors import RuleError


def converted(rule, before=""):
    every, said = gitleaks.read(f"{before}\n[[rules]]\n{rule}", "g.toml")
    (one,) = every
    return one, said


def test_a_rule_keeps_what_it_asks_for():
    one, said = converted(
        'id = "Acme_Key"\ndescription = "Key of Acme"\nregex = "acme_([a-z]+)"\nentropy = 3.5\nkeywords = ["acme_"]'
    )
    assert ("acme-key", "", []) == (one.id, one.why_not, one.notes)
    expected = {"pattern": "acme_(?P<value>[a-z]+)", "title": "Key of Acme", "keywords": ["acme_"], "entropy": 3.5}
    assert expected == one.members
    assert [] == said


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('id = "a"\npath = "x"', "it looks at paths only"),
        ('id = "a"', "it has no regex"),
        ('id = "a"\nregex = "(?U)a"', "the flag U"),
        ('id = "a"\nregex = "(a)"\nsecretGroup = 3', "it has no group 3"),
    ],
)
def test_a_rule_that_cannot_be_taken_over_says_why(rule, why):
    assert why in converted(rule)[0].why_not


def test_allowlists_become_what_a_rule_allows():
    rule = """id = "a"
regex = "a+"
[[rules.allowlists]]
regexes = ["^0+$"]
stopwords = ["Test", "a.b"]
paths = ['''(?:^|/)vendor/''', '''\\.(png|svg)$''', '''^docs/''', '''a[0-9]''']
[rules.allowlist]
regexTarget = "line"
regexes = ["x"]
"""
    one, said = converted(
        rule, '[[allowlists]]\ntargetRules = ["b"]\nstopwords = ["no"]\n[allowlist]\nstopwords = ["all"]'
    )
    assert ["^0+\\Z", "(?i:Test|a\\.b)", "(?i:all)"] == one.members["allow"]["patterns"]
    assert 2 == len(one.notes)
    assert [] == said
    spec = GitIgnoreSpec.from_lines(one.members["allow"]["paths"])
    for path, is_allowed in {
        "x/vendor/y": True,
        "a.png": True,
        "x/a.svg": True,
        "a.png.txt": False,
        "docs/a": True,
        "x/docs/a": False,
    }.items():
        assert is_allowed == spec.match_file(path)


def test_what_must_hold_together_is_left_out():
    one, _ = converted(
        'id = "a"\nregex = "a+"\n[[rules.allowlists]]\ncondition = "AND"\nregexes = ["b"]\npaths = ["c"]'
    )
    assert "allow" not in one.members
    assert ["allowlist: regexes and paths together are not known here; left out"] == one.notes


def test_what_concerns_all_rules_is_said_once():
    _, said = converted('id = "a"\nregex = "a+"', '[extend]\nuseDefault = true\npath = "x"\ndisabledRules = ["y"]')
    assert 3 == len(said)


@pytest.mark.parametrize("text", ["[[rules", "rules = 3", 'rules = ["x"]', "[rules]\nx = 1"])
def test_what_is_no_configuration_is_refused(text):
    with pytest.raises(RuleError, match=r"g\.toml"):
        gitleaks.read(text, "g.toml")
