"""Which tools a script calls, and with what: JavaScript that a model writes for Codex. Knows its grammar; knows no tool, runs nothing.

Strategy: such a script reaches the world only by `tools.NAME(input)`, in whatever order. One in which anything else could be a tool, or
keep a value for a later script, is not understood, nor is one that the grammar does not parse.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

LARGEST = 65_536
"""Scripts of more bytes than this are not read."""
_STEPS = 400
"""So often the parser may ask whether to go on: one of ordinary calls and patches asks a tenth of it."""
_JAVASCRIPT = Language(tree_sitter_javascript.language())
_NOT_FOLLOWED = frozenset("tools ALL_TOOLS globalThis self eval Function Reflect Proxy store require".split())
"""Names by which a tool, or what keeps a value, can be had in another way than `tools.NAME(…)`."""


class Call(NamedTuple):
    """A tool's name, and its input as far as it stands in the script: text, or an object's members; None for anything else."""

    name: str
    input: Any


def calls(script: str) -> list[Call] | None:
    """List the calls of tools in a script, whether they are reached or not; None where that cannot be told."""
    source = script.encode("utf-8", "replace")
    if len(source) > LARGEST:
        return None
    steps = iter(range(_STEPS))
    try:
        tree = Parser(_JAVASCRIPT).parse(
            lambda start, _point: source[start:], progress_callback=lambda _at, _failed: next(steps, None) is None
        )
    except ValueError:  # it was told to stop
        return None
    if tree.root_node.has_error:
        return None
    found: list[Call] = []
    for node in _nodes(tree.root_node):
        if node.type.startswith(("identifier", "shorthand_property_identifier")) and _text(node) in _NOT_FOLLOWED:
            call = _call(node)
            if call is None:
                return None
            found.append(call)
        elif _is_a_way_round(node):
            return None
    # What the grammar takes for a text may be code to those that run it.
    return found if len(found) == len(_WRITTEN.findall(script)) else None


_WRITTEN = re.compile(r"\btools\s*\??\.\s*\w+\s*\(")


def _is_a_way_round(node: Node) -> bool:
    """Whether any name can be meant here: by an escape, by an expression between brackets, by code made at run time."""
    if node.type.endswith("identifier"):
        return "\\" in _text(node) or _text(node) == "constructor"
    if node.type == "subscript_expression":
        index = node.child_by_field_name("index")
        return index is None or not (index.type == "number" or _said(index) not in (None, "constructor"))
    return node.type in ("import", "with_statement")


def in_script(value: str) -> str:
    """Write a value inside a string of JavaScript, in whatever quotes."""
    return re.sub("['`$]", lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False)[1:-1])


def _nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.named_children


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _call(tools: Node) -> Call | None:
    """Read `tools.NAME(…)` around `tools`; None where it is something else."""
    member = tools.parent
    if _text(tools) != "tools" or member is None or member.type != "member_expression":
        return None
    called = member.parent
    if called is None or called.type != "call_expression" or called.child_by_field_name("function") != member:
        return None
    name, given = member.child_by_field_name("property"), called.child_by_field_name("arguments")
    inputs = [node for node in given.named_children if node.type != "comment"] if given else []
    return Call(_text(name), _said(inputs[0]) if len(inputs) == 1 else None)


def _said(node: Node | None) -> Any:
    """Give what an expression says as it stands; None where only running it would tell."""
    if node is None:
        return None
    if node.type in ("string", "template_string"):
        if any(child.type not in ("string_fragment", "escape_sequence") for child in node.named_children):
            return None
        return "".join(
            _unescaped(_text(child)) if child.type == "escape_sequence" else _text(child)
            for child in node.named_children
        )
    if node.type == "object":
        return _members(node)
    return None


def _members(node: Node) -> dict[str, Any] | None:
    members: dict[str, Any] = {}
    for pair in node.named_children:
        key = pair.child_by_field_name("key")
        if pair.type == "comment":
            continue
        if pair.type != "pair" or key is None or key.type not in ("property_identifier", "string"):
            return None
        name = _text(key) if key.type == "property_identifier" else _said(key)
        if not isinstance(name, str) or name in members:
            return None
        members[name] = _said(pair.child_by_field_name("value"))
    return members


_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def _unescaped(written: str) -> str:
    code = re.fullmatch(
        r"\\(?:x(?P<byte>[0-9A-Fa-f]{2})|u(?P<unit>[0-9A-Fa-f]{4})|u\{(?P<point>[0-9A-Fa-f]{1,6})\})", written
    )
    if code is None:
        return _LETTERS.get(written[1:], written[1:])
    number = int(code["byte"] or code["unit"] or code["point"], 16)
    return chr(number) if number <= 0x10FFFF else "\0"  # noqa: PLR2004  the last code point
