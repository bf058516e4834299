"""Which hosts are LLM providers, and how each path of theirs is read. Knows the map's YAML; knows no dialect's insides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from redact.beside import nobodys
from redact.errors import SettingsError

Text = Annotated[str, StringConstraints(min_length=1)]


class Provider(BaseModel):
    """One entry of the map."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Text | None = Field(None, description="A host; `*` stands for anything but a slash.")
    hosts: tuple[Text, ...] = Field((), description="Several hosts.")
    errors: Text = Field("generic", description="The dialect in whose shape an error is written.")
    paths: dict[Text, Text] = Field(
        {}, description="Path to dialect, `report`, `pass` or `block`; the first that fits wins."
    )
    credentials: tuple[Text, ...] = Field(
        (), description="Further headers, and parameters of the address, in which a client shows itself."
    )
    keys: tuple[Text, ...] = Field(
        (), description="Rules that find the credentials of this provider; where there are some, those of others block."
    )

    @model_validator(mode="after")
    def _has_a_host(self) -> Self:
        if not self.host and not self.hosts:
            raise ValueError("an entry needs `host` or `hosts`")
        return self

    def all_hosts(self) -> tuple[str, ...]:
        """List the host patterns of this entry."""
        return (*((self.host,) if self.host else ()), *self.hosts)


class _Map(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: tuple[Provider, ...] = ()
    foreign_keys: tuple[Text, ...] = Field(
        (), description="Rules that find credentials which are for none of these providers."
    )
    lookalikes: tuple[Text, ...] = Field(
        (), description="Hosts, and paths, that are reported when the host stands in no entry."
    )


@dataclass(frozen=True, slots=True)
class Route:
    """How a request is read: `does` is a dialect's name, `report`, `pass` or `block`; `errors` the dialect of error answers."""

    does: str
    errors: str
    credentials: tuple[str, ...] = ()
    is_foreign: Callable[[str], bool] = nobodys
    """Whether what a rule finds is a credential for somebody else."""

    @property
    def is_unread(self) -> bool:
        """Whether bodies are forwarded as they are; `report` says so in the audit."""
        return self.does in ("pass", "report")


class ProviderMap:
    """Hosts and paths to routes."""

    def __init__(
        self, providers: Sequence[Provider], lookalikes: Sequence[str] = (), foreign_keys: Sequence[str] = ()
    ) -> None:
        every_key = _any_of([*foreign_keys, *(key for provider in providers for key in provider.keys)])
        self._foreign = {id(p): _foreign_to(p.keys, every_key) for p in providers if p.keys}
        self._lookalikes = [_glob(one) for one in lookalikes if "/" not in one]
        self._like_paths = [_glob(one) for one in lookalikes if "/" in one]
        self._hosts = [(_glob(host), provider) for provider in providers for host in provider.all_hosts()]
        self._paths = {id(p): [(_glob(path), does) for path, does in p.paths.items()] for p in providers}
        self._providers = tuple(providers)  # keeps the ids above alive
        self.route = lru_cache(maxsize=4096)(self._route)
        self.knows = lru_cache(maxsize=4096)(self._knows)

    def host_patterns(self) -> list[str]:
        """List regular expressions for the hosts, without a port."""
        return [pattern.pattern for pattern, _ in self._hosts]

    def looks_alike(self, host: str, path: str = "") -> bool:
        """Whether a host that is no provider looks like one, by its name or by what is asked of it."""
        return not self.knows(host) and (
            any(pattern.fullmatch(_plain(host)) for pattern in self._lookalikes)
            or any(pattern.fullmatch(path) for pattern in self._like_paths)
        )

    def _knows(self, host: str) -> bool:
        """Whether this host is a provider."""
        return any(pattern.fullmatch(_plain(host)) for pattern, _ in self._hosts)

    def _route(self, host: str, path: str) -> Route | None:
        """Find how a request to this host and path (no query) is read; None where the host is no provider."""
        for pattern, provider in self._hosts:
            if pattern.fullmatch(_plain(host)):
                is_foreign = self._foreign.get(id(provider), nobodys)
                route = Route(self._does(provider, path), provider.errors, provider.credentials, is_foreign)
                if route.is_unread:  # what a server may take the path for must be unread, too
                    route = replace(route, does=self._does(provider, _normal(path)))
                return route
        return None

    def _does(self, provider: Provider, path: str) -> str:
        return next((does for fits, does in self._paths[id(provider)] if fits.fullmatch(path)), "generic")


def _normal(path: str) -> str:
    """Write a path as a server may read it: decoded, one slash between steps, without parameters, `.` and `..`."""
    steps: list[str] = []
    for written in unquote(unquote(path)).replace("\\", "/").split("/"):
        step = written.partition(";")[0].strip()
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/" + "/".join(steps)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(_glob(pattern).pattern for pattern in patterns) or r"(?!)")


def _foreign_to(keys: Sequence[str], every_key: re.Pattern[str]) -> Callable[[str], bool]:
    own = _any_of(keys)

    @lru_cache(maxsize=1024)
    def is_foreign(rule_id: str) -> bool:
        return own.fullmatch(rule_id) is None and every_key.fullmatch(rule_id) is not None

    return is_foreign


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _glob(pattern: str) -> re.Pattern[str]:
    anything = "[^/]*" if "/" not in pattern and pattern != "*" else ".*"
    return re.compile(anything.join(map(re.escape, pattern.lower().split("*"))), re.IGNORECASE)


def read(paths: Iterable[Path], dialects: Iterable[str]) -> ProviderMap:
    """Read maps in order; what a first one says of a host wins. Raises SettingsError."""
    known = {*dialects, "report", "pass", "block"}
    providers: list[Provider] = []
    lookalikes: list[str] = []
    foreign_keys: list[str] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
            read_map = _Map.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({type(error).__name__})") from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise SettingsError(f"{path}:{mark.line + 1 if mark else 1} is not YAML") from None
        except ValidationError as invalid:
            first = invalid.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise SettingsError(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}") from None
        for entry in read_map.providers:
            for does in (*entry.paths.values(), entry.errors):
                if does not in known:
                    choices = ", ".join(sorted(known))
                    raise SettingsError(f"{path}: {entry.all_hosts()[0]}: '{does}' is no dialect; there are {choices}")
        providers += read_map.providers
        lookalikes += read_map.lookalikes
        foreign_keys += read_map.foreign_keys
    return ProviderMap(providers, lookalikes, foreign_keys)
