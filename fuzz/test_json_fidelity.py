"""JSON is written as it was read: numbers of any size, the order of keys, lone surrogates, whatever the spacing."""

import json

from hypothesis import given

from redact import jsontext

from .documents import documents, read, strings_in
from .look import examples, is_caught


def nothing_is_lost(load, dump, text):
    out = dump(load(text.encode()))
    assert read(text) == read(out)
    assert out == dump(load(out))
    assert jsontext.loses_nothing(text.encode(), out)


@given(documents())
@examples(400)
def test_nothing_is_lost(text):
    nothing_is_lost(jsontext.load, jsontext.dump, text)


def a_lost_member_is_seen(loses_nothing, text):
    out = jsontext.dump(jsontext.load(text.encode()))
    assert loses_nothing(text.encode(), out) is (read(text) == read(out))


@given(documents(doubled=True))
@examples(300)
def test_a_lost_member_is_seen(text):
    a_lost_member_is_seen(jsontext.loses_nothing, text)


def literals_say_what_stands_there(find, text):
    found = find(text) or []
    if not text.lstrip().startswith(("{", "[")):
        assert [] == found
        return
    strings = [literal for literal in found if literal.kind != "number"]
    assert list(strings_in(read(text))) == [literal.text for literal in strings]
    for literal in strings:
        for at in range(len(literal.text)):
            assert literal.text[at] == unescaped(text[literal.raw(at) : literal.raw(at + 1)])


def unescaped(raw):
    try:
        return json.loads(f'"{raw}"')
    except ValueError:
        return None


@given(documents(doubled=True))
@examples(200)
def test_the_literals_of_a_text_say_what_stands_there(text):
    literals_say_what_stands_there(jsontext.literals, text)


def test_it_catches_numbers_that_become_floats():
    assert is_caught(lambda t: nothing_is_lost(json.loads, lambda value: json.dumps(value).encode(), t), documents())


def test_it_catches_keys_that_are_sorted():
    def dump(value):
        return json.dumps(json.loads(jsontext.dump(value)), sort_keys=True).encode()

    assert is_caught(lambda text: nothing_is_lost(jsontext.load, dump, text), documents())


def test_it_catches_a_lost_member_that_is_not_seen():
    assert is_caught(lambda text: a_lost_member_is_seen(lambda *_: True, text), documents(doubled=True))


def test_it_catches_offsets_that_count_an_escape_as_one():
    def shifted(text):
        return [literal._replace(offsets=None) for literal in jsontext.literals(text) or ()]

    assert is_caught(lambda text: literals_say_what_stands_there(shifted, text), documents())
