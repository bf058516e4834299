"""`redact rules explain`: which rule finds what in a text, why, and what becomes of it. Shows no value, keeps nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from redact import app, settings
from redact.cli import options, why
from redact.cli.finding import places
from redact.confirmations import confirmed
from redact.detect.known import RULE_ID as KNOWN
from redact.model import Finding, Redaction
from redact.records import QUOTED
from redact.rules import Rule, Sourced, worse

_OWN = {
    KNOWN: "A value that is found elsewhere in the text, here as it is or in another encoding",
    QUOTED: "What looks like a surrogate that is used in this text, and must not be restored to what it never was",
}
"""What no rule finds, but the engine itself."""


@click.command(short_help="Say which rule finds what in a text, and why.")
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
        click.echo(f"{line}:{column}-{to} {click.style(finding.rule_id, fg='cyan')} {told}")
        return
    rule = sourced.rule
    click.echo(f"{line}:{column}-{to} {click.style(rule.id, fg='cyan')} {rule.title}")
    own = next((each for each in raw if each.rule_id == rule.id and _within(each, finding)), None)
    value = text[own.start : own.end] if own else ""
    is_confirmed = bool(confirmed(value, rule.confirm))
    layer = "patterns" if own else "pii" if rule.presidio else "decoded"
    rows = [
        ("rule", f"{sourced.path}:{sourced.line}"),
        ("kind", f"{worse(rule.severity) if is_confirmed else rule.severity} {rule.category}"),
        ("layer", f"{layer}: {why.because(rule, text, finding)}"),
    ]
    passed = list(why.checks(rule, value)) if own else []
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
