"""`redact rules try`: what a new pack finds that the active rules do not, and the other way round. Shows no value, keeps nothing."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from redact import app, settings, spans
from redact import rules as language
from redact.cli import options
from redact.cli.files import found, printable, read
from redact.cli.finding import Hit, located
from redact.detect.examples import problems
from redact.detect.patterns import Patterns, expressions
from redact.errors import DetectionError
from redact.model import Finding
from redact.rules import Rule, rank

TROUBLE = 2
"""Exit code: some file could not be read."""

_PLACES = 5
"""So many places are shown for each rule."""

Find = Callable[[str], list[Finding]]


@click.command("try", short_help="Say which hits a new pack gains and loses on files.")
@options.config
@click.option(
    "--on",
    "paths",
    metavar="PATH...",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Files and folders to scan.",
)
@click.argument("pack", metavar="NEWPACK", type=click.Path(path_type=Path))
@click.argument("more", metavar="", nargs=-1, type=click.Path(path_type=Path))
def try_(*, config: Path | None, pack: Path, paths: tuple[Path, ...], more: tuple[Path, ...]) -> None:
    """Scan files with the active rules, and with a new pack beside them; say what it gains and loses, and its time.

    A rule of the new pack takes the place of an active one with the same id. Files are chosen as `redact scan` does. Both
    sides are compared on the texts as they stand, without looking behind encodings.

    \b
    Example:  redact rules try acme.yaml --on src/ tests/
    """
    new = language.read([pack])
    for problem in problems(new.rules):
        raise problem
    wanted = settings.read(config)
    active, _ = app.loaded_rules(wanted, wanted.state / "compiled")
    trial = Trial(active.enabled(), new.enabled())
    troubles: list[Path] = []

    def tell(path: Path, trouble: str) -> None:
        troubles.append(path)
        click.echo(f"redact: {printable(path)}: {trouble}", err=True)

    files = list(dict.fromkeys(file for path in (*paths, *more) for file in found(path, tell)))
    for path in files:
        text, _, trouble = read(path)
        if trouble:
            tell(path, trouble)
        try:
            trial.read(path, text or "")
        except DetectionError as slow:
            tell(path, str(slow))
    _tell(trial, len(files))
    sys.exit(TROUBLE if troubles else 0)


def _tell(trial: Trial, files: int) -> None:
    megabytes = trial.characters / 1_000_000
    for rule_id in dict.fromkeys([*trial.seconds, *trial.gained, *trial.lost]):
        gained, lost = trial.gained[rule_id], trial.lost[rule_id]
        spent = trial.seconds.get(rule_id)
        told = f", {trial.shared[rule_id]} found by others, too" if trial.shared[rule_id] else ""
        told += "" if spent is None else f", {1000 * spent / max(megabytes, 1e-6):.1f} ms a megabyte"
        click.echo(f"{click.style(rule_id, fg='cyan')}  {len(gained)} gained, {len(lost)} lost{told}")
        for sign, colour, hits in (("+", "green", gained), ("-", "red", lost)):
            for path, hit in hits[:_PLACES]:
                click.echo(click.style(f"  {sign} {printable(path)}:{hit.line}:{hit.column}", fg=colour))
            if len(hits) > _PLACES:
                click.echo(f"  {sign} … and {len(hits) - _PLACES} more")
    gained_all, lost_all = (sum(map(len, side.values())) for side in (trial.gained, trial.lost))
    click.echo(f"{gained_all} gained, {lost_all} lost in {files} files, {megabytes:.1f} MB of text", err=True)


class Trial:
    """What new rules change against the active ones; a new rule takes the place of an active one with its id."""

    def __init__(self, active: Sequence[Rule], new: Sequence[Rule]) -> None:
        ids = {rule.id for rule in new}
        self._before = _united(active)
        self._after = _united([*(rule for rule in active if rule.id not in ids), *new])
        self._alone = {rule.id: Patterns(expressions([rule])) for rule in new}
        self.gained: dict[str, list[tuple[Path, Hit]]] = defaultdict(list)
        self.lost: dict[str, list[tuple[Path, Hit]]] = defaultdict(list)
        self.shared: Counter[str] = Counter()
        """How many of its hits each new rule shares with active ones."""
        self.seconds: dict[str, float] = dict.fromkeys(self._alone, 0.0)
        """How long each new rule takes by itself."""
        self.characters = 0

    def read(self, path: Path, text: str) -> None:
        """Compare both sides on a text. Raises DetectionError."""
        before, after = self._before(text), self._after(text)
        for side, here, there in ((self.gained, after, before), (self.lost, before, after)):
            for hit in located(_missing(here, there), text):
                side[hit.rule_id].append((path, hit))
        for rule_id, find in self._alone.items():
            started = time.perf_counter()
            hits = find(text)
            self.seconds[rule_id] += time.perf_counter() - started
            self.shared[rule_id] += len(hits) - len(_missing(hits, before))
        self.characters += len(text)


def _missing(here: Iterable[Finding], there: Iterable[Finding]) -> list[Finding]:
    """List what is found here and not there, whichever rule found it there."""
    ranges = {(finding.start, finding.end) for finding in there}
    return [finding for finding in here if (finding.start, finding.end) not in ranges]


def _united(rules: Sequence[Rule]) -> Find:
    find, strictness = Patterns(expressions(rules)), rank(rules)
    allowed = {rule.id for rule in rules if rule.action == "allow"}

    def united(text: str) -> list[Finding]:
        findings = spans.unite(find(text), strictness.__getitem__)
        return [finding for finding in findings if finding.rule_id not in allowed]

    return united
