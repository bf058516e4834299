"""The environment in which a program talks through the filter. Knows variable names; starts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PROXY = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
REPLACES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
)
"""Variables that take the place of the system's authorities: they get a bundle of those and ours."""
ADDS = ("NODE_EXTRA_CA_CERTS",)
"""Variables that add to them: they get ours alone."""


def variables(url: str, state: Path) -> dict[str, str]:
    """Give the variables that send a program through the filter at `url` and make it trust its certificates."""
    return {
        **dict.fromkeys(PROXY, url),
        **dict.fromkeys(REPLACES, str(state / "bundle.pem")),
        **dict.fromkeys(ADDS, str(state / "ca.pem")),
        "NODE_USE_ENV_PROXY": "1",  # Node's own fetch looks at the proxy variables only when told to
    }


def surrounding(before: Mapping[str, str], url: str, state: Path) -> dict[str, str]:
    """Add the variables to an environment; hosts that were exempt stay so, `*` does not: it would switch the filter off."""
    exempt = before.get("NO_PROXY") or before.get("no_proxy") or "localhost,127.0.0.1,::1"
    kept = ",".join(host for host in exempt.split(",") if host.strip() != "*")
    return {**before, **variables(url, state), "NO_PROXY": kept, "no_proxy": kept}
