"""Names of one's own company, and the plain words that stand in for them, in every case style."""

import keyword

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from redact.codenames import (
    Style,
    beginnings,
    codename,
    codename_in,
    every_spelling,
    flats,
    host_key,
    name_key,
    package_key,
    plural,
    style_of,
    words_of,
    written,
)
from redact.plainwords import ADJECTIVES, NOUNS


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
        ("Größen-Rechner", ("größen", "rechner")),
        ("GrößenÜbersicht", ("größen", "übersicht")),
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
    assert text == written(WORDS, style_of(other, ("brisk", "heron")))


@pytest.mark.parametrize("text", ["LeDgErReconciler", "ledger, reconciler", "ledger reconcilers", "ledger_Reconciler_"])
def test_what_cannot_be_written_back_has_no_style(text):
    assert style_of(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("vaultS3Proxy", "briskCalmHeron"),
        ("VAULT_S3_PROXY", "BRISK_CALM_HERON"),
        ("Vault-S3_proxy", "Brisk-Calm_heron"),
        ("vault/s3.proxy", "brisk/calm.heron"),
        ("vault::s3__proxy", "brisk::calm__heron"),
        ("vault\n  // s3 proxy", "brisk\n  // calm heron"),
        ("vault\\s3\\\\proxy", "brisk\\calm\\\\heron"),
        ("vaults3proxy", "briskcalmheron"),
    ],
)
def test_each_word_and_each_gap_is_carried_over(text, other):
    name = codename("vault s3 proxy", "brisk calm heron")
    assert other == name.written(style_of(text, ("vault", "s3", "proxy")))
    assert text == name.restored(other)


@pytest.mark.parametrize(
    ("found", "restored"),
    [
        ("bRISK_heron", "ledger_reconciler"),
        ("BRISK heRON", "LEDGER reconciler"),
        ("BrisKHeroN", "LedgerReconciler"),
    ],
)
def test_a_mixture_gets_the_nearest_case_word_by_word(found, restored):
    assert restored == codename("ledger reconciler", "brisk heron").restored(found)


@pytest.mark.parametrize(
    ("found", "restored"),
    [
        ("scenicbadger", "payflow"),
        ("ScenicBadger", "Payflow"),
        ("scenic_badger", "payflow"),
        ("SCENIC-BADGER", "PAYFLOW"),
        ("scenicBadger", "payflow"),
    ],
)
def test_a_single_word_has_two_plain_ones_however_they_are_joined(found, restored):
    assert restored == codename("payflow", "scenic badger").restored(found)


@pytest.mark.parametrize(
    ("package", "key", "host"),
    [
        ("com.acme.ledger", "com.acme.ledger", "ledger.acme.com"),
        ("com/acme/ledger_core", "com.acme.ledger core", "ledger core.acme.com"),
        ("@acme/ledgerUi", "acme.ledger ui", None),
        ("com.acme:ledger-core", "com.acme.ledger core", "ledger core.acme.com"),
        ("Acme.Ledger.Core", "acme.ledger.core", None),
        ("acme-platform-commons", "acme platform commons", None),
        ("com", "com", None),
    ],
)
def test_a_package_has_parts_and_perhaps_a_host(package, key, host):
    assert key == package_key(package)
    assert host == host_key(key)


def test_the_parts_of_a_package_keep_their_plain_words_together():
    name = codename("com.acme.ledger core", "example plain stork quaint ferret")
    assert ("com", "acme", "ledger", "core") == name.words
    assert (("example",), ("plain", "stork"), ("quaint",), ("ferret",)) == name.groups
    assert "example/plainstork/quaint_ferret" == name.written(style_of("com/acme/ledger_core", name.words))
    assert "com.acme.ledgerCore" == name.restored("example.plainstork.quaintFerret")


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("Ledger_Reconciler", ["ledgerreconciler"]),
        ("ledger\\nreconciler", ["ledgernreconciler", "ledgerreconciler"]),
        ("a\\nb%20c", ["anb20c", "anbc", "ab20c", "abc"]),
    ],
)
def test_an_escape_between_words_may_be_letters(text, may_be):
    assert may_be == list(flats(text))


def test_a_codename_of_other_length_still_stands_for_the_whole_name():
    old = codename("vault s3 proxy", "brisk heron")
    assert "vaults3proxy" == old.restored("brisk-heron")


@pytest.mark.parametrize(
    ("word", "several"),
    [
        ("reconciler", "reconcilers"),
        ("registry", "registries"),
        ("gateway", "gateways"),
        ("batch", "batches"),
        ("address", "addresses"),
        ("bus", "buses"),
        ("proxy", "proxies"),
        ("payments", "payments"),
    ],
)
def test_a_plural_goes_by_the_end_of_the_word(word, several):
    assert several == plural(word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ledger registry", "ledger registry"),
        ("LedgerRegistries", "LedgerRegistries"),
        ("LEDGER_REGISTRIES_URL", "LEDGER_REGISTRIES"),
        ("ledger registrys", "ledger registrys"),
        ("ledgerRegistryS3", "ledgerRegistry"),
        ("ledger registryscan", "ledger registry"),
    ],
)
def test_a_plural_that_changes_the_word_is_a_spelling(text, found):
    assert found == regex.search(every_spelling(("ledger", "registry")), text)[0]


gaps = st.sampled_from(
    ("", "_", "-", ".", "/", " ", "__", "::", ":", "\\", "\\\\", "+", "$", "%20", "  ", "\n", "\n\t# ", "\\n", "\r\n")
)
plain = st.lists(st.sampled_from(ADJECTIVES), min_size=1, max_size=3).flatmap(
    lambda first: st.sampled_from(NOUNS).map(lambda noun: (*first, noun))
)


@st.composite
def styles(draw, count):
    cases = [draw(st.sampled_from(("lower", "upper", "title"))) for _ in range(count)]
    return Style(tuple(draw(gaps) for _ in range(count - 1)), tuple(cases))


def test_a_noun_that_begins_with_another_and_an_adjective_reads_back():
    assert "agile glad eagle" == codename_in("agilegladeagle")
    assert "agile glade" == codename_in("agileglade")


@given(plain, st.data())
def test_every_codename_in_every_style_reads_back(words, data):
    style = data.draw(styles(len(words)))
    text = written(words, style)
    assert style == style_of(text, words)
    assert text == codename(" ".join(words), " ".join(words)).restored(text)
    assert regex.fullmatch(every_spelling(words), text)
    assert text.lower().startswith(tuple(beginnings(words)))
    if not any("\n" in gap or "%" in gap or "\\n" in gap for gap in style.separators):
        assert " ".join(words) == codename_in(text)


@given(
    st.lists(
        st.sampled_from(("example", "github com", *map(" ".join, zip(ADJECTIVES, NOUNS, strict=False)))),
        min_size=1,
        max_size=5,
    )
)
def test_a_package_of_plain_words_reads_back(parts):
    text = ".".join(part.replace(" ", "") for part in parts)
    is_kept = {"example", "github com"}.issuperset(parts)
    assert (None if is_kept else " ".join(parts)) == codename_in(text)


def test_a_name_has_one_key_however_it_is_given():
    assert {"ledger reconciler"} == set(map(name_key, ("ledger reconciler", "LedgerReconciler", "ledger-reconciler")))


KEYWORDS = frozenset(keyword.kwlist + keyword.softkwlist) | frozenset(
    """
    abstract actor alias align alter and any array arguments assert async auto bool boolean break byte case catch chan char check
    checked class clone companion complex concept const constexpr constructor continue crate cross current data debugger decimal
    declare def default defer defined delegate delete deinit desc die direct do double dyn dynamic each echo else elsif empty end
    ensure enum event exec exit explicit export extends extension extern fallthrough false fi field final finally fixed float fn for
    foreach foreign friend from full func function get global go goto grant group guard if impl implements implicit import in index
    infix init inline inner inout instanceof int integer interface internal into is isset join key lambda language large lateinit
    lazy leading left let level like limit list local lock long loop main map match mod module mut mutable mutating namespace
    native natural new next nil no none not null number object of off on open operator optional or out outer override package
    param partial pass persistent prefix primary print priv private proc protected protocol pub public raise range readonly real
    record redo ref register repeat required rescue restrict retry return right round row rune schema sealed select self set short
    signed simple size sizeof some square stable static string struct sub subscript super switch symbol synchronized table
    template test text then this throw throws time to top total trait transient trigger true try type typedef typename union
    unique unknown unless unsafe unsigned until use using val value var view virtual void volatile weak when where while with
    yield zone
    """.split()
)


def test_no_plain_word_means_something_to_a_compiler():
    assert not KEYWORDS.intersection((*ADJECTIVES, *NOUNS))


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
        "brisk - heron",
        "brisk__",
        "example.com",
        "brisk, heron",
        "briskherons",
        "x" * 99,
        "br\u0131skheron",
        "brisk-heron-",
    ],
)
def test_other_words_are_no_codename(text):
    assert codename_in(text) is None
