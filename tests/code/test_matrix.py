"""On every language by construct by kind of value, the shipped rules find the literal, and nothing where there is none."""

from functools import cache

from redact import app
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import in_process
from redact.engine import Redactor
from redact.rules import example
from redact.settings import Settings
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault
from tests.code.matrix import found, nothing


@cache
def redactor():
    rules, patterns = app.loaded_rules(Settings(), None)
    structure = Code(rules.enabled(), in_process)
    return Redactor(
        rules.enabled(),
        app.detectors(rules, patterns),
        Mint(b"matrix" * 6),
        MemoryVault(),
        KnownValues(),
        structure=structure,
    )


def misses():
    for cell in found():
        text, wanted = example(cell.text)
        got = [(f.start, f.end) for f in redactor().find(text)]
        if got != wanted:
            yield cell.name


def test_the_matrix_is_as_large_as_it_says():
    cells = [cell.name for cell in found()]
    assert len(cells) >= 2500
    assert len(set(cells)) == len(cells)
    assert len({cell.name for cell in nothing()}) >= 1500


def test_literals_are_found_with_their_exact_range():
    assert MISSED == set(misses())


def test_where_there_is_no_literal_nothing_is_found():
    assert [] == [cell.name for cell in nothing() if redactor().find(cell.text)]


def test_a_line_without_its_file_does_not_change_how_the_file_leaves():
    line = 'DB_PASSWORD = "correct" + "horse"'
    file = f"import os\n{line}\n"
    before = redactor().redact(file).text
    for seen in (line, f"I wrote {line} there", f"settle.py:\n  2█{line}\n"):
        redactor().redact(seen)
        assert before == redactor().redact(file).text
    assert '" + "' in redactor().redact(file + "x = 1\n").text


MISSED = {"bash · default · dashed"}
"""Cells that are not found, by name: Bash's grammar ends the default of `${X:-a-b}` at the first dash."""
