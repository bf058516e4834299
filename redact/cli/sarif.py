"""Findings as SARIF 2.1.0, for code hosts and editors. Knows the format; holds no value and opens no file.

docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from redact.cli.finding import Hit, Scanned
from redact.model import Severity
from redact.rules import Rule, worse

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

LEVELS: Mapping[Severity, tuple[str, str]] = MappingProxyType(
    {"critical": ("error", "9.5"), "high": ("error", "8.0"), "medium": ("warning", "5.0"), "low": ("note", "2.0")}
)
"""A rule's severity as SARIF's level, and as the score that GitHub sorts by."""


def document(
    results: Sequence[Scanned], rules: Mapping[str, Rule], troubles: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Make the document of one scan; `troubles` are paths that were not scanned, and why."""
    used = sorted({hit.rule_id for result in results for hit in result.hits})
    notes = [_notification(path, why) for path, why in troubles]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "redact",
                        "version": version("redact"),
                        "rules": [_rule(rules[rule_id]) for rule_id in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}],
                "results": list(_results(results, rules, used)),
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    level, score = LEVELS[rule.severity]
    described: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", rule.category], "security-severity": score},
    }
    link = next((link for link in rule.references if link.startswith("https://")), None)
    return described | ({"helpUri": link} if link else {})


def _results(results: Iterable[Scanned], rules: Mapping[str, Rule], used: Sequence[str]) -> Iterable[dict[str, Any]]:
    index = {rule_id: number for number, rule_id in enumerate(used)}
    for result in results:
        for hit in result.hits:
            rule = rules[hit.rule_id]
            yield {
                "ruleId": rule.id,
                "ruleIndex": index[rule.id],
                "level": LEVELS[worse(rule.severity) if hit.confirmed else rule.severity][0],
                "message": {"text": rule.title + (" (confirmed)" if hit.confirmed else "")},
                "locations": [_location(result.path.as_posix(), hit)],
            }


def _location(path: str, hit: Hit | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path)}}
    if hit is not None:
        physical["region"] = {
            "startLine": hit.line,
            "startColumn": hit.column,
            "endLine": hit.end_line,
            "endColumn": hit.end_column,
            "charOffset": hit.start,
            "charLength": hit.end - hit.start,
        }
    return {"physicalLocation": physical}


def _notification(path: str, why: str) -> dict[str, Any]:
    return {"level": "error", "message": {"text": why}, "locations": [_location(path)]}


def _uri(path: str) -> str:
    """Write a path as a URI reference; names may hold bytes that are no UTF-8."""
    if path == "-":
        return "stdin"
    quoted = quote(path.encode("utf-8", "surrogateescape"))
    return f"file://{quoted}" if path.startswith("/") else quoted
