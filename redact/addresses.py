"""The address that a text has begun to write, and whether a client that shows the text fetches it. Knows Markdown and HTML; knows no record.

Strategy: a look back from the end of the text. A picture's address is fetched as soon as it is shown, a link's when somebody follows it;
where it cannot be told which, it is a picture's.
"""

from __future__ import annotations

import re
from typing import NamedTuple

REACH = 4096
"""So many characters before a place are looked at."""
_TARGET = re.compile(
    r"""(?: (?P<link> \]\(\s* | <a\b[^<>]*?\shref\s*=\s* ) | ^[ \t>]*\[[^\[\]\n]+\]:\s* | \burl\(\s* | <[a-z][^<>]*?[\s"'/][a-z:]+\s*=\s* )
    (?: <(?P<angled>[^<>\n]*) | \\?"(?P<quoted>[^"<>]*) | \\?'(?P<single>[^'<>]*) | (?P<bare>(?:[^\s<>"'()]++|\([^\s<>"'()]*+\)?+)*+) ) $""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_PICTURE = re.compile(r"!\[(?:(?!\n\s*\n).)*$", re.DOTALL)
_ELSEWHERE = re.compile(
    r"""(?:^|[\s,("'])(?:(?:https?|wss?|ftps?):[/\\]*|[/\\]{2,})(?:[^\s/\\?#@]*@)?(?P<host>[^\s/\\?#]*)(?P<rest>.?)|^[^/?#]*&""",
    re.IGNORECASE | re.DOTALL,
)

_SPACE = re.compile(r"\s")


class Address(NamedTuple):
    """An address as far as it is written."""

    host: str  # in lower case, without its port; empty while it is not written to its end
    begins: bool  # nothing of the host is written yet
    is_fetched: bool  # without anybody asking


def _may_open(lower: str) -> bool:
    """Tell whether anything stands there with which an address begins: it is asked first, as the search takes a while."""
    return "<" in lower or "](" in lower or "]:" in lower or "url(" in lower


def opened(before: str) -> Address | None:
    """Give the address that the last `REACH` characters of a text end in; None where they end in none, or in one of no other host."""
    before = before[-REACH:]
    target = _TARGET.search(before) if _may_open(before.lower()) else None
    if target is None:
        is_padded = len(before) == REACH and not _SPACE.search(before)
        return Address("", begins=False, is_fetched=True) if is_padded else None
    written = next(text for text in target.group("angled", "quoted", "single", "bare") if text is not None)
    *_, elsewhere = None, *_ELSEWHERE.finditer(written)
    if elsewhere is None:
        return None
    is_fetched = target["link"] is None or _PICTURE.search(before[: target.start() + 1]) is not None
    host, ends = elsewhere["host"], elsewhere["rest"]
    if host is None:  # disguised
        return Address("", begins=False, is_fetched=is_fetched)
    return Address(host.lower().partition(":")[0].rstrip(".") if ends else "", begins=not host, is_fetched=is_fetched)
