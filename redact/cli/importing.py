"""`redact rules import`: a pack out of another scanner's configuration. Knows both formats and the terminal; writes one file.

Strategy: a rule here proves itself, one of gitleaks does not. So texts are made from its pattern until some are found as they
should be, and some are not; a rule that cannot be shown to work stands in the pack as a comment, with the reason.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

from redact import app, gitleaks, settings
from redact import rules as language
from redact.cli import options
from redact.cli.check import clean_code, unbounded
from redact.cli.cleared import Cleared
from redact.cli.files import printable
from redact.detect import cost, examples
from redact.errors import DetectionError, RuleError
from redact.gitleaks import Converted
from redact.rules import MARKS, Rule, Sourced
from redact.samples import sample

NOTHING = 1
"""Exit code: no rule could be taken over."""

_TRIES, _MATCHES, _REJECTS = 200, 2, 2
_LONGEST = 400
_LEFT, _RIGHT = tuple(MARKS)
_AROUND = ('key = "{}"', "{word}: {}\n", "{}", "{}\n", "key = {}", "{word} = {}", '{word} = "{}"', "({})", "x {} y")


@click.command("import", short_help="Make a pack out of a configuration of gitleaks.")
@options.config
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write here (default: stdout).")
@click.argument("path", metavar="GITLEAKS.TOML", type=click.Path(path_type=Path))
def import_(config: Path | None, output: Path | None, path: Path) -> None:
    """Make a rule pack out of a configuration of gitleaks, with examples made from each rule's pattern.

    What is written passes `redact rules check`. A rule that cannot is written as a comment, with the reason; that, and what
    of a rule has no likeness here, is also said on stderr.

    \b
    Example:  redact rules import gitleaks.toml -o company-rules/imported.yaml
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(str(path), 0, "", f"cannot be read: {type(error).__name__}") from None
    wanted = settings.read(config)
    converted, said = gitleaks.read(text, str(path))
    for line in said:
        click.echo(f"{printable(path)}: {line}", err=True)
    _name_apart(converted, {each.rule.id for each in language.read(app.pack_paths(wanted)).rules})
    for each in converted:
        _prove(each, str(path))
    _refuse_slow(converted, str(path), Cleared(app.prepared_state(wanted) / "compiled" / "bounded.txt"))
    pack = _written(converted, path.name)
    if output is None:
        click.echo(pack, nl=False)
    else:
        output.write_text(pack, encoding="utf-8")
    for each in converted:
        for note in [*each.notes, *([f"left out: {each.why_not}"] if each.why_not else [])]:
            click.echo(f"{printable(path)} {each.id}: {note}", err=True)
    taken = sum(not each.why_not for each in converted)
    click.echo(f"{taken} of {len(converted)} rules taken over", err=True)
    sys.exit(0 if taken else NOTHING)


def _name_apart(converted: Iterable[Converted], taken: set[str]) -> None:
    """Give each rule an id of its own: two packs in force may not share one."""
    for each in converted:
        wanted = each.id
        number = 1
        while each.id in taken:
            number += 1
            each.id = f"{wanted[:50].strip('-')}-{'gitleaks' if number == 2 else number}"  # noqa: PLR2004  the second of a name says whose it is
        taken.add(each.id)


def _prove(each: Converted, path: str) -> None:
    """Give a rule its examples, or say why it has none."""
    if each.why_not:
        return
    members = {"id": each.id, "category": "secret", **each.members}
    try:
        rule = Rule.model_validate(members | {"matches": (f"{_LEFT}-{_RIGHT}",), "rejects": ("-",)})
    except ValueError as error:
        each.why_not = str(error).splitlines()[2].strip() if len(str(error).splitlines()) > 2 else "it is no rule here"  # noqa: PLR2004  pydantic says why in the third line
        return
    sourced = Sourced(rule, path, 0)
    try:
        matches, rejects = _examples(sourced)
    except DetectionError:
        each.why_not = "its pattern runs out of time"
        return
    if not matches:
        each.why_not = "no text could be made in which it finds something"
    elif not rejects:
        each.why_not = "it finds something in every text that was made"
    else:
        each.members |= {"matches": matches, "rejects": rejects}


def _examples(sourced: Sourced) -> tuple[list[str], list[str]]:
    find, dice = examples.finder(sourced), random.Random(sourced.rule.id)  # noqa: S311  the same pack each time
    words = sourced.rule.keywords or ("value",)
    plain = _LETTERS.sub(_with_plain_letters, sourced.rule.pattern or "")
    matches: list[str] = []
    rejects = dict.fromkeys(text for text in (f"{words[0]} = ${{SECRET}}", *words, "-") if not find(text))
    for attempt in range(_TRIES):
        made = sample(plain, dice)
        if made is None or len(made) > _LONGEST or not _is_plain(made):
            continue
        text = _AROUND[attempt % len(_AROUND)].replace("{word}", words[attempt % len(words)]).replace("{}", made)
        found = [(finding.start, finding.end) for finding in find(text)]
        if len(found) != 1:
            continue
        ((start, end),) = found
        matches.append(f"{text[:start]}{_LEFT}{text[start:end]}{_RIGHT}{text[end:]}")
        short = text[: start + (end - start) // 2]
        if short.strip() and not find(short):
            rejects = {short: None} | rejects
        if len(matches) == _MATCHES:
            break
    return matches, list(rejects)[:_REJECTS]


_LETTERS = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\p\{\w+\}", re.DOTALL)


def _with_plain_letters(match: re.Match[str]) -> str:
    """Write properties of letters as classes that a sample can be made of; whether it fits is tried."""
    if match[0].startswith("["):
        return re.sub(r"\\p\{(\w)\w*\}", lambda inner: "0-9" if inner[1] == "N" else "A-Za-z", match[0])
    return "[0-9]" if match[0].startswith(r"\p{N") else "[A-Za-z]"


def _is_plain(text: str) -> bool:
    return not any(mark in text for mark in MARKS) and all(c.isprintable() or c in "\t\n" for c in text)


def _refuse_slow(converted: Iterable[Converted], path: str, cleared: Cleared) -> None:
    """Try again what has no bound, with bounded repeats; leave out what then still has none, or no reach."""
    made = {each.id: each for each in converted if not each.why_not}
    for problem in unbounded([_sourced(each, path) for each in made.values()], cleared):
        each = made[problem.rule_id]
        each.members["pattern"] = _bounded(each.members["pattern"])
        each.notes.append("`*` and `+` of its pattern became {0,256} and {1,256}: it had no bound in time")
    again = [_sourced(each, path) for each in made.values()]
    for problem in (*unbounded(again, cleared), *cost.problems(again, list(clean_code())), *examples.problems(again)):
        made[problem.rule_id].why_not = problem.why


_REPEAT = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(\*)|(\+)", re.DOTALL)


def _bounded(pattern: str) -> str:
    return _REPEAT.sub(lambda match: match[1] or ("{0,256}" if match[2] else "{1,256}"), pattern)


def _sourced(each: Converted, path: str) -> Sourced:
    return Sourced(Rule.model_validate({"id": each.id, "category": "secret", **each.members}), path, 0)


def _written(converted: Iterable[Converted], name: str) -> str:
    return "".join(_lines(list(converted), name))


def _lines(converted: list[Converted], name: str) -> Iterator[str]:
    yield f"# Made by `redact rules import` out of {printable(Path(name))}. The examples are invented.\n"
    taken = [each for each in converted if not each.why_not]
    yield "rules:\n" if taken else "rules: []\n"
    for each in converted:
        members = _ordered({"id": each.id, "category": "secret", **each.members})
        entry = yaml.safe_dump([members], sort_keys=False, allow_unicode=True, width=10_000)
        notes = "".join(f"# {note}\n" for note in each.notes)
        if each.why_not:
            entry = "".join(f"# {line}\n" for line in f"left out: {each.why_not}\n{entry}".splitlines())
        yield "\n" + notes + entry


def _ordered(members: dict[str, Any]) -> dict[str, Any]:
    first = ("id", "title", "category", "enabled", "pattern", "keywords", "entropy", "allow", "matches", "rejects")
    return {name: members[name] for name in first if name in members}
