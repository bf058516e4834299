"""Texts that hold secrets, ids and names in many ways, beside surrogates real, forged, cut and mutated."""

import base64
import functools
import itertools
import json
from urllib.parse import quote

from hypothesis import strategies as st

from tests import pack

SECRETS = ("hunter2-x9", "Tr0ub4dor&3", "p@ss/w0rd+1!", "пароль-7é", "hunter2-x9-and-more", "x';DROP--9", "nu\0l-9pass")
TOKENS = ("dtk_8Jq2mVx91LpZt0Ye", "dtk_8Jq2mVx91LpZt0YeAAAA")
ACCOUNTS = ("123456789012", "210987654321", "012345678901")
HOSTS = ("ledger-db.corp.acme.test", "a.b.corp.acme.test")
MAILS = ("jane.roe@acme.test",)
KEYS = ("-----BEGIN DEMO KEY-----\nMIIB/ab+c==\n9-----END DEMO KEY-----",)
NAMES = ("ledger reconciler", "payflow", "vault s3 proxy", "com.acme.ledger")

STYLES = (
    lambda words: "".join(w.capitalize() for w in words),
    lambda words: words[0] + "".join(w.capitalize() for w in words[1:]),
    "_".join,
    lambda words: "_".join(words).upper(),
    "-".join,
    " ".join,
    ".".join,
    lambda words: "".join(words).upper(),
    "".join,
)

VALUES = (*SECRETS, *TOKENS, *ACCOUNTS, *HOSTS, *MAILS, *KEYS)


def telling(value):
    """Write a value where a rule finds it, whatever was seen before."""
    if value in SECRETS:
        return [
            f'password="{value}" ' if " " not in value else "",
            f"PASSWD: {value}\n",
            f"https://x/?password={value} ",
        ]
    if value in ACCOUNTS:
        return [f"arn:aws:iam::{value}:role/x ", f'"AccountId": "{value}", ', f"account_id={value}\n"]
    return [f" {value} ", f"\n{value}\n", f'"{value}"', f"({value})"]


def encoded(value):
    """Write a value in the encodings that the leak check knows."""
    data = value.encode()
    if value.isdigit():
        return [f" {value} ", base64.b64encode(b"user:" + data + b"!").decode()]
    return [
        json.dumps(value)[1:-1],
        json.dumps(json.dumps(value, ensure_ascii=False)[1:-1])[1:-1],
        quote(value, safe=""),
        base64.b64encode(b"user:" + data + b"!").decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
    ]


def styled(name):
    """Write an internal name in every style."""
    words = name.replace(".", " ").split()
    return sorted({style(words) for style in STYLES})


@functools.cache
def surrogates():
    """The real surrogates of the company's values, as its mint makes them."""
    redactor = pack.redactor()
    for value in VALUES:
        redactor.redact(telling(value)[0])
    for name in NAMES:
        redactor.redact(name)
    return {record.value: record.surrogate for record in pack.vault_of(redactor).records()}


@functools.cache
def look_alikes():
    """Surrogates as they are, and as a model or an attacker may write them."""
    found = []
    for surrogate in surrogates().values():
        found += [surrogate, surrogate.lower(), surrogate.upper(), surrogate[:-1], surrogate[: len(surrogate) // 2]]
        if " " in surrogate:
            found += styled(surrogate)
    return [*sorted(set(found)), "RDX_", "R", "RDX_PASSWORD_0123456789AB", "rdx_x_zzzzzzzzzzzz", "RDX_A_B_C_D_E_F_"]


LETTERS = "ab Rr_-./\\\"'{}[]:,=\n\t0159éİ\u017f\u212a😀\u200b\x00"
fillers = st.text(LETTERS, max_size=6)
odd = st.one_of(fillers, st.text(max_size=4), st.sampled_from((" ", "\n", ", ", "Client()", "my", "x", "", "_", "/")))

values = st.sampled_from(VALUES)
planted = values.map(telling).flatmap(st.sampled_from)
bare = st.sampled_from(
    (
        *(f" {v} " if v in ACCOUNTS else v for v in VALUES),  # a number counts only where it stands alone
        *(v[:-1] for v in VALUES),
        *(f"{a}{b}" for a, b in itertools.pairwise(SECRETS)),
    )
)
hidden = values.map(encoded).flatmap(st.sampled_from)
names = st.sampled_from([name for name in NAMES if " " in name or "." in name]).map(styled).flatmap(st.sampled_from)
names_apart = (
    st.sampled_from(NAMES)
    .map(styled)
    .flatmap(st.sampled_from)
    .flatmap(lambda name: st.sampled_from((f" {name} ", f"({name})", f"\n{name}\n", f'"{name}"', f"_{name}_")))
)
stand_ins = st.deferred(lambda: st.sampled_from(look_alikes()))


def joined(*pieces, size=10):
    """Texts of pieces, one after the other."""
    return st.lists(st.one_of(*pieces), max_size=size).map("".join)


plain = joined(odd)
"""Nothing of the company's."""

honest = joined(odd, planted, bare, hidden, names, names_apart)
"""Anything but surrogates."""

any_text = joined(
    odd, planted, bare, hidden, names, names_apart, stand_ins, st.sampled_from(("TICKET-", "TICKET-12345 "))
)
"""Anything."""
