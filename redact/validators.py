"""Checks of a single value. Knows formats; knows no rule and no text around the value.

A checksum tells that a value is surely real; it never says that a documented prefix is not one. Only `plausible`, for
generic rules, and the structural checks of unprefixed numbers veto.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

Validator = Callable[[str], bool]


def entropy(value: str) -> float:
    """Measure the Shannon entropy of a value, in bits per character."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0


_LOOKED_AT = 256
"""Longer values are judged by their first characters."""
_REFERENCE = re.compile(
    r"""\$\{|\$\(|\{\{|<%|%\(|^\$[A-Z_][A-Z0-9_]*$|^\$[a-z_]+(?:->\w+|\[.*)?$|^%\w+%$|^@\w+@$|^__[A-Z][A-Z0-9_]*__$|\(\?(?:[=!:]|<[=!\w])|^<[^<>]*>$|^\[[^\]]*\]$|^\{[^{}]*\}$|^\#\{|^(?:\{?\$\{?[A-Za-z_]\w*\}?[-_.:/@]{0,3}){2,}$
      |^(?:process\.env|os\.(?:environ|getenv)|env|ENV|System\.getenv|import\.meta|vars?|secrets?|self|this|config|settings|cfg|conf
        |options|opts|args|params|props|request|req|ctx|context|data|module|local|each|output)[.\[(]
      |^(?:vault|ssm|secretsmanager|arn|op|keyring|env|file|ref|sops|gcpsm|awssm):(?://|/)?""",
    re.VERBOSE,
)
_CALL = re.compile(
    r"^[A-Za-z_][\w.:>-]*\s*\((?:.*\);?)?$|^[a-z_]+\.[a-z_]+\(|^(?:new|await|lambda|func|function|return|not)\s"
)
_DOTTED = re.compile(r"^[A-Za-z_]+\d{0,2}(?:(?:\.|->|::|\?\.)[A-Za-z_]+\d{0,2})+;?$")
_MASK = re.compile(r"^(.)\1{3,}$|^[*•xX.#_\-?0 ]+$|\*{4,}|x{6,}|X{6,}|\.{3}|…|•{3}")
_PLACEHOLDER = re.compile(
    r"""(?i)chang(?:e|e[-_ ]?it|e[-_ ]?me|ed)\b|changeme|replace[-_ ]?(?:me|with|this)|place[-_ ]?holder|redacted|masked|censored
      |(?:^|[-_ .<\[({/])(?:example|sample|dummy|todo|tbd|fixme)(?:$|[-_ .>\])}/?;,])
      |your[-_ ]?(?:own[-_ ]?)?(?:api|secret|access|auth|client|private|password|passwd|token|key|user|real|actual|app|db|database|strong|secure)
      |(?:api|secret|access|client|auth)[-_ ]?(?:key|token|secret)[-_ ]?here|goes[-_ ]?here|_here$|xxxx""",
    re.VERBOSE,
)
_NO_WORDS = (
    "fake|mock|foo|bar|baz|na|n/a|none|null|nil|undefined|true|false|yes|no|on|off|empty|blank|unset|not[-_ ]?set|default|optional|required"
    "|hidden|removed|same-origin|include|omit|use-credentials|anonymous|string|str|text|utf-?(?:8|16|32)(?:-?(?:sig|le|be))?|latin-?1|ascii|iso-?8859-?1|cp1252|integer|int|number|boolean|bool|bytes|object|any|void|char|varchar"
)
_GAP = r"[-_ .!<>\[\](){}/?;,0-9]"
_NOTHING = re.compile(rf"(?i)^{_GAP}*(?:{_NO_WORDS})(?:{_GAP}+(?:{_NO_WORDS}))*{_GAP}*$")
_INSTRUCTION = re.compile(
    r"^(?:your|my|the|some|any|a|an|insert|enter|put|replace|add|paste|set|use|type|provide|fill)[-_ ][^0-9]*$"
)
_WORDS = re.compile(
    r"^[a-z]+(?:[-_./ ][a-z]+)*$|^[A-Z]+(?:[-_./ ][A-Z]+)*$|^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$|^[A-Za-z]+(?:[-_ ][A-Za-z]+)+$"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMING = frozenset(
    """pass password passwords passwd passphrase passcode pwd secret secrets token tokens key keys apikey cred creds credential
    credentials auth user username login account field input param header name label type value text error invalid missing require
    required forgot reset confirm repeat current visible visibility toggle hint passwort kennwort contrasena senha wachtwoord bearer basic cookie session config file path""".split()
)
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|PASS|PWD|ID|URL|NAME)$")
_UUID = re.compile(r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_PATHLIKE = re.compile(r"^(?:[.~]{0,2}/|[A-Za-z]:\\)[\w./\\ -]*$|^https?://[^@\s]*$|^\w+://[^:@\s]*$")
_PROMPT = re.compile(r"^[A-Za-z][A-Za-z '-]*:$")
_VERSION = re.compile(r"^(?:v\d+|\d+\.\d+)\.\d+(?:\.\d+)*(?:[-+][\w.+-]{0,20})?$")
_DOUBTS = (
    *(_REFERENCE, _CALL, _DOTTED, _VARIABLE, _MASK, _PLACEHOLDER, _NOTHING, _INSTRUCTION, _PATHLIKE),
    *(_PROMPT, _VERSION),
)


def plausible(value: str) -> bool:
    """Tell whether a value that only its name calls a secret may be one: no reference, call, template, mask or placeholder.

    Pure words are doubted only when they speak of credentials themselves (`password_confirm`); `correct horse` is not.
    """
    looked_at = value.strip()[:_LOOKED_AT]
    if len(looked_at) < 4 or any(doubt.search(looked_at) for doubt in _DOUBTS):  # noqa: PLR2004  shorter ones are no password
        return False
    return not (_WORDS.match(looked_at.strip("_?!:… ")) and any(word.lower() in _NAMING for word in _words(looked_at)))


def _words(text: str) -> list[str]:
    return [match[0] for match in _WORD.finditer(text)]


def luhn(value: str) -> bool:
    """Check a card number's last digit (ISO/IEC 7812-1)."""
    digits = [int(c) for c in value if c.isdecimal()]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[-2::-2])
    return len(digits) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def mod97(value: str) -> bool:
    """Check an IBAN (ISO 13616)."""
    plain = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]+[.,;:!?]*")


def mixed(value: str) -> bool:
    """Ask for at least two of lower case, upper case, digits and signs; a plain word may be capitalized and end a sentence."""
    return (
        not _PLAIN_WORD.fullmatch(value)
        and sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^A-Za-z0-9\s]")) > 1
    )


def not_uuid(value: str) -> bool:
    """Refuse a bare UUID: an id far more often than a secret."""
    return not _UUID.match(value.strip())


_DIGEST = re.compile(r"(?i)^(?:sha(?:1|224|256|384|512)|md5|h1|blake\w*)[-:=_]")
_PART = re.compile(r"[-_./|:~=+]+")


_VOWELS = frozenset("aeiouyAEIOUY")
_CLUSTER = re.compile(r"(?i)[^aeiouy]{5}")
_SOLID_FROM = 24
_SOLID = re.compile(rf"[a-z]{{{_SOLID_FROM},}}|[A-Z]{{{_SOLID_FROM},}}|[0-9]{{{_SOLID_FROM},}}|[A-Za-z]{{32,}}")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def opaque(value: str) -> bool:
    """Ask for what no one writes by hand: letters and digits mixed and hardly a word in it; no UUID, digest, path or file."""
    looked_at = value[:_LOOKED_AT]
    if any(
        known.search(looked_at)
        for known in (_UUID, _DIGEST, _PATHLIKE, _ENDS_AS_NAME, _QUALIFIED, _NUMBERED, _IDENTIFIER)
    ):
        return False
    digits = sum(character.isdigit() for character in looked_at)
    letters = sum(character.isalpha() for character in looked_at)
    if _ALPHABET in looked_at or (min(digits, letters) < 2 and not _SOLID.fullmatch(looked_at)):  # noqa: PLR2004  one digit or letter makes no mix
        return False
    words = sum(len(part) for part in _PART.split(looked_at) if len(part) < _SOLID_FROM and _WORD.fullmatch(part))
    spoken = sum(len(word) for word in _words(looked_at) if _is_spoken(word))
    return words * 2 < max(letters, 2) and spoken * 2 <= len(looked_at)


def token(value: str) -> bool:
    """Ask for what a service hands out: an opaque value or a UUID, and not the same few characters again and again."""
    looked_at = value[:_LOOKED_AT]
    return (bool(_UUID.match(looked_at)) or opaque(looked_at)) and len(set(looked_at)) >= min(len(looked_at) / 3, 6)


def varied(value: str) -> bool:
    """Refuse what no service hands out, though it has the form: `xxxx`, `0000`, `EXAMPLE`, and when short, `abcdef1234`."""
    looked_at = value[:_LOOKED_AT]
    if len(set(looked_at)) < min(8, len(looked_at) / 2) or _DUMMY.search(looked_at):
        return False
    jumps = sum(ord(after) - ord(before) != 1 for before, after in pairwise(looked_at))
    return len(looked_at) > _COUNTED or jumps * 3 > len(looked_at)


_COUNTED = 16
_DUMMY = re.compile(r"(.)\1{5}|EXAMPLE(?:KEY)?$|(?:EXAMPLE){2}")


_QUALIFIED = re.compile(r"^[A-Za-z_]+\d{0,5}[A-Za-z_]*(?:(?:\.|->|::)[A-Za-z_]+\d{0,5}[A-Za-z_]*)+$")
_NUMBERED = re.compile(
    rf"^[A-Za-z](?:[-_.]?[A-Za-z])*[-_.]?[0-9]{{1,4}}$|^(?!\d{{{_SOLID_FROM},}}$)[0-9./:T_-]+$|/v\d+(?:(?:alpha|beta)\d+)?$"
)
_IDENTIFIER = re.compile(
    r"^[A-Za-z]{1,12}\d{0,3}(?:_(?:[A-Za-z]{1,12}\d{0,3}(?:[a-z]{1,6}\d{0,2})?|\d{1,3})){2,}$|^[A-Za-z]\w{0,40}_t$"
    r"|^0x[0-9A-Fa-f]{8,16}:?$|^(?:sk-)?(?:ecdsa|ssh|rsa|dsa|ed)[0-9]{0,5}-[a-z0-9-]{2,20}$"
)
"""How C names a thing (`EC_name_prime192v1`), how GnuPG names a key, and what SSH calls a kind of key."""
_ENDS_AS_NAME = re.compile(r"[\w-]\.[a-z]{2,5}(?::\d{1,6}){0,2}$")


def _is_spoken(word: str) -> bool:
    """Whether a run of letters could be said aloud: long enough, with vowels among its consonants."""
    share = sum(letter in _VOWELS for letter in word) / len(word)
    return len(word) > 3 and 0.2 < share < 0.7 and not _CLUSTER.search(word)  # noqa: PLR2004  the share of vowels in words of most languages


_CONSTANT = re.compile(
    r"^[A-Z][A-Z]*(?:_[A-Z0-9]+)*$|^[a-z][a-z_.-]*\.(?:[a-z_-]+\.?)+$|^[:@#/.$%&<>=+*|~^!?-].{0,3}$"
    r"|^(?i:utf|iso|latin|cp|windows|us-ascii|ascii|base64|hex|sha|hs|rs|es|aes|md)[-_]?[\d-]*$"
)


def no_constant(value: str) -> bool:
    """Refuse what code names a thing by: `TOKEN_KIND_2`, `auth.token.missing`, an operator."""
    return not _CONSTANT.match(value.strip())


VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "plausible": plausible,
        "mixed": mixed,
        "luhn": luhn,
        "mod97": mod97,
        "not-uuid": not_uuid,
        "opaque": opaque,
        "token": token,
        "varied": varied,
        "no-constant": no_constant,
    }
)
"""By the names that rules use."""
