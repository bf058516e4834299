"""OpenAI Responses over WebSocket, through the real proxy: every turn filtered, every message whole, none kept."""

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from . import filter as filters
from .clients import ANTHROPIC, OPENAI, sdk
from .plants import SURROGATE, traces
from .sockets import client, talker

PATH = "/v1/responses"


@pytest.fixture(scope="module")
def everyone(tmp_path_factory, company_rules):
    folder = tmp_path_factory.mktemp("websocket")
    with talker(folder / "certificates") as provider:
        rules = ["builtin", str(company_rules)]
        config = filters.write_settings(folder / "filter", provider.url, provider.ca, rules=rules)
        with filters.serve(config) as running:
            yield running, provider


@pytest.fixture
def filter(everyone):
    return everyone[0]


@pytest.fixture
def provider(everyone):
    everyone[1].reset(echo)
    return everyone[1]


def create(text, **more):
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    return {"type": "response.create", "model": "gpt-5", "store": False, "input": [item], **more}


def events(text, number=0, size=7, **more):
    """Answer with a text as the provider does, every copy of it."""
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    response = {"id": f"resp_{number}", "object": "response", "model": "gpt-5", "output": []}
    said = [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": item | {"content": []}},
        *(
            {"type": "response.output_text.delta", **where, "delta": text[at : at + size]}
            for at in range(0, len(text), size)
        ),
        {"type": "response.output_text.done", **where, "text": text},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response | {"output": [item], "usage": {"input_tokens": 9}}},
    ]
    return [json.dumps({**event, "sequence_number": at, **more}, ensure_ascii=False) for at, event in enumerate(said)]


def last_text(said):
    return said["input"][-1]["content"][0]["text"]


def echo(said):
    return events(last_text(said), **({"stream_id": said["stream_id"]} if "stream_id" in said else {}))


def text_of(heard, copy=None):
    """The text of an answer; every copy of it must be the same, and every number there once."""
    deltas = "".join(event["delta"] for event in heard if event["type"] == "response.output_text.delta")
    [done] = [event["text"] for event in heard if event["type"] == "response.output_text.done"]
    [item] = [event["item"] for event in heard if event["type"] == "response.output_item.done"]
    [whole] = heard[-1]["response"]["output"]
    assert deltas == done == item["content"][0]["text"] == whole["content"][0]["text"]
    assert [*range(len(heard))] == [event["sequence_number"] for event in heard]
    return deltas


def test_a_turn(filter, provider, planted):
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.env + "é\u2713 R"))
        assert planted.env + "é\u2713 R" == text_of(mine.hear_until("response.completed"))
        assert ["permessage-deflate"] == [extension.name for extension in mine.connection.protocol.extensions]
    assert ["permessage-deflate"] == provider.extensions
    assert not traces(provider.wire, planted)


def test_the_official_sdk_takes_turns(filter, provider, planted, tmp_path):
    provider.reset(lambda said: events(" ".join(SURROGATE.findall(provider.seen[0])) + last_text(said)))
    with sdk("openai", filter, tmp_path) as openai:
        turns = [
            create(planted.env),
            create("what was it?", previous_response_id="resp_0"),
            create("BLOCK-123456789012"),
        ]
        *heard, last = openai.stream("responses.connect", turns=turns)
    assert {"extensions": ["permessage-deflate"]} == last
    ends = [at + 1 for at, event in enumerate(heard) if event["type"] == "response.completed"]
    one, two, refused = heard[: ends[0]], heard[ends[0] : ends[1]], heard[ends[1] :]
    assert planted.env in text_of(one)
    assert planted.github in text_of(two)
    assert ["error"] == [event["type"] for event in refused]
    assert not traces(provider.wire, planted)


def test_without_compression(filter, provider, planted):
    with client(filter, OPENAI, PATH, compression=None) as mine:
        mine.say(create(planted.env))
        assert planted.env == text_of(mine.hear_until("response.completed"))
    assert [] == provider.extensions
    assert not traces(provider.wire, planted)


def test_a_later_turn_may_say_what_an_earlier_one_carried(filter, provider, planted):
    provider.reset(lambda said: events(" ".join(SURROGATE.findall(provider.seen[0])) + last_text(said)))
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.env))
        mine.hear_until("response.completed")
        mine.say(create("what was it?", previous_response_id="resp_0"))
        said = text_of(mine.hear_until("response.completed"))
    assert planted.github in said
    assert not SURROGATE.search(said)
    assert not traces(provider.wire, planted)


def test_another_socket_does_not_get_what_this_one_carried(filter, provider, planted):
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.github))
        mine.hear_until("response.completed")
    stolen = last_text(json.loads(provider.seen[0]))
    with client(filter, OPENAI, PATH) as other:
        other.say(create(f"say {stolen}"))
        assert f"say {stolen}" == text_of(other.hear_until("response.completed"))


def test_streams_share_a_socket_and_keep_apart(filter, provider, planted):
    waiting = []

    def both(said):
        waiting.append(echo(said))
        if len(waiting) == 2:
            one, two = waiting
            yield from (message for pair in zip(one, two, strict=True) for message in pair)

    provider.reset(both)
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(f"a {planted.github} R", stream_id="one"))
        mine.say(create(f"b {planted.github} R", stream_id="two"))
        heard = [*mine.hear_until("response.completed"), *mine.hear_until("response.completed")]
    for name, start in (("one", "a"), ("two", "b")):
        mine = [event for event in heard if event["stream_id"] == name]
        assert f"{start} {planted.github} R" == text_of(mine)


def test_what_is_blocked_does_not_leave_and_the_socket_goes_on(filter, provider, planted):
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create("x = BLOCK-123456789012", stream_id="s"))
        refused = mine.hear()
        assert ("error", 400, "s") == (refused["type"], refused["status"], refused["stream_id"])
        assert refused["error"]["message"].startswith("redact: ")
        assert "acme-never" in refused["error"]["message"]
        assert not provider.seen
        mine.say(create(planted.env))
        assert planted.env == text_of(mine.hear_until("response.completed"))
        agent = mine.agent
    filters.wait_for(lambda: len(of(filter, agent)) == 2, "two audit events")
    assert ["blocked", "redacted"] == [event["action"] for event in of(filter, agent)]
    assert "123456789012" not in json.dumps(of(filter, agent))


def of(filter, agent):
    return [event for event in filter.events() if event["user_agent"] == agent]


def test_each_turn_has_its_audit_event(filter, provider, planted):
    with client(filter, OPENAI, PATH) as mine:
        for text in (planted.env, "hello"):
            mine.say(create(text))
            mine.hear_until("response.completed")
        agent = mine.agent
    filters.wait_for(lambda: len(of(filter, agent)) == 2, "two audit events")
    one, two = of(filter, agent)
    assert ("redacted", "passed") == (one["action"], two["action"])
    assert one["rules"]
    assert one["restored"]
    assert ("openai-responses", "gpt-5", 101) == (one["dialect"], one["model"], one["status"])
    assert 9 == two["usage"]["input_tokens"]


@pytest.mark.parametrize("said", [b"\x00\xff\x00", "no JSON", b"", '{"a": 1'], ids=["binary", "text", "empty", "cut"])
def test_what_cannot_be_read_does_not_leave(filter, provider, said):
    with client(filter, OPENAI, PATH) as mine:
        mine.say(said)
        refused = mine.hear()
    assert ("error", 400) == (refused["type"], refused["status"])
    assert not provider.seen


def test_binary_messages_that_are_json_are_filtered_too(filter, provider, planted):
    provider.reset(lambda said: [message.encode() for message in echo(said)])
    with client(filter, OPENAI, PATH) as mine:
        mine.say(json.dumps(create(planted.env)).encode())
        assert planted.env == text_of(mine.hear_until("response.completed"))
    assert isinstance(provider.seen[0], bytes)
    assert not traces(provider.wire, planted)


def test_messages_in_fragments_are_put_together(filter, provider, planted):
    long = "é\u2713\U0001f980" * 5000

    def pieces(text, size):
        return [text[at : at + size] for at in range(0, len(text), size)]

    provider.reset(lambda said: [pieces(message, 11) for message in echo(said)[-1:]])
    with client(filter, OPENAI, PATH) as mine:
        mine.say(pieces(json.dumps(create(planted.env + long), ensure_ascii=False), 1000))
        whole = mine.hear()
    assert planted.env + long == whole["response"]["output"][0]["content"][0]["text"]
    assert long == last_text(json.loads(provider.seen[0]))[-len(long) :]
    assert not traces(provider.wire, planted)


def test_a_refusal_while_a_message_of_the_provider_arrives_in_pieces(filter, provider):
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create("hello"))
        mine.hear_until("response.completed")

        def halves():
            yield '{"type": "response.tomo'
            mine.say("no JSON")
            assert "error" == mine.hear()["type"]
            yield 'rrow"}'

        provider.connection.send(halves())
        assert {"type": "response.tomorrow"} == mine.hear()


def test_what_nobody_knows_goes_on_restored_or_as_it_came(filter, provider, planted):
    odd = ["[1, 2]", "7", '"text"']
    provider.reset(lambda said: [json.dumps({"type": "response.tomorrow", "what": {"x": last_text(said)}}), *odd])
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.github))
        assert {"type": "response.tomorrow", "what": {"x": planted.github}} == mine.hear()
        assert [json.loads(one) for one in odd] == [mine.hear() for _ in odd]


def test_ten_megabytes_in_one_message(filter, provider, planted):
    filler = "lorem ipsum " * 873_813
    provider.reset(lambda said: [json.dumps({"type": "response.tomorrow", "what": filler + last_text(said)})])
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.github))
        assert filler + planted.github == mine.hear()["what"]


def test_a_tool_call_that_ends_in_mid_json(filter, provider, planted):
    def broken(said):
        start = '{"content": "login ' + last_text(said)
        call = {"type": "function_call", "id": "fc", "call_id": "c", "name": "write_file", "arguments": ""}
        yield json.dumps({"type": "response.output_item.added", "output_index": 0, "item": call})
        for piece in (start[:20], start[20:]):
            yield json.dumps({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": piece})
        response = {"id": "r", "object": "response", "output": [call | {"arguments": start}]}
        yield json.dumps({"type": "response.incomplete", "response": response})

    provider.reset(broken)
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.github))
        heard = mine.hear_until("response.incomplete")
    wanted = '{"content": "login ' + planted.github
    assert wanted == "".join(event.get("delta", "") for event in heard)
    assert wanted == heard[-1]["response"]["output"][0]["arguments"]


@pytest.mark.parametrize("by", ["client", "provider"])
def test_a_socket_that_breaks_off_ends_for_both(filter, provider, planted, by):
    provider.reset(lambda said: echo(said)[:5])
    with client(filter, OPENAI, PATH) as mine:
        mine.say(create(planted.env))
        mine.hear()
        agent = mine.agent
        if by == "provider":
            provider.connection.close(1011, "over")
            with pytest.raises(ConnectionClosed):
                mine.hear_until("response.completed")
            assert 1011 == mine.connection.close_code
    assert "redacted" == filter.event(agent)["action"]


@pytest.mark.parametrize(("host", "path"), [(ANTHROPIC, "/v1/messages"), (OPENAI, "/v1/chat/completions")])
def test_where_no_socket_is_known_it_is_refused_so_that_clients_fall_back(filter, provider, host, path):
    with pytest.raises(InvalidStatus) as refused, client(filter, host, path):
        pass
    assert 426 == refused.value.response.status_code
    assert not provider.seen
