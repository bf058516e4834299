"""What was restored and comes back with the next request becomes what the model said, wherever the client puts it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from redact.codenames import codename
from redact.engine import Redactor
from redact.records import Records
from tests import pack

from . import answers, texts
from .look import examples, is_caught


def codenames():
    """The names' surrogates in each style in which both read back: a name of one word gets one word."""
    found = []
    for name in texts.NAMES:
        named = codename(name, texts.surrogates()[name])
        found += texts.styled(" ".join("".join(group) for group in named.groups))
    return found


def surrogates():
    carried = [texts.surrogates()[value] for value in answers.CARRIED]
    return st.one_of(st.sampled_from(carried), st.sampled_from(codenames()))


# Letters, digits and dots next to a surrogate may make something else of it; a name of one word is one among words only.
apart = st.sampled_from(
    (" ", "\n", '"', " - ", "('", "')", "; ", "\t", "`", "é ", " 😀 ", "\\ ", "/ ", "{", "}", "&", "= ")
)
strays = st.sampled_from(("RDX_PASSWORD_0123456789AB", "rdx_", "RDX_A_B_", "hello", "Client"))
said = st.lists(st.tuples(apart, st.one_of(surrogates(), strays), apart).map("".join), max_size=5).map("".join)

turns = st.fixed_dictionaries(
    {
        "prose": said,
        "input": said,
        "escaped": st.booleans(),
        "dialect": st.sampled_from(("anthropic-messages", "openai-chat", "generic")),
    }
)


def request(dialect, turn=None):
    messages = [{"role": "user", "content": answers.REQUEST + ", ".join(texts.NAMES)}]
    if turn is not None:
        messages.append({"role": "assistant", **turn})
    return {"model": "m", "messages": messages}


def answer(turn):
    """Write what the model says as an answer, whole; tests/ and test_any_cut.py say that a stream gives the same."""
    if turn["dialect"] == "anthropic-messages":
        tool = {
            "type": "tool_use",
            "id": "t",
            "name": "write_file",
            "input": {"content": turn["input"], turn["input"]: 1},
        }
        return {"role": "assistant", "content": [{"type": "text", "text": turn["prose"]}, tool]}
    call = {
        "index": 0,
        "id": "c",
        "function": {"name": "bash", "arguments": json.dumps({"c": turn["input"]}, ensure_ascii=turn["escaped"])},
    }
    return {"choices": [{"index": 0, "message": {"content": turn["prose"], "tool_calls": [call]}}]}


def history(turn, answered):
    """What a client puts into its next request."""
    if turn["dialect"] == "anthropic-messages":
        return {"content": answered["content"]}
    message = answered["choices"][0]["message"]
    if turn["dialect"] == "generic":
        return {"summary": message["content"], "inner": {"of": [message["content"]]}}
    return message


def comes_back(make, turn):
    over = make()
    first = pack.exchange(turn["dialect"], over)
    first.request(json.dumps(request(turn["dialect"])).encode())
    given_ = answer(turn)
    shown = json.loads(first.response(json.dumps(given_).encode()))
    second = pack.exchange(turn["dialect"], over)
    sent = json.loads(second.request(json.dumps(request(turn["dialect"], history(turn, shown))).encode()))
    assert {"role": "assistant", **history(turn, given_)} == sent["messages"][1]
    restarted = pack.exchange(turn["dialect"], make(pack.vault_of(over)))
    assert sent == json.loads(restarted.request(json.dumps(request(turn["dialect"], history(turn, shown))).encode()))


@given(turns)
@examples(200)
def test_what_was_restored_comes_back_as_it_was_said(turn):
    comes_back(pack.redactor, turn)


class ByContext(Redactor):
    """Finds what rules find and remembers nothing."""

    def _remember(self, records):
        pass


class OneStyleRecords(Records):
    """Writes codenames in one style."""

    def written(self, value, stand):
        return super().written(value, stand).lower()


class OneStyle(Redactor):
    def __init__(self, *both, **named):
        super().__init__(*both, **named)
        self._records.__class__ = OneStyleRecords


def test_it_catches_a_redactor_that_remembers_nothing():
    assert is_caught(lambda turn: comes_back(lambda vault=None: pack.redactor(vault, kind=ByContext), turn), turns)


def test_it_catches_names_that_come_back_in_another_style():
    assert is_caught(lambda turn: comes_back(lambda vault=None: pack.redactor(vault, kind=OneStyle), turn), turns)
