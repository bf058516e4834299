"""The rule language: what a YAML rule pack may say, and what it says once read. Knows YAML; knows no engine.

A pack is a file with `rules:`, a list. Errors name file, line, rule and reason. `docs/rules.md` tells it to people.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

import regex
import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from redact import recognizers
from redact.anchors import may_be_empty, required
from redact.code.languages import BY_NAME, CAPTURES
from redact.codenames import flat, host_key, name_key, package_key
from redact.confirmations import CONFIRMATIONS
from redact.errors import RuleError
from redact.model import STRICTNESS, Action, Category, Severity, Shape
from redact.surrogates import kind_of
from redact.validators import VALIDATORS

MARKS = "«»"
"""In `matches`, these stand around exactly what must be redacted."""

Text = Annotated[str, StringConstraints(min_length=1)]
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"


class Allow(BaseModel):
    """What a rule lets pass although its pattern fits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: tuple[Text, ...] = Field((), description="Exact values that are not sensitive.")
    patterns: tuple[Text, ...] = Field((), description="A value in which one of these is found is not sensitive.")
    paths: tuple[Text, ...] = Field(
        (),
        description="Files, as in .gitignore, in which the rule finds nothing. Holds where a path is known, as in scans.",
    )

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            _check_pattern(pattern)
        return patterns

    def is_path(self, path: str) -> bool:
        """Tell whether nothing is found in the file at this path."""
        if not self.paths:
            return False
        from pathspec import GitIgnoreSpec  # noqa: PLC0415  33 ms at every start, for what few rules say

        return GitIgnoreSpec.from_lines(self.paths).match_file(path)


class Near(BaseModel):
    """What must stand close to a value, or it is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Words, in every case style; one of them must stand there."
    )
    within: Annotated[int, Field(ge=1, le=4096)] = Field(
        64, description="So many characters before the value's beginning or after its end."
    )

    @field_validator("words")
    @classmethod
    def _have_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if not flat(word):
                raise ValueError(f"'{word}' is no word")
        return words


class Rule(BaseModel):
    """One entry of a rule pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] = Field(
        description="Unique, in kebab-case; what the audit says was found."
    )
    title: Text = Field(description="What it finds, for people.")
    category: Category = Field(description="secret, identifier, internal or pii: decides where it may be restored.")
    severity: Severity = Field("high", description="How bad it is when this gets out.")
    pattern: Text | None = Field(
        None, description="Regular expression (`regex` module). The group `value` is what is redacted, else the match."
    )
    names: tuple[Text, ...] = Field((), description="Internal names, found in every case style and inside identifiers.")
    packages: tuple[Text, ...] = Field((), description="Internal package names and namespaces, like `com.acme.ledger`.")
    hosts: tuple[Text, ...] = Field((), description="Internal hosts; `*.` in front takes every host below.")
    presidio: tuple[Text, ...] = Field(
        (), description="Recognizers or entities of Presidio to look for in prose; needs the extra `redact[pii]`."
    )
    languages: tuple[Text, ...] = Field((), description="Languages whose code a `query` is asked of; empty: all.")
    where: Mapping[Text, Text] = Field(
        {}, description="Patterns that captures of the `query` must fit, by capture: `name: (?i)pin$`."
    )
    query: Text | None = Field(
        None,
        description="Where in code a value stands: `bindings`, whatever is bound to a `@name` in every language; `calls`, whatever "
        "a `@callee` is given; or a tree-sitter query that captures it as `@value`.",
    )
    keywords: tuple[Text, ...] | None = Field(
        None,
        description="Literals, any case, one of which is near every match; derived from the pattern if left out. "
        "`[]`: the pattern has none worth looking for, so it is looked for itself.",
    )
    window: Annotated[int, Field(ge=16, le=65536)] = Field(
        256, description="How many characters before and after a keyword a match may reach."
    )
    near: Near | None = Field(None, description="Words of which one must stand close to the value, and how close.")
    validators: tuple[Text, ...] = Field((), description="Checks of a value; see docs/rules.md.")
    entropy: Annotated[float, Field(ge=0, le=8)] | None = Field(
        None, description="Least Shannon entropy, bits per character."
    )
    efficiency: Annotated[float, Field(ge=1, le=8)] | None = Field(
        None, description="Most characters for a token of a language model: words have many, random values hardly one."
    )
    confirm: tuple[Text, ...] = Field(
        (), description="Checksums and structures. Where one holds, validators, entropy and efficiency have no say."
    )
    allow: Allow = Field(Allow(), description="What passes all the same.")
    surrogate: Literal["label", "digits", "codename", "host"] | None = Field(
        None, description="What stands in: label (default), digits, codename or host."
    )
    kind: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,11}(_[A-Z0-9]{1,11}){0,4}$")] | None = Field(
        None, description="The words in the label; from the id if left out."
    )
    action: Action = Field("tokenize", description="tokenize, block, report (log only) or allow.")
    restore: bool = Field(
        True, description="false: the value never comes back in an answer, wherever it would land; the surrogate stays."
    )
    enabled: bool = Field(True, description="Whether the rule is on.")
    references: tuple[Text, ...] = Field((), description="Where the format is documented.")
    matches: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Texts that must be found, «…» around exactly what is redacted."
    )
    rejects: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Texts in which nothing may be found."
    )

    # Each check belongs to its field, so that an error names the line on which that stands.

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            _check_pattern(pattern)
        return pattern

    @field_validator("languages")
    @classmethod
    def _are_languages(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in BY_NAME:
                raise ValueError(f"'{name}' is no language that is parsed{_suggestion(name, BY_NAME)}")
        return names

    @field_validator("where")
    @classmethod
    def _compile_all(cls, where: Mapping[str, str]) -> Mapping[str, str]:
        for pattern in where.values():
            _check_pattern(pattern)
        return where

    @field_validator("query")
    @classmethod
    def _fits_the_grammars(cls, query: str | None, info: ValidationInfo) -> str | None:
        where = info.data.get("where") or {}
        if query in CAPTURES:
            for capture in where:
                if capture not in CAPTURES[query]:
                    known = ", ".join(f"`{name}`" for name in CAPTURES[query])
                    raise ValueError(f"`query: {query}` captures no `{capture}`: `where` may ask for {known}")
        elif query is not None:
            _check_query(query, info.data.get("languages") or (), where)
        return query

    @field_validator("presidio")
    @classmethod
    def _are_recognizers(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if why := recognizers.why_not(name):
                raise ValueError(why)
        return names

    @field_validator("validators")
    @classmethod
    def _are_validators(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in VALIDATORS:
                raise ValueError(f"validator '{name}' does not exist{_suggestion(name, VALIDATORS)}")
        return names

    @field_validator("confirm")
    @classmethod
    def _are_confirmations(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in CONFIRMATIONS:
                raise ValueError(f"confirmation '{name}' does not exist{_suggestion(name, CONFIRMATIONS)}")
        return names

    @field_validator("names", "packages")
    @classmethod
    def _are_told_from_words(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if len(flat(name)) < 3:  # noqa: PLR2004  shorter names stand in other words
                raise ValueError(f"the name '{name}' is too short to be told from other words")
        return names

    @field_validator("matches")
    @classmethod
    def _are_marked(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        for marked in examples:
            _ranges(marked)
        return examples

    @field_validator("surrogate")
    @classmethod
    def _can_be_minted(cls, shape: Shape | None, info: ValidationInfo) -> Shape | None:
        others = [field for field in ("pattern", "hosts", "presidio") if info.data.get(field)]
        if shape == "codename" and others:
            raise ValueError(
                f"a codename stands in for `names` and `packages` only: what `{others[0]}` finds has no words to be restored from; "
                "use label, or digits or host"
            )
        return shape

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if self.pattern is None and not (self.names or self.packages or self.hosts or self.presidio or self.query):
            raise ValueError(
                "says nothing to look for: give it a pattern, or names, packages, hosts, query or presidio"
            )
        if self.query is None and (self.where or self.languages):
            raise ValueError("`where` and `languages` belong to a `query`, and there is none")
        if self.query is not None and not (self.keywords or any(required(pattern) for pattern in self.where.values())):
            raise ValueError(
                "a `query` is asked only where one of its words stands: give `keywords`, or a pattern in `where` that has some"
            )
        return self


def _check_pattern(pattern: str) -> None:
    try:
        compiled = regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"the pattern does not compile: {error}") from None
    if compiled.match("") is not None or may_be_empty(pattern):
        raise ValueError("the pattern matches the empty string")


def _check_query(query: str, languages: Sequence[str], where: Mapping[str, str]) -> None:
    if not languages:
        raise ValueError("node names differ from language to language: say in `languages` which the query is for")
    from redact.code.syntax import QueryProblemError, captures_of, compiled  # noqa: PLC0415  20 ms at every start, for what few rules say

    for language in languages:
        try:
            captures = captures_of(compiled(language, query))
        except QueryProblemError as problem:
            raise ValueError(f"the query does not fit {language}: {problem.why}") from None
        for capture in ("value", *where):
            if capture not in captures:
                raise ValueError(f"the query does not capture `@{capture}`")


def _suggestion(word: str, choices: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(choices), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A rule and where it stands, for messages."""

    rule: Rule
    path: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where its fields stand; empty for rules that were not read from YAML just now."""

    def error(self, why: str, member: str = "") -> RuleError:
        """Make an error about this rule, or about one of its fields."""
        return RuleError(self.path, self.lines.get(member, self.line), self.rule.id, why)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of some packs, in order, and a version that names exactly them."""

    rules: tuple[Sourced, ...]
    version: str

    def enabled(self) -> list[Rule]:
        """List the rules that are on."""
        return [sourced.rule for sourced in self.rules if sourced.rule.enabled]


def example(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Split a `matches` text into the text itself and the ranges that must be found."""
    return marked.translate({ord(mark): None for mark in MARKS}), _ranges(marked)


def _ranges(marked: str) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    opened: int | None = None
    removed = 0
    for index, character in enumerate(marked):
        if character not in MARKS:
            continue
        if (character == "«") != (opened is None):
            raise ValueError("an example's «…» marks are not in pairs")
        if opened is None:
            opened = index - removed
        else:
            ranges.append((opened, index - removed))
            opened = None
        removed += 1
    if opened is not None:
        raise ValueError("an example's «…» marks are not in pairs")
    if not ranges:
        raise ValueError("an example in `matches` has no «…» marks")
    return ranges


def read(paths: Sequence[Path]) -> RuleSet:
    """Read packs: files, or folders with every `*.yaml` below. Raises RuleError.

    Files named `*.template.yaml` and those of providers, sinks and restrictions are no packs and are passed over in folders.
    """
    rules: list[Sourced] = []
    digest = hashlib.sha256()
    for path, shown in pack_files(paths):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(shown, 0, "", f"cannot be read: {type(error).__name__}") from None
        digest.update(text.encode())
        rules += parse(text, shown)
    _refuse_doubled(rules)
    return RuleSet(tuple(rules), digest.hexdigest()[:16])


def pack_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """List the files of packs, each with the name to show for it."""
    return [(Path(name), name) for name in pack_names(paths)]


def pack_names(paths: Sequence[Path]) -> list[str]:
    """List the files of packs by their names; asked once a second to tell whether something changed, so nothing is made of them."""
    files: list[str] = []
    for path in paths:
        if path.is_dir():
            # A walk takes a fifth of what rglob does.
            files += sorted(
                f"{folder}/{name}" for folder, _, names in os.walk(path) for name in names if _is_pack(name)
            )
        elif path.exists():
            files.append(str(path))
        else:
            raise RuleError(str(path), 0, "", "there is no such rule pack")
    return files


def switched(read: RuleSet, on: Sequence[str], off: Sequence[str]) -> RuleSet:
    """Turn rules on, then off, by their ids or patterns of ids such as `pii-*`."""
    if not (on or off):
        return read

    def is_on(rule: Rule) -> bool:
        return (rule.enabled or names_one_of(rule.id, on)) and not names_one_of(rule.id, off)

    changed = [replace(each, rule=each.rule.model_copy(update={"enabled": is_on(each.rule)})) for each in read.rules]
    version = hashlib.sha256(repr((read.version, tuple(on), tuple(off))).encode()).hexdigest()[:16]
    return RuleSet(tuple(changed), version)


def names_one_of(rule_id: str, patterns: Iterable[str]) -> bool:
    """Tell whether one of these is the id, or a pattern that it fits."""
    return any(fnmatchcase(rule_id, pattern) for pattern in patterns)


_NO_PACKS = frozenset(("providers.yaml", "sinks.yaml", "restrictions.yaml"))
"""What lies beside the builtin packs."""


def _is_pack(name: str) -> bool:
    return name.endswith(".yaml") and name not in _NO_PACKS and ".template." not in name


def _refuse_doubled(rules: Iterable[Sourced]) -> None:
    seen: dict[str, Sourced] = {}
    for sourced in rules:
        first = seen.setdefault(sourced.rule.id, sourced)
        if first is not sourced:
            raise sourced.error(f"this id is taken by {first.path}:{first.line}")


def parse(text: str, path: str) -> list[Sourced]:
    """Read one pack's text. Raises RuleError with file, line, rule and reason."""
    loader = yaml.CSafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise RuleError(path, 1, "", "is empty: expected `rules:` and a list")
        entries = _entries(root, path)
        return [_rule(loader, node, path) for node in entries]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "cannot be read as YAML"
        if why.startswith("mapping values"):
            why += "; a value with a colon and a blank in it goes in quotes, or into a block: `query: |-`"
        raise RuleError(path, mark.line + 1 if mark else 1, "", f"is not YAML: {why}") from None
    finally:
        loader.dispose()


def _entries(root: yaml.Node, path: str) -> list[yaml.Node]:
    if not isinstance(root, yaml.MappingNode):
        raise RuleError(path, root.start_mark.line + 1, "", "expected `rules:` and a list")
    for key, value in root.value:
        if key.value != "rules":
            hint = _suggestion(str(key.value), ["rules"])
            raise RuleError(path, key.start_mark.line + 1, "", f"'{key.value}' is not known here{hint}")
        if isinstance(value, yaml.SequenceNode):
            return list(value.value)
    raise RuleError(path, root.start_mark.line + 1, "", "expected `rules:` and a list")


def _rule(loader: yaml.CSafeLoader, node: yaml.Node, path: str) -> Sourced:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise RuleError(path, line, "", "a rule is a mapping that begins with `- id:`")
    keys = [str(key.value) for key, _ in node.value]
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    members: dict[str, Any] = loader.construct_object(node, deep=True)
    rule_id = str(members.get("id", ""))
    doubled = next((key for key in keys if keys.count(key) > 1), None)
    if doubled:
        raise RuleError(path, lines[doubled], rule_id, f"'{doubled}' is given twice")
    try:
        return Sourced(Rule.model_validate(members), path, line, lines)
    except ValidationError as invalid:
        problems = invalid.errors(include_input=False, include_url=False)
        # A typo explains what is missing.
        first = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
        place = [str(part) for part in first["loc"] if isinstance(part, str)]
        line = _lines(node).get(".".join(place), lines.get(place[0], line) if place else line)
        raise RuleError(path, line, rule_id, _why(first["type"], place, first["msg"])) from None


def _lines(node: yaml.MappingNode) -> dict[str, int]:
    """Say where the fields of a rule stand, and the fields of these: `allow.patterns`."""
    found: dict[str, int] = {}
    for key, value in node.value:
        found[str(key.value)] = key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            found |= {f"{key.value}.{name}": line for name, line in _lines(value).items()}
    return found


_FIELDS: Mapping[str, Iterable[str]] = {"": Rule.model_fields, "allow": Allow.model_fields, "near": Near.model_fields}


def _why(kind: str, place: Sequence[str], message: str) -> str:
    *above, member = place or [""]
    known = _FIELDS.get(above[0] if above else "", {})
    owner = f"`{above[0]}`" if above else "a rule"
    if kind == "extra_forbidden":
        return f"'{member}' is not a field of {owner}{_suggestion(member, known)}"
    if kind == "missing":
        return f"'{'.'.join(place)}' is missing"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return f"{'.'.join(place)}: {message}" if member else message


def kind(rule: Rule) -> str:
    """Give the words of the label that stands in for this rule's values."""
    return rule.kind or kind_of(rule.id)


def name_keys(rule: Rule) -> list[str]:
    """List what a vault calls the names and packages of a rule, and the hosts that its packages are named after."""
    packages = [key for key in map(package_key, rule.packages) if key]
    hosts = (host for host in map(host_key, packages) if host)
    return list(dict.fromkeys((*filter(None, map(name_key, rule.names)), *packages, *hosts)))


_WORSE: Mapping[Severity, Severity] = MappingProxyType({"low": "medium", "medium": "high", "high": "critical"})


def worse(severity: Severity) -> Severity:
    """Give the severity of what is confirmed: one step up."""
    return _WORSE.get(severity, severity)


def rank(rules: Iterable[Rule]) -> dict[str, int]:
    """Give each rule's strictness: by its action, then by what may never come back, then by how specific it is.

    A generic rule asks for `plausible`.
    """
    return {r.id: 4 * STRICTNESS[r.action] + 2 * (not r.restore) + ("plausible" not in r.validators) for r in rules}


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a rule pack, for editors."""
    schema = Rule.model_json_schema(mode="validation")
    definitions = schema.pop("$defs", {})
    definitions["Rule"] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "redact rule pack",
        "type": "object",
        "additionalProperties": False,
        "required": ["rules"],
        "properties": {"rules": {"type": "array", "items": {"$ref": "#/$defs/Rule"}}},
        "$defs": definitions,
    }
