"""What can go wrong, by whose problem it is; and the values that flow show nothing."""

import pickle

import pytest

from redact import errors
from redact.model import STRICTNESS, Finding, Record, Redaction


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.RuleError("rules/aws.yaml", 14, "aws-key", "has no title"), "rules/aws.yaml:14 aws-key: has no title"),
        (errors.RuleError("rules/aws.yaml", 1, "", "is empty"), "rules/aws.yaml:1 is empty"),
        (
            errors.BlockedError(["a", "b"], "messages[0]", "a rule forbids this"),
            "a rule forbids this (a, b) at messages[0]",
        ),
        (errors.BlockedError([], "provider_map", "blocked"), "blocked at provider_map"),
        (errors.UnreadableError("json", "the body is not valid JSON"), "the body is not valid JSON"),
        (errors.SurrogateTakenError(["RDX_X_0123456789AB"]), "1 surrogate(s) already stand for other values"),
    ],
)
def test_a_message_says_what_and_where(error, said):
    assert said == str(error)
    assert isinstance(error, errors.RedactError)


def test_a_slow_rule_is_named():
    assert "slow-rule" in str(errors.DetectionError("slow-rule"))


def test_every_error_is_ours():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, errors.RedactError) for kind in kinds)
    assert len(kinds) > 6


def test_values_that_flow_are_frozen_and_show_nothing():
    record = Record("RDX_X_0123456789AB", "hunter2-x9", "X", "label", "secret")
    redaction = Redaction("password=hunter2-x9", (Finding(9, 19, "x"),), ((9, 19, record.surrogate),), (record,))
    assert "hunter2" not in repr(record) + repr(redaction) + str(redaction)
    with pytest.raises(AttributeError):
        record.value = "x"
    assert record == pickle.loads(pickle.dumps(record))  # noqa: S301  made here


def test_findings_are_ordered_by_where_they_stand():
    assert [Finding(0, 9, "b"), Finding(3, 4, "a")] == sorted([Finding(3, 4, "a"), Finding(0, 9, "b")])


def test_to_block_is_stricter_than_to_tokenize_to_report_and_to_allow():
    assert ["allow", "report", "tokenize", "block"] == sorted(STRICTNESS, key=STRICTNESS.__getitem__)
