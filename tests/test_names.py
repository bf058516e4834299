"""Internal names as one entity: found however they are spelt and wherever they stand, and back from whatever a model makes of them."""

import itertools
import re

import pytest

import redact
from redact.app import imported_names
from redact.codenames import codename, plural
from redact.detect.decoded import Decoded
from redact.detect.known import KnownValues
from redact.detect.patterns import Patterns, expressions
from redact.engine import Redactor
from redact.model import Record
from redact.rules import Rule
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

from . import pack

NAMES = ("ledger reconciler", "payflow", "vault s3 proxy", "customer registry", "payout batch", "acme")
PACKAGES = ("com.acme.ledger", "github.com/acme/payout-router", "@acme/ledger-ui", "acme-platform-commons")
HOSTS = ("*.corp.acme.example",)


def said():
    return {"id": "acme", "title": "t", "category": "internal", "matches": ("«acme»",), "rejects": ("-",)}


def redactor(vault=None, kind=Redactor, **more):
    rule = Rule(**said() | (more or {"names": NAMES, "packages": PACKAGES, "hosts": HOSTS}))
    patterns = Patterns(expressions([rule]))
    return kind(
        [rule], [patterns, Decoded(patterns)], Mint(pack.KEY), MemoryVault() if vault is None else vault, KnownValues()
    )


@pytest.fixture(scope="module")
def acme():
    return redactor()


def title(words):
    return [word.capitalize() for word in words]


STYLES = {
    "camel": lambda words: words[0] + "".join(title(words[1:])),
    "Pascal": lambda words: "".join(title(words)),
    "snake": "_".join,
    "SCREAMING": lambda words: "_".join(words).upper(),
    "kebab": "-".join,
    "Train": lambda words: "-".join(title(words)),
    "dot": ".".join,
    "slash": "/".join,
    "flat": "".join,
    "FLAT": lambda words: "".join(words).upper(),
    "prose": " ".join,
    "Title": lambda words: " ".join(title(words)),
    "dunder": lambda words: "__".join(words).upper(),
    "colons": lambda words: "::".join(title(words)),
    "backslash": lambda words: "\\".join(title(words)),
    "query": "+".join,
    "wrapped": "\n    # ".join,
}

PLACES = {
    "bare": "{}",
    "call": "client = new({}).connect()",
    "import": "from app import {}\n",
    "path": "/srv/app/{}/main.py",
    "url": "https://host.test/v1/{}?x=1",
    "comment": "// calls {}, then waits",
    "quoted": '{{"name": "{}"}}',
    "possessive": "it is {}'s job",
    "escaped": '"a\\n{}\\tb"',
    "numbered": "{}2 ({})",
    "plural": "all {}s",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_replaced_in_its_own_style(acme, name, style, place):
    words = name.split()
    write, place = STYLES[style], PLACES[place]
    text = place.format(*[write(words)] * 2)
    sent = acme.redact(text)
    if place == PLACES["plural"] and plural(words[-1]) not in (words[-1], words[-1] + "s"):
        # It must not be mixed up with what the real plural becomes.
        assert ["codename"] != [record.shape for record in sent.records]
    else:
        named = codename(name, acme._vault.by_value(name).surrogate)
        assert place.format(*[write(["".join(group) for group in named.groups])] * 2) == sent.text
    assert text == acme.restorer(sent.records).restore(sent.text)


@pytest.mark.parametrize("style", STYLES)
def test_the_same_is_found_at_once_settled_and_without_hyperscan(acme, style):
    rules = [Rule(**said() | {"names": NAMES, "packages": PACKAGES, "hosts": HOSTS})]
    at_once, settled, slow = (Patterns(expressions(rules), fast=fast) for fast in (None, None, False))
    settled.settle()
    for name, place in itertools.product((*NAMES, "com acme ledger", "acme platform commons"), PLACES.values()):
        text = place.format(*[STYLES[style](name.split())] * 2)
        found = set(at_once(text))
        assert found
        assert found == set(settled(text)) == set(slow(text))


INSIDE = ("{}Client", "New{}Handler", "use{}", "I{}", "HTTP{}", "{}V2", "get{}s", "{}2")


@pytest.mark.parametrize(
    ("name", "place", "style"),
    [
        *itertools.product(NAMES, INSIDE, ["Pascal"]),
        *itertools.product(NAMES, ("new_{}_url", "_{}_", "test_{}s", "{}_v2", "x1_{}"), ["snake"]),
        *itertools.product(NAMES, ("NEW_{}_URL", "ENV_{}", "{}_S3"), ["SCREAMING"]),
        *itertools.product(NAMES, ("svc-{}-0", "{}.svc.local", "{}-dlq"), ["kebab"]),
        *itertools.product(NAMES, ("{}Client", "{}V2"), ["camel"]),
    ],
)
def test_a_name_is_found_inside_a_longer_identifier(acme, name, place, style):
    words = name.split()
    if "s" in place.partition("{}")[2][:1]:
        words = [*words[:-1], plural(words[-1]).removesuffix("s")]
    text = place.format(STYLES[style](words))
    sent = acme.redact(text)
    assert text == acme.restorer(sent.records).restore(sent.text)
    assert "".join(words) not in re.sub(r"[^a-z0-9]", "", sent.text.lower())
    before, _, after = place.partition("{}")
    assert sent.text.startswith(before)
    assert sent.text.endswith(after.lstrip("s") or after)
    assert re.fullmatch(r"[\w.-]+", sent.text)


@pytest.mark.parametrize(
    "text",
    [
        "spayflow",
        "payflower",
        "payflowing",
        "acmeist",
        "MacMe",
        "the ledger was reconciled",
        "ledger: reconciler",
        "ledger(reconciler)",
        "ledger, reconciler",
        '["ledger", "reconciler"]',
        "com.acmeist.ledger",
        "vault proxy s3",
    ],
)
def test_what_only_sounds_alike_stays(acme, text):
    assert text == acme.redact(text).text


@pytest.mark.parametrize("text", ["sledger", "ledgerdemain", "Sledger", "Ledgerdemain", "SLEDGER", "pledgers"])
def test_a_name_of_one_word_is_found_on_its_borders_only(text):
    assert text == redactor(names=["ledger"]).redact(text).text


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [*NAMES, "übersicht registry", "größen"])
def test_a_plural_is_replaced_by_the_plural_of_the_codename(name, style):
    over = redactor(names=[name])
    *before, last = name.split()
    text = f"both {STYLES[style]([*before, plural(last)])}, {STYLES[style]([*before, last])}"
    sent = over.redact(text)
    assert re.sub(r"[^a-zß-ü]", "", name) not in re.sub(r"[^a-zß-ü]", "", sent.text.lower())
    assert text == over.restorer(sent.records).restore(sent.text)
    if name.isascii():
        (record,) = sent.records
        *front, noun = ["".join(group) for group in codename(name, record.surrogate).groups]
        assert f"both {STYLES[style]([*front, noun + 's'])}, {STYLES[style]([*front, noun])}" == sent.text


def test_a_name_begins_with_its_literals_so_that_it_is_tried_only_there():
    every = expressions([Rule(**said() | {"names": NAMES, "packages": PACKAGES})])
    assert all(expression.anchored for expression in every)


def test_one_name_has_one_codename_in_all_styles(acme):
    text = " | ".join(write(("vault", "s3", "proxy")) for write in STYLES.values())
    assert 1 == len(acme.redact(text).records)


def test_a_name_that_was_known_as_something_else_before_comes_back_in_every_style():
    vault = MemoryVault()
    vault.put([Record("RDX_PASSWORD_0123456789AB", "payflow", "PASSWORD", "label", "secret")])
    over = redactor(vault)
    text = "payflow Payflow PAYFLOW PayflowClient"
    sent = over.redact(text).text
    assert "payflow" not in sent.lower()
    assert text == over.restore(sent)


# -- packages and hosts


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("import com.acme.ledger.api.Client;", r"import example\.(\w+)\.\w+\.api\.Client;"),
        ("package com.acme.ledger\n", r"package example\.(\w+)\.\w+\n"),
        ("src/main/java/com/acme/ledger/Client.java", r"src/main/java/example/(\w+)/\w+/Client\.java"),
        ("src\\main\\java\\com\\acme\\ledger\\X.java", r"src\\main\\java\\example\\(\w+)\\\w+\\X\.java"),
        ("https://ledger.acme.com/docs", r"https://\w+\.(\w+)\.example/docs"),
        ("COM_ACME_LEDGER_URL", r"EXAMPLE_(\w+)_\w+_URL"),
        ("com.acme.web.Home", r"com\.(\w+)\.web\.Home"),
        ('import "github.com/acme/payout-router/v2"', r'import "github\.com/(\w+)/\w+-\w+/v2"'),
        ('import { A } from "@acme/ledger-ui/button"', r'import \{ A \} from "@(\w+)/\w+-\w+/button"'),
    ],
)
def test_a_package_keeps_its_depth_and_its_organisation_has_one_codename_everywhere(acme, text, shape):
    sent = acme.redact(text)
    found = re.fullmatch(shape, sent.text)
    assert found, sent.text
    assert acme.redact("acme").text == found[1].lower()
    assert text == acme.restorer(sent.records).restore(sent.text)


def test_a_package_is_named_like_the_path_and_the_host_of_it(acme):
    dotted = acme.redact("com.acme.ledger").text
    assert dotted.replace(".", "/") == acme.redact("com/acme/ledger").text
    assert ".".join(reversed(dotted.split("."))) == acme.redact("ledger.acme.com").text
    assert dotted.startswith("example.")


def test_what_a_model_says_of_an_organisation_in_a_package_restores(acme):
    sent = acme.redact("import com.acme.ledger.Client")
    org = sent.text.split(".")[1]
    restorer = acme.restorer(sent.records)
    assert "com.acme.ledger.Client and acme.audit" == restorer.restore(f"{sent.text[7:]} and {org}.audit")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("curl https://db.corp.acme.example:8443/health", "corp.acme"),
        ("DNS:*.corp.acme.example", "corp.acme"),
        ("NO_PROXY=.corp.acme.example,localhost", "corp.acme"),
        ('"a\\ndb.corp.acme.example\\n"', "corp.acme"),
        (r"server_name ~^.*\.corp\.acme\.example$;", "corp"),
        ("DB.CORP.ACME.EXAMPLE.", "CORP"),
    ],
)
def test_a_host_is_found_behind_a_wildcard_and_in_escapes(acme, text, left):
    sent = acme.redact(text)
    assert left not in sent.text
    assert text == acme.restorer(sent.records).restore(sent.text)
    assert not re.search(r"\\[^nrt.]", sent.text)


# -- code stays code


def test_a_name_of_the_text_is_never_taken_for_a_codename(acme):
    plain = acme.redact("LedgerReconciler ledger_reconciler").text.split()
    for taken in (plain[0], plain[1], plain[1].replace("_", "::"), plain[0].upper()):
        text = f"class {taken}: pass\nclass LedgerReconciler: pass"
        sent = acme.redact(text)
        first, second = re.findall(r"class (\S+):", sent.text)
        assert first.lower() != second.lower()
        assert text == acme.restorer(sent.records).restore(sent.text)


def test_no_codename_holds_a_name():
    words = Mint(pack.KEY).codename(("ledger", "reconciler")).split()
    over = redactor(names=["ledger reconciler", words[1]])
    sent = over.redact("ledger_reconciler")
    assert words[1] not in sent.text
    assert sent.text == over.redact(sent.text).text


def test_names_beyond_ascii_are_names():
    over = redactor(names=["größen rechner", "übersicht"])
    text = "GrößenRechner, GRÖßEN_RECHNER, größen-rechner; die Übersicht, ÜBERSICHT"
    sent = over.redact(text)
    assert "rechner" not in sent.text.lower()
    assert "bersicht" not in sent.text.lower()
    assert text == over.restore(sent.text)


def test_imported_names_are_names_like_all_others():
    assert ("ledger reconciler",) == imported_names(["ledger reconciler"]).names


# -- what a model makes of it

MODEL_STYLES = [style for style in STYLES if style != "wrapped"]
MODEL_PLACES = {
    "file in another language": "package main\n\ntype {} struct {{\n\tname string\n}}\n",
    "unified diff": "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-old = {}\n+new = {}.v2\n",
    "import": "import {{ {} }} from './client';",
    "path": "mv src/{}/api.py lib/{}.py",
    "url": "curl -s https://h.test/{}/health",
    "prose": "Then {} is restarted; {}'s log says why.",
    "test name": "def test_{}_retries(): ...",
    "environment": "export {}=1",
    "sql": "CREATE TABLE {} (id int); SELECT * FROM {};",
    "manifest": "kind: Service\nmetadata:\n  name: {}\n",
    "json": '{{"service": "{}", "n": 1}}',
    "markdown": "* **{}**: `{}`\n",
}
CELLS = list(itertools.product((*NAMES, *PACKAGES), MODEL_STYLES, MODEL_PLACES))


def test_the_matrix_is_large_enough():
    assert len(CELLS) >= 200


@pytest.fixture(scope="module")
def asked(acme):
    """What one request carried, that named each thing once, in one style."""
    sent = acme.redact(", ".join((*NAMES, *PACKAGES)))
    return {record.value: record for record in sent.records}, acme.restorer(sent.records)


@pytest.mark.parametrize("place", MODEL_PLACES)
@pytest.mark.parametrize("style", MODEL_STYLES)
def test_a_style_that_the_model_invents_restores_wherever_it_is_cut(asked, style, place):
    records, restorer = asked
    write, form = STYLES[style], MODEL_PLACES[place]
    for name in (*NAMES, *PACKAGES):
        record = next(
            r
            for r in records.values()
            if "".join(filter(str.isalnum, name)) == r.value.replace(".", "").replace(" ", "")
        )
        named = codename(record.value, record.surrogate)
        said = form.format(*[write(["".join(group) for group in named.groups])] * 2)
        wanted = form.format(*[write(named.words)] * 2)
        assert wanted == restorer.restore(said)
        for at in range(1, len(said)):
            stream = restorer.stream()
            assert wanted == stream.feed(said[:at]) + stream.feed(said[at:]) + stream.flush()
        stream = restorer.stream()
        assert wanted == "".join(map(stream.feed, said)) + stream.flush()


@pytest.mark.parametrize("style", MODEL_STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_a_plural_that_the_model_invents_is_the_plural_of_the_name(asked, name, style):
    records, restorer = asked
    named = codename(name, records[name].surrogate)
    *before, last = ["".join(group) for group in named.groups]
    write = STYLES[style]
    *words, word = named.words
    said = f"three {write([*before, last + 's'])} and {write([*before, last + 's'])}."
    wanted = f"three {write([*words, plural(word)])} and {write([*words, plural(word)])}."
    assert wanted == restorer.restore(said)
    stream = restorer.stream()
    assert wanted == "".join(map(stream.feed, said)) + stream.flush()


def test_the_library_gives_an_edit_back_that_applies(tmp_path):
    (tmp_path / "acme.yaml").write_text(
        "rules:\n- id: acme\n  title: t\n  category: internal\n  names: [ledger reconciler]\n  packages: [com.acme.ledger]\n"
        "  matches: ['«LedgerReconciler»']\n  rejects: ['-']\n"
    )
    (tmp_path / "redact.yaml").write_text("rules: [./acme.yaml]\nstate_dir: ./state\n")
    source = "from com.acme.ledger import LedgerReconciler\n\nURL = env['LEDGER_RECONCILER_URL']\n"
    with redact.open(tmp_path / "redact.yaml") as door:
        sent = door.redact(source).text
        assert "ledger" not in sent.lower()
        old = sent.splitlines(keepends=True)[2]
        name = old[old.index("'") + 1 : old.index("_URL")]
        new = f"{old}{name.replace('_', '').lower()}_timeout = env['{name}_TIMEOUT']  # {name.replace('_', ' ').lower()}s wait\n"
        stream = door.stream()
        old, new = ("".join(map(stream.feed, text)) + stream.flush() for text in (old, new))
    assert source.replace(old, new) == (
        "from com.acme.ledger import LedgerReconciler\n\nURL = env['LEDGER_RECONCILER_URL']\n"
        "ledgerreconciler_timeout = env['LEDGER_RECONCILER_TIMEOUT']  # ledger reconcilers wait\n"
    )
