"""The docs say what the code does: every command, setting and field stands in them, and what they show works."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import click
import pytest
import yaml

from redact import accounts, overrides, providers, rules, settings, sinks
from redact.cli import cli
from redact.detect.examples import problems
from redact.dialects import DIALECTS
from redact.model import Action, Category, Severity, Shape
from redact.settings import Limits, Media, Settings
from redact.validators import VALIDATORS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "rules" / "README.md", *DOCS.glob("*.md")])


class Block(NamedTuple):
    """A fenced block: where it stands, its language, the file it is (```` ```yaml acme.yaml ````), and its text."""

    place: str
    language: str
    file: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^```(\w*) ?(\S*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(f"{page.relative_to(ROOT)}:{line}", *match.groups())


def in_all_pages(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def named(page: str, heading: str) -> set[str]:
    """What stands in the first column of the tables below a heading, up to the next one."""
    text = "\n" + (DOCS / page).read_text(encoding="utf-8")
    section = re.search(rf"^##? {heading}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, heading
    cells = re.findall(r"^\| (`[^|]*`) \|", section[1], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


# What there is, and what is said of it


def test_every_setting_stands_in_the_docs_and_no_other():
    every = set(Settings.model_fields) | {f"limits.{name}" for name in Limits.model_fields}
    every |= {f"media.{name}" for name in Media.model_fields}
    assert every == named("settings.md", "Settings")


def test_every_key_of_a_provider_map_stands_in_the_docs_and_no_other():
    assert set(providers.Provider.model_fields) == named("settings.md", "Provider maps")


def test_what_may_come_back_where_stands_in_the_docs_as_it_is():
    text = (DOCS / "policy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|", text, re.MULTILINE)
    said = {True: "yes", False: "no", sinks.OWN: "own-hosts"}
    assert {sink: [said[cell] for cell in cells.values()] for sink, cells in sinks.MAY.items()} == {
        sink: cells for sink, *cells in rows
    }


def test_every_key_of_a_table_of_sinks_stands_in_the_docs_and_no_other():
    keys = {key for key in named("policy.md", "Where a value may come back") if key not in sinks.MAY}
    assert set(sinks.Table.model_fields) == keys


def test_every_key_of_an_override_stands_in_the_docs_and_no_other():
    every = set(overrides.Override.model_fields) | {f"when.{name}" for name in overrides.When.model_fields}
    assert every == named("policy.md", "Overrides")


def test_every_restriction_and_key_of_accounts_stands_in_the_docs_and_no_other():
    table = yaml.safe_load((ROOT / "rules" / "restrictions.yaml").read_text(encoding="utf-8"))["restrictions"]
    every = {each["name"] for each in table} | set(accounts.Accounts.model_fields)
    assert every == named("policy.md", "Company accounts")


def test_every_dialect_stands_in_the_docs():
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [] == [name for name in (*DIALECTS, "pass", "block") if f"`{name}`" not in text]


def test_every_field_of_a_rule_stands_in_the_docs_and_no_other():
    assert set(rules.Rule.model_fields) == named("rules.md", "Fields")


def test_what_a_field_may_say_stands_in_the_docs():
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    words = [*get_args(Category), *get_args(Severity), *rules.Allow.model_fields]
    assert [] == [word for word in words if f"`{word}`" not in text]


@pytest.mark.parametrize(
    ("heading", "names"),
    [("Validators", VALIDATORS), ("Actions", get_args(Action)), ("Surrogates", set(get_args(Shape)) - {"characters"})],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_every_choice_has_its_row_and_no_other(heading, names):
    assert set(names) == named("rules.md", heading)


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            if isinstance(command, click.Group):
                yield from commands(command, *above, name)
            else:
                yield " ".join([*above, name]), command


def test_every_command_and_option_stands_in_the_docs():
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for name, command in commands(cli, "redact"):
        assert re.search(rf"^\| `{name}\b", text, re.MULTILINE), name
        for option in (option for each in command.params if isinstance(each, click.Option) for option in each.opts):
            assert f"`{option}" in text or f" {option} " in text, f"{name} {option}"


@pytest.mark.parametrize(
    ("file", "args"),
    [("rules.schema.json", ["schema"]), ("settings.schema.json", ["schema", "--settings"])],
    ids=["rules", "settings"],
)
def test_the_published_schema_is_what_the_code_says(file, args):
    command = [sys.executable, "-m", "redact", "rules", *args]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    published = (DOCS / "schema" / file).read_text(encoding="utf-8")
    assert json.loads(said) == json.loads(published), f"redact rules {' '.join(args)} > docs/schema/{file}"


# What is shown


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every `redact …` in a block of shell, cut at pipes and redirections."""
    for block in in_all_pages("sh", "console"):
        for line in block.text.splitlines():
            if block.language == "console" and not line.startswith("$ "):
                continue
            lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars="|<>;")
            lexer.commenters = "#"
            part: list[str] = []
            for word in [*lexer, "|"]:
                if word[0] not in "|<>;":
                    part.append(word)
                    continue
                if part[:1] == ["redact"]:
                    yield f"{block.place} {shlex.join(part)}", part
                part = []


LINES = list(command_lines())


def test_there_are_command_lines():
    assert {"README.md", "docs/commands.md", "docs/rules.md"} <= {place.partition(":")[0] for place, _ in LINES}


@pytest.mark.parametrize("words", [words for _, words in LINES], ids=[place for place, _ in LINES])
def test_a_command_line_that_is_shown_can_be_parsed(words):
    command: click.Command = cli
    rest = words[1:]
    context = click.Context(cli, info_name="redact")
    while isinstance(command, click.Group):
        found = command.get_command(context, rest[0])
        assert found, rest[0]
        command, rest = found, rest[1:]
    command.make_context(words[-1], list(rest), parent=context)


@pytest.mark.parametrize("block", in_all_pages("yaml"), ids=lambda block: block.place)
def test_yaml_that_is_shown_is_valid(block, tmp_path):
    members = yaml.safe_load(block.text)
    file = tmp_path / "shown.yaml"
    file.write_text(block.text, encoding="utf-8")
    if isinstance(members.get("rules", [""])[0], dict):
        sourced = rules.parse(block.text, block.place)
        # The first attempt of the worked example is wrong on purpose; `redact rules test` shows it.
        wrong = [error for error in problems(sourced) if "acmedk_xxx" not in str(error)]
        assert [] == wrong
    elif isinstance(members.get("providers", [""])[0], dict):
        assert providers.read([file], DIALECTS)
    elif "tools" in members:
        assert sinks.read([file])
    else:
        assert settings.read(file)


@pytest.mark.parametrize("block", list(blocks(ROOT / "README.md")), ids=lambda block: block.place)
def test_python_in_the_readme_runs(block, tmp_path):
    if block.language != "python":
        return
    done = shell(tmp_path, shlex.join([sys.executable, "-c", block.text]))
    assert (0, "") == (done.returncode, done.stdout)


def test_the_worked_example_does_what_it_shows(tmp_path):
    desk = tmp_path / "desk"
    desk.mkdir()
    shown = 0
    for block in blocks(DOCS / "rules.md"):
        if block.file:
            (desk / block.file).parent.mkdir(exist_ok=True)
            (desk / block.file).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for said in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            line, _, expected = said.partition("\n")
            told = shell(tmp_path, line, desk).stdout
            pattern = ".*".join(re.escape(part) for part in expected.split("…"))
            assert re.fullmatch(pattern, told, re.DOTALL), f"{block.place} $ {line}\n{told}"
            shown += 1
    assert shown >= 5


def shell(folder: Path, line: str, desk: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line of shell, with `redact` on the path and a home of nobody's; both outputs are one, as on a terminal."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "redact"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m redact "$@"\n')
    program.chmod(0o755)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    env = kept | {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"}
    return subprocess.run(
        ["sh", "-c", line],
        cwd=desk or home,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [] == [link for link in links if not (page.parent / link).exists()]
