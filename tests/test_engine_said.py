"""What people say of single values: known from now on, in every process, or not sensitive, until they take it back."""

import base64

import pytest

from redact.model import Known
from redact.vault.memory import MemoryVault

from . import pack

PASSWORD, ACCOUNT = "hunter2-x9", "123456789012"
LEARNT = Known("Zq8-vault-pass", "PASSWORD", "label", "secret")


class Said:
    """Exemptions in memory."""

    def __init__(self):
        self.allowed, self.forgotten, self.changed = set(), set(), False

    def allow(self, *values):
        self.allowed, self.changed = set(values), True

    def forget(self, *values):
        self.forgotten, self.changed = set(values), True

    def refresh(self):
        changed, self.changed = self.changed, False
        return changed

    def is_allowed(self, value):
        return value in self.allowed

    def is_forgotten(self, value):
        return value in self.forgotten


@pytest.fixture
def vault():
    return MemoryVault()


@pytest.fixture
def said():
    return Said()


@pytest.fixture
def redactor(vault, said):
    return pack.redactor(vault, exemptions=said)


def test_a_learnt_value_is_found_without_any_rule_and_in_every_encoding(redactor):
    redactor.learn([LEARNT])
    hidden = base64.b64encode(b"user:" + LEARNT.value.encode()).decode()
    sent = redactor.redact(f"it is {LEARNT.value} or {hidden}").text
    assert LEARNT.value not in sent
    assert hidden not in sent
    assert "RDX_PASSWORD_" in sent
    assert redactor.stands_in(LEARNT.value.encode())


def test_a_learnt_value_takes_the_shape_and_category_it_was_given(redactor):
    records = redactor.learn(
        [
            LEARNT,
            Known(ACCOUNT, "AWS_ACCOUNT", "digits", "identifier"),
            Known("jane.roe@acme.test", "EMAIL", "host", "pii"),
            Known("ledger reconciler", "NAME", "codename", "internal"),
            Known("no digits", "ODD", "digits", "secret"),
        ]
    )
    made = {record.value: record for record in records}
    assert made[LEARNT.value].surrogate.startswith("RDX_PASSWORD_")
    assert made[ACCOUNT].surrogate.isdigit()
    assert ("identifier", 12) == (made[ACCOUNT].category, len(made[ACCOUNT].surrogate))
    assert made["jane.roe@acme.test"].surrogate.endswith(".example")
    assert 2 == len(made["ledger reconciler"].surrogate.split())
    assert "label" == made["no digits"].shape


def test_learning_again_keeps_what_stands(redactor):
    first = redactor.learn([LEARNT])
    assert first == redactor.learn([Known(LEARNT.value, "TOKEN", "label", "secret")])


def test_what_one_process_learns_another_finds_once_it_looks(vault, redactor):
    beside = pack.redactor(vault)
    text = f"it is {LEARNT.value}"
    assert text == beside.redact(text).text
    redactor.learn([LEARNT])
    beside.refresh()
    assert redactor.redact(text).text == beside.redact(text).text != text
    assert LEARNT.value in pack.redactor(vault)._known


def test_refreshing_where_nothing_changed_forgets_no_text(redactor):
    redactor.redact("some text")
    before = dict(redactor._cache)
    redactor.refresh()
    assert before == dict(redactor._cache)


def test_an_allowed_value_is_not_redacted_where_a_rule_finds_it(redactor, said):
    text = f"password={PASSWORD} and {PASSWORD}"
    assert PASSWORD not in redactor.redact(text).text
    said.allow(PASSWORD)
    redactor.refresh()
    assert text == redactor.redact(text).text
    assert [] == redactor.find(text)
    assert not redactor.stands_in(text.encode())


def test_an_allowed_value_leaves_the_others_as_they_are(redactor, said):
    said.allow(PASSWORD)
    redactor.refresh()
    sent = redactor.redact(f"password={PASSWORD} password={PASSWORD}0")
    assert [f"{PASSWORD}0"] == [record.value for record in sent.records]


def test_an_allowed_value_is_not_known_after_a_restart(redactor, vault, said):
    redactor.redact(f"password={PASSWORD}")
    said.allow(PASSWORD)
    later = pack.redactor(vault, exemptions=said)
    assert f"again {PASSWORD}" == later.redact(f"again {PASSWORD}").text


def test_what_is_no_longer_allowed_is_redacted_again(redactor, said):
    text = f"password={PASSWORD}"
    sent = redactor.redact(text).text
    said.allow(PASSWORD)
    redactor.refresh()
    assert text == redactor.redact(text).text
    said.allow()
    redactor.refresh()
    assert sent == redactor.redact(text).text
    assert PASSWORD not in redactor.redact(f"and {PASSWORD}").text


def test_what_a_block_rule_finds_may_be_allowed(redactor, said):
    rule = next(rule for rule in pack.RULES if rule.action == "block")
    marked = rule.matches[0]
    text = marked.replace("«", "").replace("»", "")
    assert redactor.redact(text).blocked
    said.allow(marked[marked.index("«") + 1 : marked.index("»")])
    redactor.refresh()
    assert () == redactor.redact(text).blocked


def test_a_forgotten_value_is_looked_for_again_once_a_rule_finds_it(redactor, said):
    redactor.learn([Known(PASSWORD, "PASSWORD", "label", "secret")])
    said.forget(PASSWORD)
    redactor.refresh()
    assert f"it is {PASSWORD}" == redactor.redact(f"it is {PASSWORD}").text
    redactor.redact(f"password={PASSWORD}")
    assert PASSWORD not in redactor.redact(f"it is {PASSWORD}").text


def test_what_was_settled_as_empty_is_looked_at_again_when_somebody_changes_their_mind(redactor, said):
    said.allow(PASSWORD)
    redactor.refresh()
    text = f"password={PASSWORD}"
    redactor.redact(text)
    settled = redactor.settled
    said.allow()
    redactor.refresh()
    assert settled is not redactor.settled
    assert PASSWORD not in redactor.redact(text).text
