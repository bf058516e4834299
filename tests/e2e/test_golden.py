"""The golden exchanges once more, through the real proxy: what arrives, and what comes back, one byte a write."""

import sys
from pathlib import Path

import pytest

from redact import sinks
from redact.app import PACKS
from redact.dialects import DIALECTS
from redact.exchange import Exchange
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


TABLE = sinks.read([PACKS / "sinks.yaml"])


def wanted(case, kind, answer):
    """What the core gives under the builtin tables of tools: with its defaults it gives the golden bytes."""
    exchange = Exchange(pack.redactor(), DIALECTS[case.parent.name], None, TABLE)
    exchange.request((case / "request.json").read_bytes())
    return exchange.answer(kind, answer)


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
    given = frames.written(given) if name == "frames" else given
    provider.reset(lambda _seen: Raw(200, given, (("content-type", kind),)), cut=1)

    answer = post(filter, *WHERE[case.parent.name], (case / "request.json").read_bytes())

    [seen] = provider.seen
    assert (case / "sent.json").read_bytes() == seen.body
    assert wanted(case, kind, given) == answer.body
