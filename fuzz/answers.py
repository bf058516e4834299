"""Answers of a model that saw surrogates: running texts, split into events and lanes in every way the formats allow."""

import json
from typing import NamedTuple

from hypothesis import strategies as st

from . import bodies, texts

CARRIED = (*texts.SECRETS[:3], *texts.TOKENS, *texts.ACCOUNTS[:2], *texts.HOSTS, *texts.MAILS, *texts.KEYS)
"""What the request carried, so that an answer may hold its surrogates; the rest of the company's values it did not."""

REQUEST = "".join([texts.telling(value)[0] + "\n" for value in CARRIED] + ["LedgerReconciler, payflow\n"])

said = texts.joined(texts.odd, texts.stand_ins, texts.stand_ins, size=5)
TOOLS = ("bash", "write_file", "WebFetch", "mcp__x__y")


class Lane(NamedTuple):
    """A running text of an answer: prose, the input of a tool (JSON), or reasoning."""

    kind: str
    text: str
    parts: tuple[str, ...]


def as_lane(kind, text, offsets, *, ascii_only):
    whole = json.dumps({"command": text}, ensure_ascii=ascii_only) if kind in TOOLS else text
    return Lane(kind, text, ("", *bodies.cut(whole, offsets)))


lanes = st.builds(
    as_lane,
    st.sampled_from(("text", "text", "reasoning", *TOOLS)),
    said,
    st.one_of(st.lists(st.integers(0, 120), max_size=6), st.just(range(200))),
    ascii_only=st.booleans(),
)


class Answer(NamedTuple):
    """A dialect, its lanes, in which order they take turns, and how its events are written."""

    dialect: str
    lanes: tuple[Lane, ...]
    turns: tuple[int, ...]
    newline: str
    extra: tuple[str, ...]
    ends: bool

    def stream(self):
        out = []
        for number, event in enumerate(EVENTS[self.dialect](self)):
            name = f"event: {event['type']}\n" if "type" in event else ""
            extra = self.extra[number % len(self.extra)] if self.extra else ""
            out.append(f"{extra}{name}data: {json.dumps(event, ensure_ascii=number % 2 == 0)}\n\n")
        if self.dialect == "openai-chat" and self.ends:
            out.append("data: [DONE]\n\n")
        return "".join(out).replace("\n", self.newline).encode("utf-8", "surrogatepass")


def _turns(answer):
    """Give the lanes' parts, one after the other, the lanes taking turns."""
    left = {at: list(lane.parts) for at, lane in enumerate(answer.lanes)}
    turns = list(answer.turns)
    while any(left.values()):
        at = turns.pop(0) % len(answer.lanes) if turns else next(at for at in left if left[at])
        if left[at]:
            yield at, left[at].pop(0), not left[at]


def messages_events(answer):
    yield {"type": "message_start", "message": {"id": "msg_1", "content": [], "usage": {"input_tokens": 1}}}
    for at, lane in enumerate(answer.lanes):
        block = {
            "text": {"type": "text", "text": ""},
            "reasoning": {"type": "thinking", "thinking": "", "signature": ""},
        }.get(lane.kind, {"type": "tool_use", "id": f"t{at}", "name": lane.kind, "input": {}})
        yield {"type": "content_block_start", "index": at, "content_block": block}
    for at, part, last in _turns(answer):
        kind = answer.lanes[at].kind
        delta = {
            "text": {"type": "text_delta", "text": part},
            "reasoning": {"type": "thinking_delta", "thinking": part},
        }.get(kind, {"type": "input_json_delta", "partial_json": part})
        yield {"type": "content_block_delta", "index": at, "delta": delta}
        if last and answer.ends:
            yield {"type": "content_block_stop", "index": at}
    if answer.ends:
        yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}}
        yield {"type": "message_stop"}


def chat_events(answer):
    named = set()
    for at, part, last in _turns(answer):
        kind = answer.lanes[at].kind
        delta = {"text": {"content": part}, "reasoning": {"reasoning_content": part}}.get(kind)
        if delta is None:
            function = {"arguments": part} if at in named else {"name": kind, "arguments": part}
            call = (
                {"index": 3, "function": function}
                if at in named
                else {"index": 3, "id": f"c{at}", "function": function}
            )
            named.add(at)
            delta = {"tool_calls": [call]}
        reason = "stop" if last and answer.ends and len(part) % 2 else None
        yield {"id": "c", "model": "m", "choices": [{"index": at, "delta": delta, "finish_reason": reason}]}
        if last and answer.ends and not reason:
            yield {"id": "c", "model": "m", "choices": [{"index": at, "delta": {}, "finish_reason": "length"}]}


def responses_events(answer):
    return ({**event, "sequence_number": number} for number, event in enumerate(_responses_events(answer)))


def _responses_events(answer):
    whole = {at: "" for at, _ in enumerate(answer.lanes)}
    yield {"type": "response.created", "response": {"id": "r", "object": "response", "output": []}}
    for at, lane in enumerate(answer.lanes):
        item = {
            "text": {"type": "message", "content": []},
            "reasoning": {"type": "reasoning", "summary": []},
        }.get(lane.kind, {"type": "function_call", "name": lane.kind, "arguments": ""})
        yield {"type": "response.output_item.added", "output_index": at, "item": {"id": f"i{at}", **item}}
    for number, (at, part, last) in enumerate(_turns(answer)):
        whole[at] += part
        kind = {"text": "output_text", "reasoning": "reasoning_summary_text"}.get(
            answer.lanes[at].kind, "function_call_arguments"
        )
        where = {"item_id": f"i{number}", "output_index": at}
        if answer.lanes[at].kind not in TOOLS:
            where |= {"content_index": 0} if kind == "output_text" else {"summary_index": 0}
        yield {"type": f"response.{kind}.delta", **where, "delta": part}
        if last and answer.ends:
            key = "arguments" if answer.lanes[at].kind in TOOLS else "text"
            yield {"type": f"response.{kind}.done", **where, key: whole[at]}
            if len(part) % 2:
                item = {"type": "function_call", "name": answer.lanes[at].kind, "arguments": whole[at]}
                content = {"type": "message", "content": [{"type": "output_text", "text": whole[at]}]}
                summary = {"type": "reasoning", "summary": [{"type": "summary_text", "text": whole[at]}]}
                kinds = {"text": content, "reasoning": summary}
                done = {"id": f"j{at}", **kinds.get(answer.lanes[at].kind, item)}
                yield {"type": "response.output_item.done", "output_index": at, "item": done}
    if answer.ends:
        yield {"type": "response.completed", "response": {"id": "r", "object": "response", "output": []}}


EVENTS = {
    "anthropic-messages": messages_events,
    "openai-chat": chat_events,
    "openai-responses": responses_events,
}

answers = st.builds(
    Answer,
    dialect=st.sampled_from(tuple(EVENTS)),
    lanes=st.lists(lanes, min_size=1, max_size=3).map(tuple),
    turns=st.lists(st.integers(0, 2), max_size=12).map(tuple),
    newline=st.sampled_from(("\n", "\n", "\r\n", "\r")),
    extra=st.lists(st.sampled_from(("", ": keep-alive\n\n", "id: 7\n", "data: hello\n\n")), max_size=2).map(tuple),
    ends=st.booleans(),
)


def events(stream):
    """Read what a stream says, event by event."""
    for line in stream.decode("utf-8", "surrogatepass").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.startswith("data:") and line[5:].strip()[:1] == "{":
            yield json.loads(line[5:])


def running_texts(dialect, stream):
    """Read a stream as a client does: the text of each lane, in all its deltas."""
    found = {}
    for event in events(stream):
        if dialect == "anthropic-messages":
            delta = event.get("delta", {}) if event["type"] == "content_block_delta" else {}
            parts = [delta[key] for key in ("text", "thinking", "partial_json") if key in delta]
            at = event.get("index")
        elif dialect == "openai-responses":
            parts, at = [event["delta"]] if "delta" in event else [], event.get("output_index")
        else:
            (choice,) = event["choices"]
            at, delta = choice["index"], choice["delta"]
            parts = [delta[key] for key in ("content", "reasoning_content") if key in delta]
            parts += [call["function"]["arguments"] for call in delta.get("tool_calls", ())]
        for part in parts:
            found[at] = found.get(at, "") + part
    return found


def whole_texts(stream):
    """Read every second copy of a running text that a stream of numbered events holds."""
    for event in events(stream):
        kind, at = event["type"], event.get("output_index")
        if kind.endswith(".done") and "item" not in event:
            yield at, event.get("text", event.get("arguments"))
        elif kind == "response.output_item.done":
            item = event["item"]
            parts = item.get("content") or item.get("summary")
            yield at, parts[0]["text"] if parts else item["arguments"]
