"""Whatever a file of values holds, reading it ends in entries or one error, and the reasons given show none of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redact import sources
from redact.errors import UnreadableError

from .look import examples, is_caught

SCRAPS = st.sampled_from(
    [
        *("KEY=", "export ", "PASSWORD=", "'", '"', "`", "\\", "\n", "\r\n", "#", " ", "${X}", "{", "}", "[", "]", ":", ",", "=", "-"),
        *("postgres://u:p@ss@h/d", "https://[", "://", "arn:aws:iam::123456789012:x", "aws_session_token", "[default]\n", "|\n  ", "&a *a"),
        *("kind: Component\n", "metadata: ", "name: ", "---\n", "? ", "!!x ", '"Accounts"', '"Id"', "123456789012", "a.b@c.de", "é🦆", "\0"),
    ]
)  # fmt: skip
TEXTS = st.lists(SCRAPS | st.text(max_size=5), max_size=30).map("".join)
MARK = "Hunter2xyz"


def reading_ends(form, text, everything):
    try:
        entries = sources.read(text, "values", form, everything=everything)
    except UnreadableError:
        return
    for entry in entries:
        assert (entry.known is None) == bool(entry.why)
        assert entry.known is None or entry.known.value.strip()


@pytest.mark.parametrize("form", ["auto", *sources.FORMATS])
@example(text="[" * 5000, everything=True)
@example(text='{"a":' * 5000, everything=False)
@given(text=TEXTS, everything=st.booleans())
@examples(100)
def test_reading_ends(form, text, everything):
    reading_ends(form, text, everything)


VALUES = st.sampled_from(
    [MARK, f"${{{MARK}}}", f"https://{MARK}.test/x", f"/etc/{MARK}", MARK[:3], f"your-{MARK}", "x" * 9 + MARK]
)
PAIRS = st.lists(st.tuples(st.sampled_from(["PORT", "API_KEY", "URL"]), VALUES), max_size=8)


def no_reason_shows_a_value(read, pairs):
    written = {
        "dotenv": "".join(f"{key}={value}\n" for key, value in pairs),
        "json": json.dumps(dict(pairs)),
        "list": "".join(f"{value}\n" for _, value in pairs),
    }
    for form, text in written.items():
        told = [f"{entry.where} {entry.key} {entry.why}" for entry in read(text, "values", form)]
        assert not [line for line in told if MARK[:3] in line]


@given(PAIRS)
@examples(100)
def test_no_reason_shows_a_value(pairs):
    no_reason_shows_a_value(sources.read, pairs)


def talkative(text, name, form):
    return [replace(entry, why=entry.why and f"{entry.why}: {text}") for entry in sources.read(text, name, form)]


def test_it_catches_a_reason_that_shows_the_line():
    assert is_caught(lambda pairs: no_reason_shows_a_value(talkative, pairs), PAIRS)
