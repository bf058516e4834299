"""Headers and addresses through the real filter: what shows who asks passes if it is for this provider; all else that is found blocks."""

import pytest

from . import filter as filters
from .clients import ANTHROPIC, OPENAI, post
from .plants import github
from .provider import say

TOKEN = github("Bes1deTheBodyOfARequest".ljust(30, "x"))
CHAT, MESSAGES = (OPENAI, "/v1/chat/completions"), (ANTHROPIC, "/v1/messages")
GEMINI = (filters.GEMINI, "/v1beta/models/gemini-2.5-pro:generateContent")
BODY = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def percent(text):
    return "".join(f"%{letter:02X}" for letter in text.encode())


BLOCKED = {
    "another's key": (CHAT, [("authorization", f"Bearer {TOKEN}")]),
    "another's key as a key": (MESSAGES, [("x-api-key", TOKEN)]),
    "a second authorization": (MESSAGES, [("x-api-key", "sk-ant-mine"), ("authorization", f"Bearer {TOKEN}")]),
    "two of one name": (CHAT, [("authorization", "Bearer mine"), ("authorization", f"Bearer {TOKEN}")]),
    "cookie": (CHAT, [("cookie", f"a=b; session={TOKEN}")]),
    "any header": (CHAT, [("x-note", f"see {TOKEN}")]),
    "any token": (CHAT, [("x-github-token", TOKEN)]),
    "any name that ends in key": (CHAT, [("x-other-key", TOKEN)]),
    "the provider's header": (CHAT, [("openai-organization", TOKEN)]),
    "a client's library": (CHAT, [("x-stainless-note", TOKEN)]),
    "user agent": (CHAT, [("user-agent", f"agent {TOKEN}")]),
    "the name of a header": (CHAT, [(TOKEN, "1")]),
    "percent-encoded": (CHAT, [("x-note", percent(TOKEN))]),
    "behind much else": (CHAT, [("x-note", "a b " * 4000 + TOKEN)]),
    "query": ((OPENAI, f"{CHAT[1]}?note={TOKEN}"), []),
    "query, percent-encoded": ((OPENAI, f"{CHAT[1]}?note={percent(TOKEN)}"), []),
    "query, twice percent-encoded": ((OPENAI, f"{CHAT[1]}?note={percent(percent(TOKEN))}"), []),
    "a parameter that is Google's": ((OPENAI, f"{CHAT[1]}?key={TOKEN}"), []),
    "another's key for Google": ((filters.GEMINI, f"{GEMINI[1]}?key={TOKEN}"), []),
    "path": ((OPENAI, f"/v1/files/{TOKEN}"), []),
    "the name of a model": ((filters.BEDROCK, f"/model/{TOKEN}/converse"), []),
    "WebSocket": ((OPENAI, "/v1/responses"), [("upgrade", "websocket"), ("connection", "upgrade"),
                   ("sec-websocket-version", "13"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
                   ("sec-websocket-protocol", TOKEN)]),
}  # fmt: skip


@pytest.mark.parametrize("case", BLOCKED)
def test_what_is_not_for_this_provider_blocks(filter, provider, case):
    (host, path), headers = BLOCKED[case]
    provider.reset(say("yes"))
    answer = post(filter, host, path, BODY, headers, method="GET" if case == "WebSocket" else "POST")
    assert 400 == answer.status
    assert b"redact: blocked by rule github-" in answer.body
    assert TOKEN.encode() not in answer.body
    assert TOKEN.encode() not in provider.wire


PASSED = {
    "OpenAI": (CHAT, [("authorization", "Bearer sk-proj-" + "a1B2" * 12), ("openai-organization", "org-Acme"),
               ("openai-beta", "responses=v1"), ("x-stainless-arch", "x64"), ("x-request-id", "0d2f3c1e-6a58-4e7e-9d54-1c3fd0a7b9aa")]),
    "Anthropic": (MESSAGES, [("x-api-key", "sk-ant-api03-" + "a1B2" * 23 + "-AA"), ("anthropic-version", "2023-06-01"),
                  ("anthropic-beta", "prompt-caching-2024-07-31,context-1m-2025-08-07"), ("x-app", "cli"),
                  ("x-claude-code-session-id", "5b0b6a5e-6c80-44c3-bd27-4c8a4f1d9f3a")]),
    "a login": (MESSAGES, [("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U")]),
    "an opaque one": (CHAT, [("authorization", "Bearer 8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab91")]),
    "Google": ((filters.GEMINI, f"{GEMINI[1]}?key=AIzaVQS0X1deIu7kykq8CKrX1N-lC8oKEZsilEg&alt=sse"), [("x-goog-api-client", "genai/1.0")]),
    "AWS": ((filters.BEDROCK, "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fx/converse"),
            [("authorization", "Bearer ABSK" + "a1B2" * 30), ("x-amz-date", "20260101T000000Z")]),
}  # fmt: skip


@pytest.mark.parametrize("case", PASSED)
def test_what_shows_who_asks_passes(filter, provider, case):
    (host, path), headers = PASSED[case]
    provider.reset(say("yes"))
    answer = post(filter, host, path, BODY, headers)
    [seen] = provider.seen
    assert [[value] for _, value in headers] == [seen.header(name) for name, _ in headers]
    assert 400 != answer.status
