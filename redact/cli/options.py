"""What several commands share: options, and how they count. Knows click and settings files."""

from __future__ import annotations

from pathlib import Path

import click

config = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file (default: ~/.config/redact/redact.yaml).",
)
"""Gives a command `config: Path | None`, for `settings.read`."""


def counted(number: int, thing: str) -> str:
    """Say how many: `1 file`, `2 files`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
