"""How long a 460 KB request of 30 text blocks takes: cold, unchanged, with one new block, with 200 planted values."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import msgspec

from bench import core, corpus, measure

ROUNDS = 40
SEED = 460


def body_of(blocks: list[str]) -> bytes:
    """Write a request as a coding assistant does: a system prompt, tools, and turns of text, tool calls and results."""
    messages: list[Any] = []
    for number, block in enumerate(blocks):
        if number % 3 == 0:
            messages.append(
                {"role": "user", "content": [{"type": "text", "text": block, "cache_control": {"type": "ephemeral"}}]}
            )
            continue
        call = f"toolu_01{number:022d}"
        path = {"file_path": f"/home/dev/project/src/module_{number}.py", "limit": 400, "offset": number}
        messages += (
            {"role": "assistant", "content": [{"type": "tool_use", "id": call, "name": "Read", "input": path}]},
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": call, "content": [{"type": "text", "text": block}]}],
            },
        )
    tool = {
        "name": "Read",
        "description": "Read a file.",
        "input_schema": {"type": "object", "properties": {"file_path": {"type": "string"}}},
    }
    body = {
        "model": "claude-sonnet",
        "max_tokens": 32000,
        "temperature": 1.0,
        "stream": True,
        "system": "You write code.",
        "tools": [tool],
    }
    return json.dumps({**body, "messages": messages}, ensure_ascii=False, separators=(",", ":")).encode()


def planted(block: str, count: int, chance: random.Random) -> str:
    """Put lines with invented secrets of several kinds between the lines of a block."""
    lines = block.split("\n")
    for _ in range(count):
        letters = "".join(chance.choices(string.ascii_letters + string.digits, k=40))
        kinds = (
            f"AWS_ACCESS_KEY_ID=AKIA{''.join(chance.choices(string.ascii_uppercase + '234567', k=16))}",
            f'token = "ghp_{letters[:36]}"',
            f'"password": "{letters[:14]}-{letters[15:18]}"',
            f"role = arn:aws:iam::{chance.randrange(10**11, 10**12)}:role/deploy",
            f"DATABASE_URL=postgres://app:{letters[:18]}@db.internal:5432/app",
        )
        lines.insert(chance.randrange(len(lines)), chance.choice(kinds))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    chance = random.Random(SEED)
    blocks = corpus.blocks(30, 15_000, SEED)
    few = [planted(block, number % 10 == 0, chance) for number, block in enumerate(blocks)]
    body = body_of(few)
    grown = [body_of([*few[:-1], *corpus.blocks(1, 12_000, SEED + 1 + number)]) for number in range(ROUNDS + 1)]
    many = body_of([planted(block, 7 if number < 20 else 6, chance) for number, block in enumerate(blocks)])
    texts = [block.encode() for block in few]
    patterns, search = core.shipped().patterns, core.shipped().floor
    decoder, encoder = msgspec.json.Decoder(), msgspec.json.Encoder()
    for text in [*few, many.decode()]:
        patterns(text)  # rules' patterns are compiled on first use

    def json_only() -> None:
        encoder.encode(decoder.decode(body))

    def floor() -> None:
        value = decoder.decode(body)
        for text in texts:
            search(text)
        encoder.encode(value)

    def cold(sent: bytes) -> measure.Case:
        def prepare() -> Any:
            exchange = core.exchange(core.redactor())
            return lambda: exchange.request(sent)

        return prepare

    warmed = core.redactor()
    core.exchange(warmed).request(body)
    fresh = iter(grown)

    def warm() -> Any:
        exchange = core.exchange(warmed)
        return lambda: exchange.request(body)

    def one_new() -> Any:
        exchange, sent = core.exchange(warmed), next(fresh)
        return lambda: exchange.request(sent)

    timed = measure.interleaved(
        {
            "JSON load + dump": measure.always(json_only),
            "floor: + one scan of the literals": measure.always(floor),
            "cold, few hits": cold(body),
            "unchanged": warm,
            "one new block of 12 KB": one_new,
            "cold, 200 planted values": cold(many),
        },
        ROUNDS,
    )
    exchange = core.exchange(core.redactor())
    exchange.request(many)
    found = sum(exchange.report.rules.values())
    print(
        f"request of {len(body)} bytes, {len(blocks)} blocks, {len(core.shipped().rules)} rules, {found} findings when 200 are planted"
    )
    measure.table(timed)
    json_time, floor_time, cold_time, warm_time, new_time, many_time = timed.values()
    measure.ratio("cold, few hits, to the floor", cold_time, floor_time, 3)
    measure.ratio("unchanged to JSON load + dump", warm_time, json_time, 2.5)
    measure.ratio("one new 12 KB block to unchanged", new_time, warm_time, 1.3)
    measure.at_most("200 planted values", many_time.least, 8, "ms")


if __name__ == "__main__":
    main()
