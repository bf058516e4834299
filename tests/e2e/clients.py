"""The clients of a provider, each as a subprocess with a clean environment, or byte by byte. Knows how to run them, not what to expect."""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import json
import os
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .filter import GEMINI, Filter

ANTHROPIC, OPENAI = "api.anthropic.com", "api.openai.com"
CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds

_LETTERS = base64.b64encode(hashlib.sha512(b"one").digest() + hashlib.sha512(b"two").digest(), b"az").decode()
ANTHROPIC_KEY = f"sk-ant-api03-{_LETTERS[:93]}AA"
OPENAI_KEY = f"sk-proj-{_LETTERS[:74]}T3BlbkFJ{_LETTERS[74:148]}"
GOOGLE_KEY = f"AIza{_LETTERS[:35]}"
"""The clients' own keys, of the form that their providers give them: rules find them, and they must pass all the same."""
KEYS = {"ANTHROPIC_API_KEY": ANTHROPIC_KEY, "OPENAI_API_KEY": OPENAI_KEY, "GEMINI_API_KEY": GOOGLE_KEY}

AIDER_FLAGS = (
    "--no-git",
    "--no-auto-commits",
    "--no-gitignore",
    "--yes-always",
    "--no-check-update",
    "--no-analytics",
    "--no-show-model-warnings",
    "--no-show-release-notes",
    "--no-detect-urls",
    "--no-pretty",
)


def clean_environment(home: Path, filter: Filter | None = None, **more: str) -> dict[str, str]:
    """What a user exports to go through the filter, and nothing else; without a filter, no proxy."""
    home.mkdir(parents=True, exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", "LANG": "C.UTF-8"}
    if filter:
        proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), filter.url)
        trust = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE")
        # An empty list: loopback goes through the proxy as well, or the tunnel tests would test nothing.
        environment |= proxies | dict.fromkeys(trust, str(filter.bundle)) | {"NO_PROXY": "", "no_proxy": ""}
    return environment | more


# Raw HTTP: what no well-behaved client sends


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    agent: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


_numbers = itertools.count()


def new_agent() -> str:
    """A user agent that no other request has: it leads from a request to its audit event."""
    return f"bench/{os.getpid()}.{next(_numbers)}"


def headers_for(host: str) -> dict[str, str]:
    """What the provider's own SDK sends, the key invented."""
    if host == GEMINI:
        key = {"x-goog-api-key": GOOGLE_KEY}
    elif host == ANTHROPIC:
        key = {"x-api-key": ANTHROPIC_KEY, "anthropic-version": "2023-06-01"}
    else:
        key = {"authorization": f"Bearer {OPENAI_KEY if host == OPENAI else 'invented'}"}
    return {"content-type": "application/json"} | key


@contextmanager
def connection(
    filter: Filter, host: str, port: int = 443, ca: Path | None = None
) -> Iterator[http.client.HTTPSConnection]:
    """A TLS connection to `host` through the filter's tunnel; keep-alive, one request at a time."""
    context = ssl.create_default_context(cafile=str(ca or filter.ca))
    made = http.client.HTTPSConnection(*filter.address, context=context, timeout=PATIENCE)
    made.set_tunnel(host, port)
    try:
        yield made
    finally:
        made.close()


def send(
    made: http.client.HTTPConnection,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    method: str = "POST",
) -> http.client.HTTPResponse:
    """Send exactly these headers (also twice the same) and this body; leave the answer unread."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    made.putrequest(method, path, skip_accept_encoding=True)
    for name, value in pairs:
        made.putheader(name, value)
    if body is not None:
        made.putheader("content-length", str(len(body)))
    made.endheaders(body)
    return made.getresponse()


def post(
    filter: Filter,
    host: str,
    path: str,
    body: bytes | Mapping[str, Any],
    headers: Sequence[tuple[str, str]] = (),
    method: str = "POST",
) -> Answer:
    """One request on a connection of its own."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with connection(filter, host) as made:
        agent = new_agent()
        named = {**headers_for(host), "user-agent": agent}
        # What the test gives takes the place of what we would send, all copies of it.
        kept = [(name, value) for name, value in named.items() if name not in dict(headers)]
        response = send(made, path, raw, [*kept, *headers], method)
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read(), agent)


# curl


@dataclass(frozen=True)
class Finished:
    code: int
    out: bytes
    err: str
    agent: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(args: Sequence[str | Path], environment: Mapping[str, str], *, cwd: Path, stdin: bytes = b"") -> Finished:
    """Run to the end, with nothing of our own environment."""
    done = subprocess.run(
        [str(arg) for arg in args],
        env=dict(environment),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE * 3,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def curl_command(host: str, path: str, *flags: str, scheme: str = "https") -> list[str]:
    """The command line of a POST of stdin."""
    head = [part for name, value in headers_for(host).items() for part in ("-H", f"{name}: {value}")]
    data = [] if "-G" in flags or "--get" in flags else ["--data-binary", "@-"]
    return ["curl", "-sS", "-N", "--max-time", str(PATIENCE), *head, *data, *flags, f"{scheme}://{host}{path}"]


def curl(filter: Filter, host: str, path: str, body: bytes | Mapping[str, Any], *flags: str, home: Path) -> Finished:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    agent = new_agent()
    done = run(curl_command(host, path, "-A", agent, *flags), clean_environment(home, filter), cwd=home, stdin=raw)
    return replace(done, agent=agent)


# The SDKs, in an environment of their own


def _tool(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable, default))
    assert path.exists(), f"{path} is missing: `make test` sets it up, or let {variable} say where it is"
    return path


def sdk_python() -> Path:
    return _tool("REDACT_SDK_PYTHON", CHECKOUT / ".cache/venvs/sdk/bin/python")


def aider_program() -> Path:
    return _tool("REDACT_AIDER", CHECKOUT / ".cache/venvs/aider/bin/aider")


def from_npm(pattern: str) -> Path:
    """A file in the environment of Node and its packages, which has several where another platform has other names."""
    home = _tool("REDACT_CLIENTS", CHECKOUT / ".cache/venvs/clients")
    [found] = home.glob(pattern)
    return found


@dataclass
class Sdk:
    """A process that makes calls with a provider's SDK, one JSON line each way (see `sdk_driver.py`)."""

    process: subprocess.Popen[str]
    calls: int = field(default=0)

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Make a call, return its result."""
        *_, last = self.stream(method, **arguments)
        return last

    def stream(self, method: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Make a call, yield what comes as it comes; the last one is the result."""
        assert self.process.stdin
        assert self.process.stdout
        self.calls += 1
        self.process.stdin.write(json.dumps({"method": method, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        while True:
            line = self.process.stdout.readline()
            assert line, "the SDK's process ended"
            said = json.loads(line)
            yield said["value"]
            if said["last"]:
                return


@contextmanager
def sdk(name: str, filter: Filter, home: Path, **more: str) -> Iterator[Sdk]:
    """Run the driver of an SDK behind the filter."""
    process = subprocess.Popen(
        [sdk_python(), "-I", "-u", "-W", "ignore", Path(__file__).with_name("sdk_driver.py"), name],
        env=clean_environment(home, filter, **KEYS, **more),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Sdk(process)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(PATIENCE)
        assert process.stdout
        process.stdout.close()


# aider


def aider(
    filter: Filter, folder: Path, home: Path, model: str, message: str, *flags: str, file: str = "app.py"
) -> Finished:
    """One message about a file in `folder`."""
    environment = clean_environment(home, filter, LITELLM_LOCAL_MODEL_COST_MAP="True", **KEYS)
    # A price list, so that it fetches none from the Internet.
    prices = home / ".aider/caches/model_prices_and_context_window.json"
    prices.parent.mkdir(parents=True, exist_ok=True)
    prices.write_text('{"none": {}}', encoding="utf-8")
    args: list[str | Path] = [aider_program(), "--model", model, *AIDER_FLAGS, *flags, "--message", message, file]
    return run(args, environment, cwd=folder)
