"""Reads bytes as somebody who looks for a value would, with nothing of the product's own: unescaped, decoded, at any depth."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_ESCAPE = re.compile(rb'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_PLAIN = dict(zip(b'"\\/bfnrt', (b'"', b"\\", b"/", b"\b", b"\f", b"\n", b"\r", b"\t"), strict=True))
_TOKEN = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(rb"[0-9a-fA-F]{12,}")


def _unescaped(data):
    def plain(match):
        if match[2]:
            return _PLAIN[match[2][0]]
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")

    return _ESCAPE.sub(plain, data)


def _decoded(data):
    for token in _TOKEN.finditer(data):
        plain = token[0].translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            piece = plain[start:]
            yield base64.b64decode(
                piece[: len(piece) // 4 * 4] + (piece[len(piece) // 4 * 4 :] + b"==")[:4]
                if len(piece) % 4 > 1
                else piece[: len(piece) // 4 * 4]
            )
    for token in _HEX.finditer(data):
        for start in range(2):
            piece = token[0][start:]
            yield binascii.unhexlify(piece[: len(piece) // 2 * 2])


def views(data):
    """Every way to read these bytes."""
    seen = [data]
    for _ in range(3):
        seen.append(_unescaped(seen[-1]))
    seen += [unquote_to_bytes(view) for view in seen]
    seen += [decoded for view in dict.fromkeys(seen) for decoded in _decoded(view)]
    return list(dict.fromkeys(seen))


def stands_in(value, seen):
    """Whether a value stands in one of these views; a number only where it is not a part of a longer one."""
    data = re.escape(value.encode("utf-8", "surrogatepass"))
    pattern = re.compile(rb"(?<!\d)" + data + rb"(?!\d)" if value.isdigit() else data)
    return any(pattern.search(view) for view in seen)
