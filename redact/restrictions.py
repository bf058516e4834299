"""The headers that keep people to their company's account. Knows vendors' names for them and hosts; knows no request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from redact.errors import SettingsError


class Restriction(BaseModel):
    """One header of a vendor's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    header: str
    hosts: tuple[str, ...]
    value: str
    most: Annotated[int, Field(ge=1)] = 64
    needs: str | None = None
    blocks: tuple[str, ...] = ()


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    restrictions: tuple[Restriction, ...]


class Restrictions:
    """What goes to which host, for the values that the settings give."""

    def __init__(self, table: Sequence[Restriction] = (), wanted: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take the table, and values by its names. Raises SettingsError where these do not fit."""
        wanted = wanted or {}
        known = {each.name: each for each in table}
        for name, values in wanted.items():
            _check(name, values, known, wanted)
        chosen = [each for each in table if wanted.get(each.name)]
        self.names = tuple(dict.fromkeys(each.header.lower() for each in table))
        """Headers that no client may send, in lower case."""
        self.hosts = [pattern.pattern for each in chosen for pattern in map(_glob, each.hosts)]
        """Regular expressions of the hosts to which a header goes."""
        self._set = [([_glob(h) for h in each.hosts], each.header, ",".join(wanted[each.name])) for each in chosen]
        self._blocks = [_glob(address) for each in chosen for address in each.blocks]
        self.headers = lru_cache(maxsize=1024)(self._headers)

    def _headers(self, host: str) -> dict[str, str]:
        """Give the headers that requests to this host carry."""
        found: dict[str, str] = {}
        for patterns, header, value in self._set:
            if any(pattern.fullmatch(host) for pattern in patterns):
                found.setdefault(header, value)
        return found

    def blocks(self, host: str, path: str) -> bool:
        """Whether whoever uses this address uses no company account."""
        return any(pattern.fullmatch(f"{host}{path}") for pattern in self._blocks)


def _check(
    name: str, values: Sequence[str], known: Mapping[str, Restriction], wanted: Mapping[str, Sequence[str]]
) -> None:
    restriction = known.get(name)
    if restriction is None:
        raise SettingsError(f"restrict: there is no '{name}'; there are {', '.join(known)}")
    if len(values) > restriction.most:
        raise SettingsError(f"restrict.{name}: takes at most {restriction.most} value(s)")
    if any(not re.fullmatch(restriction.value, value) for value in values):
        raise SettingsError(f"restrict.{name}: each value has to look like {restriction.value}")
    if values and restriction.needs and not wanted.get(restriction.needs):
        raise SettingsError(f"restrict.{name}: needs restrict.{restriction.needs} as well")


def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)


def read(path: Path, wanted: Mapping[str, Sequence[str]]) -> Restrictions:
    """Read the table of vendors. Raises SettingsError."""
    table = _Table.model_validate(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    return Restrictions(table.restrictions, wanted)
