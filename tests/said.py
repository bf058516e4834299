"""What providers say, as raw bytes, so that it may be spoilt: the next words of an answer in each dialect's framing."""

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from . import frames, pack

TOKEN = "dtk_8Jq2mVx91LpZt0Ye"


def asked(dialect, over=None):
    """Send a request that holds a token; give the exchange, and what stands in for the token."""
    exchange = pack.exchange(dialect, over)
    exchange.request(json.dumps({"messages": [{"role": "user", "content": f"my token is {TOKEN}"}]}).encode())
    [surrogate] = [record.surrogate for record in exchange._records.values() if record.value == TOKEN]
    return exchange, surrogate.encode()


class Format(NamedTuple):
    """How one dialect says words: the event that holds them, and how events become a stream."""

    kind: str
    event: Callable[[bytes], bytes]
    stream: Callable[..., bytes]


def _around(template):
    before, after = template.split(b"@")
    return lambda words: before + words + after


def sse(*events):
    return b"".join(b"data: " + event + b"\n\n" for event in events)


def lines(*events):
    return b"".join(event + b"\n" for event in events)


def array(*events):
    return b"[" + b",\n".join(events) + b"]"


def frames_of(*events):
    return b"".join(frames.frame("anything", event) for event in events)


def chunks(*events):
    return b"".join(map(frames.chunk, events))


SSE, AWS = "text/event-stream", "application/vnd.amazon.eventstream"
_MESSAGES = b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"@"}}'
_GEMINI = b'{"candidates":[{"content":{"parts":[{"text":"@"}]}}]}'
FORMATS = {
    "anthropic-messages": Format(SSE, _around(_MESSAGES), sse),
    "anthropic-complete": Format(SSE, _around(b'{"type":"completion","completion":"@"}'), sse),
    "openai-chat": Format(SSE, _around(b'{"choices":[{"index":0,"delta":{"content":"@"}}]}'), sse),
    "openai-completions": Format(SSE, _around(b'{"choices":[{"index":0,"text":"@"}]}'), sse),
    "openai-responses": Format(
        SSE, _around(b'{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"@"}'), sse
    ),
    "gemini": Format("application/json", _around(_GEMINI), array),
    "ollama": Format("application/x-ndjson", _around(b'{"message":{"content":"@"}}'), lines),
    "bedrock-converse": Format(AWS, _around(b'{"contentBlockIndex":0,"delta":{"text":"@"}}'), frames_of),
    "bedrock-invoke": Format(AWS, _around(_MESSAGES), chunks),
    "kiro": Format(AWS, _around(b'{"content":"@"}'), frames_of),
    "generic": Format(SSE, _around(b'{"delta":{"text":"@"}}'), sse),
}


def words(dialect, stream):
    """Read the words of a stream again, as a client does that takes what is no UTF-8 for U+FFFD."""
    before, _, _ = FORMATS[dialect].event(b"@").partition(b"@")
    if FORMATS[dialect].kind == AWS:
        stream = frames.shown(stream)
    parts = [part.decode("utf-8", "replace") for part in stream.split(before)[1:]]
    return "".join(json.loads(f'"{_STRING.match(part)[0]}"') for part in parts)


_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*')
