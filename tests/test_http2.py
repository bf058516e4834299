"""mitmproxy works over HTTP/2 with the h2 and h11 of our lock, and these refuse what the ones it asks for let through.

mitmproxy 11.0.2 caps both below the releases that fix request smuggling (docs/dependencies.md). Knows nothing of redact.
"""

from __future__ import annotations

import os
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import httpx
import pytest

from tests.e2e.certificates import write_certificates

PATIENCE = 30  # seconds
EVENTS = [b"data: one!\n\n", b"data: two!\n\n", b"data: [DONE]\n\n"]

# As our addon does it: the request's body is rewritten whole, the answer's piece by piece, and lengths change.
ADDON = """
def request(flow):
    flow.request.content = flow.request.content.replace(b"?", b"(?)")

def responseheaders(flow):
    flow.response.headers.pop("content-length", None)
    flow.response.stream = lambda piece: piece.replace(b"!", b"(!)")
"""


@dataclass
class Upstream:
    """An HTTP/2 server: answers /events one by one as it is told to, and anything else with what it received."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    go_on: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("http2")
    write_certificates(made)
    return made


@pytest.fixture
def upstream(folder) -> Iterator[Upstream]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    context.set_alpn_protocols(["h2"])
    seen = Upstream("")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with context.wrap_socket(self.request, server_side=True) as connection:
                assert connection.selected_alpn_protocol() == "h2"
                serve(connection, seen)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        seen.url = f"https://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        try:
            yield seen
        finally:
            seen.go_on.release(len(EVENTS))
            server.shutdown()


def serve(connection: ssl.SSLSocket, seen: Upstream) -> None:
    """Answer the streams of one connection, each when its request has ended."""
    machine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    machine.initiate_connection()
    paths: dict[int, str] = {}
    bodies: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}  # answers that flow control holds back

    def push() -> None:
        for stream in list(waiting):
            while waiting[stream] and (room := machine.local_flow_control_window(stream)):
                size = min(room, machine.max_outbound_frame_size)
                machine.send_data(stream, waiting[stream][:size])
                waiting[stream] = waiting[stream][size:]
            if not waiting[stream]:
                machine.end_stream(stream)
                del waiting[stream]
        connection.sendall(machine.data_to_send())

    push()
    while data := connection.recv(65536):
        for event in machine.receive_data(data):
            match event:
                case h2.events.RequestReceived():
                    paths[event.stream_id], bodies[event.stream_id] = dict(event.headers)[":path"], b""
                case h2.events.DataReceived():
                    bodies[event.stream_id] += event.data
                    machine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                case h2.events.StreamEnded():
                    stream, body = event.stream_id, bodies[event.stream_id]
                    seen.bodies.append(body)
                    kind = "text/event-stream" if paths[stream] == "/events" else "application/json"
                    machine.send_headers(stream, [(":status", "200"), ("content-type", kind)])
                    if paths[stream] == "/events":
                        for part in EVENTS:
                            machine.send_data(stream, part)
                            connection.sendall(machine.data_to_send())
                            assert seen.go_on.acquire(timeout=PATIENCE)
                        machine.end_stream(stream)
                    else:
                        waiting[stream] = body
        push()


@pytest.fixture(scope="module")
def proxy(folder) -> Iterator[str]:
    """Run mitmproxy over `ADDON`; give its address."""
    (folder / "addon.py").write_text(ADDON)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    options = {
        "confdir": folder / "mitmproxy",
        "connection_strategy": "lazy",
        "listen_host": "127.0.0.1",
        "listen_port": port,
        "ssl_verify_upstream_trusted_ca": folder / "ca.pem",
    }
    command = [sys.executable, "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()", "-s", folder / "addon.py"]
    for name, value in options.items():
        command += ["--set", f"{name}={value}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for_port(port, process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"mitmproxy does not listen: {log.read_text()}")


class OnlyHttp2(ssl.SSLContext):
    """httpx offers http/1.1 first, and mitmproxy takes the first that it knows."""

    def set_alpn_protocols(self, alpn_protocols: list[str]) -> None:
        super().set_alpn_protocols([name for name in alpn_protocols if name == "h2"])


@contextmanager
def client(proxy: str, folder: Path) -> Iterator[httpx.Client]:
    trust = OnlyHttp2(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(folder / "mitmproxy" / "mitmproxy-ca-cert.pem")
    with httpx.Client(http1=False, http2=True, proxy=proxy, verify=trust, trust_env=False, timeout=PATIENCE) as made:
        yield made


def test_the_lock_has_the_releases_that_fix_request_smuggling():
    assert [(0, 16), (4, 3)] <= [tuple(map(int, version(name).split(".")[:2])) for name in ("h11", "h2")]


def test_a_rewritten_request_and_its_answer_pass_over_http2_on_both_sides(proxy, folder, upstream):
    words = 50_000  # several flow-control windows, each way
    with client(proxy, folder) as http:
        answer = http.post(f"{upstream.url}/echo", content=b"what? this! " * words)
    assert ("HTTP/2", 200) == (answer.http_version, answer.status_code)
    assert [b"what(?) this! " * words] == upstream.bodies
    assert b"what(?) this(!) " * words == answer.content


def test_a_streamed_answer_passes_over_http2_event_by_event(proxy, folder, upstream):
    with client(proxy, folder) as http, http.stream("POST", f"{upstream.url}/events", content=b"go?") as answer:
        assert "HTTP/2" == answer.http_version
        pieces = []
        for piece in answer.iter_raw():
            # The upstream sends the next event only now: nothing is held back for it.
            pieces.append(piece)
            upstream.go_on.release()
    assert [event.replace(b"!", b"(!)") for event in EVENTS] == pieces
    assert [b"go(?)"] == upstream.bodies


def test_several_requests_share_one_http2_connection(proxy, folder, upstream):
    with client(proxy, folder) as http:
        answers = [http.post(f"{upstream.url}/echo", content=b"n%d" % n).content for n in range(20)]
    assert [b"n%d" % n for n in range(20)] == answers == upstream.bodies


def test_a_header_with_a_line_break_does_not_pass(proxy, folder, upstream):
    with client(proxy, folder) as http, pytest.raises(httpx.RemoteProtocolError):
        http.get(f"{upstream.url}/echo", headers={"x-harmless": "a\r\ntransfer-encoding: chunked"})
    assert [] == upstream.bodies


def test_a_chunk_longer_than_it_says_does_not_pass(proxy):
    arrived = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            got = b""
            while b"hello" not in got and (more := self.request.recv(65536)):
                got += more
            arrived.append(got)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        host = f"127.0.0.1:{server.server_address[1]}"
        head = f"POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        try:
            assert b"200" == status(proxy, head + b"5\r\nhello\r\n0\r\n\r\n")
            assert 1 == len(arrived)
            assert b"" == status(proxy, head + b"5\r\nhelloXX0\r\n\r\n")
            assert 1 == len(arrived)
        finally:
            server.shutdown()


def status(proxy: str, request: bytes) -> bytes:
    """Send raw bytes; return the status of the answer, empty if the connection is closed without one."""
    host, port = proxy.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        connection.sendall(request)
        return b"".join(connection.recv(65536).split(b" ", 2)[1:2])
