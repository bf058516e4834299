"""How long an event of a stream takes in `Exchange.chunk`, beside a callable that passes bytes on unread.

The target is about the whole cost of an event in the proxy (`bench.proxy`); here is what the core adds to it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from bench import core, corpus, measure
from redact.exchange import Exchange

EVENTS = 2000
ROUNDS = 15
ALLOWED = 0.1
"""A quarter of what an event costs in mitmproxy with a callable that passes it on, in CPU milliseconds."""
SECRETS = ("ghp_" + "Zk3Q9wXv7Tn5Rb8Yd2Lm6Pc4Hs1Jf0Ga9Ue7", "arn:aws:iam::418273650912:role/deploy")


def anthropic(words: list[str]) -> Iterator[bytes]:
    """Write a stream as Anthropic does, one event a word."""
    yield _event(
        {"type": "message_start", "message": {"id": "msg_01", "usage": {"input_tokens": 5, "output_tokens": 1}}}
    )
    yield _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for word in words:
        yield _event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}})
    yield _event({"type": "content_block_stop", "index": 0})
    yield _event(
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": len(words)}}
    )
    yield _event({"type": "message_stop"})


def openai(words: list[str]) -> Iterator[bytes]:
    """Write a stream as OpenAI Chat Completions does, one event a word."""
    for word in [*words, None]:
        choice = {
            "index": 0,
            "delta": {"content": word} if word else {},
            "logprobs": None,
            "finish_reason": None if word else "stop",
        }
        chunk = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "gpt",
            "choices": [choice],
        }
        yield b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def responses(words: list[str]) -> Iterator[bytes]:
    """Write a stream as OpenAI Responses does, one event a word."""
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    for number, word in enumerate(words):
        yield _event({"type": "response.output_text.delta", **where, "delta": word, "sequence_number": number})
    yield _event({"type": "response.output_text.done", **where, "text": "".join(words), "sequence_number": len(words)})
    yield _event({"type": "response.completed", "response": {"id": "resp_1", "object": "response", "output": []}})


def _event(value: dict[str, Any]) -> bytes:
    return f"event: {value['type']}\ndata: {json.dumps(value, separators=(',', ':'))}\n\n".encode()


STREAMS: dict[str, Callable[[list[str]], Iterator[bytes]]] = {
    "anthropic-messages": anthropic,
    "openai-chat": openai,
    "openai-responses": responses,
}


def exchange_with(dialect: str, prompt: str) -> Exchange:
    """Begin an exchange whose request says `prompt`."""
    exchange = core.exchange(core.redactor(), dialect)
    exchange.request(json.dumps({"model": "m", "messages": [{"role": "user", "content": prompt}]}).encode())
    return exchange


def main() -> None:
    """Measure and print."""
    chance = random.Random(5)
    text = corpus.blocks(1, 20_000, 5)[0]
    words = [text[i : i + 5] for i in range(0, EVENTS * 5, 5)]
    cases: dict[str, measure.Case] = {}
    for dialect, written in STREAMS.items():
        plain = list(written(words))
        prompt = " and ".join(SECRETS)
        sent = exchange_with(dialect, prompt)
        surrogates = [record.surrogate for record in sent._records.values()]  # noqa: SLF001  what the provider got to see
        assert surrogates
        holding = list(words)
        for _ in range(EVENTS // 50):
            at = chance.randrange(len(holding))
            surrogate = chance.choice(surrogates)
            holding[at : at + 1] = [surrogate[i : i + 5] for i in range(0, len(surrogate), 5)]
        restored = list(written(holding[:EVENTS]))

        def passing(events: list[bytes] = plain) -> None:
            forward: Callable[[bytes], bytes] = lambda data: data  # noqa: E731  what mitmproxy would call
            for event in events:
                forward(event)

        def through(events: list[bytes], asked: str, dialect: str = dialect) -> measure.Case:
            def prepare() -> Any:
                exchange = exchange_with(dialect, asked)

                def run() -> None:
                    for event in events:
                        exchange.chunk(event)
                    exchange.flush()

                return run

            return prepare

        cases[f"{dialect}: pass-through callable"] = measure.always(passing)
        cases[f"{dialect}: request without findings"] = through(plain, "hello")
        cases[f"{dialect}: nothing to restore"] = through(plain, prompt)
        cases[f"{dialect}: a surrogate every 50 events"] = through(restored, prompt)
    timed = measure.interleaved(cases, ROUNDS)
    per_event = {name: measure.Timed(tuple(ms / EVENTS for ms in case.rounds)) for name, case in timed.items()}
    print(f"{EVENTS} events of 5 characters each; per event:")
    measure.table(per_event)
    for name, case in per_event.items():
        if "pass-through" not in name:
            measure.at_most(name, case.least, ALLOWED, "ms per event")


if __name__ == "__main__":
    main()
