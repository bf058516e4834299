"""What stands in for a value upstream. Knows a key, a value and a shape; knows no vault, no rule and no text.

Strategy: every surrogate is a keyed hash (HMAC-SHA256) of the value, written in one of four shapes, so that the same
value gets the same surrogate in every turn, process and machine of a tenant. `counter` gives the next candidate when
a surrogate already stands for another value.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from redact.codenames import PUBLIC, RESERVED, TOP_LEVEL, codename_in, has_own_plural
from redact.plainwords import ADJECTIVES, NOUNS

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so a tag survives a change of case and spells nothing. crockford.com/base32.html"""

_TAG, _CHECK = 10, 2
LABEL = rf"RDX_(?:[A-Z0-9]{{1,11}}_){{1,5}}?[{ALPHABET}]{{{_TAG + _CHECK}}}"
"""The grammar of a label: kind words are shorter than a tag, so there is one way to read it."""

_label = re.compile(LABEL, re.IGNORECASE | re.ASCII)
HOST_DOMAIN = "example"
"""Reserved for documentation by RFC 2606: never somebody's real host."""
DIGITS = re.compile(r"(?=(?:\D*\d){6})\d[\d _'-]*\d", re.ASCII)
"""What a surrogate of digits can stand for: fewer digits would soon be used up."""
NUMBER = re.compile(r"\d(?:[_']?\d){5,}", re.ASCII)
"""What may stand in code as a number, with the signs that languages allow between digits: its surrogate is one, too."""
_ONE = r"""[A-Za-z]{0,2}(?:'(?:[^\\'\n]|\\[^\n]{1,9}?)'|"(?:[^\\"\n]|\\[^\n]{1,9}?)")"""
CHARACTERS = re.compile(rf"{_ONE}(?:\s*,\s*{_ONE}){{2,}}", re.ASCII)
"""What a surrogate of characters can stand for: a list of them, as code writes it: `'h', 'u', 'n'`."""
_CHARACTER = re.compile(r"""(?P<quote>['"])(?P<character>(?!(?P=quote))[^\\\n]|\\[^\n]{1,9}?)(?P=quote)""")
_LIMITS = tuple(2**bits - 1 for bits in (31, 32, 53, 63, 64))
"""The largest numbers that languages have a type for; JavaScript counts exactly up to the third."""
_TIGHT = frozenset(len(str(limit)) for limit in _LIMITS)


def lowered(text: str) -> str:
    """Lower the ASCII letters and nothing else, so that every character keeps its place."""
    return (
        text.lower()
        if text.isascii()
        else text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    )


def canonical(text: str) -> str | None:
    """Give the spelling under which a vault keeps the surrogate that `text` may be; None when it can be none."""
    if _label.fullmatch(text):
        return text.upper()
    if DIGITS.fullmatch(text) or CHARACTERS.fullmatch(text):
        return text
    if text.lower().endswith(f".{HOST_DOMAIN}"):
        return text.lower()
    return codename_in(text)


def in_plain(value: str) -> str:
    """Give what a number with signs between its digits, or a list of characters, would be without."""
    if NUMBER.fullmatch(value):
        return re.sub(r"\D", "", value)
    if CHARACTERS.fullmatch(value):
        return "".join(match["character"] for match in _CHARACTER.finditer(value))
    return value


def kind_of(rule_id: str) -> str:
    """Name the kind of a label after a rule: `github-token` gives `GITHUB_TOKEN`."""
    words = [word[:11] for word in re.split(r"[^A-Za-z0-9]+", rule_id.upper()) if word]
    return "_".join(words[:5]) or "SECRET"


class Mint:
    """Makes surrogates under one tenant's index key, and tells its own from forged ones."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _hash(self, *parts: str) -> int:
        message = "\0".join(parts).encode("utf-8", "surrogatepass")
        return int.from_bytes(hmac.digest(self._key, message, hashlib.sha256), "big")

    def _letters(self, length: int, *parts: str) -> str:
        number = self._hash(*parts) & ((1 << 5 * length) - 1)
        return "".join([ALPHABET[(number >> 5 * i) & 31] for i in range(length)])

    def label(self, kind: str, value: str, counter: int = 0) -> str:
        """Make `RDX_<KIND>_<tag>`: 50 keyed bits of the value and 10 check bits, a valid identifier everywhere."""
        tag = self._letters(_TAG, "label", kind, value, str(counter))
        return f"RDX_{kind}_{tag}{self._check(kind, tag)}"

    def _check(self, kind: str, tag: str) -> str:
        return self._letters(_CHECK, "check", kind, tag)

    def owns(self, label: str) -> bool:
        """Tell whether a label (in any case) was made under this key; forged and mutated ones were not."""
        kind, _, tag = label.upper()[4:].rpartition("_")
        return hmac.compare_digest(self._check(kind, tag[:_TAG]), tag[_TAG:])

    def labels_in(self, text: str) -> list[tuple[int, int]]:
        """List the ranges of this tenant's own labels in a text."""
        if "rdx_" not in lowered(text):
            return []
        found: list[tuple[int, int]] = []
        position = 0
        while match := _label.search(text, position):
            if self.owns(match[0]):
                found.append(match.span())
                position = match.end()
            else:
                position = match.start() + 1
        return found

    def digits(self, value: str, counter: int = 0) -> str:
        """Change every digit and nothing else: a number stays a number of its length, and of its type.

        A leading zero stays one, and what may be octal stays so.
        """
        plain = re.sub(r"\D", "", value)
        number = self._hash("digits", plain, str(counter))
        if re.fullmatch("0[0-7]+", plain):
            made = "0" + f"{number:o}"[-len(plain) + 1 :]
        else:
            first = "0" if plain.startswith("0") else str(1 + number % 9)
            made = first + str(number >> 8).zfill(len(plain))[-len(plain) + 1 :] if len(plain) > 1 else first
        if plain[0] != "0" and len(plain) in _TIGHT:
            limit = next((limit for limit in _LIMITS if int(plain) <= limit < int(made)), None)
            least = 10 ** (len(plain) - 1)
            made = str(least + number % (limit + 1 - least)) if limit else made
        fresh = iter(made)
        return re.sub(r"\d", lambda _: next(fresh), value)

    def characters(self, value: str, counter: int = 0) -> str:
        """Change every character of a list of them and nothing else: as many, in the same quotes."""
        plain = in_plain(value)
        fresh = iter([self._letters(1, "characters", plain, str(counter), str(at)) for at in range(len(plain))])
        return _CHARACTER.sub(lambda match: f"{match['quote']}{next(fresh)}{match['quote']}", value)

    def codename(self, words: Sequence[str], counter: int = 0) -> str:
        """Give a name a plain word for each of its words, two for a single one, joined by spaces."""
        number = self._hash("codename", " ".join(words), str(counter))
        more = [ADJECTIVES[(number >> 64 + 16 * i) % len(ADJECTIVES)] for i in range(len(words) - 2)]
        nouns = (NOUNS[((number >> 32) + step) % len(NOUNS)] for step in range(len(NOUNS)))
        noun = next(noun for noun in nouns if not has_own_plural(noun))  # else a model's plural would not be restored
        return " ".join((ADJECTIVES[number % len(ADJECTIVES)], *more, noun))

    def codenames(self, key: str, counter: int = 0) -> str:
        """Give each part of a package (`com.acme.ledger`) the codename that it has as a name; a name has one part.

        A top-level domain at either end becomes a reserved one; a public host in front stays.
        """
        parts = key.split(".")
        kept = 2 if tuple(parts[:2]) in PUBLIC and len(parts) > 2 else 0  # noqa: PLR2004  a host has two parts
        ends = (0, len(parts) - 1) if len(parts) > 1 and not kept else ()
        fresh = [
            RESERVED if at in ends and part in TOP_LEVEL else self.codename(part.split(), counter)
            for at, part in enumerate(parts[kept:])
        ]
        return " ".join((*parts[:kept], *fresh))

    def host(self, value: str, counter: int = 0) -> str:
        """Name a host or mail address anew, label by label, so that hosts of one domain stay in one domain."""
        user, at, name = value.rpartition("@")
        labels = name.lower().split(".")
        fresh = [self._host_label(".".join(labels[i:]), str(counter)) for i in range(max(len(labels) - 1, 1))]
        return (self._host_label(user, "user") + at if at else "") + ".".join([*fresh, HOST_DOMAIN])

    def _host_label(self, suffix: str, counter: str) -> str:
        number = self._hash("host", suffix, counter)
        return f"{NOUNS[number % len(NOUNS)]}-{self._letters(5, 'host', suffix, counter).lower()}"
