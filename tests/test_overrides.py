"""What holds for a request, by what is known of it before its body."""

import pytest

from redact.errors import SettingsError
from redact.overrides import Asked, Chosen, Override, Overrides
from redact.settings import read

ASKED = Asked("api.openai.com", "/v1/embeddings", "codex_cli_rs/0.5", "ci-7", "acme/shop")


def chosen(*entries, asked=ASKED, mode="enforce"):
    return Overrides([Override.model_validate(entry) for entry in entries], mode).chosen(asked)


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"host": "API.openai.com"}, True),
        ({"host": "*.openai.com", "path": "/v1/*"}, True),
        ({"host": "openai.com"}, False),
        ({"host": "api.openai.com", "path": "/v1/chat"}, False),
        ({"client": "codex*"}, True),
        ({"client": "claude*"}, False),
        ({"user": "ci-*", "repository": "acme/*"}, True),
        ({"user": "ci-*", "repository": "other/*"}, False),
        ({"path": "/v1.embeddings"}, False),
    ],
)
def test_all_that_an_entry_asks_for_has_to_fit(when, fits):
    assert Chosen(mode="monitor" if fits else "enforce") == chosen({"when": when, "mode": "monitor"})


def test_what_is_not_known_of_a_request_fits_only_anything():
    entries = {"when": {"user": "*"}, "mode": "monitor"}, {"when": {"repository": "acme"}, "rules": {"a": "block"}}
    assert Chosen(mode="monitor") == chosen(*entries, asked=Asked("h"))


def test_of_two_entries_that_fit_the_first_one_counts_and_both_are_heard():
    entries = (
        {"when": {"host": "*"}, "rules": {"aws-*": "block"}},
        {"when": {"path": "*"}, "rules": {"aws-key": "report"}, "mode": "enforce"},
        {"when": {"path": "*"}, "mode": "monitor"},
    )
    assert Chosen((("aws-*", "block"), ("aws-key", "report")), "enforce") == chosen(*entries, mode="monitor")


def test_without_an_entry_the_settings_mode_holds():
    assert Chosen((), "monitor") == chosen(mode="monitor")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("overrides: [{when: {}, mode: monitor}]", "at least one of host"),
        ("overrides: [{when: {host: x}}]", "needs `rules` or `mode`"),
        ("overrides: [{when: {hosts: x}, mode: monitor}]", "did you mean 'host'"),
        ("overrides: [{when: {host: x}, rules: {a: drop}}]", "overrides.0.rules.a"),
        ("mode: off", "mode"),
    ],
)
def test_an_override_that_cannot_be_used_says_why(tmp_path, text, complaint):
    path = tmp_path / "redact.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as refused:
        read(path)
    assert complaint in str(refused.value)
