"""What a streamed event of each format costs in the proxy, beside the same mitmproxy that passes it through a callable unread.

Strategy: as `bench.proxy`, but client and provider are one process and go in step: what comes next is sent when the client
has what came before, so that every write of the provider's is read on its own. A surrogate stands among each fifty pieces.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path

import yaml
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from bench import corpus, measure, proxy
from bench.answers import STREAMS, Stream

EVENTS = 1000
PATIENCE = 0.004
"""Seconds until the next event is sent though the one before has not arrived: it may be held back."""
TARGETS = {"text/event-stream": 1.3}
OTHERS = 1.5
VALUES = (
    "ghp_Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7",
    "arn:aws:iam::418273650912:role/deploy",
    "LedgerReconciler",
    "payout-router",
)
NAMES = {
    "id": "bench-services",
    "title": "Internal services",
    "category": "internal",
    "names": ["ledger reconciler", "payout router"],
    "matches": ["use «LedgerReconciler» here"],
    "rejects": ["the general ledger"],
}
_JOINT = " und dann "


def pieces_of(sent: Sequence[str]) -> list[str]:
    """Make pieces of text as long as tokens, with what was sent in them."""
    text = corpus.blocks(1, 10 * EVENTS, 5)[0]
    assert len(text) > 6 * EVENTS
    pieces = [text[at : at + 4 + at % 3] for at in range(0, 5 * EVENTS, 5)]
    for number, at in enumerate(range(25, EVENTS, 50)):
        one = sent[number % len(sent)]
        cut = [one[start : start + 5] for start in range(0, len(one), 5)]
        pieces[at : at + len(cut)] = cut
    return pieces


class Provider:
    """Streams whatever is asked for, in step with who asks."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()  # something came through to the client
        self.together = 1  # events in one write
        self.written = 0  # events of the last answer
        self.first_sent = 0.0

    async def over_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                body = await reader.readexactly(int(fields[b"content-length"]))
                stream = _stream(head.split(b" ", 2)[1].decode())
                said = "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ntransfer-encoding: chunked\r\n\r\n"
                writer.write(said.format(stream.kind).encode())
                events = self._events(stream, body)
                for at in range(0, len(events), self.together):
                    data = b"".join(events[at : at + self.together])
                    await self._in_step(writer, b"%x\r\n%s\r\n" % (len(data), data))
                writer.write(b"0\r\n\r\n")
        writer.close()

    async def over_socket(self, socket: ServerConnection) -> None:
        """Answer one message after the other."""
        assert socket.request is not None
        stream = _stream(socket.request.path)
        async for message in socket:
            events = self._events(stream, str(message).encode())
            for at in range(0, len(events), self.together):
                self.arrived.clear()
                for event in events[at : at + self.together]:
                    await socket.send(event.decode())
                await self._wait()

    async def _in_step(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        self.arrived.clear()
        self.first_sent = self.first_sent or time.monotonic()
        writer.write(data)
        await self._wait()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.arrived.wait(), PATIENCE)

    def _events(self, stream: Stream, body: bytes) -> list[bytes]:
        sent = json.loads(body)["prompt"].split(_JOINT)
        assert len(sent) == len(VALUES)
        events = list(stream.events(pieces_of(sent)))
        self.written, self.first_sent = len(events), 0.0
        return events


def _stream(path: str) -> Stream:
    return list(STREAMS.values())[int(path.rpartition("/")[2])]


def _path(name: str) -> str:
    return f"/{list(STREAMS).index(name)}"


BODY = json.dumps({"model": "m", "type": "response.create", "stream": True, "prompt": _JOINT.join(VALUES)}).encode()


class Client:
    """Asks through one proxy."""

    def __init__(self, provider: Provider, running: proxy.Proxy, url: str, ca: Path) -> None:
        self._provider, self._proxy, self._url = provider, running, url
        self._context = ssl.create_default_context(cafile=str(ca))

    async def over_http(self, port: int, path: str) -> tuple[float, float]:
        """Read a stream; give the CPU milliseconds of the proxy for an event, and how long the first bytes took."""
        host, _, listens = self._url.rpartition("/")[2].partition(":")
        reader, writer = await asyncio.open_connection(host, int(listens))
        writer.write(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n" % port)
        await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(self._context, server_hostname="127.0.0.1")
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: k\r\ncontent-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
        writer.write(head.encode() + BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        before = self._proxy.cpu()  # the request's own cost is measured by `bench.proxy`
        assert b" 200 " in answer.split(b"\r\n")[0], answer
        first, end = 0.0, b""
        while not end.endswith(b"\r\n0\r\n\r\n"):
            data = await reader.read(1 << 20)
            assert data
            first = first or time.monotonic() - self._provider.first_sent
            self._provider.arrived.set()
            end = (end + data)[-7:]
        spent = self._proxy.cpu() - before
        writer.close()
        return spent * 1000 / self._provider.written, first * 1000

    async def over_socket(self, port: int, path: str) -> tuple[float, float]:
        """Read the messages of a turn; a socket's first bytes are those of its first message."""
        address = f"wss://127.0.0.1:{port}{path}"
        async with connect(address, proxy=self._url, ssl=self._context, compression=None) as socket:
            before = self._proxy.cpu()
            await socket.send(BODY.decode())
            while True:
                message = await socket.recv(decode=False)
                self._provider.arrived.set()
                if b'"response.completed"' in message or b'"response.done"' in message:
                    break
            spent = self._proxy.cpu() - before
        return spent * 1000 / self._provider.written, 0.0


async def measured(
    clients: dict[str, Client], provider: Provider, ports: tuple[int, int], asked: argparse.Namespace
) -> None:
    """Measure each format with each proxy in turn; print a row for each."""
    for together in asked.together:
        provider.together = together
        print(f"CPU ms per event, {together} in one write; best and median of {asked.rounds} rounds")
        for name, stream in STREAMS.items():
            if asked.only and asked.only not in name:
                continue
            spent: dict[str, list[float]] = {proxied: [] for proxied in clients}
            first: dict[str, list[float]] = {proxied: [] for proxied in clients}
            for number in range(asked.rounds + 1):  # the first does not count
                for proxied, client in clients.items():
                    over = client.over_http if stream.kind else client.over_socket
                    took, delay = await over(ports[not stream.kind], _path(name))
                    if number:
                        spent[proxied].append(took)
                        first[proxied].append(delay)
            ours, theirs = (measure.Timed(tuple(spent[proxied])) for proxied in ("redact", "passed through"))
            title = f"{name:22} {ours.least:.3f} to {theirs.least:.3f}"
            if stream.kind:
                title += f", first bytes {statistics.median(first['redact']):.1f} to {statistics.median(first['passed through']):.1f} ms"
            measure.ratio(title, ours, theirs, TARGETS.get(stream.kind, OTHERS))
        print()


async def _main(asked: argparse.Namespace) -> None:
    async with AsyncExitStack() as opened:
        stack = opened.enter_context(ExitStack())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        proxy.write_certificate(folder / "provider.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "provider.pem")
        provider = Provider()
        server = await opened.enter_async_context(
            await asyncio.start_server(provider.over_http, "127.0.0.1", 0, ssl=context, limit=1 << 22)
        )
        sockets = await opened.enter_async_context(
            serve(provider.over_socket, "127.0.0.1", 0, ssl=context, compression=None)
        )
        ports = (server.sockets[0].getsockname()[1], next(iter(sockets.sockets)).getsockname()[1])
        clients: dict[str, Client] = {}
        for name, command in (
            ("passed through", ["bench.proxy", "_baseline"]),
            ("redact", ["redact", "serve", "--config"]),
        ):
            config = _settings(folder, name.partition(" ")[0])
            run = [sys.executable, "-m", *command, str(config)]
            process, url, _ = stack.enter_context(proxy.started(run, folder))
            ca = config.parent / "state" / "ca.pem"
            running = proxy.Proxy(process, url, ca, ports[0])
            running.wait_until_quiet()
            clients[name] = Client(provider, running, url, ca)
        await measured(clients, provider, ports, asked)


def _settings(folder: Path, name: str) -> Path:
    own = folder / name
    own.mkdir()
    paths = {_path(each): stream.dialect for each, stream in STREAMS.items()}
    route = {"host": "127.0.0.1", "errors": "openai-chat", "paths": paths}
    (own / "providers.yaml").write_text(yaml.safe_dump({"providers": [route]}), encoding="utf-8")
    (own / "names.yaml").write_text(yaml.safe_dump({"rules": [NAMES]}, allow_unicode=True), encoding="utf-8")
    values = {
        "listen": "127.0.0.1:0",
        "state_dir": str(own / "state"),
        "providers": ["providers.yaml"],
        "rules": ["builtin", "names.yaml"],
        "upstream_ca": str(folder / "provider.pem"),
    }
    (own / "redact.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return own / "redact.yaml"


def main() -> None:
    """Start everything, measure, print, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--together", type=int, nargs="+", default=[1, 8], help="how many events in one write")
    parser.add_argument("--only", default="", help="formats with this in their name")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
