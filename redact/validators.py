"""Checks of a single value. Knows formats; knows no rule and no text around the value.

A checksum tells that a value is surely real; it never says that a documented prefix is not one. Only `plausible`, for
generic rules, and the structural checks of unprefixed numbers veto.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

Validator = Callable[[str], bool]


def entropy(value: str) -> float:
    """Measure the Shannon entropy of a value, in bits per character."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0


_REFERENCE = re.compile(
    r"""\$\{|\$\(|\{\{|<%|%\(|^\$\w|^%\w+%$|^@\w+@$|^<[^<>]*>$|^\[[^\]]*\]$|^\{[^{}]*\}$|^\#\{
      |^(?:process\.env|os\.(?:environ|getenv)|env|ENV|System\.getenv|import\.meta|vars?|secrets?|self|this|config|settings|cfg|conf
        |options|opts|args|params|props|request|req|ctx|context|data|module|local|each|output)[.\[(]
      |^(?:vault|ssm|secretsmanager|arn|op|keyring|env|file|ref|sops|gcpsm|awssm):(?://|/)?""",
    re.VERBOSE,
)
_CALL = re.compile(r"^[A-Za-z_][\w.:>-]*\s*\(|\)\s*$|^(?:new|await|lambda|func|function|return|not)\s")
_DOTTED = re.compile(r"^[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)[A-Za-z_]\w*)+;?$")
_MASK = re.compile(r"^(.)\1{3,}$|^[*•xX.#_\-?0 ]+$|\*{4,}|x{6,}|X{6,}|\.{3}|…|•{3}")
_PLACEHOLDER = re.compile(
    r"""^(?:your|my|the|some|any|a|an|insert|enter|put|replace|add|paste|set|use|type|provide|fill)[-_ ]
      |(?i:chang(?:e|e[-_ ]?it|e[-_ ]?me|ed)\b|changeme|replace[-_ ]?(?:me|with|this)|place[-_ ]?holder|redacted|masked|hidden|removed|censored
        |(?:^|[-_ .<\[({/])(?:example|sample|dummy|fake|mock|foo|bar|baz|todo|tbd|fixme|n/?a|none|null|nil|undefined|true|false|yes|no
           |on|off|empty|blank|unset|default|optional|required|string|str|text|integer|int|number|boolean|bool|bytes|object|any|void|char|varchar)(?:$|[-_ .>\])}/?;,])
        |your[-_ ]?(?:own[-_ ]?)?(?:api|secret|access|auth|client|private|password|passwd|token|key|user|real|actual|app|db|database|strong|secure)
        |(?:api|secret|access|client|auth)[-_ ]?(?:key|token|secret)[-_ ]?here|goes[-_ ]?here|_here$|xxxx)""",
    re.VERBOSE,
)
_WORDS = re.compile(
    r"^[a-z]+(?:[-_./ ][a-z]+)*$|^[A-Z]+(?:[-_./ ][A-Z]+)*$|^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$|^[A-Za-z]+(?:[-_ ][A-Za-z]+)+$"
)
_NAMING = re.compile(
    r"(?i)pass(?:word|wd|phrase|code)?|pwd|secret|token|key|cred|auth|user|login|account|field|input|param|header|name|label|type|value"
    r"|text|error|invalid|missing|require|forgot|reset|confirm|repeat|current|visib|toggle|hint|bearer|basic|cookie|session|config|file|path"
)
_UUID = re.compile(r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_PATHLIKE = re.compile(r"^(?:[.~]{0,2}/|[A-Za-z]:\\)[\w./\\ -]*$|^https?://[^@\s]*$|^\w+://[^:@\s]*$")


def plausible(value: str) -> bool:
    """Tell whether a value that only its name calls a secret may be one: no reference, call, template, mask or placeholder.

    Pure words are doubted only when they speak of credentials themselves (`password_confirm`); `correct horse` is not.
    """
    stripped = value.strip()
    if len(stripped) < 4 or _REFERENCE.search(stripped) or _CALL.search(stripped) or _DOTTED.match(stripped):  # noqa: PLR2004
        return False
    if _MASK.search(stripped) or _PLACEHOLDER.search(stripped) or _PATHLIKE.match(stripped):
        return False
    return not (_WORDS.match(stripped) and _NAMING.search(stripped))


def luhn(value: str) -> bool:
    """Check a card number's last digit (ISO/IEC 7812-1)."""
    digits = [int(c) for c in value if c.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[-2::-2])
    return len(digits) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def mod97(value: str) -> bool:
    """Check an IBAN (ISO 13616)."""
    plain = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def mixed(value: str) -> bool:
    """Ask for at least two of lower case, upper case, digits and signs, as no plain word has."""
    return sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^A-Za-z0-9\s]")) > 1


def not_uuid(value: str) -> bool:
    """Refuse a bare UUID: an id far more often than a secret."""
    return not _UUID.match(value.strip())


_DIGEST = re.compile(r"(?i)^(?:sha(?:1|224|256|384|512)|md5|h1|blake\w*)[-:=_]")
_PART = re.compile(r"[-_./|:~=+]+")


def opaque(value: str) -> bool:
    """Ask for what no one writes by hand: letters and digits mixed within a part, no UUID, digest, path or dotted name."""
    if _UUID.match(value) or _DIGEST.match(value) or _PATHLIKE.match(value):
        return False
    parts = [part for part in _PART.split(value) if part]
    mixtures = [part for part in parts if len(part) > 7 and _MIXTURE.match(part)]  # noqa: PLR2004
    return sum(map(len, mixtures)) * 2 >= len(value)


_MIXTURE = re.compile(r"(?=.*[0-9].*[0-9])(?=.*[A-Za-z].*[A-Za-z])(?!.*[a-z]{7})(?![A-Za-z]+[0-9]{1,4}$)")


VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "plausible": plausible,
        "mixed": mixed,
        "luhn": luhn,
        "mod97": mod97,
        "not-uuid": not_uuid,
        "opaque": opaque,
    }
)
"""By the names that rules use."""
