"""`redact rules import`: what is written passes `redact rules check`, and nothing is left out in silence."""

import pytest

from redact import rules as language
from redact.rules import parse

CONFIG = r"""
title = "Acme"
[extend]
useDefault = true
[allowlist]
paths = ['''(^|/)vendor/''']
[[rules]]
id = "acme_deploy"
description = "Deploy key of Acme"
regex = '''\b(acmedk_[A-Za-z0-9]{24})(?:['"\s;]|$)'''
entropy = 3
keywords = ["acmedk_"]
[[rules]]
id = "acme-named"
description = "Secret of Acme, by its name"
regex = '''(?i)acme[\w.-]{0,20}\s{0,3}(?:=|:)\s{0,3}['"]?([a-z0-9]{32})\b'''
keywords = ["acme"]
[[rules]]
id = "acme-lines"
regex = '''ACME((?:\s|\\{1,4}n)+)end'''
[[rules]]
id = "acme-slow"
regex = '''slow=((?:[a-z]+)+)!'''
[[rules]]
id = "acme-never"
regex = '''acme(.*)\b\B'''
[[rules]]
id = "acme-noisy"
regex = '''e'''
[[rules]]
id = "acme-files"
path = '''\.p12$'''
[[rules]]
id = "jwt"
regex = '''ey\pL{30}\d{4}'''
"""


def imported(redact, home):
    (home / "redact.yaml").write_text("rules: [./own.yaml]\n")
    own = "rules:\n- {id: jwt, title: t, category: secret, pattern: own, matches: ['«own»'], rejects: ['-']}\n"
    (home / "own.yaml").write_text(own)
    (home / "g.toml").write_text(CONFIG)
    return redact("rules", "import", "--config", "redact.yaml", "g.toml", "-o", "out.yaml")


def test_what_is_written_passes_the_check_and_what_is_left_out_is_said(redact, home):
    told = imported(redact, home)
    assert 0 == told.exit_code
    result = redact("rules", "check", "out.yaml")
    assert (0, "") == (result.exit_code, result.stdout)
    ids = [sourced.rule.id for sourced in language.read([home / "out.yaml"]).rules]
    assert {"acme-deploy", "acme-named", "jwt-gitleaks"} <= set(ids)
    assert not {"acme-slow", "acme-never", "acme-noisy", "acme-files", "jwt"} & set(ids)
    text = (home / "out.yaml").read_text()
    for rule_id, why in (
        ("acme-slow", "left out: backtracks without bound"),
        ("acme-never", "left out: no text could be made in which it finds something"),
        ("acme-noisy", "left out: "),
        ("acme-files", "left out: it looks at paths only"),
    ):
        assert f"g.toml {rule_id}: {why}" in told.stderr
        assert f"# - id: {rule_id}\n" in text
    assert "extend.useDefault" in told.stderr
    assert "4 of 8 rules taken over" in told.stderr


def test_examples_are_the_same_each_time_and_silent_files_stay_silent(redact, home):
    (home / "g.toml").write_text(CONFIG.partition('[[rules]]\nid = "acme-named"')[0])
    first, again = (redact("rules", "import", "g.toml").stdout for _ in range(2))
    assert first == again
    deploy = parse(first, "out.yaml")[0].rule
    assert ("Deploy key of Acme", 3.0, 2, 2) == (deploy.title, deploy.entropy, len(deploy.matches), len(deploy.rejects))
    assert deploy.allow.is_path("x/vendor/a.go")


@pytest.mark.parametrize("text", ["[[rules]]\nid = 'a'\npath = 'x'\n", ""])
def test_where_nothing_can_be_taken_over_the_exit_code_says_so(redact, home, text):
    (home / "g.toml").write_text(text)
    result = redact("rules", "import", "g.toml")
    assert 1 == result.exit_code
    assert [] == parse(result.stdout, "out.yaml")


def test_what_is_no_toml_or_not_there_is_the_user_s_to_mend(redact, home):
    (home / "g.toml").write_text("[[rules")
    assert 2 == redact("rules", "import", "g.toml").exit_code
    assert 2 == redact("rules", "import", "none.toml").exit_code
