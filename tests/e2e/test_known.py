"""Values that people import, allow and forget, while the filter runs: taken up without a restart."""

import json
import subprocess

import pytest

from . import filter as filters
from .clients import curl
from .filter import command, environment, wait_for
from .talk import API

VALUE = "Zq8-vault-pass-7731"
ACCOUNT = "118273645509"
TOKEN = "ghp_" + "Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7"


@pytest.fixture(scope="module")
def own(folder, upstream):
    """A filter of its own: what is imported here is known to no other test."""
    config = filters.write_settings(folder / "known", upstream.url, upstream.ca)
    with filters.serve(config) as running:
        yield running


@pytest.fixture
def said(own):
    """Run a command over the filter's state, as another process."""

    def said(*args, stdin=""):
        done = subprocess.run(
            [*command(*args), "--config", str(own.config)],
            input=stdin,
            env=environment(own.folder / "home"),
            cwd=own.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    return said


@pytest.fixture
def sent(own, provider, home):
    """What the provider gets of a text, and what comes back."""
    api = API["anthropic"]

    def sent(text):
        provider.reset()
        done = curl(own, api.host, api.path, api.request(text), home=home)
        assert 0 == done.code, done.err
        return provider.seen[0].last_text, api.read(done.out).text

    return sent


def test_what_is_imported_while_the_filter_runs_leaves_no_more(said, sent, own):
    text = f"use {VALUE} in {ACCOUNT} for PayflowRouter"
    assert (text, text) == sent(text)
    said("known", "import", "-", "--as", "list", stdin=f"{VALUE}\n{ACCOUNT}\n")
    said("known", "import", "-", "--as", "catalog", stdin="kind: Component\nmetadata: {name: payflow-router}\n")

    wait_for(lambda: "Payflow" not in sent(text)[0] and VALUE not in sent(text)[0], "the import")

    outside, back = sent(text)
    assert text == back
    for value in (VALUE, ACCOUNT, "payflow", "Payflow"):
        assert value not in outside
    assert own.process.poll() is None
    for name, data in own.left_behind():
        assert VALUE.encode() not in data, name


def test_what_is_forgotten_is_let_through_again(said, sent):
    said("known", "import", "-", "--as", "short-lived", stdin=f"{VALUE}-b\n")
    wait_for(lambda: f"{VALUE}-b" not in sent(f"{VALUE}-b")[0], "the import")
    said("known", "forget", "--source", "short-lived")
    wait_for(lambda: sent(f"x {VALUE}-b")[0].endswith("-b"), "the forgetting")


def test_what_is_allowed_while_the_filter_runs_is_let_through_until_it_is_taken_back(said, sent, own):
    text = f"git clone with {TOKEN}"
    assert TOKEN not in sent(text)[0]
    entry = said("allow", "add", "--reason", "of a sandbox", stdin=TOKEN).partition(":")[0]
    wait_for(lambda: sent(text)[0] == text, "the exemption")
    said("allow", "remove", entry)
    wait_for(lambda: TOKEN not in sent(text)[0], "its end")
    changes = [event for event in own.events() if "change" in event]
    assert ["allow-added", "allow-removed"] == [event["change"] for event in changes if event["subject"] == entry]
    assert TOKEN not in json.dumps(changes)
