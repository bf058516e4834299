"""The memory of the filter over a socket of an hour: 10,000 messages both ways, and a conversation that grows with each turn.

Strategy: several streams take turns on one socket, as Codex's do. Each turn says all that was said before and one thing more; the
provider answers with a few deltas, what stands in for a secret among them. What a message costs is measured by `bench.events`.
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

from bench import corpus, measure, proxy

DELTAS, STREAMS = 20, 3
"""Of a turn, and of a socket."""
PROMPT = "use ghp_Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7 here"
_SENT = re.compile(r"RDX_\w+|ghp_\w+")


async def _talk(socket: ServerConnection) -> None:
    async for message in socket:
        asked = json.loads(message)
        [sent] = set(_SENT.findall(str(message)))
        where = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "stream_id": asked["stream_id"]}
        for number in range(DELTAS):
            piece = sent[number * 5 : number * 5 + 5] or " and so on"
            delta = {"type": "response.output_text.delta", **where, "delta": piece, "sequence_number": number}
            await socket.send(json.dumps(delta))
        response = {"id": f"resp_{len(asked['input'])}", "object": "response"}
        over = {"type": "response.completed", "stream_id": asked["stream_id"], "response": response}
        await socket.send(json.dumps(over))


async def _provide(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "provider.pem")
    async with serve(_talk, "127.0.0.1", 0, ssl=context) as server:
        print(f"listening on https://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", flush=True)
        await server.serve_forever()


class Conversation:
    """What is said over a socket through a running proxy."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._items = [_message(PROMPT)]
        self._text = corpus.blocks(1, 200_000, 5)[0]

    def turn(self, number: int) -> int:
        """Take a turn; give how many messages went over the socket."""
        self._items.append(_message(self._text[number * 150 : number * 150 + 150]))
        asked = {"type": "response.create", "model": "m", "stream_id": f"s{number % STREAMS}", "input": self._items}
        self._socket.send(json.dumps(asked))
        heard: list[dict[str, str]] = []
        while not heard or heard[-1]["type"] != "response.completed":
            heard.append(json.loads(self._socket.recv(60)))
        said = "".join(event.get("delta", "") for event in heard)
        assert _SENT.findall(said)[0] in PROMPT, "restored"
        return 1 + len(heard)


def _message(text: str) -> dict[str, object]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def main() -> None:
    """Start everything, measure, print, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        proxy.write_certificate(folder / "provider.pem")
        python = [sys.executable, "-m"]
        _, url, _ = stack.enter_context(proxy.started([*python, "bench.sockets", "_provide", str(folder)], folder))
        provider = int(url.rpartition(":")[2])
        config = _settings(folder)
        process, url, _ = stack.enter_context(
            proxy.started([*python, "redact", "serve", "--config", str(config)], folder)
        )
        ca = config.parent / "state" / "ca.pem"
        running = proxy.Proxy(process, url, ca, provider)
        running.wait_until_quiet()
        context = ssl.create_default_context(cafile=str(ca))
        address = f"wss://127.0.0.1:{provider}/v1/responses"
        socket = stack.enter_context(connect(address, proxy=url, ssl=context, max_size=None))
        remember(running, Conversation(socket), asked.frames)


def remember(running: proxy.Proxy, conversation: Conversation, frames: int) -> None:
    """Watch the memory over a long socket."""
    conversation.turn(0)
    sizes, went, turns = [running.memory()], 0, 1
    for part in range(1, 11):
        while went < frames * part / 10:
            went += conversation.turn(turns)
            turns += 1
        sizes.append(running.memory())
    print(f"{went} messages in {turns} turns; resident memory in MB:", " ".join(f"{size:.0f}" for size in sizes))
    measure.at_most("growth over the socket", sizes[-1] - sizes[0], 20, "MB")
    measure.at_most("growth over its second half", sizes[-1] - sizes[5], 5, "MB")


def _settings(folder: Path) -> Path:
    own = folder / "redact"
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
