"""Names proposed for review, as a rule pack with its evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.clues import Clue
from redact.detect.examples import problems
from redact.proposals import Evidence, pack
from redact.rules import parse


def proposed(*clues, **more):
    evidence = Evidence()
    for number, clue in enumerate(clues):
        evidence.add(f"f{number}", [Clue(*clue, 1)])
    return evidence.proposals(**more)


def sure(*clues, **more):
    return [(each.member, each.name) for each in proposed(*clues, **more) if not each.doubt]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("com.acme.ledger.api.v1", [("packages", "com.acme"), ("packages", "com.acme.ledger")]),
        ("com.acme", [("packages", "com.acme")]),
        ("Acme.Ledger.Core", [("packages", "Acme.Ledger")]),
        ("github.com/acme/ledger/v2", [("packages", "github.com/acme"), ("packages", "github.com/acme/ledger")]),
        ("git.acme.com/pay/x-ray", [("packages", "git.acme.com/pay"), ("packages", "git.acme.com/pay/x-ray")]),
        ("org.apache.kafka.clients", []),
        ("System.Text", []),
        ("k8s.io/api", []),
    ],
)
def test_a_package_stands_for_its_organisation_and_its_project(package, expected):
    assert expected == sure(("packages", package, "package"))


def test_an_organisation_that_two_kinds_of_things_name_is_a_name():
    assert ("names", "acme") in sure(("packages", "com.acme.ledger", "package"), ("names", "acme", "npm scope"))
    assert ("names", "acme") not in sure(("packages", "com.acme.ledger", "package"))


@pytest.mark.parametrize(
    "name", ["postgres", "redis-cache", "api-gateway", "web", "docker", "python", "user-service", "x1"]
)
def test_what_everybodys_things_are_called_is_none(name):
    assert [] == sure(("names", name, "compose service"), ("names", name, "Kubernetes Service"))


def test_one_name_in_many_styles_is_one():
    (one,) = proposed(("names", "payout_router", "Terraform module"), ("names", "PayoutRouter", "Helm chart"))
    assert "payout router" == one.name
    assert ("f0:1", "f1:1") == one.places


def test_the_more_evidence_the_higher():
    found = proposed(
        ("names", "ledger core", "Terraform resource"),
        ("names", "payout router", "Helm chart"),
        ("names", "payout router", "Kubernetes Service"),
    )
    assert ["payout router", "ledger core"] == [each.name for each in found]
    assert ["", "little evidence"] == [each.doubt for each in found]
    assert [] == [each for each in proposed(("names", "payout router", "Helm chart"), least=0.5) if each.doubt]


def test_what_is_known_is_not_proposed_again():
    clues = [("names", "payout-router", "Helm chart"), ("hosts", "*.corp.acme.com", "internal host")]
    assert [] == proposed(*clues, known={"payout router", "*.corp.acme.com"})


anything = st.text(min_size=1, max_size=12)
names = st.one_of(
    anything, st.sampled_from(("payout router", "yes", "null", "a: b", "# x", "«x»", '"', "1e3", "com.acme.x", "-"))
)


@given(
    st.lists(
        st.tuples(st.sampled_from(("names", "packages", "hosts")), names, st.sampled_from(("package", "Helm chart"))),
        max_size=6,
    )
)
def test_whatever_is_proposed_the_pack_holds_to_its_own_examples(clues):
    text = pack(proposed(*clues, least=0), ["a heading"], "acme")
    assert [] == list(problems(parse(text, "pack.yaml")))


def test_nothing_is_an_empty_pack():
    assert [] == parse(pack([], ["nothing"], "acme"), "pack.yaml")
