"""`redact discover`: which internal names a code base holds, as a rule pack to review. Knows files and the terminal; writes nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import click

from redact import app, settings
from redact import rules as language
from redact.cli import options
from redact.cli.files import Tell, found, is_binary, printable, text_of
from redact.clues import Clue, clues, top_level_packages
from redact.proposals import LEAST, Evidence, Proposal, pack

LARGEST = 1 << 20
"""What is larger, in bytes, was not written by people."""
NOTHING, TROUBLES = 1, 2
"""Exit codes: nothing to propose; something could not be read."""

_LONGEST_ID = 50
_OTHERS = frozenset(
    "node_modules vendor third_party .venv venv site-packages bower_components .terraform dist target".split()
)
"""Folders of what others wrote."""
_LOCKS = ("*.lock", "*-lock.json", "*-lock.yaml", "go.sum", "*.min.js", "*.map", "*.svg")


def _checked_id(_context: click.Context, _option: click.Parameter, rule_id: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule_id) or len(rule_id) > _LONGEST_ID:
        raise click.BadParameter(f"words of lower-case letters and digits, joined by -, {_LONGEST_ID} at most")
    return rule_id


@click.command(short_help="Propose internal names of a code base, as rules to review.")
@options.config
@click.option(
    "--id",
    "rule_id",
    default="discovered",
    show_default=True,
    callback=_checked_id,
    help="How the ids of the rules begin.",
)
@click.option(
    "--least",
    type=click.FloatRange(min=0),
    default=LEAST,
    show_default=True,
    help="Score from which a name is proposed.",
)
@click.option("--no-ignore", is_flag=True, help="Read also what .gitignore names.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
def discover(config: Path | None, rule_id: str, least: float, paths: tuple[Path, ...], *, no_ignore: bool) -> None:
    """Read code bases and print a rule pack: the internal names, packages and hosts that they hold.

    Looks at packages and namespaces, Maven, Gradle, npm, Python and Go projects, .NET solutions, Kubernetes and compose
    manifests, Helm charts, Backstage catalogs, Terraform, Dockerfiles, CODEOWNERS, git remotes, and internal hosts
    anywhere. What is everybody's (org.apache, postgres) is left out, and so is what the rules in force already name.
    Each line says what is called so, and where. What is in doubt stands in comments.

    Nothing is in force until you review the pack and list it in the settings.

    \b
    Example:  redact discover . > acme.yaml
              redact rules check acme.yaml
    """
    troubles: list[Path] = []

    def tell(path: Path, why: str) -> None:
        troubles.append(path)
        click.echo(f"redact: {printable(path)}: {why}", err=True)

    evidence, read = Evidence(), 0
    for path in paths:
        files = list(_files(path, tell, heed_ignores=not no_ignore))
        for file, said in _said(files, tell):
            evidence.add(printable(file), said)
            read += 1
        for place, clue in top_level_packages(PurePosixPath(file) for file in files):
            evidence.add(printable(Path(place)), [clue])
    proposals = evidence.proposals(_known(config), least)
    sure = [proposal for proposal in proposals if not proposal.doubt]
    click.echo(pack(proposals, _heading(paths, sure), rule_id), nl=False)
    click.echo(
        f"{options.counted(len(sure), 'name')} proposed, {len(proposals) - len(sure)} in doubt, from {options.counted(read, 'file')}",
        err=True,
    )
    sys.exit(TROUBLES if troubles else 0 if proposals else NOTHING)


def _files(path: Path, tell: Tell, *, heed_ignores: bool) -> Iterator[Path]:
    """List the files to read: those that git sees, and where it says the repository comes from."""
    for file in found(path, tell, heed_ignores=heed_ignores):
        below = file.relative_to(path).parent.parts if file != path else ()
        if _OTHERS.isdisjoint(below) and not any(PurePosixPath(file.name).match(lock) for lock in _LOCKS):
            yield file
    if (remotes := path / ".git" / "config").is_file():
        yield remotes


def _said(files: Iterable[Path], tell: Tell) -> Iterator[tuple[Path, list[Clue]]]:
    for file in files:
        try:
            with file.open("rb") as source:
                data = source.read(LARGEST + 1)
        except OSError as error:
            tell(file, error.strerror or type(error).__name__)
            continue
        if len(data) <= LARGEST and not is_binary(data[:8192]):
            yield file, list(clues(PurePosixPath(file), text_of(data)))


def _known(config: Path | None) -> set[str]:
    """Give the names and hosts that the rules of the settings hold already."""
    sourced = language.read(app.pack_paths(settings.read(config))).rules
    keys = (key for each in sourced for key in language.name_keys(each.rule))
    return {*keys, *(host.lower() for each in sourced for host in each.rule.hosts)}


def _heading(paths: Iterable[Path], sure: Iterable[Proposal]) -> list[str]:
    shown = " ".join(printable(path) for path in paths)
    return [
        f"Proposed by `redact discover {shown}`. Review each line; a line is: the name, its score, what is called so, and where.",
        *(["Then: redact rules check THIS-FILE, and list it under `rules:` in redact.yaml."] if list(sure) else []),
    ]
