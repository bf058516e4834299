"""Bad days: a full disk, a vault in trouble, a provider out of reach. Nothing leaves unkept, nothing is lost, and it is said."""

import json
import os
import resource
import sqlite3
import subprocess
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from . import filter as filters
from .clients import curl, post
from .plants import plant, traces
from .talk import API


@pytest.fixture
def config(tmp_path, upstream):
    """The settings of a filter that only this test uses."""
    return filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca)


def ask(running, api, text):
    return post(running, api.host, api.path, api.request(text))


def refusals(running, provider, planted, text=""):
    """Send planted values to each provider: all must be refused, in its shape, and nothing may arrive."""
    seen = len(provider.seen)
    answers = [(api, ask(running, api, text + planted.env)) for api in API.values()]
    assert len(provider.seen) == seen
    for api, answer in answers:
        assert 400 <= answer.status < 600
        assert api.is_error(answer.json)
        assert not traces(answer.body, planted)
    return [answer for _, answer in answers]


def works(running, planted):
    for api in API.values():
        assert planted.env == api.read(ask(running, api, planted.env).body).text


def actions(running, answers):
    return {running.event(answer.agent)["action"] for answer in answers}


# The provider


def test_nobody_at_home_upstream(provider, planted, tmp_path):
    # Port 9 of the loopback: discard, where nobody listens.
    config = filters.write_settings(tmp_path / "filter", "http://127.0.0.1:9")
    with filters.serve(config) as running:
        answers = refusals(running, provider, planted)
        assert {"failed"} == actions(running, answers)
    assert {502} == {answer.status for answer in answers}


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_whoever_asks_a_provider_that_is_not_there_reads_json(planted, tmp_path, version):
    config = filters.write_settings(tmp_path / "filter", "http://127.0.0.1:9")
    with filters.serve(config) as running:
        for api in API.values():
            body = api.request(planted.env)
            done = curl(
                running, api.host, api.path, body, version, "-w", "\n%{http_code} %{content_type}", home=tmp_path
            )
            said, told = done.out.rsplit(b"\n", 1)
            assert told == b"502 application/json"
            assert api.is_error(json.loads(said))


def test_an_upstream_that_cannot_prove_its_name_gets_nothing(provider, planted, tmp_path):
    """Without `upstream_ca` the provider's certificate is signed by nobody we know."""
    config = filters.write_settings(tmp_path / "filter", provider.url)
    with filters.serve(config) as running:
        answers = refusals(running, provider, planted)
    assert {502} == {answer.status for answer in answers}


# The disk


def may_mount():
    """Whether this machine lets us mount a file system of our own, in a namespace nobody else sees."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    with suppress(FileNotFoundError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


@contextmanager
def on_a_tiny_disk(folder, upstream):
    """Run the filter with its state on a file system of 4 MiB; give it, a way to fill the disk and one to clear it."""
    state = folder / "state"
    state.mkdir()
    script = f'mount -t tmpfs -o size=4m,mode=700 tmpfs "{state}" && exec "$@"'
    before = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    config = filters.write_settings(folder / "filter", upstream.url, upstream.ca, state_dir=str(state))
    with filters.serve(config, before=before) as running:
        # Seen from outside the namespace, its files are those of the process' own root.
        inside = Path(f"/proc/{running.process.pid}/root{state}")
        running.state = inside

        def fill():
            with suppress(OSError), (inside / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
            assert os.statvfs(inside).f_bfree == 0

        yield running, fill, (inside / "filler").unlink


@contextmanager
def under_a_quota(folder, upstream):
    """Run the filter, and forbid it to make any file larger: what a user over quota meets."""
    with filters.serve(filters.write_settings(folder / "filter", upstream.url, upstream.ca)) as running:
        _, hard = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)

        def limit(size):
            resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (size, hard))

        yield running, lambda: limit(0), lambda: limit(resource.RLIM_INFINITY)


# The quota needs no right to mount; both are run where both are possible.
FULL_DISKS = [under_a_quota, *([on_a_tiny_disk] if may_mount() else [])]


@pytest.mark.parametrize("full_disk", FULL_DISKS, ids=lambda way: way.__name__)
def test_on_a_full_disk_nothing_leaves_and_nothing_is_lost(provider, upstream, planted, tmp_path, full_disk):
    api = API["anthropic"]
    with full_disk(tmp_path, upstream) as (running, fill, clear):
        known = ask(running, api, planted.arn)
        assert running.event(known.agent)["action"] == "redacted"
        fill()
        # What the vault has already needs no room.
        assert planted.arn == api.read(ask(running, api, planted.arn).body).text
        # SQLite may have some room in its journal; for this much there is none.
        many = "".join(plant(f"{planted.account} {number}").env for number in range(500))
        refused = refusals(running, provider, planted, many)
        clear()
        works(running, planted)
        assert {"failed"} == actions(running, refused)
    assert not traces(provider.wire, planted)


# The vault


def test_while_the_vault_is_locked_nothing_leaves(provider, planted, config):
    with filters.serve(config) as running:
        with closing(sqlite3.connect(running.state / "vault.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            refused = refusals(running, provider, planted)
            other.execute("ROLLBACK")
        works(running, planted)
        assert {"failed"} == actions(running, refused)
    assert not traces(provider.wire, planted)


def damage(path: Path, start: int = 0):
    """Write noise over a file from `start` on, in place, and over its journals."""
    for each in (path, *path.parent.glob(f"{path.name}-*")):
        with each.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(min(start, size))
            file.write(b"\xde\xad\xbe\xef" * ((size - min(start, size)) // 4))


def test_a_filter_never_begins_anew_over_a_damaged_vault(provider, planted, config):
    with filters.serve(config) as running:
        works(running, planted)
    vault = running.state / "vault.db"
    for start in (100, 0):  # first all but its header, then the whole
        damage(vault, start)
        before = vault.read_bytes()

        with pytest.raises(filters.DidNotStartError, match=r"vault\.db.*damaged") as failure:
            filters.launch(config)

        assert "Traceback" not in str(failure.value)
        assert before == vault.read_bytes()


def remove(path: Path):
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


@pytest.mark.parametrize("spoil", [damage, remove], ids=["damaged", "removed"])
def test_a_vault_spoilt_under_a_running_filter_stops_new_values(provider, planted, config, spoil):
    with filters.serve(config) as running:
        ask(running, API["openai"], "hello")
        spoil(running.state / "vault.db")

        assert {"failed"} == actions(running, refusals(running, provider, planted))


def test_another_tenants_key_opens_no_vault(provider, planted, config):
    with filters.serve(config) as running:
        works(running, planted)
    (running.state / "tenant.key").unlink()

    with pytest.raises(filters.DidNotStartError, match=r"vault\.db|tenant\.key") as failure:
        filters.launch(config)

    assert "Traceback" not in str(failure.value)


# The settings


def test_a_state_directory_that_cannot_be_made_is_said_at_once(tmp_path, upstream):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    state = tmp_path / "file" / "state"
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca, state_dir=str(state))

    with pytest.raises(filters.DidNotStartError, match="file/state") as failure:
        filters.launch(config)

    assert "Traceback" not in str(failure.value)


def test_a_bad_rule_file_names_file_line_rule_and_reason(tmp_path, upstream):
    rules = tmp_path / "bad.yaml"
    rules.write_text("rules:\n- id: bad-rule\n  title: x\n  category: secret\n  pattern: '('\n", encoding="utf-8")
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca, rules=["builtin", str(rules)])

    with pytest.raises(filters.DidNotStartError, match=r"bad\.yaml:\d+ bad-rule: .+") as failure:
        filters.launch(config)

    assert "Traceback" not in str(failure.value)


def test_a_rule_file_that_turns_bad_leaves_the_last_good_rules(provider, planted, tmp_path, upstream, company_rules):
    rules = tmp_path / "company.yaml"
    good = company_rules.read_text(encoding="utf-8")
    rules.write_text(good, encoding="utf-8")
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca, rules=["builtin", str(rules)])
    api = API["anthropic"]
    with filters.serve(config) as running:
        rules.write_text(good.replace("names:", "nmaes:"), encoding="utf-8")
        filters.wait_for(lambda: "nmaes" in running.log(), "a word about the bad rule file")
        assert "company.yaml" in running.log()
        assert api.read(ask(running, api, "LedgerReconciler").body).text == "LedgerReconciler"
    assert not traces(provider.wire, planted)


def test_an_unknown_setting_is_said_at_once(tmp_path, upstream):
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca, upstrems={"a": "b"})

    with pytest.raises(filters.DidNotStartError, match=r"redact\.yaml.*upstrems.*upstreams") as failure:
        filters.launch(config)

    assert "Traceback" not in str(failure.value)


def test_a_port_that_is_taken_is_said_at_once(filter, tmp_path, upstream):
    listen = filter.url.rpartition("//")[2]
    config = filters.write_settings(tmp_path / "filter", upstream.url, upstream.ca, listen=listen)

    with pytest.raises(filters.DidNotStartError, match=listen) as failure:
        filters.launch(config)

    assert "Traceback" not in str(failure.value)
