"""How long an event of a stream takes in `Exchange.chunk`, beside a callable that passes bytes on unread.

The target is about the whole cost of an event in the proxy (`bench.events`); here is what the core adds to it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from bench import core, corpus, measure
from bench.answers import STREAMS, Stream
from redact.exchange import Exchange

EVENTS = 2000
ROUNDS = 5
ALLOWED = 0.1
"""A quarter of what an event costs in mitmproxy with a callable that passes it on, in CPU milliseconds."""
SECRETS = ("ghp_" + "Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7", "arn:aws:iam::418273650912:role/deploy")


def exchange_with(stream: Stream, prompt: str) -> Exchange:
    """Begin an exchange whose request says `prompt`."""
    exchange = core.exchange(core.redactor(), stream.dialect)
    exchange.request(json.dumps({"model": "m", "messages": [{"role": "user", "content": prompt}]}).encode())
    return exchange


def main() -> None:
    """Measure and print."""
    chance = random.Random(5)
    text = corpus.blocks(1, 20_000, 5)[0]
    words = [text[i : i + 5] for i in range(0, EVENTS * 5, 5)]
    cases: dict[str, measure.Case] = {}
    for name, stream in STREAMS.items():
        plain = list(stream.events(words))
        prompt = " and ".join(SECRETS)
        sent = exchange_with(stream, prompt)
        surrogates = [record.surrogate for record in sent._records.values()]  # noqa: SLF001  what the provider got to see
        assert surrogates
        holding = list(words)
        for _ in range(EVENTS // 50):
            at = chance.randrange(len(holding))
            surrogate = chance.choice(surrogates)
            holding[at : at + 1] = [surrogate[i : i + 5] for i in range(0, len(surrogate), 5)]
        restored = list(stream.events(holding[:EVENTS]))

        def passing(events: list[bytes] = plain) -> None:
            forward: Callable[[bytes], bytes] = lambda data: data  # noqa: E731  what mitmproxy would call
            for event in events:
                forward(event)

        def through(events: list[bytes], asked: str, stream: Stream = stream) -> measure.Case:
            def prepare() -> Any:
                exchange = exchange_with(stream, asked)
                exchange.streams(stream.kind, events[0])
                take: Callable[[bytes], object] = exchange.chunk if stream.kind else exchange.frame

                def run() -> None:
                    for event in events:
                        take(event)
                    exchange.flush()

                return run

            return prepare

        cases[f"{name}: pass-through callable"] = measure.always(passing)
        cases[f"{name}: request without findings"] = through(plain, "hello")
        cases[f"{name}: nothing to restore"] = through(plain, prompt)
        cases[f"{name}: a surrogate every 50 events"] = through(restored, prompt)
    timed = measure.interleaved(cases, ROUNDS)
    per_event = {name: measure.Timed(tuple(ms / EVENTS for ms in case.rounds)) for name, case in timed.items()}
    print(f"{EVENTS} events of 5 characters each; per event:")
    measure.table(per_event)
    for name, case in per_event.items():
        if "pass-through" not in name:
            measure.at_most(name, case.least, ALLOWED, "ms per event")


if __name__ == "__main__":
    main()
