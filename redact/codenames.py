"""Names of one's own company, and the plain words that stand in for them, however they are written.

Knows words and how they are joined and cased; knows no key, no rule and no text around a name.

Strategy: a name is words, and so is its codename, one for each word (two run together for a name of a single word). What is
between the words and how each is cased is carried over from one to the other, so every spelling of a name has its spelling of
the codename, and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, NamedTuple

import regex

from redact.plainwords import ADJECTIVES, NOUNS

_WRAPPED = r"[ \t]{0,40}(?:\r?\n|(?:\\r)?\\n)[ \t]{0,40}(?:(?://+|#+|\*+|--+|;+|>+)[ \t]{0,8})?"  # also in a comment's next line
SEPARATOR = rf"(?:[-_./+$\u00a0\u2011]|__|--|::?|\\{{1,4}}|%(?:20|2[BDEFbdef]|5[Ff])|[ \t]{{1,8}}|{_WRAPPED})"
"""What may stand between two words of a name."""

_JOINED = ("", "_", "-", ".", "/", " ", "+", "$", "\u00a0", "\u2011", "__", "--", ":", "::", "\\", "\\\\", "\\\\\\\\")
_ENCODED = ("%20", "%2b", "%2d", "%2e", "%2f", "%5f")
_OPEN = ("  ", "\t", " \t", "\n", "\r\n", " \n", " \r\n", "\\n", "\\r\\n", " \\n", " \\r\\n")
"""How a separator of open length begins."""

_CASES = {"lower": str.lower, "title": str.capitalize, "upper": str.upper}


# -- words


def words_of(name: str) -> tuple[str, ...]:
    """Split a name as a person writes it (`ledger reconciler`, `com.acme.ledger`, `LedgerReconciler`) into words."""
    spaced = regex.sub(r"(?<=[\p{Ll}0-9])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})", " ", name)
    return tuple(word.lower() for word in regex.split(r"[^\p{L}\p{N}\p{M}]+", spaced) if word)


def name_key(name: str) -> str:
    """Give what a vault calls a name: its words."""
    return " ".join(words_of(name))


def package_key(package: str) -> str:
    """Give what a vault calls a package: its parts, joined by dots, each of them words."""
    return ".".join(filter(None, map(name_key, regex.split(r"[./\\:@]+", package))))


def host_key(key: str) -> str | None:
    """Give the host that a package is named after (`com.acme.ledger`: `ledger.acme.com`), if it is one."""
    parts = key.split(".")
    return ".".join(reversed(parts)) if len(parts) > 1 and parts[0] in TOP_LEVEL else None


def plural(word: str) -> str:
    """Write the plural of a word, by the three rules that have few exceptions; a plural stays."""
    if regex.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    if regex.search(r"(?:ss|us|is|x|z|ch|sh)$", word):
        return f"{word}es"
    return word if word.endswith("s") else f"{word}s"


def has_own_plural(word: str) -> bool:
    """Whether the plural is more than the word and an s, which would be found as the word and something behind it."""
    return plural(word) not in (word, f"{word}s")


def flat(text: str) -> str:
    """Give the letters and digits of a text, in lower case: the same for all spellings of a name."""
    return "".join(filter(str.isalnum, text)).lower()


def flats(text: str) -> Iterator[str]:
    """List what a spelling may be flat: each escape between words may be read as one, or as letters."""
    if "\\" not in text and "%" not in text:
        yield flat(text)
        return
    pieces = regex.split(r"(\\[nrt]|%[0-9A-Fa-f]{2})", text, maxsplit=_MOST_ESCAPES)
    choices = [(flat(piece), "") if at % 2 else (flat(piece),) for at, piece in enumerate(pieces)]
    yield from map("".join, product(*choices))


_MOST_ESCAPES = 8


def every_spelling(words: Sequence[str]) -> str:
    """Write a pattern of all spellings of these words, plural forms that are more than the word and an s included.

    `registrys` is taken whole as well, though it is none: it must not be mixed up with what `registries` becomes.
    """
    *before, last = (regex.escape(word) for word in words)
    if has_own_plural(words[-1]):
        singular, several = (last, _ending("es", "s")) if not last.endswith("y") else (last, _ending("s"))
        last = f"{singular}{several}?" + (f"|{last[:-1]}{_ending('ies')}" if last.endswith("y") else "")
        last = f"(?:{last})"
    return "(?i:" + f"{SEPARATOR}?".join([*before, last]) + ")"


def _ending(*letters: str) -> str:
    """Write a pattern of endings, in either case, behind which the word is over."""
    return "(?-i:" + "|".join(f"{e}(?![a-z0-9])|{e.upper()}(?![A-Za-z0-9])" for e in letters) + ")"


def stems(words: Sequence[str]) -> list[str]:
    """Give the words as far as they are the same in the plural."""
    *before, last = words
    return [*before, last[:-1] if last.endswith("y") and has_own_plural(last) else last]


def beginnings(words: Sequence[str]) -> list[str]:
    """List literals, in lower case, with one of which every spelling of these words begins."""
    first, *rest = stems(words)
    if not rest:
        return [first]
    return [*(f"{first}{gap}{rest[0]}" for gap in (*_JOINED, *_ENCODED)), *(first + gap for gap in _OPEN)]


# -- styles


class Style(NamedTuple):
    """What stands between the words of a name, and the case of each: `lower`, `title` or `upper`."""

    separators: tuple[str, ...]
    cases: tuple[str, ...]


@lru_cache(maxsize=4096)
def _reader(groups: tuple[tuple[str, ...], ...]) -> Any:
    """Compile what tells apart the words, each of one or more plain words, and what is between them."""
    each = ["(" + "(?&s)?".join(map(regex.escape, group)) + ")" for group in groups]
    return regex.compile(f"(?i){'((?&s)?)'.join(each)}(?(DEFINE)(?P<s>{SEPARATOR}))")


def style_of(text: str, words: Sequence[str]) -> Style | None:
    """Find the style in which `text` writes `words`, or None when none gives back exactly this text."""
    match = _reader(tuple((word,) for word in words)).fullmatch(text)
    if match is None:
        return None
    written_so = match.groups()[: 2 * len(words) - 1]
    fitting = [
        [case for case, write in _CASES.items() if write(word) == found]
        for word, found in zip(words, written_so[::2], strict=True)
    ]
    if not all(fitting):
        return None
    return Style(tuple(written_so[1::2]), tuple(_settled(fitting)))


def _settled(fitting: Sequence[Sequence[str]]) -> Iterator[str]:
    """Choose among the cases that fit as well: `V2` goes with capitals, or else is a title; digits go with what is before."""
    sure = [cases[0] for cases in fitting if len(cases) == 1]
    last = sure[0] if sure else "lower"
    for cases in fitting:
        if len(cases) == 1:
            last = cases[0]
        elif len(cases) < len(_CASES):
            last = "upper" if "upper" in sure else "title"
        yield last


def written(words: Iterable[str], style: Style) -> str:
    """Write words in a style: `("brisk", "heron")` in the style of `LedgerReconciler` is `BriskHeron`."""
    cased = [_CASES[case](word) for word, case in zip(words, style.cases, strict=True)]
    return cased[0] + "".join(gap + word for gap, word in zip(style.separators, cased[1:], strict=True))


# -- codenames

TOP_LEVEL = frozenset(
    """
    com org net io dev app co ai edu gov mil int biz info cloud tech eu uk de fr nl be ch at it es pt pl cz se no dk fi ie us ca au
    nz jp cn kr in br ru sg hk za mx
    """.split()
)
"""With these, packages that are named after a host begin."""

RESERVED = "example"
"""Stands in for the top-level domain of a package, so that its host is never somebody's real one. RFC 2606"""

PUBLIC = frozenset({("github", "com"), ("gitlab", "com"), ("bitbucket", "org"), ("codeberg", "org"), ("gopkg", "in")})
"""Hosts of everybody's packages: they stay as they are in front of one."""

_KEPT = frozenset({RESERVED, *(part for parts in PUBLIC for part in parts)})


@dataclass(frozen=True)
class Codename:
    """The words of a name or a package, and for each of them the plain words, one or two, that stand in for it."""

    words: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """All plain words, one after the other."""
        return tuple(word for group in self.groups for word in group)

    @cached_property
    def pattern(self) -> Any:
        """Every spelling that restores."""
        return _reader(self.groups)

    @cached_property
    def has_own_plural(self) -> bool:
        """Whether the name's plural is more than the name and an s."""
        return has_own_plural(self.words[-1])

    def written(self, style: Style, *, several: bool = False) -> str:
        """Write the codename in the style of the name, or of its plural."""
        words = ["".join(group) for group in self.groups]
        return written([*words[:-1], words[-1] + "s" * several], style)

    def restored(self, found: str, *, several: bool = False) -> str:
        """Write the name as the codename was found written; each word in the nearest case where it is a mixture."""
        parts = self.pattern.fullmatch(found).groups()[: 2 * len(self.words) - 1]
        style = Style(tuple(parts[1::2]), tuple(map(_case, parts[::2])))
        return written([*self.words[:-1], plural(self.words[-1]) if several else self.words[-1]], style)


def _case(word: str) -> str:
    return "upper" if word.isupper() else "title" if word[0].isupper() else "lower"


@lru_cache(maxsize=16384)
def codename(key: str, plain: str) -> Codename:
    """Say which plain words of a surrogate stand for which words of the name or package of this key."""
    left = plain.split()
    groups: list[tuple[str, ...]] = []
    for part in (part.split() for part in key.split(".")):
        taken: list[tuple[str, ...]]
        if len(part) > 1:
            taken = [(word,) for word in left[: len(part)]]
        else:
            taken = [tuple(left[: 1 if left and left[0] in _KEPT else 2])]
        groups += taken
        left = left[sum(map(len, taken)) :]
    words = words_of(key)
    if left or len(words) != len(groups) or not all(groups):
        return Codename(("".join(words),), (tuple(plain.split()),))  # minted by another way of counting words
    return Codename(words, tuple(groups))


def codename_in(text: str) -> str | None:
    """Give the plain words of a codename in the way the mint says it, however `text` spells them; None when it is none."""
    if len(text) > _LONGEST or not text.isascii() or not text[:1].isalpha() or not text[-1:].isalpha():
        return None
    for letters in flats(text) if _SPELT.fullmatch(text) else ():
        plain = _plain_words(letters)
        if plain is not None:
            return " ".join(plain)
    return None


_LONGEST = 400
_SPELT = regex.compile(rf"[A-Za-z]++(?:{SEPARATOR}[A-Za-z]++)*+")
_FIRST, _SECOND = frozenset(ADJECTIVES), frozenset(NOUNS)
_LENGTHS = sorted({len(word) for word in (*_FIRST, *_SECOND, *_KEPT)}, reverse=True)


def _plain_words(letters: str) -> list[str] | None:
    """Cut letters into kept words, and adjectives with a noun behind them: the longest that leaves none over."""
    plain = _cut(letters, 0, wants_noun=False, dead=set())
    return plain if plain is not None and not _KEPT.issuperset(plain) else None


def _cut(letters: str, at: int, *, wants_noun: bool, dead: set[tuple[int, bool]]) -> list[str] | None:
    if at == len(letters):
        return None if wants_noun else []
    if (at, wants_noun) in dead:
        return None
    for length in _LENGTHS:
        word = letters[at : at + length]
        if word in _FIRST or word in (_SECOND if wants_noun else _KEPT):
            rest = _cut(letters, at + len(word), wants_noun=word in _FIRST, dead=dead)
            if rest is not None:
                return [word, *rest]
    dead.add((at, wants_noun))
    return None
