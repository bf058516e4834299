"""A changed pack is held to its own examples, swapped as a whole while the filter runs, and the last good one stays on any error."""

import pytest

from . import filter as filters
from .clients import post
from .talk import API

RULE = """\
- id: acme-{name}
  title: Of Acme
  category: secret
  pattern: {name}_[A-Z0-9]{{20}}
  matches: ["x = «{name}_8KQ2LM4ZX9TR7VW1YB3N»"]
  rejects: ["{name}_"]
"""
GOOD = "rules:\n" + RULE.format(name="old")
BROKEN = {
    "no YAML": GOOD + "- id: [",
    "a typo": GOOD.replace("pattern:", "patern:"),
    "an example that does not hold": GOOD.replace("«old_8KQ2LM4ZX9TR7VW1YB3N»", "«old_8KQ2LM4ZX9TR7VW1YB3»N"),
    "no bytes": "",
    "bytes that are no text": b"\xff\xfe\x00",
}


@pytest.fixture
def pack(tmp_path, upstream):
    path = tmp_path / "filter" / "own.yaml"
    filters.write_settings(path.parent, upstream.url, upstream.ca, rules=["./own.yaml"])
    path.write_text(GOOD)
    return path


def sent(running, provider, text):
    """Say what arrives at the provider."""
    api = API["anthropic"]
    assert 200 == post(running, api.host, api.path, api.request(text)).status
    return provider.seen[-1].last_text


def value(name, number):
    return f"{name}_{number:020}"


def put(path, text):
    """Write a pack as editors do: beside, then in its place."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(text if isinstance(text, bytes) else text.encode())
    draft.replace(path)


def test_a_pack_that_is_wrong_is_said_and_the_last_good_one_stays(pack, provider):
    with filters.serve(pack.with_name("redact.yaml")) as running:
        for number, text in enumerate(BROKEN.values(), 1):
            put(pack, text)
            filters.wait_for(
                lambda wanted=number: running.log().count("the last good ones stay") >= wanted, "a complaint"
            )
            assert value("old", number) not in sent(running, provider, f"key {value('old', number)}")
        assert "own.yaml:5 acme-old: 'patern' is not a field of a rule; did you mean 'pattern'?" in running.log()
        assert "matches[0] found" in running.log()

        pack.unlink()
        filters.wait_for(lambda: "there is no such rule pack" in running.log(), "a complaint")
        assert value("old", 99) not in sent(running, provider, f"key {value('old', 99)}")

        put(pack, GOOD + RULE.format(name="new"))
        filters.wait_for(lambda: "rules taken into use" in running.log(), "the new rules")
        arrived = sent(running, provider, f"keys {value('old', 100)} {value('new', 100)}")
        assert 2 == arrived.count("RDX_ACME_")
        assert "000100" not in arrived


def test_a_rule_goes_from_report_to_tokenize_while_the_filter_runs(pack, provider):
    reporting = GOOD.replace("  category", "  action: report\n  category")
    pack.write_text(reporting)
    with filters.serve(pack.with_name("redact.yaml")) as running:
        assert value("old", 1) in sent(running, provider, f"key {value('old', 1)}")
        assert {"acme-old": 1} == running.events_after(0)[0]["rules"]
        put(pack, GOOD)
        filters.wait_for(lambda: "rules taken into use" in running.log(), "the new rules")
        assert value("old", 2) not in sent(running, provider, f"key {value('old', 2)}")
