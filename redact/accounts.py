"""Whether a request is made with a key of the company's own. Knows how clients show themselves, and keyed fingerprints; knows no key.

Strategy: an API key stays the same, so its fingerprint tells whose it is. What a login gives out changes by the hour: of that only
the kind is told, and the vendor judges it where a restriction goes along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Verdict = Literal["allow", "report", "block"]
Kind = Literal["key", "login"]
PERSONAL = "personal-account"
"""What the audit calls it."""


class Accounts(BaseModel):
    """Which keys are the company's own, and what is done with others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")], ...] = Field(
        (), description="Fingerprints of the company's own API keys, as `redact key` prints them."
    )
    unknown_keys: Verdict = Field("allow", description="What is done with any other key: allow, report or block.")
    logins: Verdict = Field(
        "allow",
        description="What is done with a login where no restriction lets its vendor judge: allow, report or block.",
    )

    def judge(
        self, shown: Mapping[str, str], query: str, mark: Callable[[str], str], *, restricted: bool
    ) -> tuple[Verdict, Kind]:
        """Say what is done with a request that shows these headers and this query; `mark` makes fingerprints."""
        strictest: tuple[Verdict, Kind] = ("allow", "key")
        for kind, credential in credentials(shown, query):
            if kind == "login":
                verdict: Verdict = "allow" if restricted else self.logins
            else:
                verdict = (
                    "allow" if self.unknown_keys == "allow" or mark(credential) in self.keys else self.unknown_keys
                )
            if _STRICTNESS[verdict] > _STRICTNESS[strictest[0]]:
                strictest = verdict, kind
        return strictest


_STRICTNESS: dict[Verdict, int] = {"allow": 0, "report": 1, "block": 2}
_NO_KEYS = frozenset(("authorization", "proxy-authorization", "cookie", "x-amz-security-token"))
_LOGIN = re.compile(r"sk-ant-(?:oat|sid)|eyJ[\w-]+\.eyJ|ya29\.|gh[ou]_|tid=|ASIA")
"""How tokens begin that a login gave out: Anthropic, JSON Web Tokens, Google, GitHub, Copilot, AWS."""
_SIGNED = re.compile(r"AWS4-\S+ .*?Credential=([A-Z0-9]+)/")


def credentials(shown: Mapping[str, str], query: str) -> Iterator[tuple[Kind, str]]:
    """List what a client shows itself with, and whether a login gave it out."""
    found = [said for name, said in sorted(shown.items()) if said and name not in _NO_KEYS]
    authorization = shown.get("authorization", "")
    if signed := _SIGNED.match(authorization):
        found.append(signed[1])
    elif authorization.partition(" ")[0].lower() in ("bearer", "token"):
        found.append(authorization.partition(" ")[2].strip())
    found += parse_qs(query).get("key", [])
    for credential in found:
        yield ("login" if _LOGIN.match(credential) else "key"), credential
