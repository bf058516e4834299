"""How fast real source is scanned with all packs on, one thread, and where the time goes.

The floor is one scan of the rules' literals; what lies above it is confirmation, told rule by rule. Other scanners, each
in an environment of its own (`--peers`), read the same texts as files; what an empty folder costs them is taken off.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import core, corpus, measure, npm

ROUNDS = 5
PEERS = Path(__file__).parent.parent / ".cache" / "bench" / "peers"


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
    from redact import app, rulecache  # noqa: PLC0415
    from redact.detect.patterns import Patterns  # noqa: PLC0415
    from redact.settings import Settings  # noqa: PLC0415

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


# -- peers


def kingfisher(folder: Path, environment: Path) -> list[str]:
    """Scan with Kingfisher: one job, nothing validated over the network."""
    found = environment / "bin" / "kingfisher"
    return [
        str(found),
        "scan",
        str(folder),
        "--no-validate",
        "--jobs",
        "1",
        "--format",
        "json",
        "--no-update-check",
        "--quiet",
    ]


def detect_secrets(folder: Path, environment: Path) -> list[str]:
    """Scan with detect-secrets: one core."""
    return [str(environment / "bin" / "detect-secrets"), "-c", "1", "scan", "--all-files", "--no-verify", str(folder)]


_LLM_REDACT = """
import pathlib, sys
from llm_redact import {names}
"""


def llm_redact(folder: Path, environment: Path) -> list[str]:
    """Preview with llm-redact-proxy, one file after the other in one process."""
    return [str(environment / "bin" / "python"), str(Path(__file__).with_name("peer_llm_redact.py")), str(folder)]


PACKAGES: dict[str, tuple[str, Callable[[Path, Path], list[str]], float]] = {
    "kingfisher": ("kingfisher-secret-scanner", kingfisher, 0.7),
    "detect-secrets": ("detect-secrets", detect_secrets, 300),
    "llm-redact-proxy": ("llm-redact-proxy", llm_redact, 60),
}
"""Name to package, command, and how many times as fast redact is to be."""


def peer(name: str, texts: list[str], speed: float) -> None:
    """Measure another scanner on the same texts, in CPU seconds of its processes."""
    package, command, target = PACKAGES[name]
    environment = PEERS / name
    if not environment.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin" / "pip"), "install", "--quiet", package], check=True)
    with tempfile.TemporaryDirectory() as full, tempfile.TemporaryDirectory() as empty:
        for number, text in enumerate(texts):
            Path(full, f"text{number:04d}.txt").write_text(text, encoding="utf-8")
        Path(empty, "text.txt").write_text("nothing\n", encoding="utf-8")
        seconds = _cpu(command(Path(full), environment)) - _cpu(command(Path(empty), environment))
    theirs = sum(map(len, texts)) / 1e6 / seconds
    measure.at_least(f"times {name}'s {theirs:.3g} MB per CPU second", speed / theirs, target, "x")


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "LANG": "C.UTF-8"}
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--worst", type=int, default=15, help="how many of the most expensive rules to name")
    parser.add_argument("--peers", nargs="*", choices=PACKAGES, default=[], help="other scanners to measure beside it")
    asked = parser.parse_args()
    compiling()
    texts = source(asked.megabytes, 10)
    size = sum(map(len, texts)) / 1e6
    shipped = core.shipped()

    def scan() -> None:
        for text in texts:
            for detect in shipped.detectors:
                detect(text)

    def floor() -> None:
        for text in texts:
            shipped.floor(text.encode())

    scan()  # patterns are compiled on first use
    timed = measure.interleaved(
        {"scan": measure.always(scan), "one scan of the literals": measure.always(floor)}, ROUNDS
    )
    speed, ground = (size / (case.least / 1000) for case in timed.values())
    print(f"\n{size:.1f} MB in {len(texts)} texts, {len(shipped.rules)} rules, one thread")
    measure.table(timed)
    print(f"floor: {ground:.0f} MB per CPU second")
    measure.at_least("scan", speed, 120, "MB per CPU second")
    rule_by_rule(texts, asked.worst)
    few = texts[: max(len(texts) // 5, 1)]
    for name in asked.peers:
        peer(name, few, speed)


if __name__ == "__main__":
    main()
