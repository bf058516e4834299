"""`redact run -- CMD`: a command behind the filter."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from redact import jsontext, settings
from redact.cli.environment import named, surrounding
from redact.errors import RedactError, SettingsError
from redact.settings import Settings

START_SECONDS = 30
_LISTENING = "listening on "


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--config", type=click.Path(path_type=Path), help="Settings file (default: ~/.config/redact/redact.yaml)."
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(config: Path | None, command: tuple[str, ...]) -> None:
    """Run a command behind the filter, starting the filter if none runs. Returns the command's exit code.

    \b
    Example:  redact run -- claude
              redact run --config redact.yaml -- curl https://api.anthropic.com/v1/models
    """
    wanted = settings.read(config)
    with _signals() as caught, _filter(wanted, config) as url:
        asks = any(override.when.user or override.when.repository for override in wanted.overrides)
        address = named(url, Path.cwd()) if asks else url
        code = _call(command, surrounding(os.environ, address, wanted.state), caught)
    sys.exit(code)


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect requests to end from the first moment, so that a filter that was started is ended, too.

    Ctrl-C reaches the command by the terminal; what it then does is its own business.
    """
    caught: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _frame: caught.append(number))
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _call(command: tuple[str, ...], environment: dict[str, str], caught: list[int]) -> int:
    if caught:
        return 128 + caught[0]
    try:
        process = subprocess.Popen(command, env=environment, preexec_fn=_heed_interrupts)  # noqa: S603, PLW1509  the user's own command; no threads here
    except FileNotFoundError:
        click.echo(f"redact: {command[0]}: command not found", err=True)
        return 127
    except PermissionError:
        click.echo(f"redact: {command[0]}: permission denied", err=True)
        return 126
    signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
    for number in caught:
        process.send_signal(number)
    code = process.wait()
    return code if code >= 0 else 128 - code


def _heed_interrupts() -> None:
    """Give the command its own Ctrl-C back: an ignored signal stays ignored in a child."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def _filter(wanted: Settings, config: Path | None) -> Iterator[str]:
    """Give the URL of the filter that runs for these settings, or of one started for the duration."""
    running = _running(wanted.state)
    if running is not None:
        yield running
        return
    arguments = ["--config", str(config)] if config is not None else []
    process = subprocess.Popen(  # noqa: S603  ourselves
        [sys.executable, "-m", "redact", "serve", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the command, not for the filter under it
    )
    try:
        yield _wait_for(process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _running(state: Path) -> str | None:
    try:
        told = jsontext.load((state / "serve.json").read_bytes())
        os.kill(int(told["pid"]), 0)
        address = urlsplit(str(told["url"]))
        # The process id may be another's by now: somebody has to answer there, too.
        socket.create_connection((address.hostname or "", address.port or 0), timeout=2).close()
        return str(told["url"])
    except (OSError, RedactError, ValueError, KeyError, TypeError):
        return None


def _wait_for(process: subprocess.Popen[str]) -> str:
    stdout = process.stdout
    if stdout is None or not select.select([stdout], [], [], START_SECONDS)[0]:
        raise SettingsError(f"the filter did not start within {START_SECONDS} s; try `redact serve` to see why")
    line = stdout.readline()
    if not line.startswith(_LISTENING):
        raise SettingsError("the filter did not start; its reason stands above")
    return line.removeprefix(_LISTENING).strip()
