"""`redact allow`: one value is let through, for a reason and a time, and never shown or kept."""

import json
import time

import pytest

from .conftest import TOKEN


@pytest.fixture
def sanitized(redact, config):
    return lambda text: redact("sanitize", "--config", config, stdin=text.encode()).stdout


@pytest.fixture
def allow(redact, config):
    return lambda *args, stdin=b"": redact("allow", *args, "--config", config, stdin=stdin)


def entry(done):
    assert 0 == done.exit_code, done.output
    return done.stdout.partition(":")[0]


def test_an_allowed_value_leaves_as_it_is_and_no_other(allow, sanitized):
    assert TOKEN not in sanitized(f"x = {TOKEN}")
    entry(allow("add", stdin=f"{TOKEN}\n".encode()))
    assert f"x = {TOKEN}" == sanitized(f"x = {TOKEN}")
    assert "acme_9" not in sanitized("x = acme_9Kq2Lm4Zx9Tr7Vw1Yb3Nc5Pd")


def test_what_a_rule_blocks_may_be_allowed(allow, redact, config, sanitized):
    assert 1 == redact("sanitize", "--config", config, stdin=b"BLOCK-123456789012").exit_code
    entry(allow("add", stdin=b"123456789012"))
    assert "BLOCK-123456789012" == sanitized("BLOCK-123456789012")


def test_an_entry_taken_back_is_redacted_again(allow, sanitized):
    before = sanitized(TOKEN)
    made = entry(allow("add", stdin=TOKEN.encode()))
    assert TOKEN == sanitized(TOKEN)
    assert f"{made}: taken back\n" == allow("remove", made).stdout
    assert before == sanitized(TOKEN)
    assert "no value is let through\n" == allow("list").stdout


def test_the_list_says_until_when_by_whom_and_why(allow):
    made = entry(allow("add", "--reason", "the public sandbox", "--expires", "30d", stdin=TOKEN.encode()))
    (line,) = allow("list").stdout.splitlines()
    assert line.startswith(f"{made}  until ")
    assert line.endswith("the public sandbox")
    told = json.loads(allow("list", "--json").stdout)
    assert (made, "the public sandbox") == (told["id"], told["reason"])


@pytest.mark.parametrize("said", ["30d", "12h", "2w", "2031-01-31", "2031-01-31T12:00:00Z"])
def test_an_end_may_be_a_span_or_a_date(allow, said, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    assert "until 20" in allow("add", "--expires", said, stdin=TOKEN.encode()).stdout


@pytest.mark.parametrize("said", ["soon", "0d", "1999-01-01", "99999w", "30", "-1d", ""])
def test_another_end_is_refused(allow, said):
    assert 2 == allow("add", f"--expires={said}", stdin=TOKEN.encode()).exit_code
    assert "no value is let through\n" == allow("list").stdout


def test_an_expired_entry_lets_nothing_through_and_says_so(allow, sanitized, monkeypatch):
    long_ago = time.time() - 3601
    with monkeypatch.context() as then:
        then.setattr(time, "time", lambda: long_ago)
        entry(allow("add", "--expires", "1h", stdin=TOKEN.encode()))
    assert TOKEN not in sanitized(TOKEN)
    assert allow("list").stdout.endswith("(expired)\n")


@pytest.mark.parametrize("stdin", [b"", b"\n", b"  \n"])
def test_nothing_on_stdin_is_an_error(allow, stdin):
    assert 2 == allow("add", stdin=stdin).exit_code


def test_a_reason_that_holds_the_value_is_refused(allow):
    done = allow("add", "--reason", f"it is {TOKEN}", stdin=TOKEN.encode())
    assert 2 == done.exit_code
    assert TOKEN not in done.output


def test_a_reason_that_holds_another_value_loses_it(allow):
    entry(allow("add", "--reason", f"like {TOKEN}", stdin=b"account-no-secret"))
    assert allow("list").stdout.endswith("like *\n")


def test_an_unknown_entry_is_an_error_that_says_where_to_look(allow):
    done = allow("remove", "al-00000000")
    assert 2 == done.exit_code
    assert "redact allow list" in done.stderr


def test_each_change_is_audited_and_the_value_is_nowhere(allow, config):
    value = TOKEN[::-1]
    made = entry(allow("add", "--reason", "sandbox", "--expires", "30d", stdin=value.encode()))
    allow("remove", made)
    state = config.parent / "state"
    events = [json.loads(line) for line in (state / "audit.jsonl").read_text().splitlines()]
    assert [("allow-added", made, "sandbox"), ("allow-removed", made, None)] == [
        (event["change"], event["subject"], event["reason"]) for event in events
    ]
    assert events[0]["expires"]
    assert events[0]["user"]
    for path in state.rglob("*"):
        assert not path.is_file() or value.encode() not in path.read_bytes()


def test_what_cannot_be_audited_is_not_allowed(allow, config, sanitized):
    (config.parent / "state").mkdir(mode=0o700)
    (config.parent / "state" / "audit.jsonl").mkdir()
    done = allow("add", stdin=TOKEN.encode())
    assert 2 == done.exit_code
    assert TOKEN not in sanitized(TOKEN)
