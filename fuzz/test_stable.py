"""The same values get the same surrogates in every turn, process and machine: what was sent before is sent again, byte for byte."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from redact.surrogates import Mint
from tests import pack

from . import bodies, texts
from .look import examples, is_caught

# Each value stands where a rule finds it; one found later only makes an earlier, untold mention of it another text.
told = texts.joined(texts.odd, texts.planted, texts.names_apart, size=5)
conversations = st.lists(told, min_size=1, max_size=5)


def sent(over, messages):
    exchange = pack.exchange("anthropic-messages", over)
    body = {"messages": [{"role": "user", "content": text} for text in messages]}
    return exchange.request(bodies.dumped(body))


def prefix(body):
    """Give the bytes of a body up to where another message would follow."""
    return body.removesuffix(b"]}")


def what_was_sent_is_sent_again(make, conversation):
    """One machine sees the conversation grow; another one restarts each turn; a third sees all of it at once."""
    over = make()
    turns = [sent(over, conversation[:n]) for n in range(1, len(conversation) + 1)]
    for before, after in itertools.pairwise(turns):
        assert after.startswith(prefix(before))
    vault = pack.vault_of(make())
    assert turns == [sent(make(vault), conversation[:n]) for n in range(1, len(conversation) + 1)]
    assert turns[-1] == sent(make(), conversation)


@given(conversations)
@examples(200)
def test_what_was_sent_is_sent_again(conversation):
    what_was_sent_is_sent_again(pack.redactor, conversation)


class Numbered(Mint):
    """Counts, as many do."""

    def __init__(self, key):
        super().__init__(key)
        self._count = itertools.count()

    def _hash(self, *parts):
        return super()._hash(*parts, str(next(self._count)))


def with_mint(mint):
    return lambda vault=None: pack.redactor(vault, mint=mint(pack.KEY))


def test_it_catches_surrogates_that_are_counted():
    assert is_caught(lambda conversation: what_was_sent_is_sent_again(with_mint(Numbered), conversation), conversations)


def same_in_any_order(make, conversation):
    def surrogates(messages):
        over = make()
        sent(over, messages)
        return {record.value: record.surrogate for record in pack.vault_of(over).records()}

    assert surrogates(conversation) == surrogates(conversation[::-1])


@given(conversations)
@examples(100)
def test_the_order_of_messages_decides_no_surrogate(conversation):
    same_in_any_order(pack.redactor, conversation)


class Alike(Mint):
    """Makes the same of like values, so that who comes first gets it."""

    def label(self, kind, value, counter=0):
        return super().label(kind, value[:6], counter)


def test_it_catches_surrogates_that_depend_on_who_came_first():
    assert is_caught(lambda conversation: same_in_any_order(with_mint(Alike), conversation), conversations)
