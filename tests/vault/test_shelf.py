"""The shelf gives back what it was given, to whoever has the key, and nothing to anybody else."""

import pytest

from redact.vault.keys import derive
from redact.vault.shelf import SealedShelf

DATA = b"hunter2-x9 " * 1000


def test_it_gives_back_what_it_was_given(tmp_path, keys):
    SealedShelf(tmp_path / "compiled" / "known.bin", keys).save(DATA)
    assert DATA == SealedShelf(tmp_path / "compiled" / "known.bin", keys).load()


def test_nothing_of_it_stands_in_the_file_which_only_its_owner_reads(tmp_path, keys):
    path = tmp_path / "known.bin"
    SealedShelf(path, keys).save(DATA)
    assert b"hunter2" not in path.read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("spoilt", [b"", b"short", b"x" * 5000])
def test_a_damaged_file_is_as_good_as_none(tmp_path, keys, spoilt):
    (tmp_path / "known.bin").write_bytes(spoilt)
    assert SealedShelf(tmp_path / "known.bin", keys).load() is None


def test_another_tenant_reads_nothing(tmp_path, keys):
    SealedShelf(tmp_path / "known.bin", keys).save(DATA)
    assert SealedShelf(tmp_path / "known.bin", derive(bytes(range(32)), "another")).load() is None


def test_an_empty_shelf_gives_nothing(tmp_path, keys):
    assert SealedShelf(tmp_path / "known.bin", keys).load() is None


def test_a_full_disk_leaves_what_was_there_and_no_draft(tmp_path, keys, no_room):
    shelf = SealedShelf(tmp_path / "known.bin", keys)
    shelf.save(b"small")
    with no_room():
        shelf.save(DATA)
    assert b"small" == shelf.load()
    assert ["known.bin"] == [path.name for path in tmp_path.iterdir()]
