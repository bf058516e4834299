"""Parsing in processes that may be killed: answers, deadlines, crashes."""

import subprocess
import sys
import time

import pytest

from redact.code.syntax import Ask, Snippet
from redact.detect.parsers import Parsers, in_process

ASKS = [Ask("bindings", (), (("name", "password$"),))]
GOOD = Snippet("python", 'password = "kestrel"\n')
HANGS = Snippet("typescript", "a<b<c," * 6000)


@pytest.fixture(scope="module")
def parsers():
    parsers = Parsers(deadline=0.3, patience=3)
    yield parsers
    parsers.close()


def test_another_process_answers_as_this_one_does(parsers):
    snippets = [GOOD, Snippet("go", 'var password = "kestrel"'), Snippet("python", "x = 1")]
    assert in_process(snippets, ASKS) == parsers(snippets, ASKS)


def test_what_hangs_is_given_up_and_what_came_with_it_is_answered(parsers):
    began = time.monotonic()
    hung, good = parsers([HANGS, GOOD], ASKS)
    assert hung is None
    assert in_process([GOOD], ASKS) == [good]
    assert time.monotonic() - began < 30  # it would take minutes


def test_what_crashes_a_grammar_ends_no_more_than_itself(parsers):
    _crashed, good = parsers([Snippet("yaml", "- " * 300 + "password: kestrel"), GOOD], ASKS)
    assert in_process([GOOD], ASKS) == [good]


def test_many_snippets_are_answered_in_order(parsers):
    snippets = [Snippet("python", f"{'#' * 4000}\npassword = 'kestrel{number}'\n") for number in range(40)]
    assert in_process(snippets, ASKS) == parsers(snippets, ASKS)


def test_after_closing_it_starts_anew():
    parsers = Parsers(processes=1)
    first = parsers([GOOD], ASKS)
    parsers.close()
    parsers.close()
    assert first == parsers([GOOD], ASKS)
    parsers.close()


def test_the_processes_do_not_run_the_main_module_again(parsers, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from redact.code.syntax import Ask, Snippet\nfrom redact.detect.parsers import Parsers\n"
        "print('once')\nparsers = Parsers(processes=1)\n"
        "print(len(parsers([Snippet('python', 'password = \"kestrel\"')], [Ask('bindings', (), (('name', 'd$'),))])[0].hits))\nparsers.close()\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "once\n1\n" == done.stdout


def test_a_snippet_shows_no_code():
    assert "kestrel" not in repr(GOOD)
