"""The builtin map: which address of which host is read how, and in whose shape its errors are written."""

from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
import yaml

from redact import app, providers
from redact.detect.known import KnownValues
from redact.dialects import DIALECTS
from redact.engine import Redactor
from redact.errors import SettingsError
from redact.rules import example
from redact.settings import Settings
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

PACK = Path(providers.__file__).parent / "packs" / "providers.yaml"
MAP = providers.read([PACK], DIALECTS)

ROUTES = {
    "anthropic-messages": """
        api.anthropic.com/v1/messages
        api.anthropic.com/v1/messages/count_tokens
        acme.services.ai.azure.com/anthropic/v1/messages
        api.githubcopilot.com/v1/messages
        openrouter.ai/api/v1/messages
        api.z.ai/api/anthropic/v1/messages
        api.deepseek.com/anthropic/v1/messages
        us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/claude-x:streamRawPredict
        us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict
    """,
    "anthropic-batches": """
        api.anthropic.com/v1/messages/batches
        api.anthropic.com/v1/messages/batches/msgbatch_1/results
    """,
    "anthropic-complete": "api.anthropic.com/v1/complete",
    "openai-responses": """
        api.openai.com/v1/responses
        api.openai.com/v1/responses/compact
        api.openai.com/v1/responses/input_tokens
        api.openai.com/v1/responses/resp_1/input_items
        api.openai.com/v1/conversations
        api.openai.com/v1/conversations/conv_1/items
        chatgpt.com/backend-api/codex/responses
        chatgpt.com/backend-api/codex/responses/compact
        acme.openai.azure.com/openai/v1/responses
        acme.openai.azure.com/openai/responses
        acme.services.ai.azure.com/openai/v1/conversations/conv_1
        api.githubcopilot.com/responses
        copilot-api.acme.ghe.com/responses
        api.business.githubcopilot.com/responses
        openrouter.ai/api/v1/responses
        api.groq.com/openai/v1/responses
        api.x.ai/v1/responses
    """,
    "openai-chat": """
        api.openai.com/v1/chat/completions
        acme.openai.azure.com/openai/deployments/some/chat/completions
        acme.services.ai.azure.com/models/chat/completions
        api.githubcopilot.com/chat/completions
        openrouter.ai/api/v1/chat/completions
        api.groq.com/openai/v1/chat/completions
        api.mistral.ai/v1/chat/completions
        api.x.ai/v1/chat/completions
        api.deepseek.com/chat/completions
        api.deepseek.com/v1/chat/completions
        generativelanguage.googleapis.com/v1beta/openai/chat/completions
        aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/mistralai/models/x:rawPredict
        bedrock-runtime.eu-central-1.amazonaws.com/openai/v1/chat/completions
    """,
    "openai-completions": """
        api.openai.com/v1/completions
        acme.openai.azure.com/openai/deployments/some/completions
        proxy.business.githubcopilot.com/v1/engines/gpt-4o-copilot/completions
        copilot-proxy.githubusercontent.com/v1/engines/copilot-codex/completions
        api.mistral.ai/v1/fim/completions
        codestral.mistral.ai/v1/fim/completions
        api.deepseek.com/beta/completions
    """,
    "openai-embeddings": """
        api.openai.com/v1/embeddings
        api.openai.com/v1/moderations
        acme.openai.azure.com/openai/deployments/some/embeddings
        api.githubcopilot.com/embeddings
        api.mistral.ai/v1/embeddings
    """,
    "openai-realtime": """
        api.openai.com/v1/realtime
        api.openai.com/v1/realtime/client_secrets
        acme.openai.azure.com/openai/v1/realtime
        api.x.ai/v1/realtime
    """,
    "gemini": """
        generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent
        generativelanguage.googleapis.com/v1/models/gemini-2.5-pro:streamGenerateContent
        generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:countTokens
        generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents
        generativelanguage.googleapis.com/v1beta/cachedContents/x
        cloudcode-pa.googleapis.com/v1internal:streamGenerateContent
        us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent
    """,
    "bedrock-invoke": """
        bedrock-runtime.eu-central-1.amazonaws.com/model/anthropic.claude-v2%3A1/invoke
        bedrock-runtime.eu-central-1.amazonaws.com/model/anthropic.claude-v2:1/invoke-with-response-stream
    """,
    "bedrock-converse": """
        bedrock-runtime.eu-central-1.amazonaws.com/model/arn:aws:bedrock:x:1:inference-profile/y/converse
        bedrock-runtime.eu-central-1.amazonaws.com/model/x/converse-stream
        bedrock-runtime-fips.us-east-1.amazonaws.com/model/x/converse
    """,
    "kiro": """
        codewhisperer.us-east-1.amazonaws.com/generateAssistantResponse
        q.us-east-1.amazonaws.com/
    """,
    "ollama": "ollama.com/api/chat",
    "files": """
        api.anthropic.com/v1/files
        api.anthropic.com/v1/files/file_1/content
        api.openai.com/v1/files
        api.openai.com/v1/uploads/upload_1/parts
        api.openai.com/v1/batches
        api.openai.com/v1/batches/batch_1
        generativelanguage.googleapis.com/upload/v1beta/files
    """,
    "generic": """
        api.openai.com/v1/tomorrow
        chatgpt.com/backend-api/codex/analytics-events/events
        generativelanguage.googleapis.com/v1beta/interactions
        cloudcode-pa.googleapis.com/v1internal:loadCodeAssist
    """,
    "block": """
        api.openai.com/v1/realtime/calls
        api.openai.com/v1/realtime/calls/rtc_1/accept
        bedrock-runtime.eu-central-1.amazonaws.com/model/x/invoke-with-bidirectional-stream
        api2.cursor.sh/aiserver.v1.ChatService/StreamUnifiedChatWithTools
        agentn.global.api5.cursor.sh/agent.v1.AgentService/Run
        agent.api5.cursor.sh/agent.v1.AgentService/RunSSE
        api2.cursor.sh/aiserver.v1.BidiService/BidiAppend
        api3.cursor.sh/aiserver.v1.CppService/StreamCpp
        api2.cursor.sh/aiserver.v1.FileSyncService/FSUploadFile
        repo42.cursor.sh/aiserver.v1.RepositoryService/FastUpdateFileV2
        api2.cursor.sh/aiserver.v1.AnalyticsService/SubmitLogs
        api2.cursor.sh/aiserver.v2.SomeService/OfTomorrow
    """,
    "pass": """
        api.anthropic.com/v1/oauth/token
        chatgpt.com/
        api2.cursor.sh/auth/poll
        api2.cursor.sh/aiserver.v1.DashboardService/GetMe
    """,
}


@pytest.mark.parametrize(("does", "where"), [(does, where) for does in ROUTES for where in ROUTES[does].split()])
def test_an_address_is_read_in_its_format(does, where):
    host, _, path = where.partition("/")
    route = MAP.route(host, f"/{path}")
    assert route is not None
    assert does == route.does


def test_every_dialect_has_an_address():
    assert {*DIALECTS, "block", "pass"} == set(ROUTES)


@pytest.mark.parametrize(
    ("host", "errors"),
    [
        ("api.anthropic.com", "anthropic-messages"),
        ("api.openai.com", "openai-chat"),
        ("generativelanguage.googleapis.com", "gemini"),
        ("us-east5-aiplatform.googleapis.com", "gemini"),
        ("bedrock-runtime.eu-central-1.amazonaws.com", "bedrock-converse"),
        ("q.us-east-1.amazonaws.com", "bedrock-converse"),
        ("ollama.com", "ollama"),
        ("api2.cursor.sh", "openai-chat"),
    ],
)
def test_an_error_is_written_as_the_host_does(host, errors):
    assert errors == MAP.route(host, "/some/path").errors


@pytest.mark.parametrize(
    ("host", "path", "does"),
    [
        ("api.anthropic.com", "/v1/oauth/token", "pass"),
        ("api.anthropic.com", "/v1/oauth/a%20b//c/./d", "pass"),
        ("api.anthropic.com", "/v1/oauth/../messages", "anthropic-messages"),
        ("api.anthropic.com", "/v1/oauth/%2e%2e/messages", "anthropic-messages"),
        ("api.anthropic.com", "/v1/oauth/%252e%252E%2fmessages", "anthropic-messages"),
        ("api.anthropic.com", "/v1/oauth/..\\messages", "anthropic-messages"),
        ("api.anthropic.com", "/v1/oauth/..;x=1/messages", "anthropic-messages"),
        ("api.anthropic.com", "/v1/oauth/../../../v1/new", "generic"),
        ("chatgpt.com", "/backend-api//%63odex/responses", "openai-responses"),
        ("chatgpt.com", "/backend-api/accounts/../codex/", "pass"),
        ("api2.cursor.sh", "/auth/../agent.v1.AgentService/Run", "block"),
    ],
)
def test_what_passes_unread_does_so_however_its_path_is_written(host, path, does):
    assert does == MAP.route(host, path).does


@pytest.mark.parametrize(
    "host", ["example.org", "s3.amazonaws.com", "storage.googleapis.com", "bedrock.us-east-1.amazonaws.com"]
)
def test_other_hosts_are_none_of_ours(host):
    assert not MAP.knows(host)
    assert MAP.route(host, "/v1/responses") is None


@pytest.mark.parametrize("host", ["API.OpenAI.com", "api.openai.com."])
def test_a_host_is_known_however_it_is_written(host):
    assert MAP.knows(host)


@pytest.mark.parametrize("host", ["api.openai.com.evil.example", "xapi.openai.com", "api-openai.com"])
def test_what_only_holds_a_providers_name_is_not_it(host):
    assert not MAP.knows(host)


@pytest.mark.parametrize(
    "host",
    ["llm.corp.example", "my-gpt-proxy.example", "API.Foo.AI", "bedrock.us-east-1.amazonaws.com", "inference.a.test."],
)
def test_hosts_that_look_like_providers(host):
    assert MAP.looks_alike(host)


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/models/x:generateContent", "/api/chat", "/model/x/converse"]
)
def test_a_host_of_any_name_looks_like_a_provider_by_what_is_asked_of_it(path):
    assert MAP.looks_alike("10.1.2.3", path)
    assert not MAP.looks_alike("10.1.2.3", "/index.html")
    assert not MAP.looks_alike("api.openai.com", path)


@pytest.mark.parametrize("host", ["api.openai.com", "pypi.org", "github.com", "s3.amazonaws.com", "example.org"])
def test_hosts_that_do_not_or_are_known(host):
    assert not MAP.looks_alike(host)


def mapped(folder, text):
    path = folder / "own.yaml"
    path.write_text(text)
    return providers.read([path, Path(providers.__file__).parent / "packs" / "providers.yaml"], DIALECTS)


def test_one_line_adds_a_host_and_ones_own_entries_come_first(tmp_path):
    mine = mapped(tmp_path, "providers:\n- {host: llm.acme.example, paths: {/chat: openai-chat}}\n- host: ollama.com\n")
    assert "openai-chat" == mine.route("llm.acme.example", "/chat").does
    assert "generic" == mine.route("llm.acme.example", "/else").does
    assert "generic" == mine.route("ollama.com", "/api/chat").does
    assert not mine.looks_alike("llm.acme.example")


@pytest.mark.parametrize(
    ("host", "rule_id", "is_foreign"),
    [
        ("api.openai.com", "openai-project-key", False),
        ("api.openai.com", "anthropic-api-key", True),
        ("api.openai.com", "slack-bot-token", True),
        ("api.openai.com", "json-web-token", False),
        ("api.openai.com", "known-value", False),
        ("api.anthropic.com", "openai-project-key", True),
        ("api.githubcopilot.com", "github-copilot-token", False),
        ("models.github.ai", "github-personal-token", False),
        ("bedrock-runtime.us-east-1.amazonaws.com", "aws-access-key-id", False),
        ("acme.openai.azure.com", "aws-access-key-id", True),
        ("llm.acme.example", "github-personal-token", False),
    ],
)
def test_whose_a_credential_is_tells_the_rule_that_finds_it(tmp_path, host, rule_id, is_foreign):
    mine = mapped(tmp_path, "providers:\n- host: llm.acme.example\n")
    assert is_foreign is mine.route(host, "/v1/x").is_foreign(rule_id)


@cache
def shipped():
    rules, patterns = app.loaded_rules(Settings(), None)
    vault = MemoryVault()
    redactor = Redactor(rules.enabled(), app.detectors(rules, patterns), Mint(b"keys" * 8), vault, KnownValues())
    return rules.enabled(), redactor


KEYED = [entry for entry in yaml.safe_load(PACK.read_text(encoding="utf-8"))["providers"] if "keys" in entry]


@pytest.mark.parametrize("entry", KEYED, ids=lambda entry: entry.get("host") or entry["hosts"][0])
def test_a_providers_own_keys_are_nobody_elses(entry):
    """Other rules find something in them, too: what `sk-` begins fits many."""
    rules, redactor = shipped()
    host = (entry.get("host") or entry["hosts"][0]).replace("*", "acme")
    is_foreign = MAP.route(host, "/").is_foreign
    own = [rule for rule in rules if any(fnmatch(rule.id, key) for key in entry["keys"])]
    keys = [
        (rule.id, text[start:end])
        for rule in own
        for text, ranges in map(example, rule.matches)
        for start, end in ranges
    ]
    taken = [(rule_id, foreign) for rule_id, key in keys for foreign in filter(is_foreign, redactor.secrets_in(key))]
    assert [] == taken


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("providers:\n- {paths: {}}", "providers.0: an entry needs `host` or `hosts`"),
        ("providers:\n- {host: x.example, paths: {/: openai}}", "x.example: 'openai' is no dialect"),
        ("providers:\n- {host: x.example, errors: none}", "x.example: 'none' is no dialect"),
        ("provider: []", "provider: "),
        ("a: [", "is not YAML"),
    ],
)
def test_a_map_that_cannot_be_used_says_where(tmp_path, text, complaint):
    with pytest.raises(SettingsError) as refused:
        mapped(tmp_path, text)
    assert complaint in str(refused.value)
