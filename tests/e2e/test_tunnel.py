"""Hosts that are no provider pass as they are; a provider's host is filtered however it is written."""

import http.client
import json
import socket
import ssl
import threading

import pytest

from . import clients
from .clients import ANTHROPIC, OPENAI_KEY, connection, curl, headers_for, send
from .filter import wait_for
from .plants import traces
from .provider import provider as start_provider
from .provider import say
from .talk import API
from .wire import Raw


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A TLS server that is no provider, under an authority of its own."""
    with start_provider(tmp_path_factory.mktemp("origin")) as running:
        yield running


def test_a_foreign_host_is_an_opaque_tunnel(filter, origin, planted, home):
    origin.reset(say("hi"))
    address = f"127.0.0.1:{origin.port}"
    body = json.dumps(API["anthropic"].request(planted.env)).encode()

    done = curl(filter, address, "/v1/messages", body, "--cacert", str(origin.ca), home=home)

    assert done.code == 0, done.err
    # Its own certificate was shown (curl trusts no other), and its bytes are its own business.
    assert body == origin.seen[0].body


def test_our_certificate_is_not_shown_for_a_foreign_host(filter, origin, home):
    done = curl(filter, f"127.0.0.1:{origin.port}", "/", b"", "--cacert", str(filter.ca), home=home)

    assert done.code == 60  # curl: the peer's certificate cannot be authenticated
    assert not origin.seen or origin.seen[-1].path != "/"


def test_a_tunnel_carries_what_is_no_tls_at_all(filter):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            peer, _ = server.accept()
            with peer:
                peer.sendall(peer.recv(100)[::-1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with socket.create_connection(filter.address, timeout=20) as made, made.makefile("rb") as reader:
            made.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % port)
            assert b" 200 " in reader.readline()
            while reader.readline().strip():
                pass
            made.sendall(b"\x00\xffno TLS, no HTTP")
            assert reader.read(16) == b"PTTH on ,SLT on\xff"
        thread.join(20)


@pytest.mark.parametrize("host", ["API.Anthropic.COM", "api.anthropic.com."])
def test_a_provider_is_known_however_its_name_is_written(filter, provider, planted, host):
    api = API["anthropic"]
    with connection(filter, host) as made:
        made._context.check_hostname = False
        response = send(made, api.path, json.dumps(api.request(planted.env)).encode(), headers_for(ANTHROPIC))
        body = response.read()

    assert response.status == 200, body
    assert planted.env == api.read(body).text
    assert not traces(provider.wire, planted)


def test_a_provider_on_another_port_is_filtered_too(filter, provider, planted):
    api = API["anthropic"]
    with connection(filter, api.host, port=8443) as made:
        response = send(made, api.path, json.dumps(api.request(planted.env)).encode(), headers_for(api.host))
        response.read()

    assert not traces(provider.wire, planted)
    assert response.status in {200, 400, 403, 421, 502}


@pytest.mark.parametrize("address", ["127.0.0.1", "gateway.test"])
def test_a_provider_under_another_address_is_known_by_the_name_in_its_handshake(filter, provider, planted, address):
    """A client with a host entry of its own, or that pins an address: the certificate it wants tells whom it means."""
    api = API["anthropic"]
    context = ssl.create_default_context(cafile=str(filter.ca))
    with socket.create_connection(filter.address, timeout=20) as made:
        made.sendall(f"CONNECT {address}:443 HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in made.recv(1000)
        with context.wrap_socket(made, server_hostname=api.host) as tls:
            body = json.dumps(api.request(planted.env)).encode()
            head = [
                f"POST {api.path} HTTP/1.1",
                f"host: {api.host}",
                f"content-length: {len(body)}",
                "connection: close",
            ]
            tls.sendall("\r\n".join([*head, "", ""]).encode() + body)
            with tls.makefile("rb") as reader:
                assert b" 200 " in reader.read()

    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


def test_plain_http_to_a_provider_is_filtered_or_refused(filter, provider, planted, home, api):
    command = clients.curl_command(api.host, api.path, "-w", "%{http_code}", scheme="http")
    body = json.dumps(api.request(planted.env)).encode()

    done = clients.run(command, clients.clean_environment(home, filter), cwd=home, stdin=body)

    assert not traces(provider.wire, planted)
    assert done.out[-3:] in {b"200", b"400", b"403"}


def test_a_host_header_of_another_name_does_not_open_a_way_around(filter, provider, planted):
    """The tunnel leads to the provider; what the request calls it is only a word."""
    api = API["anthropic"]
    with connection(filter, api.host) as made:
        made.putrequest("POST", api.path, skip_host=True, skip_accept_encoding=True)
        body = json.dumps(api.request(planted.env)).encode()
        for name, value in {"host": "example.org", **headers_for(api.host), "content-length": str(len(body))}.items():
            made.putheader(name, value)
        made.endheaders(body)
        response = made.getresponse()
        response.read()

    assert not traces(provider.wire, planted)


@pytest.mark.parametrize(
    ("path", "version"),
    [("/v1/chat/completions", "13"), ("/v1/tomorrow", "13"), ("/v1/responses", "8"), ("/v1/responses", None)],
)
def test_a_websocket_that_is_not_known_is_refused_so_that_clients_fall_back(filter, provider, path, version):
    """What is not read does not pass."""
    with connection(filter, "api.openai.com") as made:
        headers = {
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            "authorization": f"Bearer {OPENAI_KEY}",
        } | ({"sec-websocket-version": version} if version else {})
        response = send(made, path, None, headers, method="GET")
        response.read()

    assert 426 == response.status
    assert not provider.seen


def test_an_offer_of_another_protocol_is_not_passed_on(api, filter, provider, planted):
    body = json.dumps(api.request(planted.env)).encode()
    headers = headers_for(api.host) | {
        "connection": "Upgrade, HTTP2-Settings",
        "upgrade": "h2c",
        "http2-settings": "AAMA",
    }
    with connection(filter, api.host) as made:
        answer = send(made, api.path, body, headers).read()

    assert planted.env == api.read(answer).text
    assert not provider.seen[0].header("upgrade")


def test_a_provider_that_switches_protocols_unasked_is_cut_off(api, filter, provider):
    """mitmproxy would let both ends talk on, unread."""
    provider.reset(lambda _seen: Raw(101, b"", (("connection", "upgrade"), ("upgrade", "other"))))
    with connection(filter, api.host) as made, pytest.raises((OSError, http.client.HTTPException)):
        send(made, api.path, json.dumps(api.request("hi")).encode(), headers_for(api.host)).read()


def test_a_host_that_looks_like_a_provider_is_reported_once_a_day(filter, home):
    def reported():
        return [event for event in filter.events() if event["error"] == "unlisted"]

    for host in ("llm.invalid", "llm.invalid", "plain.invalid"):
        curl(filter, host, "/v1/chat/completions", b"{}", home=home)
    wait_for(reported, "the event of a host that is in no map")

    [event] = reported()
    assert ("llm.invalid", "passed") == (event["host"], event["action"])
    assert 1 == filter.log().count("in no provider map")


def test_what_a_host_without_a_name_is_asked_in_plain_tells_too(filter, home):
    with start_provider(None) as desk:
        address = desk.url.removeprefix("http://")
        for path in ("/v1/chat/completions", "/v1/chat/completions", "/v1/embed"):
            line = clients.curl_command(address, path, scheme="http")
            clients.run(line, clients.clean_environment(home, filter), cwd=home, stdin=b"{}")

    def reported():
        return [event for event in filter.events() if (event["host"], event["error"]) == ("127.0.0.1", "unlisted")]

    wait_for(reported, "the event of a server that talks like a provider")
    assert 1 == len(reported())
