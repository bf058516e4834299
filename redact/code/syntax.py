"""What a parse says of a piece of code: which literals stand where a query asks. Knows tree-sitter; knows no rule and no text around.

Strategy: runs in a process that may be killed, so it takes plain values and gives plain values, and imports hardly anything. A
query names the place; what is captured there is taken apart down to its literals: both sides of a `+`, the pieces of a template,
what is handed to a decoding call. A variable, a call, a look-up has none, and so is no secret.
"""

from __future__ import annotations

import ctypes
import importlib
import re
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import regex
from tree_sitter import Language, Node, Parser, Query, QueryCursor, QueryError

from redact import memory
from redact.anchors import required
from redact.code.languages import BINDINGS, BY_NAME, CALLS, CAPTURES

Place = str
"""Where a literal stands: `string`, `number` or `word` (a string without quotes)."""


class Ask(NamedTuple):
    """What is looked for: a query in some languages, and what its captures must look like."""

    query: str
    languages: tuple[str, ...]
    """Empty: in all."""
    where: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()
    """One of these stands in code that is worth asking; empty: all code is."""


class Snippet(NamedTuple):
    """A piece of code in one language, and ranges of it that something else took for values."""

    language: str
    code: str
    doubts: tuple[tuple[int, int], ...] = ()

    def __repr__(self) -> str:
        """Show no code: it may hold values."""
        return f"Snippet({self.language}, {len(self.code)} characters)"


class Hit(NamedTuple):
    """What an ask found: the ranges of literals that make one value, in characters, and where they stand."""

    ask: int
    pieces: tuple[tuple[int, int], ...]
    place: Place
    partial: bool
    """Whether what is no literal makes up the rest of the value: a template, `"…" + variable`."""
    decoded: bool = False
    """Whether it is handed to a call that decodes."""
    said: tuple[str, ...] = ()
    """What stands there."""

    def __repr__(self) -> str:
        """Show nothing of the value."""
        return f"Hit({self.ask}, {self.pieces}, {self.place})"


class Answer(NamedTuple):
    """What asks found in a snippet, and for each doubt the literals in it; None where it may be a value as it stands."""

    hits: list[Hit]
    doubts: list[tuple[tuple[int, int], ...] | None]


class QueryProblemError(Exception):
    """A query that a language's grammar does not know."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@cache
def grammar(name: str, function: str = "") -> Language:
    """Load the grammar of a language, or another of its module."""
    language = BY_NAME[name]
    pointer = getattr(importlib.import_module(language.module), function or language.function)()
    return Language(_capsule(pointer) if isinstance(pointer, int) else pointer)


def _capsule(pointer: int) -> object:
    """Wrap what older grammars give as a number, which tree-sitter is about to refuse."""
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return new(pointer, b"tree_sitter.Language", None)


@cache
def _parser(name: str, function: str = "") -> Parser:
    return Parser(grammar(name, function))


def _piece_of(snippet: Snippet) -> str:
    """Name the grammar for what is only a piece of a file: of PHP, what has no opening tag."""
    return "language_php_only" if snippet.language == "php" and "<?" not in snippet.code else ""


@cache
def compiled(name: str, query: str, function: str = "") -> Query:
    """Compile a query for a language; `bindings` and `calls` are the language's own. Raises QueryProblemError."""
    try:
        return Query(grammar(name, function), _source(name, query) if query in CAPTURES else query)
    except (QueryError, SyntaxError, ValueError) as error:
        raise QueryProblemError(_said(str(error))) from None


def prepare(after: float = 20.0, pause: float = 0.3) -> None:
    """Compile the queries of every language, beside the work and with pauses: some take a fifth of a second."""

    def compile_all() -> None:
        time.sleep(after)
        for name in BY_NAME:
            for query in CAPTURES:
                compiled(name, query)
                memory.give_back()
                time.sleep(pause)

    memory.share()
    threading.Thread(target=compile_all, name="queries", daemon=True).start()


def _source(name: str, query: str) -> str:
    file = Path(__file__).parent / "queries" / (f"{name}.calls.scm" if query == CALLS else f"{name}.scm")
    return file.read_text("utf-8") if file.exists() else ""


def _said(why: str) -> str:
    """Say what tree-sitter says as people count: `invalid node type 'calll' in its line 1`."""
    row = re.search(r" at row (\d+), column \d+(?:: (.*))?", why)
    if row is None:
        return why[:1].lower() + why[1:]
    what = why[: row.start()]
    return f"{what[:1].lower()}{what[1:]}{f' {row[2]!r}' if row[2] else ''} in its line {int(row[1]) + 1}"


def captures_of(query: Query) -> set[str]:
    """List what a query captures."""
    return {query.capture_name(index) for index in range(query.capture_count)}


@cache
def _pattern(source: str) -> regex.Pattern[str]:
    return regex.compile(source)


_DEEP = re.compile(rb"[\[({](?:\s{0,8}[\[({]){63}|(?:[-?:][ \t]){48}")
_GENERIC = re.compile(rb"(?:[\w,]{1,16}<){200}")


_ALIKE = bytes.maketrans(b"[{?:\t", b"((-- ")


def is_deep(data: bytes) -> bool:
    """Tell what is nested beyond what people write: grammars crash on it, or take minutes."""
    alike = data.translate(_ALIKE)
    may_be = b"- " * 48 in alike or b"(" * 64 in alike.translate(None, b" \n\r\v\f")
    return (may_be and _DEEP.search(data) is not None) or (data.count(b"<") > 200 and _GENERIC.search(data) is not None)  # noqa: PLR2004  fewer cost nothing


def look(snippets: Sequence[Snippet], asks: Sequence[Ask]) -> list[Answer | None]:
    """Answer every ask on every snippet; None for what is not to be parsed."""
    return [_look(snippet, asks) for snippet in snippets]


def _look(snippet: Snippet, asks: Sequence[Ask]) -> Answer | None:
    data = snippet.code.encode("utf-8", "surrogatepass")
    if is_deep(data):
        return None
    piece = _piece_of(snippet)
    root = _parser(snippet.language, piece).parse(data).root_node
    found: dict[Hit, None] = {}
    by_query: dict[str, list[int]] = {}
    lower = snippet.code.lower()
    letters = data.decode("latin-1").lower()  # a letter for each byte: ASCII stands where it did
    for index, ask in enumerate(asks):
        if (not ask.languages or snippet.language in ask.languages) and (
            ask.query == BINDINGS or _holds(lower, ask.words)
        ):
            by_query.setdefault(ask.query, []).append(index)
    for query, indices in by_query.items():
        try:
            cursor = QueryCursor(compiled(snippet.language, query, piece))
        except QueryProblemError:
            continue  # a query that names no language fits some only
        wheres = tuple(asks[index].where for index in indices)
        words = _needed(wheres)
        for _, matched in cursor.matches(root):
            if words and not _is_likely(matched, letters, words):
                continue
            captures = _told(matched) if query == BINDINGS else matched
            names = _names(captures, data)
            for place in _fitting(wheres, tuple(names.items())) if names is not None else ():
                decoded = any(capture == "decoded" for capture, _ in wheres[place])
                hits_of = _hits(indices[place], captures, data)
                found.update((hit, None) for hit in hits_of if hit.decoded or not decoded)
    at, byte = _offsets(snippet.code, data)
    hits: list[Hit] = []
    for hit in found:
        pieces = tuple((at(start), at(end)) for start, end in hit.pieces)
        hits.append(hit._replace(pieces=pieces, said=tuple(snippet.code[start:end] for start, end in pieces)))
    doubts: list[tuple[tuple[int, int], ...] | None] = []
    for start, end in snippet.doubts:
        left = _settled(root, data, byte(start), byte(end))
        doubts.append(None if left is None else tuple((at(first), at(last)) for first, last in left))
    return Answer(hits, doubts)


def _holds(lower: str, words: Sequence[str]) -> bool:
    return not words or any(map(lower.__contains__, words))


_Captures = dict[str, list[Node]]


def _told(captures: _Captures) -> _Captures:
    """Say of an operation, and of what a function gives back, which part is the name and which the value."""
    if "operation" in captures:
        return _of_operation(captures["operation"][0])
    if "returned" in captures:
        name = _function_around(captures["returned"][0])
        return {} if name is None else {"name": [name], "value": captures["returned"]}
    return captures


def _of_operation(node: Node) -> _Captures:
    """Read `password == "…"`, `"…" == password`, `lookup ?? "…"`."""
    sign = node.child_by_field_name("operator") or node.child_by_field_name("op")
    named = [child for child in node.named_children if "comment" not in child.type and child != sign]
    if len(named) < 2:  # noqa: PLR2004  both sides
        return {}
    left, right = named[0], named[-1]
    said = sign.text.decode() if sign is not None and sign.text else _sign(node)
    if not said or said[0] in "=!":
        if left.type in _STRINGS:
            left, right = right, left
        if right.type not in _STRINGS or left.type in _STRINGS:
            return {}
    elif said not in _CHOICES:
        return {}
    return {"name": [left], "value": [right]}


_FUNCTION = re.compile(r"function|method|property|^let_declaration$|accessor")


def _function_around(node: Node) -> Node | None:
    """Give the name of the function that gives back what stands here, and nothing else."""
    above = node.parent
    while above is not None and not (
        _FUNCTION.search(above.type) and "body" not in above.type and "computed" not in above.type
    ):
        if _BRANCH.search(above.type):
            return None
        above = above.parent
    name = above.child_by_field_name("name") or above.child_by_field_name("declarator") if above is not None else None
    while name is not None and (inner := name.child_by_field_name("declarator")) is not None:
        name = inner
    return name


_BRANCH = re.compile(
    r"^(?:if|for|while|switch|case|match|when|try|catch|class|lambda|arrow|closure|else|elif|guard|do|call|module|program|source)"
)
_TAIL = re.compile(r"""(?:\[\d*\]|["'`\])}\s:=_!]|\sas\s\w{1,40})+$""")
_SETTER = re.compile(
    r"(?i)^(?:set|with|use|add|put|bind|basic)(?![a-z]{2}(?:tings|er))|^[a-z_]*(?:password|passwd|passphrase|passcode|pwd|pin|secret|token|key|credentials?)$"
)
_NO_SETTER = re.compile(
    r"(?i)^(?:is|has|get|check|valid|verif|hash|encrypt|decrypt|read|load|fetch|find|gen|make|create|parse|require|reset|prompt|ask|mask"
    r"|input|show|hide|forgot|compare|match|test|assert|expect|new|next|peek|print|log|lookup|resolve|invalid|missing|on|to|from|accept|skip)"
)
_CALL = re.compile(
    r"(?i)^(?:put|set|add|insert|define|get|getenv|env|fetch|with|header|option|append|of|entry|property|prop|config|pair|make_pair|const|tuple|default"
    r"|emplace|string(?:var)?p?$|try|store|write|from|register)(?![a-z]*(?:element|attr_accessor|text|message|error|listener|selector|class))"
)
_NARROW = 160


def _names(captures: _Captures, data: bytes) -> dict[str, str] | None:
    """Say what the captures are called; None where a call is none that binds a name to a value."""
    names: dict[str, str] = {}
    for capture, nodes in captures.items():
        node = nodes[0]
        if capture == "value" or capture.startswith("_"):
            continue
        text = _TAIL.sub(
            "", data[max(node.start_byte, node.end_byte - _NARROW) : node.end_byte].decode("utf-8", "replace")
        )
        if capture in ("setter", "call"):
            last = re.split(r"[.>:!\s]+", text.rstrip("!?"))[-1]
            if capture == "call":
                if not _CALL.match(last):
                    return None
                continue
            if _NO_SETTER.match(last) or not _SETTER.match(last):
                return None
            names["name"] = last
        elif capture == "entry":
            names["name"] = text
        elif capture == "pair":
            name, equals, _ = text.partition("=")
            if not equals:
                return None
            names["name"] = name
        else:
            names[capture] = text
    if "call" in captures and _SENTENCE.search(names.get("name", "")):
        return None
    return names


_SENTENCE = re.compile(r"\s|[{}]")


@lru_cache(256)
def _needed(wheres: Iterable[Iterable[tuple[str, str]]]) -> re.Pattern[str] | None:
    """Look for words (lower case) of which one stands in the names that fit any of these conditions; None where none must."""
    each = [
        max((required(pattern) for _, pattern in where), key=lambda found: min(map(len, found), default=0), default=())
        for where in wheres
    ]
    words = sorted({word for found in each for word in found})
    return re.compile("|".join(map(re.escape, words))) if all(each) and all(map(str.isascii, words)) else None


def _is_likely(captures: _Captures, letters: str, words: re.Pattern[str]) -> bool:
    """Tell whether one of these words stands in what is captured beside the value: in most there is none."""
    for capture, nodes in captures.items():
        if capture == "returned":
            return True  # its name is looked for around it
        if capture != "value" and words.search(letters, nodes[0].start_byte, nodes[0].end_byte):
            return True
    return False


@lru_cache(16384)
def _fitting(wheres: Sequence[Iterable[tuple[str, str]]], names: Iterable[tuple[str, str]]) -> list[int]:
    """Say by number which conditions names fit: the same names stand in a text again and again."""
    said = dict(names)
    if "name" in said:
        said["decoded"] = said["name"]
    return [
        number
        for number, where in enumerate(wheres)
        if all(capture in said and _pattern(pattern).search(said[capture]) for capture, pattern in where)
    ]


def _hits(index: int, captures: _Captures, data: bytes) -> Iterator[Hit]:
    for node in captures.get("value", ()):
        for group in _values(_body(node), data, 0):
            yield Hit(index, tuple(group.pieces), group.place, group.partial, group.decoded)
    for node in captures.get("pair", ()):
        for group in _values(node, data, 0):
            start, end = group.pieces[0][0], group.pieces[-1][1]
            equals = data.find(b"=", start, end)
            if equals >= 0:
                yield Hit(index, ((equals + 1, end),), group.place, group.partial)


class _Group:
    """Literals that make one value, in bytes."""

    __slots__ = ("decoded", "partial", "pieces", "place")

    def __init__(self, pieces: list[tuple[int, int]], place: Place, *, partial: bool = False) -> None:
        self.pieces, self.place, self.partial, self.decoded = pieces, place, partial, False


_DEEPEST = 24
_WRAPPED = frozenset("string_literal string template_string template_literal initializer_expression".split())
_STRINGS = frozenset(
    """string string_literal interpreted_string_literal raw_string_literal template_string encapsed_string verbatim_string_literal
    interpolated_string_expression line_string_literal multi_line_string_literal multiline_string_literal interpolated_string
    quoted_template string_lit double_quote_scalar single_quote_scalar raw_string ansi_c_string translated_string
    double_quoted_string single_quoted_string quoted_attribute_value literal preproc_arg heredoc_body string_expression bare_string""".split()
)
_WORDS = frozenset(
    "plain_scalar unquoted_string word block_scalar text template_literal nowdoc_body heredoc_content raw_text".split()
)
_CHARACTERS = frozenset("char_literal character_literal rune_literal".split())
_NUMBERS = frozenset(
    """integer number int_literal integer_literal decimal_integer_literal number_literal numeric_lit integer_scalar long_literal
    unsigned_literal number_value""".split()
)
_JOINS = frozenset(("+", ".", "&", "++", "<>", "..", "~", "||"))
_CHOICES = frozenset(("or", "||", "??", "?:", "and", "&&", "//"))
_JOINED = frozenset("concatenated_string chained_string concatenation string_concatenation".split())
_LISTS = frozenset(
    """array list array_initializer initializer_list array_creation_expression implicit_array_creation_expression array_literal array_expression tuple_expression
    initializer_expression literal_value tuple set collection_literal array_type string_array literal_element""".split()
)
_OPAQUE = re.compile(
    r"call|invocation|subscript|index|member|attribute|navigation|selector|lambda|function|closure|variable|identifier|interpolation|expansion"
    r"|substitution|arguments|condition|comparison|comment|type|pair|(?<!literal_)element|object$|dictionary|mapping|hash|block$|arrow|template_directive"
)
_CALLS = re.compile(r"call|invocation|creation|conversion|macro")
_ALTERNATIVES = re.compile(r"conditional|ternary|if_expression|elvis|nil_coalescing")
_INSERTED = re.compile(
    r"interpolat|substitution|expansion|variable_name|template_directive|subscript_expression|member_access|dynamic|template_for|template_if"
)
_QUOTED = re.compile(
    rb"""(?s)^[A-Za-z@$]{0,3}?(?:(#{0,8})("{3}|'{3}|["'`])(.*?)(?:\2\1)?|R"([^\s()\\]{0,16})\((.*?)(?:\)\4")?)$"""
)
_DECODES = re.compile(
    r"""(?i)(?:\w*(?:decode|unhex|fromhex|from_hex|base64|b64)\w*|atob|bytes|bytearray|bytestring|string|str|buffer\.from
    |secretstr|secret|some|just|ok|valueof|value_of|of|encode|getbytes|tochararray|to_owned|to_string|tostring|to_vec|into|from|new|trim|strip|join
    |concat|format_args|listof|arrayof|chararrayof|bytearrayof|stringbuilder|stringbuffer|seq|hex2bin|pack|as_bytes|as_str|unwrap|expect|freeze|dedent|trimindent|trimmargin|raw|literal|quote|charcode|fromcharcode|chars|data|utf8|vec|array|list
    |cstr|c_str|std::string|text|securestring|aslist|arrays\.aslist|password|pwd)!?$""",
    re.VERBOSE,
)
_DEFAULT = re.compile(rb"(?:default|default_?[vV]alue|fallback|value|initial)\s*[=:]")
_METHODS = re.compile(
    r"(?i)(?:encode|getbytes|tochararray|to_owned|to_string|tostring|to_vec|trim|strip|as_bytes|as_str|as_ref|as_slice|into_bytes|clone|bytes|tobytes|unwrap|expect|freeze|chars|c_str|into|data)!?$"
)
_LOOKS_UP = re.compile(
    r"(?i)(?:getenv|environ\.get|environ|env|getordefault|fetch|getproperty|get_or_default|lookupenv|env_or|orelse|or_else|unwrap_or|getor|dig|get|var|or|coalesce|ifempty|default|config|try|optional|nvl|ifnull|lookup)!?$"
)


def _values(node: Node, data: bytes, depth: int) -> list[_Group]:
    """Take an expression apart into the values that it may have, as far as literals make them."""
    kind = node.type
    if depth > _DEEPEST:
        return []
    if kind in _STRINGS:
        return _string(node, data)
    if kind in _WORDS:
        return _word(node, data)
    if kind in _NUMBERS:
        return _number(node, data)
    if kind in _JOINED:
        return _together([_values(child, data, depth + 1) for child in node.named_children])
    if kind in _LISTS:
        return _list(node, data, depth)
    if kind in ("expansion", "composite_literal") and node.named_child_count > 1:  # ${X:-default}, []string{…}
        return _values(node.named_children[-1], data, depth + 1)
    if kind == "command_substitution" and _DECODING.search(data, node.start_byte, node.end_byte):
        return _piped(node, data)
    if arms := _arms(node):
        return [group for arm in arms for group in _values(arm, data, depth + 1)]
    if kind in ("user_defined_literal", "type_assertion", "heredoc_template", "implicit_array_creation_expression"):
        inner = [child for child in node.named_children if child.type in _WRAPPED]
        return _values(inner[-1], data, depth + 1) if inner else []
    if _CALLS.search(kind) or (kind == "field_expression" and _JOINING.fullmatch(_method(node))):
        return _called(node, data, depth)
    if _OPAQUE.search(kind) and not _ALTERNATIVES.search(kind):
        return []
    named = [child for child in node.named_children if "comment" not in child.type]
    operator = node.child_by_field_name("operator") or node.child_by_field_name("op")
    sign = operator.text.decode() if operator is not None and operator.text else _sign(node)
    if _ALTERNATIVES.search(kind) or (len(named) >= 2 and sign in _CHOICES and sign != "||"):  # noqa: PLR2004  both sides
        return [group for child in named for group in _values(child, data, depth + 1)]
    if len(named) == 2 and sign == "||":  # noqa: PLR2004  joins in SQL, chooses elsewhere
        return [group for child in named for group in _values(child, data, depth + 1)]
    if len(named) >= 2 and sign in _JOINS:  # noqa: PLR2004  both sides
        operands = [named[0], named[-1]] if operator is not None else named
        return _together([_values(child, data, depth + 1) for child in operands])
    if kind in ("as_expression", "type_assertion", "cast_expression", "satisfies_expression", "binary_expression"):
        literal = [child for child in named if child.type in _STRINGS or child.type in _NUMBERS]
        return _values(literal[0], data, depth + 1) if len(literal) == 1 and kind != "binary_expression" else []
    if len(named) == 1:
        return _values(named[0], data, depth + 1)
    if kind == "block_node" and len(named) == 2:  # noqa: PLR2004  a tag or an anchor, then the scalar
        return _values(named[-1], data, depth + 1)
    if kind == "flow_node" and named:
        return _values(named[-1], data, depth + 1)
    return []


_CHOOSING = re.compile(r"^(?:when|switch|match)_expression$|^case$|^(?:match|case)_block$|^switch_body$")
_ARM = re.compile(
    r"^(?:when_entry|switch_expression_arm|match_arm|match_(?:conditional|default)_expression|case_clause|when|else)$"
)


def _arms(node: Node) -> list[Node]:
    """List what a choice among cases may give: the last part of each case."""
    if not _CHOOSING.search(node.type):
        return []
    found: list[Node] = []
    for child in node.named_children:
        if _ARM.search(child.type) and child.named_child_count:
            found.append(_body(child.named_children[-1]))
        else:
            found += _arms(child)
    return found


def _body(node: Node) -> Node:
    """Give the one expression that a block or a function without a name is made of."""
    while node.named_child_count and _BODY.search(node.type):
        node = node.child_by_field_name("body") or node.named_children[-1]
    return node


_BODY = re.compile(
    r"^(?:block|then|body_statement|statements|control_structure_body|closure_expression|lambda_literal|lambda_expression|annotated_lambda|arrow_function|lambda)$"
)
_DECODING = re.compile(rb"\bbase64\s+(?:-\w+\s+)*(?:-[a-zA-Z]*[dD]\b|--decode)|\bxxd\s+-r|\bopenssl\s+base64\s+-d")


def _piped(node: Node, data: bytes) -> list[_Group]:
    """Take what a command line hands to a command that decodes: `echo … | base64 -d`."""
    found: list[_Group] = []
    waiting = [node]
    while waiting:
        child = waiting.pop()
        if child.type == "command":
            name = child.child_by_field_name("name")
            if name is not None and name.text in (b"echo", b"printf"):
                found += [
                    group
                    for word in child.named_children[1:]
                    for group in _values(word, data, 1)
                    if data[word.start_byte : word.start_byte + 1] not in (b"-", b"%")
                ]
        elif child.type == "herestring_redirect":
            found += [group for word in child.named_children for group in _values(word, data, 1)]
        waiting += child.named_children
    for group in found:
        group.decoded = True
    return found


def _method(node: Node) -> str:
    field = node.child_by_field_name("field") or node.child_by_field_name("method")
    return field.text.decode("utf-8", "replace") if field is not None and field.text else ""


def _sign(node: Node) -> str:
    for child in node.children:
        if child.type == "operator_identifier" or not child.is_named:
            text = child.text.decode() if child.text else ""
            if text in _JOINS or text in _CHOICES:
                return text
    return ""


def _together(operands: Sequence[list[_Group]]) -> list[_Group]:
    """Join operands into one value; what is no literal leaves it partial."""
    found = [groups[0] for groups in operands if groups]
    if not found or (len(operands) == 1 and found[0].place == "list"):
        return found
    pieces = [piece for group in found for piece in group.pieces]
    partial = len(found) < len(operands) or any(group.partial for group in found)
    return [_Group(pieces, "string", partial=partial)]


def _list(node: Node, data: bytes, depth: int) -> list[_Group]:
    items = [_entry(child) for child in node.named_children if "comment" not in child.type]
    if len(items) > 1 and items[-1].text == b"0":  # the end of C's strings
        items = items[:-1]
    if _are_characters(items):
        return [_Group([(items[0].start_byte, items[-1].end_byte)], "list")]
    return [group for item in items[:64] for group in _values(item, data, depth + 1) if not _OPAQUE.search(item.type)]


def _entry(node: Node) -> Node:
    is_wrapped = node.type == "array_element_initializer" and node.named_child_count == 1
    return node.named_children[0] if is_wrapped else node


def _are_characters(items: Sequence[Node]) -> bool:
    return len(items) > 2 and all(map(_is_character, items))  # noqa: PLR2004  two are no word


def _is_character(node: Node) -> bool:
    while node.type not in _CHARACTERS and node.type not in _STRINGS and node.named_child_count == 1:
        node = node.named_children[0]
    return node.type in _CHARACTERS or (node.type in _STRINGS and node.end_byte - node.start_byte == 3)  # noqa: PLR2004  one character in quotes


_ARGUMENTS = re.compile(r"arguments|argument_list|token_tree|call_suffix|operand|initializer|literal_value")
_DECODER = re.compile(
    r"(?i)\w*(?:b64|base64|unhex|fromhex|from_hex|hex_?decode|hex2bin|decode_?hex|decode_?string|decode64|hex_?string)\w*|atob|decode|unpack|pack"
)
_OTHERWISE = re.compile(r"(?i)(?:get|value_|unwrap_)?or(?:_?else)?(?:_?get)?|requirenonnullelse|firstnonnull|ifempty")
_JOINING = re.compile(
    r"(?i)join|joined|jointostring|mkstring|implode|concat|vec|array|append|format|sprintf|plus|tostring"
)
_FORMATTING = re.compile(r"(?i)format|sprintf")


def _called(node: Node, data: bytes, depth: int) -> list[_Group]:
    """Take a call apart: what is handed to a call that decodes, joins or wraps, and the default of one that looks up."""
    named = [child for child in node.named_children if "comment" not in child.type]
    if kind := node.child_by_field_name("operand"):
        return _values(kind, data, depth + 1)
    inner = next((child for child in reversed(named) if _ARGUMENTS.search(child.type)), None)
    receiver = _receiver(node)
    if inner is None:  # `words.join`, `new[] {…}`
        return _values(receiver, data, depth + 1) if receiver is not None and _JOINING.fullmatch(_method(node)) else []
    called = data[node.start_byte : inner.start_byte].decode("utf-8", "replace").strip()
    called = re.sub(r"<[\w:, <>&?]*>$", "", called).rstrip(":!. (")
    arguments = [_unwrapped(child) for child in inner.named_children if "comment" not in child.type]
    if inner.type == "call_suffix":
        arguments = [_unwrapped(each) for child in inner.named_children for each in child.named_children]
    last = re.split(r"(?:\.|->|::|\s)+", called)[-1]
    named_defaults = [child for child in inner.named_children if _DEFAULT.match(child.text or b"")]
    if named_defaults:
        return [group for child in named_defaults for group in _values(child.named_children[-1], data, depth + 1)]
    if _OTHERWISE.fullmatch(last) and arguments:
        return [group for child in arguments for group in _values(_body(child), data, depth + 1)]
    if _LOOKS_UP.search(last) and len(arguments) > 1:
        return [group for child in arguments[1:] for group in _values(_body(child), data, depth + 1)]
    if not (_DECODES.match(last) or _JOINING.fullmatch(last)):
        return []
    if _are_characters(arguments):
        return [_Group([(arguments[0].start_byte, arguments[-1].end_byte)], "list")]
    before = _values(receiver, data, depth + 1) if receiver is not None else []
    if receiver is not None and _METHODS.match(last) and (before or not arguments):
        return before
    handed = [_values(child, data, depth + 1) for child in arguments]
    if _JOINING.fullmatch(last):
        return _joined(last, before, handed)
    found = before or [group for groups in handed[:3] for group in groups]
    if _DECODER.fullmatch(last) or any(_ENCODING.match(child.text or b"") for child in inner.named_children):
        found = found if before else handed[0] if handed else []
        for group in found:
            group.decoded = True
    return found


_ENCODING = re.compile(rb"""(?i)["'](?:base64(?:url)?|hex|h\*|m0?)["']|base64encoded:|hexstring:""")


def _joined(last: str, before: list[_Group], handed: list[list[_Group]]) -> list[_Group]:
    """Join what a call joins: `"".join([…])`, `String.join("", …)`, `listOf(…).joinToString("")`, `b.append("…")`, `format("%s%s", …)`."""
    if _FORMATTING.fullmatch(last):
        return _together(handed if before else handed[1:])
    parts = [[group] for group in before]
    if last.lower() in ("join", "implode"):
        if len(before) > 1 or (before and not any(handed)):  # the words, and what stands between them
            return _together(parts)
        parts = []
        handed = handed[1:] if len(handed) > 1 and len(handed[0]) < 2 else handed[:1]  # noqa: PLR2004  a first one so short is what joins the rest
    elif last.lower() in ("jointostring", "mkstring", "joined"):
        handed = []
    return _together(parts + [[group] for groups in handed for group in groups])


def _unwrapped(node: Node) -> Node:
    return node.named_children[-1] if "argument" in node.type and node.named_child_count else node


def _receiver(node: Node) -> Node | None:
    """Give what a method is called on."""
    if node.type == "field_expression":
        return node.child_by_field_name("value")
    for field in ("object", "receiver"):
        if (found := node.child_by_field_name(field)) is not None:
            return found
    function = node.child_by_field_name("function") or (node.named_children[0] if node.named_child_count else None)
    if function is None:
        return None
    for field in ("object", "value", "operand", "argument", "expression", "target"):
        if (found := function.child_by_field_name(field)) is not None:
            return found
    is_member = "navigation" in function.type or "member" in function.type
    return function.named_children[0] if is_member and function.named_child_count else None


_BRACED = frozenset(("encapsed_string", "heredoc_body"))
"""In PHP's strings, the braces around an expression are not part of it."""


def _string(node: Node, data: bytes) -> list[_Group]:
    text = data[node.start_byte : node.end_byte]
    if node.type == "preproc_arg":  # the end of its line, too
        text = text.rstrip()
    match = _QUOTED.match(text)
    if match is None:
        return _number(node, data) if node.type == "literal" else _bare(node, data)
    start, end = match.span(3) if match[2] else match.span(5)
    start, end = node.start_byte + start, node.start_byte + end
    if start >= end:
        return []
    pieces, done = [], start
    inserted = [child for child in _parts(node) if _INSERTED.search(child.type)] if node.type != "raw_string" else []
    for child in inserted:
        marks = (2, 1) if child.type == "interpolated_expression" else (0, 0)  # Swift's leaves out `\\(` and `)`
        if node.type in _BRACED and data[child.start_byte - 1 : child.start_byte] == b"{":
            marks = (1, 1)
        if child.start_byte - marks[0] > done:
            pieces.append((done, child.start_byte - marks[0]))
        done = max(done, child.end_byte + marks[1])
    if done < end:
        pieces.append((done, end))
    if (
        node.type == "string_literal"
        and _KOTLIN.search(text)
        and any(child.text == b"$" for child in node.named_children)
    ):
        pieces = [piece for start, end in pieces for piece in _between(data, start, end)]
        inserted = [node]
    if b"\n" in text:
        pieces = [piece for start, end in pieces if (piece := _trimmed(data, start, end))[0] < piece[1]]
    return [_Group(pieces, "string", partial=bool(inserted))] if pieces else []


_KOTLIN = re.compile(rb"\$[A-Za-z_]\w*")


def _between(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give what stands between insertions that a grammar does not tell: Kotlin's `$name`."""
    for match in _KOTLIN.finditer(data, start, end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def _parts(node: Node) -> list[Node]:
    """List what a string is made of; Scala wraps it once more."""
    inner = next((child for child in node.named_children if child.type == "interpolated_string"), None)
    return (inner or node).named_children


def _bare(node: Node, data: bytes) -> list[_Group]:
    if node.type == "preproc_arg":
        wrapped = re.match(rb"\s*\(\s*L?\"([^\"\n]+)\"\s*\)\s*$", data[node.start_byte : node.end_byte])
        return (
            [_Group([(node.start_byte + wrapped.start(1), node.start_byte + wrapped.end(1))], "string")]
            if wrapped
            else []
        )
    if contents := [child for child in node.children if _CONTENT.search(child.type)]:
        return [_contents(node, contents)]
    start, end = _stripped(node, data)
    return [_Group([(start, end)], "word")] if start < end else []


_CONTENT = re.compile(r"content|text|template_literal|escape")


def _contents(node: Node, contents: Sequence[Node]) -> _Group:
    """Join what is text in a node, as far as nothing is inserted in between."""
    inserted = [child.start_byte for child in node.named_children if _INSERTED.search(child.type)]
    pieces: list[tuple[int, int]] = []
    for child in contents:
        if pieces and not any(pieces[-1][1] <= at < child.start_byte for at in inserted):
            pieces[-1] = pieces[-1][0], child.end_byte
        else:
            pieces.append((child.start_byte, child.end_byte))
    return _Group(pieces, "string", partial=bool(inserted))


def _stripped(node: Node, data: bytes) -> tuple[int, int]:
    return _trimmed(data, node.start_byte, node.end_byte)


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, int]:
    text = data[start:end]
    first = start + len(text) - len(text.lstrip())
    return first, max(first, start + len(text.rstrip()))


_DIGITS = re.compile(rb"^(\d[\d_']*?)_*(?:[uUiIlLnN]{1,3}\d{0,3})?$")


def _number(node: Node, data: bytes) -> list[_Group]:
    start, end = _stripped(node, data)
    match = _DIGITS.match(data[start:end])
    return [_Group([(start, start + match.end(1))], "number")] if match else []


def _word(node: Node, data: bytes) -> list[_Group]:
    """Take a string without quotes as it stands; of a block of lines, the lines."""
    start, end = _stripped(node, data)
    text = data[start:end]
    if node.type in ("heredoc_template", "nowdoc_body"):  # what opens and closes it is no part of it
        return _bare(node, data) if node.named_child_count else []
    if node.type == "block_scalar":
        head = re.match(rb"[|>][-+\d]*[^\n]*\n\s*", text)
        start += head.end() if head else 0
    elif number := _DIGITS.match(text):
        return [_Group([(start, start + number.end(1))], "number")]
    if any(_INSERTED.search(child.type) for child in node.named_children) or start >= end:
        return []
    return [_Group([(start, end)], "word")]


_STATEMENT = re.compile(
    r"statement|declaration|definition|^pair$|_pair$|attribute$|assignment|_spec$|_item$|property|^block$|instruction|command"
)
_TEXT = re.compile(r"comment|heredoc|text|content|fragment|literal|regex|char|markup|quoted|scalar|string|escape")


def _settled(root: Node, data: bytes, start: int, end: int) -> list[tuple[int, int]] | None:
    """List the literals in a range that is more than a literal; None where it is none, or its statement is damaged."""
    node = root.descendant_for_byte_range(start, end)
    if node is None or node.type == "ERROR" or (_is_text(node) and not _is_template(node, start, end)):
        return None
    outer, above = node, node.parent
    while above is not None:
        if above.type == "ERROR" and _STATEMENT.search(outer.type):
            break  # whole in itself: code that is cut off somewhere is damaged as a whole
        if above.type == "ERROR" or _is_text(above):
            return None
        if not _STATEMENT.search(outer.type):
            outer = above
        above = above.parent
    whole = outer.parent or outer
    if any(child.has_error for child in whole.children if child.end_byte >= start - 1 and child.start_byte <= end + 1):
        return None
    found: list[tuple[int, int]] = []
    _literals_in(node, data, start, end, found)
    if _is_template(node, start, end):  # what stands between insertions is one only where it looks like one
        found = [(first, last) for first, last in found if _LIKELY.search(data[first:last])]
    return found


_LIKELY = re.compile(rb"(?s)^(?=.*\d)(?=.*[A-Za-z]).{6,}$")


def _is_template(node: Node, start: int, end: int) -> bool:
    return any(
        _INSERTED.search(child.type) and child.start_byte < end and child.end_byte > start
        for child in node.named_children
    )


def _is_text(node: Node) -> bool:
    kind = node.type
    return (
        kind in _STRINGS
        or kind in _WORDS
        or kind in _NUMBERS
        or (node.child_count == 0 and _TEXT.search(kind) is not None and kind != "literal_value")
    )


def _literals_in(node: Node, data: bytes, start: int, end: int, found: list[tuple[int, int]]) -> None:
    if node.end_byte <= start or node.start_byte >= end:
        return
    if node.type in _STRINGS or node.type in _WORDS or "comment" in node.type:
        for group in (
            _values(node, data, 0)
            if "comment" not in node.type
            else [_Group([(node.start_byte, node.end_byte)], "word")]
        ):
            found += [(max(a, start), min(b, end)) for a, b in group.pieces if max(a, start) < min(b, end)]
        return
    for child in node.children:
        _literals_in(child, data, start, end, found)


_At = Callable[[int], int]


def _offsets(code: str, data: bytes) -> tuple[_At, _At]:
    """Make what turns offsets in bytes into characters, and back."""
    if len(code) == len(data):
        return (lambda offset: offset), (lambda offset: offset)
    # Where each line begins, in bytes and in characters: one line is measured for each offset.
    lines = code.splitlines(keepends=True)
    characters = list(accumulate(map(len, lines), initial=0))
    starts = list(accumulate((len(line.encode("utf-8", "surrogatepass")) for line in lines), initial=0))

    def at(offset: int) -> int:
        line = bisect_right(starts, offset) - 1
        return characters[line] + len(data[starts[line] : offset].decode("utf-8", "surrogatepass"))

    def byte(position: int) -> int:
        line = bisect_right(characters, position) - 1
        return starts[line] + len(code[characters[line] : position].encode("utf-8", "surrogatepass"))

    return at, byte
