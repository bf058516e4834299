"""Where in a body a string stands, and what that says about it. Knows paths and marks; knows no wire format.

A *shape* is a table of path patterns, each with a mark. A pattern is steps joined by dots: `key` is that member, `*` any
member, `[]` any item of a list, `(type=thinking|redacted_thinking)` stays at the object and asks for its type (or, as in
`(thought=true)`, whether a member is true), and a last
`**` takes everything below. What no pattern names is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from redact.jsontext import whole
from redact.model import Path


class Mark(Enum):
    """What may be done with a string."""

    TEXT = "text"  # redact
    JSON = "json"  # a string that holds JSON: redact its strings, one level down
    SEALED = "sealed"  # never edit; a finding inside blocks the request
    GIVEN = (
        "given"  # what the provider calls a customer or a model: never edit; only a secret inside blocks the request
    )
    READ = "read"  # extracted from what nobody can write back: any finding blocks the request
    MEDIA = "media"  # base64 of what is no text: left alone; redacted as text when it is not base64


class Node:
    """One step of a compiled shape."""

    __slots__ = ("any", "below", "item", "keys", "mark", "narrowed")

    def __init__(self) -> None:
        self.keys: dict[str, Node] = {}
        self.any: Node | None = None
        self.item: Node | None = None
        self.narrowed: list[tuple[str, frozenset[str], Node]] = []
        self.mark: Mark | None = None
        self.below: Mark | None = None


_STEP = re.compile(r"\.(?![^(]*\))")


def compiled(table: Mapping[Mark, Iterable[str]], shapes: Mapping[str, Node] = MappingProxyType({})) -> Node:
    """Compile a table of patterns into a shape. `shapes` are whole ones that hold at a place, by its path of keys and `[]`."""
    root = Node()
    for mark, patterns in table.items():
        for pattern in patterns:
            node = root
            *steps, last = _STEP.split(pattern)
            for step in steps if last == "**" else [*steps, last]:
                node = _child(node, step)
            if last == "**":
                node.below = mark
            else:
                node.mark = mark
    for place, shape in shapes.items():
        node = root
        *steps, last = _STEP.split(place)
        for step in steps:
            node = _child(node, step)
        node.keys[last] = shape
    return root


def either(*shapes: Node) -> Node:
    """Join shapes into one that declares what any of them does; where two differ, the first holds."""
    joined = Node()
    joined.mark = next((shape.mark for shape in shapes if shape.mark), None)
    joined.below = next((shape.below for shape in shapes if shape.below), None)
    joined.narrowed = [narrowed for shape in shapes for narrowed in shape.narrowed]
    for key in dict.fromkeys(key for shape in shapes for key in shape.keys):
        joined.keys[key] = either(*(shape.keys[key] for shape in shapes if key in shape.keys))
    joined.any = either(*inside) if (inside := [shape.any for shape in shapes if shape.any]) else None
    joined.item = either(*inside) if (inside := [shape.item for shape in shapes if shape.item]) else None
    return joined


def under(key: str, shape: Node) -> Node:
    """Make the shape of an object that holds this one under a key."""
    holder = Node()
    holder.keys[key] = shape
    return holder


def _child(node: Node, step: str) -> Node:
    if step == "*":
        node.any = node.any or Node()
        return node.any
    if step == "[]":
        node.item = node.item or Node()
        return node.item
    if step.startswith("("):
        field, _, types = step[1:-1].partition("=")
        narrowed = Node()
        node.narrowed.append((field, frozenset(types.split("|")), narrowed))
        return narrowed
    return node.keys.setdefault(step, Node())


class Slot(NamedTuple):
    """One string of a body (or a number, written out): where it is kept, and what is known of it."""

    holder: Any  # the object or list
    key: str | int
    text: str
    mark: Mark
    near: str  # the nearest object key above, or the name beside a `value`
    kind: str  # "value", "name" (the text is the key itself) or "number"

    def __repr__(self) -> str:
        """Show neither the text nor the keys: all may be values."""
        return f"Slot({self.kind}, {self.mark.value})"

    def put(self, text: str) -> None:
        """Write a text in this place; one that is still a number stays one."""
        self.holder[self.key] = int(text) if self.kind == "number" and is_number(text) else text


def is_number(text: str) -> bool:
    """Tell whether JSON would read this as a whole number."""
    return text.lstrip("-").isdecimal() and (text[:1] != "0" or text == "0")


SMALLEST_NUMBER = 10**5
"""Shorter numbers identify nobody."""


class Settled(NamedTuple):
    """Texts in which nothing is found, unless the key that they stand under tells what they are."""

    texts: set[str]
    tells: Mapping[str, bool]


UNSETTLED = Settled(set(), {})


def slots(value: Any, shape: Node, settled: Settled = UNSETTLED) -> list[Slot]:
    """List the strings of a body in document order, object keys and long numbers too; what is settled is left out.

    A bare string has no slot.
    """
    found: list[Slot] = []
    _list(value, (shape,), shape.below, "", settled, found.append)
    return found


_Nodes = tuple[Node, ...]
_Add = Callable[[Slot], None]


def _list(value: Any, nodes: _Nodes, inherited: Mark | None, near: str, settled: Settled, add: _Add) -> None:
    """Walk what is below `value`. Thousands of strings of a request pass here: what need not be known is not computed."""
    if type(value) is not dict:
        _list_items(value, nodes, inherited, near, settled, add)
        return
    if nodes:
        nodes = _narrow(value, nodes)
        inherited = _below(nodes, inherited)
    texts, tells = settled
    for key, item in value.items():
        kind = type(item)
        if key not in texts:
            declared = inherited or (Mark.SEALED if _children(nodes, key) else Mark.TEXT)
            add(Slot(value, key, key, declared, near, "name"))
        if kind is str:
            name = spoken_name(value) or key if key in VALUE_KEYS else key
            if item not in texts or tells[name]:
                add(Slot(value, key, item, _mark(_children(nodes, key), inherited), name, "value"))
        elif kind is dict or kind is list:
            inside = _children(nodes, key) if nodes else nodes
            _list(item, inside, _below(inside, inherited), key, settled, add)
        elif kind in _NUMBERS and (number := _long_number(item)) and (number not in texts or tells[key]):
            add(Slot(value, key, number, _mark(_children(nodes, key), inherited), key, "number"))


def _list_items(
    value: list[Any], nodes: _Nodes, inherited: Mark | None, near: str, settled: Settled, add: _Add
) -> None:
    texts, tells = settled
    inside = tuple([node.item for node in nodes if node.item is not None]) if nodes else nodes
    below = _below(inside, inherited)
    for index, item in enumerate(value):
        kind = type(item)
        if kind is str:
            if item not in texts or tells[near]:
                add(Slot(value, index, item, _mark(inside, inherited), near, "value"))
        elif kind is dict or kind is list:
            _list(item, inside, below, near, settled, add)
        elif kind in _NUMBERS and (number := _long_number(item)) and (number not in texts or tells[near]):
            add(Slot(value, index, number, _mark(inside, inherited), near, "number"))


_NUMBERS = frozenset((int, msgspec.Raw))


def _long_number(item: int | msgspec.Raw) -> str:
    number = item if isinstance(item, int) else whole(item)
    return "" if -SMALLEST_NUMBER < number < SMALLEST_NUMBER else str(number)


def _children(nodes: _Nodes, key: str) -> _Nodes:
    inside: _Nodes = ()
    for node in nodes:
        if (child := node.keys.get(key)) is not None:
            inside += (child,)
        if node.any is not None:
            inside += (node.any,)
    return inside


def _below(nodes: _Nodes, inherited: Mark | None) -> Mark | None:
    for node in nodes:
        if node.below is not None:
            inherited = node.below
    return inherited


def _narrow(value: dict[str, Any], nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    for node in nodes:
        for field, types, child in node.narrowed:
            found = value.get(field)
            if (type(found) is str and found in types) or (found is True and "true" in types):
                nodes += _narrow(value, (child,))
    return nodes


def _mark(nodes: tuple[Node, ...], inherited: Mark | None) -> Mark:
    for node in nodes:
        if node.mark is not None:
            return node.mark
        if node.below is not None:
            return node.below
    return inherited or Mark.TEXT


NAME_KEYS = ("name", "key", "Name", "Key", "ParameterKey")
VALUE_KEYS = frozenset(("value", "Value", "val", "stringValue", "ParameterValue"))


def spoken_name(value: Mapping[str, Any]) -> str:
    """Give the name in an object such as `{"name": "DB_PASSWORD", "value": …}`; without both, an empty string."""
    if not VALUE_KEYS.isdisjoint(value):
        for key in NAME_KEYS:
            if type(found := value.get(key)) is str:
                return str(found)
    return ""


def path_to(body: Any, slot: Slot) -> Path:
    """Find the path of a slot; a second walk, for messages only."""
    stack: list[tuple[Any, Path]] = [(body, ())]
    while stack:
        value, path = stack.pop()
        if value is slot.holder:
            return (*path, slot.key)
        pairs = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
        stack.extend((item, (*path, key)) for key, item in pairs)
    return (slot.key,)


def shown(path: Path, shape: Node) -> str:
    """Write a path for a message or the audit; keys that the shape does not declare may hold values and become `*`."""
    written = ""
    nodes: tuple[Node, ...] = (shape,)
    for step in path:
        nodes = nodes + tuple(child for node in nodes for _, _, child in node.narrowed)
        if isinstance(step, int):
            nodes = tuple(node.item for node in nodes if node.item is not None)
            written += f"[{step}]"
            continue
        below = tuple(node.keys[step] for node in nodes if step in node.keys)
        written += ("." if written else "") + (step if below or step in SPEAKING else "*")
        nodes = below + tuple(node.any for node in nodes if node.any is not None)
    return written or "body"


SPEAKING = frozenset(
    "model system messages content text input tools description instructions prompt suffix arguments function "
    "tool_calls output parameters name role type metadata user title source data value id".split()
)
"""Member names that provider formats use: safe to show."""
