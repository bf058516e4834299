"""What a text says behind encodings, and where it says it: exactly there, and no more work than the text is long."""

import base64
import gzip
import sys
import zlib
from urllib.parse import quote

import pytest

from redact import views as module
from redact.literals import have_hyperscan
from redact.views import views

VALUE = "dtk_8Jq2mVx91LpZt0Ye"
NOTE = f"user: bob, the token is {VALUE} for now"
LONG = "\n".join(f"line {n} of a file, nothing to see" for n in range(9)) + f"\n{NOTE}\n" + "more of the same\n" * 9

both = pytest.mark.parametrize("fast", [False, True] if have_hyperscan() else [False])


def said(text, value=VALUE, *, fast=None):
    """List the parts of a text that say a value, in views and views of views."""
    found = []
    ways = []
    view = views(text, fast=fast)
    while view is not None and len(ways) < 4:
        ways.append(view)
        start = view.text.find(value)
        while start >= 0:
            place = (start, start + len(value))
            for way in reversed(ways):
                place = way.origin(*place)
            found.append(text[slice(*place)])
            start = view.text.find(value, start + 1)
        view = views(view.text, fast=fast)
    return sorted(set(found))


def encoded(data, encode=base64.b64encode):
    return encode(data if isinstance(data, bytes) else data.encode()).decode()


def wrapped(letters, width, between="\n"):
    return between.join(letters[n : n + width] for n in range(0, len(letters), width))


def letter_by_letter(form):
    return "".join(form.format(ord(letter)) for letter in VALUE)


# -- the place is exact, one row each: what stands around, and what says the value

WHOLE = {
    "base64": ("echo {} | base64 -d", "ZHRrXzhKcTJtVng5MUxwWnQwWWU"),
    "base64, unaligned": ("token: " + encoded("a:")[:-2] + "{} ", "pkdGtfOEpxMm1WeDkxTHBadDBZZQ"),
    "hex": ("key {} end", VALUE.encode().hex()),
    "upper-case hex": ("key {} end", VALUE.encode().hex().upper()),
    "hex number": ("x = 0x{};", VALUE.encode().hex()),
    "percent": ("?t={}&x", letter_by_letter("%{:02X}")),
    "lower-case percent": ("?t={}&x", letter_by_letter("%{:02x}")),
    "percent, in part": ("?t={}&x", "dtk%5F8Jq2m%56%789%31LpZt0Ye"),
    "percent, twice": ("?t={}&x", letter_by_letter("%25{:02X}")),
    "percent, four digits": ("?t={}&x", letter_by_letter("%u{:04x}")),
    r"\u": ('"t": "{}"', letter_by_letter("\\u{:04x}")),
    r"\u in JSON in JSON": ('"t": "{}"', letter_by_letter("\\\\u{:04X}")),
    r"\u{}": ('"t": "{}"', letter_by_letter("\\u{{{:x}}}")),
    r"\U": ('"t": "{}"', letter_by_letter("\\U{:08x}")),
    r"\x": ('"t": "{}"', letter_by_letter("\\x{:02x}")),
    r"\x, in part": ('"t": "{}"', "dtk\\x5f8Jq2mVx91LpZt0Ye"),
    "octal": ("t = $'{}'", letter_by_letter("\\{:03o}")),
    "decimal entities": ("<b>{}</b>", letter_by_letter("&#{};")),
    "hexadecimal entities": ("<b>{}</b>", letter_by_letter("&#x{:X};")),
    "open entities": ("<b>{}</b>", letter_by_letter("&#{}")),
    "a named entity": ("<b>{}</b>", "dtk&lowbar;8Jq2mVx91LpZt0Ye"),
    "zero-width characters": ("t={} ", "\u200b".join(VALUE)),
    "a soft hyphen": ("t={} ", "dtk_8Jq2\u00admVx91LpZt0Ye"),
    "full-width": ("t={} ", "".join(chr(ord(letter) + 0xFEE0) for letter in VALUE)),
    "full-width, in part": ("t={} ", "dtk_\uff18Jq\uff12mVx\uff19\uff11LpZt\uff10Ye"),
    "mathematical digits": ("t={} ", "dtk_\U0001d7e0Jq2mVx91LpZt\U0001d7d8Ye"),
    "a line continued": ("t={} ", "dtk_8Jq2\\\nmVx91LpZt0Ye"),
    "a line continued with CRLF": ("t={} ", "dtk_8Jq2\\\r\n    mVx91LpZt0Ye"),
    "joined by +": ('t = "{}"', 'dtk_8Jq2" + "mVx91LpZt0Ye'),
    "joined by .": ("$t = '{}';", "dtk_8Jq2' . 'mVx91LpZt0Ye"),
    "joined by &": ('t = "{}"', 'dtk_8Jq2" & "mVx91LpZt0Ye'),
    "joined by ||": ("t := '{}'", "dtk_8Jq2' || 'mVx91LpZt0Ye"),
    "joined by ..": ('t = "{}"', 'dtk_8Jq2" .. "mVx91LpZt0Ye'),
    "joined by <<": ('t = "{}"', 'dtk_8Jq2" << "mVx91LpZt0Ye'),
    "joined thrice": ('t = "{}"', 'dtk_8" + "Jq2m" + "Vx91LpZt0Ye'),
    "over lines": ('t = ("{}")', 'dtk_8Jq2"\n      "mVx91LpZt0Ye'),
    "over lines, joined": ('t = "{}"', 'dtk_8Jq2" +\r\n\t\t"mVx91LpZt0Ye'),
    "over lines, the operator first": ('t = "{}"', 'dtk_8Jq2"\n      + "mVx91LpZt0Ye'),
    "bytes, over lines": ("t = (b'{}')", "dtk_8Jq2'\n     b'mVx91LpZt0Ye"),
    "over lines of a diff": ('+t = "{}"', 'dtk_8Jq2" +\n+      "mVx91LpZt0Ye'),
    "over lines of a listing": ('  12→t = "{}"', 'dtk_8Jq2" +\n    13→    "mVx91LpZt0Ye'),
    "in JSON": (r"t = \"{}\"", r"dtk_8Jq2\" + \"mVx91LpZt0Ye"),
    "coloured": ("t={} ", "dtk_\x1b[01;31m\x1b[K8Jq2\x1b[mmVx91LpZt0Ye"),
}


@both
@pytest.mark.parametrize(("around", "written"), WHOLE.values(), ids=WHOLE)
def test_a_value_is_read_exactly_where_it_is_written(around, written, fast):
    assert [written] == said(around.format(written), fast=fast)


def letters_of(text, value=VALUE):
    """Give the letters of base64 that hold a value, those included that also hold bits of its neighbours."""
    start = len(text[: text.index(value)].encode())
    end = start + len(value.encode())
    return encoded(text)[start * 4 // 3 : -(-end * 4 // 3)]


@both
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "grüße, ", "日本語 and ", "\U0001f600 ab "])
def test_base64_is_read_to_the_letter(before, fast):
    text = f"{before}{VALUE} is what it is"
    for letters in (encoded(text), encoded(text).rstrip("="), encoded(text).replace("+", "-").replace("/", "_")):
        assert [letters_of(text)] == said(f"x = {letters};", fast=fast)


@both
def test_url_safe_base64_is_read(fast):
    text = "where?? to~~ go>> " + NOTE
    assert "-" in encoded(text, base64.urlsafe_b64encode)
    assert [letters_of(text)] == said(encoded(text, base64.urlsafe_b64encode), fast=fast)


@both
@pytest.mark.parametrize("between", ["\n", "\r\n", "\n    ", "\\n", "\\r\\n", "\n+"], ids=repr)
@pytest.mark.parametrize("width", [76, 64, 61, 60])
def test_wrapped_base64_is_read(width, between, fast):
    first = "+" if between == "\n+" else ""
    found = said(f"data:\n{first}{wrapped(encoded(LONG), width, between)}\n", fast=fast)
    assert {letters_of(LONG)} == {part.replace(between, "") for part in found}


@both
def test_wrapped_base64_is_read_from_a_listing(fast):
    lines = "\n".join(f"{n:6}→{line}" for n, line in enumerate(wrapped(encoded(LONG), 76).split("\n"), 1))
    assert said(lines, fast=fast)


@both
def test_base64_of_base64_is_read_also_wrapped_both_times(fast):
    assert said(encoded(encoded(NOTE)), fast=fast)
    assert said(wrapped(encoded(wrapped(encoded(LONG), 76)), 76), fast=fast)


@both
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: zlib.compress(data, 9)], ids=range(3))
def test_what_is_compressed_is_read_and_all_of_it_is_one_place(pack, fast):
    letters = encoded(pack(LONG.encode()))
    assert [letters.rstrip("=")] == said(f"data: {letters} end", fast=fast)


@both
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_base64_of_utf_16_is_read(encoding, fast):
    (found,) = said(f"powershell -enc {encoded(NOTE.encode(encoding))}", fast=fast)
    assert len(found) == -(-len(VALUE) * 8 // 3) + (0 if len(found) * 3 % 8 < 3 else 1)


@both
@pytest.mark.parametrize(
    "around",
    [
        "/v1/items/{}",
        "key-{}",
        "a_b_{}",
        "\\n{}",
        '{"x":"\\r\\n{}\\r\\n"}',
        "x={}&y=1",
        "data:text/plain;base64,{}",
        "{}/next",
    ],
)
def test_base64_is_read_behind_what_is_glued_to_it(around, fast):
    text = NOTE + "   "
    assert [letters_of(text)] == said(around.replace("{}", encoded(text)), fast=fast)


@both
def test_base64_of_another_script_is_read(fast):
    text = "это секрет: the token is " + VALUE + " и всё"
    assert [letters_of(text)] == said(encoded(text), fast=fast)


@both
def test_base64_behind_percent_signs_is_not_cut(fast):
    letters = encoded("?" * 400 + NOTE + "??>>" * 200)
    assert said("t=" + quote(letters, safe=""), fast=fast)


@both
def test_two_halves_of_a_character_are_one(fast):
    assert [r"\uD83D\uDE00-9"] == said(r"password = '\uD83D\uDE00-9'", "\U0001f600-9", fast=fast)
    assert [r"\ud83d"] == said(r"half of \ud83d one", "\ud83d", fast=fast)


@both
def test_a_slash_may_be_escaped(fast):
    assert [r"https:\/\/a:b@c.test\/d"] == said(r'"u": "https:\/\/a:b@c.test\/d"', "https://a:b@c.test/d", fast=fast)


@both
def test_of_a_form_a_plus_is_a_space(fast):
    assert ["Bearer+dtk"] == said("h=Authorization%3A+Bearer+dtk&x=1", "Bearer dtk", fast=fast)
    assert ["Bearer+dtk"] == said("h=Authorization%3A+Bearer+dtk&x=1", "Bearer+dtk", fast=fast)


@both
def test_bytes_that_are_no_utf_8_are_read_one_by_one(fast):
    assert ["%FFdtk"] == said("h=x%FFdtk and more", "\xffdtk", fast=fast)


@both
def test_what_stands_around_is_read_too(fast):
    assert ["password%3Ahunter2"] == said("x password%3Ahunter2 y", "password:hunter2", fast=fast)


# -- nothing is read where nothing is encoded


@both
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\\x41",
        "def thisIsALongNameOfAFunction(thatTakesManyThings): pass",
        "https://example.org/a/long/path/to/some/file/in/2026/index.html",
        "a = 'one'; b = 'two'; print(f'{a:>10}%s %d' % (a, 3)) & 7",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "sha512-Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7Zk3Q9wXv7Tn5Rb8Yd==",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n/zNz8lvLkhnZ2q5R4h5yWcQvY2vX7qk3\n-----END CERTIFICATE-----",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "#define TWICE(x) \\\n    do { (x); (x); } while (0)",
        'say("one,"\n    "two")',
        '- "one"\n- "two"\n',
        'run "--one" "two=3" \\\n  "four" | cut -d"," \'a\'"b"',
        "if (a && b || c << 2) { x = &y; }",
        "emoji \U0001f468\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f",
        "中文\uff0c全角标点\uff1a\uff08括号\uff09。",
    ],
)
def test_nothing_is_read_where_nothing_is_encoded(text, fast):
    view = views(text, fast=fast)
    assert view is None or text.startswith("-----BEGIN")


def test_a_view_of_a_certificate_says_nothing_more():
    der = bytes(range(256)) * 4
    lines = wrapped(encoded(b"0\x82\x03w" + der), 64)
    view = views(lines)
    assert view is None or views(view.text) is None


# -- hostile texts


@both
@pytest.mark.parametrize(
    "text",
    [
        "\ud800" * 40,
        "%ed%a0%80%41%42%43 \udfff",
        "\\ud800\\ud800\\ud800",
        "&#1114112;&#0;&#xD800;",
        "\\u{110000}\\U00ffffff",
        "H4sI" + "A" * 40,
        "eJw" + "A" * 41,
        "//4" + "A" * 41,
        "\x00" * 50,
        "%" * 99,
        "\\" * 99,
        "&#" * 99,
    ],
)
def test_nothing_that_is_written_wrongly_raises(text, fast):
    views(text, fast=fast)


def test_pieces_have_nothing_to_do_with_each_other():
    view = views("%61" + "b " * 300 + "%62")
    assert 2 == len(view.starts)
    first, second = view.starts
    assert (first, view.ends[0]) == view.within(first, second + 1)
    assert (second, second + 1) == view.within(view.ends[0], second + 1)
    assert (0, 0) == view.origin(view.ends[0], view.ends[0] + 1)


@both
def test_a_bomb_is_inflated_as_far_as_there_is_room(fast):
    bomb = encoded(gzip.compress(b"a" * 30_000_000))
    view = views(" ".join([bomb] * 5), inflated=100_000, fast=fast)
    assert 100_000 == len(view.text)


@both
def test_no_piece_is_begun_without_room(fast):
    text = "%41 \\u0041 &#65; " * 100
    assert 2 > len(views(text, room=0, fast=fast).starts)


HOSTILE = {
    "letters": lambda n: "aB3" * n,
    "dashes": lambda n: "aB3-" * n,
    "almost runs": lambda n: "aB3aB3aB3aB3aB3aB3a " * (n // 5),
    "base64": lambda n: encoded(NOTE) * (n // 50),
    "short base64": lambda n: (encoded(NOTE) + " ") * (n // 50),
    "wrapped": lambda n: wrapped(encoded(NOTE) * (n // 50), 64),
    "hex": lambda n: VALUE.encode().hex() * (n // 40),
    "digits": lambda n: "12345678901234567890 " * (n // 20),
    "percent": lambda n: "%41" * n,
    "percent of percent": lambda n: "%" + "25" * n,
    "escapes": lambda n: "\\u0041" * n,
    "mixed escapes": lambda n: "\\u0041\\x41\\/" * (n // 3),
    "backslashes": lambda n: "\\" * n,
    "entities": lambda n: "&#65;" * n,
    "joints": lambda n: '"a" + ' * n,
    "quotes": lambda n: "\"'`" * n,
    "quotes and spaces": lambda n: ('"' + " " * 99) * (n // 100),
    "lines and spaces": lambda n: ('"\n' + " " * 250) * (n // 250),
    "zero-width": lambda n: "a\u200b" * n,
    "only zero-width": lambda n: "\u200b" * n,
    "full-width": lambda n: "\uff21" * n,
    "far apart": lambda n: ("\\x41" + "b" * 500) * (n // 500),
    "continued": lambda n: "a\\\n" * n,
    "packed": lambda n: (encoded(gzip.compress(b"a" * 50)) + " ") * (n // 50),
}


def calls(run):
    """Count what Python does for a run: lines, calls and returns, and no clock."""
    count = 0

    def tick(*_):
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


@both
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(make, fast):
    small, large = make(4000), make(8000)
    views(small, fast=fast)  # what is built once
    one, two = calls(lambda: views(small, fast=fast)), calls(lambda: views(large, fast=fast))
    assert two <= 2.2 * one + 100
    view = views(large, fast=fast)
    assert view is None or len(view.text) <= 3 * len(large) + 8192


def test_ten_megabytes_in_one_line_are_read():
    for filler in ("aB3-" * 2_500_000, "some words, " * 850_000, "%" * 10_000_000):
        assert [letters_of(NOTE)] == said(f"{filler} {encoded(NOTE)} {filler[:1000]}")


def test_a_hundred_thousand_escapes_are_read():
    text = "a\\u0041b\\/" * 50_000 + NOTE.replace("_", "\\x5f")
    assert ["dtk\\x5f8Jq2mVx91LpZt0Ye"] == said(text)


# -- the signs


@pytest.mark.parametrize("fast", [False, True] if have_hyperscan() else [False])
def test_a_sign_that_does_not_fit_hides_what_is_encoded(monkeypatch, fast):
    kinds = [kind._replace(sign=b"never\x01") for kind in module._KINDS]
    search = module._search_for([*(kind.sign for kind in kinds), b"never\x01"], 0)
    monkeypatch.setattr(module, "_signs", lambda: search)
    assert bool(said("?t=dtk%5F8Jq2mVx91LpZt0Ye", fast=fast)) is not fast
