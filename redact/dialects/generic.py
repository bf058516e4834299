"""Any other JSON on a provider host: every string is text, and what looks like a running text or a call of a tool is treated as one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from redact.dialects.base import Dialect, Ends, Input, Piece, Tools, everything, nothing
from redact.paths import Mark, compiled

_RUNNING = frozenset(("delta", "choices", "candidates", "completion", "response", "token"))
"""Top-level members under which the providers' stream formats keep what comes piece by piece."""
_REASONING = frozenset(
    ("thinking", "reasoning", "reasoning_content", "signature", "encrypted_content", "thoughtSignature")
)
_INPUTS = ("arguments", "input", "args", "parameters")
"""Under what the providers' formats keep the input of a tool, beside its name."""

REQUEST = compiled({Mark.GIVEN: ("model",)})
RESPONSE = compiled(
    {
        Mark.SEALED: tuple(
            f"{place}{what}.**"
            for what in (*sorted(_REASONING), "(type=reasoning|thinking)")
            for place in ("", "*.", "[].", "*.[].", "*.*.", "*.*.[].", "*.[].*.", "*.[].*.[].", "*.[].*.*.[].")
        ),
        Mark.JSON: ("arguments", "item.arguments", "output.[].arguments", "response.output.[].arguments"),
    }
)


def pieces(event: Any, tools: Tools) -> Iterable[Piece]:
    """Find strings under the members that hold running texts; texts are told apart by where they stand."""
    where = tuple(event.get(key) for key in ("type", "output_index", "content_index", "summary_index", "index"))
    if "reasoning" in str(event.get("type")) or str(event.get("type")).endswith(
        (".done", ".completed", ".added", ".created")
    ):
        return
    for key in event.keys() & _RUNNING:
        yield from _strings((*where, key), event, key, tools)


def _strings(lane: tuple[Hashable, ...], holder: Any, key: str | int, tools: Tools) -> Iterable[Piece]:
    value = holder[key]
    if isinstance(value, str):
        is_json = "arguments" in str(lane[0]) or key in ("arguments", "partial_json")
        yield Piece(lane, holder, key, tools.get(lane[:-1], "") if is_json else None, is_json=is_json)
    elif isinstance(value, dict) and value.get("thought") is not True:
        if isinstance(value.get("name"), str):
            tools[lane] = value["name"]
        for inner in value:
            if inner not in _REASONING and inner not in ("type", "role", "id", "index", "name"):
                yield from _strings((*lane, inner), value, inner, tools)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            number = item.get("index", position) if isinstance(item, dict) else position
            yield from _strings((*lane, number), value, position, tools)


def ends(event: Any) -> Ends:
    """All running texts end with an event that carries none, pings aside."""
    running = bool(event.keys() & _RUNNING) or event.get("type") == "ping"
    return nothing if running else everything


def inputs(body: Any) -> Iterable[Input]:
    """Find whatever stands beside a name as the input of a tool does, however deep."""
    waiting = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            called = [key for key in _INPUTS if key in value] if isinstance(value.get("name"), str) else []
            yield from (Input(value, key, value["name"]) for key in called)
            waiting += (item for key, item in value.items() if key not in called)


def error(status: int, message: str) -> Any:
    """Write an error that most clients can show."""
    return {"error": {"message": message, "type": "invalid_request_error", "code": status}}


GENERIC = Dialect(
    name="generic", request=REQUEST, response=RESPONSE, error=error, pieces=pieces, ends=ends, inputs=inputs
)
