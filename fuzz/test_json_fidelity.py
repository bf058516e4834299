"""JSON is written as it was read: numbers of any size, the order of keys, lone surrogates, whatever the spacing."""

import json

from hypothesis import given
from hypothesis import strategies as st

from redact import jsontext

from .look import examples, is_caught

strings = st.one_of(
    st.text(max_size=6),
    st.sampled_from(("\ud800", "a\udfffb", "\u2028", "\x7f", "é", "😀", '"', "\\", "\\u0041", ":", "/")),
)
integers = st.one_of(st.integers(), st.integers(10**20, 10**40), st.integers(-(10**40), -(10**20)))
# Not -0: it is read as 0, which it equals.
literal_numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True).filter(
    lambda n: n != "-0"
)


class Number(str):
    """A number as it is written."""

    __slots__ = ()


values = st.recursive(
    st.one_of(strings, literal_numbers.map(Number), integers.map(lambda n: Number(str(n))), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=4)),
    max_leaves=10,
)


def written(value, draw):
    """Write a value as some client may: any spacing, any escapes."""
    space = draw(st.sampled_from(("", " ", "\n\t", "\r\n")))
    match value:
        case Number():
            return str(value)
        case str():
            return (
                json.dumps(value)
                if draw(st.booleans()) or any("\ud800" <= c <= "\udfff" for c in value)
                else json.dumps(value, ensure_ascii=False)
            )
        case list():
            return f"[{space}" + f"{space},{space}".join(written(item, draw) for item in value) + "]"
        case dict():
            members = (f"{written(key, draw)}{space}:{space}{written(item, draw)}" for key, item in value.items())
            return f"{space}{{" + f",{space}".join(members) + f"{space}}}"
        case _:
            return json.dumps(value)


@st.composite
def texts(draw):
    return written(draw(values), draw)


def read(text):
    """Read every part as it is written, in order, with doubled keys: the other parser."""
    return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=lambda pairs: ("object", pairs))


def nothing_is_lost(load, dump, text):
    out = dump(load(text.encode("utf-8")))
    assert read(text) == read(out)
    assert out == dump(load(out))
    assert jsontext.loses_nothing(text.encode(), out)


@given(texts())
@examples(400)
def test_nothing_is_lost(text):
    nothing_is_lost(jsontext.load, jsontext.dump, text)


def literals_say_what_stands_there(find, text):
    found = find(text)
    if not text.lstrip().startswith(("{", "[")):
        assert not found
        return
    said = []

    def walk(value):
        match value:
            case ("object", pairs):
                for key, item in pairs:
                    said.append(key)
                    walk(item)
            case list():
                for item in value:
                    walk(item)
            case str() | int() | float() | bool() | None:
                said.append(value)

    walk(
        json.loads(
            text,
            parse_int=lambda _: None,
            parse_float=lambda _: None,
            object_pairs_hook=lambda pairs: ("object", pairs),
        )
    )
    strings_only = [literal for literal in found if literal.kind != "number"]
    assert [s for s in said if isinstance(s, str)] == [literal.text for literal in strings_only]
    for literal in strings_only:
        for at in range(len(literal.text)):
            assert literal.text[at] == unescaped(text[literal.raw(at) : literal.raw(at + 1)])


def unescaped(raw):
    try:
        return json.loads(f'"{raw}"')
    except ValueError:
        return None


@given(texts())
@examples(200)
def test_the_literals_of_a_text_say_what_stands_there(text):
    literals_say_what_stands_there(jsontext.literals, text)


def test_it_catches_numbers_that_become_floats():
    assert is_caught(lambda text: nothing_is_lost(json.loads, lambda value: json.dumps(value).encode(), text), texts())


def test_it_catches_keys_that_are_sorted():
    def dump(value):
        return json.dumps(json.loads(jsontext.dump(value), parse_float=None), sort_keys=True).encode()

    assert is_caught(lambda text: nothing_is_lost(jsontext.load, dump, text), texts())


def test_it_catches_offsets_that_count_an_escape_as_one():
    def shifted(text):
        return [literal._replace(offsets=None) for literal in jsontext.literals(text) or ()]

    assert is_caught(lambda text: literals_say_what_stands_there(shifted, text), texts())
