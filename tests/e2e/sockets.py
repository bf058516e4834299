"""A provider that speaks WebSocket, and a client of it behind the filter. Knows no format: a test scripts what is answered."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from .certificates import write_certificates
from .clients import headers_for, new_agent
from .filter import Filter

PATIENCE = 20  # seconds
Message = str | bytes | list[str]
"""What is sent: text, bytes, or text in fragments."""
Script = Callable[[Any], Iterable[Message]]


@dataclass
class Talker:
    """The running provider. A test sets `script`, and reads `seen`: every message, raw."""

    port: int
    ca: Path
    script: Script = lambda _said: ()
    seen: list[str | bytes] = field(default_factory=list)
    extensions: list[str] = field(default_factory=list)
    connection: ServerConnection | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def wire(self) -> bytes:
        return b"\n".join(one.encode() if isinstance(one, str) else one for one in self.seen)

    def reset(self, script: Script) -> None:
        self.script, self.seen, self.extensions = script, [], []


@contextmanager
def talker(folder: Path) -> Iterator[Talker]:
    """Serve on a free port of the loopback, over TLS."""
    ca = write_certificates(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    state = Talker(0, ca)

    def talk(connection: ServerConnection) -> None:
        state.connection = connection
        state.extensions = [extension.name for extension in connection.protocol.extensions]
        try:
            for message in connection:
                state.seen.append(message)
                for answer in state.script(json.loads(message)):
                    connection.send(answer)
        except ConnectionClosed:
            pass

    with serve(talk, "127.0.0.1", 0, ssl=context, max_size=None) as server:
        state.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Client:
    """A client's end of a socket."""

    connection: ClientConnection
    agent: str

    def say(self, message: Any) -> None:
        self.connection.send(message if isinstance(message, (str, bytes, list)) else json.dumps(message))

    def hear(self) -> Any:
        return json.loads(self.connection.recv(PATIENCE))

    def hear_until(self, kind: str) -> list[Any]:
        """Everything up to an event of this type."""
        heard = [self.hear()]
        while heard[-1].get("type") != kind:
            heard.append(self.hear())
        return heard


@contextmanager
def client(filter: Filter, host: str, path: str, **more: Any) -> Iterator[Client]:
    """Open a socket to a provider through the filter."""
    agent = new_agent()
    headers = {name: value for name, value in headers_for(host).items() if name != "content-type"}
    with connect(
        f"wss://{host}{path}",
        proxy=filter.url,
        ssl=ssl.create_default_context(cafile=str(filter.ca)),
        additional_headers=headers,
        user_agent_header=agent,
        max_size=None,
        **more,
    ) as connection:
        yield Client(connection, agent)
