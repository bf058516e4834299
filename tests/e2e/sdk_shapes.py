"""Write the largest requests that a provider's SDK can type, with a mark in every string. Runs in the SDKs' own environment.

Strategy: a type is walked down to its strings. Of a union inside a list every member becomes an item; anywhere else each
body takes another member, so that all bodies together have all of them. What only may be one of a few words gets its word.
"""

import collections.abc
import enum
import importlib
import itertools
import json
import types
import typing
from collections.abc import Iterator

import typing_extensions

DEPTH = 14
UNIONS = (typing.Union, types.UnionType)
WRAPPERS = (typing_extensions.Required, typing_extensions.NotRequired, typing_extensions.Annotated)
LISTS = (list, collections.abc.Iterable, collections.abc.Sequence)
MAPPINGS = (dict, collections.abc.Mapping)
NONE = type(None)


class Writer:
    """Writes one body of a type; `turn` says which member of each union it takes."""

    def __init__(self, turn: int) -> None:
        self.turn, self.widest, self.numbers = turn, 1, itertools.count()

    def mark(self) -> str:
        return f"MARK{next(self.numbers)}KRAM"

    def write(self, kind: object, above: tuple[object, ...] = ()) -> object:
        origin = typing.get_origin(kind)
        if origin in WRAPPERS or origin is typing.Annotated:
            return self.write(typing.get_args(kind)[0], above)
        if origin in UNIONS:
            members = self._members(kind, above)
            if not members:
                return None
            self.widest = max(self.widest, len(members))
            return self.write(members[self.turn % len(members)], above)
        if origin is typing.Literal or origin is typing_extensions.Literal:
            return typing.get_args(kind)[0]
        if origin in LISTS or getattr(origin, "__name__", "") == "SequenceNotStr":
            return [self.write(member, above) for member in self._members(typing.get_args(kind)[0], above)]
        if origin in MAPPINGS:
            return {self.mark(): self.write(typing.get_args(kind)[1], above)}
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return next(iter(kind)).value
        if is_object(kind):
            if kind in above or len(above) > DEPTH:
                return None
            hints = members_of(kind)
            wraps_one = list(hints) == ["value"]  # and is written as that
            return (
                {key: self.write(hint, (*above, kind)) for key, hint in hints.items()} if not wraps_one else self.mark()
            )
        return self._plain(kind)

    def compose(self, wanted: object) -> object:
        """Write what a client puts together itself: objects and lists of types by their names."""
        if isinstance(wanted, dict):
            return {key: self.compose(inner) for key, inner in wanted.items()}
        return [self.compose(inner) for inner in wanted] if isinstance(wanted, list) else self.write(named(wanted))

    def _plain(self, kind: object) -> object:
        if kind is str:
            return self.mark()
        if kind is bool:
            self.widest = max(self.widest, 2)
            return self.turn % 2 == 0
        if kind in (int, float):
            return 1
        if kind in (object, typing.Any):
            return {self.mark(): [self.mark(), {"name": self.mark(), "id": self.mark(), "type": self.mark()}]}
        return self.mark()

    def _members(self, kind: object, above: tuple[object, ...]) -> list[object]:
        """The members of a union (any other type is its own), without nothing and without what would never end."""
        origin = typing.get_origin(kind)
        if origin in WRAPPERS or origin is typing.Annotated:
            return self._members(typing.get_args(kind)[0], above)
        if origin in UNIONS:
            return [one for member in typing.get_args(kind) for one in self._members(member, above)]
        is_endless = is_object(kind) and (kind in above or len(above) > DEPTH)
        return [] if kind is NONE or is_endless else [kind]


def is_object(kind: object) -> bool:
    """Whether a type has members: a typed dict, or a pydantic model."""
    return typing_extensions.is_typeddict(kind) or (isinstance(kind, type) and hasattr(kind, "model_fields"))


def members_of(kind: object) -> dict[str, object]:
    """Name the members of a type as they are sent."""
    if typing_extensions.is_typeddict(kind):
        return typing_extensions.get_type_hints(kind, include_extras=True)
    return {field.alias or name.rstrip("_"): field.annotation for name, field in kind.model_fields.items()}


def named(where: object) -> object:
    """Give the type that has this name."""
    module, _, attribute = str(where).rpartition(".")
    return getattr(importlib.import_module(module), attribute) if module else {"str": str}[attribute]


def bodies(wanted: object) -> Iterator[object]:
    """As many bodies as the widest union inside has members; where the type is a union itself, of each of these."""
    kind = named(wanted) if isinstance(wanted, str) else wanted
    if typing.get_origin(kind) in UNIONS:
        for member in typing.get_args(kind):
            yield from bodies(member)
        return
    turn, widest = 0, 1
    while turn < widest:
        writer = Writer(turn)
        yield writer.compose(kind) if isinstance(kind, dict) else writer.write(kind)
        turn, widest = turn + 1, max(widest, writer.widest)


if __name__ == "__main__":
    for each in json.loads(input()):
        for body in bodies(each):
            print(json.dumps(body))
