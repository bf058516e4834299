"""`redact known …`: values that are sensitive wherever they stand. Knows files, the core and the audit; shows no value.

Strategy: what is imported is compiled and put on the shelf before it is in the vault, so that a running filter, which looks
into the vault each second, finds the work done.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import click

from redact import app, settings, sources
from redact.cli import options
from redact.cli.changes import audited
from redact.detect.known import refusal
from redact.errors import UnreadableError
from redact.model import Known
from redact.sources import FORMATS, Entry
from redact.surrogates import LABEL
from redact.vault.ledger import Imported, Ledger

LARGEST = 64 << 20
"""A file of values that is larger, in bytes, is none."""
NOTHING = 1
"""Exit code: there was nothing to take."""
FOUND = "(found by rules)"

_NAME = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._-]{0,63}")


@click.group(short_help="Import values that are sensitive wherever they stand.")
def known() -> None:
    """Import values that are sensitive wherever they stand; list and forget them.

    A known value is found without any rule, exactly and in every encoding. Values are kept in the vault, sealed; a running
    filter takes them up within seconds.
    """


def _checked_name(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter("up to 64 letters, digits, dots, dashes and underscores, no dash first")
    return name


@known.command("import", short_help="Take values from files.")
@options.config
@click.option(
    "--as", "name", metavar="NAME", callback=_checked_name, help="What the source is called (default: the file's name)."
)
@click.option("--format", "form", type=click.Choice(["auto", *FORMATS]), default="auto", help="How to read the files.")
@click.option(
    "--all", "everything", is_flag=True, help="Take also settings that do not look secret, and one-word names."
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def import_(config: Path | None, name: str | None, form: str, paths: tuple[Path, ...], *, everything: bool) -> None:
    """Take the values of files as known, from now on and in every process of this state directory.

    Reads .env files, credentials and config of the AWS CLI, the answer of `aws organizations list-accounts`, Backstage
    catalogs, lists of one value a line, and JSON maps; `-` is stdin. What is too short or too common to be looked for
    everywhere is not taken: the line, its key and the reason are told, never the value.

    \b
    Example:  redact known import .env ~/.aws/credentials
              aws organizations list-accounts | redact known import - --as aws-accounts
    """
    read = {path: _entries(path, form, everything=everything) for path in paths}
    with closing(app.core(settings.read(config))) as core:
        taken = 0
        for path, entries in read.items():
            source = name or _source(path)
            wanted, refused = _sifted(path, entries, core.kept.ledger)
            if wanted:
                new = _import(core, source, wanted)
                taken += len(wanted)
                click.echo(f"{source}: {_counted(wanted)} taken, {new} of them new; {refused} not taken")
            else:
                click.echo(f"{source}: nothing taken, {refused} refused", err=True)
    sys.exit(0 if taken else NOTHING)


def _entries(path: Path, form: str, *, everything: bool) -> list[Entry]:
    try:
        with click.open_file(str(path), "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableError("file", f"{path}: {error.strerror or type(error).__name__}") from None
    if len(data) > LARGEST:
        raise UnreadableError("too-large", f"{path}: larger than {LARGEST >> 20} MiB; split it")
    try:
        return sources.read(data.decode("utf-8-sig"), path.name, form, everything=everything)
    except UnicodeDecodeError:
        why = "is not UTF-8"
    except UnreadableError as error:
        why = error.why.replace("the JSON body", "the JSON").replace("the body", "it")
    raise UnreadableError("file", f"{path}: {why}")  # not in an `except`: a decoder's error holds the text


def _source(path: Path) -> str:
    """Name a source after its file."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.name).lstrip("-")[:64] or "stdin"


def _sifted(path: Path, entries: Sequence[Entry], ledger: Ledger) -> tuple[list[Known], int]:
    """Tell why entries are not taken; give the values of the others, each once, and how many were refused."""
    wanted: dict[str, Known] = {}
    refused = 0
    for entry in entries:
        why = entry.why or (_why_not(entry.known, ledger) if entry.known else "empty")
        if why or not entry.known:
            refused += 1
            key = f", {entry.key}" if entry.key and not entry.where.endswith(entry.key) else ""
            click.echo(f"{path}: {entry.where}{key}: {why}", err=True)
        else:
            wanted.setdefault(entry.known.value, entry.known)
    return list(wanted.values()), refused


def _why_not(known: Known, ledger: Ledger) -> str | None:
    if ledger.is_allowed(known.value):
        return "allowed; `redact allow list` says by whom, `redact allow remove` takes it back"
    if re.fullmatch(LABEL, known.value):
        return "a surrogate already"
    return None if known.shape == "codename" else refusal(known.value)


def _import(core: app.Core, source: str, wanted: Sequence[Known]) -> int:
    """Make values known; give how many had not come from this source before."""
    audited(core.settings, "known-imported", source, len(wanted))
    before = len(core.kept.known)
    core.kept.known.add(known.value for known in wanted if known.shape != "codename")
    if len(core.kept.known) - before > _TELLING:
        click.echo(f"{source}: compiling {len(core.kept.known)} values…", err=True)
    core.kept.known.settle()
    records = core.redactor.learn(wanted)
    return core.kept.ledger.imported(source, ((record.value, record.kind) for record in records))


_TELLING = 5000
"""So many new values take more than a second to compile."""


def _counted(wanted: Sequence[object]) -> str:
    return f"{len(wanted)} value{'' if len(wanted) == 1 else 's'}"


@known.command("list", short_help="Count known values by source and kind.")
@options.config
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def list_(config: Path | None, *, as_json: bool) -> None:
    """Count the known values, by source and kind; no value is shown.

    \b
    Example:  redact known list
    """
    with closing(app.kept(settings.read(config))) as kept:
        counted = kept.ledger.sources()
        imported = kept.ledger.marks()
        found = Counter(
            record.kind for record in kept.vault.records() if kept.ledger.mark(record.value) not in imported
        )
    rows = [*counted, *(Imported(FOUND, kind, count, 0) for kind, count in sorted(found.items()))]
    for line in _lines(rows, as_json=as_json):
        click.echo(line)


def _lines(rows: Sequence[Imported], *, as_json: bool) -> Iterable[str]:
    if as_json:
        return [json.dumps({"source": row.source, "kind": row.kind, "count": row.count}) for row in rows]
    if not rows:
        return ["no value is known yet"]
    source, kind = (max(len(getattr(row, name)) for row in rows) for name in ("source", "kind"))
    return [f"{row.source:<{source}}  {row.kind:<{kind}}  {row.count:>7}" for row in rows]


@known.command(short_help="Look no more for what came from a source.")
@options.config
@click.option("--source", required=True, metavar="NAME", help="As `redact known list` calls it.")
def forget(config: Path | None, source: str) -> None:
    """Look no more for the values that came from a source and from no other.

    The vault keeps them, sealed, so that answers to earlier requests can still be restored. A rule that finds one of them
    makes it known again.

    \b
    Example:  redact known forget --source .env
    """
    wanted = settings.read(config)
    with closing(app.kept(wanted)) as kept:
        names = list(dict.fromkeys(each.source for each in kept.ledger.sources()))
        if source not in names:
            near = difflib.get_close_matches(source, names, n=1)
            raise click.UsageError("no values came from there" + (f"; did you mean '{near[0]}'?" if near else ""))
        had = sum(each.count for each in kept.ledger.sources() if each.source == source)
        audited(wanted, "known-forgotten", source, had)
        had, alone = kept.ledger.forget(source)
    stay = f"; {had - alone} stay known, as they came from elsewhere too" if had != alone else ""
    click.echo(f"{source}: {alone} value{'' if alone == 1 else 's'} forgotten{stay}")
