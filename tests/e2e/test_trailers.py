"""Trailers, over HTTP/1 and HTTP/2: those of an answer come back restored, those of a request do not leave."""

import json
import socketserver
import ssl
import threading
from contextlib import contextmanager, suppress

import h2.config
import h2.connection
import h2.events
import pytest

from . import filter as filters
from .certificates import write_certificates
from .clients import OPENAI, connection, curl, headers_for
from .plants import SURROGATE, traces

PATH = "/v1/chat/completions"


def answer(body):
    """Give the body and the trailers of an answer, both holding what stands in for the token asked about."""
    [surrogate] = set(SURROGATE.findall(body.decode("latin1")))
    event = {"choices": [{"index": 0, "delta": {"content": surrogate}}]}
    data = f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode()
    return data, [("x-said", f"about {surrogate}, é"), ("x-other", "7"), ("x-twice", "a"), ("x-twice", surrogate)]


class Handler(socketserver.BaseRequestHandler):
    """Speaks HTTP/2 where the client offers it, else HTTP/1."""

    def handle(self):
        with self.server.context.wrap_socket(self.request, server_side=True) as made:
            if made.selected_alpn_protocol() == "h2":
                self.http2(made)
            else:
                self.http1(made)

    def http1(self, made):
        said = b""
        while not said.endswith((b"}", b"0\r\n\r\n")) and (more := made.recv(65536)):
            said += more
        self.server.seen.append(said)
        data, trailers = answer(said)
        head = (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\ntrailer: x-said\r\n"
        )
        lines = "".join(f"{name.title()}: {value}\r\n" for name, value in trailers).encode()
        rest = b"%x\r\n%b\r\n0\r\n%bContent-Length: 5\r\n\r\n" % (len(data), data, lines)
        made.sendall(head + b"\r\n")
        for at in range(0, len(rest), self.server.size):
            made.sendall(rest[at : at + self.server.size])
        with suppress(ssl.SSLError):  # who has the whole answer may be gone already
            made.unwrap()

    def http2(self, made):
        machine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        machine.initiate_connection()
        made.sendall(machine.data_to_send())
        said = b""
        while data := made.recv(65536):
            for event in machine.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    said += event.data
                    machine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.TrailersReceived):
                    said += repr(event.headers).encode()
                elif isinstance(event, h2.events.StreamEnded):
                    self.server.seen.append(said)
                    body, trailers = answer(said)
                    machine.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/event-stream")])
                    machine.send_data(event.stream_id, body)
                    machine.send_headers(event.stream_id, trailers, end_stream=True)
            made.sendall(machine.data_to_send())


@contextmanager
def upstream(folder, protocols):
    ca = write_certificates(folder)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close, server.seen, server.size = True, False, [], 7
        server.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.context.load_cert_chain(folder / "server.pem")
        server.context.set_alpn_protocols(protocols)
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server, f"https://127.0.0.1:{server.server_address[1]}", ca
        server.shutdown()


@pytest.fixture(scope="module", params=["http/1.1", "h2"])
def both(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trailers")
    with upstream(folder / "certificates", [request.param]) as (server, url, ca):
        config = filters.write_settings(folder / "filter", url, ca)
        with filters.serve(config) as running:
            yield running, server


@pytest.mark.parametrize("size", [7, 10_000], ids=["bit by bit", "at once"])
@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_trailers_of_an_answer_are_restored(both, planted, tmp_path, version, size):
    running, server = both
    server.size = size
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": f"token: {planted.github}"}]}
    done = curl(running, OPENAI, PATH, body, version, "-i", home=tmp_path)
    assert done.code == 0, done.err
    head, _, rest = done.out.replace(b"\r\n", b"\n").partition(b"\n\ndata: ")
    assert planted.github.encode() in rest.partition(b"data: [DONE]")[0]
    lines = rest.partition(b"data: [DONE]\n\n")[2].lower().split(b"\n")
    token = planted.github.lower()
    assert f"x-said: about {token}, é".encode() in lines
    assert b"x-other: 7" in lines
    assert [b"x-twice: a", f"x-twice: {token}".encode()] == [line for line in lines if line.startswith(b"x-twice")]
    assert not [line for line in lines if line.startswith(b"content-length")]
    assert b"200" in head.split(b"\n")[0]
    assert not any(traces(said, planted) for said in server.seen)
    assert "Traceback" not in running.log()


def test_a_connection_goes_on_after_trailers(both, planted):
    running, _ = both
    with connection(running, OPENAI) as made:
        for _ in range(2):
            body = json.dumps({"messages": [{"role": "user", "content": f"token: {planted.github}"}]})
            made.request("POST", PATH, body, headers_for(OPENAI))
            assert planted.github in made.getresponse().read().decode()


def test_trailers_of_a_request_do_not_leave(both, planted):
    running, server = both
    server.seen.clear()
    body = json.dumps({"messages": [{"role": "user", "content": f"token: {planted.github}"}]}).encode()
    with connection(running, OPENAI) as made:
        made.putrequest("POST", PATH)
        for name, value in headers_for(OPENAI).items():
            made.putheader(name, value)
        made.putheader("transfer-encoding", "chunked")
        made.endheaders()
        made.send(b"%x\r\n%b\r\n0\r\nx-note: see %b\r\n\r\n" % (len(body), body, planted.github.encode()))
        assert planted.github in made.getresponse().read().decode()
    assert not any(traces(said, planted) for said in server.seen)
    assert "Traceback" not in running.log()
