"""`redact rules …`, for the people who edit rules. Knows packs and the terminal; writes no file and no vault."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import click

from redact import app, settings
from redact import rules as language
from redact.cli import options, why
from redact.cli.finding import places
from redact.detect.examples import problems
from redact.detect.known import RULE_ID as KNOWN
from redact.engine import QUOTED
from redact.errors import DetectionError, RuleError
from redact.model import Finding, Redaction
from redact.rules import MARKS, Rule, Sourced, example
from redact.settings import Settings

BAD = 1
"""Exit code: a rule does not do what it says."""

_OWN = {
    KNOWN: "A value that is found elsewhere in the text, here as it is or in another encoding",
    QUOTED: "What looks like a surrogate that is used in this text, and must not be restored to what it never was",
}
"""What no rule finds, but the engine itself."""

_LEFT, _RIGHT = tuple(MARKS)


@click.group(short_help="Check, try and understand rules.")
def rules() -> None:
    """Check, try and understand rules.

    A rule pack is a YAML file with `rules:`; docs/rules.md tells what stands in it.
    """


@rules.command(short_help="Hold rules to their own examples.")
@options.config
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
def check(config: Path | None, paths: tuple[Path, ...]) -> None:
    """Read rule packs (files, or folders with every *.yaml below) and hold each rule to its own examples.

    Without PATH, the packs of the settings are checked. What is wrong is printed as `file:line rule: reason`, and the exit
    code is then 1.

    \b
    Example:  redact rules check
              redact rules check company-rules/
    """
    files = language.pack_files(list(paths) or app.pack_paths(settings.read(config)))
    sourced, errors = _parsed(files)
    errors += _doubled(sourced)
    for error in errors:
        click.echo(str(error))
    for error in problems(sourced):
        errors.append(error)
        click.echo(str(error))
    examples = sum(len(each.rule.matches) + len(each.rule.rejects) for each in sourced)
    held = f"{len(sourced)} rules in {len(files)} files, {examples} examples"
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
        click.echo(f"{_coloured('FAIL', 'red') if failures else _coloured('ok', 'green')}  {each.rule.id}  ({kept})")
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
            click.echo(_coloured(f"      - {wanted}", "green"))
            click.echo(_coloured(f"      + {is_there}", "red"))
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


def _coloured(text: str, colour: str) -> str:
    return click.style(text, fg=colour)


@rules.command(short_help="Say which rule finds what in a text, and why.")
@options.config
@click.option("--rule", "rule_id", metavar="ID", help="Say why this rule finds nothing, if so.")
@click.argument("text", metavar="[TEXT|-]", default="-")
def explain(config: Path | None, rule_id: str | None, text: str) -> None:
    """Say which rule finds what in a text, what brought it there, and what becomes of it; then show the text as it would leave.

    The text is the argument, or stdin. Values are not shown, and nothing is written to the vault.

    \b
    Example:  redact rules explain 'aws_account_id = "123456789012"'
              redact rules explain --rule jwt - < failing.log
    """
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    wanted = settings.read(config)
    with closing(app.core(wanted, keep=False)) as core:
        by_rule = {(finding.start, finding.end): finding for finding in core.redactor.find(text)}
        redaction = core.redactor.redact(text)
    every, patterns = app.loaded_rules(wanted, wanted.state / "compiled")
    by_id = {sourced.rule.id: sourced for sourced in every.rules}
    if rule_id is not None and rule_id not in by_id:
        raise click.UsageError(f"no rule of these settings has the id '{rule_id}'")
    raw = patterns(text)
    for finding in redaction.findings:
        _explain(text, by_rule.get((finding.start, finding.end), finding), by_id, raw, redaction)
    if rule_id is not None and not any(finding.rule_id == rule_id for finding in raw):
        click.echo(f"{rule_id} finds nothing:")
        for reason in why.why_not(by_id[rule_id].rule, text):
            click.echo(f"  {reason}")
    if not redaction.findings:
        click.echo("nothing is found; the text would leave as it is")
    elif redaction.blocked:
        click.echo("the request would be refused")
    else:
        click.echo("it would leave as:")
        click.echo(redaction.text.encode("utf-8", "surrogateescape"), nl=not redaction.text.endswith("\n"))


def _explain(
    text: str, finding: Finding, by_id: dict[str, Sourced], raw: Sequence[Finding], redaction: Redaction
) -> None:
    place = places(text)
    (line, column), (end_line, end_column) = place(finding.start), place(finding.end)
    to = f"{end_column}" if end_line == line else f"{end_line}:{end_column}"
    sourced = by_id.get(finding.rule_id)
    if sourced is None:
        told = _OWN.get(finding.rule_id, "")
        click.echo(f"{line}:{column}-{to} {_coloured(finding.rule_id, 'cyan')} {told}")
        return
    rule = sourced.rule
    click.echo(f"{line}:{column}-{to} {_coloured(rule.id, 'cyan')} {rule.title}")
    own = next((each for each in raw if each.rule_id == rule.id and _within(each, finding)), None)
    layer = "patterns" if own else "decoded"
    rows = [
        ("rule", f"{sourced.path}:{sourced.line}"),
        ("kind", f"{rule.severity} {rule.category}"),
        ("layer", f"{layer}: {why.because(rule, text, finding)}"),
    ]
    passed = list(why.checks(rule, text[own.start : own.end])) if own else []
    others = sorted({each.rule_id for each in raw if _within(each, finding)} - {rule.id})
    rows += [("checks", "; ".join(passed))] if passed else []
    rows += [("also", f"found by {', '.join(others)}")] if others else []
    rows.append(("action", _action(rule, finding, redaction)))
    for name, told in rows:
        click.echo(f"  {name:<8}{told}")


def _within(inner: Finding, outer: Finding) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _action(rule: Rule, finding: Finding, redaction: Redaction) -> str:
    surrogate = next((new for start, _, new in redaction.edits if start == finding.start), "")
    told = {
        "tokenize": f"tokenize: {surrogate} stands in for it",
        "block": "block: a request that holds it is refused",
        "report": "report: it leaves as it is, and the audit says so",
        "allow": "allow: it leaves as it is",
    }
    return told[rule.action]


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
