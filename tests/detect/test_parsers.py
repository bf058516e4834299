"""Parsing in processes that may be killed: answers, deadlines, crashes."""

import subprocess
import sys
import time

import pytest

from redact.code.passages import Passage
from redact.code.syntax import Ask
from redact.detect.parsers import Parsers, in_process

ASKS = [Ask("bindings", (), (("name", "password$"),))]


def passage(language, code):
    """Give a text with a fence, and say that all of it matters."""
    text = f"```{language}\n{code}\n```\n"
    return Passage(text, ((text.index("\n") + 2, False),))


GOOD = passage("python", 'password = "kestrel"')
HANGS = passage("csharp", "a is b<" * 3400)
CRASHES = passage("yaml", "- " * 300 + "password: kestrel")


@pytest.fixture(scope="module")
def parsers():
    parsers = Parsers(deadline=0.3, patience=3)
    yield parsers
    parsers.close()


def test_another_process_answers_as_this_one_does(parsers):
    passages = [GOOD, passage("go", 'var password = "kestrel"'), passage("python", "x = 1")]
    assert [1, 1, 0] == [len(stretches) for stretches in parsers(passages, ASKS)]
    assert in_process(passages, ASKS) == parsers(passages, ASKS)


def test_what_hangs_is_given_up_and_what_came_with_it_is_answered(parsers):
    began = time.monotonic()
    hung, good = parsers([HANGS, GOOD], ASKS)
    assert hung is None
    assert in_process([GOOD], ASKS) == [good]
    assert time.monotonic() - began < 30  # it would take longer and longer


def test_what_crashes_a_grammar_ends_no_more_than_itself(parsers):
    _crashed, good = parsers([CRASHES, GOOD], ASKS)
    assert in_process([GOOD], ASKS) == [good]


def test_what_hangs_in_a_text_takes_no_other_code_in_it_along(parsers):
    places = (*HANGS.places, (len(HANGS.text) + GOOD.places[0][0], False))
    (said,) = parsers([Passage(HANGS.text + GOOD.text, places)], ASKS)
    hung, good = said
    assert hung.answer is None
    assert ["kestrel"] == [text for hit in good.answer.hits for text in hit.said]


def test_many_passages_are_answered_in_order(parsers):
    passages = [passage("python", f"{'#' * 4000}\npassword = 'kestrel{number}'\n") for number in range(40)]
    assert in_process(passages, ASKS) == parsers(passages, ASKS)


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
        "from redact.code.passages import Passage\nfrom redact.code.syntax import Ask\nfrom redact.detect.parsers import Parsers\n"
        "print('once')\nparsers = Parsers(processes=1)\n"
        "text = '```python\\npassword = \"kestrel\"\\n```'\n"
        "print(len(parsers([Passage(text, ((12, False),))], [Ask('bindings', (), (('name', 'd$'),))])[0]))\nparsers.close()\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "once\n1\n" == done.stdout


def test_neither_what_is_asked_nor_what_is_said_shows_the_text(parsers):
    assert "kestrel" not in repr((GOOD, parsers([GOOD], ASKS)))
