"""`redact rules …`: errors name file, line, rule and reason; what is explained holds; schemas are those of the code."""

import json
import re

import jsonschema
import pytest
import yaml

from redact import rules as language
from redact.detect import hostile
from redact.settings import Settings

from .conftest import PACK, TOKEN

WRONG = """\
rules:
- id: acme-short
  title: Finds too little
  category: secret
  pattern: acme_[a-z]{4}
  matches: ["one\\nx = «acme_abcdef»\\nthree", "«acme_abcd»"]
  rejects: ["acme_zzzz", "acme_"]
- id: acme-fine
  title: Does what it says
  category: secret
  pattern: fine_[a-z]{4}
  matches: ["«fine_abcd»"]
  rejects: ["fine_"]
"""


def pack(folder, text, name="pack.yaml"):
    path = folder / name
    path.write_text(text)
    return path


def test_check_is_silent_on_stdout_when_all_is_well(redact, home):
    path = pack(home, PACK)
    result = redact("rules", "check", path)
    assert (0, "") == (result.exit_code, result.stdout)
    assert result.stderr == "6 rules in 1 file, 13 examples: all is well\n"


def test_check_names_file_line_rule_and_reason(redact, home):
    path = pack(home, WRONG)
    result = redact("rules", "check", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}:2 acme-short: matches[0] found 'acme_abcd', expected 'acme_abcdef'",
        f"{path}:2 acme-short: rejects[0] found 'acme_zzzz', expected nothing",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("pattern: fine", "patern: fine"), ":11 acme-fine: 'patern' is not a field of a rule; did you mean 'pattern'?"),
        (("fine_[a-z]{4}\n", "'[a-z'\n"), ":11 acme-fine: the pattern does not compile"),
        (('  rejects: ["fine_"]\n', ""), ":8 acme-fine: 'rejects' is missing"),
        (("«fine_abcd»", "fine_abcd"), "an example in `matches` has no «…» marks"),
        (("id: acme-fine", "id: acme-short"), ":8 acme-short: this id is taken by "),
        (("rules:\n", "rules\n"), " is not YAML"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_read_is_said_and_the_others_are_checked(redact, home, change, told):
    assert change[0] in WRONG
    broken = pack(home, WRONG.replace(*change), "broken.yaml")
    other = pack(home, WRONG.replace("acme-", "other-"), "other.yaml")
    result = redact("rules", "check", broken, other)
    assert result.exit_code == 1
    assert told in result.stdout
    assert f"{other}:2 other-short: matches[0]" in result.stdout


SLOW = """\
rules:
- id: acme-slow
  title: Has no bound
  category: secret
  pattern: acme=(?:[a-z]+)+;
  matches: ["«acme=abc;»"]
  rejects: ["acme"]
- id: acme-noisy
  title: Stands everywhere
  category: secret
  pattern: (?P<value>acme_[a-z]{4})
  keywords: [e]
  matches: ["«acme_abcd»"]
  rejects: ["acme"]
- id: acme-far
  title: Has keywords that do not bring it in
  category: secret
  pattern: (?P<value>acme_[a-z]{4})
  keywords: [somewhere else]
  matches: ["«acme_abcd»"]
  rejects: ["acme"]
"""


def test_check_refuses_what_has_no_bound_and_what_has_no_reach(redact, home):
    path = pack(home, SLOW)
    result = redact("rules", "check", path)
    far, noisy, slow = result.stdout.splitlines()
    assert 1 == result.exit_code
    assert far.startswith(
        f"{path}:15 acme-far: matches[0] found nothing, expected 'acme_abcd'; the pattern fits, but none of"
    )
    assert noisy.startswith(f"{path}:12 acme-noisy: without reach: clean code brings it in ")
    assert slow.startswith(f"{path}:5 acme-slow: backtracks without bound: ")


def test_a_pattern_that_was_found_bounded_is_not_tried_again(redact, config, monkeypatch):
    tried = []
    monkeypatch.setattr(hostile, "unbounded", lambda rule: tried.append(rule.id) or "")
    assert 0 == redact("rules", "check", "--config", config).exit_code
    assert "acme-token" in tried
    tried.clear()
    assert 0 == redact("rules", "check", "--config", config).exit_code
    assert [] == tried


def test_a_pattern_that_has_no_bound_is_tried_again_unless_it_shall_be_fast(redact, home, monkeypatch):
    monkeypatch.setattr(hostile, "unbounded", lambda rule: "backtracks" if rule.id == "acme-slow" else "")
    path = pack(home, SLOW)
    for _ in range(2):
        assert f"{path}:5 acme-slow: backtracks" in redact("rules", "check", path).stdout
    assert "acme-slow" not in redact("rules", "check", "--fast", path).stdout


def test_many_patterns_are_tried_in_other_processes(redact, home, monkeypatch):
    monkeypatch.setattr("redact.cli.check._WORTH_PROCESSES", 2)
    result = redact("rules", "check", pack(home, PACK))
    assert (0, "") == (result.exit_code, result.stdout)


def test_check_tells_what_rules_cost(redact, home):
    (home / "src").mkdir()
    (home / "src" / "a.txt").write_text("acme_ and other words " * 1000)
    result = redact("rules", "check", "--cost", "src", pack(home, PACK))
    assert 0 == result.exit_code
    head, token = result.stdout.splitlines()
    assert ["events/MB", "ms/MB", "share", "rule"] == head.split()
    assert ["45454.5", "100.0%", "acme-token"] == [token.split()[0], *token.split()[2:]]
    assert "on 0.0 MB of text in 1 files" in result.stderr


def test_check_without_a_path_checks_the_packs_of_the_settings(redact, config):
    assert "6 rules in 1 file" in redact("rules", "check", "--config", config).stderr


def test_two_packs_may_not_share_an_id(redact, home):
    folder = home / "packs"
    folder.mkdir()
    one, two = pack(folder, PACK, "a.yaml"), pack(folder, PACK, "b.yaml")
    result = redact("rules", "check", folder)
    assert result.exit_code == 1
    assert f"{two}:2 acme-token: this id is taken by {one}:2" in result.stdout


def test_a_pack_that_is_not_there_is_the_user_s_to_mend(redact, home):
    result = redact("rules", "check", "not-there.yaml")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "there is no such rule pack" in result.stderr


def test_a_failing_example_is_shown_as_a_difference_with_the_reason(redact, home):
    result = redact("rules", "test", pack(home, WRONG))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "FAIL  acme-short  (2 matches, 2 rejects)",
        f"      {home}/pack.yaml:2 matches[0]",
        "        one",
        "      - x = «acme_abcdef»",
        "      + x = «acme_abcd»ef",
        "        three",
        f"      {home}/pack.yaml:2 rejects[0]",
        "      - acme_zzzz",
        "      + «acme_zzzz»",
        "ok  acme-fine  (1 matches, 1 rejects)",
    ]
    assert result.stderr == "2 examples failed\n"


def test_test_is_content_with_good_examples(redact, home):
    result = redact("rules", "test", pack(home, PACK))
    assert (0, "no examples failed\n") == (result.exit_code, result.stderr)


RULE = """\
rules:
- id: acme-key
  title: x
  category: secret
  pattern: %s
  keywords: [acme]
  window: 16
  entropy: 2.5
  validators: [mixed]
  allow: {values: [key_ab12cd34], patterns: ['^key_dead']}
  matches: ["%s"]
  rejects: ["x"]
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the key is «key_ab12cd99»", "no keyword of it stands in the text: acme"),
        ("acme «key_»", "its pattern fits nowhere"),
        ("acme «key_ab12cd34»", "its pattern fits at 1:6, but the value stands in `allow.values`"),
        ("acme\\n«key_deadbeef1»", "its pattern fits at 2:1, but `allow.patterns` lets it pass: ^key_dead"),
        ("acme «key_11111111»", "the value's entropy is 1.58, and 2.5 is asked for"),
        ("acme «KEYABCDEFGHIJK»", "but validator `mixed` refuses the value"),
        ("acme, and a long way from it «key_ab12cd99»", "no keyword stands within 16 characters of it (acme)"),
    ],
)
def test_what_finds_nothing_is_told_why(redact, home, text, reason):
    path = pack(home, RULE % ("(?i)key[_a-z0-9]{8,}", text))
    assert reason in redact("rules", "test", path).stdout


def test_explain_says_which_rule_why_and_what_becomes_of_it(redact, config, tmp_path):
    told = redact("rules", "explain", "--config", config, f"é\nx = {TOKEN} for LEDGER_RECONCILER").stdout
    lines = [line.strip() for line in told.splitlines()]
    assert "2:5-34 acme-token Token of Acme's deploy service" in lines
    assert f"rule    {tmp_path}/acme.yaml:2" in lines
    assert "kind    critical secret" in lines
    assert "layer   patterns: what begins with 'acme_' at 2:5 fits" in lines
    assert "checks  entropy 4.72, at least 3" in lines
    assert any(re.fullmatch(r"action  tokenize: RDX_ACME_TOKEN_\w{12} stands in for it", line) for line in lines)
    assert any(line.startswith("2:39-56 acme-services") for line in lines)
    assert re.search(r"it would leave as:\né\nx = RDX_ACME_TOKEN_\w{12} for [A-Z]+_[A-Z]+\n\Z", told)
    assert TOKEN not in told


def test_the_surrogate_explained_is_the_one_that_leaves(redact, config):
    told = redact("rules", "explain", "--config", config, TOKEN).stdout
    assert told.splitlines()[-1] == redact("sanitize", "--config", config, stdin=TOKEN.encode()).stdout


def test_explain_keeps_nothing(redact, config, tmp_path):
    redact("rules", "explain", "--config", config, TOKEN)
    assert not (tmp_path / "state" / "vault.db").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("BLOCK-123456789012", "block: a request that holds it is refused"),
        ("BLOCK-123456789012", "the request would be refused"),
        ("WATCH-123456789012", "report: it leaves as it is, and the audit says so"),
        ("PUBLIC-123456789012", "allow: it leaves as it is"),
        ("nothing of interest", "nothing is found; the text would leave as it is"),
    ],
)
def test_explain_tells_each_action(redact, config, text, told):
    assert told in redact("rules", "explain", "--config", config, text).stdout


def test_explain_reads_stdin(redact, config):
    assert "acme-token" in redact("rules", "explain", "--config", config, stdin=TOKEN.encode()).stdout
    assert "acme-token" in redact("rules", "explain", "--config", config, "-", stdin=TOKEN.encode()).stdout


def test_explain_says_why_a_rule_does_not_find(redact, config):
    told = redact("rules", "explain", "--config", config, "--rule", "acme-token", "acme_" + "0" * 24).stdout
    assert "acme-token finds nothing:\n  its pattern fits at 1:1, but the value's entropy is" in told


def test_explain_knows_the_rules_it_can_be_asked_about(redact, config):
    result = redact("rules", "explain", "--config", config, "--rule", "no-such", "x")
    assert result.exit_code == 2
    assert "no rule of these settings has the id 'no-such'" in result.stderr


@pytest.mark.parametrize(("args", "of"), [([], "pack"), (["--settings"], "settings")], ids=["rules", "settings"])
def test_a_schema_is_one(redact, args, of):
    schema = json.loads(redact("rules", "schema", *args).stdout)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema).is_valid
    if of == "pack":
        assert check(yaml.safe_load(PACK))
        assert not check(yaml.safe_load(PACK.replace("title", "titel")))
    else:
        assert check({"listen": "127.0.0.1:0", "limits": {"body_bytes": 2048}})
        assert not check({"limit": {}})


def test_a_schema_has_every_field(redact):
    schema = json.loads(redact("rules", "schema").stdout)
    assert set(language.Rule.model_fields) == set(schema["$defs"]["Rule"]["properties"])
    schema = json.loads(redact("rules", "schema", "--settings").stdout)
    assert set(Settings.model_fields) == set(schema["properties"])


def test_the_builtin_packs_hold_their_own_examples(redact, home):
    result = redact("rules", "check")
    assert (0, "") == (result.exit_code, result.stdout)


def test_a_missing_word_near_the_value_is_told(redact, home):
    rule = yaml.safe_load(WRONG)["rules"][1] | {"near": {"words": ["badge"], "within": 9}}
    path = pack(
        home, yaml.safe_dump({"rules": [rule | {"matches": ["badge «fine_abcd»", "«fine_wxyz»"]}]}, allow_unicode=True)
    )
    result = redact("rules", "test", path)
    assert result.exit_code == 1
    assert "none of the words in `near` stands within 9 characters of the value" in result.stdout
