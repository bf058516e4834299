"""AWS event streams as text, one frame a line: `event-type payload`. Written as the specification says, read with botocore."""

import binascii
import json
import struct

from botocore.eventstream import EventStreamBuffer


def frame(kind, payload, **more):
    """Write a frame: the other implementation."""
    headers = b""
    for name, value in {":message-type": "event", ":event-type": kind, **more}.items():
        headers += struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", binascii.crc32(prelude))
    return prelude + headers + payload + struct.pack(">I", binascii.crc32(prelude + headers + payload))


def chunk(said, padding="ab"):
    """Write what InvokeModelWithResponseStream sends: JSON in base64 in JSON in a frame."""
    wrapper = {"bytes": binascii.b2a_base64(said, newline=False).decode(), "p": padding}
    return frame("chunk", json.dumps(wrapper).encode())


def read(stream):
    """Give headers and payload of every frame; botocore checks lengths and checksums."""
    buffer = EventStreamBuffer()
    buffer.add_data(stream)
    return [(message.headers, message.payload) for message in buffer]


def written(text):
    """Make frames of lines; what a `chunk` says is wrapped."""
    lines = [line.partition(b" ") for line in text.splitlines()]
    return b"".join(chunk(said) if kind == b"chunk" else frame(kind.decode(), said) for kind, _, said in lines)


def shown(stream):
    """Make lines of frames."""
    lines = []
    for headers, payload in read(stream):
        kind = headers.get(":event-type") or headers[":exception-type"]
        said = binascii.a2b_base64(json.loads(payload)["bytes"]) if kind == "chunk" else payload
        lines.append(kind.encode() + b" " + said + b"\n")
    return b"".join(lines)
