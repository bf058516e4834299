import os
import threading

import pytest

from redact.errors import VaultError
from redact.vault.keys import derive, fingerprint, open_keys


def test_a_new_key_is_private_and_read_back_the_same(tmp_path):
    path = tmp_path / "state" / "tenant.key"
    made = open_keys(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0o700 == path.parent.stat().st_mode & 0o777
    assert made == open_keys(path)
    assert [path] == list(path.parent.iterdir())


def test_every_new_key_is_another(tmp_path):
    assert open_keys(tmp_path / "a").kid != open_keys(tmp_path / "b").kid


def test_those_who_start_at_once_agree_on_one_key(tmp_path):
    start = threading.Barrier(8)
    seen = []

    def starter():
        start.wait()
        seen.append(open_keys(tmp_path / "tenant.key"))

    threads = [threading.Thread(target=starter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == len(seen)
    assert all(keys == seen[0] for keys in seen)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_key_that_others_may_touch_is_refused_and_the_message_mends_it(tmp_path, mode):
    path = tmp_path / "a folder" / "tenant.key"
    open_keys(path)
    path.chmod(mode)
    with pytest.raises(VaultError, match=f"{mode:04o}") as refused:
        open_keys(path)
    command = str(refused.value).split("`")[1]
    assert 0 == os.system(command)  # noqa: S605  # the sentence must hold as it stands
    open_keys(path)


@pytest.mark.parametrize("kept", [slice(0), slice(40), slice(41, None)], ids=["emptied", "cut short", "beheaded"])
@pytest.mark.parametrize("more", [b"", b"\n", b"\0" * 200])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path, kept, more):
    path = tmp_path / "tenant.key"
    open_keys(path)
    damaged = path.read_bytes()[kept] + more
    path.write_bytes(damaged)
    with pytest.raises(VaultError, match="damaged; restore it from a backup"):
        open_keys(path)
    assert damaged == path.read_bytes()


def test_one_wrong_digit_is_noticed_and_the_key_is_not_shown(tmp_path):
    path = tmp_path / "tenant.key"
    open_keys(path)
    name, key, check = path.read_text().split()
    path.write_text(f"{name} {key[:-1]}{'1' if key.endswith('0') else '0'} {check}\n")
    with pytest.raises(VaultError, match="damaged; restore it from a backup") as refused:
        open_keys(path)
    assert not [start for start in range(len(key) - 8) if key[start : start + 8] in str(refused.value)]


def test_a_place_where_no_key_can_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(VaultError, match="not a directory") as refused:
        open_keys(tmp_path / "file" / "tenant.key")
    assert str(tmp_path / "file") in str(refused.value)


def test_a_full_disk_leaves_no_half_key(tmp_path, no_room):
    with no_room(40), pytest.raises(VaultError, match="no room left"):
        open_keys(tmp_path / "tenant.key")
    assert [] == list(tmp_path.iterdir())
    open_keys(tmp_path / "tenant.key")


def test_derived_keys_are_the_same_on_every_machine_and_in_every_version():
    keys = derive(bytes(range(32)), "acme")
    assert "1198698c" == keys.kid
    assert "dda54f216764aaa93da63b06396da3b68faf69c03632ba6c18cae66cc3c2c8ba" == keys.index_key.hex()
    assert "83702278fa52e840ce31b0753f149f03" == keys.seal_key.hex()[:32]
    assert (32, 64) == (len(keys.index_key), len(keys.seal_key))


def test_tenants_share_no_key():
    ours, theirs = derive(bytes(32), "a"), derive(bytes(32), "b")
    assert not {ours.kid, ours.index_key, ours.seal_key} & {theirs.kid, theirs.index_key, theirs.seal_key}


def test_a_master_of_another_size_is_refused():
    with pytest.raises(VaultError, match="32 bytes, this one 31"):
        derive(bytes(31))


def test_a_repr_shows_no_key(keys):
    assert f"TenantKeys(tenant='default', kid='{keys.kid}')" == repr(keys)


def test_fingerprints_are_equal_for_equal_values_under_one_key_only(keys):
    other = derive(bytes(32))
    assert fingerprint(keys, "hunter2") == fingerprint(keys, "hunter2")
    assert 4 == len({fingerprint(k, v) for k in (keys, other) for v in ("hunter2", "hunter3")})
    assert 32 == len(fingerprint(keys, "lone \ud800"))
