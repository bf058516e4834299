"""What the filter costs beside mitmproxy with an addon of empty hooks: CPU, first byte, memory, start.

Strategy: both run as processes of their own with the same options, in front of the same provider on loopback (TLS, kept
alive), and take turns. CPU is what the kernel counts for all threads of the proxy, user and system together, once its start is over.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import http.client
import ipaddress
import json
import os
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench import corpus, measure, request

EVENTS = 400
INTERVAL = 0.003
QUIET = 0.1
"""CPU seconds that a proxy which has nothing to do takes in two seconds, at most."""


# -- the provider, a process of its own


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
            body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
            if b'"stream":true' in body[-2000:]:
                await _stream(writer)
            else:
                said = b'{"id":"msg_1","type":"message","content":[{"type":"text","text":"yes"}],"usage":{"input_tokens":9,"output_tokens":1}}'
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                    % (len(said), said)
                )
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for number in range(EVENTS):
        delta = {"type": "text_delta", "text": f"{time.monotonic():.6f} "}
        event = {"type": "content_block_delta", "index": 0, "delta": delta}
        data = f"event: content_block_delta\ndata: {json.dumps(event, separators=(',', ':'))}\n\n".encode()
        writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await writer.drain()
        await asyncio.sleep(INTERVAL if number else 10 * INTERVAL)  # so that a held-back first event shows
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _provide(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "provider.pem")
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context, limit=1 << 22)
    print(f"listening on https://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def write_certificate(path: Path) -> None:
    """Write the key and the certificate of a provider on the loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(plain + certificate.public_bytes(serialization.Encoding.PEM))


# -- mitmproxy with empty hooks


class Empty:
    """An addon that has the filter's hooks and does nothing in them; events pass through a callable."""

    def requestheaders(self, flow: Any) -> None:
        """Do nothing."""

    def request(self, flow: Any) -> None:
        """Do nothing."""

    def responseheaders(self, flow: Any) -> None:
        """Let events pass as the filter does, unread."""
        if "content-length" not in flow.response.headers and flow.response.status_code == HTTPStatus.OK:
            flow.response.stream = lambda data: data

    def response(self, flow: Any) -> None:
        """Do nothing."""

    def websocket_message(self, flow: Any) -> None:
        """Do nothing."""


async def _baseline(config: Path) -> None:
    from redact import app, settings  # noqa: PLC0415  only this process needs mitmproxy
    from redact.addons import serve  # noqa: PLC0415  mitmproxy is loaded where it is measured

    wanted = settings.read(config)
    app.prepared_state(wanted)
    master = serve._master(wanted, app.provider_map(wanted).host_patterns())  # noqa: SLF001  the same options
    master.addons.add(Empty())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, master.shutdown)

    async def announce() -> None:
        server = master.addons.get("proxyserver")
        while not server.is_running:  # noqa: ASYNC110  mitmproxy tells it by no event
            await asyncio.sleep(0.01)
        print(f"listening on http://127.0.0.1:{server.listen_addrs()[0][1]}", flush=True)

    task = asyncio.create_task(announce())
    await master.run()
    await task


# -- the measuring


class Proxy:
    """A running proxy, and one connection through it to the provider."""

    def __init__(self, process: subprocess.Popen[str], url: str, ca: Path, provider: int) -> None:
        self.pid = process.pid
        context = ssl.create_default_context(cafile=str(ca))
        self._connection = http.client.HTTPSConnection(
            "127.0.0.1", int(url.rpartition(":")[2]), context=context, timeout=60
        )
        self._connection.set_tunnel("127.0.0.1", provider)

    def ask(self, body: bytes) -> http.client.HTTPResponse:
        """Send a request, give the answer."""
        headers = {"content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": "k"}
        self._connection.request("POST", "/v1/messages", body, headers)
        answer = self._connection.getresponse()
        assert answer.status == 200, answer.read()
        return answer

    def cpu(self) -> float:
        """Give the CPU seconds of the process so far, user and system."""
        return time.clock_gettime(~self.pid << 3 | 2)  # its clock, with threads that have ended: clock_getcpuclockid(3)

    def wait_until_quiet(self) -> None:
        """Wait until what a start does beside serving is over."""
        while True:
            before = self.cpu()
            time.sleep(2)
            if self.cpu() - before < QUIET:
                return

    def memory(self) -> float:
        """Give the resident memory in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def started(command: list[str], home: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """Start a program, wait until it listens, stop it at the end."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield process, line.split()[-1], time.monotonic() - began
    finally:
        process.terminate()
        process.wait(20)


def conversation(kilobytes: int, number: int) -> list[str]:
    """Make the blocks of a conversation; `number` makes them like no other's."""
    count = max(kilobytes // 15, 1)
    return [
        f"# {number}.{i}\n{block}"
        for i, block in enumerate(corpus.blocks(count, kilobytes * 1000 // count, number % 7))
    ]


def batch(proxy: Proxy, bodies: list[bytes]) -> float:
    """Give the CPU milliseconds that a request takes."""
    before = proxy.cpu()
    for body in bodies:
        proxy.ask(body).read()
    return (proxy.cpu() - before) * 1000 / len(bodies)


def streamed(proxy: Proxy, body: bytes) -> tuple[float, float, float]:
    """Give CPU milliseconds an event, and the delays of the first event and of the middle one, in milliseconds."""
    before = proxy.cpu()
    answer = proxy.ask(body)
    delays: list[float] = []
    while line := answer.readline():
        if line.startswith(b"data: "):
            sent = float(json.loads(line[6:])["delta"]["text"])
            delays.append((time.monotonic() - sent) * 1000)
    assert len(delays) == EVENTS
    return (proxy.cpu() - before) * 1000 / EVENTS, delays[0], statistics.median(delays)


def turns(kilobytes: int, first: int, count: int) -> list[bytes]:
    """Make requests with the same history and another last question each."""
    history = conversation(kilobytes, 1)
    return [request.body_of([*history, f"And what about number {first + i}?"]) for i in range(count)]


def planted_turns(count: int) -> list[bytes]:
    """Make requests whose history holds what the answer may have to restore."""
    history = [*conversation(4, 1), 'token = "ghp_Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7"']
    body = request.body_of(history)
    assert body.count(b'"stream":true') == 1
    return [body.replace(b'"stream":true', b'"top_k":%d' % number)[:-1] + b',"stream":true}' for number in range(count)]


def not_streamed(body: bytes) -> bytes:
    """Ask for a whole answer."""
    return body.replace(b'"stream":true', b'"stream":false')


def compare(proxies: dict[str, Proxy], rounds: int) -> None:
    """Measure the CPU of requests and of streamed events, in turns."""
    small: dict[str, list[float]] = {name: [] for name in proxies}
    large: dict[str, list[float]] = {name: [] for name in proxies}
    event: dict[str, list[tuple[float, float, float]]] = {name: [] for name in proxies}
    asked = planted_turns(rounds + 1)
    for number in range(rounds + 1):  # the first does not count
        few = [not_streamed(body) for body in turns(4, number * 100, 100)]
        many = [not_streamed(body) for body in turns(400, number * 100, 40)]
        for name, proxy in proxies.items():
            small[name].append(batch(proxy, few))
            large[name].append(batch(proxy, many))
            event[name].append(streamed(proxy, asked[number]))
    timed: dict[str, dict[str, measure.Timed]] = {}
    for name in proxies:
        timed[name] = {
            "4 KB": measure.Timed(tuple(small[name][1:])),
            "400 KB, unchanged history": measure.Timed(tuple(large[name][1:])),
            "streamed event": measure.Timed(tuple(each[0] for each in event[name][1:])),
        }
        measure.table({f"{name}: {what}": case for what, case in timed[name].items()})
    for what, target in (("4 KB", 1.25), ("400 KB, unchanged history", 1.5), ("streamed event", 1.25)):
        measure.ratio(what, timed["redact"][what], timed["empty hooks"][what], target)
    for name in proxies:
        first, middle = (statistics.median(each[i] for each in event[name][1:]) for i in (1, 2))
        print(
            f"{name}: first event after {first:.2f} ms, middle one after {middle:.2f} ms; one event each {INTERVAL * 1000:g} ms, the second after {INTERVAL * 10000:g} ms"
        )


def remember(proxy: Proxy, requests: int) -> None:
    """Watch the memory over requests of 400 KB, a new conversation every ten."""
    sizes: list[float] = []
    for number in range(requests):
        if number % 10 == 0:
            history = conversation(400, 100 + number)
        proxy.ask(not_streamed(request.body_of([*history, f"And number {number}?"]))).read()
        if (number + 1) % (requests // 10) == 0:
            sizes.append(proxy.memory())
    print(f"resident memory in MB over {requests} requests of 400 KB:", " ".join(f"{size:.0f}" for size in sizes))
    measure.at_most("resident memory at the end", sizes[-1], 250, "MB")
    measure.at_most("growth over the second half", sizes[-1] - sizes[len(sizes) // 2 - 1], 10, "MB")


def main() -> None:
    """Start everything, measure, print, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=1000, help="how many for the memory (0: none)")
    parser.add_argument("--only", choices=["start", "compare", "memory"], help="measure one thing")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_certificate(folder / "provider.pem")
        python = [sys.executable, "-m", "bench.proxy"]
        _, url, _ = stack.enter_context(started([*python, "_provide", str(folder)], folder))
        provider = int(url.rpartition(":")[2])
        configs = {name: _settings(folder, name) for name in ("empty hooks", "redact")}
        serve = [sys.executable, "-m", "redact", "serve", "--config", str(configs["redact"])]
        if asked.only in (None, "start"):
            seconds: list[float] = []
            for _ in range(4):
                with started(serve, folder) as (_, _, took):
                    seconds.append(took)
            print(f"ready after {seconds[0]:.2f} s at the first start, which compiles the rules")
            measure.at_most("ready after a later start", statistics.median(seconds[1:]), 2, "s")
        proxies: dict[str, Proxy] = {}
        for name, command in (("empty hooks", [*python, "_baseline", str(configs["empty hooks"])]), ("redact", serve)):
            process, url, _ = stack.enter_context(started(command, folder))
            proxies[name] = Proxy(process, url, configs[name].parent / "state" / "ca.pem", provider)
            proxies[name].wait_until_quiet()
        if asked.only in (None, "compare"):
            compare(proxies, asked.rounds)
        if asked.requests and asked.only in (None, "memory"):
            remember(proxies["redact"], asked.requests)


def _settings(folder: Path, name: str) -> Path:
    own = folder / name.split(maxsplit=1)[0]
    own.mkdir()
    route = {"host": "127.0.0.1", "errors": "anthropic-messages", "paths": {"/v1/messages": "anthropic-messages"}}
    (own / "providers.yaml").write_text(yaml.safe_dump({"providers": [route]}), encoding="utf-8")
    values = {
        "listen": "127.0.0.1:0",
        "state_dir": str(own / "state"),
        "providers": ["providers.yaml"],
        "upstream_ca": str(folder / "provider.pem"),
    }
    (own / "redact.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return own / "redact.yaml"


_ROLES: dict[str, Callable[[Path], Any]] = {"_provide": _provide, "_baseline": _baseline}

if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in _ROLES:
        asyncio.run(_ROLES[sys.argv[1]](Path(sys.argv[2])))
    else:
        main()
