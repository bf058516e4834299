"""One more sentence of the system prompt: at its end, the same in every turn."""

import copy
import json

import pytest

from redact.dialects import DIALECTS
from redact.exchange import NOTE, Exchange
from tests import pack

USER = {"role": "user", "content": "hi"}
CASES = [
    ("anthropic-messages", {"messages": [USER]}, {"system": "N"}),
    ("anthropic-messages", {"system": "S", "messages": [USER]}, {"system": "S\n\nN"}),
    (
        "anthropic-messages",
        {"system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral"}}], "messages": [USER]},
        {"system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "N"}]},
    ),
    ("openai-chat", {"messages": [USER]}, {"messages": [{"role": "system", "content": "N"}, USER]}),
    (
        "openai-chat",
        {"messages": [{"role": "developer", "content": "S"}, USER]},
        {"messages": [{"role": "developer", "content": "S\n\nN"}, USER]},
    ),
    (
        "openai-chat",
        {"messages": [{"role": "system", "content": [{"type": "text", "text": "S"}]}]},
        {"messages": [{"role": "system", "content": [{"type": "text", "text": "S"}, {"type": "text", "text": "N"}]}]},
    ),
    ("openai-responses", {"input": "hi"}, {"instructions": "N"}),
    ("openai-responses", {"instructions": "S", "input": []}, {"instructions": "S\n\nN"}),
    ("gemini", {"contents": []}, {"systemInstruction": {"parts": [{"text": "N"}]}}),
    (
        "gemini",
        {"request": {"contents": [], "system_instruction": {"parts": [{"text": "S"}]}}},
        {"request": {"contents": [], "system_instruction": {"parts": [{"text": "S"}, {"text": "N"}]}}},
    ),
    ("bedrock-converse", {"messages": []}, {"system": [{"text": "N"}]}),
    ("bedrock-converse", {"system": [{"text": "S"}], "messages": []}, {"system": [{"text": "S"}, {"text": "N"}]}),
    ("bedrock-invoke", {"anthropic_version": "x", "messages": [USER]}, {"system": "N"}),
]  # fmt: skip
NOWHERE = [
    ("anthropic-messages", {"system": 7, "messages": [USER]}),
    ("anthropic-messages", {"prompt": "hi"}),
    ("openai-chat", {"messages": []}),
    ("openai-chat", {"messages": [{"role": "system", "content": 7}]}),
    ("openai-responses", {"model": "m"}),
    ("openai-responses", {"instructions": ["S"], "input": []}),
    ("gemini", {"contents": [], "cachedContent": "c"}),
    ("gemini", {"contents": [], "systemInstruction": "S"}),
    ("bedrock-invoke", {"messages": [USER]}),
    ("generic", {"messages": [USER]}),
]


@pytest.mark.parametrize(("dialect", "body", "changes"), CASES)
def test_a_sentence_stands_at_the_end_of_the_system_prompt(dialect, body, changes):
    noted = copy.deepcopy(body)
    assert DIALECTS[dialect].note(noted, "N")
    assert body | changes == noted


@pytest.mark.parametrize(("dialect", "body"), NOWHERE)
def test_where_there_is_no_room_for_it_nothing_changes(dialect, body):
    noted = copy.deepcopy(body)
    assert not DIALECTS[dialect].note(noted, "N")
    assert body == noted


def test_it_is_in_every_request_whether_something_was_found_or_not():
    def sent(messages):
        exchange = Exchange(pack.redactor(), DIALECTS["anthropic-messages"], note=NOTE)
        return exchange.request(json.dumps({"system": "S", "messages": messages}).encode())

    turns = [USER, {"role": "assistant", "content": "yes?"}, {"role": "user", "content": "password=hunter2-x9"}]
    first, last = sent(turns[:1]), sent(turns)
    assert f"S\n\n{NOTE}" == json.loads(first)["system"]
    assert last.startswith(first.removesuffix(b"]}"))
    assert "RDX_PASSWORD_" in json.loads(last)["messages"][2]["content"]


def test_the_note_holds_nothing_that_would_be_redacted_or_restored():
    assert NOTE == pack.redactor().redact(NOTE).text
    assert NOTE == pack.redactor().restore(NOTE)
