"""JSON in and out without loss."""

import json
import sys

import pytest

from redact import jsontext
from redact.errors import UnreadableError

from .errors import everything_said

SAME = [
    b'{"b":1,"a":2}',
    b"[1,1.0,1e5,-1.50,1E+400,123456789012345678901234567890]",
    '{"ключ":"значение 😀","é":"\\u0000"}'.encode(),
    rb'{"lone":"\ud800 and \udfff"}',
    rb'{"\udc80":1,"b":[true,false,null,{},[],""]}',
    b'"just a string"',
    b"12",
]


@pytest.mark.parametrize("body", SAME)
def test_what_is_read_is_written_as_it_was(body):
    assert body == jsontext.dump(jsontext.load(body))


def test_a_number_of_thousands_of_digits_stays_as_written():
    body = b'{"n":' + b"7" * 6000 + b',"s":"x"}'
    assert len(body) > sys.get_int_max_str_digits()
    assert body == jsontext.dump(jsontext.load(body))


def test_of_doubled_keys_the_last_counts():
    assert {"a": 2} == jsontext.load(b'{"a":1,"a":2}')


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a": "hunter2-x9", ', "json"),
        (b'{"a": "hunter2-x9"} {"b": 1}', "json"),
        (b'{"a": "hunter2-x9", "b": NaN}', "json"),
        (b'{"a": "hunter2-x9", "b": [Infinity]}', "json"),
        (b'{"a": "hunter2-x9",}', "json"),
        (b'{"a": "hunter2-x9" /* why */}', "json"),
        (b'{"a": "hunter2-x9\n"}', "json"),
        (b'\xef\xbb\xbf{"a": "hunter2-x9"}', "json"),
        (b'{"a": "hunter2-x9\xff"}', "utf8"),
        ('{"a": "hunter2-x9"}'.encode("utf-16"), "utf8"),
        (b'["hunter2-x9",' + b"[" * 10_000, "json-depth"),
        (b'{"hunter2-x9":' * 10_000 + b"1" + b"}" * 10_000, "json-depth"),
        (b"", "json"),
    ],
)
def test_what_cannot_be_read_says_why_and_never_what_it_was(body, code):
    with pytest.raises(UnreadableError) as refused:
        jsontext.load(body)
    assert code == refused.value.code
    assert "hunter2" not in everything_said(refused.value)


@pytest.mark.parametrize(
    ("body", "alike"),
    [
        (b'{"a": 1, "b": {"a": 1}}', True),
        (b'{"a": 1, "a": 1}', False),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', False),
        (b"[1, 2]", True),
        (b"not JSON", False),
    ],
)
def test_a_doubled_key_makes_a_body_ambiguous(body, alike):
    assert alike is jsontext.is_unambiguous(body)


def listed(text):
    return [(literal.text, literal.near, literal.kind) for literal in jsontext.literals(text)]


def test_the_strings_and_long_numbers_of_a_text_are_listed_with_the_key_they_stand_under():
    assert [
        ("password", "", "name"),
        ("hunter2-x9", "password", "value"),
        ("ids", "password", "name"),
        ("123456789012", "ids", "number"),
        ("210987654321", "ids", "number"),
    ] == listed('{"password" : "hunter2-x9", "ids": [123456789012, -210987654321, 12345, 1234567.5, 1e1234567]}')


def test_a_name_beside_a_value_is_what_the_value_stands_under():
    assert ("hunter2-x9", "DB_PASSWORD", "value") in listed('[{"name": "DB_PASSWORD", "value": "hunter2-x9"}]')


@pytest.mark.parametrize(
    "text", ["", "hello", '"a string"', "12", "{broken", '{"a":1} trailing', "{'a': 1}", '{"a":NaN}']
)
def test_a_text_that_is_no_json_object_or_array_has_no_literals(text):
    assert not jsontext.literals(text)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"plain", "plain"),
        (r"a\"b\\c\/d\n", 'a"b\\c/d\n'),
        (r"\u0041\u00e9\u00E9z", "Aééz"),
        (r"x\ud83d\ude00y", "x😀y"),
        (r"\\u0041", r"\u0041"),
        (r"\ud800x", "\ud800x"),
        ("😀 é \udfff", "😀 é \udfff"),
    ],
)
def test_each_character_of_a_literal_knows_where_it_is_written(written, said):
    text = f'["x", "{written}"]'
    literal = jsontext.literals(text)[1]
    assert said == literal.text
    for start in range(len(said)):
        for end in range(start + 1, len(said) + 1):
            assert said[start:end] == json.loads(f'"{text[literal.raw(start) : literal.raw(end)]}"')


def test_a_literal_does_not_show_what_it_says():
    assert "hunter2" not in repr(jsontext.literals('["hunter2-x9"]'))
