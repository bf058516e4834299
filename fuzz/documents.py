"""JSON as any client may write it: any spacing, any escapes, numbers of any size, lone surrogates, keys in any order and twice."""

import json
from typing import NamedTuple

from hypothesis import strategies as st

ODD = ("\ud800", "a\udfffb", "\u2028", "\x7f", "é", "😀", '"', "\\", "\\u0041", ":", "/", "\x00")


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Object(NamedTuple):
    """Members in the order in which they are written."""

    pairs: tuple


plain = st.one_of(st.text(max_size=6), st.sampled_from(ODD))
_integers = st.one_of(st.integers(), st.integers(10**20, 10**40), st.integers(-(10**40), -(10**20))).map(
    lambda n: Number(str(n))
)
# Not -0: it is read as 0, which it equals.
_numbers = (
    st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    .filter(lambda n: n != "-0")
    .map(Number)
)


def values(strings=plain, *, doubled=False):
    """Any JSON with these strings, with or without doubled keys."""

    def larger(inner):
        members = st.lists(st.tuples(strings, inner), max_size=4, unique_by=None if doubled else lambda pair: pair[0])
        if doubled:
            members = st.builds(lambda pairs, again: [*pairs, (pairs[0][0], again)] if pairs else pairs, members, inner)
        return st.one_of(st.lists(inner, max_size=4), members.map(lambda pairs: Object(tuple(pairs))))

    return st.recursive(st.one_of(strings, _numbers, _integers, st.none(), st.booleans()), larger, max_leaves=10)


def written(value, draw):
    """Write a value as some client may."""
    space = draw(st.sampled_from(("", " ", "\n\t", "\r\n")))
    match value:
        case Object(pairs):
            members = (f"{written(key, draw)}{space}:{space}{written(item, draw)}" for key, item in pairs)
            return f"{space}{{" + f",{space}".join(members) + f"{space}}}"
        case Number():
            return str(value)
        case str():
            lone = any("\ud800" <= c <= "\udfff" for c in value)
            return (
                draw(st.sampled_from((_escaped, json.dumps)))(value)
                if lone or draw(st.booleans())
                else json.dumps(value, ensure_ascii=False)
            )
        case list():
            return f"[{space}" + f"{space},{space}".join(written(item, draw) for item in value) + "]"
        case _:
            return json.dumps(value)


def _escaped(text):
    data = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{data[at]:02x}{data[at + 1]:02X}" for at in range(0, len(data), 2)) + '"'


@st.composite
def documents(draw, strings=plain, *, doubled=False):
    return written(draw(values(strings, doubled=doubled)), draw)


def read(text):
    """Read every part as it is written, in order, with doubled keys: the other parser."""
    return json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=lambda pairs: Object(tuple(pairs)))


def strings_in(value):
    """List the strings of what was read, in order, keys too."""
    match value:
        case Object(pairs):
            for key, item in pairs:
                yield key
                yield from strings_in(item)
        case list():
            for item in value:
                yield from strings_in(item)
        case str() if not isinstance(value, Number):
            yield value
