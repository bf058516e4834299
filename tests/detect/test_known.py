"""Values already known: found exactly, in every encoding, and nothing else."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from redact.detect import known as module
from redact.detect.known import RULE_ID, Form, KnownValues, forms, is_distinctive
from redact.literals import have_hyperscan
from redact.model import Finding

VALUE = 'p@ss/w0rd+"1!é<&>'


@pytest.fixture(
    params=[False, True] if have_hyperscan() else [False], ids=lambda fast: "hyperscan" if fast else "plain"
)
def known(request):
    return KnownValues(fast=request.param)


def found(known, text):
    return sorted({text[f.start : f.end] for f in known.find(text)})


def dotnet(value):
    escaped = "".join(c if (c.isascii() and c.isalnum()) or c in "@/!-_" else f"\\u{ord(c):04X}" for c in value)
    return escaped.replace("\\u003D", "=")


WRITTEN = {
    "raw": VALUE,
    "JavaScript": json.dumps(VALUE, ensure_ascii=False)[1:-1],
    "Python": json.dumps(VALUE)[1:-1],
    "PHP": json.dumps(VALUE)[1:-1].replace("/", "\\/"),
    "Go": json.dumps(VALUE, ensure_ascii=False)[1:-1].replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026"),
    ".NET": dotnet(VALUE),
    "twice": json.dumps(json.dumps(VALUE)[1:-1])[1:-1],
    "thrice": json.dumps(json.dumps(json.dumps(VALUE)[1:-1])[1:-1])[1:-1],
    "quote": quote(VALUE),
    "quote all": quote(VALUE, safe=""),
    "quote_plus": quote_plus(VALUE),
    "encodeURIComponent": quote(VALUE, safe="!'()*"),
    "lower percent": quote(VALUE, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%3C", "%3c")
    .replace("%3E", "%3e").replace("%C3%A9", "%c3%a9"),
}  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_value_is_found_as_others_write_it(known, written):
    known.add([VALUE])
    assert [written] == found(known, f"x {written} y")
    assert known.stands_in(f"x {written} y".encode())


def test_words_in_a_form_are_written_with_plus_or_percent(known):
    known.add(["correct horse 7"])
    for written in ("correct+horse+7", "correct%20horse%207", "correct horse 7"):
        assert [written] == found(known, f"?q={written}&")


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"user:"])
@pytest.mark.parametrize("after", [b"", b"z", b"zz", b"\xff\xfe"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.b16encode])
def test_the_whole_encoded_token_is_found_wherever_the_value_stands_in_it(known, before, after, encode):
    known.add(["hunter2-x9?~?"])
    token = encode(before + b"hunter2-x9?~?" + after).decode()
    assert [token] == found(known, f"Basic {token} ")


def test_a_private_key_is_found_with_its_line_ends_written_out(known):
    key = "-----BEGIN X-----\nMIIB/abc+==\n-----END X-----"
    known.add([key])
    deep = key
    for _ in range(3):
        deep = json.dumps(deep)[1:-1]
        assert [deep] == found(known, f"k: {deep};")


@pytest.mark.parametrize(
    ("value", "distinctive"),
    [
        ("hunter2", True),
        ("hunter2-x9", True),
        ("123456789012", True),
        ("correcthorsebatterystaple", True),
        ("p@ssw0", True),
        ("", False),
        ("  ", False),
        ("Password", False),
        ("changeme", False),
        ("abc1", False),
        ("correcthorse", False),
        ("12345678", False),
    ],
)
def test_only_what_stands_out_is_looked_for(known, value, distinctive):
    assert distinctive is is_distinctive(value)
    known.add([value])
    assert distinctive is (value in known)
    assert distinctive is bool(known.find(f"say {value} now"))


@pytest.mark.parametrize(
    ("value", "text", "is_there"),
    [
        ("hunter2", "xhunter2", False),
        ("hunter2", "hunter2000", False),
        ("hunter2", "-hunter2-", True),
        ("hunter2-x9", "mysql -phunter2-x9", True),
        ("123456789012", "1123456789012", False),
        ("123456789012", "1234567890123", False),
        ("123456789012", "a123456789012b", True),
        ("123456789012", "-123456789012", True),
    ],
)
def test_short_values_and_numbers_count_only_where_they_stand_alone(known, value, text, is_there):
    known.add([value])
    assert is_there is bool(known.find(text))


def test_ranges_are_characters_not_bytes(known):
    known.add(["hunter2-x9", "пароль-7é"])
    assert [Finding(2, 12, RULE_ID), Finding(15, 24, RULE_ID)] == known.find("é hunter2-x9 😀 пароль-7é")
    assert [Finding(3, 13, RULE_ID)] == known.find("\ud800é hunter2-x9"[0:1] + "é hunter2-x9"[0:])


def test_a_value_added_later_is_found_since_then(known):
    known.add(["hunter2-x9"])
    then = known.generation
    assert [] == known.find("hunter2-x9", since=then)
    known.add(["hunter3-x9", "hunter2-x9"])
    assert then + 1 == known.generation
    assert ["hunter3-x9"] == [
        ("hunter2-x9 hunter3-x9")[f.start : f.end] for f in known.find("hunter2-x9 hunter3-x9", then)
    ][-1:]


def test_many_values_added_one_by_one_are_all_found(known):
    values = [f"hunter{n}-x9" for n in range(70)]
    text = " ".join(values)
    for n, value in enumerate(values):
        known.add([value])
        assert n + 1 == known.generation
    assert sorted(values) == found(known, text)
    assert len(known._segments) < 8


def test_nothing_is_found_where_nothing_is_known(known):
    assert [] == known.find("hunter2-x9")
    assert not known.stands_in(b"hunter2-x9")


def test_what_is_kept_inside_does_not_show_the_value():
    known = KnownValues(fast=False)
    known.add(["hunter2-x9"])
    assert "hunter" not in repr(forms("hunter2-x9")) + repr(known._segments) + repr(known)
    assert "hunter" not in repr(Form(b"hunter2-x9", wraps=False))


def test_a_long_form_that_begins_at_the_end_of_a_text_is_not_found_beyond_it(known):
    token = base64.b64encode(b"user:dtk_8Jq2mVx91LpZt0YeAAAA!user:hunter2-x9!").decode()
    known.add(["hunter2-x9", token])
    for text in (token, f"password={token}", token[:-2], token[:60]):
        assert all(0 <= f.start < f.end <= len(text) for f in known.find(text))


def test_what_is_kept_on_a_shelf_is_stamped_by_how_values_are_written(monkeypatch):
    before = module._stamp()
    monkeypatch.setattr(module, "forms", lambda value: [Form(value.encode()[::-1], wraps=False)])
    reversed_so = module._stamp()
    monkeypatch.setattr(module, "forms", lambda value: [Form(value.encode(), wraps=False)])
    assert 3 == len({before, reversed_so, module._stamp()})


@pytest.mark.parametrize("value", ["ab\0cdefgh12", "\0cdefgh12", "cdefgh12\0", "\0\0\0\0abcd12"])
def test_a_value_that_holds_nul_is_found_whole(known, value):
    known.add(["hunter2-x9", value])
    text = f"ab cd {value} hunter2-x9 {json.dumps(value)[1:-1]}"
    assert sorted([value, "hunter2-x9", json.dumps(value)[1:-1]]) == found(known, text)
