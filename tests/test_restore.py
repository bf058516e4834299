"""Surrogates back into values, in a whole text or one piece at a time."""

import json
from collections import Counter

import pytest

from redact.model import Record
from redact.restore import Restorer, in_json, plainly

LABEL = Record("RDX_PASSWORD_0123456789AB", 'hun"ter2\\1\n', "PASSWORD", "label", "secret")
DIGITS = Record("821473060479", "123456789012", "AWS_ACCOUNT", "digits", "identifier")
NAME = Record("quaint ferret", "ledger reconciler", "NAME", "codename", "internal")
WORD = Record("scenic badger", "payflow", "NAME", "codename", "internal")
HOST = Record("melon-x1kd2.oriole-bh6nx.example", "db.acme.test", "HOST", "host", "internal")
RESTORER = Restorer([LABEL, DIGITS, NAME, WORD, HOST])


@pytest.mark.parametrize(
    ("said", "restored"),
    [
        ("RDX_PASSWORD_0123456789AB", LABEL.value),
        ("(rdx_password_0123456789ab)", f"({LABEL.value})"),
        ("RDX_PASSWORD_0123456789ABRDX_PASSWORD_0123456789AB", LABEL.value * 2),
        ("xRDX_PASSWORD_0123456789ABx", f"x{LABEL.value}x"),
        ("RDX_A_RDX_PASSWORD_0123456789AB", f"RDX_A_{LABEL.value}"),
        ("arn:aws:iam::821473060479:role", "arn:aws:iam::123456789012:role"),
        ("QuaintFerretClient", "LedgerReconcilerClient"),
        ("quaint-ferret.svc", "ledger-reconciler.svc"),
        ("QUAINT_FERRET", "LEDGER_RECONCILER"),
        ("Scenicbadger, SCENICBADGER and ScenicBadger", "Payflow, PAYFLOW and Payflow"),
        ("https://MELON-x1kd2.oriole-bh6nx.EXAMPLE/", "https://db.acme.test/"),
    ],
)
def test_a_surrogate_becomes_its_value(said, restored):
    assert restored == RESTORER.restore(said)


@pytest.mark.parametrize(
    "said",
    [
        "RDX_PASSWORD_0123456789AC",
        "RDX_PASSWORD_0123456789A",
        "RDX_PASSWORD_ 0123456789AB",
        "RDX-PASSWORD-0123456789AB",
        "RDX_PA\u017fSWORD_0123456789AB",
        "quaint - ferret",
        "quaint, ferret",
        "82147306047",
        "x1kd2.oriole-bh6nx.example",
        "",
    ],
)
def test_what_only_looks_like_one_stays(said):
    assert said == RESTORER.restore(said)


def test_a_value_is_restored_once_whatever_it_holds():
    one = Record("RDX_A_0123456789AB", "RDX_B_0123456789AB \\1 $& %s", "A", "label", "secret")
    other = Record("RDX_B_0123456789AB", "never", "B", "label", "secret")
    assert one.value == Restorer([one, other]).restore(one.surrogate)


def test_a_tally_counts_what_happened():
    tally = Counter()
    text = f"{LABEL.surrogate} {DIGITS.surrogate} RDX_FORGED_0123456789AB"
    RESTORER.restore(text, permit=lambda record: record.category != "secret", tally=tally)
    assert {"withheld": 1, "restored": 1, "unknown": 1} == tally
    streamed = Counter()
    stream = RESTORER.stream(permit=lambda record: record.category != "secret", tally=streamed)
    assert text.replace(DIGITS.surrogate, DIGITS.value) == "".join(map(stream.feed, text)) + stream.flush()
    assert tally == streamed


def test_what_stands_before_a_surrogate_may_keep_it_back_whole_or_in_pieces():
    text = f"({LABEL.surrogate} {DIGITS.surrogate}({LABEL.surrogate}, [{LABEL.surrogate}"
    wanted = f"({LABEL.surrogate} {DIGITS.value}({LABEL.surrogate}, [{LABEL.value}"

    def after(_record, before):
        return not before.endswith("(")

    assert wanted == RESTORER.restore(text, after=after)
    for size in (1, 2, 3, 7, 19, len(text)):
        stream = RESTORER.stream(after=after)
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert wanted == "".join(map(stream.feed, pieces)) + stream.flush()


def test_a_restorer_of_nothing_restores_nothing():
    empty = Restorer([])
    assert LABEL.surrogate == empty.restore(LABEL.surrogate)
    assert "RDX" == empty.stream().feed("RDX ")[:3]


def test_a_stream_says_whether_it_holds_a_tail():
    stream = RESTORER.stream()
    assert "say " == stream.feed("say RDX_PASS")
    assert stream.holds
    assert "RDX_PASS!" == stream.feed("!")
    assert not stream.holds
    assert "" == stream.feed("quaint ")
    assert "quaint " == stream.flush()
    assert "" == stream.flush()


@pytest.mark.parametrize(
    ("data", "touched"),
    [
        (b'{"a":"RDX_FORGED_0123456789AB"}', True),
        (b'{"a":"Quaint_Ferret"}', True),
        (b"\xff821473060479", True),
        (rb'{"a":"Quaint\u00a0Ferret"}', True),
        (rb'{"a":"\u0052DX_FORGED_0123456789AB"}', True),
        (b"RDXFERRE quain \\u00e9", False),
        (b"", False),
    ],
)
def test_json_is_touched_by_any_surrogate_however_it_is_written(data, touched):
    assert touched is RESTORER.touches(data)


def test_many_surrogates_touch_as_few_do():
    accounts = [Record(f"{at:012}", f"{at + 7:012}", "AWS_ACCOUNT", "digits", "identifier") for at in range(100)]
    many = Restorer([LABEL, NAME, *accounts])
    assert many.touches(b'{"a":"Quaint_Ferret"}')
    assert many.touches(rb'{"a":"Quaint\tFerret"}')
    assert not many.touches(b"RDXFERRE quain")


@pytest.mark.parametrize("value", ["plain", 'a"b\\c\n\t\x00\x7f', "é😀\u2028", "</script>", "\ud800"])
def test_a_value_in_json_reads_back(value):
    assert value == json.loads(f'"{in_json(value)}"')
    assert value == plainly(value)


PACKAGE = Record("example plain stork calm otter", "com.acme.ledger", "NAME", "codename", "internal")
PART = Record("calm otter", "ledger", "NAME", "codename", "internal")
ORG = Record("plain stork", "acme", "NAME", "codename", "internal")
REGISTRY = Record("brisk heron", "ledger registry", "NAME", "codename", "internal")


@pytest.mark.parametrize(
    ("said", "restored"),
    [
        ("import example.plainstork.calmotter.api.Client", "import com.acme.ledger.api.Client"),
        ("src/main/kotlin/example/plainstork/calmotter/Client.kt", "src/main/kotlin/com/acme/ledger/Client.kt"),
        ("example.plainstork.web, calmotter", "example.acme.web, ledger"),
        ("EXAMPLE_PLAINSTORK_CALMOTTER_URL", "COM_ACME_LEDGER_URL"),
        ("two brisk herons, BriskHeronsService", "two ledger registries, LedgerRegistriesService"),
        ("BRISK_HERONS and briskheronservice", "LEDGER_REGISTRIES and ledgerregistryservice"),
        ("the brisk\n    // heron", "the ledger\n    // registry"),
        ("BriskHeronS3", "LedgerRegistryS3"),
        ("q=brisk+heron&r=brisk%20heron", "q=ledger+registry&r=ledger%20registry"),
        ("App\\Brisk\\Heron", "App\\Ledger\\Registry"),
        ("example\\plainstork%20calmotter", "com\\acme%20ledger"),
        ("brisk\\nightingale", "brisk\\nightingale"),
    ],
)
def test_names_and_packages_inside_one_another_restore_however_they_are_cut(said, restored):
    restorer = Restorer([PACKAGE, PART, ORG, REGISTRY])
    assert restored == restorer.restore(said)
    for at in range(len(said)):
        stream = restorer.stream()
        assert restored == stream.feed(said[:at]) + stream.feed(said[at:]) + stream.flush()
    stream = restorer.stream()
    assert restored == "".join(map(stream.feed, said)) + stream.flush()
