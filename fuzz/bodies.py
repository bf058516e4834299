"""Bodies of requests in every dialect, with values anywhere and fields that nobody has heard of; answers, and their cuts."""

import itertools
import json

from hypothesis import strategies as st

from . import texts

DIALECTS = st.sampled_from(("anthropic-messages", "openai-chat", "generic"))

short = texts.joined(texts.odd, texts.planted, texts.bare, texts.hidden, texts.names_apart, size=4)
numbers = st.one_of(
    st.sampled_from([int(account) for account in texts.ACCOUNTS[:2]] + [-123456789012, 10**30, 123456789012.0, 0, 1.5]),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
leaves = st.one_of(short, numbers, st.none(), st.booleans())
keys = st.one_of(st.sampled_from(("password", "account_id", "name", "value", "id", "type", "x")), short)


def nested(strings=short):
    """Any JSON that holds such strings, also as keys."""
    return st.recursive(
        st.one_of(strings, leaves),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
        max_leaves=5,
    )


unknown = st.dictionaries(st.sampled_from(("new_field", "metadata", "x-y", "context")), nested(), max_size=1)


def with_more(strategy):
    """Objects with fields that nobody has heard of."""
    return st.tuples(strategy, unknown).map(lambda both: {**both[1], **both[0]})


def made(**members):
    return with_more(st.fixed_dictionaries(members))


def just(value):
    return st.just(value)


text_block = made(type=just("text"), text=short)
odd_block = made(type=st.sampled_from(("new_block", "document", "search_result")), title=short, data=nested())
tool_use = made(
    type=just("tool_use"),
    id=just("toolu_01A"),
    name=just("write_file"),
    input=st.dictionaries(keys, nested(), max_size=2),
)
tool_result = made(
    type=just("tool_result"), tool_use_id=just("toolu_01A"), content=st.one_of(short, st.lists(text_block, max_size=2))
)
sealed_text = texts.joined(texts.odd, texts.stand_ins, size=4)
thinking = st.fixed_dictionaries(
    {"type": just("thinking"), "thinking": sealed_text, "signature": just("EqoBCkgIARABGAIiQL7+/w==")}
)
redacted_thinking = just({"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix/LafPsn4="})

blocks = st.one_of(text_block, odd_block, tool_use, tool_result, thinking, redacted_thinking)
anthropic_message = made(
    role=st.sampled_from(("user", "assistant")), content=st.one_of(short, st.lists(blocks, max_size=3))
)
anthropic = made(
    model=just("claude-x"),
    system=st.one_of(short, st.lists(text_block, max_size=1)),
    messages=st.lists(anthropic_message, max_size=3),
    tools=st.lists(made(name=short, description=short, input_schema=nested()), max_size=1),
)

arguments = st.one_of(
    st.builds(json.dumps, st.dictionaries(keys, nested(), max_size=2), ensure_ascii=st.booleans()),
    st.builds(json.dumps, nested(), indent=st.sampled_from((None, 1))),
    short,
)
tool_call = made(id=just("call_1"), type=just("function"), function=made(name=just("bash"), arguments=arguments))
chat_message = made(
    role=st.sampled_from(("user", "assistant", "tool")),
    content=st.one_of(short, st.none(), st.lists(text_block, max_size=2)),
    tool_calls=st.lists(tool_call, max_size=2),
)
openai = made(model=just("gpt-x"), messages=st.lists(chat_message, max_size=3), user=short)

requests = st.one_of(
    st.tuples(just("anthropic-messages"), anthropic),
    st.tuples(just("openai-chat"), openai),
    st.tuples(just("generic"), nested()),
)
"""A dialect and a body of it."""

written = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from(((",", ":"), (", ", ": "))),
        "indent": st.sampled_from((None, None, 1)),
    }
)
"""How a client writes JSON."""


def dumped(body, how=None):
    return json.dumps(body, **(how or {"ensure_ascii": False, "separators": (",", ":")})).encode(
        "utf-8", "surrogatepass"
    )


cuts = st.one_of(st.lists(st.integers(0, 4000), max_size=8), st.integers(1, 9).map(lambda n: list(range(0, 20_000, n))))
"""Where a stream is cut."""


def cut(data, offsets):
    """Cut bytes or a text at these offsets, as far as they are in it."""
    places = [0, *sorted({offset for offset in offsets if 0 < offset < len(data)}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]
