"""Names of one's own company, and the plain words that stand in for them, in every case style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.codenames import (
    ADJECTIVES,
    NOUNS,
    SEPARATORS,
    Style,
    codename_in,
    nearest_style,
    spellings,
    style_of,
    words_of,
    written,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ledger reconciler", ("ledger", "reconciler")),
        ("LedgerReconciler", ("ledger", "reconciler")),
        ("ledgerReconciler", ("ledger", "reconciler")),
        ("LEDGER_RECONCILER", ("ledger", "reconciler")),
        ("com.acme.ledger", ("com", "acme", "ledger")),
        ("HTTPServer", ("http", "server")),
        ("s3Proxy", ("s3", "proxy")),
        ("payflow", ("payflow",)),
        ("-- ", ()),
    ],
)
def test_a_name_is_split_as_a_person_reads_it(name, words):
    assert words == words_of(name)


WORDS = ("ledger", "reconciler")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("ledger reconciler", "brisk heron"),
        ("LedgerReconciler", "BriskHeron"),
        ("ledgerReconciler", "briskHeron"),
        ("LEDGER_RECONCILER", "BRISK_HERON"),
        ("Ledger-reconciler", "Brisk-heron"),
        ("ledger.reconciler", "brisk.heron"),
        ("ledger/reconciler", "brisk/heron"),
        ("ledgerreconciler", "briskheron"),
        ("LEDGERReconciler", "BRISKHeron"),
    ],
)
def test_a_style_is_read_from_one_name_and_written_in_another(text, other):
    style = style_of(text, WORDS)
    assert other == written(("brisk", "heron"), style)
    assert text == written(WORDS, nearest_style(other, ("brisk", "heron")))


@pytest.mark.parametrize("text", ["LeDgErReconciler", "ledger__reconciler", "ledger reconcilers", "ledger_Reconciler_"])
def test_what_cannot_be_written_back_has_no_style(text):
    assert style_of(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("bRISK_heron", Style("_", "lower", "lower")),
        ("BRISK heRON", Style(" ", "title", "lower")),
        ("BrisKHeroN", Style("", "title", "title")),
    ],
)
def test_a_mixture_gets_the_nearest_style(text, style):
    assert style == nearest_style(text, ("brisk", "heron"))


styles = st.builds(
    Style,
    st.sampled_from(SEPARATORS),
    st.sampled_from(("lower", "upper", "title")),
    st.sampled_from(("lower", "upper", "title")),
)


@given(st.sampled_from(ADJECTIVES), st.sampled_from(NOUNS), styles)
def test_every_codename_in_every_style_reads_back(first, second, style):
    words = (first, second)
    text = written(words, style)
    assert style == style_of(text, words)
    assert f"{first} {second}" == codename_in(text)
    assert text.lower() in spellings(words)


def test_words_are_plain_and_no_codename_begins_another():
    assert all(word.isascii() and word.islower() and word.isalpha() and len(word) > 2 for word in (*ADJECTIVES, *NOUNS))
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    assert len(set(NOUNS)) == len(NOUNS)
    # Else a stream would restore the shorter one before the longer one is there.
    for words in (ADJECTIVES, NOUNS):
        assert not [one for one in words for other in words if one != other and other.startswith(one)]
    joined = [first + second for first in ADJECTIVES for second in NOUNS]
    assert len(set(joined)) == len(joined)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "brisk",
        "heron",
        "heronbrisk",
        "brisk__heron",
        "brisk, heron",
        "briskherons",
        "x" * 99,
        "br\u0131skheron",
        "brisk-heron-",
    ],
)
def test_other_words_are_no_codename(text):
    assert codename_in(text) is None
