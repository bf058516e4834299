"""What rules with a `query` find in texts, and what reading costs."""

import pytest

from redact.code.syntax import look
from redact.detect.code import Code
from redact.detect.examples import problems
from redact.detect.known import KnownValues
from redact.detect.parsers import in_process
from redact.detect.patterns import Patterns, expressions
from redact.engine import Redactor
from redact.errors import NotAtOnceError, RuleError
from redact.rules import Rule, parse
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault
from tests import pack

OWN = """rules:
- id: acme-vault-open
  title: Literal handed to Acme's vault
  category: secret
  languages: [python]
  query: (call function:(_) @function arguments:(argument_list (keyword_argument name:(_) @name value:(_) @value)))
  where: {function: open_vault$, name: ^phrase$}
  matches: ["```python\\nv = acme.open_vault(user='kim', phrase='«kestrel»')\\n```"]
  rejects: ["```python\\nv = acme.open_vault(phrase=ask())\\n```", "```python\\nv = open(phrase='kestrel')\\n```"]
- id: acme-pin
  title: PIN of a card reader
  category: secret
  query: bindings
  where: {name: '(?i)reader_?pin$'}
  validators: [plausible]
  matches: ["```java\\nconnect(a); String readerPin = \\"«kes»\\" + \\"«trel»\\";\\n```"]
  rejects: ["```java\\nString readerPin = askPin(\\"reader\\");\\n```"]
"""
RULES = [sourced.rule for sourced in parse(OWN, "own.yaml")]


class Counting:
    """Parses here, and counts how often it is asked and for how much."""

    def __init__(self):
        self.batches = []

    def __call__(self, passages, asks):
        self.batches.append(len(passages))
        return in_process(passages, asks)


def found(text):
    return [text[f.start : f.end] for f in Code(RULES, in_process)(text)]


def test_the_rules_hold_to_their_examples():
    assert [] == [str(problem) for problem in problems(parse(OWN, "own.yaml"))]


def test_a_text_without_a_name_that_is_bound_is_not_parsed():
    counting = Counting()
    texts = [
        "reader pin",
        "```java\nreaderPins.sort();\n```",
        "import os\n\nx = 'kestrel'\n" * 50,
    ]
    assert {} == Code(RULES, counting).read(dict.fromkeys(texts, ()))
    assert [] == counting.batches


def test_all_texts_of_a_request_are_parsed_in_one_go():
    counting = Counting()
    texts = [f"```python\nreader_pin = 'kestrel{number}'\n```" for number in range(5)]
    assert 5 == len(Code(RULES, counting).read(dict.fromkeys([*texts, "no code"], ())))
    assert [5] == counting.batches


def test_at_once_nothing_is_parsed():
    code = Code(RULES, Counting())
    assert {} == code.read({"no code": (), "x = 1": (), "the reader_pin: ask Kim": ()}, at_once=True)
    with pytest.raises(NotAtOnceError):
        code.read({"```python\nreader_pin = 'kestrel'\n```": ()}, at_once=True)


def parsed(monkeypatch):
    """Give a list that will hold how long each piece of code is that is parsed."""
    sizes = []

    def counting(snippets, asks):
        sizes.extend(len(snippet.code) for snippet in snippets)
        return look(snippets, asks)

    monkeypatch.setattr("redact.code.passages.look", counting)
    return sizes


def test_of_long_code_what_stands_around_the_names_is_parsed(monkeypatch):
    sizes = parsed(monkeypatch)
    filler = "def f(x):\n    return x\n\n\n" * 4000
    text = f"{filler}reader_pin = 'kestrel'\n{filler}reader_pin = 'falcon'\n{filler}"
    assert ["kestrel", "falcon"] == found(text)
    assert sum(sizes) < len(text) / 8


def test_beyond_ascii_ranges_are_in_characters():
    assert ["kesträl"] == found("# ü\n```python\né = '𝄞'\nreader_pin = 'kesträl'  # ß\n```\n")


def test_what_cannot_be_parsed_is_said():
    reading = Code(RULES, lambda passages, _asks: [None] * len(passages)).read(
        {"```python\nreader_pin = 'kestrel'\n```": ()}
    )
    assert [True] == [each.unparsed for each in reading.values()]


def test_the_redactor_says_which_texts_could_not_be_parsed_and_goes_on():
    text = "```python\nreader_pin = 'kestrel'\n```"
    blind = Code(RULES, lambda passages, _asks: [None] * len(passages))
    redactor = pack.redactor(structure=blind)
    assert (text, True) == (redactor.redact(text).text, redactor.redact(text).unparsed)
    exchange = pack.exchange(over=pack.redactor(structure=blind))
    exchange.request(b'{"a": "```python\\nreader_pin = \'kestrel\'\\n```", "b": "no code"}')
    assert 1 == exchange.report.unparsed


def test_what_structure_finds_is_redacted_and_restored():
    redactor = pack.redactor(structure=Code(RULES, in_process))
    text = "```python\nreader_pin = 'kes' + 'trel-9'\n```"
    sent = redactor.redact(text)
    assert 2 == len(sent.findings)
    assert "trel-9" not in sent.text
    assert text == redactor.restore(sent.text)


@pytest.mark.parametrize(
    ("query", "languages", "why"),
    [
        ("(calll) @value", "[python]", "the query does not fit python: invalid node type 'calll' in its line 1"),
        ("(call foo: (_) @value)", "[go, python]", "the query does not fit go: invalid node type 'call' in its line 1"),
        ("(call", "[python]", "the query does not fit python: unexpected EOF"),
        ("(call) @it", "[python]", "the query does not capture `@value`"),
        (
            "(call) @value",
            "[]",
            "node names differ from language to language: say in `languages` which the query is for",
        ),
        ("(call) @value", "[pyhton]", "'pyhton' is no language that is parsed; did you mean 'python'?"),
        (
            "bindings",
            "[]\n  where: {}",
            "a `query` is asked only where one of its words stands: give `keywords`, or a pattern in `where` that has some",
        ),
    ],
    ids=range(7),
)
def test_a_query_that_cannot_be_asked_is_refused_by_line_rule_and_language(query, languages, why):
    text = f"rules:\n- id: own\n  title: Own\n  category: secret\n  languages: {languages}\n  query: |-\n    {query}\n  matches: ['«x»']\n  rejects: ['y']\n"
    with pytest.raises(RuleError) as refused:
        parse(text, "own.yaml")
    assert str(refused.value).startswith("own.yaml:")
    assert str(refused.value).endswith(f"own: {why}")


GUESS = """rules:
- id: guess
  title: What stands behind a password's name, whatever it is
  category: secret
  pattern: 'password\\W{0,3}[=:]\\s?(?P<value>[^\\n;]{4,60})'
  validators: [plausible]
  matches: ["password = «hunter2x»"]
  rejects: ["pass"]
"""


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("password = chosen_by_somebody", []),
        ("password = ask(prompt) + rest", []),
        ('password = "swor" + "dfish"', ["swor", "dfish"]),
        ('password = "swordfish"  # for tests', ["swordfish", "# for tests"]),
        ("password = Zk2Lm4Xw7TbQ9r3V", ["Zk2Lm4Xw7TbQ9r3V"]),  # whatever it is, nobody calls a variable so
        ("password = chosen_by_somebody )", ["chosen_by_somebody )"]),  # damaged code proves nothing
        ("# password: swordfish", ["swordfish"]),
    ],
    ids=range(7),
)
def test_of_what_a_generic_rule_finds_code_leaves_the_literals(code, left):
    rules = [sourced.rule for sourced in parse(GUESS, "guess.yaml")]
    redactor = Redactor(
        rules,
        [Patterns(expressions(rules))],
        Mint(b"guess" * 7),
        MemoryVault(),
        KnownValues(),
        structure=Code(RULES, in_process),
    )
    text = f"```python\nimport os\n{code}\nx = 1\n```"
    assert left == [text[f.start : f.end] for f in redactor.find(text)]


def test_what_a_certain_rule_finds_is_left_alone():
    certain = parse(GUESS.replace("  validators: [plausible]\n", ""), "guess.yaml")
    rules = [sourced.rule for sourced in certain]
    redactor = Redactor(
        rules,
        [Patterns(expressions(rules))],
        Mint(b"guess" * 7),
        MemoryVault(),
        KnownValues(),
        structure=Code(RULES, in_process),
    )
    text = "```python\npassword = chosen_by_somebody\n```"
    assert ["chosen_by_somebody"] == [text[f.start : f.end] for f in redactor.find(text)]


def test_the_name_of_a_file_tells_its_language():
    redactor = pack.redactor(structure=Code(RULES, in_process))
    text = "reader_pin=kestrel9x\n"
    assert ["kestrel9x"] == [text[f.start : f.end] for f in redactor.find(text, path="run.sh")]
    assert [] == redactor.find(text, path="run.py")  # a variable there


def test_a_few_words_of_a_client_are_never_parsed():
    counting = Counting()
    redactor = pack.redactor(structure=Code(RULES, counting))
    assert redactor.scrubbed('{"reader_pin": "kestrel9x"}')
    assert [] == counting.batches


BAD = {
    "a binary taken for code": "```python\n"
    + "".join(chr(n % 256) for n in range(0, 9000, 7))
    + "\nreader_pin = 'kestrel'\n```",
    "a wrong label": "```go\nclass A:\n    reader_pin = 'kestrel'\n```",
    "languages mixed": "```python\n<div>\nconst x = {\nreader_pin = 'kestrel'\n</div>\n```",
    "half a token at both ends": "```python\nef f(x):\n    reader_pin = 'kestrel'\n    return \"ab",
    "lone surrogates": "```python\n\ud800 = 1\nreader_pin = 'kestrel'\n```",
    "nothing but brackets": "```python\nreader_pin = 'kestrel'\n" + "(" * 5000 + "\n```",
    "lists in lists": "```yaml\nreader_pin: 'kestrel'\nx:\n" + "- " * 300 + "\n```",
    "a megabyte on one line": "```js\n" + "f(a,b);" * 70_000 + 'reader_pin="kestrel";' + "f(a,b);" * 70_000 + "\n```",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_input_is_read_and_keeps_no_other_finding_back(text):
    text = f"{SURE}\n{text}\n{SURE}"
    found = pack.redactor(structure=Code(RULES, in_process)).find(text)
    assert set(pack.redactor().find(text)) <= set(found)
    assert 2 <= len(found)


SURE = "arn:aws:iam::402913587726:role/deploy"


def test_of_a_huge_text_not_more_than_a_budget_is_parsed(monkeypatch):
    sizes = parsed(monkeypatch)
    line = "x" * 9000 + ' reader_pin = "kestrel";\n'
    text = "```js\n" + line * 500 + "```"
    (reading,) = Code(RULES, in_process).read({text: ()}).values()
    assert reading.unparsed
    assert sum(sizes) <= 200_000


def test_a_query_may_capture_nothing_but_its_value():
    rule = Rule(
        id="x", title="x", category="secret", languages=("python",), query="(string) @value", keywords=("pin",), matches=("«x»",), rejects=("y",)
    )  # fmt: skip
    text = "```python\nprint('pin', 'kestrel')\n```"
    assert ["pin", "kestrel"] == [text[f.start : f.end] for f in Code([rule], in_process)(text)]


def test_where_to_begin_is_looked_for_once_in_a_stretch(monkeypatch):
    """It is told from all that is above: for every place, that would be all of the text again and again."""
    asked = []

    def counting(_code, first, _line):
        asked.append(first)
        return first

    monkeypatch.setattr("redact.code.passages._outside", counting)
    assert found("```python\n" + "reader_pin = 'kestrel'\n" * 3000 + "```\n")
    assert len(asked) <= 1
