"""How fast real source is scanned with all packs on, one thread, and where the time goes.

The floor is one scan of the rules' literals; what lies above it is told rule by rule. Other scanners, each in an environment of its
own that is made here when it is not there yet, scan the same texts (`bench/peers.py`); `--peers` alone leaves them out.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import core, corpus, measure, npm, peers

ROUNDS = 5


def source(megabytes: float, seed: int) -> list[str]:
    """Cut real source into texts of 10 to 100 KB: the standard library, installed packages, npm packages fetched before."""
    chance = random.Random(seed)
    paths = corpus.everything()
    for package in npm.PACKAGES:
        if (npm.CACHE / package).exists():
            paths = paths + corpus.files(npm.folder(package), npm.SUFFIXES)
    paths = [path for path in paths if path.stat().st_size >= 10_000]
    chance.shuffle(paths)
    texts: list[str] = []
    left = megabytes * 1e6
    for text in corpus.texts(paths):
        cut = text[: chance.randrange(10_000, 100_001)]
        texts.append(cut)
        left -= len(cut)
        if left <= 0:
            break
    return texts


class Watched:
    """A compiled pattern that counts its calls and their time."""

    def __init__(self, pattern: Any, calls: Counter[str], spent: Counter[str], rule_id: str) -> None:
        self._pattern, self._calls, self._spent, self._rule_id = pattern, calls, spent, rule_id

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._pattern, name)
        if name not in ("match", "search", "fullmatch", "finditer"):
            return attribute

        def timed(*args: Any, **named: Any) -> Any:
            started = time.thread_time()
            try:
                return attribute(*args, **named)
            finally:
                self._spent[self._rule_id] += time.thread_time() - started
                self._calls[self._rule_id] += 1

        return timed


def rule_by_rule(texts: list[str], worst: int) -> None:
    """Print how often each rule is looked at more closely, and what share of that time it takes."""
    calls: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    wanted = core.shipped().expressions
    plain = {id(expression): expression.compiled for expression in wanted}
    for expression in wanted:
        expression.__dict__["compiled"] = Watched(expression.compiled, calls, spent, expression.rule_id)
    try:
        for text in texts:
            core.shipped().patterns(text)
    finally:
        for expression in wanted:
            expression.__dict__["compiled"] = plain[id(expression)]
    size = sum(map(len, texts)) / 1e6
    total = sum(spent.values())
    print(f"\n{sum(calls.values()) / size:.0f} looks per MB; the most expensive rules (time includes the clock's own):")
    print(f"{'rule':40} {'looks per MB':>12} {'us a look':>10} {'share':>7}")
    for rule_id, seconds in spent.most_common(worst):
        print(
            f"{rule_id:40} {calls[rule_id] / size:12.1f} {1e6 * seconds / calls[rule_id]:10.1f} {100 * seconds / total:6.1f}%"
        )


def compiling() -> None:
    """Measure how long all packs take to compile, and to be ready again."""
    from redact import app, rulecache  # noqa: PLC0415  loaded for this measurement only
    from redact.detect.patterns import Patterns  # noqa: PLC0415  loaded for this measurement only
    from redact.settings import Settings  # noqa: PLC0415  loaded for this measurement only

    def spent(run: Callable[[], Any]) -> float:
        started = time.thread_time()
        run()
        return time.thread_time() - started

    with tempfile.TemporaryDirectory() as folder:
        packs = app.pack_paths(Settings())

        def ready() -> Patterns:
            loaded = rulecache.load(packs, Path(folder))
            return Patterns(loaded.expressions, shelf=loaded.shelf)

        first = spent(lambda: ready().settle())
        later = min(spent(ready) for _ in range(5))
    measure.at_most("all packs read and compiled", first, 4, "s")
    measure.at_most("loaded from disk", later * 1000, 20, "ms")


def beside(name: str, texts: list[str], scan: Callable[[list[str]], object]) -> None:
    """Measure another scanner and redact on the same texts."""
    peer = peers.PEERS[name]
    few: list[str] = []
    for text in texts:
        few.append(text)
        if sum(map(len, few)) >= peer.megabytes * 1e6:
            break
    size = sum(map(len, few)) / 1e6
    theirs = peers.seconds(name, few)
    if isinstance(theirs, str):
        print(f"{name}: cannot be measured here: {theirs}")
        return
    ours = measure.interleaved({"scan": measure.always(lambda: scan(few))}, ROUNDS)["scan"].least / 1000
    said = f"redact's {size / ours:.3g} MB per CPU second to {name}'s {size / theirs:.3g}, on {size:.1f} MB"
    measure.at_least(said, theirs / ours, peer.target, "x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--worst", type=int, default=15, help="how many of the most expensive rules to name")
    parser.add_argument(
        "--peers", nargs="*", choices=peers.PEERS, default=list(peers.PEERS), help="other scanners; all if not said"
    )
    asked = parser.parse_args()
    compiling()
    texts = source(asked.megabytes, 10)
    size = sum(map(len, texts)) / 1e6
    shipped = core.shipped()

    def scan(texts: list[str]) -> None:
        for text in texts:
            for detect in shipped.detectors:
                detect(text)

    def floor() -> None:
        for text in texts:
            shipped.floor(text.encode())

    scan(texts)  # patterns are compiled on first use
    timed = measure.interleaved(
        {
            "scan": measure.always(lambda: scan(texts)),
            "of it, rules": measure.always(lambda: [shipped.patterns(text) for text in texts]),
            "one scan of the literals": measure.always(floor),
        },
        ROUNDS,
    )
    speed, rules, ground = (size / (case.least / 1000) for case in timed.values())
    print(f"\n{size:.1f} MB in {len(texts)} texts, {len(shipped.rules)} rules, one thread; code is parsed beside this")
    measure.table(timed)
    print(f"floor: {ground:.0f} MB per CPU second; rules alone, without what is behind encodings: {rules:.0f}")
    measure.at_least("scan", speed, 120, "MB per CPU second")
    rule_by_rule(texts, asked.worst)
    for name in asked.peers:
        beside(name, texts, scan)


if __name__ == "__main__":
    main()
