"""Many literals, any case, found in one pass over bytes."""

import threading

import pytest

from redact.literals import have_hyperscan, in_characters, search_for

ENGINES = [False, True] if have_hyperscan() else [False]


@pytest.fixture(params=ENGINES, ids=lambda fast: "hyperscan" if fast else "plain")
def fast(request):
    return request.param


def test_every_occurrence_is_found_overlapping_ones_too(fast):
    search = search_for([b"aa", b"baa", b"x"], fast=fast)
    assert {(0, 2), (0, 3), (0, 6), (1, 6)} == set(search(b"aaabaa"))


def test_case_of_ascii_is_ignored_or_not(fast):
    assert [(0, 3), (0, 6)] == search_for([b"Key"], fast=fast)(b"KEYkey")
    assert [] == search_for([b"Key"], fast=fast, caseless=False)(b"KEYkey")
    assert [] == search_for(["\u212aey".encode()], fast=fast)(b"key")


@pytest.mark.parametrize("literal", [b"a.b", b"\\d+", b"[x]", b"a|b", b"\x00\xff", "é".encode(), b" "])
def test_signs_of_patterns_are_plain(fast, literal):
    search = search_for([literal], fast=fast)
    assert [(0, 2 + len(literal))] == search(b"__" + literal + b"__")
    assert [] == search(b"__a_b9x__")


def test_events_come_in_the_order_of_their_ends(fast):
    events = search_for([b"abc", b"b", b"c"], fast=fast)(b"abcabc")
    assert [end for _, end in events] == sorted(end for _, end in events)


def test_no_literals_find_nothing():
    assert [] == search_for([])(b"anything")


@pytest.mark.parametrize("count", [1, 19, 30, 199, 300, 1500])
def test_any_number_of_literals_is_found(fast, count):
    literals = [f"literal-{n:05}".encode() for n in range(count)] + [b"ab"]
    data = b" ".join([literals[0], b"LITERAL-00000", literals[-2], b"ab", b"literal-99999"])
    found = search_for(literals, fast=fast)(data)
    assert sorted({literals[index] for index, _ in found}) == sorted({literals[0], literals[-2], b"ab"})
    assert len(set(found)) in (3, 4)


def test_a_search_serves_any_thread(fast):
    search = search_for([b"key"], fast=fast)
    results = []
    threads = [threading.Thread(target=lambda: results.append(search(b"a key"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [[(0, 5)]] * 4 == results


def test_byte_offsets_become_character_offsets():
    text = "é key 😀 key \ud800 key"
    data = text.encode("utf-8", "surrogatepass")
    events = search_for([b"key"], fast=False)(data)
    assert [5, 11, 17] == [end for _, end in in_characters(events, data, ascii_only=False)]
    assert events is in_characters(events, data, ascii_only=True)
