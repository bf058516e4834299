"""Hits that touch, overlap, nest or stand at a text's ends are redacted whole; and work grows with a text, no faster."""

import time

import pytest

from redact import app
from redact.detect.known import KnownValues
from redact.engine import Redactor
from redact.settings import Settings
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

from . import pack

TOKEN = "dtk_8Jq2mVx91LpZt0Ye"
OTHER = "dtk_Q7r4sT1uV8wX2yZ5"
MAIL = "jane.roe@acme.test"
SLACK = 3
"""Times as much as in proportion: what is quadratic takes eight times as much for a text eight times as long."""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (TOKEN, [TOKEN]),
        (f"{TOKEN} and {OTHER}", [TOKEN, OTHER]),
        (f"{TOKEN};{OTHER}", [TOKEN, OTHER]),
        (f"{MAIL},{MAIL}{TOKEN[:0]} {MAIL}", [MAIL]),
        (f"password={TOKEN}", [TOKEN]),
        (f"password={TOKEN}/{MAIL}", [TOKEN, MAIL]),
        (f'password="{TOKEN}{OTHER}"', [TOKEN, OTHER]),
        (f"AccountId: 123456789012 password=123456789012:{TOKEN}", ["123456789012", TOKEN]),
    ],
    ids=["alone", "both-ends", "adjacent", "repeated", "inside", "two-inside", "glued", "in-another"],
)
def test_hits_that_meet_are_redacted_whole_and_come_back(text, values):
    redactor = pack.redactor()
    redaction = redactor.redact(text)
    assert not [value for value in values if value in redaction.text]
    assert text == redactor.restorer(redaction.records).restore(redaction.text)
    assert all(a.end <= b.start for a, b in zip(redaction.findings, redaction.findings[1:], strict=False))


def spent(run, *args):
    """Measure the CPU time of a run, the better of two."""
    least = float("inf")
    for _ in range(2):
        started = time.thread_time()
        run(*args)
        least = min(least, time.thread_time() - started)
    return least


def grows_in_proportion(run, text, small, large):
    return spent(run, text(large)) < SLACK * large / small * spent(run, text(small))


MANY = {
    "one-value": (lambda count: f"{TOKEN} " * count, 100_000),
    "different-values": (lambda count: " ".join(f"dtk_{number:016x}" for number in range(count)), 3_200),
    "different-hosts": (
        lambda count: " ".join(
            f"{'abcdefgh'[number % 8]}{'xyz'[number % 3]}" * 3
            + f".{''.join(chr(97 + int(d)) for d in str(number))}@acme.test"
            for number in range(count)
        ),
        1_600,
    ),
    "overlapping": (lambda count: "password=" + "password=" * count, 10_000),
    "no-space-between": (lambda count: f"{MAIL}," * count, 10_000),
}


@pytest.mark.parametrize(("text", "count"), MANY.values(), ids=MANY)
def test_many_hits_take_time_in_proportion(text, count):
    def redact(given):
        assert pack.redactor().redact(given).findings

    redact(text(10))  # what is compiled on first use does not count
    assert grows_in_proportion(redact, text, count // 8, count)


@pytest.fixture(scope="module")
def shipped():
    read, patterns = app.loaded_rules(Settings(), None)
    detectors = app.detectors(read, patterns)

    def redact(text):
        return Redactor(read.enabled(), detectors, Mint(pack.KEY), MemoryVault(), KnownValues()).redact(text)

    redact("first use compiles")
    return redact, patterns


LINES = {
    "code": "if (token === key.value) { return f(x, 'api', \"secret\", y[3]); } ",
    "minified": 'a.password=b.key,c={token:d,"secret":e},',
    "escapes": "\\u00e9\\x41%20&amp;",
    "letters": "QmFzZTY0IGlzIG5vdCBhIHNlY3JldA",
    "digits": "4013927865201234",
}


@pytest.mark.parametrize("settled", [False, True], ids=["at-once", "settled"])
@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_one_long_line_takes_time_in_proportion(shipped, unit, settled):
    redact, patterns = shipped
    if settled:
        patterns.settle()
    assert grows_in_proportion(redact, lambda size: unit * (size // len(unit)), 60_000, 480_000)


def test_ten_megabytes_in_one_line_are_read(shipped):
    redact, _ = shipped
    unit = LINES["code"]
    text = unit * (10_000_000 // len(unit)) + "AKIA" + "Q3EGRZ7XKLMN2PST"
    assert text.endswith("Q3EGRZ7XKLMN2PST")
    assert [f.start for f in redact(text).findings] == [len(text) - 20]
