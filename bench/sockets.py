"""What the filter costs on a WebSocket, beside mitmproxy that relays unread: CPU a message, and memory over a long socket.

Strategy: as `bench.proxy`; the provider answers a turn with as many deltas as were asked for, a surrogate that it was sent
among each fifty.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import yaml
from websockets.asyncio.server import ServerConnection, serve
from websockets.sync.client import ClientConnection, connect

from bench import measure, proxy

FRAMES = 1000
"""Deltas of a turn."""
PROMPT = "use ghp_Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7 here"
_SENT = re.compile(r"RDX_\w+|ghp_\w+")


async def _talk(socket: ServerConnection) -> None:
    async for message in socket:
        [sent] = set(_SENT.findall(str(message)))
        where = {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0}
        for number in range(FRAMES):
            at = number % 50
            piece = sent[at * 5 : at * 5 + 5] or " and so on"
            await socket.send(json.dumps({**where, "delta": piece, "sequence_number": number}))
        await socket.send(
            json.dumps({"type": "response.completed", "response": {"id": "resp_1", "object": "response"}})
        )


async def _provide(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "provider.pem")
    async with serve(_talk, "127.0.0.1", 0, ssl=context) as server:
        print(f"listening on https://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", flush=True)
        await server.serve_forever()


class Socket:
    """A socket through a running proxy."""

    def __init__(self, stack: ExitStack, running: proxy.Proxy, url: str, ca: Path, provider: int) -> None:
        self.proxy = running
        context = ssl.create_default_context(cafile=str(ca))
        address = f"wss://127.0.0.1:{provider}/v1/responses"
        self._socket: ClientConnection = stack.enter_context(connect(address, proxy=url, ssl=context))

    def turn(self) -> float:
        """Take a turn; give the CPU milliseconds of the proxy for each message of it."""
        before = self.proxy.cpu()
        content = [{"type": "input_text", "text": PROMPT}]
        item = {"type": "message", "role": "user", "content": content}
        self._socket.send(json.dumps({"type": "response.create", "model": "m", "input": [item]}))
        while b'"response.completed"' not in self._socket.recv(60, decode=False):
            pass
        return (self.proxy.cpu() - before) * 1000 / FRAMES


def main() -> None:
    """Start everything, measure, print, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=10_000, help="how many for the memory (0: none)")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        proxy.write_certificate(folder / "provider.pem")
        python = [sys.executable, "-m"]
        _, url, _ = stack.enter_context(proxy.started([*python, "bench.sockets", "_provide", str(folder)], folder))
        provider = int(url.rpartition(":")[2])
        sockets: dict[str, Socket] = {}
        for name in ("relayed unread", "redact"):
            config = _settings(folder, name.partition(" ")[0])
            command = ["redact", "serve", "--config"] if name == "redact" else ["bench.proxy", "_baseline"]
            process, url, _ = stack.enter_context(proxy.started([*python, *command, str(config)], folder))
            ca = config.parent / "state" / "ca.pem"
            running = proxy.Proxy(process, url, ca, provider)
            sockets[name] = Socket(stack, running, url, ca, provider)
        spent: dict[str, list[float]] = {name: [] for name in sockets}
        for number in range(asked.rounds + 1):
            for name, socket in sockets.items():
                took = socket.turn()
                if number:
                    spent[name].append(took)
        timed = {name: measure.Timed(tuple(each)) for name, each in spent.items()}
        measure.table(timed)
        measure.ratio("CPU per message of a socket", timed["redact"], timed["relayed unread"], 1.5)
        if asked.frames:
            remember(sockets["redact"], asked.frames)


def remember(socket: Socket, frames: int) -> None:
    """Watch the memory over a long socket."""
    sizes = [socket.proxy.memory()]
    for _ in range(frames // FRAMES):
        socket.turn()
        sizes.append(socket.proxy.memory())
    print(f"resident memory in MB over {frames} messages:", " ".join(f"{size:.0f}" for size in sizes))
    measure.at_most("growth over the socket", sizes[-1] - sizes[0], 20, "MB")


def _settings(folder: Path, name: str) -> Path:
    own = folder / name
    own.mkdir()
    route = {"host": "127.0.0.1", "errors": "openai-chat", "paths": {"/v1/responses": "openai-responses"}}
    (own / "providers.yaml").write_text(yaml.safe_dump({"providers": [route]}), encoding="utf-8")
    values = {
        "listen": "127.0.0.1:0",
        "state_dir": str(own / "state"),
        "providers": ["providers.yaml"],
        "upstream_ca": str(folder / "provider.pem"),
    }
    (own / "redact.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return own / "redact.yaml"


if __name__ == "__main__":
    if sys.argv[1:2] == ["_provide"]:
        asyncio.run(_provide(Path(sys.argv[2])))
    else:
        main()
