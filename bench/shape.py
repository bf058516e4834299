"""Code stays code: real files with planted values parse as before after redaction, and come back byte for byte.

Files are those of this environment and of a few npm packages with many languages in them; others need not be fetched.
"""

from __future__ import annotations

import argparse
import random
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node, Parser

from bench import core, corpus, npm
from redact.code.languages import BY_NAME, by_file
from redact.code.syntax import grammar
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import in_process
from redact.detect.patterns import Patterns, expressions
from redact.engine import Redactor
from redact.rules import Rule
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

PACKAGES = (
    "react-native@0.76.5", "react-native-windows@0.76.3", "expo-modules-core@2.1.2", "@wordpress/block-library@9.13.0",
    "serverless@3.39.0", "graphile-worker@0.16.6", "aws-cdk@2.173.0",
)  # fmt: skip
EACH = 220
"""Files of one language at most."""
LARGEST = 60_000
SEED = 4
COMPANY = Rule(
    id="bench-names",
    title="Names of an invented company",
    category="internal",
    names=("ledger reconciler", "payout router"),
    hosts=("*.corp.acme.example",),
    matches=("«LedgerReconciler»",),
    rejects=("-",),
)
_IDENTIFIERS = frozenset(
    "identifier type_identifier field_identifier property_identifier simple_identifier constant name variable_name".split()
)
_CONTENTS = frozenset(
    "string_content string_fragment interpreted_string_literal_content string_literal_content line_str_text template_literal".split()
)
_INSIDE = frozenset(
    "string string_literal template_string encapsed_string comment line_comment block_comment raw_string".split()
)


def files(*, with_npm: bool) -> dict[str, list[Path]]:
    """List files by language, some of each."""
    roots = [
        corpus.standard_library(),
        *corpus.folders()[1:],
        *(npm.folder(each) for each in (PACKAGES if with_npm else ())),
    ]
    by_language: dict[str, list[Path]] = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            language = by_file(path.name)
            if language and path.is_file() and 200 < path.stat().st_size < LARGEST:
                by_language.setdefault(language, []).append(path)
    chance = random.Random(SEED)
    return {name: chance.sample(paths, min(EACH, len(paths))) for name, paths in sorted(by_language.items())}


def nodes(node: Node) -> Iterator[Node]:
    """Walk a tree, what is inside strings and comments left out."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if current.type not in _INSIDE:
            stack.extend(reversed(current.children))


def shape(language: str, text: str) -> tuple[list[str], int]:
    """Give the types of a tree's nodes in order, and how many are errors."""
    root = Parser(grammar(language)).parse(text.encode()).root_node
    kinds = [node.type for node in nodes(root)]
    return kinds, sum(1 for node in nodes(root) if node.is_error or node.is_missing)


def values(chance: random.Random) -> list[str]:
    """Invent what people would not want to send."""
    letters = "".join(chance.choices(string.ascii_letters + string.digits, k=36))
    account = chance.randrange(10**11, 10**12)
    return [
        f"arn:aws:iam::{account}:role/deploy", f"ghp_{letters}", f"{account}.dkr.ecr.eu-west-1.amazonaws.com/shop",
        f"AKIA{''.join(chance.choices(string.ascii_uppercase + '234567', k=16))}", "db1.corp.acme.example",
    ]  # fmt: skip


def planted(language: str, text: str, chance: random.Random) -> str:
    """Put values into strings and comments, and call one identifier by an internal name."""
    data = text.encode()
    root = Parser(grammar(language)).parse(data).root_node
    contents, comments, names = [], [], Counter()
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.type in _CONTENTS and node.end_byte - node.start_byte > 3 and node.child_count == 0:
            contents.append(node)
        elif "comment" in node.type and node.child_count == 0 and b"\n" not in (node.text or b"\n"):
            comments.append(node)
        elif node.type in _IDENTIFIERS and node.child_count == 0 and node.text:
            names[node.text.decode()] += 1
    edits = {
        (node.start_byte, node.end_byte): chance.choice(values(chance))
        for node in chance.sample(contents, min(4, len(contents)))
    }
    for node in chance.sample(comments, min(2, len(comments))):
        edits[node.end_byte - 2 if (node.text or b"").endswith(b"*/") else node.end_byte, -1] = (
            f" {chance.choice(values(chance))} "
        )
    for (start, end), value in sorted(edits.items(), reverse=True):
        data = data[:start] + value.encode() + data[start if end < 0 else end :]
    text = data.decode()
    plain = [name for name in names if len(name) > 5 and name.isalnum() and name[0].islower() and not name.islower()]
    if plain:
        text = text.replace(chance.choice(sorted(plain)), "ledgerReconciler")
    return text


def kept(*, with_npm: bool, show: int) -> None:
    """Redact files and hold the trees side by side."""
    shipped = core.shipped()
    rules = [*shipped.rules, COMPANY]
    detectors = [*shipped.detectors, Patterns(expressions([COMPANY]))]
    structure = Code(rules, in_process)
    chance = random.Random(SEED)
    counts: Counter[str] = Counter()
    damaged: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    changed_damaged: Counter[str] = Counter()
    values_replaced = 0
    for language, paths in files(with_npm=with_npm).items():
        fence = BY_NAME[language].files.split()[0].lstrip(".")
        for text in corpus.texts(paths):
            before = planted(language, text, chance)
            redactor = Redactor(rules, detectors, Mint(b"bench" * 7), MemoryVault(), KnownValues(), structure=structure)
            fenced = f"```{fence}\n{before}\n```\n"
            sent = redactor.redact(fenced)
            assert redactor.restore(sent.text) == fenced, "restored otherwise"
            after = sent.text.split("\n", 1)[1].removesuffix("\n```\n")
            old, new = shape(language, before), shape(language, after)
            values_replaced += len(sent.edits)
            (damaged if old[1] else counts)[language] += 1
            if old != new:
                (changed_damaged if old[1] else changed)[language] += 1
                if not old[1] and changed.total() <= show:
                    print(language, sorted({finding.rule_id for finding in sent.findings}))
    print(f"{counts.total()} files of {len(counts)} languages that parse without error: {dict(counts)}")
    print(
        f"{values_replaced} values replaced, all files restored byte for byte; another shape: {changed.total()} {dict(changed)}"
    )
    print(
        f"{damaged.total()} more that the grammars do not parse whole; another shape: {changed_damaged.total()} {dict(changed_damaged)}"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-npm", action="store_true", help="only files of this environment")
    options.add_argument(
        "--show", type=int, default=0, help="so many files whose shape changed, with what was found in them"
    )
    asked = options.parse_args()
    kept(with_npm=not asked.no_npm, show=asked.show)


if __name__ == "__main__":
    main()
