"""What a provider's conversations carried: kept by id and client, across restarts, for as long as the provider keeps them."""

import pytest

from redact.errors import VaultError
from redact.model import Record
from redact.vault.conversations import KEPT_DAYS, Conversations
from redact.vault.keys import derive
from redact.vault.memory import MemoryVault

ONE = Record("RDX_ONE", "hunter2-x9", "ONE", "label", "secret")
TWO = Record("scenic badger", "pay flow", "NAME", "codename", "internal")


@pytest.fixture
def vault():
    made = MemoryVault()
    made.put([ONE, TWO])
    return made


@pytest.fixture
def opened(tmp_path, vault):
    made = []

    def open_it(clock=lambda: 1_000_000.0):
        made.append(Conversations(tmp_path / "conversations.db", derive(bytes(32)), vault, clock=clock))
        return made[-1]

    yield open_it
    for each in made:
        each.close()


def kept(*records):
    return {record.surrogate: record for record in records}


def test_what_was_carried_is_recalled_by_any_of_its_ids(opened):
    mine = opened().of("me")
    mine.keep(["resp_1", "msg_1"], kept(ONE, TWO))
    for ids in (["resp_1"], ["msg_1"], ["nobody", "msg_1", "resp_1"]):
        assert {ONE, TWO} == set(mine.recall(ids))
    assert [] == mine.recall(["resp_2"])
    assert [] == mine.recall([])


def test_another_client_gets_nothing(opened):
    conversations = opened()
    conversations.of("me").keep(["resp_1"], kept(ONE))
    assert [] == conversations.of("you").recall(["resp_1"])


def test_a_conversation_grows(opened):
    mine = opened().of("me")
    mine.keep(["conv_1"], kept(ONE))
    mine.keep(["conv_1"], kept(ONE, TWO))
    assert {ONE, TWO} == set(mine.recall(["conv_1"]))


def test_a_restart_forgets_nothing(opened):
    opened().of("me").keep(["resp_1"], kept(ONE))
    assert [ONE] == opened().of("me").recall(["resp_1"])


def test_what_the_provider_no_longer_keeps_is_forgotten(opened):
    opened().of("me").keep(["resp_1"], kept(ONE))
    later = 1_000_001.0 + KEPT_DAYS * 86400
    assert [] == opened(lambda: later).of("me").recall(["resp_1"])


def test_the_file_tells_neither_ids_nor_values_nor_whose_they_are(opened, tmp_path):
    conversations = opened()
    conversations.of("sk-invented").keep(["resp_1"], kept(ONE, TWO))
    conversations.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"RDX_ONE" in written
    assert not [word for word in (b"resp_1", b"sk-invented", b"hunter2", b"pay flow") if word in written]


def test_nothing_is_made_before_something_is_kept(opened, tmp_path):
    assert [] == opened().of("me").recall(["resp_1"])
    assert [] == list(tmp_path.iterdir())


def test_a_damaged_file_is_said_to_be_one(opened, tmp_path):
    (tmp_path / "conversations.db").write_bytes(b"no database")
    with pytest.raises(VaultError, match=r"conversations\.db"):
        opened().of("me").recall(["resp_1"])
