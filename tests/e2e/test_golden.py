"""The golden exchanges once more, through the real proxy: what arrives, and what comes back, one byte a write."""

import sys
from pathlib import Path

import pytest

from tests import frames, pack, test_exchanges

from . import filter as filters
from .clients import ANTHROPIC, OPENAI, post
from .wire import Raw

WHERE = {
    "anthropic-messages": (ANTHROPIC, "/v1/messages"),
    "anthropic-batches": (ANTHROPIC, "/v1/messages/batches"),
    "anthropic-complete": (ANTHROPIC, "/v1/complete"),
    "openai-chat": (OPENAI, "/v1/chat/completions"),
    "openai-responses": (OPENAI, "/v1/responses"),
    "openai-completions": (OPENAI, "/v1/completions"),
    "openai-embeddings": (OPENAI, "/v1/embeddings"),
    "openai-realtime": (OPENAI, "/v1/realtime/client_secrets"),
    "gemini": (filters.GEMINI, "/v1beta/models/gemini-2.5-pro:streamGenerateContent"),
    "bedrock-converse": (filters.BEDROCK, "/model/some.model-v1:0/converse-stream"),
    "bedrock-invoke": (filters.BEDROCK, "/model/some.model-v1:0/invoke-with-response-stream"),
    "ollama": (filters.OLLAMA, "/api/chat"),
    "kiro": (filters.KIRO, "/generateAssistantResponse"),
    "generic": (OPENAI, "/v1/tomorrow"),
}
CASES = [case for case in test_exchanges.CASES if case.parent.name in WHERE]


@pytest.fixture(scope="module")
def filter(tmp_path_factory, upstream):
    folder = tmp_path_factory.mktemp("golden")
    rules = [str(Path(pack.__file__).with_name("pack.yaml"))]
    config = filters.write_settings(folder / "filter", upstream.url, upstream.ca, rules=rules)
    with filters.serve(config, before=[sys.executable, str(Path(__file__).with_name("keyed.py"))]) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=test_exchanges.named)
def test_through_the_proxy(filter, provider, case):
    name = test_exchanges.STREAMED.get(case, "json")
    kind = test_exchanges.KINDS.get(name, "application/json")
    given = (case / f"response.{name}").read_bytes()
    wanted = (case / f"client.{name}").read_bytes()
    given, shown = (frames.written(given), frames.shown) if name == "frames" else (given, bytes)
    provider.reset(lambda _seen: Raw(200, given, (("content-type", kind),)), cut=1)

    answer = post(filter, *WHERE[case.parent.name], (case / "request.json").read_bytes())

    [seen] = provider.seen
    assert (case / "sent.json").read_bytes() == seen.body
    assert wanted == shown(answer.body)
