"""What the filter leaves on disk and says on its outputs: everything an auditor asks for, and no value."""

import json
import stat

from .clients import ANTHROPIC, curl, post
from .filter import wait_for
from .plants import plant, traces
from .provider import call, error, say, think
from .talk import API


def test_no_value_lies_about_anywhere(filter, provider, planted, home, api):
    text = planted.env + planted.pem
    post(filter, api.host, api.path, api.request(text))
    provider.reset(think(call("Write", file_path=planted.arn)), delta=3)
    post(filter, api.host, api.path, api.request(text, stream=True))
    provider.reset(error(400, "invalid_request_error"))
    post(filter, api.host, api.path, api.request(text))
    post(filter, api.host, api.path, text.encode())
    post(filter, api.host, f"/v1/{planted.github}?q={planted.access_key}", b'{"a": "b"}')
    curl(filter, api.host, api.path, text.encode(), "-A", f"agent {planted.github}", home=home)
    filter.events_after(0, wanted=6)

    leaks = {name: found for name, data in filter.left_behind() if (found := traces(data, planted, company=False))}

    assert not leaks
    assert (filter.state / "vault.db").stat().st_size > 0


def test_the_state_is_the_users_own(filter, provider, planted, api):
    post(filter, api.host, api.path, api.request(planted.env))

    loose = {
        str(path.relative_to(filter.state)): oct(path.stat().st_mode)
        for path in [filter.state, *filter.state.rglob("*")]
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        and path.name not in {"ca.pem", "bundle.pem"}
        # What lies in a closed directory is closed, whatever its own mode says.
        and path == filter.state
    }
    assert not loose
    assert stat.S_IMODE((filter.state / "tenant.key").stat().st_mode) == 0o600


def test_each_exchange_is_one_event(filter, provider, planted, home, api, stream):
    event = filter.event(post(filter, api.host, api.path, api.request(planted.env + planted.pem, stream=stream)).agent)

    assert event["action"] == "redacted"
    assert (api.host, api.path, "POST", 200) == tuple(event[name] for name in ("host", "path", "method", "status"))
    assert event["client"] == "127.0.0.1"
    assert event["model"] == f"some-{api.name}-model"
    assert event["dialect"].startswith(api.name)
    assert sum(event["rules"].values()) >= 6
    assert event["request_bytes"] > event["sent_bytes"] > 0 or event["sent_bytes"] > event["request_bytes"] > 0
    assert event["response_bytes"] > 0
    assert event["total_ms"] >= event["redact_ms"] > 0
    usage = {"input_tokens": 2095, "output_tokens": 503, "cache_read_tokens": 34}
    assert usage == {name: event["usage"][name] for name in usage}
    assert event["restored"] >= 6


def test_the_table_tells_what_the_file_tells(filter, provider, planted, api):
    event = filter.event(post(filter, api.host, api.path, api.request(planted.env)).agent)

    def row():
        return [row for row in filter.audit_rows() if row.get("id") == event["id"]]

    wait_for(lambda: bool(row()), "the event in audit.db")
    [found] = row()
    assert (event["action"], event["host"], event["sent_bytes"]) == (
        found["action"],
        found["host"],
        found["sent_bytes"],
    )


def test_a_request_without_findings_is_an_event_too(filter, provider, api):
    event = filter.event(post(filter, api.host, api.path, api.request("hello")).agent)

    assert (event["action"], event["rules"]) == ("passed", {})


def test_what_is_withheld_is_told(filter, provider, planted, api):
    provider.reset(call("WebFetch", "url"))

    event = filter.event(post(filter, api.host, api.path, api.request(f"https://docs.test/?t={planted.github}")).agent)

    assert event["withheld"] == 1


def test_a_surrogate_nobody_here_was_given_is_told(filter, provider, planted):
    api = API["anthropic"]
    stranger = plant(f"stranger of {planted.github}")
    post(filter, api.host, api.path, api.request(stranger.github))
    foreign = provider.seen[0].last_text
    provider.reset(say(foreign))

    event = filter.event(post(filter, ANTHROPIC, api.path, api.request(planted.github)).agent)

    assert event["unknown_surrogates"] == 1


def test_the_log_is_readable_and_holds_no_traceback(filter, provider, planted, api):
    post(filter, api.host, api.path, api.request(planted.env))
    post(filter, api.host, api.path, b"{")

    assert "Traceback" not in filter.log()


def test_the_audit_is_one_json_object_a_line(filter, provider, api):
    post(filter, api.host, api.path, api.request("hello"))
    filter.events_after(0)

    lines = (filter.state / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
