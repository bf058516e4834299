import base64
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redact.errors import SurrogateTakenError, VaultError
from redact.model import Record
from redact.vault.keys import derive, open_keys
from redact.vault.memory import MemoryVault
from redact.vault.sqlite import SqliteVault

CANARY = "canary-7f3a-hunter2"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vault.db"


@pytest.fixture
def opened(keys):
    """Open vaults that are closed when the test ends."""
    vaults = []

    def opened(path, keys=keys, **options):
        vaults.append(SqliteVault(path, keys, **options))
        return vaults[-1]

    yield opened
    for vault in vaults:
        vault.close()


@pytest.fixture
def sealed(path, keys, record):
    """Make a vault of 500 records, closed."""
    vault = SqliteVault(path, keys)
    vault.put([record(f"value{n}") for n in range(500)])
    vault.close()
    return path


# What it promises, as one sentence: any number of vaults on one file answer like one dict.

values = st.sampled_from("abcd") | st.text(min_size=1, max_size=3)
records = st.builds(Record, st.text("XY", min_size=1, max_size=2), values, *map(st.just, ("K", "label", "secret")))
steps = st.lists(st.tuples(st.integers(0, 1), st.lists(records, max_size=4), st.booleans()), max_size=8)


def answers_like_a_dict(vaults, steps):
    """Each step puts a batch into one of the vaults; then, or not yet, everybody is asked."""
    by_value, by_surrogate = {}, {}
    for which, batch, is_time_to_ask in steps:
        new, claimed, taken = {}, {}, set()
        for record in batch:
            if record.value not in by_value and record.value not in new:
                if record.surrogate in by_surrogate or record.surrogate in claimed:
                    taken.add(record.surrogate)
                new[record.value] = claimed[record.surrogate] = record
        vault = vaults[which % len(vaults)]
        if taken:
            with pytest.raises(SurrogateTakenError) as refused:
                vault.put(batch)
            assert sorted(taken) == sorted(refused.value.surrogates)
        else:
            by_value |= new
            by_surrogate |= claimed
            assert [by_value[record.value] for record in batch] == vault.put(batch)
        for vault in vaults if is_time_to_ask else []:
            for record in batch:
                assert by_value.get(record.value) == vault.by_value(record.value)
                assert by_surrogate.get(record.surrogate) == vault.by_surrogate(record.surrogate)
    for vault in vaults:
        assert list(by_value.values()) == vault.records()


@given(steps)
def test_a_memory_vault_answers_like_a_dict(steps):
    answers_like_a_dict([MemoryVault()], steps)


def of(value, surrogate):
    return Record(surrogate, value, "K", "label", "secret")


# The right vault has not heard of `a` yet, but its surrogate of `b` is what `a` comes with: `a` stands already, so all is well.
NOT_HEARD = [(1, [of("b", "Y")], False), (0, [of("a", "X")], False), (1, [of("a", "Y")], False)]


@settings(max_examples=40, deadline=None)
@given(steps=steps)
@example(steps=NOT_HEARD)
def test_two_vaults_on_one_file_answer_like_one_dict_and_so_does_a_later_third(keys, steps):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vault.db"
        vaults = [SqliteVault(path, keys), SqliteVault(path, keys)]
        try:
            answers_like_a_dict(vaults, steps)
            vaults.append(SqliteVault(path, keys))
            assert vaults[0].records() == vaults[2].records()
        finally:
            for vault in vaults:
                vault.close()


def test_that_property_notices_a_vault_that_does_not_listen_to_the_other(opened, path, record):
    class Deaf(SqliteVault):
        def _catch_up(self):
            return False

    deaf = Deaf(path, derive(bytes(range(32))))
    with pytest.raises(AssertionError):
        answers_like_a_dict([opened(path), deaf], [(0, [record("a")], True)])
    deaf.close()


# Several processes.

RACER = """
import json, sys
from pathlib import Path
from redact.model import Record
from redact.vault.keys import open_keys
from redact.vault.sqlite import SqliteVault
folder, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
vault = SqliteVault(folder / "vault.db", open_keys(folder / "tenant.key"))
standing = []
for n in range(100):
    batch = [Record(f"{name}_{n}_{i}", f"value {n} {i}", "K", "label", "secret") for i in range(5)]
    standing += [record.surrogate for record in vault.put(batch)]
print(json.dumps(standing), flush=True)
"""


def test_processes_that_start_and_write_at_once_agree_on_key_file_and_every_record(tmp_path, opened, another_process):
    racers = [another_process(RACER, tmp_path, name) for name in ("left", "right")]
    for racer in racers:
        assert "ready\n" == racer.stdout.readline()
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    left, right = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    assert left == right
    stored = opened(tmp_path / "vault.db", open_keys(tmp_path / "tenant.key"))
    assert left == [stored.by_value(f"value {n} {i}").surrogate for n in range(100) for i in range(5)]
    assert 500 == len(stored.records())


WRITER = """
import sys
from pathlib import Path
from redact.model import Record
from redact.vault.keys import derive
from redact.vault.sqlite import SqliteVault
vault = SqliteVault(Path(sys.argv[1]), derive(bytes(range(32))))
n = 0
while True:
    vault.put([Record(f"S{n}_{i}", f"value {n} {i}", "K", "label", "secret") for i in range(3)])
    print(n, flush=True)
    n += 1
"""


def test_a_killed_writer_loses_nothing_it_has_acknowledged(path, opened, another_process):
    writer = another_process(WRITER, path)
    acknowledged = -1
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged == 300:
            writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=60)
    vault = opened(path)
    assert acknowledged >= 300
    assert all(vault.by_value(f"value {n} {i}") for n in range(acknowledged + 1) for i in range(3))


FORKER = """
import os, sys
from pathlib import Path
from redact.errors import VaultError
from redact.model import Record
from redact.vault.keys import derive
from redact.vault.sqlite import SqliteVault
vault = SqliteVault(Path(sys.argv[1]), derive(bytes(range(32))))
record = Record("S", "value", "K", "label", "secret")
child = os.fork()
if not child:
    try:
        vault.put([record])
    except VaultError as error:
        print(error, flush=True)
    vault.close()
    os._exit(0)
os.waitpid(child, 0)
print(vault.put([record]) == [record], flush=True)
"""


def test_a_forked_child_is_told_to_open_its_own_and_does_no_harm(path, another_process):
    told, works = another_process(FORKER, path).communicate(timeout=60)[0].splitlines()
    assert f"{path}: it was opened before fork(); open it again in this process" == told
    assert "True" == works


def test_threads_agree_on_one_record_for_each_value(path, opened, record):
    vault = opened(path)
    start = threading.Barrier(4)
    answers = {}

    def writer(name):
        start.wait()
        answers[name] = [vault.put([record(f"v{n}", f"RDX_{name}_{n}")])[0] for n in range(100)]

    threads = [threading.Thread(target=writer, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers["A"] == others for others in answers.values())
    assert answers["A"] == vault.records() == opened(path).records()


# What stands on the disk.


def test_records_come_back_whole_after_a_restart(path, opened, record):
    odd = ["a", "lone \ud800", "nul \0", "🔑" * 3000, "-----BEGIN-----\n"]
    records = [record(value, f"S{n}") for n, value in enumerate(odd)]
    records.append(Record("123456789012", "210987654321", "AWS_ACCOUNT", "digits", "identifier"))
    vault = opened(path)
    vault.put(records)
    vault.close()
    assert records == opened(path).records()


def test_the_files_are_private_and_hold_no_value_in_any_spelling(path, opened, record):
    vault = opened(path)
    vault.put([record(f"{n}{CANARY}", f"S{n}") for n in range(200)])
    spellings = {
        CANARY.encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode("utf-16-be"),
        CANARY.encode().hex().encode(),
    }
    spellings |= {base64.b64encode(b"x" * shift + CANARY.encode())[4:-4] for shift in range(3)}
    for moment in ("open", "closed"):
        files = list(path.parent.iterdir())
        for file in files:
            assert 0o600 == file.stat().st_mode & 0o777
            assert not [spelling for spelling in spellings if spelling in file.read_bytes()]
        assert {"open": 3, "closed": 1}[moment] == len(files)
        vault.close()


def test_what_is_sealed_today_can_be_read_tomorrow(path, opened, record):
    opened(path).put([record("hunter2", "RDX_TOKEN_1")])
    db = sqlite3.connect(path)
    mark, sealed, kid = db.execute("SELECT fingerprint, sealed, kid FROM record").fetchone()
    db.close()
    assert (
        "2a93a6ea",
        "ba6f453ab727cb2291f1f49cf25fbc2000c17a8c86cc6867834d7b93d4a1de56",
        "59d402ca100edc276cc0f0dab37f82cb95b883ea6780cf",
    ) == (kid, mark.hex(), sealed.hex())


def test_full_synchronous_is_a_setting(path, opened):
    modes = [opened(path, synchronous=mode)._db.execute("PRAGMA synchronous").fetchone() for mode in ("NORMAL", "FULL")]
    assert [(1,), (2,)] == modes


def test_nothing_is_shown_in_an_error_or_a_repr(path, opened, record):
    vault = opened(path)
    vault.put([record(CANARY, "S")])
    with pytest.raises(SurrogateTakenError) as refused:
        vault.put([record(f"other {CANARY}", "S")])
    assert CANARY not in str(refused.value)
    assert CANARY not in repr(vault.by_surrogate("S"))


# Bad files. Each message says what, where and what to do, and the file stays as it was.


def change(path, statement):
    db = sqlite3.connect(path)
    with db:
        db.execute(statement)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def garbage(path):
    path.write_bytes(b"\xa7" * 8192)


def empty(path):
    path.write_bytes(b"")


def cut_short(path):
    os.truncate(path, path.stat().st_size // 2)


def scribbled_over(path):
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa7" * 4096 * 8)


def of_another_program(path):
    path.unlink()
    change(path, "CREATE TABLE record (seq)")


def without_its_table(path):
    change(path, "DROP TABLE record")


def altered_value(path):
    change(path, "UPDATE record SET sealed = zeroblob(40) WHERE seq = 7")


def altered_category(path):
    change(path, "UPDATE record SET category = 'identifier' WHERE seq = 7")


def swapped_values(path):
    change(path, "UPDATE record SET sealed = (SELECT sealed FROM record WHERE seq = 8) WHERE seq = 7")


@pytest.mark.parametrize(
    "damage",
    [
        garbage,
        empty,
        cut_short,
        scribbled_over,
        of_another_program,
        without_its_table,
        altered_value,
        altered_category,
        swapped_values,
    ],
)
def test_a_damaged_vault_is_refused_and_never_replaced(sealed, keys, damage):
    damage(sealed)
    before = sealed.read_bytes()
    with pytest.raises(VaultError, match=r"damaged.*restore") as refused:
        SqliteVault(sealed, keys)
    assert str(refused.value).startswith(f"{sealed}: ")
    assert before == sealed.read_bytes()


def test_a_vault_of_a_newer_version_is_left_alone(sealed, keys):
    change(sealed, "PRAGMA user_version = 2")
    with pytest.raises(VaultError, match="upgrade redact"):
        SqliteVault(sealed, keys)


@pytest.mark.parametrize("other", [derive(bytes(32)), derive(bytes(range(32)), "acme")], ids=["key", "tenant"])
def test_a_vault_under_another_key_or_tenant_is_refused(sealed, other):
    with pytest.raises(VaultError, match=f"another tenant key or name than {other.kid}"):
        SqliteVault(sealed, other)


def test_a_vault_that_is_gone_while_its_journal_is_there_is_not_started_anew(path, keys, opened, record):
    vault = opened(path)
    vault.put([record("value")])
    shutil.move(path, path.with_name("aside"))
    with pytest.raises(VaultError, match=r"vault\.db-wal is there"):
        SqliteVault(path, keys)
    assert not path.exists()


@pytest.mark.parametrize("what", ["removed", "replaced"])
def test_a_vault_that_vanishes_while_in_use_takes_no_more(path, opened, record, what):
    vault = opened(path)
    vault.put([record("before")])
    path.unlink()
    if what == "replaced":
        for journal in path.parent.iterdir():
            journal.unlink()
        opened(path)
    with pytest.raises(VaultError, match=f"{what} while in use"):
        vault.put([record("after")])
    assert record("before") == vault.by_value("before")


# Trouble that passes.


def test_a_locked_vault_says_so_reads_on_and_recovers(path, opened, record):
    vault = opened(path, busy_ms=20)
    vault.put([record("before")])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(VaultError, match="another process keeps it locked"):
        vault.put([record("after")])
    assert [record("before")] == vault.put([record("before")])
    assert vault.by_value("after") is None
    other.execute("ROLLBACK")
    other.close()
    assert [record("after")] == vault.put([record("after")])


def test_a_vault_can_be_opened_while_another_process_writes(sealed, opened):
    other = sqlite3.connect(sealed, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert 500 == len(opened(sealed, busy_ms=20).records())
    other.close()


@contextmanager
def no_pages(vault):
    vault._db.execute("PRAGMA max_page_count = 1")
    yield
    vault._db.execute("PRAGMA max_page_count = 1000000")


@pytest.mark.parametrize("what", ["pages", "files"])
def test_a_full_disk_keeps_nothing_of_the_put_and_passes(path, opened, record, no_room, what):
    vault = opened(path)
    vault.put([record("before")])
    batch = [record(f"after{n}") for n in range(300)]
    full = no_pages(vault) if what == "pages" else no_room()
    with full, pytest.raises(VaultError, match=r"no room left|disk's space") as refused:
        vault.put(batch)
    assert str(path) in str(refused.value)
    assert vault.by_value("after0") is None
    assert record("before") == vault.by_value("before")
    assert batch == vault.put(batch)
    assert [record("before"), *batch] == opened(path).records()


def test_a_full_disk_leaves_no_half_made_vault(path, keys, no_room):
    with no_room(), pytest.raises(VaultError, match=r"no room left|disk's space"):
        SqliteVault(path, keys)
    assert [] == list(path.parent.iterdir())
    SqliteVault(path, keys).close()


READER = """
import os, sys
from pathlib import Path
from redact.errors import VaultError
from redact.model import Record
from redact.vault.keys import derive
from redact.vault.sqlite import SqliteVault
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
try:
    SqliteVault(Path(sys.argv[1]), derive(bytes(range(32)))).put([Record("S", "value", "K", "label", "secret")])
except VaultError as error:
    print(error, flush=True)
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_directory_that_may_not_be_written_is_named(keys, another_process, there):
    folder = Path(tempfile.mkdtemp())
    path = folder / "vault.db"
    try:
        if there:
            SqliteVault(path, keys).close()
            path.chmod(0o444)
        folder.chmod(0o555)
        told, _ = another_process(READER, path).communicate(timeout=60)
        assert told.startswith(f"{path}: ")
        assert "this user may" in told
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_closed_vault_says_so(path, opened, record):
    vault = opened(path)
    vault.close()
    vault.close()
    with pytest.raises(VaultError, match="was closed; open it again"):
        vault.put([record("value")])
