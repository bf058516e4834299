import os
import sqlite3
from dataclasses import fields

import pytest

from redact.audit.base import TrailError
from redact.audit.event import AuditEvent, Usage, as_dict
from redact.audit.store import AuditStore
from redact.errors import AuditError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "audit.db"


@pytest.fixture
def opened(path):
    """Open stores that are closed when the test ends."""
    stores = []

    def opened(path=path, **options):
        stores.append(AuditStore(path, **options))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def rows(path, query):
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    found = [dict(row) for row in db.execute(query)]
    db.close()
    return found


def ids(path):
    return [row["id"] for row in rows(path, "SELECT id FROM event ORDER BY seq")]


def test_an_event_is_a_row_and_its_rules_are_rows_of_their_own(opened, path, event):
    whole = event(
        rules={"github-token": 2, "aws": 1},
        withheld_in={"shell": 3},
        monitored=True,
        model="m",
        where="messages[0].*",
        usage=Usage(input_tokens=3),
    )
    opened().append([event(), whole])
    expected = as_dict(whole)
    expected |= expected.pop("usage") | {"seq": 2}
    del expected["rules"], expected["withheld_in"]
    assert expected == rows(path, "SELECT * FROM event")[1]
    assert [
        {"event": 2, "rule_id": "aws", "count": 1},
        {"event": 2, "rule_id": "github-token", "count": 2},
    ] == rows(path, "SELECT * FROM event_rule ORDER BY rule_id")
    assert [{"event": 2, "sink": "shell", "withheld": 3}] == rows(path, "SELECT * FROM event_sink")


def test_every_field_of_an_event_has_its_column(opened, path):
    opened()
    columns = {row["name"] for row in rows(path, "SELECT name FROM pragma_table_info('event')")}
    names = {field.name for kind in (AuditEvent, Usage) for field in fields(kind)} - {"rules", "withheld_in", "usage"}
    assert names | {"seq"} == columns


@pytest.mark.parametrize(
    ("index", "question"),
    [
        ("event_time", "SELECT * FROM event WHERE time > '2026' ORDER BY time DESC LIMIT 9"),
        ("event_host", "SELECT * FROM event WHERE host = 'h' ORDER BY time DESC LIMIT 9"),
        ("event_action", "SELECT * FROM event WHERE action = 'a' ORDER BY time DESC LIMIT 9"),
        ("event_rule_id", "SELECT event FROM event_rule WHERE rule_id = 'r' ORDER BY event DESC LIMIT 9"),
        ("PRIMARY KEY", "SELECT * FROM event_rule WHERE event = 1"),
    ],
)
def test_common_questions_are_answered_from_an_index(opened, path, index, question):
    opened()
    plan = [row["detail"] for row in rows(path, f"EXPLAIN QUERY PLAN {question}")]
    assert 1 == len(plan)
    assert index in plan[0]


def test_an_event_offered_again_is_there_once(opened, path, event):
    store = opened()
    twice = event(rules={"aws": 1})
    store.append([twice])
    store.append([twice, event()])
    assert 2 == len(ids(path))
    assert 1 == len(rows(path, "SELECT * FROM event_rule"))


def test_the_file_is_private_and_may_be_read_while_it_is_written(opened, path, event):
    store = opened()
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert [(0,)] == reader.execute("SELECT count(*) FROM event").fetchall()
    store.append([event()])
    assert [(0,)] == reader.execute("SELECT count(*) FROM event").fetchall()
    reader.execute("COMMIT")
    assert [(1,)] == reader.execute("SELECT count(*) FROM event").fetchall()
    reader.close()
    assert all(0o600 == file.stat().st_mode & 0o777 for file in path.parent.iterdir())


def test_a_lock_is_told_and_passes(opened, path, event):
    store = opened(busy_ms=20)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TrailError, match=r"audit\.db: another process keeps it locked") as locked:
        store.append([event()])
    assert 0 == locked.value.written
    other.execute("ROLLBACK")
    other.close()
    store.append([event()])
    assert 1 == len(ids(path))


def test_a_full_disk_keeps_nothing_of_the_batch_and_passes(opened, path, event, no_room):
    store = opened()
    store.append([event()])
    batch = [event(rules={"aws": 1}) for _ in range(100)]
    with no_room(1000), pytest.raises(TrailError, match=r"no room left|disk's space") as full:
        store.append(batch)
    assert 0 == full.value.written
    assert 1 == len(ids(path))
    store.append(batch)
    assert 101 == len(ids(path))


def test_a_file_that_someone_removed_is_made_anew(opened, path, event):
    store = opened()
    store.append([event()])
    for file in path.parent.iterdir():
        file.unlink()
    later = event()
    store.append([later])
    assert [later.id] == ids(path)


@pytest.mark.parametrize("damage", [b"", b"\xa7" * 8192], ids=["empty", "garbage"])
def test_a_damaged_file_is_refused_and_never_replaced(path, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    with pytest.raises(AuditError, match="damaged"):
        AuditStore(path)
    assert damage == path.read_bytes()


def test_damage_while_in_use_is_told(opened, path, event):
    store = opened()
    store.append([event()])
    store.close()
    os.truncate(path, 4096)
    with pytest.raises(TrailError, match="damaged"):
        store.append([event()])


def test_a_file_that_was_damaged_and_restored_in_its_place_is_written_again(opened, path, event):
    store = opened()
    store.append([event()])
    store.close()
    backup = path.read_bytes()
    store.append([event()])
    for garbage in (path, path.with_name("audit.db-wal"), path.with_name("audit.db-shm")):
        garbage.write_bytes(b"\xa7" * 8192)
    with pytest.raises(TrailError):
        store.append([event()])
    for journal in ("audit.db-wal", "audit.db-shm"):
        path.with_name(journal).unlink(missing_ok=True)
    path.write_bytes(backup)
    store.append([event()])
    assert 2 == len(ids(path))
