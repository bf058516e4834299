"""Conversations: what a client sends back next turn is what it was shown, and the provider must see one steady story."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from . import filter as filters
from .clients import clean_environment, headers_for, post, run
from .plants import plant, traces
from .provider import call, echo, in_turn, say, surrogates, think
from .talk import API, raw_messages
from .wire import Text


def ask(filter, api, body):
    answer = post(filter, api.host, api.path, body)
    assert answer.status == 200, answer.body
    return api.read(answer.body)


def test_the_sanitized_beginning_of_a_grown_conversation_stays_the_same(filter, provider, planted, api, stream):
    turns = [f"Deploy with\n{planted.env}"]
    for _ in range(3):
        said = ask(filter, api, api.request(*turns, stream=stream))
        turns += [said.text, f"and now {planted.github} for LedgerReconciler?"]

    prefixes = [raw_messages(seen.body) for seen in provider.seen]
    assert len(prefixes) == 3
    assert prefixes[1].startswith(prefixes[0])
    assert prefixes[2].startswith(prefixes[1])
    assert not traces(provider.wire, planted)


def test_what_was_restored_goes_back_as_the_provider_said_it(filter, provider, planted, api, stream):
    first = f"{planted.env}{planted.pem} LedgerReconciler"
    said = ask(filter, api, api.request(first, stream=stream))
    ask(filter, api, api.request(first, said.text, "thanks"))

    sent = provider.seen[0].last_text
    assert said.text == first
    assert sent == provider.seen[1].json["messages"][1]["content"]


def test_a_value_found_by_its_surroundings_is_known_without_them(filter, provider, planted, api):
    def quote_alone(seen):
        return Text(f"The key is {surrogates(seen)[1]}, is it not?")

    provider.reset(in_turn(quote_alone, echo))
    first = f"AWS_ACCESS_KEY_ID={planted.access_key}\nAWS_SECRET_ACCESS_KEY={planted.secret_key}\n"
    said = ask(filter, api, api.request(first))
    assert said.text == f"The key is {planted.secret_key}, is it not?"

    ask(filter, api, api.request(first, said.text, f"Yes, {planted.secret_key}"))

    assert not traces(provider.wire, planted)


def test_a_value_known_to_the_vault_is_found_without_its_surroundings(filter, provider, planted, api):
    """A client that compacts its history sends the value without the words that gave it away."""
    ask(filter, api, api.request(f"AWS_SECRET_ACCESS_KEY={planted.secret_key}\n"))

    ask(filter, api, api.request(f"Summary so far: the user's key was {planted.secret_key}."))

    assert not traces(provider.wire, planted)


def test_many_values_of_every_look_are_known_without_their_surroundings(filter, provider, planted, all_planted, api):
    """A hundred people: among their random values are those that begin with a slash, end with a plus, hold a word."""
    people = [plant(f"{planted.account} {number}") for number in range(100)]
    people += [
        replace(plant(f"{planted.account} {first}"), secret_key=first + planted.secret_key[1:-1] + first)
        for first in "/+"
    ]
    all_planted.extend(people)
    first = "\n".join(person.env for person in people)
    assert first == ask(filter, api, api.request(first)).text

    # Kind by kind: an access key id would give away the secret key beside it.
    for kind in ("aws secret key", "aws access key id", "github token", "slack token", "database password"):
        bare = "\n".join(f"it is {person.secrets[kind]} I think" for person in people)
        assert bare == ask(filter, api, api.request(bare)).text

    assert not traces(provider.wire, people)


def test_tool_calls_come_back_as_they_were_made(filter, provider, planted, api, stream):
    first = f"{planted.env}{planted.pem}"
    provider.reset(in_turn(call("Write", file_path=".env"), say("done")), delta=3)
    said = ask(filter, api, api.request(first, stream=stream))
    [(name, arguments)] = said.tools
    assert first == json.loads(arguments)["content"]

    if api.name == "anthropic":
        assistant = {"role": "assistant", "content": said.blocks}
        result = {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": said.blocks[0]["id"], "content": first}],
        }
    else:
        function = {"name": name, "arguments": arguments}
        assistant = {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        result = {"role": "tool", "tool_call_id": "call_1", "content": first}
    ask(filter, api, api.request(first, assistant, result))

    assert not traces(provider.wire, planted)
    one, two = (seen.json["messages"] for seen in provider.seen)
    assert one == two[:1]
    made = (
        two[1]["content"][0]["input"]
        if api.name == "anthropic"
        else json.loads(two[1]["tool_calls"][0]["function"]["arguments"])
    )
    assert {"file_path": ".env", "content": one[0]["content"]} == made


def test_thinking_goes_back_byte_by_byte(filter, provider, planted, stream):
    api = API["anthropic"]
    provider.reset(think(echo), delta=2)
    said = ask(filter, api, api.request(planted.env, stream=stream))

    ask(filter, api, api.request(planted.env, {"role": "assistant", "content": said.blocks}, "go on"))

    thinking, redacted, text = provider.seen[1].json["messages"][1]["content"]
    sent = provider.seen[0].last_text
    assert thinking["thinking"] == f"The user says: {sent} \u00e9\u2713"
    assert thinking["signature"] == "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"
    assert {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"} == redacted
    assert sent == text["text"]


def test_a_conversation_goes_on_after_a_restart(provider, upstream, planted, company_rules, tmp_path):
    config = filters.write_settings(tmp_path / "f", upstream.url, upstream.ca, rules=["builtin", str(company_rules)])
    with filters.serve(config) as running:
        said = {api.name: ask(running, api, api.request(planted.env, stream=True)).text for api in API.values()}
    provider.reset()
    with filters.serve(config) as running:
        for api in API.values():
            ask(running, api, api.request(planted.env))
            again = ask(running, api, api.request(planted.env, said[api.name], "and again, " + planted.env))
            assert again.text == "and again, " + planted.env
            one, two = provider.seen[-2:]
            assert raw_messages(two.body).startswith(raw_messages(one.body))

    assert not traces(provider.wire, planted)


def test_two_filters_with_one_state_agree(filter, provider, upstream, planted, company_rules, tmp_path):
    rules = ["builtin", str(company_rules)]
    config = filters.write_settings(
        tmp_path / "second", upstream.url, upstream.ca, rules=rules, state_dir=str(filter.state)
    )
    api = API["anthropic"]
    with filters.serve(config) as second:
        for number, running in enumerate((filter, second, filter)):
            assert planted.env == ask(running, api, api.request(planted.env)).text
            # What one has minted, the other knows: also without the words around it.
            assert f"{number} {planted.pem}" == ask(running, api, api.request(f"{number} {planted.pem}")).text
        assert planted.secret_key == ask(second, api, api.request(planted.secret_key)).text

    assert len({seen.body for seen in provider.seen[:-1:2]}) == 1
    assert not traces(provider.wire, planted)


def test_a_surrogate_of_another_conversation_stays_one(filter, provider, planted, api, stream):
    stranger = plant("stranger " + planted.github)
    ask(filter, api, api.request(stranger.github))
    [foreign] = surrogates(provider.seen[0])
    provider.reset(lambda seen: Text(f"{foreign} {surrogates(seen)[0]}"), delta=3)

    said = ask(filter, api, api.request(planted.github, stream=stream))

    assert f"{foreign} {planted.github}" == said.text


def test_many_at_once_never_see_each_others_values(filter, provider, planted, all_planted):
    provider.restyle(delta=3)
    people = [plant(f"{planted.account} {number}") for number in range(8)]
    all_planted.extend(people)

    def talk(person):
        api = API["anthropic" if person.account > planted.account else "openai"]
        texts = [person.env, person.pem, f"{person.arn} again"]
        return [text == ask(filter, api, api.request(text, stream=True)).text for text in texts]

    with ThreadPoolExecutor(len(people)) as pool:
        assert [[True] * 3] * len(people) == list(pool.map(talk, people))
    assert not traces(provider.wire, people)


def test_many_at_once_on_one_connection_keep_apart(filter, provider, planted, all_planted, home, api):
    """HTTP/2 carries them all together."""
    provider.restyle(delta=3)
    people = [plant(f"{planted.account} {number}") for number in range(6)]
    all_planted.extend(people)
    command = ["curl", "-sS", "--parallel"]
    for number, person in enumerate(people):
        (home / f"{number}.json").write_text(json.dumps(api.request(person.env, stream=True)), encoding="utf-8")
        head = [part for name, value in headers_for(api.host).items() for part in ("-H", f"{name}: {value}")]
        report = ["-w", "%{num_connects} ", "-o", f"{number}.out", f"https://{api.host}{api.path}"]
        command += ["--next"] * (number > 0) + ["--http2", *head, "--data-binary", f"@{number}.json", *report]

    done = run(command, clean_environment(home, filter), cwd=home)

    assert done.code == 0, done.err
    assert sum(map(int, done.out.split())) < len(people)
    assert [person.env for person in people] == [
        api.read((home / f"{number}.out").read_bytes()).text for number in range(len(people))
    ]
    assert not traces(provider.wire, people)


def test_a_forged_surrogate_stays_as_it_is(filter, provider, planted, api, stream):
    forged = "RDX_GITHUB_TOKEN_0123456789AB"

    said = ask(filter, api, api.request(f"{forged} and {planted.github}", stream=stream))

    assert f"{forged} and {planted.github}" == said.text
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("form", ["what is {mine}?", "is {mine} the same as {value}?", "{value}{mine}"])
def test_a_user_who_pastes_a_surrogate_gets_it_back(filter, provider, planted, api, stream, form):
    """Even beside the value it stands for: what comes home is what was written."""
    ask(filter, api, api.request(planted.github))
    [mine] = surrogates(provider.seen[0])
    text = form.format(mine=mine, value=planted.github)

    said = ask(filter, api, api.request(text, stream=stream))

    assert said.text == text
    assert not traces(provider.wire, planted)


def test_a_codename_comes_home_in_the_style_the_model_chose(filter, provider, api, stream):
    def restyle(seen):
        first, second = seen.last_text.split("|")
        assert first[0].isupper()
        words = [word.lower() for word in split_words(first)]
        assert words == second.split("_")
        return Text("-".join(words) + " " + words[0] + words[1].title())

    provider.reset(restyle, delta=2)

    said = ask(filter, api, api.request("LedgerReconciler|ledger_reconciler", stream=stream))

    assert said.text == "ledger-reconciler ledgerReconciler"


def split_words(name: str) -> list[str]:
    starts = [number for number, char in enumerate(name) if char.isupper()] + [len(name)]
    return [name[start:end] for start, end in pairwise(starts)]


@pytest.mark.parametrize(
    ("tool", "field", "secret", "identifier"),
    [
        pytest.param("Write", "content", True, True, id="file edit"),
        pytest.param("Bash", "command", True, True, id="local shell"),
        pytest.param("WebFetch", "url", False, False, id="network"),
        pytest.param("mcp__tracker__comment", "body", False, True, id="unknown tool"),
    ],
)
def test_a_value_comes_home_only_where_it_may(filter, provider, planted, api, stream, tool, field, secret, identifier):
    provider.reset(call(tool, field), delta=4)

    said = ask(filter, api, api.request(f"echo {planted.github} {planted.arn} LedgerReconciler", stream=stream))

    [(name, arguments)] = said.tools
    shown = json.loads(arguments)[field]
    assert tool == name
    assert (planted.github in shown, planted.arn in shown, "LedgerReconciler" in shown) == (
        secret,
        identifier,
        identifier,
    )
    if not secret:
        assert surrogates(provider.seen[0])[0] in shown
