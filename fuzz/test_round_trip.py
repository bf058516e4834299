"""What a redaction put in, restoring takes out again: the text comes back, whatever look-alikes it holds."""

from hypothesis import given
from hypothesis import strategies as st

from redact.engine import Redactor
from redact.records import Records
from tests import pack

from .look import examples, is_caught
from .texts import any_text, honest


def comes_back(make, before, text):
    redactor = make()
    for earlier in before:
        redactor.redact(earlier)
    sent = redactor.redact(text)
    assert text == redactor.restorer(sent.records).restore(sent.text)
    assert [text[start:end] for start, end, _ in sent.edits] != [""]
    assert all(0 <= start < end <= len(text) for start, end, _ in sent.edits)


@given(st.lists(any_text, max_size=2), any_text)
@examples(400)
def test_every_text_comes_back(before, text):
    comes_back(pack.redactor, before, text)


@given(honest)
@examples(100)
def test_a_text_without_surrogates_comes_back_from_the_whole_vault(text):
    redactor = pack.redactor()
    assert text == redactor.restore(redactor.redact(text).text)


class NoQuotes(Redactor):
    """Does not mind look-alikes."""

    @staticmethod
    def _look_alikes(*_):
        return []


class OwnCaseRecords(Records):
    """Gives every name back in one style."""

    def written(self, value, stand):
        return super().written(value, stand).lower()


class OwnCase(Redactor):
    def __init__(self, *both, **named):
        super().__init__(*both, **named)
        self._records.__class__ = OwnCaseRecords


def test_it_catches_look_alikes_that_are_not_quoted():
    assert is_caught(lambda t: comes_back(lambda: pack.redactor(kind=NoQuotes), [], t), any_text)


def test_it_catches_a_lost_style():
    assert is_caught(lambda t: comes_back(lambda: pack.redactor(kind=OwnCase), [], t), any_text)
