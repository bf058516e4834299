"""Codex reads a file full of planted values, edits it and runs a command: over its WebSocket by scripts that call tools, over HTTP by commands."""

import json
import re

import pytest

from . import filter as filters
from .assistants import codex, does_as_told, is_told_why, renamed, said_of
from .clients import OPENAI
from .plants import traces
from .sockets import talker
from .test_websocket import events
from .wire import Text, Tool

OVER_HTTP = {
    "model_provider": '"http"',
    "model_providers.http": '{name="http", base_url="https://api.openai.com/v1", env_key="CODEX_API_KEY", supports_websockets=false}',
}
USAGE = {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}


def patch(shown):
    old, new = renamed(shown)
    added = "".join(f"\n+{line}" for line in new.split("\n"))
    return f"*** Begin Patch\n*** Update File: app.py\n@@\n-{old}{added}\n*** End Patch"


def outputs(items):
    """What tools gave back, as text."""
    given = [item["output"] for item in items if item["type"].endswith("call_output")]
    return ["".join(part["text"] for part in one) if isinstance(one, list) else one for one in given]


@pytest.fixture(scope="module")
def everyone(tmp_path_factory, company_rules, upstream):
    folder = tmp_path_factory.mktemp("codex")
    with talker(folder / "certificates") as socket:
        hosts = {OPENAI: socket.url, "chatgpt.com": upstream.url}
        authorities = folder / "authorities.pem"
        authorities.write_text(socket.ca.read_text() + upstream.ca.read_text())
        rules = ["builtin", str(company_rules)]
        config = filters.write_settings(folder / "filter", "", authorities, rules=rules, upstreams=hosts)
        with filters.serve(config) as running:
            yield running, socket


def test_an_edit_by_scripts_over_the_socket(everyone, provider, planted, tmp_path, home):
    filter, socket = everyone
    results = []

    def works(said):
        """Of each turn only what is new is said."""
        results.extend(outputs(said["input"]))
        if said.get("generate") is False:
            return answered(said)
        if len(results) == 3:
            *most, last = events(said_of(results[0]), 9)
            return [*most, json.dumps(_with_usage(json.loads(last)))]
        scripts = [
            lambda: 'const read = await tools.exec_command({cmd: "cat app.py"});\ntext(read.output);',
            lambda: f"const patch = {json.dumps(patch(results[0]))};\ntext(await tools.apply_patch(patch));",
            lambda: f"text(await tools.exec_command({{cmd: {json.dumps(kept(results[0]))}}}));",
        ]
        return called(scripts[len(results)](), len(results) + 1)

    socket.reset(works)

    does_as_told(codex, filter, planted, tmp_path, home)

    assert ["permessage-deflate"] == socket.extensions
    assert not traces(socket.wire, planted)
    assert not traces(provider.wire, planted)


def test_a_refusal_is_shown_to_the_user(everyone, provider, planted, tmp_path, home):
    filter, socket = everyone
    socket.reset(answered)

    is_told_why(codex, filter, planted, tmp_path, home)

    assert not traces(socket.wire + provider.wire, planted)


def answered(_said):
    """Say that the connection is warm."""
    response = {"id": "resp_0", "object": "response", "output": [], "usage": USAGE}
    return [json.dumps({"type": name, "response": response}) for name in ("response.created", "response.completed")]


def kept(shown):
    """A command that keeps a line in a file."""
    return f"echo '{renamed(shown)[0]}' > token.txt"


def called(script, number):
    """A script as Codex gets it, every copy of it."""
    item = {
        "type": "custom_tool_call",
        "id": f"ctc_{number}",
        "call_id": f"call_{number}",
        "name": "exec",
        "input": script,
    }
    where = {"item_id": item["id"], "output_index": 0}
    response = {"id": f"resp_{number}", "object": "response", "model": "gpt-5", "output": []}
    said = [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": item | {"input": ""}},
        *(
            {"type": "response.custom_tool_call_input.delta", **where, "delta": piece}
            for piece in re.findall(r"(?s).{1,7}", script)
        ),
        {"type": "response.custom_tool_call_input.done", **where, "input": script},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        _with_usage({"type": "response.completed", "response": response | {"output": [item]}}),
    ]
    return [json.dumps(event | {"sequence_number": at}) for at, event in enumerate(said)]


def _with_usage(event):
    event["response"]["usage"] = USAGE
    return event


def test_an_edit_by_commands_over_http(filter, provider, planted, tmp_path, home):
    def works(seen):
        results = outputs(seen.json["input"])
        if len(results) == 3:
            return Text(said_of(results[0]))
        commands = [
            lambda: "cat app.py",
            lambda: f"apply_patch <<'EOF'\n{patch(results[0])}\nEOF",
            lambda: kept(results[0]),
        ]
        return Tool("exec_command", {"cmd": commands[len(results)]()}, f"call_{len(results)}")

    provider.reset(works, delta=5)
    options = [part for key, value in OVER_HTTP.items() for part in ("-c", f"{key}={value}")]

    does_as_told(lambda *args: codex(*args, ["-m", "gpt-5", *options]), filter, planted, tmp_path, home)

    assert not traces(provider.wire, planted)
