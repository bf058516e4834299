"""`redact.yaml`: every setting, its default, what it means. Knows YAML and paths; builds nothing."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, ValidationError, field_validator

from redact.accounts import Accounts
from redact.errors import SettingsError
from redact.overrides import Mode, Override, When

BUILTIN = "builtin"
MEBIBYTE = 1 << 20


class Limits(BaseModel):
    """How much the filter takes on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body_bytes: Annotated[int, Field(ge=1024)] = Field(
        32 * MEBIBYTE, description="Largest request body, decoded, in bytes. A larger one is refused with 413."
    )
    cache_characters: Annotated[int, Field(ge=0)] = Field(
        24_000_000, description="How many characters of texts already scanned are remembered."
    )


MediaAction = Literal["allow", "report", "block"]


class Media(BaseModel):
    """What is done with what is no text: let through, let through and counted in the audit, or refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image: MediaAction = Field("report", description="Pictures.")
    audio: MediaAction = Field("report", description="Sound.")
    video: MediaAction = Field("report", description="Films.")
    pdf: MediaAction = Field("report", description="PDF files: what their text says is scanned unless all are allowed.")
    other: MediaAction = Field("block", description="What nobody here can read, such as archives and office files.")


class Settings(BaseModel):
    """Everything that can be set. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listen: str = Field("127.0.0.1:8080", description="Address and port of the forward proxy; port 0 takes a free one.")
    state_dir: Path = Field(
        Path("~/.local/state/redact"),
        description="Keeps ca.pem, keys, vault, audit and compiled rules; made with mode 0700.",
    )
    rules: tuple[str, ...] = Field(
        (BUILTIN,), description="Rule packs, in order: `builtin`, files or folders; relative to this file."
    )
    enable: tuple[str, ...] = Field(
        (), description="Rules to turn on that are off, by id; `*` stands for anything, as in `pii-*`."
    )
    disable: tuple[str, ...] = Field((), description="Rules to turn off, by id, in the same way.")
    providers: tuple[str, ...] = Field(
        (), description="Further provider maps; their hosts come before the builtin ones."
    )
    sinks: tuple[str, ...] = Field(
        (), description="Tables of tools and of what comes back where; what they say comes before the builtin one."
    )
    mode: Mode = Field(
        "enforce",
        description="`monitor`: log what would be done, and forward every request as it came, for a roll-out.",
    )
    overrides: tuple[Override, ...] = Field(
        (), description="What is done otherwise for some hosts, paths, clients, users or repositories."
    )
    note_to_model: bool = Field(
        False, description="Tell the model, at the end of each system prompt, to keep surrogates as they are."
    )
    restrict: dict[str, tuple[str, ...]] = Field(
        {}, description="Values of the vendors' headers that keep people to the company's account, by name."
    )
    accounts: Accounts = Field(
        Accounts(), description="Which API keys are the company's own, and what is done with others."
    )
    upstreams: dict[str, str] = Field(
        {}, description="Send a provider's host elsewhere (a gateway, a test): host to http or https URL."
    )
    upstream_ca: Path | None = Field(None, description="PEM file with further authorities to trust towards providers.")
    aws_profile: str | None = Field(
        None,
        description="Sign changed AWS requests with this profile where the credentials that signed them are not found.",
    )
    tenant: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = Field(
        "default", description="Whose keys are used: another tenant's surrogates mean nothing here."
    )
    media: Media = Field(Media(), description="What is done with what is no text.")
    limits: Limits = Field(Limits(), description="How much the filter takes on.")

    _folder: Path = PrivateAttr(default_factory=Path.cwd)

    @field_validator("listen")
    @classmethod
    def _is_an_address(cls, listen: str) -> str:
        if not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}", listen) or int(listen.rpartition(":")[2]) > 65535:  # noqa: PLR2004  the last port
            raise ValueError("must be HOST:PORT, such as 127.0.0.1:8080")
        return listen

    @field_validator("upstreams")
    @classmethod
    def _are_urls(cls, upstreams: dict[str, str]) -> dict[str, str]:
        for host, url in upstreams.items():
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
                raise ValueError(f"{host}: must be an http or https URL, such as http://127.0.0.1:9480")
        return {host.lower(): url for host, url in upstreams.items()}

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on; 0 takes a free one."""
        return int(self.listen.rpartition(":")[2])

    @property
    def state(self) -> Path:
        """The state directory, absolute."""
        return self.resolved(str(self.state_dir))

    def resolved(self, path: str) -> Path:
        """Make a path of the settings absolute: `~` is the home, anything relative is relative to the settings file."""
        return (self._folder / os.path.expandvars(Path(path).expanduser())).absolute()


DEFAULT_FILE = Path("~/.config/redact/redact.yaml")
"""Read when no other is named. A file in the working directory is not: a checkout must not weaken its own filter."""


def read(path: Path | None = None) -> Settings:
    """Read settings from a file; without one, from the default file if there is one. Raises SettingsError."""
    if path is None:
        default = DEFAULT_FILE.expanduser()
        if not default.exists():
            return Settings()
        path = default
    try:
        text = path.read_text(encoding="utf-8")
        members = yaml.load(text, Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({type(error).__name__}); name another with --config") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsError(f"{path}:{mark.line + 1 if mark else 1} is not YAML") from None
    if members is not None and not isinstance(members, dict):
        raise SettingsError(f"{path}: expected `key: value` lines")
    try:
        settings = Settings.model_validate(members or {})
    except ValidationError as invalid:
        raise SettingsError(f"{path}: {_why(invalid)}") from None
    settings._folder = path.absolute().parent  # noqa: SLF001  the settings' own
    return settings


def _why(invalid: ValidationError) -> str:
    problems: list[Any] = list(invalid.errors(include_input=False, include_url=False))
    first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
    where = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        fields = [
            *Settings.model_fields,
            *Limits.model_fields,
            *Media.model_fields,
            *Override.model_fields,
            *When.model_fields,
            *Accounts.model_fields,
        ]
        near = difflib.get_close_matches(str(first["loc"][-1]), fields, n=1)
        return f"'{where}' is not a setting" + (f"; did you mean '{near[0]}'?" if near else "")
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"
