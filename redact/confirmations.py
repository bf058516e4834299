"""What makes a value surely real: checksums and structures that its form documents. Knows formats; knows no rule and no text.

A confirmation only ever raises confidence. A documented prefix with a checksum that does not hold is redacted all the same.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from redact import jsontext
from redact.errors import UnreadableError
from redact.tokens import efficiency
from redact.validators import VALIDATORS, entropy, luhn, mod97

Confirmation = Callable[[str], str]
"""Says what holds of a value, without a part of it that tells more than its kind; empty where nothing does."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"[a-z]{2,4}_([A-Za-z0-9]{30})([A-Za-z0-9]{6})")
_KEY_ID = re.compile(r"A[A-Z]{3}(?![IJ])[A-Z2-7]{16}")
_ACCOUNTS = 10**12
_KEY_BYTES = frozenset({16, 20, 24, 32, 48, 64, 96, 128, 256})
_JWT_PARTS = (2, 3, 5)


def crc32(value: str) -> str:
    """Check the six characters at the end of a GitHub or npm token: CRC32 of the thirty before them, in base 62.

    github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats
    """
    token = _TOKEN.fullmatch(value)
    if token is None:
        return ""
    said = 0
    for character in token[2]:
        said = said * 62 + _BASE62.index(character)
    return "its checksum holds" if said == zlib.crc32(token[1].encode()) else ""


def jwt(value: str) -> str:
    """Check that a token's header is JSON which names an algorithm, and that an unencrypted one's claims are JSON (RFC 7519)."""
    parts = value.split(".")
    header = _json(parts[0])
    if len(parts) not in _JWT_PARTS or not isinstance(header.get("alg"), str):
        return ""
    encrypted = len(parts) == max(_JWT_PARTS)
    if not encrypted and not _json(parts[1]):
        return ""
    return "its header names an algorithm" + ("" if encrypted else ", and its claims can be read")


def _json(part: str) -> Mapping[str, object]:
    try:
        read = jsontext.load(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, UnreadableError):
        return {}
    return read if isinstance(read, dict) else {}


def base64_key(value: str) -> str:
    """Check that a value is base64 of as many bytes as keys have."""
    try:
        length = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return ""
    return f"it is base64 of {length} bytes" if length in _KEY_BYTES else ""


def aws_account(value: str) -> str:
    """Decode the account that an AWS key id names, in the 40 bits after the first of its base32 part. Ids of before 2019 name none."""
    if not _KEY_ID.fullmatch(value):
        return ""
    account = int.from_bytes(base64.b32decode(value[4:])[:6], "big") >> 7 & (1 << 40) - 1
    return f"it names an account, …{account % 10_000:04}" if 0 < account < _ACCOUNTS else ""


def check_digits(value: str) -> str:
    """Check the digit of a card number, or the two of an IBAN."""
    return "its check digits hold" if luhn(value) or mod97(value) else ""


CONFIRMATIONS: Mapping[str, Confirmation] = MappingProxyType(
    {
        "crc32": crc32,
        "jwt": jwt,
        "base64-key": base64_key,
        "aws-account": aws_account,
        "check-digits": check_digits,
    }
)
"""By the names that rules use."""


class Checks(Protocol):
    """What a rule asks of a value."""

    @property
    def validators(self) -> tuple[str, ...]: ...  # noqa: D102  a rule has these; see `Rule`
    @property
    def entropy(self) -> float | None: ...  # noqa: D102  a rule has these; see `Rule`
    @property
    def efficiency(self) -> float | None: ...  # noqa: D102  a rule has these; see `Rule`
    @property
    def confirm(self) -> tuple[str, ...]: ...  # noqa: D102  a rule has these; see `Rule`


def counts(value: str, asked: Checks) -> bool:
    """Tell whether a value passes a rule's checks; where it is confirmed, the others have no say."""
    return _passes(value, asked) or bool(asked.confirm and confirmed(value, asked.confirm))


def _passes(value: str, asked: Checks) -> bool:
    for name in asked.validators:  # the cheapest first, as the rule has them
        if not VALIDATORS[name](value):
            return False
    if asked.entropy and entropy(value) < asked.entropy:
        return False
    return not asked.efficiency or efficiency(value) <= asked.efficiency


def confirmed(value: str, names: tuple[str, ...]) -> list[str]:
    """List what holds of a value."""
    return [told for name in names if (told := CONFIRMATIONS[name](value))]
