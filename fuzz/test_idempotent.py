"""Redacting what was redacted changes nothing, also after a restart."""

from hypothesis import given
from hypothesis import strategies as st

from redact.engine import Redactor, Text
from tests import pack

from .look import examples, is_caught
from .texts import any_text


def twice_is_once(make, texts):
    redactor = make()
    once = together(redactor, texts)
    assert once == together(redactor, once)
    assert once == together(make(pack.vault_of(redactor)), once)


def together(redactor, texts):
    return [redaction.text for redaction in redactor.redact_all([Text(text) for text in texts])]


@given(st.lists(any_text, min_size=1, max_size=3))
@examples(300)
def test_twice_is_once(texts):
    twice_is_once(pack.redactor, texts)


class Forgetful(Redactor):
    """Takes a surrogate for anything else."""

    def _own_surrogates_cut(self, _text, findings):
        return list(findings)


def test_it_catches_a_surrogate_that_is_redacted():
    assert is_caught(
        lambda t: twice_is_once(lambda v=None: pack.redactor(v, kind=Forgetful), t), st.lists(any_text, max_size=2)
    )
