"""`redact serve`: the filter in the foreground."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import click
import structlog

from redact import settings
from redact.addons.proxy import RedactAddon
from redact.addons.serve import serve as run_filter
from redact.cli import selfcheck
from redact.cli.environment import variables


@click.command()
@click.option(
    "--config", type=click.Path(path_type=Path), help="Settings file (default: ~/.config/redact/redact.yaml)."
)
@click.option("--self-check", is_flag=True, help="First send a canary of every kind through the filter, and show it.")
def serve(config: Path | None, self_check: bool) -> None:  # noqa: FBT001  click gives it so
    """Run the filter until it is interrupted.

    \b
    Example:  redact serve --config redact.yaml
    """
    wanted = settings.read(config)
    _log_to_stderr()

    async def ready(addon: RedactAddon, url: str) -> None:
        click.echo(f"listening on {url}")
        if self_check:
            failures = await asyncio.to_thread(selfcheck.run, addon, url, wanted.state, click.echo)
            if failures:
                raise click.ClickException(
                    f"the self-check failed: {failures} canaries were not handled as they should"
                )
            click.echo("\nPoint a coding assistant at the filter:\n")
            for name, value in variables(url, wanted.state).items():
                click.echo(f"export {name}={value}")
        sys.stdout.flush()

    asyncio.run(run_filter(wanted, ready))


def _log_to_stderr() -> None:
    """Operational log as lines on stderr. Tracebacks are not rendered: they may hold values."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
