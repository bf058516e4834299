"""`enable` and `disable` in redact.yaml: rules that are off come on, others go off, and a slip is told."""

import itertools
import json

import pytest

from redact.app import PACKS

CARD = "4242 4242 4242 4242"
RULES = [str(PACKS / "pii.yaml"), str(PACKS / "cloud" / "aws.yaml")]


@pytest.fixture
def scanned(redact, home, tmp_path):
    numbers = itertools.count()

    def scanned(text, **settings):
        path = tmp_path / f"switched-{next(numbers)}.yaml"  # a scan builds what finds once for each file of settings
        path.write_text(json.dumps({"rules": RULES, "state_dir": str(tmp_path / "state")} | settings))
        done = redact("scan", "--json", "-", "--config", path, stdin=text.encode())
        return done, [json.loads(line)["rule_id"] for line in done.stdout.splitlines()]

    return scanned


def test_personal_data_is_left_alone_until_its_rules_are_on(scanned):
    text = f"jane.roe@acme.test pays with {CARD}"
    assert [] == scanned(text)[1]
    assert ["pii-email-address"] == scanned(text, enable=["pii-email-address"])[1]
    assert ["pii-email-address", "pii-credit-card"] == scanned(text, enable=["pii-*"])[1]


def test_what_is_off_stays_off_whatever_turns_it_on(scanned):
    text = f"jane.roe@acme.test pays with {CARD}"
    assert ["pii-credit-card"] == scanned(text, enable=["pii-*"], disable=["pii-email-*"])[1]


def test_a_rule_that_is_on_can_be_turned_off(scanned):
    text = "AKIAQ7ZT2LNVX5KD3RWM"
    assert ["aws-access-key-id"] == scanned(text)[1]
    assert [] == scanned(text, disable=["aws-access-key-id"])[1]
    assert ["aws-access-key-id"] == scanned(text)[1]  # nothing of it is kept


@pytest.mark.parametrize("key", ["enable", "disable"])
def test_a_rule_that_is_not_there_is_an_error_with_the_nearest(scanned, key):
    done, _ = scanned("x", **{key: ["pii-email-adress"]})
    assert 2 == done.exit_code
    assert f"{key}: no rule is called 'pii-email-adress'; did you mean 'pii-email-address'?" in done.stderr


def test_a_sentence_is_redacted_and_comes_back(redact, home, tmp_path):
    config = tmp_path / "switched.yaml"
    config.write_text(json.dumps({"rules": RULES, "state_dir": str(tmp_path / "state"), "enable": ["pii-*"]}))
    said = f"Please call jane.roe@acme.test on +1 (415) 555-2671, her card {CARD} expired.\n"
    sent = redact("sanitize", "--config", config, stdin=said.encode()).stdout
    for value in ("jane", "555-2671", "4242"):
        assert value not in sent
    assert "RDX_PII_CREDIT_CARD_" in sent
    assert said == redact("restore", "--config", config, stdin=sent.encode()).stdout


def test_explain_says_which_recognizers_found_it(redact, home, tmp_path):
    config = tmp_path / "switched.yaml"
    config.write_text(json.dumps({"rules": RULES, "state_dir": str(tmp_path / "state"), "enable": ["pii-credit-card"]}))
    told = redact("rules", "explain", f"my card: {CARD}", "--config", config).stdout
    assert "layer   pii: Presidio finds it in prose (CreditCardRecognizer)" in told


def test_an_override_of_a_rule_that_is_not_there_is_an_error_too(scanned):
    done, _ = scanned("x", overrides=[{"when": {"host": "*"}, "rules": {"pii-email-adress": "block"}}])
    assert 2 == done.exit_code
    assert "overrides: no rule is called 'pii-email-adress'; did you mean 'pii-email-address'?" in done.stderr
