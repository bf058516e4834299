"""`redact rules …`, for the people who edit rules. Knows packs and the terminal; writes no file and no vault."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from redact import rules as language
from redact.cli import why
from redact.cli.check import BAD, check
from redact.cli.explain import explain
from redact.cli.importing import import_
from redact.cli.trial import try_
from redact.errors import DetectionError
from redact.rules import MARKS, Rule, Sourced, example
from redact.settings import Settings

_LEFT, _RIGHT = tuple(MARKS)


@click.group(short_help="Check, try and understand rules.")
def rules() -> None:
    """Check, try and understand rules.

    A rule pack is a YAML file with `rules:`; docs/rules.md tells what stands in it.
    """


@rules.command(short_help="Try each example of a pack; show what failed, and why.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def test(path: Path) -> None:
    """Try each example of the rules in a pack, and show for each that fails what is expected (-) and what is found (+).

    \b
    Example:  redact rules test company-rules/tokens.yaml
    """
    sourced = language.read([path]).rules
    failed = 0
    for each in sourced:
        failures = list(_failures(each.rule))
        failed += len(failures)
        kept = f"{len(each.rule.matches)} matches, {len(each.rule.rejects)} rejects"
        click.echo(
            f"{click.style('FAIL', fg='red') if failures else click.style('ok', fg='green')}  {each.rule.id}  ({kept})"
        )
        for failure in failures:
            _show(each, failure)
    click.echo(f"{failed or 'no'} example{'' if failed == 1 else 's'} failed", err=True)
    sys.exit(BAD if failed else 0)


class Failure(NamedTuple):
    """An example that does not hold: which, its text, what should be found in it and what is."""

    name: str
    text: str
    expected: Sequence[tuple[int, int]]
    found: Sequence[tuple[int, int]]
    trouble: str = ""


def _failures(rule: Rule) -> Iterator[Failure]:
    expected = [(f"matches[{index}]", *example(marked)) for index, marked in enumerate(rule.matches)]
    expected += [(f"rejects[{index}]", text, []) for index, text in enumerate(rule.rejects)]
    for name, text, ranges in expected:
        try:
            found = [(finding.start, finding.end) for finding in why.found_by(rule, text)]
        except DetectionError as slow:
            yield Failure(name, text, ranges, [], str(slow))
            continue
        if found != ranges:
            yield Failure(name, text, ranges, found)


def _show(sourced: Sourced, failure: Failure) -> None:
    click.echo(f"      {sourced.path}:{sourced.line} {failure.name}")
    expected, found = _marked(failure.text, failure.expected), _marked(failure.text, failure.found)
    for wanted, is_there in zip(expected.split("\n"), found.split("\n"), strict=True):
        if wanted == is_there:
            click.echo(f"        {wanted}")
        else:
            click.echo(click.style(f"      - {wanted}", fg="green"))
            click.echo(click.style(f"      + {is_there}", fg="red"))
    if failure.trouble:
        click.echo(f"      {failure.trouble}")
    elif not failure.found:
        for reason in why.why_not(sourced.rule, failure.text):
            click.echo(f"      {reason}")


def _marked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Mark ranges as examples do. Examples are invented, so they may be shown."""
    for start, end in reversed(list(ranges)):
        text = f"{text[:start]}{_LEFT}{text[start:end]}{_RIGHT}{text[end:]}"
    return text


@rules.command(short_help="Print the JSON Schema of rule packs, for editors.")
@click.option("--settings", "of_settings", is_flag=True, help="The schema of redact.yaml instead.")
def schema(*, of_settings: bool) -> None:
    """Print the JSON Schema (2020-12) of rule packs, or of redact.yaml, for editors.

    \b
    Example:  redact rules schema > rules.schema.json
    """
    wanted = settings_schema() if of_settings else language.json_schema()
    click.echo(json.dumps(wanted, indent=2, ensure_ascii=False))


def settings_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12) of redact.yaml."""
    made = Settings.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "redact.yaml"}


rules.add_command(check)
rules.add_command(explain)
rules.add_command(import_)
rules.add_command(try_)
