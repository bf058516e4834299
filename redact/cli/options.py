"""Options that several commands share. Knows click and settings files."""

from __future__ import annotations

from pathlib import Path

import click

config = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file (default: ~/.config/redact/redact.yaml).",
)
"""Gives a command `config: Path | None`, for `settings.read`."""
