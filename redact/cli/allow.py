"""`redact allow …`: single values that are not sensitive. Knows the core and the audit; shows no value, takes none as an argument."""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from redact import app, settings
from redact.audit.event import fitted, stamp
from redact.cli import options
from redact.cli.changes import audited, who
from redact.vault.ledger import Allowed

_UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400}
_LONGEST = 10 * 366 * 86400


@click.group(short_help="Let single values through that are not sensitive.")
def allow() -> None:
    """Let single values through that are not sensitive.

    Of an allowed value only a keyed fingerprint is kept, with a reason and an end. No rule redacts or blocks it any more,
    where it is exactly what the rule finds. A running filter takes it up within seconds.
    """


def _moment(_context: click.Context, _option: click.Parameter, said: str | None) -> int | None:
    """Turn `30d`, `12h`, `2w` or a date into seconds since 1970."""
    if said is None:
        return None
    now = int(time.time())
    span = re.fullmatch(r"(\d{1,5})([hdw])", said)
    try:
        until = (
            now + int(span[1]) * _UNITS[span[2]]
            if span
            else int(datetime.fromisoformat(said).astimezone(UTC).timestamp())
        )
    except (ValueError, OverflowError):
        raise click.BadParameter("say it as 30d, 12h, 2w, or a date such as 2027-01-31") from None
    if not now < until <= now + _LONGEST:
        raise click.BadParameter("that is in the past, or more than ten years ahead")
    return until


@allow.command(short_help="Let the value on stdin through.")
@options.config
@click.option("--reason", metavar="TEXT", default="", help="Why it is not sensitive, for whoever reads the list.")
@click.option(
    "--expires", metavar="WHEN", callback=_moment, help="Until when: 30d, 12h, 2w, or a date (default: for ever)."
)
def add(config: Path | None, reason: str, expires: int | None) -> None:
    """Let the value on stdin through, exactly as it stands there; the end of its last line does not count.

    A value never goes on the command line, where other users and the shell's history would see it.

    \b
    Example:  redact allow add --reason "key of the public sandbox" --expires 30d < value.txt
    """
    value = value_given()
    if value in reason:
        raise click.UsageError("the reason holds the value; say it without")
    wanted = settings.read(config)
    with closing(app.core(wanted)) as core:
        reason = fitted("reason", core.redactor.scrubbed(reason)) or ""
        entry = f"al-{secrets.token_hex(4)}"
        audited(wanted, "allow-added", entry, 1, reason=reason, expires=expires)
        core.kept.ledger.allow(entry, value, reason, expires, who())
    click.echo(f"{entry}: let through {f'until {_date(expires)}' if expires else 'for ever'}")


def value_given() -> str:
    """Read a value from stdin, or ask for it where that is a terminal."""
    if sys.stdin.isatty():
        value: str = click.prompt("Value", hide_input=True, err=True)
    else:
        value = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise click.UsageError("there is no value on stdin")
    return value


@allow.command("list", short_help="List what is let through, by whom and why.")
@options.config
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(config: Path | None, *, as_json: bool) -> None:
    """List the entries, expired ones too: until when, by whom, why. No value is kept, so none is shown.

    \b
    Example:  redact allow list
    """
    with closing(app.kept(settings.read(config))) as kept:
        entries = kept.ledger.allowed()
    for each in entries:
        click.echo(json.dumps(_plain(each)) if as_json else _line(each))
    if not entries and not as_json:
        click.echo("no value is let through")


def _line(entry: Allowed) -> str:
    end = "for ever" if entry.expires is None else f"until {_date(entry.expires)}"
    over = "  (expired)" if entry.expires is not None and entry.expires <= time.time() else ""
    return f"{entry.id}  {end:<22}  {entry.by}, {_date(entry.added)}  {entry.reason}{over}".rstrip()


def _plain(entry: Allowed) -> dict[str, str | None]:
    return {
        "id": entry.id,
        "expires": None if entry.expires is None else stamp(entry.expires * 1000),
        "by": entry.by,
        "added": stamp(entry.added * 1000),
        "reason": entry.reason,
    }


def _date(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


@allow.command(short_help="Take an entry back: the value is redacted again.")
@options.config
@click.argument("entry", metavar="ID")
def remove(config: Path | None, entry: str) -> None:
    """Take an entry back: from now on the value is redacted again where a rule finds it.

    \b
    Example:  redact allow remove al-1f2e3d4c
    """
    wanted = settings.read(config)
    with closing(app.kept(wanted)) as kept:
        if entry not in {each.id for each in kept.ledger.allowed()}:
            raise click.UsageError("there is no such entry; `redact allow list` shows them")
        audited(wanted, "allow-removed", entry, 1)
        kept.ledger.disallow(entry, who())
    click.echo(f"{entry}: taken back")
