"""Whatever a text is made of, code in it leads back to it exactly, and reading it neither fails nor finds outside of it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from redact.code.languages import LANGUAGES, looking
from redact.code.regions import regions
from redact.code.syntax import Ask, Snippet, is_deep, look
from redact.detect.code import Code
from redact.detect.parsers import in_process
from redact.rules import parse

PACK = """rules:
- id: pin
  title: PIN
  category: secret
  query: bindings
  where: {name: '(?i)pin$'}
  keywords: [pin]
  matches: ["```py\\nreader_pin = '«kestrel»'\\n```"]
  rejects: ["pin"]
"""
CODE = Code([sourced.rule for sourced in parse(PACK, "pack.yaml")], in_process)
PIECES = [
    "```python\n", "```\n", "```diff\n", "~~~go\n", "```src/a.ts\n", "reader_pin = 'kestrel'\n", 'const pin = "ké" + "strél";\n', 'pin: "x"\n', "     1\timport os\n",
    "     2\tpin = 'a'\n", "src/a.py:3:pin = 'b'\n", "diff --git a/x.py b/x.py\n", "--- a/x.py\n", "+++ b/x.py\n", "@@ -1,2 +1,2 @@\n", "+pin = 'c'\n", "-pin = 'd'\n",
    " pin = 'e'\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "*** Begin Patch\n", "*** Update File: a.rb\n", '<file path="a.py">\n', "</file>\n", "#!/bin/sh\n",
    "𝄞ü\n", "pin", " = '", "'", '"', "\\", "\n", "\r\n", "\0", "- - - ", "((((", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"pin = 'x\\\\n'\"]}]}", "${pin:-x}", "f'{pin}'",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=24).map("".join)


@given(TEXTS)
def test_a_region_stands_where_it_says(text):
    for region in regions(text):
        if '"cell_type"' in text:
            continue  # freed of JSON's escapes: see tests/code/test_regions.py
        for at, character in enumerate(region.code):
            start, end = region.origin(at, at + 1)
            assert character == text[start:end]
            assert at == region.offset(start)


@given(TEXTS)
def test_reading_finds_inside_of_the_text(text):
    for finding in CODE(text):
        assert 0 <= finding.start < finding.end <= len(text)


LOOKS = {language.name: re.compile(language.looks) for language in LANGUAGES if language.looks}
LINE = st.lists(
    st.one_of(
        st.sampled_from("import from def class const let private string public fun func val var := std:: do | end => { } <div > /> : - _ ( ) = \t ' \" ; require( define( ENV guard".split(" ")),
        st.sampled_from(("    ", "\t", "x", "Ab", "SELECT", "where", "\r", "é", "\u2028", "İ")),
        st.text("ab =:;{}()[]<>/'\"", max_size=5),
    ),
    min_size=1,
    max_size=9,
).map(" ".join)  # fmt: skip


@given(st.lists(LINE.filter(lambda line: not line.isspace()), max_size=12))
def test_lines_look_like_a_language_as_if_each_were_tried_alone(lines):
    assert {name: sum(map(bool, map(looks.fullmatch, lines))) for name, looks in LOOKS.items()} == dict(looking(lines))


DEEP = re.compile(rb"[\[({](?:\s{0,8}[\[({]){63}|(?:[-?:][ \t]){48}")


@given(
    st.lists(
        st.sampled_from([b"(", b"[ ", b"{\n", b"- ", b"?\t", b": ", b"-", b"x", b" " * 9]), min_size=1, max_size=5
    ),
    st.integers(1, 80),
)
def test_what_is_nested_too_deeply_is_told_as_if_looked_for_from_every_place(pieces, times):
    data = b"".join(pieces) * times
    assert (DEEP.search(data) is not None) == is_deep(data)


ASKS = [
    Ask("bindings", (), (("name", "(?i)(?:reader_?|card)pin$|^p[Ww]$"),)),
    Ask("bindings", (), (("auth", "(?i)auth$"),)),
    Ask("bindings", (), (("decoded", "(?i)seed$"),)),
    Ask("calls", (), (("callee", "(?i)sign(?:er)?$"),)),
]
NO_WORD = [Ask(query, (), ((capture, r"^\W$"),)) for query, capture in (("bindings", "name"), ("calls", "callee"))]
NAMES = st.sampled_from("readerPin cardPIN pw auth seed signer x.y.pw pin name Reader_pin".split())
BOUND = st.sampled_from([
    '{} = "kestrel"', '{}("kestrel")', 'f({}="kestrel", auth=("kim", "kestrel"))', 'x = {{"{}": "kestrel"}}', 'set_{}("kestrel")', 'if {} == "kestrel": pass',
    'def {}():\n    return "kestrel"', '{} = base64.b64decode("a2VzdHJlbA==")', 'put("{}", "kestrel")', 'os.environ["{}"] = "kestrel"',
])  # fmt: skip


@given(st.lists(st.builds(str.format, BOUND, NAMES), max_size=6).map("\n".join))
def test_names_in_which_no_word_stands_need_not_be_looked_at(code):
    (answer,), (whole,) = (look([Snippet("python", code)], asks) for asks in (ASKS, [*ASKS, *NO_WORD]))
    assert whole == answer
