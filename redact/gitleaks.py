"""Rules out of a configuration of gitleaks. Knows that format and our own; writes no file and tries no rule.

github.com/gitleaks/gitleaks#configuration. What has no likeness here is left out and said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from redact.errors import RuleError
from redact.re2 import translated

Allowed = dict[str, list[str]]

_LONGEST_ID = 60
_PATH = re.compile(r"(?P<start>\^/?|\(\?:\^\|/\)|\(\^\|/\))?(?P<path>(?:[\w/ -]|\\[./-]|\.\*\??)+)(?P<end>\$)?")


@dataclass
class Converted:
    """A rule as our packs write it, without examples; or why there is none. `notes` say what was left out."""

    id: str
    members: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    why_not: str = ""


def read(text: str, path: str) -> tuple[list[Converted], list[str]]:
    """Convert every rule of a configuration; also say what concerns none of them. Raises RuleError where it is no TOML."""
    try:
        config = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(path, 0, "", f"is not TOML: {error}") from None
    rules, lists = config.get("rules", []), _listed(config, "allowlist", "allowlists")
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in [*rules, *lists]):
        raise RuleError(path, 0, "", "expected `[[rules]]`, as gitleaks has them")
    said = list(_said_of_all(config))
    everywhere = [(each, _allowed([each], said)) for each in lists]
    return [_converted(rule, everywhere) for rule in rules], said


def _said_of_all(config: Mapping[str, Any]) -> Iterator[str]:
    extend = config.get("extend", {})
    if extend.get("useDefault"):
        yield "extend.useDefault: the default rules of gitleaks are not taken over; `builtin` has rules of our own for them"
    if extend.get("path") or extend.get("url"):
        yield "extend: what it names is not read; import it, too"
    if extend.get("disabledRules"):
        yield "extend.disabledRules: use `disable` in redact.yaml"


def _converted(rule: Mapping[str, Any], everywhere: Iterable[tuple[Mapping[str, Any], Allowed]]) -> Converted:
    name = str(rule.get("id") or rule.get("description") or "rule")
    made = Converted(_kebab(name))
    if not rule.get("regex"):
        made.why_not = "it looks at paths only" if rule.get("path") else "it has no regex"
        return made
    try:
        made.members["pattern"] = translated(str(rule["regex"]), int(rule.get("secretGroup") or 0))
    except ValueError as error:
        made.why_not = str(error)
        return made
    if rule.get("skipReport"):
        made.notes.append("skipReport: it is off, as it only serves another rule")
        made.members["enabled"] = False
    made.members["title"] = str(rule.get("description") or name)
    if keywords := [str(word) for word in rule.get("keywords", []) if str(word)]:
        made.members["keywords"] = keywords
    if (entropy := float(rule.get("entropy") or 0)) > 0:
        made.members["entropy"] = min(entropy, 8.0)
    if rule.get("path"):
        made.notes.append("path: the rule holds in every file, as a prompt names none")
    if rule.get("required"):
        made.notes.append("required: the rule holds by itself, without the other ones")
    allow = _allowed(_listed(rule, "allowlist", "allowlists"), made.notes)
    for allowed in (allow, *(allowed for each, allowed in everywhere if _is_for(each, rule))):
        for kind, values in allowed.items():
            known = made.members.setdefault("allow", {}).setdefault(kind, [])
            known += [value for value in values if value not in known]
    return made


def _is_for(allowlist: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    targets = allowlist.get("targetRules")
    return not targets or rule.get("id") in targets


def _listed(config: Mapping[str, Any], *names: str) -> list[Any]:
    every: list[Any] = []
    for name in names:
        value = config.get(name)
        every += value if isinstance(value, list) else [value] if value else []
    return every


def _allowed(lists: Iterable[Mapping[str, Any]], notes: list[str]) -> Allowed:
    patterns: list[str] = []
    paths: list[str] = []
    for each in lists:
        kinds = [kind for kind in ("regexes", "stopwords", "paths", "commits") if each.get(kind)]
        if str(each.get("condition", "OR")).upper() in ("AND", "&&") and len(kinds) > 1:
            notes.append(f"allowlist: {' and '.join(kinds)} together are not known here; left out")
            continue
        if each.get("regexes") and each.get("regexTarget", "secret") not in ("", "secret"):
            notes.append(f"allowlist: regexes over the {each['regexTarget']} are left out; here they see the value")
        else:
            patterns += _translated(each.get("regexes", []), notes)
        words = [re.escape(str(word)) for word in each.get("stopwords", [])]
        patterns += [f"(?i:{'|'.join(words)})"] if words else []
        for path in each.get("paths", []):
            globs = [_globs(one) for one in _each_of(str(path))]
            paths += [glob for found in globs for glob in found]
            if not all(globs):
                notes.append(f"allowlist: the path {path} cannot be said as in .gitignore; left out")
    found = {"patterns": list(dict.fromkeys(patterns)), "paths": list(dict.fromkeys(paths))}
    return {kind: values for kind, values in found.items() if values}


def _translated(patterns: Iterable[object], notes: list[str]) -> Iterator[str]:
    for pattern in patterns:
        try:
            yield translated(str(pattern)).replace("(?P<value>", "(?:")
        except ValueError as error:
            notes.append(f"allowlist: {pattern} is left out: {error}")


def _each_of(pattern: str) -> list[str]:
    """Write out the alternatives of the one group that has any; letters are as they are written, in `.gitignore`."""
    plain = pattern.removeprefix("(?i)")
    group = re.search(r"\((?:\?:)?((?!\^)[^()?*+\[\]]*\|[^()?*+\[\]]*)\)(?![?*+{])", plain)
    if group is None:
        return [plain]
    return [plain[: group.start()] + one + plain[group.end() :] for one in group[1].split("|")]


def _globs(pattern: str) -> list[str]:
    """Say a plain expression over paths as .gitignore does; nothing where it is not plain."""
    match = _PATH.fullmatch(pattern)
    if match is None:
        return []
    path, is_open = re.sub(r"\\(.)", r"\1", match["path"].replace(".*?", "**").replace(".*", "**")), not match["end"]
    if path.endswith("**"):
        path, is_open = path.removesuffix("**"), True
    if not path.strip("*"):
        return []
    start = "/" if (match["start"] or "").startswith("^") else "**/" if match["start"] else "**/*"
    whole = "**" + path if path.startswith("/") else start + path.lstrip("*")
    if not is_open:
        return [whole]
    return [f"{whole}**"] if whole.endswith("/") else [f"{whole}*", f"{whole}*/**"]


def _kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_ID].strip("-") or "rule"
