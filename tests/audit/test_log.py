import json
import os
import threading

import pytest

from redact.audit.base import TrailError
from redact.audit.event import as_dict, as_line
from redact.audit.log import AuditLog
from redact.errors import AuditError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "audit.jsonl"


@pytest.fixture
def opened(path):
    """Open logs that are closed when the test ends."""
    logs = []

    def opened(path=path, **options):
        logs.append(AuditLog(path, **options))
        return logs[-1]

    yield opened
    for log in logs:
        log.close()


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_event_is_a_line_in_a_private_file(opened, path, event):
    events = [event(), event(rules={"aws": 1})]
    log = opened()
    log.append(events[:1])
    log.append(events[1:])
    assert [as_dict(each) for each in events] == lines(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_a_restart_appends(opened, path, event):
    for _ in range(2):
        log = opened()
        log.append([event()])
        log.close()
        log.close()
    assert 2 == len(lines(path))


def test_a_file_that_someone_moved_away_is_made_anew(opened, path, event):
    log = opened()
    log.append([event()])
    path.rename(path.with_name("moved"))
    log.append([event(), event()])
    assert (1, 2) == (len(lines(path.with_name("moved"))), len(lines(path)))


def test_a_file_that_someone_cut_to_nothing_is_written_from_its_start(opened, path, event):
    log = opened()
    log.append([event()])
    os.truncate(path, 0)
    log.append([event()])
    assert 1 == len(lines(path))


def test_a_full_file_is_put_aside_and_the_oldest_goes(opened, path, event):
    size = len(as_line(event()))
    log = opened(max_bytes=2 * size, keep=2)
    events = [event() for _ in range(9)]
    for each in events:
        log.append([each])
    *aside, current = [*sorted(path.parent.glob("audit.jsonl.*")), path]
    assert [1, 2, 2] == [len(lines(file)) for file in (current, *aside)]
    assert [as_dict(each) for each in events[4:]] == [line for file in (*aside, current) for line in lines(file)]
    assert all(0o600 == file.stat().st_mode & 0o777 for file in aside)


def test_only_files_put_aside_by_the_log_are_removed(opened, path, event):
    log = opened(max_bytes=1, keep=0)
    others = [path.with_name(name) for name in ("audit.jsonl.bak", "audit.jsonl.1", "audit.db")]
    for other in others:
        other.touch()
    log.append([event(), event(), event()])
    assert sorted([*others, path]) == sorted(path.parent.iterdir())


def test_writers_that_rotate_at_once_lose_and_mix_nothing(path, event):
    start = threading.Barrier(4)
    batches = [[event() for _ in range(100)] for _ in range(4)]

    def writer(batch):
        log = AuditLog(path, max_bytes=3000, keep=1000)
        start.wait()
        for each in batch:
            log.append([each])
        log.close()

    threads = [threading.Thread(target=writer, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [line["id"] for file in path.parent.iterdir() for line in lines(file)]
    assert sorted(each.id for batch in batches for each in batch) == sorted(found)


def test_a_full_disk_is_told_and_passes(tmp_path, opened, event):
    path = tmp_path / "audit.jsonl"
    path.symlink_to("/dev/full")
    log = opened(path)
    with pytest.raises(TrailError, match=r"audit\.jsonl: there is no room left; free space") as full:
        log.append([event()])
    assert 0 == full.value.written
    path.unlink()
    log.append([event()])
    assert 1 == len(lines(path))


@pytest.mark.parametrize("again", ["same", "restarted"])
def test_a_line_that_a_full_disk_cut_short_spoils_no_other(opened, path, event, no_room, again):
    events = [event() for _ in range(3)]
    log = opened()
    size = len(as_line(events[0]))
    with no_room(size + 100), pytest.raises(TrailError) as full:
        log.append(events)
    assert 1 == full.value.written
    log = log if again == "same" else opened()
    log.append(events[1:])
    first, torn, *rest = path.read_bytes().splitlines(keepends=True)
    assert [as_line(each) for each in events] == [first, *rest]
    assert as_line(events[1])[:100] + b"\n" == torn


def test_a_place_where_no_file_can_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AuditError, match="not a directory"):
        AuditLog(tmp_path / "file" / "audit.jsonl")
