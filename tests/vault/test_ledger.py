"""The ledger knows what was said of a value, in every process and until it expires, and never the value."""

import pytest

from redact.errors import VaultError
from redact.vault.keys import derive
from redact.vault.ledger import Allowed, Imported, Ledger

VALUE, OTHER = "hunter2-x9", "correct horse 7"


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, keys, clock):
    return Ledger(tmp_path / "ledger.db", keys, clock=clock)


@pytest.fixture
def beside(tmp_path, keys, clock):
    """The same ledger in another process."""
    return Ledger(tmp_path / "ledger.db", keys, clock=clock)


def test_nothing_was_said_at_first_and_no_file_is_made(ledger, tmp_path):
    assert not ledger.refresh()
    assert (False, False, False) == (ledger.is_allowed(VALUE), ledger.is_forgotten(VALUE), ledger.is_name(VALUE))
    assert ([], []) == (ledger.sources(), ledger.allowed())
    assert [] == list(tmp_path.iterdir())


def test_an_allowed_value_is_allowed_in_another_process_once_it_looks(ledger, beside):
    ledger.allow("al-1", VALUE, "the sandbox", None, "alice")
    assert not beside.is_allowed(VALUE)
    assert beside.refresh()
    assert not beside.refresh()
    assert beside.is_allowed(VALUE)
    assert not beside.is_allowed(OTHER)


def test_who_writes_learns_of_the_change_as_others_do(ledger):
    ledger.allow("al-1", VALUE, "", None, "alice")
    assert ledger.refresh()
    assert not ledger.refresh()


def test_an_allowed_value_expires(ledger, clock):
    ledger.allow("al-1", VALUE, "", int(clock.now) + 60, "alice")
    ledger.refresh()
    clock.now += 59
    assert not ledger.refresh()
    assert ledger.is_allowed(VALUE)
    clock.now += 1
    assert ledger.refresh()
    assert not ledger.is_allowed(VALUE)
    assert not ledger.refresh()
    assert 1 == len(ledger.allowed())


def test_the_list_says_who_allowed_what_and_why_without_the_value(ledger, clock):
    ledger.allow("al-1", VALUE, "the sandbox", None, "alice")
    assert [Allowed("al-1", "the sandbox", None, "alice", int(clock.now))] == ledger.allowed()


def test_saying_it_anew_takes_the_place_of_what_was_said(ledger, clock):
    ledger.allow("al-1", VALUE, "for now", int(clock.now) + 60, "alice")
    ledger.allow("al-2", VALUE, "for ever", None, "bob")
    assert ["al-2"] == [each.id for each in ledger.allowed()]
    clock.now += 60
    ledger.refresh()
    assert ledger.is_allowed(VALUE)


def test_an_entry_can_be_taken_back_once(ledger):
    ledger.allow("al-1", VALUE, "", None, "alice")
    assert ledger.disallow("al-1", "bob")
    assert not ledger.disallow("al-1", "bob")
    assert not ledger.disallow("al-00000000", "bob")
    assert not ledger.is_allowed(VALUE)
    assert [] == ledger.allowed()


def test_imports_are_counted_by_source_and_kind(ledger, clock):
    assert 2 == ledger.imported(".env", [(VALUE, "PASSWORD"), (OTHER, "TOKEN")])
    assert 0 == ledger.imported(".env", [(VALUE, "PASSWORD")])
    now = int(clock.now)
    assert [Imported(".env", "PASSWORD", 1, now), Imported(".env", "TOKEN", 1, now)] == ledger.sources()


def test_what_came_from_a_forgotten_source_alone_is_forgotten(ledger, beside):
    ledger.imported("one", [(VALUE, "PASSWORD"), (OTHER, "TOKEN")])
    ledger.imported("two", [(OTHER, "TOKEN")])
    assert (2, 1) == ledger.forget("one")
    beside.refresh()
    assert beside.is_forgotten(VALUE)
    assert not beside.is_forgotten(OTHER)
    assert ["two"] == [each.source for each in beside.sources()]


def test_what_is_imported_again_is_forgotten_no_more(ledger):
    ledger.imported("one", [(VALUE, "PASSWORD")])
    ledger.forget("one")
    ledger.imported("one", [(VALUE, "PASSWORD")])
    assert not ledger.is_forgotten(VALUE)


def test_a_source_that_is_not_there_has_nothing_to_forget(ledger):
    assert (0, 0) == ledger.forget("none")


def test_names_are_told_from_other_values(ledger):
    ledger.imported("catalog", [("ledger reconciler", "NAME"), (VALUE, "TOKEN")])
    assert ledger.is_name("ledger reconciler")
    assert not ledger.is_name(VALUE)


def test_another_tenant_hears_nothing_of_it(ledger, tmp_path):
    ledger.allow("al-1", VALUE, "", None, "alice")
    ledger.imported("one", [(OTHER, "TOKEN")])
    another = Ledger(tmp_path / "ledger.db", derive(bytes(range(32)), "another"))
    assert not another.is_allowed(VALUE)
    assert ([], [], (0, 0)) == (another.sources(), another.allowed(), another.forget("one"))


def test_no_value_stands_in_the_file(ledger, tmp_path):
    ledger.allow("al-1", VALUE, "", None, "alice")
    ledger.imported("one", [(OTHER, "TOKEN")])
    ledger.close()
    ledger.close()
    for path in tmp_path.iterdir():
        assert VALUE.encode() not in path.read_bytes()
        assert OTHER.encode() not in path.read_bytes()


def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path, keys):
    (tmp_path / "ledger.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(VaultError, match="restore it from a backup"):
        Ledger(tmp_path / "ledger.db", keys)


def test_a_full_disk_is_an_error_and_changes_nothing(ledger, no_room):
    ledger.allow("al-1", VALUE, "", None, "alice")
    with no_room(100), pytest.raises(VaultError, match="space"):
        ledger.imported("one", [(f"{OTHER}{n}", "TOKEN") for n in range(1000)])
    assert [] == ledger.sources()
