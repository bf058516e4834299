"""What stands in for a value upstream."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.codenames import has_own_plural
from redact.surrogates import CHARACTERS, DIGITS, LABEL, Mint, canonical, in_plain, kind_of

from . import pack

MINT = Mint(pack.KEY)
OTHER = Mint(b"another tenant's index key......")


@pytest.mark.parametrize(
    ("rule_id", "kind"),
    [
        ("github-token", "GITHUB_TOKEN"),
        ("x", "X"),
        ("a-very-verylongwordindeed-b-c-d-e", "A_VERY_VERYLONGWOR_B_C"),
        ("--", "SECRET"),
    ],
)
def test_a_kind_is_named_after_its_rule(rule_id, kind):
    assert kind == kind_of(rule_id)
    assert re.fullmatch(LABEL, MINT.label(kind, "v"))


values = st.one_of(st.text(max_size=20), st.sampled_from(("hunter2-x9", "\ud800", "a\0b")))


@given(values, st.sampled_from(("PASSWORD", "A_B_C_D_E", "AAAAAAAAAAA")))
def test_a_label_says_whose_it_is_in_any_case(value, kind):
    label = MINT.label(kind, value)
    assert label == Mint(pack.KEY).label(kind, value)
    assert label != OTHER.label(kind, value)
    assert MINT.owns(label)
    assert MINT.owns(label.lower())
    text = f"é{label}{label.lower()}_x"
    assert [(1, 1 + len(label)), (1 + len(label), 1 + 2 * len(label))] == MINT.labels_in(text)


def test_a_forged_or_mutated_label_is_hardly_ever_ours():
    labels = [OTHER.label("PASSWORD", str(n)) for n in range(2000)]
    labels += [MINT.label("PASSWORD", str(n))[:-1] + "0" for n in range(1000)]
    assert sum(map(MINT.owns, labels)) < 50
    assert [] == MINT.labels_in("RDX_ rdx_password_0123456789ab RDX_PASSWORD_SHORT no label")


def test_labels_of_many_values_differ():
    assert 20_000 == len({MINT.label("X", str(n)) for n in range(20_000)})


@pytest.mark.parametrize(
    "value", ["123456789012", "012345678901", "1234-5678-9012", "1234 5678 9012", "000000000000", "999999"]
)
def test_digits_change_every_number_and_nothing_else(value):
    fresh = MINT.digits(value)
    assert fresh != value
    assert re.sub(r"\d", "0", value) == re.sub(r"\d", "0", fresh)
    assert ("0" == value[0]) is ("0" == fresh[0])
    assert DIGITS.fullmatch(fresh)
    assert MINT.digits(value.replace("-", "").replace(" ", "")) == fresh.replace("-", "").replace(" ", "")


@pytest.mark.parametrize("signed", ["1234_5678_9012", "1'234'567'890"])
def test_signs_between_digits_keep_their_places(signed):
    fresh = MINT.digits(signed)
    assert re.sub(r"\d", "0", signed) == re.sub(r"\d", "0", fresh)
    assert in_plain(fresh) == MINT.digits(in_plain(signed))
    assert DIGITS.fullmatch(fresh)
    assert fresh == canonical(fresh)


@given(st.integers(10**5, 2**64))
def test_a_number_stays_in_the_range_of_its_type(number):
    fresh = int(MINT.digits(str(number)))
    assert len(str(number)) == len(str(fresh))
    for bits in (31, 32, 53, 63, 64):
        assert not (number < 2**bits <= fresh)


@given(st.text("01234567", min_size=6, max_size=30))
def test_what_may_be_octal_stays_so(digits):
    assert re.fullmatch("0[0-7]+", MINT.digits(f"0{digits}"))


letters = st.text("aZ9'\"#/", min_size=3, max_size=12)


@given(letters, st.sampled_from("'\""), st.sampled_from((", ", ",", ",\n    ")), st.sampled_from(("", "b")))
def test_as_many_characters_in_the_same_quotes_stand_in_for_characters(plain, quote, between, before):
    value = between.join(f"{before}{quote}{c if c != quote else chr(92) + c}{quote}" for c in plain)
    fresh = MINT.characters(value)
    assert CHARACTERS.fullmatch(value)
    assert CHARACTERS.fullmatch(fresh)
    assert len(plain) == len(in_plain(fresh))
    assert in_plain(fresh).isalnum()
    assert fresh.count(between) == value.count(between)
    assert fresh == canonical(fresh)
    assert fresh != MINT.characters(value, 1)


@pytest.mark.parametrize("text", ["'a', 'b'", "'ab', 'cd', 'ef'", "a, b, c", "'a' 'b' 'c'", "['a', 'b', 'c']"])
def test_what_is_no_list_of_characters(text):
    assert not CHARACTERS.fullmatch(text)
    assert text == in_plain(text)


def test_digits_are_spread():
    firsts = Counter(MINT.digits(str(10**11 + n))[0] for n in range(900))
    assert set("123456789") == set(firsts)
    assert max(firsts.values()) < 200


@pytest.mark.parametrize("text", ["12345", "1-2-3-4-5", "12a3456", "", "٣٣٣٣٣٣٣٣"])
def test_too_few_digits_would_soon_be_used_up(text):
    assert not DIGITS.fullmatch(text)


def test_hosts_of_one_domain_stay_in_one_domain():
    one, other = MINT.host("db.corp.acme.test"), MINT.host("WEB.corp.acme.test")
    assert one != other
    assert one.partition(".")[2] == other.partition(".")[2] == MINT.host("corp.acme.test")
    assert one.endswith(".example")
    assert one.count(".") == "db.corp.acme.test".count(".")
    assert MINT.host("jane@corp.acme.test").endswith("@" + MINT.host("corp.acme.test"))
    assert re.fullmatch(r"[a-z0-9.@-]+", MINT.host("Jane.Roe@x_y.corp.acme.test"))


def test_a_counter_gives_another_candidate():
    for make in (
        lambda n: MINT.label("X", "v", n),
        lambda n: MINT.digits("123456789012", n),
        lambda n: MINT.codename(("ledger",), n),
        lambda n: MINT.host("db.acme.test", n),
    ):
        assert make(0) != make(1)


def test_a_codename_has_a_plain_word_for_each_word_and_two_for_one():
    assert 2 == len(MINT.codename(("payflow",)).split())
    assert 2 == len(MINT.codename(("ledger", "reconciler")).split())
    assert 3 == len(MINT.codename(("vault", "s3", "proxy")).split())


def test_no_codename_has_a_plural_of_its_own():
    assert not [n for n in range(3000) if has_own_plural(MINT.codename(("x", str(n))).split()[-1])]


def test_the_parts_of_a_package_have_the_codenames_that_they_have_as_names():
    acme, ledger = MINT.codename(("acme",)), MINT.codename(("ledger",))
    core = MINT.codename(("ledger", "core"))
    assert f"example {acme} {ledger}" == MINT.codenames("com.acme.ledger")
    assert f"{ledger} {acme} example" == MINT.codenames("ledger.acme.com")
    assert f"github com {acme} {core}" == MINT.codenames("github.com.acme.ledger core")
    assert acme == MINT.codenames("acme")
    assert MINT.codenames("acme.ledger") != MINT.codenames("acme.ledger", 1)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("rdx_password_0123456789ab", "RDX_PASSWORD_0123456789AB"),
        ("123456789012", "123456789012"),
        ("Heron-1A2b3.Example", "heron-1a2b3.example"),
        ("BriskHeron", "brisk heron"),
        ("BRISK_HERON", "brisk heron"),
        ("example.plainstork.CalmOtter", "example plain stork calm otter"),
        ("brisk calm_heron", "brisk calm heron"),
        ("RDX_PASSWORD_0123456789A\u212a", None),
        ("rdx_pa\u017fword_0123456789ab", None),
        ("hunter2-x9", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_surrogate_is_looked_up_by_one_spelling(text, spelling):
    assert spelling == canonical(text)


def test_a_surrogate_of_today_is_that_of_tomorrow():
    """How surrogates are made is a contract with every conversation that is under way, and with every vault."""
    assert "RDX_PASSWORD_A3T1ZVVYRGP2" == MINT.label("PASSWORD", "hunter2-x9")
    assert "821473060479" == MINT.digits("123456789012")
    assert "quaint ferret" == MINT.codename(("ledger", "reconciler"))
    assert "melon-x1kd2.thicket-nc4y2.oriole-bh6nx.example" == MINT.host("ledger-db.corp.acme.test")
