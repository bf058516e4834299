"""`redact rules check`: holds rules to all that is asked of them. Knows packs, processes and the terminal.

Of what it finds, it keeps only which patterns are bounded, so that they need not be tried again.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import click

from redact import app, settings
from redact import rules as language
from redact.cli import options
from redact.cli.cleared import Cleared
from redact.cli.files import found, printable, read
from redact.cli.finding import processes
from redact.cli.progress import with_progress
from redact.detect import cost, examples, hostile
from redact.errors import RuleError
from redact.rules import Sourced

BAD = 1
"""Exit code: a rule does not do what it says."""

CLEAN = 4_000_000
"""Characters of clean code to read: the beginning of the standard library of this Python."""

_WORTH_PROCESSES = 40
"""So many patterns are tried before other processes have started."""


@click.command(short_help="Hold rules to their own examples, to a bound in time, and to rare keywords.")
@options.config
@click.option(
    "--cost",
    "texts",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Also tell what each rule costs on these files or folders.",
)
@click.option("--fast", is_flag=True, help="Do not try whether patterns are bounded in time.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
def check(*, config: Path | None, texts: tuple[Path, ...], fast: bool, paths: tuple[Path, ...]) -> None:
    """Read rule packs (files, or folders with every *.yaml below) and hold each rule to what is asked of it.

    It must find what its own examples mark and nothing else; its pattern must end in bounded time on texts made against it;
    clean code must not be full of its keywords. Without PATH, the packs of the settings are checked. What is wrong is
    printed as `file:line rule: reason`, and the exit code is then 1. Patterns that were found bounded are remembered.

    \b
    Example:  redact rules check
              redact rules check company-rules/
              redact rules check --cost src/ company-rules/
    """
    wanted = settings.read(config)
    files = language.pack_files(list(paths) or app.pack_paths(wanted))
    sourced, errors = _parsed(files)
    errors += _doubled(sourced)
    for error in errors:
        click.echo(str(error))
    slow = iter(()) if fast else unbounded(sourced, Cleared(app.prepared_state(wanted) / "compiled" / "bounded.txt"))
    for error in chain(examples.problems(sourced), cost.problems(sourced, list(clean_code())), slow):
        errors.append(error)
        click.echo(str(error))
    untried = sum(not examples.can_be_tried(each) for each in sourced)
    if untried:
        click.echo(f"{untried} rules that are off were not tried: pip install 'redact[pii]'", err=True)
    if texts:
        _tell_costs([each for each in sourced if each.rule.enabled], texts)
    given = sum(len(each.rule.matches) + len(each.rule.rejects) for each in sourced)
    held = f"{options.counted(len(sourced), 'rule')} in {options.counted(len(files), 'file')}, {options.counted(given, 'example')}"
    click.echo(f"{held}: {f'{len(errors)} wrong' if errors else 'all is well'}", err=True)
    sys.exit(BAD if errors else 0)


def _parsed(files: Iterable[tuple[Path, str]]) -> tuple[list[Sourced], list[RuleError]]:
    """Read every pack that can be read."""
    sourced: list[Sourced] = []
    errors: list[RuleError] = []
    for path, _ in files:
        try:
            sourced += language.read([path]).rules
        except RuleError as error:
            errors.append(error)
    return sourced, errors


def _doubled(sourced: Iterable[Sourced]) -> list[RuleError]:
    first: dict[str, Sourced] = {}
    return [
        each.error(f"this id is taken by {first[each.rule.id].path}:{first[each.rule.id].line}")
        for each in sourced
        if first.setdefault(each.rule.id, each) is not each
    ]


def unbounded(sourced: Sequence[Sourced], cleared: Cleared) -> Iterator[RuleError]:
    """List the rules whose pattern has no bound in time; remember the others."""
    unknown = [each for each in sourced if each.rule.pattern is not None and each.rule not in cleared]
    bounded = []
    for each, why in zip(unknown, with_progress(_tried(unknown), len(unknown), "trying", "patterns"), strict=True):
        if why:
            yield each.error(why, "pattern")
        else:
            bounded.append(each.rule)
    if bounded:
        cleared.add(bounded)


def _tried(sourced: Sequence[Sourced]) -> Iterator[str]:
    """Say of each rule why it has no bound, or nothing: in processes of their own, where there are many."""
    rules = [each.rule for each in sourced]
    if len(rules) < _WORTH_PROCESSES:
        yield from map(hostile.unbounded, rules)
        return
    with processes(os.cpu_count() or 1) as pool:
        yield from pool.map(hostile.unbounded, rules, chunksize=4)


def clean_code() -> Iterator[str]:
    """Read the beginning of the standard library."""
    left = CLEAN
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        text = read(path).text or ""
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return


def _tell_costs(sourced: Sequence[Sourced], paths: Sequence[Path]) -> None:
    def tell(path: Path, trouble: str) -> None:
        click.echo(f"redact: {printable(path)}: {trouble}", err=True)

    files = list(dict.fromkeys(file for path in paths for file in found(path, tell)))
    texts = []
    for file in files:
        text, _, trouble = read(file)
        if trouble:
            tell(file, trouble)
        texts += [text] if text else []
    every = cost.costs([each.rule for each in sourced], texts)
    whole = sum(each.seconds for each in every) or 1.0
    dear = [each for each in every if each.events or each.everywhere]
    click.echo("events/MB   ms/MB  share  rule")
    for each in dear:
        events = "all text" if each.everywhere else f"{each.events:.1f}"
        click.echo(f"{events:>9}{1000 * each.seconds:8.2f}{each.seconds / whole:7.1%}  {each.rule_id}")
    idle = f"{len(every) - len(dear)} of {len(every)} rules cost nothing"
    click.echo(f"{idle} on {sum(map(len, texts)) / 1e6:.1f} MB of text in {len(texts)} files", err=True)
