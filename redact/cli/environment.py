"""The environment in which a program talks through the filter. Knows variable names, and git's; starts no program of the user's."""

from __future__ import annotations

import getpass
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

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


def named(url: str, folder: Path) -> str:
    """Let the proxy's address say who talks and in which repository, for overrides that ask for it."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote(getpass.getuser(), safe='')}:{quote(repository(folder), safe='')}@{rest}"


def repository(folder: Path) -> str:
    """Name the repository of a folder: `owner/name` of its remote `origin`, else the folder's own name."""
    try:
        asked = ["git", "-C", str(folder), "config", "--get", "remote.origin.url"]
        remote = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=5).stdout.strip()  # noqa: S603  git, of the user's own path
    except (OSError, subprocess.SubprocessError):
        remote = ""
    found = re.search(r"([^/:]+/[^/:]+?)(?:\.git)?/*$", remote)
    return found[1] if found else folder.absolute().name
