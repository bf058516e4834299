import threading

import pytest

from redact.errors import SurrogateTakenError
from redact.vault.memory import MemoryVault


def test_the_first_record_of_a_value_stands(record):
    vault = MemoryVault()
    first, second = record("hunter2", "RDX_A"), record("hunter2", "RDX_B")
    assert [first] == vault.put([first])
    assert [first] == vault.put([second])
    assert vault.by_surrogate("RDX_B") is None


def test_a_value_twice_in_one_put_gets_one_record(record):
    vault = MemoryVault()
    first, second = record("hunter2", "RDX_A"), record("hunter2", "RDX_B")
    assert [first, first] == vault.put([first, second])


def test_a_surrogate_of_another_value_is_refused_and_nothing_of_that_put_is_kept(record):
    vault = MemoryVault()
    vault.put([record("one", "RDX_A")])
    with pytest.raises(SurrogateTakenError) as refused:
        vault.put([record("new", "RDX_N"), record("two", "RDX_A"), record("three", "RDX_B"), record("four", "RDX_B")])
    assert ("RDX_A", "RDX_B") == refused.value.surrogates
    assert [record("one", "RDX_A")] == vault.records()


def test_records_come_oldest_first(record):
    vault = MemoryVault()
    ordered = [record(value) for value in ("c", "a", "b")]
    vault.put(ordered[:2])
    vault.put(ordered[2:])
    assert ordered == vault.records()


def test_threads_agree_on_one_record_for_each_value(record):
    vault = MemoryVault()
    start = threading.Barrier(4)
    answers = {}

    def writer(name):
        start.wait()
        answers[name] = [vault.put([record(f"v{n}", f"RDX_{name}_{n}")])[0] for n in range(500)]

    threads = [threading.Thread(target=writer, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers["A"] == others for others in answers.values())
    assert answers["A"] == vault.records()
