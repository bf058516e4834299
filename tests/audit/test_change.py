"""A change to what is looked for is audited beside the exchanges, and holds no value either."""

import json
import re
import sqlite3
from dataclasses import fields

import pytest

from redact.audit.event import ChangeEvent, as_dict, as_line, fitted, new_id, stamp
from redact.audit.log import AuditLog
from redact.audit.recorder import Recorder
from redact.audit.store import LAYOUT, AuditStore
from redact.errors import AuditError
from redact.statefile import Layout, open_database

NOW = 1_795_225_200_123


def change(**more):
    plain = {"id": new_id(NOW, bytes(10)), "time": stamp(NOW), "change": "allow-added", "subject": "al-1", "count": 1}
    return ChangeEvent(**plain | more)


def test_it_is_a_line_and_a_row_beside_the_exchanges(tmp_path, event):
    said = change(user="alice", reason="the sandbox", expires=stamp(NOW))
    with Recorder([AuditLog(tmp_path / "audit.jsonl"), AuditStore(tmp_path / "audit.db")]) as recorder:
        recorder.record(event())
        recorder.record(said)
        assert recorder.flush()
    lines = (tmp_path / "audit.jsonl").read_bytes().splitlines(keepends=True)
    assert as_line(said) == lines[1]
    db = sqlite3.connect(tmp_path / "audit.db")
    db.row_factory = sqlite3.Row
    (row,) = db.execute("SELECT * FROM change")
    db.close()
    assert as_dict(said) | {"seq": 1} == dict(row)


def test_a_line_tells_a_change_from_an_exchange(event):
    assert "change" in json.loads(as_line(change()))
    assert "change" not in json.loads(as_line(event()))


def test_every_field_has_its_column(tmp_path):
    AuditStore(tmp_path / "audit.db").close()
    db = sqlite3.connect(tmp_path / "audit.db")
    columns = {name for (name,) in db.execute("SELECT name FROM pragma_table_info('change')")}
    db.close()
    assert {each.name for each in fields(ChangeEvent)} | {"seq"} == columns


def test_a_database_of_before_gets_the_table(tmp_path, event):
    event_table = LAYOUT.statements[LAYOUT.statements.index("CREATE TABLE event (") :]
    statements = re.sub(r"(unparsed|left_in_files|monitored|repository) [A-Z 0]+,", "", event_table)
    old = Layout(LAYOUT.application_id, 1, statements)
    open_database(tmp_path / "audit.db", old, AuditError, busy_ms=0).close()
    store = AuditStore(tmp_path / "audit.db")
    store.append([event(), change()])
    store.close()
    again = AuditStore(tmp_path / "audit.db")
    again.append([change(id=new_id(NOW, bytes([1] * 10)))])
    again.close()
    db = sqlite3.connect(tmp_path / "audit.db")
    assert [(1,), (2,)] == [
        db.execute("SELECT count(*) FROM event").fetchone(),
        db.execute("SELECT count(*) FROM change").fetchone(),
    ]
    assert (LAYOUT.version,) == db.execute("PRAGMA user_version").fetchone()
    db.close()


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("id", "hunter2"),
        ("time", "hunter2"),
        ("change", "hunter2"),
        ("subject", "hunter2 x9"),
        ("subject", None),
        ("subject", "-o"),
        ("count", "hunter2"),
        ("count", True),
        ("user", "hunter2\n"),
        ("reason", "hunter2\x1b"),
        ("expires", "hunter2"),
    ],
)
def test_what_does_not_fit_is_refused_and_not_shown(field, content):
    with pytest.raises(AuditError) as error:
        change(**{field: content})
    assert f"`{field}`" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_reason_is_fitted():
    assert "a*b" == fitted("reason", "a\nb")
    assert 256 == len(fitted("reason", "x" * 1000))
    assert change(reason=fitted("reason", "é" * 1000))
