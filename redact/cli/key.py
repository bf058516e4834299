"""`redact key`: how the settings name a key without holding it. Knows the tenant's key; keeps nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from redact import app, settings
from redact.cli import options
from redact.cli.allow import value_given


@click.command(short_help="Print the keyed fingerprint of the key on stdin.")
@options.config
def key(config: Path | None) -> None:
    """Print the keyed fingerprint of the API key on stdin, for `accounts.keys` in the settings.

    It tells nothing without the tenant's key; filters with the same `tenant.key` give the same one.

    \b
    Example:  redact key < company-key.txt
    """
    value = value_given()
    with closing(app.kept(settings.read(config))) as kept:
        click.echo(kept.fingerprint(value))
