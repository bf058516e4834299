"""What was seen before, and in which order, changes nothing but what is known: cached is as good as new."""

import random

from hypothesis import given
from hypothesis import strategies as st

from redact.engine import Redactor, Text
from redact.errors import RedactError
from tests import pack

from . import bodies, texts
from .look import examples, is_caught

near = st.sampled_from(("", "", "password", "account_id", "title"))
text = st.builds(Text, texts.any_text, near, st.just(False))
some = st.one_of(text, st.sampled_from(texts.VALUES).map(Text), st.just(Text('password="hunter2-x9"')))
histories = st.lists(st.lists(some, max_size=3), max_size=3)


def cached_is_as_good_as_new(make, history, shown):
    seasoned = make()
    for earlier in history:
        seasoned.redact_all(earlier)
    seen = seasoned.redact_all(shown)
    assert seen == seasoned.redact_all(shown)
    assert seen == pack.redactor(pack.vault_of(seasoned)).redact_all(shown)


@given(histories, st.lists(some, max_size=4), st.sampled_from((0, 300, 24_000_000)))
@examples(250)
def test_cached_is_as_good_as_new(history, shown, room):
    cached_is_as_good_as_new(lambda: pack.redactor(cache_characters=room), history, shown)


def sent(over, request):
    dialect, body = request
    try:
        return pack.exchange(dialect, over).request(bodies.dumped(body))
    except RedactError as refused:
        return str(refused)


def a_body_leaves_as_from_a_new_filter(make, history, request):
    seasoned = make()
    for earlier in history:
        sent(seasoned, earlier)
    seen = sent(seasoned, request)
    assert seen == sent(seasoned, request)
    assert seen == sent(pack.redactor(pack.vault_of(seasoned)), request)


requests = st.lists(bodies.requests, max_size=3).flatmap(
    lambda history: st.tuples(st.just(history), st.one_of(bodies.requests, *[st.just(one) for one in history]))
)


@given(requests)
@examples(200)
def test_a_body_leaves_as_from_a_new_filter(case):
    a_body_leaves_as_from_a_new_filter(pack.redactor, *case)


def order_does_not_matter(make, shown, seed):
    other = random.Random(seed).sample(shown, len(shown))
    assert dict(zip(shown, make().redact_all(shown), strict=True)) == dict(
        zip(other, make().redact_all(other), strict=True)
    )


apart = texts.joined(texts.odd, texts.planted, texts.bare, texts.hidden, texts.names_apart, size=6).map(Text)


@given(st.lists(apart, max_size=5, unique=True), st.integers(0, 99))
@examples(200)
def test_the_order_of_texts_does_not_matter(shown, seed):
    order_does_not_matter(pack.redactor, shown, seed)


class Stale(Redactor):
    """Does not look again at what it has seen."""

    def _renew(self, stale, generation):
        super()._renew([(text, entry) for text, entry in stale if entry.redaction is None], generation)


class Settling(Redactor):
    """Keeps what was settled for ever."""

    @property
    def settled(self):
        self._settled_at = self._known.generation
        return self._settled


class OneByOne(Redactor):
    """Redacts each text before it has seen the next."""

    def redact_all(self, shown):
        return [redaction for one in shown for redaction in super(OneByOne, self).redact_all([one])]


def of(kind):
    return lambda: pack.redactor(kind=kind)


def test_it_catches_a_cache_that_is_stale():
    assert is_caught(
        lambda case: cached_is_as_good_as_new(of(Stale), *case), st.tuples(histories, st.lists(some, max_size=4))
    )


def test_it_catches_texts_that_are_settled_for_ever():
    assert is_caught(lambda case: a_body_leaves_as_from_a_new_filter(of(Settling), *case), requests)


def test_it_catches_texts_that_are_redacted_one_by_one():
    cases = st.tuples(st.lists(apart, max_size=5, unique=True), st.integers(0, 99))
    assert is_caught(lambda case: order_does_not_matter(of(OneByOne), *case), cases)
