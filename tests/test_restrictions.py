"""The headers that keep people to their company's account: where they go, and what they may say."""

from pathlib import Path

import pytest

from redact import restrictions
from redact.errors import SettingsError

TABLE = Path(__file__).parents[1] / "rules" / "restrictions.yaml"
ORG, OTHER = "7f3c1c52-0d0e-4a6b-9d57-2f1c0a9be001", "7f3c1c52-0d0e-4a6b-9d57-2f1c0a9be002"


def read(**wanted):
    return restrictions.read(TABLE, {name.replace("_", "-"): values for name, values in wanted.items()})


@pytest.mark.parametrize(
    ("wanted", "host", "headers"),
    [
        ({"anthropic": [ORG, OTHER]}, "api.anthropic.com", {"anthropic-allowed-org-ids": f"{ORG},{OTHER}"}),
        ({"anthropic": [ORG]}, "claude.ai", {"anthropic-allowed-org-ids": ORG}),
        ({"anthropic": [ORG]}, "notclaude.ai", {}),
        ({"chatgpt": [ORG]}, "chatgpt.com", {"ChatGPT-Allowed-Workspace-Id": ORG}),
        ({"openai": ["org-Acme"]}, "api.openai.com", {"OpenAI-Allowed-Organization-Ids": "org-Acme"}),
        ({"google": ["acme.example"]}, "accounts.google.com", {"X-GoogApps-Allowed-Domains": "acme.example"}),
        ({"google": ["acme.example"]}, "google.com.evil.example", {}),
        (
            {"gemini_code_assist": ["acme.example"]},
            "cloudcode-pa.googleapis.com",
            {"X-GeminiCodeAssist-Allowed-Domains": "acme.example"},
        ),
        ({"microsoft": [f"{ORG}:{OTHER}"]}, "login.live.com", {"sec-Restrict-Tenant-Access-Policy": f"{ORG}:{OTHER}"}),
        (
            {"microsoft": [f"{ORG}:{OTHER}"], "microsoft_personal": ["restrict-msa"]},
            "login.live.com",
            {"sec-Restrict-Tenant-Access-Policy": "restrict-msa"},
        ),
        (
            {"microsoft_tenants": ["acme.example", ORG], "microsoft_context": [OTHER]},
            "login.microsoftonline.com",
            {"Restrict-Access-To-Tenants": f"acme.example,{ORG}", "Restrict-Access-Context": OTHER},
        ),
        ({"microsoft_tenants": ["acme.example"], "microsoft_context": [OTHER]}, "login.live.com", {}),
        ({"github": ["acme"]}, "api.business.githubcopilot.com", {"sec-GitHub-allowed-enterprise": "acme"}),
        ({}, "api.anthropic.com", {}),
    ],
)
def test_each_header_goes_to_its_vendors_hosts(wanted, host, headers):
    assert headers == read(**wanted).headers(host)


def test_all_of_the_vendors_names_are_known_whatever_is_set():
    assert read().names == read(github=["acme"]).names
    assert {"anthropic-allowed-org-ids", "chatgpt-allowed-workspace-id", "restrict-access-to-tenants"} <= set(
        read().names
    )


def test_only_hosts_of_what_is_set_are_decrypted():
    assert [] == read().hosts
    assert ["claude\\.ai", ".*\\.claude\\.ai", "api\\.anthropic\\.com"] == read(anthropic=[ORG]).hosts


@pytest.mark.parametrize(
    ("wanted", "host", "path", "blocked"),
    [
        ({"chatgpt": [ORG]}, "chatgpt.com", "/backend-anon/conversation", True),
        ({"chatgpt": [ORG]}, "chatgpt.com", "/backend-api/conversation", False),
        ({}, "chatgpt.com", "/backend-anon/conversation", False),
        ({"github": ["acme"]}, "api.individual.githubcopilot.com", "/chat/completions", True),
        ({"github": ["acme"]}, "api.business.githubcopilot.com", "/chat/completions", False),
    ],
)
def test_what_needs_no_company_account_is_refused(wanted, host, path, blocked):
    assert blocked is read(**wanted).blocks(host, path)


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ({"antropic": [ORG]}, "there is no 'antropic'; there are anthropic, chatgpt"),
        ({"anthropic": ["acme"]}, "restrict.anthropic: each value"),
        ({"anthropic": [f"{ORG}\r\nx: y"]}, "restrict.anthropic: each value"),
        ({"github": ["a", "b"]}, "restrict.github: takes at most 1"),
        ({"microsoft_tenants": ["acme.example"]}, "needs restrict.microsoft-context as well"),
    ],
)
def test_a_value_that_the_vendor_would_not_take_is_refused_here(wanted, complaint):
    with pytest.raises(SettingsError) as refused:
        read(**wanted)
    assert complaint in str(refused.value)
