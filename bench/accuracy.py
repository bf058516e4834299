"""What is found, and what should not be: labelled examples of other scanners, and findings per MB of clean code.

The examples (`--data`) are read where they lie and are never copied. A rule's id is shown, never a value.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import core, corpus, measure, npm
from redact.engine import Redactor
from redact.model import Finding

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "secret-examples.jsonl"
COVERED = 0.8
"""So much of a value must be covered for it to count as found."""
CLEAN = {
    "a UUID": "id: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "a git hash": "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "a git hash in a URL": "https://github.com/o/r/commit/9fceb02d0ae598e95dc970b74767f19372d61af8",
    "a short hash in a requirement": "package @ git+https://github.com/o/r@9fceb02d0ae598e95dc970b74767f19372d61af8",
    "a lock file's digest": 'sha256:5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"',
    "pip's hash": "    --hash=sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "an SRI string": 'integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"',
    "npm's integrity": '"integrity": "sha512-z+CcgiXPzp6R9sJn7XQk7RlZnq8wB2a8z3UxTgKkuYfXq3ZVZ1Vn0A8y1n0c9w2b3f4g5h6j7k8l9m0n1p2q3w=="',
    "go.sum": "github.com/pkg/errors v0.9.1 h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=",
    "an environment reference": "password: ${DB_PASSWORD}",
    "a template": 'api_key = "{{ vault.api_key }}"',
    "a placeholder": "API_KEY=your-api-key-here",
    "a masked value": 'password = "********"',
    "a call": "password = get_password(user)",
    "a base64 image": "src=data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
}
"""What a scanner of source code must leave alone."""


def share(findings: Iterable[Finding], text: str, value: str) -> float:
    """Give the share of a value that findings cover, where it stands best."""
    best, start = 0.0, text.find(value)
    while start >= 0:
        end = start + len(value)
        covered = {at for f in findings for at in range(max(f.start, start), min(f.end, end))}
        best = max(best, len(covered) / len(value))
        start = text.find(value, start + 1)
    return best


def is_hit(redactor: Redactor, example: dict[str, Any]) -> bool:
    """Tell whether the sensitive part of an example is found; where the source names none, anything counts."""
    findings = redactor.find(example["text"])
    if not example["value"]:
        return bool(findings)
    return share(findings, example["text"], example["value"]) >= (COVERED if example["positive"] else 0.01)


def examples(path: Path, worst: int) -> None:
    """Measure recall and false hits on labelled examples."""
    tally: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    missed: Counter[str] = Counter()
    redactor = core.redactor()
    for line in path.read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        hit = is_hit(redactor, example)
        tally[example["source"], example["positive"]].append(hit)
        if example["positive"] and not hit:
            missed[example["rule"]] += 1
    print(f"{'source':12} {'positives':>10} {'found':>8} {'negatives':>10} {'hit':>8}")
    for source in sorted({source for source, _ in tally}):
        positives, negatives = tally[source, True], tally[source, False]
        print(f"{source:12} {_counted(positives)} {_counted(negatives)}")
    positives, negatives = (
        [hit for (_, kind), hits in tally.items() if kind is wanted for hit in hits] for wanted in (True, False)
    )
    print(f"{'all':12} {_counted(positives)} {_counted(negatives)}\n")
    measure.at_least("recall", 100 * sum(positives) / len(positives), 90, "%")
    measure.at_most("negatives hit", 100 * sum(negatives) / len(negatives), 20, "%")
    print(
        "most missed, by the other scanner's id:",
        ", ".join(f"{rule} {n}" for rule, n in missed.most_common(worst)) or "none",
        "\n",
    )


def _counted(hits: list[bool]) -> str:
    return f"{len(hits):10} {100 * sum(hits) / len(hits):7.1f}%" if hits else f"{0:10} {'':>8}"


def clean_lines() -> None:
    """Check the kinds of text that must be left alone."""
    redactor = core.redactor()
    for what, text in CLEAN.items():
        for finding in redactor.find(text):
            print(f"{what}: found by {finding.rule_id}, MISSED")


def clean_code(name: str, paths: Iterable[Path], worst: int, *, show: bool) -> None:
    """Count findings per MB of code in which there should be none."""
    redactor = core.redactor()
    found: Counter[str] = Counter()
    size = 0
    for path in paths:
        for text in corpus.texts([path]):
            size += len(text)
            for finding in redactor.find(text):
                found[finding.rule_id] += 1
                if show:
                    line = text.count("\n", 0, finding.start) + 1
                    print(f"  {path}:{line} {finding.rule_id} {finding.end - finding.start} characters")
    rules = ", ".join(f"{rule} {n}" for rule, n in found.most_common(worst)) or "none"
    measure.at_most(f"{name}, {size / 1e6:.1f} MB, findings per MB", sum(found.values()) / max(size / 1e6, 0.01), 3, "")
    print(f"  noisiest rules: {rules}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="labelled examples, JSON lines")
    parser.add_argument("--worst", type=int, default=12, help="how many of the worst to name")
    parser.add_argument("--no-npm", action="store_true", help="do not fetch packages")
    parser.add_argument("--show", action="store_true", help="say where in clean code each finding stands")
    asked = parser.parse_args()
    if asked.data.exists():
        examples(asked.data, asked.worst)
    else:
        print(f"no labelled examples at {asked.data}; name others with --data\n")
    clean_lines()
    library = corpus.standard_library()
    sources = corpus.files(library, [".py"])
    tests = [path for path in sources if {"test", "tests"} & {*path.relative_to(library).parts}]
    clean_code("standard library without its tests", sorted({*sources} - {*tests}), asked.worst, show=asked.show)
    clean_code("tests of the standard library", tests, asked.worst, show=asked.show)
    for package in () if asked.no_npm else npm.PACKAGES:
        clean_code(package, corpus.files(npm.folder(package), npm.SUFFIXES), asked.worst, show=asked.show)


if __name__ == "__main__":
    main()
