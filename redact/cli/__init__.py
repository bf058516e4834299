"""The command line. Knows which module holds a command, and imports it only when asked for: most need no proxy.

What goes wrong becomes one line on stderr: no traceback, as it may hold values.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from types import TracebackType
from typing import Any, NamedTuple

import click

from redact.errors import RedactError

TROUBLE, DEFECT = 2, 3
"""Exit codes: something the user can mend, and something we must."""


class Listed(NamedTuple):
    """A command as `redact --help` lists it: under which heading, its name, its module, and a line about it."""

    heading: str
    name: str
    module: str
    summary: str


COMMANDS = (
    Listed("Use it", "run", "redact.cli.run", "Run a command behind the filter, starting the filter if none runs."),
    Listed("Use it", "serve", "redact.cli.serve", "Run the filter until it is interrupted."),
    Listed("Use it", "sanitize", "redact.cli.pipes", "Redact what comes on stdin."),
    Listed("Use it", "restore", "redact.cli.pipes", "Restore what comes on stdin."),
    Listed("Look at it", "scan", "redact.cli.scan", "Say where something sensitive stands in files; change nothing."),
    Listed(
        "Speak of single values", "known", "redact.cli.known", "Import values that are sensitive wherever they stand."
    ),
    Listed(
        "Speak of single values",
        "key",
        "redact.cli.key",
        "Print the keyed fingerprint of the key on stdin.",
    ),
    Listed("Speak of single values", "allow", "redact.cli.allow", "Let single values through that are not sensitive."),
    Listed(
        "Edit rules", "discover", "redact.cli.discover", "Propose internal names of a code base, as rules to review."
    ),
    Listed("Edit rules", "rules", "redact.cli.rules", "Check, try and understand rules."),
)


class LazyGroup(click.Group):
    """The `redact` command itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names, in the order of the help."""
        del ctx
        return [listed.name for listed in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module."""
        del ctx
        module = next((listed.module for listed in COMMANDS if listed.name == cmd_name), None)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; name the nearest one where there is none."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], names, n=1)
            ctx.fail(f"there is no command '{args[0]}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, without importing any."""
        del ctx
        width = max(len(listed.name) for listed in COMMANDS)
        for heading in dict.fromkeys(listed.heading for listed in COMMANDS):
            with formatter.section(heading):
                rows = [(each.name.ljust(width), each.summary) for each in COMMANDS if each.heading == heading]
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn whatever it raises into a line and an exit code."""
        try:
            return super().invoke(ctx)
        except RedactError as error:
            click.echo(f"redact: {error}", err=True)
            ctx.exit(TROUBLE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, EOFError, BrokenPipeError):
            raise  # click's own business
        except Exception as error:  # noqa: BLE001  its message and traceback may hold values, so they are not shown
            what = f"{type(error).__name__} in {_where(error.__traceback__)}"
            click.echo(f"redact: a defect of ours ({what}); please report it with this line", err=True)
            ctx.exit(DEFECT)


def _where(trace: TracebackType | None) -> str:
    """Name the innermost place of ours: module and line, no values."""
    place = "redact"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] == "redact":
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="redact", prog_name="redact", message="%(prog)s %(version)s")
def cli() -> None:
    """Keep secrets and internal names on this machine while you work with an LLM.

    redact stands between a coding assistant and its provider: what your rules call sensitive is replaced by
    surrogates on the way out, and the answer comes back with your own values in it.

    \b
    To begin:
      redact run -- claude               an assistant behind the filter
      redact scan src/                   what would be redacted, and by which rule
      redact rules explain 'any text'    why

    `redact COMMAND --help` tells more about a command and shows an example.
    """


def main() -> None:
    """Run the command line."""
    cli(prog_name="redact")
