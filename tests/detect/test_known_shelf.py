"""Many known values: compiled once, kept on a shelf, found as if each had been added alone."""

import random
import string
import threading

import pytest

from redact import literals
from redact.detect import known as module
from redact.detect.known import KnownValues, refusal
from redact.literals import have_hyperscan

pytestmark = pytest.mark.skipif(
    not have_hyperscan(), reason="without hyperscan nothing is compiled, so nothing is kept"
)

SEEDED = random.Random(7)
VALUES = ["".join(SEEDED.choices(string.ascii_letters + string.digits, k=20)) for _ in range(600)]
TEXT = "\n".join(f"name: {value} é" for value in VALUES)


class Box:
    """A shelf in memory, which counts."""

    def __init__(self, data=None):
        self.data, self.saved = data, 0

    def load(self):
        return self.data

    def save(self, data):
        self.data, self.saved = data, self.saved + 1


@pytest.fixture
def compiled(monkeypatch):
    """How many literals were compiled, each time."""
    counts = []
    real = literals.compiled

    def counted(wanted):
        counts.append(len(wanted))
        return real(wanted)

    monkeypatch.setattr(literals, "compiled", counted)
    return counts


def found(known, text=TEXT):
    return sorted({text[f.start : f.end] for f in known.find(text)})


def settled(values=VALUES):
    box = Box()
    known = KnownValues(shelf=box)
    known.add(values)
    known.settle()
    return box


def test_the_next_process_finds_them_without_compiling(compiled):
    box = settled()
    compiled.clear()
    known = KnownValues(shelf=box)
    known.add(VALUES)
    assert [] == compiled
    assert sorted(VALUES) == found(known)


def test_only_what_is_not_on_the_shelf_is_compiled(compiled):
    box = settled(VALUES[:500])
    compiled.clear()
    known = KnownValues(shelf=box)
    known.add(VALUES)
    assert 1 == len(compiled)
    assert compiled[0] < 100 * 12
    assert sorted(VALUES) == found(known)


def test_what_is_on_the_shelf_and_not_wanted_is_not_found():
    known = KnownValues(shelf=settled())
    known.add(VALUES[:-1])
    assert sorted(VALUES[:-1]) == found(known)
    assert not known.stands_in(VALUES[-1].encode())


def test_a_shelf_of_other_values_is_left_alone():
    box = settled([f"another-{value}" for value in VALUES])
    known = KnownValues(shelf=box)
    known.add(VALUES)
    assert sorted(VALUES) == found(known)


@pytest.mark.parametrize("spoilt", [b"", b"nonsense", b"\x84"], ids=["empty", "nonsense", "cut"])
def test_a_damaged_shelf_is_as_good_as_none(spoilt):
    known = KnownValues(shelf=Box(spoilt))
    known.add(VALUES)
    assert sorted(VALUES) == found(known)


def test_a_shelf_cut_short_is_as_good_as_none():
    box = settled()
    known = KnownValues(shelf=Box(box.data[:-1000]))
    known.add(VALUES)
    assert sorted(VALUES) == found(known)


def test_a_shelf_of_other_forms_is_as_good_as_none(monkeypatch, compiled):
    box = settled()
    compiled.clear()
    real = module.forms
    monkeypatch.setattr(module, "forms", lambda value: real(value)[:1])
    known = KnownValues(shelf=box)
    known.add(VALUES)
    assert [len(VALUES)] == compiled


def test_few_values_are_not_put_on_the_shelf():
    assert 0 == settled(VALUES[:20]).saved


def test_settling_twice_keeps_once():
    box = Box()
    known = KnownValues(shelf=box)
    known.add(VALUES)
    known.settle()
    known.settle()
    assert 1 == box.saved


def test_settling_changes_nothing_that_is_found():
    known = KnownValues(shelf=Box())
    for value in VALUES:
        known.add([value])
    generation, before = known.generation, found(known)
    known.settle()
    assert before == found(known) == sorted(VALUES)
    assert generation == known.generation
    assert 1 == len(known._segments)


def test_a_text_searched_before_is_searched_for_what_is_new_also_after_settling():
    known = KnownValues(shelf=Box())
    known.add(VALUES[:-1])
    since = known.generation
    known.add(VALUES[-1:])
    known.settle()
    assert VALUES[-1] in {TEXT[f.start : f.end] for f in known.find(TEXT, since)}
    assert [] == known.find(TEXT, known.generation)


def test_what_is_added_while_settling_stays(monkeypatch):
    known = KnownValues(shelf=Box())
    known.add(VALUES[:-1])
    real = literals.compiled
    first = threading.Event()

    def meanwhile(wanted):
        if not first.is_set():
            first.set()
            known.add(VALUES[-1:])
        return real(wanted)

    known._segments = (known._segments[0], KnownValues()._segment(known.generation, ["one-more-x9"]))
    monkeypatch.setattr(literals, "compiled", meanwhile)
    known.settle()
    assert first.is_set()
    assert sorted(VALUES) == found(known)


def test_a_forgotten_value_is_not_found_and_may_come_again():
    known = KnownValues(shelf=Box())
    known.add(VALUES)
    generation = known.generation
    known.forget([VALUES[3], "never known"])
    assert known.generation > generation
    assert VALUES[3] not in known
    assert VALUES[3] not in found(known)
    assert not known.stands_in(VALUES[3].encode())
    known.add([VALUES[3]])
    assert sorted(VALUES) == found(known)


def test_what_was_forgotten_before_settling_stays_so():
    known = KnownValues(shelf=Box())
    known.add(VALUES)
    known.forget(VALUES[:400])
    known.settle()
    assert sorted(VALUES[400:]) == found(known) == sorted(known)
    assert len(known) == 200


def test_a_value_longer_than_the_longest_pattern_is_found_whole():
    value = "".join(SEEDED.choices(string.ascii_letters, k=40_000)) + '"\n'
    other = value[:20_100] + "X" + value[20_101:]
    known = KnownValues()
    known.add([value])
    assert [value] == found(known, f"a {value} b {other[:-2]} c")


def test_many_occurrences_of_a_long_value_take_linear_time():
    value = "x" * 5000
    known = KnownValues()
    known.add([value])
    assert 1 <= len(known.find("x" * 30_000))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (" ", "empty"),
        ("x9-!z", "too short: 5 characters, 6 are needed"),
        ("ChangeMe", "a common word"),
        ("12345678", "a short number: 9 digits are needed"),
        ("sunflower", "a plain word: 16 characters are needed where all are of one kind"),
        ("hunter2-x9", None),
        ("123456789012", None),
    ],
)
def test_a_refusal_says_why_and_shows_nothing(value, why):
    assert why == refusal(value)


def test_many_literals_are_found_alike_without_hyperscan():
    slow, fast = KnownValues(fast=False), KnownValues(fast=True)
    for known in (slow, fast):
        known.add(VALUES)
    text = TEXT[:6000] + VALUES[0].encode().hex()
    assert sorted(fast.find(text)) == sorted(slow.find(text))
