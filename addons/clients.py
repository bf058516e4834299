"""Who asks: what a client says of itself, and shows to a provider. Knows connections and headers; decides nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote

from mitmproxy import connection, http

from redact.beside import CREDENTIALS
from redact.overrides import Asked


class Clients:
    """User and repository of each connection, as the client's address of the proxy names them."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, str]] = {}

    def connected(self, flow: http.HTTPFlow) -> None:
        """Note what a client says as it asks for a tunnel."""
        self._said[flow.client_conn.id] = _said_of_itself(flow.request)

    def gone(self, client: connection.Client) -> None:
        """Forget a client."""
        self._said.pop(client.id, None)

    def asked(self, flow: http.HTTPFlow, host: str) -> Asked:
        """Tell what is known of a request before its body; what was meant for the proxy goes no further."""
        user, repository = self._said.get(flow.client_conn.id) or _said_of_itself(flow.request)
        flow.request.headers.pop("proxy-authorization", None)
        agent = flow.request.headers.get("user-agent", "")
        return Asked(host, flow.request.path.partition("?")[0], agent, user, repository)


def shown(request: http.Request, names: Iterable[str] = ()) -> dict[str, str]:
    """Give the headers in which a client shows itself: the usual ones, and these."""
    return {name: request.headers.get(name, "") for name in (*CREDENTIALS, *map(str.lower, names))}


def whose(flow: http.HTTPFlow, host: str, names: Iterable[str] = ()) -> str:
    """Name a client and its account with a provider: whose conversation another one names, it does not get back."""
    peer: tuple[str, int] | None = flow.client_conn.peername
    return "\0".join(
        (host, peer[0] if peer else "", *(given for _, given in sorted(shown(flow.request, names).items())))
    )


def _said_of_itself(request: http.Request) -> tuple[str, str]:
    """Read user and repository from the proxy's address, `http://user:repository@host`: what the client says, not proven."""
    kind, _, said = request.headers.get("proxy-authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    with suppress(ValueError):
        user, _, repository = base64.b64decode(said, validate=True).decode("utf-8").partition(":")
        return unquote(user), unquote(repository)
    return "", ""
