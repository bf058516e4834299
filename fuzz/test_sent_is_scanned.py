"""What is sent is what was scanned: every string that any parser finds in it, and untouched bytes where nothing was found."""

from hypothesis import given
from hypothesis import strategies as st

from redact import jsontext
from redact import sanitizer as module
from redact.engine import Redactor
from redact.errors import RedactError
from tests import pack

from . import bodies, texts
from .documents import documents, plain, read, strings_in
from .look import examples, is_caught


class Recording(Redactor):
    """Remembers what it was shown, and what it made of it."""

    def redact_all(self, shown):
        redactions = super().redact_all(shown)
        self.shown = {one.text for one in shown}
        self.made = {redaction.text for redaction in redactions}
        return redactions


def what_is_sent_was_scanned(dialect, text):
    over = pack.redactor(kind=Recording)
    exchange = pack.exchange(dialect, over)
    try:
        sent = exchange.request(text.encode())
    except RedactError:
        return
    assert set(strings_in(read(sent))) <= over.made
    if not exchange.has_edits:
        assert set(strings_in(read(sent))) <= over.shown
        # Doubled keys are two bodies to two parsers; else not a byte is another.
        assert sent == text.encode() or not jsontext.is_unambiguous(text.encode())


found = st.one_of(texts.planted, texts.bare, plain)


@given(bodies.DIALECTS, st.one_of(documents(doubled=True), documents(), documents(found, doubled=True)))
@examples(400)
def test_what_is_sent_was_scanned(dialect, text):
    what_is_sent_was_scanned(dialect, text)


def test_it_catches_doubled_keys_that_are_passed_on(monkeypatch):
    monkeypatch.setattr(jsontext, "loses_nothing", lambda *_: True)
    assert is_caught(lambda text: what_is_sent_was_scanned("generic", text), documents(doubled=True))


def test_it_catches_a_body_that_is_always_written_anew(monkeypatch):
    monkeypatch.setattr(jsontext, "loses_nothing", lambda *_: False)
    assert is_caught(lambda text: what_is_sent_was_scanned("generic", text), documents())


def test_it_catches_a_walk_that_skips_keys(monkeypatch):
    every = module.slots
    monkeypatch.setattr(module, "slots", lambda *a: [slot for slot in every(*a) if slot.kind != "name"])
    assert is_caught(lambda text: what_is_sent_was_scanned("generic", text), documents())
