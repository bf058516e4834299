"""What a request says beside its body: address and headers. Knows which of them are the provider's business; finds nothing itself.

Strategy: everything is read. What shows who asks is left alone, as long as it is no other provider's credential; what is the provider's
business may name things, but hold no secret; in all the rest names are replaced, and secrets block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

CREDENTIALS = frozenset(
    ("authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "x-amz-security-token")
)
"""Headers in which a client shows itself to the provider."""
_TRANSPORT = re.compile(
    r"host|date|connection|upgrade|transfer-encoding|te|traceparent|(?:accept|if)(?:-.*)?|content-(?!disposition).*|sec-(?!websocket-protocol).*"
    r"|x-amz-(?:date|content-sha256)|x-goog-upload-(?!file-name).*",
    re.IGNORECASE,
)
"""Headers made by a client's library: times, lengths, digests, random numbers."""
_BUSINESS = re.compile(
    r"(?!x-goog-upload-file-name)(?:openai|anthropic|chatgpt|x-goog|x-amz|x-amzn|x-stainless|x-googapps|x-geminicodeassist|restrict-access)-.*"
    r"|sec-websocket-protocol",
    re.IGNORECASE,
)
"""Headers that say to the provider who asks and how, in its own words: accounts, projects, versions."""
_OF_ITS_OWN = re.compile(r"(?<=/model/)[^/?]+|(?<=/projects/)[^/?]+")
"""What an address names of the provider's: a model of one's own, a project."""


def nobodys(_rule_id: str) -> bool:
    """Say of no credential that it is another provider's."""
    return False


@dataclass
class Beside:
    """An address without what is in the other members, and headers."""

    address: str
    headers: list[tuple[str, str]]
    """In their values names may be replaced, in place."""
    business: list[tuple[str, str]] = field(default_factory=list)
    """Where it stands, and what: no secret may be in it."""
    credentials: list[tuple[str, str]] = field(default_factory=list)
    is_foreign: Callable[[str], bool] = nobodys
    """Whether what a rule finds is another provider's credential."""


def of(
    path: str,
    headers: Iterable[tuple[str, str]],
    names: Iterable[str] = (),
    is_foreign: Callable[[str], bool] = nobodys,
) -> Beside:
    """Sort out what a request says; `names` are further headers and parameters in which a client shows itself to this host."""
    shown = {*CREDENTIALS, *map(str.lower, names)}
    beside = Beside("", [], [("address", unquote(found)) for found in _OF_ITS_OWN.findall(path)], [], is_foreign)
    for name, value in headers:
        if name.lower() in shown:
            beside.credentials.append((name, value))
        elif _TRANSPORT.fullmatch(name):
            continue
        elif _BUSINESS.fullmatch(name):
            beside.business.append((name, value))
        else:
            beside.headers.append((name, value))
    beside.address, parameters = _without(_OF_ITS_OWN.sub("", path), shown)
    beside.credentials += parameters
    return beside


def _without(address: str, shown: set[str]) -> tuple[str, list[tuple[str, str]]]:
    """Take out of an address the parameters in which a client shows itself."""
    path, mark, query = address.partition("?")
    kept: list[str] = []
    taken: list[tuple[str, str]] = []
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        if name.lower() in shown - CREDENTIALS:
            taken.append((name, unquote(value)))
            parameter = name  # noqa: PLW2901  a name without a value
        kept.append(parameter)
    return path + mark + "&".join(kept), taken
