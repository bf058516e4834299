"""Which dialect reads which path of which host."""

from pathlib import Path

import pytest

from redact import providers
from redact.dialects import DIALECTS

MAP = providers.read([Path(providers.__file__).parent / "packs" / "providers.yaml"], DIALECTS)

ROUTES = {
    "openai-responses": [
        "api.openai.com/v1/responses",
        "api.openai.com/v1/responses/compact",
        "api.openai.com/v1/responses/input_tokens",
        "api.openai.com/v1/responses/resp_1/input_items",
        "api.openai.com/v1/conversations",
        "api.openai.com/v1/conversations/conv_1/items",
        "chatgpt.com/backend-api/codex/responses",
        "chatgpt.com/backend-api/codex/responses/compact",
        "acme.openai.azure.com/openai/v1/responses",
        "acme.openai.azure.com/openai/responses",
        "acme.services.ai.azure.com/openai/v1/conversations/conv_1",
        "api.githubcopilot.com/responses",
        "copilot-api.acme.ghe.com/responses",
        "api.business.githubcopilot.com/responses",
        "openrouter.ai/api/v1/responses",
        "api.groq.com/openai/v1/responses",
        "api.x.ai/v1/responses",
    ],
    "openai-chat": [
        "api.openai.com/v1/chat/completions",
        "acme.openai.azure.com/openai/deployments/some/chat/completions",
        "acme.services.ai.azure.com/models/chat/completions",
        "api.githubcopilot.com/chat/completions",
        "openrouter.ai/api/v1/chat/completions",
        "api.groq.com/openai/v1/chat/completions",
        "api.mistral.ai/v1/chat/completions",
        "api.x.ai/v1/chat/completions",
        "api.deepseek.com/chat/completions",
        "api.deepseek.com/v1/chat/completions",
    ],
    "anthropic-messages": [
        "api.anthropic.com/v1/messages",
        "api.anthropic.com/v1/messages/count_tokens",
        "acme.services.ai.azure.com/anthropic/v1/messages",
        "api.githubcopilot.com/v1/messages",
        "openrouter.ai/api/v1/messages",
        "api.z.ai/api/anthropic/v1/messages",
        "api.deepseek.com/anthropic/v1/messages",
    ],
    "openai-completions": [
        "api.openai.com/v1/completions",
        "acme.openai.azure.com/openai/deployments/some/completions",
        "proxy.business.githubcopilot.com/v1/engines/gpt-4o-copilot/completions",
        "copilot-proxy.githubusercontent.com/v1/engines/copilot-codex/completions",
        "api.mistral.ai/v1/fim/completions",
        "codestral.mistral.ai/v1/fim/completions",
        "api.deepseek.com/beta/completions",
    ],
    "openai-embeddings": [
        "api.openai.com/v1/embeddings",
        "api.openai.com/v1/moderations",
        "acme.openai.azure.com/openai/deployments/some/embeddings",
        "api.githubcopilot.com/embeddings",
        "api.mistral.ai/v1/embeddings",
    ],
    "openai-realtime": [
        "api.openai.com/v1/realtime",
        "api.openai.com/v1/realtime/client_secrets",
        "acme.openai.azure.com/openai/v1/realtime",
        "api.x.ai/v1/realtime",
    ],
    "anthropic-batches": [
        "api.anthropic.com/v1/messages/batches",
        "api.anthropic.com/v1/messages/batches/msgbatch_1/results",
    ],
    "anthropic-complete": ["api.anthropic.com/v1/complete"],
    "block": ["api.openai.com/v1/realtime/calls", "api.openai.com/v1/realtime/calls/rtc_1/accept"],
    "generic": ["api.openai.com/v1/tomorrow", "chatgpt.com/backend-api/codex/analytics-events/events"],
    "pass": ["api.anthropic.com/v1/oauth/token", "chatgpt.com/"],
}


@pytest.mark.parametrize(("does", "where"), [(does, where) for does in ROUTES for where in ROUTES[does]])
def test_a_path_is_read_in_its_format(does, where):
    host, _, path = where.partition("/")
    route = MAP.route(host, f"/{path}")
    assert route is not None
    assert does == route.does


def test_a_host_that_is_no_provider_has_no_route():
    assert MAP.route("example.com", "/v1/responses") is None
    assert not MAP.knows("example.com")
