"""`redact scan`: where something sensitive stands in files. Knows the terminal and the formats; shows no value, changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from redact.cli import options, sarif
from redact.cli.files import found, printable
from redact.cli.finding import Scanned, finder, scan_files, scanned
from redact.cli.progress import with_progress
from redact.rules import Rule

FINDINGS, TROUBLES = 1, 2
"""Exit codes; where something could not be scanned, that counts more."""

STDIN = Path("-")

Show = Callable[[Scanned], None]


@click.command(short_help="Say where something sensitive stands in files; change nothing.")
@options.config
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each finding.")
@click.option("--sarif", "as_sarif", is_flag=True, help="One SARIF 2.1.0 document, for code hosts and editors.")
@click.option("--no-ignore", is_flag=True, help="Scan also what .gitignore names.")
@click.option("--processes", type=click.IntRange(1), help="How many may work at once (default: all cores).")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def scan(
    *,
    config: Path | None,
    as_json: bool,
    as_sarif: bool,
    no_ignore: bool,
    processes: int | None,
    paths: tuple[Path, ...],
) -> None:
    """Scan files, folders with all below them, or stdin (`-`), and say which rule finds something where.

    No value is shown, and nothing is written, not even to the vault. Folders are read as git sees them: without .git, what
    .gitignore names, links and binary files.

    Exit code: 0 nothing found, 1 something found, 2 something could not be scanned.

    \b
    Example:  redact scan src/
              git diff --staged | redact scan -
              redact scan --sarif . > redact.sarif
    """
    if as_json and as_sarif:
        raise click.UsageError("--json and --sarif exclude each other")
    troubles: list[tuple[str, str]] = []

    def tell(path: Path, why: str) -> None:
        troubles.append((path.as_posix(), why))
        click.echo(f"redact: {printable(path)}: {why}", err=True)

    find = finder(config)
    named = list(dict.fromkeys(paths))
    walks = (found(path, tell, heed_ignores=not no_ignore) for path in named if path != STDIN)
    files = list(dict.fromkeys(file for walk in walks for file in walk))
    results = with_progress(scan_files(config, files, processes), len(files), "scanning", "files")
    if STDIN in named:
        results = _chained(scanned(find, STDIN, sys.stdin.buffer), results)
    every: list[Scanned] = []
    show = _as_json(find.rules) if as_json else _for_people(find.rules)
    for result in results:
        if result.trouble:
            tell(result.path, result.trouble)
        if not as_sarif:
            show(result)
        every.append(result)
    if as_sarif:
        click.echo(json.dumps(sarif.document(every, find.rules, troubles), indent=2))
    elif not as_json:
        click.echo(_summary(every), err=True)
    sys.exit(TROUBLES if troubles else FINDINGS if any(result.hits for result in every) else 0)


def _chained(first: Scanned, others: Iterable[Scanned]) -> Iterator[Scanned]:
    yield first
    yield from others


def _as_json(rules: Mapping[str, Rule]) -> Show:
    def show(result: Scanned) -> None:
        for hit in result.hits:
            line = {
                "path": result.path.as_posix(),
                "start": hit.start,
                "end": hit.end,
                "rule_id": hit.rule_id,
                "category": rules[hit.rule_id].category,
            } | ({"confirmed": True} if hit.confirmed else {})
            click.echo(json.dumps(line))

    return show


def _for_people(rules: Mapping[str, Rule]) -> Show:
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def show(result: Scanned) -> None:
        for hit in result.hits:
            place = (printable(result.path), "bold"), f":{hit.line}:{hit.column} "
            console.print(Text.assemble(*place, (hit.rule_id, "cyan"), f" {rules[hit.rule_id].title}"))

    return show


def _summary(results: Iterable[Scanned]) -> str:
    every = list(results)
    read = [result for result in every if not result.trouble and not result.binary]
    hits = sum(len(result.hits) for result in read)
    binary = sum(result.binary for result in every)
    return (
        f"{_counted(hits, 'finding')} in {_counted(sum(bool(result.hits) for result in read), 'file')}"
        f" of {len(read)} scanned" + (f"; {_counted(binary, 'binary file')} passed over" if binary else "")
    )


def _counted(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"
