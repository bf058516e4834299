"""Known values are found alike with and without hyperscan, added together or one by one, and nothing is found that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.detect.known import KnownValues
from redact.literals import have_hyperscan

from . import texts
from .look import examples, is_caught

ENGINES = [False, True] if have_hyperscan() else [False]

alphabet = st.sampled_from([*'abAB019-_./+"\\ é😀\n\0&<', "hunter2", "dtk_", "\ud800"])
values = st.one_of(st.sampled_from(texts.VALUES), st.lists(alphabet, min_size=4, max_size=14).map("".join))
cases = st.lists(values, max_size=6).flatmap(
    lambda known: st.tuples(
        st.just(known),
        texts.joined(
            texts.odd,
            texts.hidden,
            st.sampled_from([*known, "x"]),
            *[st.sampled_from(texts.encoded(v)) for v in known if "\ud800" not in v],
        ),
    )
)


def ranges(known, text):
    return {(finding.start, finding.end) for finding in known.find(text)}


def engines_agree(make, case):
    values_, text = case
    whole = KnownValues(fast=False)
    whole.add(values_)
    wanted = ranges(whole, text)
    assert all(0 <= start < end <= len(text) for start, end in wanted)
    for fast in ENGINES:
        one_by_one, since = make(fast=fast), set()
        for value in values_:
            before = one_by_one.generation
            one_by_one.add([value])
            since |= {(f.start, f.end) for f in one_by_one.find(text, before)}
        assert wanted == ranges(one_by_one, text) == since
    # The first alone: bytes are looked at as texts are.
    assert bool(wanted) is whole.stands_in(text.encode("utf-8", "surrogatepass"))


@given(cases)
@examples(200)
def test_engines_agree(case):
    engines_agree(KnownValues, case)


class FirstOnly(KnownValues):
    """Finds the first of all there is."""

    def find(self, text, since=0):
        return super().find(text, since)[:1]


class OnlyNew(KnownValues):
    """Finds in its newest segment only."""

    def find(self, text, since=0):
        every, self._segments = self._segments, self._segments[-1:]
        try:
            return super().find(text, since)
        finally:
            self._segments = every


@pytest.mark.parametrize("broken", [FirstOnly, OnlyNew])
def test_it_catches_findings_that_are_lost(broken):
    assert is_caught(lambda case: engines_agree(broken, case), cases)
