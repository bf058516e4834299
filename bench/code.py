"""What reading code by its structure takes: the wall time of new code, and what it does to an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench import core, corpus, measure, request
from redact.detect.code import Code
from redact.detect.known import KnownValues
from redact.detect.parsers import Parsers
from redact.engine import Redactor
from redact.surrogates import Mint
from redact.vault.memory import MemoryVault


def speed() -> None:
    """Measure the wall time of new code, and what it does to an event loop."""
    shipped = core.shipped()
    parsers = Parsers()
    structure = Code(shipped.rules, parsers)

    def fresh() -> Redactor:
        return Redactor(
            shipped.rules, shipped.detectors, Mint(b"bench" * 7), MemoryVault(), KnownValues(), structure=structure
        )

    parsers.warm()
    small, large = _code(11_900), _code(20_000)
    warmed = fresh()
    warmed.redact(small(0))
    took, missed = [], 0
    for number in range(1, 60):
        text = small(number)
        began = time.perf_counter()
        redaction = warmed.redact(text)
        took.append((time.perf_counter() - began) * 1000)
        missed += len(redaction.findings) < 2
    print(f"{len(took) - missed} of {len(took)} values in two pieces found, by how the lines look alone")
    print(
        f"a new 12 KB code text: wall {min(took):.2f} ms at best, {sorted(took)[len(took) // 2]:.2f} ms in the middle"
    )
    measure.at_most("a new 12 KB code text, in the middle", sorted(took)[len(took) // 2], 5, "ms")
    cold, stalls = [], []
    body = request.body_of([large(number) for number in range(20)])
    for _ in range(8):
        spent, stall = asyncio.run(_beside(fresh(), body))
        cold.append(spent)
        stalls.append(stall)
    print(
        f"a request of {len(body)} bytes with 20 code texts: wall {min(cold):.1f} ms at best, {sorted(cold)[4]:.1f} ms in the middle"
    )
    measure.at_most("400 KB with 20 code texts, cold", sorted(cold)[4], 150, "ms")
    measure.at_most("the event loop's worst stall meanwhile", sorted(stalls)[4], 20, "ms")
    parsers.close()


def _code(size: int) -> Callable[[int], str]:
    """Make pieces of modules, all of them code, up to `size` characters long, each with a secret in two pieces at its end."""
    cuts: list[str] = []
    for text in corpus.texts(corpus.files(corpus.standard_library(), [".py"])):
        end = max(text.rfind("\n\n\ndef ", 0, size), text.rfind("\n\n\nclass ", 0, size))
        if len(text) > size and end > 0.9 * size:
            cuts.append(text[:end])
    return lambda number: f'{cuts[number % len(cuts)]}\n\n\nclient_secret = "Zx{number:04d}Kq2Lm" + "T4vB8nRw"\n'


async def _beside(redactor: Redactor, body: bytes) -> tuple[float, float]:
    """Redact in a thread as the filter does; tell how long it took, and the longest time that the loop did not turn."""
    exchange = core.exchange(redactor)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    assert exchange.request_at_once(body) is None
    worst = time.perf_counter() - began
    with ThreadPoolExecutor(1) as worker:
        work = loop.run_in_executor(worker, exchange.request, body)
        last = time.perf_counter()
        while not work.done():
            await asyncio.sleep(0.0005)
            now = time.perf_counter()
            worst, last = max(worst, now - last), now
        await work
    return (time.perf_counter() - began) * 1000, worst * 1000


if __name__ == "__main__":
    speed()
