"""`redact run -- CMD`: one command, behind the filter, with its own exit code."""

import json
import socket
import subprocess

import pytest

from . import filter as filters
from .clients import curl_command, run
from .filter import command, environment
from .plants import traces
from .provider import error
from .talk import API


@pytest.fixture
def config(tmp_path, upstream):
    return filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca)


def redact_run(config, *args, stdin=b""):
    env = environment(config.parent / "home")
    return run([*command("run", "--config", config), "--", *args], env, cwd=config.parent, stdin=stdin)


def test_a_command_runs_behind_the_filter(provider, planted, config, api):
    body = json.dumps(api.request(planted.env)).encode()

    done = redact_run(config, *curl_command(api.host, api.path), stdin=body)

    assert done.code == 0, done.err
    assert planted.env == api.read(done.out).text
    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("code", [0, 113])
def test_its_exit_code_is_ours(config, code):
    assert code == redact_run(config, "sh", "-c", f"exit {code}").code


def test_the_exit_code_of_curl_is_ours(provider, filter):
    api = API["openai"]
    provider.reset(error(500, "api_error"))
    body = json.dumps(api.request("hi")).encode()

    done = redact_run(filter.config, *curl_command(api.host, api.path, "--fail"), stdin=body)

    assert done.code == 22  # curl: the server said 400 or more


def test_a_command_that_does_not_exist_is_said(config):
    done = redact_run(config, "no-such-assistant")

    assert done.code == 127
    assert "no-such-assistant" in done.err
    assert "Traceback" not in done.err


def test_it_ends_what_it_started(provider, config):
    done = redact_run(config, "sh", "-c", "echo $HTTPS_PROXY")

    host, _, port = done.out.decode().strip().rpartition("//")[2].rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5).close()


def test_it_uses_the_filter_that_runs_already(provider, planted, filter):
    api = API["anthropic"]

    assert filter.url == redact_run(filter.config, "sh", "-c", "echo $HTTPS_PROXY").out.decode().strip()
    done = redact_run(
        filter.config, *curl_command(api.host, api.path), stdin=json.dumps(api.request(planted.env)).encode()
    )

    assert planted.env == api.read(done.out).text
    assert not traces(provider.wire, planted)
    assert filter.process.poll() is None


def test_the_command_gets_stdin_and_its_output_is_its_own(filter):
    done = redact_run(filter.config, "cat", stdin=b"\x00\xff bytes\n")

    assert done.out == b"\x00\xff bytes\n"


def test_a_signal_reaches_the_command_and_then_the_filter_ends_too(config):
    env = environment(config.parent / "home")
    script = "trap 'exit 42' TERM; echo $HTTPS_PROXY; while :; do sleep 0.05; done"
    args = [*command("run", "--config", config), "--", "sh", "-c", script]
    with subprocess.Popen(args, env=env, cwd=config.parent, stdout=subprocess.PIPE) as process:
        url = process.stdout.readline().decode().strip()
        process.terminate()
        code = process.wait(20)

    host, _, port = url.rpartition("//")[2].rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5).close()
    assert code == 42
