"""Settled or not, the same places matter; what was compiled is found by the next process."""

import pytest

from redact.detect.patterns import Patterns, expressions
from redact.literals import have_hyperscan
from tests import pack

pytestmark = pytest.mark.skipif(not have_hyperscan(), reason="without hyperscan there is one way only")

TEXT = "token dtk_8Jq2mVx91LpZt0Ye, and dtk_ is none; dtk_dtk_dtk_"


class Shelf:
    data = None
    saved = 0

    def load(self):
        return self.data

    def save(self, data):
        self.data = data
        self.saved += 1


def test_a_settled_search_looks_at_fewer_places():
    find = Patterns(expressions(pack.RULES))
    before, found = find.looks(TEXT), find(TEXT)
    find.settle()
    assert found == find(TEXT)
    assert before > find.looks(TEXT) > 0


def test_what_was_compiled_is_there_in_the_next_process():
    shelf = Shelf()
    first = Patterns(expressions(pack.RULES), shelf=shelf)
    first.settle()
    first.settle()
    assert 1 == shelf.saved
    second = Patterns(expressions(pack.RULES), shelf=shelf)
    assert first(TEXT) == second(TEXT) != []
    assert first.looks(TEXT) == second.looks(TEXT)


@pytest.mark.parametrize(
    "damaged", [b"", b"\x00", b"\x94\xa1a\xa1b\x90\x90"], ids=["empty", "nothing", "other-hyperscan"]
)
def test_what_cannot_be_read_from_the_shelf_is_compiled_anew(damaged):
    shelf = Shelf()
    shelf.data = damaged
    find = Patterns(expressions(pack.RULES), shelf=shelf)
    assert Patterns(expressions(pack.RULES))(TEXT) == find(TEXT)
    find.settle()
    assert 1 == shelf.saved
