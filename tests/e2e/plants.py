"""Invented values that no provider may see, and how to find their traces. Knows encodings; knows no HTTP.

A test plants its own values (`plant("some seed")`), so that no test can lean on what another one left in the vault.
Company names cannot vary, they stand in a rule file (`COMPANY_RULES`).
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

UPPER32 = string.ascii_uppercase + "234567"
ALNUM = string.ascii_letters + string.digits

COMPANY_RULES = """\
rules:
- id: acme-services
  title: Internal services of Acme
  category: internal
  names: [ledger reconciler, payout router]
  hosts: ["*.corp.acme.example"]
  packages: [com.acme.ledger]
  matches:
  - "client = «LedgerReconciler»Client()"
  - "curl https://«ledger-db.corp.acme.example»/health"
  rejects: ["the general ledger was reconciled"]
- id: acme-never
  title: What may not leave in any form
  category: secret
  action: block
  pattern: BLOCK-(?P<value>[0-9]{12})
  matches: ["x = BLOCK-«123456789012»"]
  rejects: ["BLOCK-1"]
"""

COMPANY_NAMES = {
    "service ledger reconciler": re.compile(rb"(?i)ledger[\W_]{0,6}reconciler"),
    "service payout router": re.compile(rb"(?i)payout[\W_]{0,6}router"),
    "internal host": re.compile(rb"(?i)corp\.acme\.example"),
    "internal package": re.compile(rb"(?i)com[\W_]{1,6}acme[\W_]{1,6}ledger"),
}

SURROGATE = re.compile(r"RDX_[A-Z0-9_]+_[0-9A-Z]{12}")


@dataclass(frozen=True)
class Plants:
    """One developer's values; each field must be found whole."""

    access_key: str
    secret_key: str
    github: str
    slack: str
    password: str
    account: str
    pem: str

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:role/deploy"

    @property
    def dsn(self) -> str:
        return f"postgresql://billing:{self.password}@db.internal.test:5432/billing"

    @property
    def secrets(self) -> dict[str, str]:
        """What each value is called → a string of which no trace may leave. A key leaves line by line, too."""
        lines = {f"pem line {n}": line for n, line in enumerate(self.pem.splitlines()) if "-----" not in line}
        return {
            "aws access key id": self.access_key,
            "aws secret key": self.secret_key,
            "github token": self.github,
            "slack token": self.slack,
            "database password": self.password,
            "aws account id": self.account,
        } | lines

    @property
    def env(self) -> str:
        """A dotenv file that holds the credentials."""
        return (
            f"AWS_ACCESS_KEY_ID={self.access_key}\n"
            f"AWS_SECRET_ACCESS_KEY={self.secret_key}\n"
            f"GITHUB_TOKEN={self.github}\n"
            f"SLACK_BOT_TOKEN={self.slack}\n"
            f"DATABASE_URL={self.dsn}\n"
            f"DEPLOY_ROLE={self.arn}\n"
        )


def plant(seed: str) -> Plants:
    """Invent values in the issuers' formats (GitHub's checksum included); same seed, same values."""
    rng = random.Random(seed)

    def pick(alphabet: str, length: int) -> str:
        return "".join(rng.choice(alphabet) for _ in range(length))

    return Plants(
        access_key="AKIA" + pick(UPPER32, 16),
        secret_key=pick(ALNUM + "+/", 40),
        github=github(pick(ALNUM, 30)),
        slack=f"xoxb-{pick(string.digits, 12)}-{pick(string.digits, 12)}-{pick(ALNUM, 24)}",
        password=pick(ALNUM, 20),
        account=rng.choice("23456789") + pick(string.digits, 11),
        pem=_pem(rng),
    )


def github(body: str) -> str:
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    digits, number = string.digits + string.ascii_uppercase + string.ascii_lowercase, zlib.crc32(body.encode())
    tail = ""
    while number:
        number, rest = divmod(number, 62)
        tail = digits[rest] + tail
    return "ghp_" + body + tail.rjust(6, "0")


def _pem(rng: random.Random) -> str:
    # DER of a 2048-bit RSA key begins with these bytes; the rest is noise: the bench needs its shape, not its use.
    body = base64.b64encode(bytes.fromhex("308204a30201000282010100") + rng.randbytes(500)).decode()
    lines = [body[i : i + 64] for i in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----", ""])


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """Every encoding in which a value could slip through, with its name."""
    raw = value.encode()
    yield "raw", raw
    yield "hex", raw.hex().encode()
    yield "percent", quote(value, safe="").encode()
    yield "percent, plus", quote_plus(value).encode()
    yield "percent, all", "".join(f"%{byte:02X}" for byte in raw).encode()
    escaped = value
    for depth in (1, 2, 3):
        escaped = json.dumps(escaped)[1:-1]
        yield f"json {depth}", escaped.encode()
        yield f"json {depth}, slashes", escaped.replace("/", "\\/").encode()
    yield "json, all", "".join(f"\\u{ord(char):04x}" for char in value).encode()
    for shift in range(3):
        # Only the groups of three that the value fills alone are the same in any surroundings.
        whole = raw[(3 - shift) % 3 :]
        whole = whole[: len(whole) // 3 * 3]
        if len(whole) >= 9:
            encoded = base64.b64encode(whole)
            yield f"base64 +{shift}", encoded
            yield f"base64url +{shift}", encoded.translate(bytes.maketrans(b"+/", b"-_"))


def traces(data: bytes, plants: Plants | Iterable[Plants] = (), *, company: bool = True) -> list[str]:
    """Name each value that stands in `data`, and in which encoding; the test shows names, not values."""
    every = [plants] if isinstance(plants, Plants) else list(plants)
    found = [
        f"{kind} ({next(form for form, encoded in forms(value) if encoded in data)})"
        for one in every
        for kind, value in one.secrets.items()
        if any(encoded in data for _, encoded in forms(value))
    ]
    return found + [kind for kind, pattern in COMPANY_NAMES.items() if company and pattern.search(data)]
