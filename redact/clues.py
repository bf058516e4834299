"""What the files of a code base say of internal names. Knows formats; knows no folder, no rule and no score.

Strategy: a file's name says how it is read: a table of patterns, and a reader for each. What cannot be read says nothing.
XML is read by patterns alone and YAML as a graph of nodes, so nothing in a file is ever expanded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Literal

import yaml

from redact import jsontext
from redact.codenames import TOP_LEVEL
from redact.errors import UnreadableError
from redact.sources import documents, node_at

Member = Literal["names", "packages", "hosts"]
"""The field of a rule in which a name belongs."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A name that a file gives to something, what that is, and where it stands."""

    member: Member
    name: str
    kind: str
    line: int


Reader = Callable[[str], Iterator[Clue]]


def clues(path: PurePosixPath, text: str) -> Iterator[Clue]:
    """List what a file says, by the formats that its name fits, and the internal hosts in it."""
    for pattern, reader in READERS:
        if fnmatchcase(path.as_posix().lower(), pattern) or fnmatchcase(path.name.lower(), pattern):
            with suppress(UnreadableError, tomllib.TOMLDecodeError, RecursionError):
                yield from reader(text)
    yield from hosts(text, is_code=path.suffix.lower() in _CODE)


def top_level_packages(paths: Iterator[PurePosixPath]) -> Iterator[tuple[PurePosixPath, Clue]]:
    """List the Python packages among files that stand in no other package: folders with an `__init__.py`."""
    inits = sorted({path for path in paths if path.name == "__init__.py" and len(path.parts) > 1})
    folders = {path.parent for path in inits}
    for path in inits:
        if path.parent.parent not in folders:
            yield path, Clue("names", path.parent.name, "Python package", 1)


# -- programs and their builds


def _said(pattern: str, member: Member, kind: str) -> Reader:
    """Read what a pattern finds at the beginning of a line."""
    compiled = re.compile(pattern, re.MULTILINE)

    def read(text: str) -> Iterator[Clue]:
        for match in compiled.finditer(text):
            yield Clue(member, match[1], kind, _line(text, match.start(1)))

    return read


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _maven(text: str) -> Iterator[Clue]:
    yield from _said(r"<groupId>\s*([\w.-]{3,200})\s*</groupId>", "packages", "Maven groupId")(text)
    own = re.sub(r"(?s)<(dependencies|dependencyManagement|build|plugins|profiles)>.*?</\1>", _blank, text)
    yield from _said(r"<artifactId>\s*([\w.-]{3,200})\s*</artifactId>", "names", "Maven artifactId")(own)


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _npm(text: str) -> Iterator[Clue]:
    root = jsontext.load(text)
    name = root.get("name") if isinstance(root, dict) else None
    if isinstance(name, str) and (found := re.fullmatch(r"(?:@([\w.-]+)/)?([\w.-]+)", name)):
        at = text.find(f'"{name}"')
        if found[1]:
            yield Clue("names", found[1], "npm scope", _line(text, at))
        yield Clue("names", found[2], "npm package", _line(text, at))


_npm_scopes = _said(r"^@([\w.-]+):registry\s*=", "names", "npm scope")


def _python(text: str) -> Iterator[Clue]:
    root = tomllib.loads(text)
    for holder in (root.get("project"), root.get("tool", {}).get("poetry")):
        name = holder.get("name") if isinstance(holder, dict) else None
        if isinstance(name, str):
            yield Clue("names", name, "Python project", _line(text, text.find(name)))


def _gradle(text: str) -> Iterator[Clue]:
    yield from _said(r"""^\s*group\s*=?\s*['"]([\w.-]{3,200})['"]""", "packages", "Gradle group")(text)
    yield from _said(r"""^\s*rootProject\.name\s*=\s*['"]([\w.-]{3,200})['"]""", "names", "Gradle project")(text)


def _terraform(text: str) -> Iterator[Clue]:
    yield from _said(r'^\s*module\s+"([\w-]{3,100})"', "names", "Terraform module")(text)
    yield from _said(r'^\s*resource\s+"[\w-]+"\s+"([\w-]{3,100})"', "names", "Terraform resource")(text)


# -- repositories


_PUBLIC_HOSTS = frozenset("github.com gitlab.com bitbucket.org codeberg.org ssh.github.com dev.azure.com".split())
_REMOTE = re.compile(
    r"^\s*url\s*=\s*(?:[a-z+]{2,10}://)?(?:[^@\s/]{1,200}@)?([\w.-]{3,200})(?::\d+)?[:/]([\w.-]{1,100})/(?:[\w./-]{0,200}/)?([\w.-]{1,100}?)(?:\.git)?/?$",
    re.MULTILINE,
)


def _remotes(text: str) -> Iterator[Clue]:
    for match in _REMOTE.finditer(text):
        line = _line(text, match.start())
        yield Clue("names", match[2], "git remote", line)
        yield Clue("names", match[3], "git repository", line)
        if match[1].lower() not in _PUBLIC_HOSTS:
            yield Clue("hosts", _domain(match[1].lower()) or match[1].lower(), "git remote", line)


_owners = _said(r"(?<![\w.@])@([A-Za-z][\w-]{1,60})/[\w-]+", "names", "CODEOWNERS")

_IMAGE = re.compile(r"(?:([\w-]+(?:\.[\w-]+)+)(?::\d+)?/)?((?:[\w.-]+/)*)([\w.-]+)(?:[:@][\w.:${}-]+)?")
_OPEN_REGISTRIES = re.compile(
    r"(?:^|\.)(?:docker\.io|gcr\.io|ghcr\.io|quay\.io|k8s\.io|mcr\.microsoft\.com|ecr\.aws|pkg\.dev)$"
)


def _image(value: str, line: int) -> Iterator[Clue]:
    match = _IMAGE.fullmatch(value.strip())
    if match is None:
        return
    if match[1] and not _OPEN_REGISTRIES.search(match[1]) and not match[1].endswith(".amazonaws.com"):
        yield Clue("hosts", _domain(match[1].lower()) or match[1].lower(), "container registry", line)
    if match[1]:
        for part in filter(None, match[2].split("/")):
            yield Clue("names", part, "container image", line)
        yield Clue("names", match[3], "container image", line)


def _dockerfile(text: str) -> Iterator[Clue]:
    for match in re.finditer(r"(?im)^\s*FROM\s+(?:--\S+\s+)*(\S{3,300})", text):
        yield from _image(match[1], _line(text, match.start()))


# -- manifests


_KINDS = frozenset(
    "Deployment StatefulSet DaemonSet CronJob Job Service Namespace Ingress Gateway VirtualService HTTPRoute Application".split()
)


def _manifests(text: str) -> Iterator[Clue]:
    for document in documents(text):
        kind, version = _text(node_at(document, "kind")), _text(node_at(document, "apiVersion")) or ""
        if version.startswith("backstage.io/"):
            yield from _named(f"Backstage {kind}", node_at(document, "metadata", "name"))
            yield from _named("Backstage system", node_at(document, "spec", "system"))
        elif kind in _KINDS and version:
            yield from _named(f"Kubernetes {kind}", node_at(document, "metadata", "name"))
            yield from _named("Kubernetes namespace", node_at(document, "metadata", "namespace"))
        services = node_at(document, "services")
        if isinstance(services, yaml.MappingNode) and not version:
            for key, service in services.value:
                if isinstance(service, yaml.MappingNode) and (node_at(service, "image") or node_at(service, "build")):
                    yield from _named("compose service", key)
        for node in _scalars_of(document, "image"):
            yield from _image(node.value, node.start_mark.line + 1)


def _chart(text: str) -> Iterator[Clue]:
    for document in documents(text):
        yield from _named("Helm chart", node_at(document, "name"))


def _text(node: yaml.Node | None) -> str | None:
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _named(kind: str, node: yaml.Node | None) -> Iterator[Clue]:
    if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[A-Za-z][\w. -]{1,100}", node.value):
        yield Clue("names", node.value, kind, node.start_mark.line + 1)


def _scalars_of(root: yaml.Node, key: str) -> Iterator[yaml.ScalarNode]:
    """List the strings under a key, at any depth; a node that is referred to more than once is looked at once."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        members: list[Any] = node.value if isinstance(node, yaml.CollectionNode) else []
        for name, item in members if isinstance(node, yaml.MappingNode) else ((None, item) for item in members):
            if name is not None and name.value == key and isinstance(item, yaml.ScalarNode):
                yield item
            if isinstance(item, yaml.CollectionNode) and id(item) not in seen:
                seen.add(id(item))
                waiting.append(item)


# -- hosts

_INTERNAL = r"(?:internal|intern|corp|local|lan|intranet|intra|private|home|consul)"
_HOST = re.compile(
    r"""(?P<before>://(?:[^/\s@"']{0,200}@)?|@|["'=\s,(])
    (?P<host>(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,12})
    (?P<after>:\d{2,5}\b|(?=[/"'\s,;)\]]|$))""",
    re.VERBOSE | re.MULTILINE,
)
_SUFFIX = re.compile(rf"\.{_INTERNAL}$")
_MIDDLE = re.compile(r"(?:^|\.)((?:corp|internal|intern|intra|intranet|private|priv)\.(?:[\w-]+\.){0,2}[a-z]{2,12})$")
_NOBODYS = re.compile(
    r"(?:^|\.)(?:cluster\.local|docker\.internal|google\.internal|compute\.internal|ec2\.internal|containers\.internal|localhost\.localdomain"
    r"|example\.\w+|[\w-]+\.(?:example|test|invalid|localhost))$"
)
"""Hosts of platforms, the same for everybody, and those that documentation uses."""
_CODE = frozenset(
    ".py .java .kt .kts .scala .go .rs .c .h .cc .cpp .hpp .cs .rb .php .js .jsx .ts .tsx .mjs .swift .m .lua .ex .exs .vue .css".split()
)


def hosts(text: str, *, is_code: bool) -> Iterator[Clue]:
    """List internal hosts. In programs `a.internal` may be anything: there, one stands in a URL, an address or before a port."""
    if "." not in text:
        return
    for match in _HOST.finditer(text):
        host = match["host"].removeprefix("*.")
        is_sure = match["before"].startswith("://") or bool(match["after"])
        if _NOBODYS.search(host) or (is_code and not is_sure) or (host.endswith(".local") and not is_sure):
            continue
        domain = _domain(host)
        if domain:
            yield Clue("hosts", domain, "internal host", _line(text, match.start("host")))


def _domain(host: str) -> str | None:
    """Give what a rule may say of an internal host: everything below its domain; None where it is not internal."""
    if _SUFFIX.search(host):
        parts = host.split(".")
        return host if len(parts) == 2 else f"*.{'.'.join(parts[-2:])}"  # noqa: PLR2004  a name and a suffix
    middle = _MIDDLE.search(host)
    is_host = middle is not None and middle[1] != host and host.rpartition(".")[2] in TOP_LEVEL
    return f"*.{middle[1]}" if middle and is_host else None


READERS: tuple[tuple[str, Reader], ...] = (
    *(
        (f"*.{end}", _said(r"^\s*package\s+([a-z][\w.]{2,200})\s*;?\s*$", "packages", "package"))
        for end in ("java", "kt", "scala", "groovy")
    ),
    ("*.cs", _said(r"^\s*namespace\s+([A-Z][\w.]{2,200})\s*[;{]?\s*$", "packages", "namespace")),
    ("*.vb", _said(r"^\s*Namespace\s+([A-Z][\w.]{2,200})\s*$", "packages", "namespace")),
    ("go.mod", _said(r"^module\s+([\w./~-]{3,200})", "packages", "Go module")),
    ("pom.xml", _maven),
    ("build.gradle", _gradle),
    ("build.gradle.kts", _gradle),
    ("settings.gradle", _gradle),
    ("settings.gradle.kts", _gradle),
    ("package.json", _npm),
    (".npmrc", _npm_scopes),
    ("pyproject.toml", _python),
    ("setup.cfg", _said(r"^name\s*=\s*([\w.-]{3,100})\s*$", "names", "Python project")),
    ("setup.py", _said(r"""^\s*name\s*=\s*['"]([\w.-]{3,100})['"]""", "names", "Python project")),
    ("*.tf", _terraform),
    ("*.yaml", _manifests),
    ("*.yml", _manifests),
    ("chart.yaml", _chart),
    ("dockerfile*", _dockerfile),
    ("*.dockerfile", _dockerfile),
    ("codeowners", _owners),
    ("*.git/config", _remotes),
    ("*.sln", _said(r'^Project\([^)]*\)\s*=\s*"([A-Za-z][\w.]{2,200})"', "packages", "project of a solution")),
)
"""How files are read, by their names or paths in lower case."""
