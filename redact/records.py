"""What stands for a value: its record. Knows the mint, the vault and what rules say of a kind; knows no text around a value.

Strategy: a value has one record for good, minted when it is first found and kept before it is used. An internal name is one value
in all its spellings: its key is what the vault knows, and each place writes its codename in the style that the name had there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from redact.codenames import Style, codename, flat, flats, has_own_plural, plural, style_of, words_of
from redact.errors import NotAtOnceError, SurrogateTakenError
from redact.model import Category, Known, Record, Shape
from redact.rules import Rule, kind, name_keys
from redact.surrogates import CHARACTERS, DIGITS, NUMBER, Mint, in_plain
from redact.vault.base import Vault

QUOTED = "quoted-surrogate"
"""The id of a finding that covers a literal look-alike of a surrogate used in the same text."""

_SPELLINGS = 4096
"""So many spellings of names are remembered."""


class _Name(NamedTuple):
    """What the vault calls an internal name, its words as they stand in a text, and whether that is its plural."""

    key: str
    words: tuple[str, ...]
    is_plural: bool = False


def _names(keys: Iterable[str]) -> dict[str, _Name]:
    """List names by the letters and digits of whatever spells them."""
    found: dict[str, _Name] = {}
    for key in keys:
        words = words_of(key)
        if has_own_plural(words[-1]):
            several = (*words[:-1], plural(words[-1]))
            found.setdefault(flat("".join(several)), _Name(key, several, is_plural=True))
    return found | {flat(key): _Name(key, words_of(key)) for key in keys}


def _parts(keys: Collection[str]) -> dict[str, list[str]]:
    """Say which packages have names and packages inside: their codenames are parts of the package's, too."""
    return {key: [part for part in keys if part != key and f".{part}." in f".{key}."] for key in keys if "." in key}


class Records:
    """The records of values, under one set of rules, one mint and one vault. Whoever calls sees to it that threads take turns."""

    def __init__(self, rules: Sequence[Rule], mint: Mint, vault: Vault) -> None:
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in rules}
        keys = list(dict.fromkeys(key for rule in rules for key in name_keys(rule)))
        self._names, self._parts = _names(keys), _parts(keys)
        self._spelt: dict[str, tuple[_Name, Style]] = {}
        self._kept_back = {kind(rule) for rule in rules if not (rule.restore or rule.names or rule.packages)}
        self._never_back = {key for rule in rules if not rule.restore for key in name_keys(rule)}
        self._mint, self._vault = mint, vault
        self.may_wait = True
        """Whether the vault may be written: another process may have it locked."""

    def is_name(self, value: str) -> bool:
        """Tell whether this spells an internal name in a style that can be kept."""
        return self._name(value) is not None

    def keys(self, value: str) -> list[str]:
        """Give what the vault calls a value (itself, or the key of a name), the names that are parts of it, and it in plain."""
        name = self._name(value)
        key = name[0].key if name else value
        return list(dict.fromkeys((key, *self._parts.get(key, ()), in_plain(key))))

    def written(self, value: str, stand: Mapping[str, Record]) -> str:
        """Write what stands for a value, a name in the style in which it stands here. `stand` has records by their values."""
        name = self._name(value)
        record = stand[name[0].key if name else value]
        if name is None or record.shape != "codename":
            return record.surrogate
        return codename(record.value, record.surrogate).written(name[1], several=name[0].is_plural)

    def of_known(self, values: Iterable[Known]) -> list[Record]:
        """Give the records of values that somebody named, in no order. Raises VaultError."""
        wanted = {value.value: value for value in values}
        standing = {value: record for value in wanted if (record := self._vault.by_value(value)) is not None}
        missing = {value: partial(self._minted_as, wanted[value]) for value in wanted if value not in standing}
        return [*standing.values(), *self._put(missing)]

    def of_found(self, wanted: Iterable[tuple[str, str]]) -> dict[str, Record]:
        """Give the records of values, each found by a rule, by what the vault calls them. Raises VaultError."""
        missing: dict[str, Callable[[int], Record]] = {}
        stand: dict[str, Record] = {}
        for value, rule_id in wanted:
            is_name = self.is_name(value)
            rule = self._rules.get(rule_id)
            for key in self.keys(value):
                record = self._vault.by_value(key)
                if rule is not None and not rule.restore:
                    self._never_back.add(key)
                if record is None:
                    missing.setdefault(key, partial(self._minted, key, "" if is_name else rule_id))
                else:
                    stand[key] = record
        return stand | {record.value: record for record in self._put(missing)}

    def returns(self, record: Record) -> bool:
        """Whether a value may come back at all: a rule may say `restore: false` of it, or of all of its kind."""
        return record.kind not in self._kept_back and record.value not in self._never_back

    # -- names

    def _name(self, value: str) -> tuple[_Name, Style] | None:
        """Tell which internal name this is, in which style; None where it is none, or its style could not be kept."""
        known = self._spelt.get(value)
        if known is not None or not self._names:
            return known
        for letters in flats(value):
            name = self._names.get(letters)
            style = style_of(value, name.words) if name else None
            if name and style and not self._is_other(name.key):
                if len(self._spelt) >= _SPELLINGS:
                    self._spelt.clear()
                self._spelt[value] = name, style
                return name, style
        return None

    def _is_other(self, key: str) -> bool:
        """Whether something else than a name was known by these words before: its surrogate keeps no style."""
        record = self._vault.by_value(key)
        return record is not None and record.shape != "codename"

    # -- minting

    def _put(self, missing: Mapping[str, Callable[[int], Record]]) -> list[Record]:
        """Keep a record for each of these values, minted with the first counter whose surrogate is free."""
        if missing and not self.may_wait:
            raise NotAtOnceError
        counters: Counter[str] = Counter()
        while missing:
            fresh = {value: minted(counters[value]) for value, minted in missing.items()}
            of = {record.surrogate: value for value, record in fresh.items()}
            taken = [surrogate for surrogate in of if self._is_value(surrogate, missing)]
            try:
                if not taken:
                    return self._vault.put(list(fresh.values()))
            except SurrogateTakenError as error:
                taken = [surrogate for surrogate in error.surrogates if surrogate in of]
            counters.update(of[surrogate] for surrogate in taken)
        return []

    def _is_value(self, surrogate: str, missing: Mapping[str, object]) -> bool:
        """Whether a surrogate just minted is a value itself, or holds a name: it would not be told from it."""
        names = any(self.is_name(word) for word in (surrogate, *surrogate.split()))
        return surrogate in missing or names or self._vault.by_value(surrogate) is not None

    def _minted(self, value: str, rule_id: str, counter: int) -> Record:
        if not rule_id:
            return self._minted_as(Known(value, "NAME", "codename", "internal"), counter)
        rule = self._rules.get(rule_id)
        category: Category = rule.category if rule else "identifier" if rule_id == QUOTED else "secret"
        words = kind(rule) if rule else "QUOTED" if rule_id == QUOTED else "KNOWN"
        return self._minted_as(Known(value, words, self._shape(rule, value), category), counter)

    def _minted_as(self, known: Known, counter: int) -> Record:
        value, shape = known.value, known.shape
        if shape == "label" and NUMBER.fullmatch(value):
            shape = "digits"  # where it stands as a number, it has to stay one
        if shape == "codename":
            surrogate = self._mint.codenames(value, counter)
        elif shape == "digits" and DIGITS.fullmatch(value):
            surrogate = self._mint.digits(value, counter)
        elif shape == "host" and re.fullmatch(r"(?:[\w.+-]+@)?[\w-]+(?:\.[\w-]+)+", value, re.ASCII):
            surrogate = self._mint.host(value, counter)
        elif CHARACTERS.fullmatch(value):
            surrogate, shape = self._mint.characters(value, counter), "characters"
        else:
            surrogate, shape = self._mint.label(known.kind, value, counter), "label"
        return Record(surrogate, value, known.kind, shape, known.category)

    @staticmethod
    def _shape(rule: Rule | None, value: str) -> Shape:
        if rule is None:
            return "label"
        asked = rule.surrogate or ("host" if rule.hosts and "." in value else "label")
        return "label" if asked == "codename" else asked  # only names are restored from words
