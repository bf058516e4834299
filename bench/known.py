"""What tens of thousands of known values cost: to compile once, to load at each start, to hold in memory, to look for.

Strategy: each step runs in a process of its own, as memory is one of the answers. Texts are real source files; redacting
them is timed with and without known values, in interleaved rounds.
"""

from __future__ import annotations

import json
import random
import resource
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import core, corpus, measure
from redact.detect.known import KnownValues
from redact.model import Known
from redact.surrogates import Mint
from redact.vault.keys import derive
from redact.vault.memory import MemoryVault
from redact.vault.shelf import SealedShelf

SIZES = (10_000, 50_000)
BYTES = 10_000_000
ROUNDS = 5
START_SECONDS = 0.5
"""The most that known values may add to a start."""


def values(count: int) -> list[str]:
    """Invent tokens, account ids, passwords with signs, and keys with a common beginning: a quarter each."""
    chance = random.Random(1)
    token, signs = string.ascii_letters + string.digits + "+/_-", string.ascii_letters + string.digits + '!$%&"\\é'
    kinds = (
        lambda: "".join(chance.choices(token, k=chance.randint(16, 48))),
        lambda: str(chance.randrange(10**11, 10**12)),
        lambda: "".join(chance.choices(signs, k=chance.randint(10, 20))),
        lambda: "AKIA" + "".join(chance.choices(string.ascii_uppercase + "234567", k=16)),
    )
    return [kinds[number % len(kinds)]() for number in range(count)]


def resident() -> float:
    """Give this process's resident memory, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def compiled(count: int, path: Path) -> dict[str, float]:
    """Compile as `redact known import` does."""
    known, wanted = KnownValues(shelf=SealedShelf(path, derive(bytes(32)))), values(count)
    before, started = resident(), time.process_time()
    known.add(wanted)
    known.settle()
    took = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {"compile s": took, "peak MB": peak - before, "kept MB": path.stat().st_size / 1e6}


def used(count: int, path: Path) -> dict[str, float]:
    """Start as the filter does, and look through source text."""
    wanted = values(count)
    texts: list[str] = []
    size = 0
    for text in corpus.texts(corpus.everything()):
        if 10_000 <= len(text) <= 100_000 and size < BYTES:
            texts.append(text)
            size += len(text)
    core.shipped()
    before, started = resident(), time.process_time()
    known = KnownValues(shelf=SealedShelf(path, derive(bytes(32))))
    known.add(wanted)
    took = time.process_time() - started
    memory = resident() - before
    vault = MemoryVault()
    _redactor(vault, KnownValues()).learn(Known(value, "VALUE", "label", "secret") for value in wanted)

    def through(one: KnownValues, under: MemoryVault) -> measure.Case:
        def prepare() -> object:
            redactor = _redactor(under, one)
            return lambda: [redactor.redact(text) for text in texts]

        return prepare  # type: ignore[return-value]

    # The vault holds them in both cases: what is compared is looking for them.
    timed = measure.interleaved(
        {
            "search": measure.always(lambda: [known.find(text) for text in texts]),
            "with": through(known, vault),
            "without": through(KnownValues(), MemoryVault()),
        },
        ROUNDS,
    )
    return {
        "start s": took,
        "resident MB": memory,
        "search MB/s": size / 1e3 / timed["search"].least,
        "redacting, with : without": timed["with"].least / timed["without"].least,
    }


def _redactor(vault: MemoryVault, known: KnownValues) -> core.Redactor:
    shipped = core.shipped()
    return core.Redactor(shipped.rules, [shipped.patterns], Mint(b"bench" * 7), vault, known)


def _apart(step: str, count: int, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.known", step, str(count), str(path)]
    answer: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return answer


def main(words: Sequence[str] = ()) -> None:
    """Measure each size; or, with words, one step of it, as JSON."""
    if words:
        step = {"compiled": compiled, "used": used}[words[0]]
        print(json.dumps(step(int(words[1]), Path(words[2]))))
        return
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "known.bin"
            found = _apart("compiled", count, path) | _apart("used", count, path)
        print(f"{count} known values: " + ", ".join(f"{name} {number:.3g}" for name, number in found.items()))
        if count == SIZES[0]:
            measure.at_most(f"start with {count} known values", found["start s"], START_SECONDS, "s")


if __name__ == "__main__":
    main(sys.argv[1:])
