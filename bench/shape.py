"""Code stays code: real files with planted values parse as before after redaction, and come back byte for byte.

Files are those of this environment and of npm and source packages with many languages in them; others need not be fetched. What is
compared are whole trees: every node's type in order, a run of text within a string or a heredoc as one. Numbers must keep their
written form, and no two things that had different names may share one afterwards.
"""

from __future__ import annotations

import argparse
import difflib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Node, Parser, Tree

from bench import core, corpus, measure, npm, plants, sdist
from redact.code.languages import BY_NAME, by_file
from redact.code.syntax import grammar
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import in_process
from redact.detect.patterns import Patterns, expressions
from redact.engine import Redactor
from redact.restore import Restorer
from redact.rules import Rule
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault

NPM = (
    "react-native@0.76.5", "react-native-windows@0.76.3", "expo-modules-core@2.1.2", "@wordpress/block-library@9.13.0",
    "serverless@3.39.0", "graphile-worker@0.16.6", "aws-cdk@2.173.0", "cdktf-cli@0.21.0", "@stripe/stripe-react-native@0.78.0",
)  # fmt: skip
SOURCES = (
    "wandb==0.31.0", "nebari==2025.10.1", "mlstacks==0.10.0", "pydantic-core==2.41.5", "cryptography==50.0.2", "pythonnet==3.2.1",
    "pglast==8.7", "sqlglot==30.30.0", "pygments==2.19.2", "capstone==5.0.6", "meson==1.9.1", "ansible-core==2.19.0", "maturin==1.16.0",
)  # fmt: skip
LARGEST = 60_000
SEED = 4
COMPANY = Rule(
    id="bench-names",
    title="Names of an invented company",
    category="internal",
    names=("ledger reconciler", "payout router"),
    packages=("com.acme.ledger",),
    hosts=("*.corp.acme.example",),
    matches=("«LedgerReconciler»",),
    rejects=("-",),
)
NAMES = (
    "ledgerReconciler",
    "LedgerReconciler",
    "ledger_reconciler",
    "LEDGER_RECONCILER",
    "payoutRouter",
    "ledgerReconcilerV2",
)
_IDENTIFIERS = frozenset(
    "identifier type_identifier field_identifier property_identifier simple_identifier constant name variable_name".split()
)
_TEXT = re.compile(
    r"content$|fragment|escape|str_text|template_literal|string_char|_escaped|heredoc_body|nowdoc_string|^text$"
)
_NUMBER = re.compile(r"integer|number|int_literal|long_literal|numeric_lit")


def files(each: int, *, fetched: bool) -> dict[str, list[Path]]:
    """List files by language, some of each."""
    roots = [corpus.standard_library(), *corpus.folders()[1:]]
    if fetched:
        roots += [*map(npm.folder, NPM), *map(sdist.folder, SOURCES)]
    by_language: dict[str, list[Path]] = defaultdict(list)
    for root in roots:
        for path in sorted(root.rglob("*")):
            language = by_file(path.name)
            if language and path.is_file() and 200 < path.stat().st_size < LARGEST:
                by_language["cpp" if _is_cpp(path) else language].append(path)
    chance = random.Random(SEED)
    return {name: chance.sample(paths, min(each, len(paths))) for name, paths in sorted(by_language.items())}


def _is_cpp(path: Path) -> bool:
    """Tell headers of C++, which are called as those of C are."""
    return path.suffix == ".h" and _CPP.search(path.read_text(encoding="utf-8", errors="replace")) is not None


_CPP = re.compile(r"^\s*(?:namespace|class|template|using|public:|private:|#include <[a-z_]+>)", re.MULTILINE)


# -- trees


@cache
def _parser(language: str) -> Parser:
    return Parser(grammar(language))


def parsed(language: str, text: str) -> Tree:
    """Parse a text."""
    return _parser(language).parse(text.encode())


def nodes(root: Node) -> Iterator[Node]:
    """Walk a tree in order; what makes up a text is one."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if not _TEXT.search(node.type):
            stack.extend(reversed(node.children))


class Shape(NamedTuple):
    """What a text looks like to a parser."""

    kinds: list[str]
    errors: int
    words: list[str]
    """Its identifiers, in order."""
    numbers: list[str]
    """Its numbers, in order, with every digit the same."""


def shape(language: str, text: str) -> Shape:
    """Take down the shape of a text."""
    found = Shape([], sum(1 for _ in _damages(parsed(language, text).root_node)), [], [])
    for node in nodes(parsed(language, text).root_node):
        kind = "text" if _TEXT.search(node.type) else node.type
        if not (kind == "text" and found.kinds[-1:] == ["text"]):
            found.kinds.append(kind)
        if node.child_count == 0 and node.text:
            if node.type in _IDENTIFIERS:
                found.words.append(node.text.decode())
            elif _NUMBER.search(node.type):
                found.numbers.append(re.sub(r"\d", "0", node.text.decode()))
    return found


def _damages(root: Node) -> Iterator[Node]:
    return (node for node in nodes(root) if node.is_error or node.is_missing)


def differs(old: Shape, new: Shape) -> str:
    """Say what became another; nothing where all is as before."""
    if new.errors > old.errors:
        return "more errors"
    if old.kinds != new.kinds:
        return "another tree"
    if old.numbers != new.numbers:
        return "another form of a number"
    pairs = set(zip(old.words, new.words, strict=True))
    if len(pairs) != len({after for _, after in pairs}):
        return "one name for two things"
    return ""


# -- plants


def _whole(language: str, text: str) -> bool:
    return not parsed(language, text).root_node.has_error


def planted(language: str, text: str, chance: random.Random) -> tuple[str, list[str]]:
    """Put values into a file, where nothing breaks by it: in its own strings, comments and names, and in lines of their own."""
    whole = _whole(language, text)
    values: list[str] = []
    for plant in (_in_texts, _in_comments, _in_names, *[_beside] * 6):
        with_it, hidden = plant(language, text, chance)
        if not whole or _whole(language, with_it):
            text = with_it
            values += hidden
    return text, values


def _leaves(language: str, text: str) -> Iterator[Node]:
    return (node for node in nodes(parsed(language, text).root_node) if node.child_count == 0)


def _spliced(text: str, edits: dict[tuple[int, int], str]) -> str:
    data = text.encode()
    for (start, end), value in sorted(edits.items(), reverse=True):
        data = data[:start] + value.encode() + data[end:]
    return data.decode()


def _invented(chance: random.Random) -> tuple[str, list[str]]:
    return plants.filled(
        chance.choice(
            ("arn:aws:iam::%ACCOUNT:role/ledger-reconciler", "%TOKEN", "%ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/shop", "%HOST",
             "https://kim:%SECRET@%HOST/x")
        ),
        chance,
    )  # fmt: skip


def _in_texts(language: str, text: str, chance: random.Random) -> tuple[str, list[str]]:
    places = [n for n in _leaves(language, text) if _TEXT.search(n.type) and n.end_byte - n.start_byte > 3]
    return _put(text, [(n.start_byte, n.end_byte) for n in chance.sample(places, min(4, len(places)))], chance)


def _is_long_text(node: Node) -> bool:
    """Whether a text may be another: no single character."""
    of = node.parent.type if node.parent else ""
    return _TEXT.search(node.type) is not None and node.end_byte - node.start_byte > 3 and "char" not in of


def _in_comments(language: str, text: str, chance: random.Random) -> tuple[str, list[str]]:
    comments = [n for n in _leaves(language, text) if "comment" in n.type and b"\n" not in (n.text or b"\n")]
    taken = chance.sample(comments, min(2, len(comments)))
    closed = [
        n.end_byte - next((len(sign) for sign in (b"*/", b"-->") if (n.text or b"").endswith(sign)), 0) for n in taken
    ]
    return _put(text, [(end, end) for end in closed], chance, " {} ")


def _put(
    text: str, places: Sequence[tuple[int, int]], chance: random.Random, frame: str = "{}"
) -> tuple[str, list[str]]:
    edits, hidden = {}, []
    for place in places:
        value, parts = _invented(chance)
        edits[place] = frame.format(value)
        hidden += parts
    return _spliced(text, edits), hidden


def _in_names(language: str, text: str, chance: random.Random) -> tuple[str, list[str]]:
    """Call some of a file's own things by internal names, wherever they stand."""
    leaves = [n for n in _leaves(language, text) if n.type in _IDENTIFIERS and n.text and n.text.isalnum()]
    names = sorted({n.text for n in leaves if n.text and len(n.text) > 5})
    called = dict(zip(chance.sample(names, min(2, len(names))), chance.sample(NAMES, 2), strict=False))
    edits = {(n.start_byte, n.end_byte): called[n.text] for n in leaves if n.text in called}
    return _spliced(text, edits), []


def _beside(language: str, text: str, chance: random.Random) -> tuple[str, list[str]]:
    """Put a statement behind any of the outermost ones."""
    statement, hidden = plants.filled(chance.choice(plants.statements(language)), chance)
    root = parsed(language, text).root_node
    if language == "json":
        opened = text.find("{") + 1
        return (text[:opened] + statement + text[opened:], hidden) if text.lstrip()[:1] == "{" else (text, [])
    while root.named_child_count == 1:
        root = root.named_children[0]
    data = text.encode()
    kinds = [child.type for child in root.children] + [""]
    # not between the lines of a comment
    apart = [c for at, c in enumerate(root.children) if not ("comment" in c.type and "comment" in kinds[at + 1])]
    ends = [data.find(b"\n", child.end_byte - 1) for child in apart]
    for end in (*chance.sample(ends, min(3, len(ends))), len(data)):
        with_it = (data[:end] + f"\n{statement}\n".encode() + data[end:]).decode() if end >= 0 else text
        if with_it != text and _whole(language, with_it):
            return with_it, hidden
    return text, []


# -- what is measured


class Seen(NamedTuple):
    """What became of the files of one kind."""

    files: Counter[str]
    changed: Counter[str]


def kept(each: int, *, fetched: bool, show: int) -> None:
    """Redact files and hold the trees side by side."""
    shipped = core.shipped()
    rules = [*shipped.rules, COMPANY]
    detectors = [*shipped.detectors, Patterns(expressions([COMPANY]))]
    structure = Code(rules, in_process)
    whole, damaged = Seen(Counter(), Counter()), Seen(Counter(), Counter())
    edits = left = hidden = 0
    for language, paths in files(each, fetched=fetched).items():
        fence = BY_NAME[language].files.split()[0].lstrip(".")
        for path in paths:
            text = next(corpus.texts([path]), "")
            chance = random.Random(f"{SEED} {path.name} {len(text)}")
            before, values = planted(language, text, chance)
            vault = MemoryVault()
            redactor = Redactor(rules, detectors, Mint(b"bench" * 7), vault, KnownValues(), structure=structure)
            head, tail = f"```{fence}\n", "\n```\n"
            sent = redactor.redact(head + before + tail)
            _hold_restored(sent.text, head + before + tail, redactor, Restorer(vault.records()), chance)
            after = sent.text.removeprefix(head).removesuffix(tail)
            old, new = shape(language, before), shape(language, after)
            edits += len(sent.edits)
            hidden += len(values)
            left += sum(value in after for value in values)
            seen = damaged if old.errors else whole
            seen.files[language] += 1
            if why := differs(old, new):
                seen.changed[language] += 1
                if show > 0:
                    show -= 1
                    print(f"--- {path}: {why} (parsed {'with errors' if old.errors else 'whole'})")
                    _print_difference(language, old, new, before, after)
    print(f"{whole.files.total()} files of {len(whole.files)} languages that parse whole: {dict(whole.files)}")
    print(f"{damaged.files.total()} that the grammars do not parse whole: {dict(damaged.files)}")
    print(
        f"{hidden} values planted, {left} of them not found; {edits} places replaced, every file restored byte for byte"
    )
    measure.at_most(f"of {whole.files.total()} files, another shape", whole.changed.total(), 0, "")
    measure.at_most(f"of {damaged.files.total()} more, another shape", damaged.changed.total(), 0, "")
    print(dict(whole.changed), dict(damaged.changed))


def _hold_restored(sent: str, original: str, redactor: Redactor, restorer: Restorer, chance: random.Random) -> None:
    assert redactor.restore(sent) == original, "restored otherwise"
    stream = restorer.stream()
    pieces, at = [], 0
    while at < len(sent):
        step = chance.randrange(1, 60)
        pieces.append(stream.feed(sent[at : at + step]))
        at += step
    assert "".join(pieces) + stream.flush() == original, "restored otherwise in pieces"


def _print_difference(language: str, old: Shape, new: Shape, before: str, after: str) -> None:
    at = next((at for at, pair in enumerate(zip(old.kinds, new.kinds, strict=False)) if pair[0] != pair[1]), -1)
    print(language, at, old.kinds[max(at - 4, 0) : at + 6], new.kinds[max(at - 4, 0) : at + 6])
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    print("\n".join(line[:200] for line in list(lines)[:60] if not line.startswith("@@")))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-fetched", action="store_true", help="only files of this environment")
    options.add_argument("--each", type=int, default=200, help="files of one language at most")
    options.add_argument("--show", type=int, default=0, help="so many files whose shape changed, line by line")
    asked = options.parse_args()
    kept(asked.each, fetched=not asked.no_fetched, show=asked.show)


if __name__ == "__main__":
    main()
