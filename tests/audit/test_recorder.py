import json
import sqlite3
import threading
import time
from contextlib import contextmanager

import pytest
import structlog

from redact.audit.base import TrailError
from redact.audit.log import AuditLog
from redact.audit.recorder import Recorder
from redact.audit.store import AuditStore


class ListTrail:
    """Keeps events in a list; fails while it has a reason to, after `room` events; stands still while it is held."""

    def __init__(self, name="list"):
        self.name = name
        self.events = []
        self.batches = []
        self.tries = 0
        self.trouble = None
        self.room = 0
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def append(self, events):
        assert self.gate.wait(10)
        self.tries += 1
        if self.trouble:
            room, self.room = self.room, 0
            self.events += events[:room]
            raise self.trouble if isinstance(self.trouble, Exception) else TrailError(self.trouble, room)
        self.events += events
        self.batches.append(len(events))

    def close(self):
        self.closed = True


@pytest.fixture
def logged():
    with structlog.testing.capture_logs() as entries:
        yield entries


@contextmanager
def recording(*trails, **options):
    with Recorder(trails, **{"linger": 0, "retry": 0.01} | options) as recorder:
        yield recorder


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_every_trail_gets_every_event_in_order(event):
    one, two = ListTrail(), ListTrail()
    events = [event() for _ in range(1200)]
    with recording(one, two) as recorder:
        for each in events:
            recorder.record(each)
        assert recorder.flush()
        assert events == one.events == two.events


def test_events_that_come_close_together_share_a_commit(event):
    trail = ListTrail()
    with recording(trail, linger=10) as recorder:
        for _ in range(100):
            recorder.record(event())
        assert recorder.flush()
    assert [100] == trail.batches


def test_closing_writes_what_waits_and_closes_the_trails(event, logged):
    trail = ListTrail()
    with recording(trail, linger=10) as recorder:
        recorder.record(event())
        start = time.monotonic()
    assert time.monotonic() - start < 5
    assert 1 == len(trail.events)
    assert trail.closed
    recorder.close()
    assert [] == logged


def test_recording_never_waits_for_a_trail_and_counts_what_did_not_fit(event, logged):
    trail = ListTrail()
    trail.gate.clear()
    events = [event() for _ in range(30)]
    with recording(trail, capacity=10) as recorder:
        for each in events:
            recorder.record(each)
        assert {"list": 20} == recorder.lost
        trail.gate.set()
        assert recorder.flush()
        assert events[:10] == trail.events
        eventually(lambda: logged)
    assert [{"event": "audit trail works again", "log_level": "warning", "trail": "list", "lost": 20}] == logged


def test_a_trail_in_trouble_is_told_once_keeps_nothing_from_the_others_and_loses_nothing(event, logged):
    bad, good = ListTrail("bad"), ListTrail("good")
    bad.trouble, bad.room = "bad: there is no room left", 1
    events = [event() for _ in range(50)]
    with recording(bad, good) as recorder:
        for each in events:
            recorder.record(each)
        eventually(lambda: good.events == events)
        assert not recorder.flush()
        assert not recorder.flush()
        assert ["bad"] == recorder.failing
        assert {"bad": 0, "good": 0} == recorder.lost
        bad.trouble = None
        eventually(lambda: bad.events == events)
        assert recorder.flush()
        assert [] == recorder.failing
    assert [
        {
            "event": "audit trail fails; events wait for it",
            "log_level": "error",
            "trail": "bad",
            "why": "bad: there is no room left",
        },
        {"event": "audit trail works again", "log_level": "warning", "trail": "bad", "lost": 0},
    ] == logged


def test_a_trail_in_trouble_is_not_tried_for_every_event(event, logged):
    bad, good = ListTrail("bad"), ListTrail("good")
    bad.trouble = "bad: another process keeps it locked"
    with recording(bad, good, retry=60) as recorder:
        for count in range(1, 21):
            recorder.record(event())
            eventually(lambda count=count: len(good.events) == count)
        assert 1 == bad.tries
        assert not recorder.flush()
        assert 2 == bad.tries
    assert 2 == len(logged)


def test_a_trail_still_in_trouble_at_the_end_is_told_with_what_is_lost(event, logged):
    trail = ListTrail()
    trail.trouble = "list: there is no room left"
    with recording(trail) as recorder:
        for _ in range(3):
            recorder.record(event())
    assert {"list": 3} == recorder.lost
    assert {"event": "audit events lost at exit", "log_level": "error", "trail": "list", "lost": 3} == logged[-1]
    assert trail.closed


def test_a_bug_in_a_trail_stops_neither_the_thread_nor_shows_what_it_says(event, logged):
    trail = ListTrail()
    trail.trouble = RuntimeError("hunter2")
    with recording(trail) as recorder:
        recorder.record(event())
        assert not recorder.flush()
        trail.trouble = None
        recorder.record(event())
        assert recorder.flush()
        assert 1 == len(trail.events)
        assert {"list": 1} == recorder.lost
    assert "RuntimeError" == logged[0]["why"]
    assert "hunter2" not in str(logged)


def test_after_the_end_events_are_counted_as_lost(event):
    with recording(ListTrail()) as recorder:
        pass
    recorder.record(event())
    assert {"list": 1} == recorder.lost


def test_a_log_that_cannot_be_written_does_not_stop_the_audit(event):
    def full(*_):
        raise OSError(28, "No space left on device")

    trail = ListTrail()
    trail.trouble = "list: there is no room left"
    before = structlog.get_config()
    structlog.configure(processors=[full])
    try:
        with recording(trail) as recorder:
            recorder.record(event())
            assert not recorder.flush()
            trail.trouble = None
            eventually(lambda: trail.events)
    finally:
        structlog.configure(**before)


# With the real trails.


def kept(folder):
    path = folder / "audit.jsonl"
    in_file = [json.loads(line)["id"] for line in path.read_text().splitlines()] if path.is_file() else []
    db = sqlite3.connect(folder / "audit.db")
    in_table = [row[0] for row in db.execute("SELECT id FROM event ORDER BY seq")]
    db.close()
    return in_file, in_table


def test_a_full_disk_under_the_file_leaves_the_table_whole_and_the_file_catches_up(tmp_path, event, logged):
    (tmp_path / "audit.jsonl").symlink_to("/dev/full")
    events = [event() for _ in range(20)]
    expected = [each.id for each in events]
    with recording(AuditLog(tmp_path / "audit.jsonl"), AuditStore(tmp_path / "audit.db")) as recorder:
        for each in events:
            recorder.record(each)
        eventually(lambda: kept(tmp_path) == ([], expected))
        (tmp_path / "audit.jsonl").unlink()
        eventually(lambda: kept(tmp_path) == (expected, expected))
    assert ["audit.jsonl", "audit.jsonl"] == [entry["trail"] for entry in logged]


def test_a_locked_table_leaves_the_file_whole_and_the_table_catches_up(tmp_path, event, logged):
    store = AuditStore(tmp_path / "audit.db", busy_ms=5)
    other = sqlite3.connect(tmp_path / "audit.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    events = [event() for _ in range(20)]
    expected = [each.id for each in events]
    with recording(AuditLog(tmp_path / "audit.jsonl"), store) as recorder:
        for each in events:
            recorder.record(each)
        eventually(lambda: recorder.failing)
        assert (expected, []) == kept(tmp_path)
        other.execute("ROLLBACK")
        other.close()
        eventually(lambda: kept(tmp_path) == (expected, expected))
    assert {"audit.db": 0, "audit.jsonl": 0} == recorder.lost
    assert ["audit.db", "audit.db"] == [entry["trail"] for entry in logged]


def test_a_disk_that_is_full_for_both_loses_nothing_once_there_is_room(tmp_path, event, no_room):
    events = [event() for _ in range(20)]
    expected = [each.id for each in events]
    with recording(AuditLog(tmp_path / "audit.jsonl"), AuditStore(tmp_path / "audit.db")) as recorder:
        with no_room(0):
            for each in events:
                recorder.record(each)
            eventually(lambda: len(recorder.failing) == 2)
        eventually(lambda: kept(tmp_path) == (expected, expected))
