"""What is done otherwise for some requests: by host, path, client, user and repository. Knows patterns; knows no request's body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from redact.model import Action

Mode = Literal["enforce", "monitor"]
Pattern = Annotated[str, StringConstraints(min_length=1)]


class When(BaseModel):
    """Which requests; every member that is there has to fit. `*` stands for anything, case does not count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Pattern | None = Field(None, description="The provider's host.")
    path: Pattern | None = Field(None, description="The path, without its query.")
    client: Pattern | None = Field(None, description="The program, as its User-Agent says.")
    user: Pattern | None = Field(None, description="The user that the proxy's address names.")
    repository: Pattern | None = Field(None, description="The repository that the proxy's address names.")


class Override(BaseModel):
    """One entry: what is done otherwise when it fits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: When = Field(description="Which requests it is about.")
    rules: dict[Pattern, Action] = Field({}, description="Other actions, by rule id; `*` stands for anything.")
    mode: Mode | None = Field(
        None, description="`monitor`: log what would be done, and forward the request as it came."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.when.model_fields_set:
            raise ValueError("`when` needs at least one of host, path, client, user, repository")
        if not self.rules and self.mode is None:
            raise ValueError("an override needs `rules` or `mode`")
        return self


class Asked(NamedTuple):
    """What is known of a request before its body."""

    host: str = ""
    path: str = ""
    client: str = ""
    user: str = ""
    repository: str = ""


Actions = tuple[tuple[str, Action], ...]
"""Patterns of rule ids and other actions for them; the first that fits a rule wins."""


class Chosen(NamedTuple):
    """What holds for a request."""

    actions: Actions = ()
    mode: Mode = "enforce"


class Overrides:
    """All entries, in order: of two that say something of the same rule, or of the mode, the first one counts."""

    def __init__(self, entries: Sequence[Override] = (), mode: Mode = "enforce") -> None:
        self._entries = [
            ([(name, _pattern(said)) for name, said in entry.when.model_dump(exclude_none=True).items()], entry)
            for entry in entries
        ]
        self._mode: Mode = mode
        self.chosen = lru_cache(maxsize=1024)(self._chosen)

    def _chosen(self, asked: Asked) -> Chosen:
        """Tell what holds for a request."""
        fitting = [
            entry
            for tests, entry in self._entries
            if all(pattern.fullmatch(getattr(asked, name)) for name, pattern in tests)
        ]
        mode = next((entry.mode for entry in fitting if entry.mode is not None), self._mode)
        return Chosen(tuple(said for entry in fitting for said in entry.rules.items()), mode)


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, said.split("*"))), re.IGNORECASE | re.DOTALL)
