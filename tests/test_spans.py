"""Arithmetic on ranges of one text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.model import Finding
from redact.spans import shift, splice, subtract, unite

TEXT = "x" * 40


def found(*ranges):
    return [Finding(*one) for one in ranges]


def test_overlapping_findings_become_one():
    assert found((6, 40, "a")) == unite(found((6, 26, "a"), (20, 40, "b")))


def test_findings_that_touch_stay_two():
    assert found((0, 5, "a"), (5, 9, "b")) == unite(found((5, 9, "b"), (0, 5, "a")))


def test_what_lies_inside_is_swallowed():
    assert found((0, 9, "a"), (20, 21, "c")) == unite(found((0, 9, "a"), (2, 4, "b"), (3, 3, "e"), (20, 21, "c")))


def test_the_strictest_rule_names_the_whole():
    strict = {"a": 1, "b": 3, "c": 2}
    assert found((0, 12, "b")) == unite(found((0, 5, "a"), (4, 9, "b"), (8, 12, "c")), lambda rule_id: strict[rule_id])


def test_the_first_and_longest_names_the_whole_among_equals():
    assert found((0, 9, "z")) == unite(found((0, 4, "a"), (0, 9, "z")))


def test_findings_of_nothing_are_dropped():
    assert [] == unite(found((3, 3, "a"), (5, 2, "b")))


ranges = st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from("abc")).map(
    lambda r: Finding(min(r[:2]), max(r[:2]), r[2])
)


def covered(findings):
    return {at for finding in findings for at in range(finding.start, finding.end)}


@given(st.lists(ranges, max_size=8))
def test_united_findings_are_disjoint_sorted_and_cover_the_same(findings):
    united = unite(findings)
    assert covered(findings) == covered(united)
    assert all(one.end <= other.start for one, other in pairwise(united))
    assert united == unite(reversed(findings)) or len({f.rule_id for f in findings}) > 1
    assert united == unite(united)


@given(st.lists(ranges, max_size=5), st.lists(ranges, max_size=4))
def test_what_is_subtracted_is_gone_and_no_more(findings, holes):
    findings, holes = unite(findings), unite(holes)
    left = subtract(findings, [(hole.start, hole.end) for hole in holes])
    assert covered(findings) - covered(holes) == covered(left)
    assert left == unite(left)


@given(st.lists(ranges, max_size=5), st.lists(ranges, max_size=4), st.integers(1, 5))
def test_short_pieces_go_with_the_hole_and_whole_findings_stay(findings, holes, shortest):
    findings, cut = unite(findings), [(hole.start, hole.end) for hole in unite(holes)]
    pieces = subtract(findings, cut)
    wanted = [piece for piece in pieces if piece in findings or piece.end - piece.start >= shortest]
    assert wanted == subtract(findings, cut, shortest)


def test_a_finding_around_a_hole_becomes_two_pieces():
    assert found((0, 5, "a"), (9, 20, "a")) == subtract(found((0, 20, "a")), [(5, 9)])
    assert found((9, 20, "a")) == subtract(found((0, 20, "a")), [(3, 9)], shortest=4)


@pytest.mark.parametrize("edits", [[], [(0, 1, "abc")], [(0, 0, "a"), (40, 40, "b")], [(2, 10, ""), (10, 12, "é")]])
def test_spliced_text_has_each_replacement_in_its_place(edits):
    wanted = list(TEXT)
    for start, end, new in reversed(edits):
        wanted[start:end] = [new]
    assert "".join(wanted) == splice(TEXT, edits)


def test_shifted_findings_are_clipped_to_the_text():
    assert found((0, 3, "a"), (2, 5, "b")) == shift(
        found((4, 13, "a"), (12, 99, "b"), (0, 10, "c"), (15, 20, "d")), -10, 5
    )
