"""Values out of the files in which people keep them. Knows those formats; knows no vault, writes nothing, shows no value.

Strategy: a format is a function from a text to entries, each a value and what it is, or the reason why it is none to look
for everywhere. Files of settings hold few secrets among much else: there, a value counts if its name says so or if it looks
random. Names of a catalog count if they could not stand for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import yaml

from redact import jsontext
from redact.codenames import words_of
from redact.errors import UnreadableError
from redact.model import Known
from redact.validators import entropy, plausible


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a file: where it stands, the name the file gives it, and what is known of it, or why it is not taken."""

    where: str
    key: str
    known: Known | None
    why: str = ""


Format = Callable[[str], Iterator[Entry]]
FORMATS = ("dotenv", "aws", "aws-accounts", "backstage", "list", "json")
"""As `redact known import --format` calls them."""


def read(text: str, name: str, form: str = "auto", *, everything: bool = False) -> list[Entry]:
    """List what a file holds; `name` is the file's, `form` one of `FORMATS` or `auto`. Raises UnreadableError.

    `everything` takes also what does not look like a secret.
    """
    formats: dict[str, Format] = {
        "dotenv": partial(dotenv, everything=everything),
        "aws": aws,
        "aws-accounts": partial(aws_accounts, everything=everything),
        "backstage": partial(backstage, everything=everything),
        "list": listed,
        "json": json_map,
    }
    return list(formats[guessed(text, name) if form == "auto" else form](text))


def guessed(text: str, name: str) -> str:
    """Guess a file's format by its name and its first lines."""
    path = PurePath(name)
    # An INI file begins with a bracket, too.
    if re.match(r"\s*(?:\{|\[\s*(?:[{\[\]\"\d]|$))", text):
        root = _json(text)
        if isinstance(root, dict) and "Accounts" in root:
            return "aws-accounts"
        return "backstage" if re.search(r'"(?:apiVersion|metadata)"', text) else "json"
    if re.search(
        r"^(?:apiVersion: *['\"]?backstage\.io/|kind: *['\"]?(?:Component|System|API|Resource|Domain))",
        text,
        re.MULTILINE,
    ):
        return "backstage"
    if re.search(r"^\s*\[[^\]\n]+\]\s*$", text, re.MULTILINE) and re.search(
        r"^\s*(?:aws_|role_arn|sso_|region)\w*\s*=", text, re.MULTILINE
    ):
        return "aws"
    if path.name.startswith(".env") or path.suffix == ".env" or _mostly_pairs(text):
        return "dotenv"
    return "list"


def _mostly_pairs(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pairs = sum(bool(re.match(r"\s*(?:export\s+)?[A-Z_a-z]\w*\s*=", line)) for line in lines)
    return pairs * 2 > len(lines)


# -- what a value is

_KINDS = (
    (re.compile(r"(?i)pass(?:word|wd|phrase|code)?|pwd"), "PASSWORD"),
    (re.compile(r"(?i)token|jwt|bearer"), "TOKEN"),
    (re.compile(r"(?i)secret|salt|signing|credential|creds?(?:_|$)"), "SECRET"),
    (re.compile(r"(?i)key|auth|cookie|session|dsn|sas(?:_|$)|pin(?:_|$)|licen[cs]e"), "KEY"),
)
"""Names that call their values secret. The kind goes upstream in the surrogate: the name itself may say too much."""

_ACCOUNT = re.compile(r"(?<![\d.])\d{12}(?![\d.])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,24}\.?(?::\d+)?|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?", re.ASCII)
_PAIR = re.compile(r"(?i)(?:^|;)\s*(?:password|pwd)\s*=\s*([^;]+)")
_SHORT, _RANDOM_LENGTH, _RANDOM_BITS = 4, 16, 3.2
_NOT_SECRET = "its name does not call it secret and it does not look random; --all takes it"  # noqa: S105  a reason


def _kind(key: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(key)), "")


def _known(key: str, value: str) -> Known:
    if "account" in key.lower() and _ACCOUNT.fullmatch(value):
        return _account(value)
    if value.startswith("-----BEGIN ") and "PRIVATE KEY" in value:
        return Known(value, "PRIVATE_KEY", "label", "secret")
    if re.fullmatch(r"\d{9,19}", value, re.ASCII):
        return Known(value, "NUMBER", "digits", "identifier")
    if _MAIL.fullmatch(value):
        return Known(value, "EMAIL", "host", "pii")
    return Known(value, _kind(key) or "VALUE", "label", "secret")


def _account(value: str) -> Known:
    return Known(value, "AWS_ACCOUNT", "digits", "identifier")


def _looks_random(value: str) -> bool:
    mixed = re.search("[0-9]", value) and re.search("[A-Za-z]", value) and not re.search(r"\s", value)
    return bool(mixed) and len(value) >= _RANDOM_LENGTH and entropy(value) >= _RANDOM_BITS


def _setting(where: str, key: str, value: str, *, everything: bool) -> Iterator[Entry]:
    """Tell what one setting among many holds."""
    inner = _inside(value)
    if isinstance(inner, dict):
        yield from _flat(inner, f"{where}, {key}", everything=everything)
        return
    if isinstance(inner, str):
        key, value = f"{key} (its password)", inner
    known = _known(key, value.strip())
    if len(value.strip()) < _SHORT:
        why = "too short" if value.strip() else "empty"
    elif everything or known.kind in ("AWS_ACCOUNT", "PRIVATE_KEY"):
        why = ""
    elif not plausible(value):
        why = "a reference, a placeholder, a path or an address without a password"
    elif _HOST.fullmatch(value):
        why = "a host name: list it under `hosts` of a rule"
    else:
        why = "" if _kind(key) or _looks_random(value) else _NOT_SECRET
    yield Entry(where, key, None if why else known, why)


def _inside(value: str) -> Any:
    """Give the password inside an address or a connection string, or the members of a JSON object; None for neither."""
    if value.startswith("{") and value.endswith("}") and '"' in value:
        try:
            return _json(value)
        except UnreadableError:
            return None
    if "://" in value:
        try:
            password = urlsplit(value).password
        except ValueError:  # an IPv6 address that is none
            return None
        return unquote(password) if password else None
    found = _PAIR.search(value)
    return found[1].strip() if found else None


# -- formats

_LINE = re.compile(
    r"""[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]{0,127})[ \t]*=[ \t]*
        (?:"(?P<double>(?:[^"\\]|\\.){0,16384}+)"[ \t]*(?:\#[^\n]*)?$
          |'(?P<single>[^']{0,16384}+)'[ \t]*(?:\#[^\n]*)?$
          |`(?P<tick>[^`]{0,16384}+)`[ \t]*(?:\#[^\n]*)?$
          |(?P<plain>[^\n]*))""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def dotenv(text: str, *, everything: bool) -> Iterator[Entry]:
    """Read `KEY=value` lines, quoted or not, over several lines where quotes say so (https://www.dotenv.org/docs)."""
    text = text.replace("\r\n", "\n")
    position = number = 0
    while position < len(text):
        number += 1
        match = _LINE.match(text, position)
        end = match.end() if match else text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        if match:
            yield from _setting(f"line {number}", match["key"], _unquoted(match), everything=everything)
        elif line.strip() and not line.lstrip().startswith("#"):
            yield Entry(f"line {number}", "", None, "not KEY=value")
        number += line.count("\n")
        position = end + 1


def _unquoted(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return re.sub(r"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), match["double"], flags=re.DOTALL)
    for quoted in (match["single"], match["tick"]):
        if quoted is not None:
            return quoted
    return re.sub(r"(?:^|[ \t]+)#.*$", "", match["plain"]).strip()


_AWS = {
    "aws_access_key_id": "AWS_ACCESS_KEY",
    "aws_secret_access_key": "AWS_SECRET_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
    "aws_security_token": "AWS_SESSION_TOKEN",
    "external_id": "AWS_EXTERNAL_ID",
}


def aws(text: str) -> Iterator[Entry]:
    """Read `credentials` and `config` of the AWS CLI: keys, tokens, and account ids in ARNs and SSO settings.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    """
    for number, line in enumerate(text.splitlines(), 1):
        key, assigned, value = (part.strip() for part in line.partition("="))
        if not assigned or key.startswith(("#", ";")):
            continue
        kind = _AWS.get(key.lower())
        if kind:
            yield Entry(f"line {number}", key, Known(value, kind, "label", "secret"))
        elif value.startswith("arn:") or "account" in key.lower():
            yield from (Entry(f"line {number}", key, _account(found[0])) for found in _ACCOUNT.finditer(value))


def aws_accounts(text: str, *, everything: bool) -> Iterator[Entry]:
    """Read the answer of `aws organizations list-accounts`: ids, mail addresses and names of accounts.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    root = _json(text)
    accounts = root.get("Accounts") if isinstance(root, dict) else root
    if not isinstance(accounts, list):
        raise UnreadableError("format", "expected an object with `Accounts`, a list")
    organizations: set[str] = set()
    for index, account in enumerate(accounts):
        members = account if isinstance(account, dict) else {}
        said = {name: item for name, item in members.items() if isinstance(item, str)}
        place = f"Accounts[{index}]"
        organization = re.fullmatch(
            r"arn:[\w-]+:organizations::(\d{12}):account/(o-[a-z0-9]{10,32})/\d{12}", said.get("Arn", "")
        )
        if organization:
            organizations.update(organization.groups())
        number = said.get("Id", "")
        fits = _ACCOUNT.fullmatch(number)
        yield Entry(
            f"{place}.Id", "Id", _account(number) if fits else None, "" if fits else "not an account id of 12 digits"
        )
        if _MAIL.fullmatch(said.get("Email", "")):
            yield Entry(f"{place}.Email", "Email", Known(said["Email"], "EMAIL", "host", "pii"))
        if said.get("Name"):
            yield _named(f"{place}.Name", "Name", said["Name"], everything=everything)
    for each in sorted(organizations):
        known = _account(each) if each.isdigit() else Known(each, "AWS_ORG", "label", "identifier")
        yield Entry("Accounts[].Arn", "Arn", known)


_DEEPEST = 100
_ENTITIES = {"Component", "System", "API", "Resource", "Domain", "Group"}


def backstage(text: str, *, everything: bool) -> Iterator[Entry]:
    """Read a Backstage catalog, YAML or JSON: the names and titles of entities, the mail addresses of users.

    https://backstage.io/docs/features/software-catalog/descriptor-format
    """
    for document in documents(text):
        listed = node_at(document, "items") or document
        for entity in listed.value if isinstance(listed, yaml.SequenceNode) else [listed]:
            yield from _entity(entity, everything=everything)


def documents(text: str) -> list[yaml.Node]:
    """Read the documents of a YAML text as nodes, in which nothing that is referred to is copied. Raises UnreadableError."""
    try:
        _refuse_deep(text)
        return list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableError("yaml", f"line {mark.line + 1 if mark else 1} is not YAML") from None


def _refuse_deep(text: str) -> None:
    """Count how deep it goes, as composing it recurses in C, where a stack that is used up ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise UnreadableError("yaml", "the YAML is nested too deeply")


def _entity(node: yaml.Node, *, everything: bool) -> Iterator[Entry]:
    kind = getattr(node_at(node, "kind"), "value", "")
    if kind in _ENTITIES:
        for key in ("name", "title"):
            named = node_at(node, "metadata", key)
            if isinstance(named, yaml.ScalarNode):
                yield _named(f"line {named.start_mark.line + 1}", f"{kind} {key}", named.value, everything=everything)
    mail = node_at(node, "spec", "profile", "email")
    if isinstance(mail, yaml.ScalarNode) and _MAIL.fullmatch(mail.value):
        known = Known(mail.value, "EMAIL", "host", "pii")
        yield Entry(f"line {mail.start_mark.line + 1}", "email", known)


def node_at(node: yaml.Node | None, *keys: str) -> yaml.Node | None:
    """Give what stands under these keys, one in the other; None where there is nothing."""
    for key in keys:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((item for name, item in pairs if name.value == key), None)
    return node


ORDINARY = frozenset(
    """
    a account accounts adapter admin agent ai alert alerts analytics android api apis app application apps archive asset assets
    async audit auth authentication authorization aws azure back backend backup base batch beta billing bot bridge broker build
    bucket bus cache catalog cd cdn chat check checkout ci cli client clients cloud cluster code common component config
    configuration connector console consumer container content controller core cron customer customers dashboard data database db
    default demo deploy deployment dev development device docs documentation domain download email engine env event events example
    export external feature features feed file files filter firewall flow form forms framework front frontend function functions
    gateway gcp generic git github graph group handler health help home hook hooks host http https id identity image images import
    inbox index infra infrastructure ingest ingress input integration integrations internal inventory invoice ios item items job
    jobs k8s key keys kit kubernetes lambda layer legacy lib library list load loader local location lock log logger logging login
    logs mail main manager map master media message messages messaging metadata metric metrics microservice middleware migration
    mobile mock model models module monitor monitoring name native network new node notification notifications ops order orders
    output package page pages parser partner payment payments performance pipeline pipelines plan platform plugin poc pod policy
    pool portal post preview print private process processor prod product production products profile project projects prototype
    provider proxy public publisher query queue rate react receiver redis registry release remote report reporter reporting reports
    repo request resource resources rest result results review role route router rule rules run runner runtime s3 sample sandbox
    scan scheduler schema script scripts sdk search security send sender server servers service services session settings setup
    shared shop signup site smoke source spec sql ssh stack stage staging standard starter state static status storage store stream
    streaming sub subscription subscriptions support sync system systems table task tasks team teams template templates tenant
    terraform test testing tests theme ticket tickets time token tool tools topic tracker tracking transfer transport ui update
    updater upload uploader user users util utilities utility utils v1 v2 v3 validator vault version video view viewer web webapp
    webhook webhooks website widget work worker workers workflow workflows workspace zone
    """.split()
)
"""Words of which every company's catalog is made."""
_LONG_WORD = 6


def _named(where: str, key: str, name: str, *, everything: bool) -> Entry:
    """Take an internal name, if it could not stand for something else."""
    words = words_of(name)
    if sum(map(len, words)) < _LONG_WORD or not name.isascii():
        why = f"too short or not of ASCII letters: {_LONG_WORD} letters are needed"
    elif all(word in ORDINARY or word.isdigit() for word in words):
        why = "made of ordinary words only"
    elif len(words) == 1 and not everything:
        why = "a single word, which may stand for other things; --all takes it"
    else:
        return Entry(where, key, Known(" ".join(words), "NAME", "codename", "internal"))
    return Entry(where, key, None, why)


def listed(text: str) -> Iterator[Entry]:
    """Read one value a line; empty lines and those that begin with `#` are passed over."""
    for number, line in enumerate(text.splitlines(), 1):
        value = line.strip()
        if value and not value.startswith("#"):
            yield Entry(f"line {number}", "", _known("", value))


def json_map(text: str) -> Iterator[Entry]:
    """Read JSON: every string and every long number in it is a value, named by its key."""
    yield from _flat(_json(text), "", everything=True)


def _flat(root: Any, place: str, *, everything: bool) -> Iterator[Entry]:
    waiting = [(place, "", root)]
    while waiting:
        where, key, item = waiting.pop()
        if isinstance(item, dict):
            named = [(f"{where}.{_shown(name)}".removeprefix("."), str(name), inner) for name, inner in item.items()]
            waiting += reversed(named)
        elif isinstance(item, list):
            waiting += reversed([(f"{where}[{index}]", key, inner) for index, inner in enumerate(item)])
        elif isinstance(item, str):
            yield from _setting(where or "the text", _shown(key), item, everything=everything)
        elif isinstance(item, int) and not isinstance(item, bool):
            yield from _setting(where, _shown(key), str(item), everything=everything)


def _shown(key: str) -> str:
    """Show a key where it can only be one."""
    return key if re.fullmatch(r"[A-Za-z_][\w .-]{0,63}", key, re.ASCII) else "*"


def _json(text: str) -> Any:
    root = jsontext.load(text)
    return {} if isinstance(root, msgspec.Raw) else root
