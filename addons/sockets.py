"""Messages of a WebSocket on their way through mitmproxy: forwarded whole, several for one, none kept. Knows its WebSocket layer.

Left alone, mitmproxy keeps every message for as long as the socket lives, writes a changed one in pieces of 4 kB that may be
cut within a character, and puts a message of ours into the middle of one that arrives in pieces.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mitmproxy import ctx, http
from mitmproxy.proxy.layers import websocket

if TYPE_CHECKING:
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.events import Message


class _Several(bytes):
    """The content of a message that is to become several; as bytes they stand one after the other."""

    parts: tuple[bytes, ...]


class _Whole(websocket.Fragmentizer):
    """Writes each message as one frame."""

    def __call__(self, content: bytes) -> Iterator[Message[Any]]:
        for part in content.parts if isinstance(content, _Several) else (content,):
            yield self.msg(part, message_finished=True)


def write_whole() -> None:
    """Let mitmproxy write each message as one frame. It has no option for that, so one class of its layer is exchanged."""
    websocket.Fragmentizer = _Whole  # type: ignore[misc]


class Socket:
    """The messages of one socket, as mitmproxy gives and takes them."""

    def __init__(self, flow: http.HTTPFlow) -> None:
        self._flow = flow
        self._ours: deque[bytes] = deque()
        self._begun = b""

    def newest(self) -> WebSocketMessage:
        """Take the message that has just come; mitmproxy shall not keep it."""
        assert self._flow.websocket is not None  # noqa: S101  only asked for when a message has come
        message = self._flow.websocket.messages[-1]
        self._flow.websocket.messages.clear()
        return message

    def is_ours(self, message: WebSocketMessage) -> bool:
        """Tell whether this message is one that we `say`; one of the provider's, cut in two by it, is put together again."""
        if message.injected and self._ours:
            ours = self._ours.popleft()
            self._begun += message.content.removesuffix(ours)
            message.content = ours
            return True
        if self._begun and not message.from_client:
            message.content, self._begun = self._begun + message.content, b""
        return False

    def say(self, words: bytes) -> None:
        """Send the client a message of our own."""
        self._ours.append(words)
        ctx.master.commands.call("inject.websocket", self._flow, True, words)  # noqa: FBT003  a command takes no keywords


def replace(message: WebSocketMessage, parts: Sequence[bytes]) -> None:
    """Let these messages go out in the place of one."""
    if not parts:
        message.drop()
    elif len(parts) == 1:
        message.content = parts[0]
    else:
        several = _Several(b"".join(parts))
        several.parts = tuple(parts)
        message.content = several
