import dataclasses
import json
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.audit.event import AuditEvent, Usage, as_dict, as_line, fitted, known_method, new_id, stamp
from redact.errors import AuditError
from redact.paths import SPEAKING, Mark, compiled, shown

LEAST = {"id": "0" * 32, "time": "2026-11-21T01:40:00.123Z", "action": "passed", "method": "POST"}
FULL = LEAST | {
    "action": "redacted",
    "client": "::1",
    "user": "alice",
    "repository": "acme/shop",
    "user_agent": "claude-cli/2.1 (external, cli)",
    "host": "api.anthropic.com",
    "path": "/v1/messages",
    "dialect": "anthropic",
    "model": "claude-opus-4-5",
    "rules": {"github-token": 2, "aws-account-id": 1},
    "restored": 3,
    "withheld": 1,
    "withheld_in": {"tool": 1},
    "status": 200,
    "request_bytes": 400_000,
    "redact_ms": 1.23456,
    "usage": Usage(input_tokens=10, cache_read_tokens=0),
    "error": "unreadable:json",
    "where": "messages[3].content[0].input.*",
    "version": "0.1.0",
    "rules_version": "2026.11-3",
}
BODY = "the password is\nhunter2"
FIELDS = [field.name for field in dataclasses.fields(AuditEvent)]
CLIENTS_WORDS = ["user", "repository", "user_agent", "path", "model"]


# No field can carry a piece of a body.


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_takes_text_of_a_body_and_the_refusal_does_not_show_it(field):
    with pytest.raises(AuditError, match=f"`{field}`") as refused:
        AuditEvent(**LEAST | {field: {BODY: 1} if field in {"rules", "withheld_in"} else BODY})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Usage)])
@pytest.mark.parametrize("wrong", [BODY, -1, 1.5, True, 10**30])
def test_usage_is_counts(field, wrong):
    with pytest.raises(AuditError, match=f"`{field}` is not a count"):
        Usage(**{field: wrong})


@given(st.sampled_from([f for f in FIELDS if f not in {"rules", "withheld_in", *CLIENTS_WORDS}]), st.text(min_size=1))
def test_text_with_a_space_a_quote_or_a_letter_beyond_ascii_fits_nowhere(field, text):
    with pytest.raises(AuditError):
        AuditEvent(**LEAST | {field: f"{text} {text}"})
    with pytest.raises(AuditError):
        AuditEvent(**LEAST | {field: f"{text}é"})
    with pytest.raises(AuditError):
        AuditEvent(**LEAST | {"rules": {f'"{text}': 1}})


@given(st.text())
def test_whatever_a_client_says_of_itself_fits_once_fitted(text):
    event = AuditEvent(**LEAST | {name: fitted(name, text) for name in CLIENTS_WORDS})
    assert all(len(getattr(event, name) or "") <= 512 for name in CLIENTS_WORDS)
    assert as_line(event).decode("ascii")[:-1].isprintable()


@pytest.mark.parametrize(
    ("expected", "name", "text"),
    [
        ("/v1/messages", "path", "/v1/messages?key=hunter2"),
        ("/v1/messages", "path", "/v1/messages#hunter2"),
        (None, "path", "?hunter2"),
        ("cli*", "user_agent", "cli\r\n\x1b"),
        ("m" * 128, "model", "m" * 500),
        ("Jos*", "user", "José"),
        (None, "model", ""),
    ],
)
def test_a_clients_words_are_cut_to_the_field(expected, name, text):
    assert expected == fitted(name, text)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("id", None),
        ("time", "2026-11-21 01:40:00"),
        ("action", "tokenize"),
        ("method", "BREW"),
        ("client", "localhost"),
        ("client", "fe80::1%hunter2"),
        ("client", 2130706433),
        ("status", 1000),
        ("status", "200"),
        ("restored", -1),
        ("restored", True),
        ("restored", 2**60),
        ("total_ms", float("nan")),
        ("total_ms", float("inf")),
        ("total_ms", -0.1),
        ("path", "/v1?key=hunter2"),
        ("error", "Expecting value: line 1"),
        ("where", "messages[3].content[0].a b"),
        ("rules", {"aws": -1}),
        ("usage", {"input_tokens": 1}),
        ("version", "x" * 65),
    ],
)
def test_what_is_not_of_its_form_is_refused(field, wrong):
    with pytest.raises(AuditError, match=f"`{field}`"):
        AuditEvent(**LEAST | {field: wrong})


def test_an_event_cannot_be_changed_afterwards():
    rules = {"b": 1, "a": 2}
    event = AuditEvent(**LEAST, rules=rules)
    rules["c"] = 3
    assert {"a": 2, "b": 1} == event.rules
    with pytest.raises(TypeError):
        event.rules["c"] = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.model = "other"


# As JSON.


def test_a_line_is_the_whole_event():
    line = as_line(AuditEvent(**FULL))
    assert line.endswith(b"}\n")
    assert 1 == line.count(b"\n")
    read = json.loads(line)
    assert FIELDS == list(read)
    assert as_dict(AuditEvent(**FULL)) == read
    usage = {"input_tokens": 10, "output_tokens": None, "cache_read_tokens": 0, "cache_creation_tokens": None}
    defaults = {
        "unknown_surrogates": 0,
        "unparsed": 0,
        "left_in_files": 0,
        "monitored": False,
        "sent_bytes": 0,
        "response_bytes": 0,
        "restore_ms": 0.0,
        "total_ms": 0.0,
    }
    assert FULL | defaults | {"redact_ms": 1.235, "usage": usage} == read


# Ids, times, methods.


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7(milliseconds, randomness):
    made = uuid.UUID(new_id(milliseconds, randomness))
    assert (7, uuid.RFC_4122, milliseconds) == (made.version, made.variant, made.int >> 80)


@given(st.tuples(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10)))
def test_ids_sort_by_time(both):
    milliseconds, earlier, later = both
    assert new_id(milliseconds, earlier) < new_id(milliseconds + 1, later)


def test_time_is_utc_with_milliseconds():
    assert "2026-11-21T01:40:00.007Z" == stamp(1_795_225_200_007)


def test_a_method_a_client_made_up_is_other():
    assert ["POST", "OTHER", "OTHER"] == [known_method(method) for method in ("POST", "post", "hunter2")]


# Where something was.

SHAPE = compiled({Mark.TEXT: ["messages.[].content.[].text"]})


@given(st.lists(st.text() | st.integers(0, 10**6) | st.sampled_from(["messages", "content", "text"])).map(tuple))
def test_where_a_path_leads_fits_and_shows_no_undeclared_name(path):
    where = fitted("where", shown(path, SHAPE))
    AuditEvent(**LEAST, where=where)
    steps = re.split(r"[.\[\]]+", where.strip("]"))
    assert all(step.isdigit() or step in {"", "*", "body"} | SPEAKING for step in steps)


@pytest.mark.parametrize("step", [0, "text", "hunter2", 123456])
def test_a_path_of_a_thousand_steps_is_cut_after_a_whole_one(step):
    whole = shown((step,) * 1000, SHAPE)
    where = fitted("where", whole)
    AuditEvent(**LEAST, where=where)
    assert len(where) <= 512
    assert where.endswith(".*")
    assert whole.startswith(where[:-2])
    assert whole[len(where) - 2] in ".["


def test_a_place_of_no_known_form_is_left_out_rather_than_the_event():
    assert fitted("where", "the body, or so") == "*"
