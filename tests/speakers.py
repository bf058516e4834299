"""How each wire format says a text and calls a tool, whole and streamed: written by hand, apart from the dialects' own tables.

A speaker `whole`s a text for a sink and `call`s a tool, and reads what was `said`; it `stream`s both in parts, and reads what was
`heard`. `WIRE` says how its events stand in bytes.
"""

import json
from types import MappingProxyType

from . import frames

EVENTS, FRAMES, LINES = "text/event-stream", "application/vnd.amazon.eventstream", "application/x-ndjson"
TEXTS, CALLS = ("prose", "reasoning"), ("read", "edit", "shell", "network", "tool")


def sse(*events):
    named = (f"event: {event['type']}\n" if "type" in event else "" for event in events)
    return "".join(f"{name}data: {json.dumps(event)}\n\n" for name, event in zip(named, events, strict=True)).encode()


def events_of(stream):
    return [json.loads(line[5:]) for line in stream.decode().splitlines() if line.startswith("data:")]


class Speaker:
    """What most have in common."""

    WIRE, SINKS, WHOLE, STREAMED = EVENTS, (*TEXTS, *CALLS), True, True

    def written(self, events):
        """Write a stream of events as bytes."""
        if self.WIRE == FRAMES:
            return frames.written("".join(f"event {json.dumps(event)}\n" for event in events).encode())
        return sse(*events) if self.WIRE == EVENTS else "".join(f"{json.dumps(each)}\n" for each in events).encode()

    def read(self, stream):
        """Read it."""
        if self.WIRE == FRAMES:
            return [json.loads(payload) for _, payload in frames.read(stream)]
        return events_of(stream) if self.WIRE == EVENTS else [json.loads(line) for line in stream.splitlines()]


class Messages(Speaker):
    """Anthropic Messages: blocks, and their deltas."""

    PROSE = MappingProxyType({"prose": ("text", "text_delta"), "reasoning": ("thinking", "thinking_delta")})

    def whole(self, sink, text):
        kind, _ = self.PROSE[sink]
        return {"content": [{"type": kind, kind: text, **({"signature": "s"} if kind == "thinking" else {})}]}

    def call(self, tool, given):
        return {"content": [{"type": "tool_use", "id": "t", "name": tool, "input": given}]}

    def said(self, body):
        (block,) = body["content"]
        return block.get("input") or block[block["type"]]

    def stream(self, sink, parts):
        kind, delta = self.PROSE[sink]
        block = {"type": kind, kind: ""}
        return self._events(block, ({"type": delta, kind: part} for part in parts))

    def streamed_call(self, tool, parts):
        block = {"type": "tool_use", "id": "t", "name": tool, "input": {}}
        return self._events(block, ({"type": "input_json_delta", "partial_json": part} for part in parts))

    def _events(self, block, deltas):
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        yield from ({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas)
        yield {"type": "content_block_stop", "index": 0}

    def heard(self, events):
        deltas = [event["delta"] for event in events if "delta" in event]
        return "".join(
            delta.get("text") or delta.get("thinking") or delta.get("partial_json") or "" for delta in deltas
        )


class Chat(Speaker):
    """OpenAI Chat Completions: messages, and their deltas."""

    PROSE = MappingProxyType({"prose": "content", "reasoning": "reasoning_content"})

    def whole(self, sink, text):
        return {"choices": [{"index": 0, "message": {"role": "assistant", self.PROSE[sink]: text}}]}

    def call(self, tool, given):
        function = {"name": tool, "arguments": json.dumps(given)}
        call = {"id": "c", "type": "function", "function": function}
        return {"choices": [{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [call]}}]}

    def said(self, body):
        message = body["choices"][0]["message"]
        if "tool_calls" in message:
            return json.loads(message["tool_calls"][0]["function"]["arguments"])
        return message.get("content") or message["reasoning_content"]

    def stream(self, sink, parts):
        return self._chunks({self.PROSE[sink]: part} for part in parts)

    def streamed_call(self, tool, parts):
        first = {"index": 0, "id": "c", "type": "function", "function": {"name": tool, "arguments": ""}}
        rest = ({"index": 0, "function": {"arguments": part}} for part in parts)
        return self._chunks({"tool_calls": [call]} for call in (first, *rest))

    def _chunks(self, deltas):
        yield from ({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas)
        yield {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}

    def heard(self, events):
        deltas = [event["choices"][0]["delta"] for event in events]
        calls = [call["function"]["arguments"] for delta in deltas for call in delta.get("tool_calls", ())]
        return "".join([*(d.get("content") or d.get("reasoning_content") or "" for d in deltas), *calls])


class Gemini(Speaker):
    """Gemini: parts, which stream as they are, but for arguments that stream by path."""

    def whole(self, sink, text):
        part = {"text": text, "thought": True} if sink == "reasoning" else {"text": text}
        return {"candidates": [{"index": 0, "content": {"role": "model", "parts": [part]}}]}

    def call(self, tool, given):
        part = {"functionCall": {"name": tool, "args": given}}
        return {"candidates": [{"index": 0, "content": {"role": "model", "parts": [part]}}]}

    def said(self, body):
        (part,) = body["candidates"][0]["content"]["parts"]
        return part["functionCall"]["args"] if "functionCall" in part else part["text"]

    def stream(self, sink, parts):
        yield from (self.whole(sink, part) for part in parts)
        yield {"candidates": [{"index": 0, "finishReason": "STOP"}]}

    def streamed_call(self, tool, parts):
        yield self.call(tool, json.loads("".join(parts)))

    def heard(self, events):
        parts = [part for event in events for part in event["candidates"][0].get("content", {}).get("parts", ())]
        called = [json.dumps(part["functionCall"]["args"]) for part in parts if "functionCall" in part]
        return "".join([*(part.get("text", "") for part in parts), *called])


class Responses(Speaker):
    """OpenAI Responses: items, whose texts and arguments stream by where they stand."""

    def whole(self, sink, text):
        part = {"type": "output_text", "text": text, "annotations": []}
        said = {"type": "message", "id": "m", "role": "assistant", "content": [part]}
        thought = {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": text}]}
        return {"id": "resp", "object": "response", "output": [thought if sink == "reasoning" else said]}

    def call(self, tool, given):
        call = {"type": "function_call", "id": "f", "call_id": "c", "name": tool, "arguments": json.dumps(given)}
        return {"id": "resp", "object": "response", "output": [call]}

    def said(self, body):
        (item,) = body["output"]
        if "arguments" in item:
            return json.loads(item["arguments"])
        return (item.get("content") or item.get("summary"))[0]["text"]

    def stream(self, sink, parts):
        item = self.whole(sink, "")["output"][0]
        kind = "response.reasoning_summary_text" if sink == "reasoning" else "response.output_text"
        return self._events(kind, "text", item, list(parts), "content_index")

    def streamed_call(self, tool, parts):
        item = {**self.call(tool, {})["output"][0], "arguments": ""}
        return self._events("response.function_call_arguments", "arguments", item, list(parts), "output_index")

    def _events(self, kind, key, item, parts, index):
        where = {"output_index": 0, "item_id": item["id"], index: 0}
        events = [
            {"type": "response.output_item.added", "output_index": 0, "item": item},
            *({"type": f"{kind}.delta", **where, "delta": part} for part in parts),
            {"type": f"{kind}.done", **where, key: "".join(parts)},
        ]
        yield from ({**event, "sequence_number": number} for number, event in enumerate(events))

    def heard(self, events):
        return "".join(event["delta"] for event in events if "delta" in event)


class Converse(Speaker):
    """AWS Converse: blocks and their deltas, in frames."""

    WIRE = FRAMES

    def whole(self, sink, text):
        said = {"reasoningContent": {"reasoningText": {"text": text}}} if sink == "reasoning" else {"text": text}
        return {"output": {"message": {"role": "assistant", "content": [said]}}}

    def call(self, tool, given):
        use = {"toolUse": {"toolUseId": "t", "name": tool, "input": given}}
        return {"output": {"message": {"role": "assistant", "content": [use]}}}

    def said(self, body):
        (block,) = body["output"]["message"]["content"]
        if "toolUse" in block:
            return block["toolUse"]["input"]
        return block.get("text") or block["reasoningContent"]["reasoningText"]["text"]

    def stream(self, sink, parts):
        deltas = ({"reasoningContent": {"text": part}} if sink == "reasoning" else {"text": part} for part in parts)
        return self._events(deltas)

    def streamed_call(self, tool, parts):
        yield {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t", "name": tool}}}
        yield from self._events({"toolUse": {"input": part}} for part in parts)

    def _events(self, deltas):
        yield from ({"contentBlockIndex": 0, "delta": delta} for delta in deltas)
        yield {"contentBlockIndex": 0}

    def heard(self, events):
        deltas = [event["delta"] for event in events if "delta" in event]
        texts = (each.get("text") or each.get("toolUse", {}).get("input") for each in deltas)
        return "".join(text or "" for text in texts) + "".join(
            d.get("reasoningContent", {}).get("text", "") for d in deltas
        )


class Invoke(Messages):
    """Claude on Bedrock: the same, each event in base64 in a frame."""

    WIRE = FRAMES

    def written(self, events):
        return frames.written("".join(f"chunk {json.dumps(event)}\n" for event in events).encode())

    def read(self, stream):
        return [json.loads(line.partition(b" ")[2]) for line in frames.shown(stream).splitlines()]


class Batches(Messages):
    """Anthropic's batches: a message in each line of the results."""

    WIRE, STREAMED = LINES, False

    def whole(self, sink, text):
        return self._result(super().whole(sink, text))

    def call(self, tool, given):
        return self._result(super().call(tool, given))

    def _result(self, message):
        return {"custom_id": "a", "result": {"type": "succeeded", "message": message}}

    def said(self, body):
        return super().said(body["result"]["message"])


class Complete(Speaker):
    """Anthropic's text completions."""

    SINKS = ("prose",)

    def whole(self, _sink, text):
        return {"type": "completion", "completion": text}

    def said(self, body):
        return body["completion"]

    def stream(self, sink, parts):
        yield from (self.whole(sink, part) for part in parts)
        yield {"type": "completion", "completion": "", "stop_reason": "stop_sequence"}

    def heard(self, events):
        return "".join(event["completion"] for event in events)


class Completions(Speaker):
    """OpenAI's text completions."""

    SINKS = ("prose",)

    def whole(self, _sink, text):
        return {"object": "text_completion", "choices": [{"index": 0, "text": text}]}

    def said(self, body):
        return body["choices"][0]["text"]

    def stream(self, sink, parts):
        yield from (self.whole(sink, part) for part in parts)
        yield {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]}

    def heard(self, events):
        return "".join(map(self.said, events))


class Ollama(Speaker):
    """Ollama's chat: a line each; calls are never cut."""

    WIRE = LINES
    PROSE = MappingProxyType({"prose": "content", "reasoning": "thinking"})

    def whole(self, sink, text):
        return {"message": {"role": "assistant", "content": "", self.PROSE[sink]: text}, "done": True}

    def call(self, tool, given):
        calls = [{"function": {"name": tool, "arguments": given}}]
        return {"message": {"role": "assistant", "content": "", "tool_calls": calls}, "done": True}

    def said(self, body):
        message = body["message"]
        if "tool_calls" in message:
            return message["tool_calls"][0]["function"]["arguments"]
        return message["content"] or message["thinking"]

    def stream(self, sink, parts):
        yield from ({**self.whole(sink, part), "done": False} for part in parts)
        yield {"message": {"role": "assistant", "content": ""}, "done": True}

    def streamed_call(self, tool, parts):
        yield {**self.call(tool, json.loads("".join(parts))), "done": False}
        yield {"message": {"role": "assistant", "content": ""}, "done": True}

    def heard(self, events):
        calls = [call for event in events for call in event["message"].get("tool_calls", ())]
        if calls:
            return json.dumps(calls[0]["function"]["arguments"])
        return "".join(event["message"]["content"] or event["message"].get("thinking", "") for event in events)


class Kiro(Speaker):
    """Kiro: what is said and pieces of inputs, in frames."""

    WIRE, SINKS, WHOLE = FRAMES, ("prose", *CALLS), False

    def stream(self, _sink, parts):
        yield from ({"content": part} for part in parts)

    def streamed_call(self, tool, parts):
        yield from ({"name": tool, "toolUseId": "t", "input": part} for part in parts)
        yield {"name": tool, "toolUseId": "t", "stop": True}

    def heard(self, events):
        return "".join(event.get("content") or event.get("input") or "" for event in events)


class Realtime(Responses):
    """OpenAI Realtime: events of a response, much as in Responses."""

    SINKS, WHOLE = ("prose", *CALLS), False

    def stream(self, _sink, parts):
        return self._spoken("response.output_text", "text", list(parts))

    def streamed_call(self, tool, parts):
        item = {"type": "function_call", "id": "f", "call_id": "c", "name": tool, "arguments": ""}
        yield {"type": "response.output_item.added", "response_id": "r", "output_index": 0, "item": item}
        yield from self._spoken("response.function_call_arguments", "arguments", list(parts))

    def _spoken(self, kind, key, parts):
        where = {"response_id": "r", "item_id": "f", "output_index": 0, "content_index": 0}
        yield from ({"type": f"{kind}.delta", **where, "delta": part} for part in parts)
        yield {"type": f"{kind}.done", **where, key: "".join(parts)}


class Anything(Chat):
    """A format that nobody knows: it looks like many."""


SPOKEN = {
    "anthropic-messages": Messages(),
    "anthropic-batches": Batches(),
    "anthropic-complete": Complete(),
    "bedrock-converse": Converse(),
    "bedrock-invoke": Invoke(),
    "gemini": Gemini(),
    "generic": Anything(),
    "kiro": Kiro(),
    "ollama": Ollama(),
    "openai-chat": Chat(),
    "openai-completions": Completions(),
    "openai-realtime": Realtime(),
    "openai-responses": Responses(),
}
WORDLESS = {"openai-embeddings", "files"}
"""Dialects in which no model says anything."""
