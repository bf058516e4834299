"""The rule language: what a pack may say, and what is said to whoever gets it wrong."""

import jsonschema
import pytest
import yaml

from redact import rules
from redact.errors import RuleError
from redact.model import STRICTNESS

from . import pack

GOOD = """\
rules:
- id: one
  title: The first
  category: secret
  pattern: tok_(?P<value>\\w+)
  matches: ["tok_«abc»"]
  rejects: [tok]
"""


def refused(text):
    with pytest.raises(RuleError) as error:
        rules.parse(text, "p.yaml")
    return str(error.value)


def test_a_rule_says_what_it_is_and_where_it_stands():
    (sourced,) = rules.parse(GOOD, "p.yaml")
    assert ("one", "The first", "secret", "high", "tokenize", True) == (
        sourced.rule.id,
        sourced.rule.title,
        sourced.rule.category,
        sourced.rule.severity,
        sourced.rule.action,
        sourced.rule.enabled,
    )
    assert "p.yaml:2 one: why" == str(sourced.error("why"))
    assert "ONE" == rules.kind(sourced.rule)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "pattern: tok_(?P<value>\\w+)",
            "patern: x",
            "p.yaml:5 one: 'patern' is not a field of a rule; did you mean 'pattern'?",
        ),
        ("  title: The first\n", "", "p.yaml:2 one: 'title' is missing"),
        ('  matches: ["tok_«abc»"]\n', "", "p.yaml:2 one: 'matches' is missing"),
        ("  rejects: [tok]\n", "", "p.yaml:2 one: 'rejects' is missing"),
        ("rejects: [tok]", "rejects: []", "p.yaml:7 one: rejects: "),
        ("id: one", "id: One", "p.yaml:2 One: id: "),
        ("category: secret", "category: secrets", "p.yaml:4 one: category: "),
        ("tok_(?P<value>\\w+)", "'tok_('", "p.yaml:5 one: the pattern does not compile: "),
        ("tok_(?P<value>\\w+)", "x*", "p.yaml:5 one: the pattern matches the empty string"),
        ("  pattern: tok_(?P<value>\\w+)\n", "", "p.yaml:2 one: says nothing to look for: give it a pattern"),
        ("«abc»", "abc", "p.yaml:6 one: an example in `matches` has no «…» marks"),
        ("«abc»", "«abc", "p.yaml:6 one: an example's «…» marks are not in pairs"),
        ("«abc»", "«a«b»c»", "p.yaml:6 one: an example's «…» marks are not in pairs"),
        ("«abc»", "»abc«", "p.yaml:6 one: an example's «…» marks are not in pairs"),
        ("  title: The first", "  title: a\n  title: b", "p.yaml:4 one: 'title' is given twice"),
        (
            "title: The first",
            "title: t\n  validators: [luhm]",
            "p.yaml:4 one: validator 'luhm' does not exist; did you mean 'luhn'?",
        ),
        ("title: The first", "title: t\n  names: [ab]", "p.yaml:4 one: the name 'ab' is too short"),
        ("title: The first", "title: t\n  kind: too-long", "p.yaml:4 one: kind: "),
        ("title: The first", "title: t\n  window: 1", "p.yaml:4 one: window: "),
        ("title: The first", "title: t\n  entropy: 9", "p.yaml:4 one: entropy: "),
        ("title: The first", "title: t\n  allow: {patterns: ['(']}", "p.yaml:4 one: the pattern does not compile: "),
        ("title: The first", "title: t\n  allow: {value: [x]}", "p.yaml:4 one: "),
        ("rules:", "rule:", "p.yaml:1 'rule' is not known here; did you mean 'rules'?"),
        ("rules:\n", "", "p.yaml:1 expected `rules:` and a list"),
        (GOOD, "", "p.yaml:1 is empty: expected `rules:` and a list"),
        (GOOD, "rules: 3", "p.yaml:1 expected `rules:` and a list"),
        (GOOD, "rules:\n- just words", "p.yaml:2 a rule is a mapping that begins with `- id:`"),
        (GOOD, "rules:\n- id: [", "p.yaml:3 is not YAML: "),
        (GOOD, "rules:\n- id: !!python/object:os.x {}", "p.yaml:2 is not YAML: "),
    ],
)
def test_what_is_wrong_is_said_with_file_line_rule_and_reason(old, new, said):
    assert old in GOOD
    assert refused(GOOD.replace(old, new)).startswith(said)


def test_marks_say_what_must_be_found():
    assert ("a b c", [(0, 1), (4, 5)]) == rules.example("«a» b «c»")


@pytest.mark.parametrize(("text", "same"), [(GOOD, False), (GOOD.replace("id: one", "id: two"), True)])
def test_an_id_is_taken_once(tmp_path, text, same):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(text)
    if same:
        assert ["one", "two"] == [rule.id for rule in rules.read([tmp_path]).enabled()]
    else:
        with pytest.raises(RuleError, match=r"b\.yaml:2 one: this id is taken by .*a\.yaml:2"):
            rules.read([tmp_path])


def test_a_folder_is_read_with_all_below_but_templates(tmp_path):
    for name in ("b.yaml", "deep/a.yaml", "x.template.yaml", "providers.yaml", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD.replace("id: one", f"id: {name[0]}{name.count('/')}"))
    assert ["b0", "d1"] == [sourced.rule.id for sourced in rules.read([tmp_path]).rules]
    assert ["x0"] == [sourced.rule.id for sourced in rules.read([tmp_path / "x.template.yaml"]).rules]


def test_a_pack_that_is_not_there_or_no_text_is_an_error(tmp_path):
    with pytest.raises(RuleError, match="there is no such rule pack"):
        rules.read([tmp_path / "none.yaml"])
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(RuleError, match="cannot be read: UnicodeDecodeError"):
        rules.read([tmp_path])


def test_a_version_names_exactly_the_rules(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(GOOD)
    version = rules.read([path]).version
    assert version == rules.read([tmp_path]).version
    path.write_text(GOOD + "# more\n")
    assert version != rules.read([path]).version


def test_rules_are_switched_on_and_off_by_id_or_pattern(tmp_path):
    (tmp_path / "a.yaml").write_text(
        GOOD + GOOD.removeprefix("rules:\n").replace("id: one", "id: two-x\n  enabled: false")
    )
    read = rules.read([tmp_path])
    assert ["one"] == [rule.id for rule in read.enabled()]
    assert ["two-x"] == [rule.id for rule in rules.switched(read, ["two-*"], ["one"]).enabled()]
    assert read is rules.switched(read, [], [])
    assert read.version != rules.switched(read, ["two-x"], []).version


def test_a_stricter_action_has_the_higher_rank_and_a_certain_rule_before_a_plausible_one():
    rank = rules.rank(pack.RULES)
    assert rank["board-paper"] > rank["demo-token"] > rank["password"] > rank["ticket"]
    assert 4 == len(STRICTNESS)


def test_the_schema_takes_what_the_reader_takes():
    schema = rules.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(GOOD), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace("category: secret", "category: x")), schema)
