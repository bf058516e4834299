"""The builtin map: which address of which host is read how."""

from pathlib import Path

import pytest

from redact.dialects import DIALECTS
from redact.providers import read

MAP = read([Path(__file__).parents[1] / "rules/providers.yaml"], DIALECTS)
GOOGLE, VERTEX = "generativelanguage.googleapis.com", "us-east5-aiplatform.googleapis.com"
BEDROCK = "bedrock-runtime.eu-central-1.amazonaws.com"
VERTEX_MODELS = "/v1/projects/p/locations/us-east5/publishers"


@pytest.mark.parametrize(
    ("host", "path", "does", "errors"),
    [
        ("api.anthropic.com", "/v1/messages", "anthropic-messages", "anthropic-messages"),
        (GOOGLE, "/v1beta/models/gemini-2.5-pro:generateContent", "gemini", "gemini"),
        (GOOGLE, "/v1/models/gemini-2.5-pro:streamGenerateContent", "gemini", "gemini"),
        (GOOGLE, "/v1beta/models/gemini-2.5-pro:countTokens", "gemini", "gemini"),
        (GOOGLE, "/v1beta/models/gemini-embedding-001:batchEmbedContents", "gemini", "gemini"),
        (GOOGLE, "/v1beta/cachedContents/x", "gemini", "gemini"),
        (GOOGLE, "/v1beta/openai/chat/completions", "openai-chat", "gemini"),
        (GOOGLE, "/v1beta/interactions", "generic", "gemini"),
        ("cloudcode-pa.googleapis.com", "/v1internal:streamGenerateContent", "gemini", "gemini"),
        ("cloudcode-pa.googleapis.com", "/v1internal:loadCodeAssist", "generic", "gemini"),
        (VERTEX, f"{VERTEX_MODELS}/google/models/gemini-2.5-pro:streamGenerateContent", "gemini", "gemini"),
        (
            VERTEX,
            f"{VERTEX_MODELS}/anthropic/models/claude-sonnet-4-5:streamRawPredict",
            "anthropic-messages",
            "gemini",
        ),
        (VERTEX, f"{VERTEX_MODELS}/anthropic/models/count-tokens:rawPredict", "anthropic-messages", "gemini"),
        ("aiplatform.googleapis.com", f"{VERTEX_MODELS}/mistralai/models/x:rawPredict", "openai-chat", "gemini"),
        (BEDROCK, "/model/anthropic.claude-v2%3A1/invoke", "bedrock-invoke", "bedrock-converse"),
        (BEDROCK, "/model/anthropic.claude-v2:1/invoke-with-response-stream", "bedrock-invoke", "bedrock-converse"),
        (BEDROCK, "/model/arn:aws:bedrock:x:1:inference-profile/y/converse", "bedrock-converse", "bedrock-converse"),
        (BEDROCK, "/model/x/converse-stream", "bedrock-converse", "bedrock-converse"),
        (BEDROCK, "/model/x/invoke-with-bidirectional-stream", "block", "bedrock-converse"),
        (BEDROCK, "/openai/v1/chat/completions", "openai-chat", "bedrock-converse"),
        ("codewhisperer.us-east-1.amazonaws.com", "/generateAssistantResponse", "kiro", "bedrock-converse"),
        ("q.us-east-1.amazonaws.com", "/", "kiro", "bedrock-converse"),
        ("ollama.com", "/api/chat", "ollama", "ollama"),
        ("api2.cursor.sh", "/aiserver.v1.ChatService/StreamUnifiedChatWithTools", "block", "openai-chat"),
        ("agentn.global.api5.cursor.sh", "/agent.v1.AgentService/Run", "block", "openai-chat"),
        ("api2.cursor.sh", "/auth/poll", "pass", "openai-chat"),
        ("bedrock-runtime-fips.us-east-1.amazonaws.com", "/model/x/converse", "bedrock-converse", "bedrock-converse"),
    ],
)
def test_an_address_is_read_as_the_map_says(host, path, does, errors):
    route = MAP.route(host, path)
    assert (does, errors) == (route.does, route.errors)


@pytest.mark.parametrize(
    "host", ["example.org", "s3.amazonaws.com", "storage.googleapis.com", "bedrock.us-east-1.amazonaws.com"]
)
def test_other_hosts_are_none_of_ours(host):
    assert not MAP.knows(host)
    assert MAP.route(host, "/") is None


@pytest.mark.parametrize(
    "host",
    [
        "llm.corp.example",
        "my-gpt-proxy.example",
        "API.Foo.AI",
        "bedrock.us-east-1.amazonaws.com",
        "inference.example.org.",
    ],
)
def test_hosts_that_look_like_providers(host):
    assert MAP.looks_alike(host)


@pytest.mark.parametrize("host", ["api.openai.com", "pypi.org", "github.com", "s3.amazonaws.com", "example.org"])
def test_hosts_that_do_not_or_are_known(host):
    assert not MAP.looks_alike(host)
