"""Whatever a name is and however it is spelt: no run of its words leaves, and restoring what left gives the text back."""

import re

from hypothesis import given
from hypothesis import strategies as st

from redact.engine import Redactor
from redact.records import Records
from tests.test_names import redactor

from .look import examples, is_caught

words = st.text("abcdelnorst3", min_size=3, max_size=7).filter(lambda word: word[0].isalpha())
several = st.lists(words, min_size=2, max_size=4).filter(lambda name: len("".join(name)) >= 10)
gaps = st.sampled_from(
    (
        "",
        "_",
        "-",
        ".",
        "/",
        " ",
        "+",
        "__",
        "--",
        ":",
        "::",
        "\\",
        "\\\\",
        "%20",
        "  ",
        "\t",
        "\n",
        "\n  // ",
        "\\n",
        "\r\n# ",
    )
)
cases = st.sampled_from((str.lower, str.upper, str.capitalize, str.swapcase, lambda word: word[0] + word[1:].upper()))
between = st.sampled_from(
    (" ", "\n", "(", ")", "/", "_", "-", ".", '"', "'s ", "s ", "2", "V2 ", "", "é", "Client ", "\\n", "import ")
)


@st.composite
def spelt(draw, name):
    pieces = [draw(cases)(name[0])]
    for word in name[1:]:
        pieces += [draw(gaps), draw(cases)(word)]
    return "".join(pieces)


@st.composite
def texts(draw):
    """A company's names and packages, and a text that is full of them."""
    names = draw(st.lists(several, min_size=1, max_size=3))
    package = draw(several)  # shorter ones are found on borders only
    package = [draw(st.sampled_from(("com", "io", "acme"))), *package]
    pieces = []
    for _ in range(draw(st.integers(1, 5))):
        pieces += [draw(between), draw(spelt(draw(st.sampled_from([*names, package])))), draw(between)]
    return [" ".join(name) for name in names], ".".join(package), "".join(pieces)


def letters(text):
    return re.sub(r"[^a-z0-9]", "", re.sub(r"%20|\\[nrt]", "", text.lower()))


def nothing_remains(kind, company):
    names, package, text = company
    over = redactor(kind=kind, names=tuple(names), packages=(package,))
    sent = over.redact(text)
    seen = (letters(sent.text), re.sub(r"[^a-z0-9]", "", sent.text.lower()))
    assert [] == [name for name in (*names, package) if any(letters(name) in each for each in seen)]
    assert text == over.restorer(sent.records).restore(sent.text)
    stream = over.restorer(sent.records).stream()
    assert text == "".join(map(stream.feed, sent.text)) + stream.flush()
    assert sent.text == over.redact(text).text


@given(texts())
@examples(300)
def test_no_run_of_words_remains_and_all_come_back(company):
    nothing_remains(Redactor, company)


class OneCaseRecords(Records):
    """Writes codenames in lower case."""

    def written(self, value, stand):
        return super().written(value, stand).lower()


class OneCase(Redactor):
    def __init__(self, *both, **named):
        super().__init__(*both, **named)
        self._records.__class__ = OneCaseRecords


class Shy(Redactor):
    """Lets pass what has more than one character between its words."""

    def _find(self, text):
        return [f for f in super()._find(text) if not re.search(r"[^A-Za-z0-9]{2}", text.text[f.start : f.end])]


def test_it_catches_names_that_come_back_in_another_case():
    assert is_caught(lambda company: nothing_remains(OneCase, company), texts())


def test_it_catches_a_separator_that_is_not_known():
    assert is_caught(lambda company: nothing_remains(Shy, company), texts())
