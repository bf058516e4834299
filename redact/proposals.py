"""Names proposed for review, as a rule pack with its evidence. Knows clues and rules; knows no file and no terminal.

Strategy: what several kinds of things are called, and many files say, is a name; what everybody's things are called is none.
A package stands for itself and for the organisation that it begins with. The more certain a proposal, the higher its score.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redact.clues import Clue, Member
from redact.codenames import TOP_LEVEL, flat, name_key, package_key, words_of
from redact.sources import ORDINARY

LEAST = 2.0
"""From this score on a name is proposed; below, it is only mentioned."""

_SHOWN = 3
"""So many places are shown for each name."""

_PUBLIC_PACKAGES = tuple(
    """
    java javax jakarta jdk sun com.sun kotlin kotlinx scala akka play groovy clojure android androidx dalvik junit org.junit
    com.android com.google com.amazonaws software.amazon com.microsoft com.azure com.github com.gitlab com.fasterxml com.squareup
    com.typesafe com.sun com.oracle com.h2database com.zaxxer com.mysql com.rabbitmq com.twitter com.facebook com.netflix com.intellij
    com.jetbrains com.example org.example example io.netty io.micrometer io.grpc io.quarkus io.micronaut io.swagger io.jsonwebtoken
    io.projectreactor io.prometheus io.opentelemetry io.kubernetes io.github io.gitlab org.apache org.springframework org.hibernate
    org.jetbrains org.eclipse org.slf4j org.mockito org.assertj org.gradle org.postgresql org.scala org.typelevel org.w3c org.xml
    org.json org.codehaus org.testcontainers org.projectlombok org.mapstruct org.flywaydb org.liquibase org.checkerframework ch.qos
    net.bytebuddy net.java dev.zio system microsoft windows newtonsoft nunit xunit moq serilog automapper golang.org google.golang.org
    gopkg.in k8s.io sigs.k8s.io go.uber.org
    """.split()
)
"""Namespaces that are everybody's: those of platforms and of the libraries that most builds name. What is public and not in this
list is seen at once by who reviews the pack; a list that tried to be complete would hide somebody's own name one day."""

_PUBLIC_NAMES = frozenset(
    """
    activemq airflow alertmanager alpine amazon angular ansible apache argocd babel bitnami busybox cassandra celery centos certmanager
    clickhouse cloudflare confluent consul couchdb datadog debian django docker dynatrace elastic elasticsearch envoy etcd express
    fastapi fedora filebeat flask fluentbit fluentd github gitlab golang google grafana graphql hashicorp haproxy helm istio jaeger jenkins
    jupyter kafka keycloak kibana kubernetes laravel linkerd logstash loki mailhog mailpit mariadb memcached microsoft minio mongo mongodb
    mssql mysql nestjs netflix nginx nodejs numpy openjdk openjs opensearch opentelemetry oracle pandas phpmyadmin postgres postgresql
    prometheus pulsar python pytorch rabbitmq rails react redhat redis redpanda rollup ruby rust scipy selenium sentry sonarqube spark
    spring springboot storybook svelte symfony telegraf tempo temporal tensorflow terraform timescale timescaledb tomcat traefik typescript
    types ubuntu vault vite webpack wordpress zipkin zookeeper
    """.split()
)
"""What everybody's images, charts and packages are called, under the same argument."""

_WEIGHTS = {
    "git remote": 3.0,
    "CODEOWNERS": 3.0,
    "npm scope": 3.0,
    "organisation of packages": 3.0,
    "internal host": 3.0,
    "container registry": 3.0,
    "package": 3.0,
    "namespace": 3.0,
    "Go module": 3.0,
    "Maven groupId": 3.0,
    "Gradle group": 3.0,
    "Terraform resource": 1.0,
    "container image": 1.5,
    "Kubernetes namespace": 1.5,
    "npm package": 2.0,
    "project of a solution": 2.0,
}
_OTHERS = 2.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name, what is called so and where, how certain it is, and why it is only mentioned if it is."""

    member: Member
    name: str
    score: float
    kinds: tuple[tuple[str, int], ...]
    places: tuple[str, ...]
    doubt: str = ""


@dataclass
class _Said:
    name: str
    kinds: Counter[str] = field(default_factory=Counter)
    places: dict[str, None] = field(default_factory=dict)


class Evidence:
    """Gathers clues from file after file; keeps no text."""

    def __init__(self) -> None:
        self._said: dict[tuple[Member, str], _Said] = {}

    def add(self, path: str, clues: Iterable[Clue]) -> None:
        """Take in what a file says."""
        for clue in clues:
            for member, name, kind in _meant(clue):
                if not _IS_WRITTEN_SO[member].fullmatch(name):
                    continue
                key = name if member == "hosts" else package_key(name) if member == "packages" else name_key(name)
                said = self._said.setdefault((member, key), _Said(name))
                said.kinds[kind] += 1
                if len(said.places) < _SHOWN:
                    said.places[f"{path}:{clue.line}"] = None

    def proposals(self, known: Container[str] = (), least: float = LEAST) -> list[Proposal]:
        """List what is worth a review, the most certain first; without the keys and hosts that are `known`."""
        found = [
            Proposal(
                member,
                said.name if member != "names" else key,
                round(score := _score(said.kinds), 1),
                tuple(said.kinds.most_common()),
                tuple(said.places),
                _doubt(member, key, said.kinds) or ("little evidence" if score < least else ""),
            )
            for (member, key), said in self._said.items()
            if key not in known and not _is_public(member, key)
        ]
        return sorted(found, key=lambda each: (bool(each.doubt), -each.score, each.member, each.name))


_IS_WRITTEN_SO: dict[Member, re.Pattern[str]] = {
    "names": re.compile(r"\w[\w. -]{0,98}\w"),
    "packages": re.compile(r"\w[\w./:~-]{0,198}\w"),
    "hosts": re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"),
}


def _meant(clue: Clue) -> Iterator[tuple[Member, str, str]]:
    """Say what a clue speaks of: a package also of its organisation, and of what that calls it."""
    if clue.member != "packages":
        yield clue.member, clue.name, clue.kind
        return
    key = package_key(clue.name)
    if _is_public("packages", key):
        return
    parts = key.split(".")
    if len(parts) == 1:
        yield "names", clue.name, clue.kind
        return
    # The host of a Go module, or the top-level domain of a Java package, is in front of the organisation.
    host, slash, _ = clue.name.partition("/")
    before = host.count(".") + 1 if slash and "." in host else int(parts[0] in TOP_LEVEL)
    ends = [match.start() for match in re.finditer(r"[./]|$", clue.name)]
    for length in (before + 1, before + 2):
        if 1 < length <= len(ends):
            yield "packages", clue.name[: ends[length - 1]], clue.kind
    if before < len(ends):
        yield "names", re.split(r"[./]", clue.name)[before], "organisation of packages"


def _score(kinds: Counter[str]) -> float:
    return sum(_WEIGHTS.get(kind, _OTHERS) * (1 + math.log2(count) / 2) for kind, count in kinds.items())


def _is_public(member: Member, key: str) -> bool:
    if member == "hosts":
        return False
    if member == "packages":
        return any(f"{key}.".startswith(f"{public}.") for public in _PUBLIC_PACKAGES)
    words = [word for word in words_of(key) if not word.isdigit()]
    return not words or flat(key) in _PUBLIC_NAMES or all(word in ORDINARY or word in _PUBLIC_NAMES for word in words)


_SHORT_NAME, _LONG_WORD = 4, 6


def _doubt(member: Member, key: str, kinds: Counter[str]) -> str:
    """Say why a name is not to be taken without a thought."""
    letters = len(flat(key))
    if member == "hosts":
        return ""
    if letters < _SHORT_NAME:
        return "too short to be told from other words"
    if member == "names" and len(words_of(key)) == 1 and len(kinds) == 1:
        return "a single word, said by one kind of thing"
    return ""


# -- as a pack

_RULES: tuple[tuple[Member, str, str], ...] = (
    ("names", "names", "Internal names"),
    ("packages", "packages", "Internal packages and namespaces"),
    ("hosts", "hosts", "Internal hosts"),
)


def pack(proposals: Sequence[Proposal], heading: Iterable[str], rule_id: str) -> str:
    """Write proposals as a rule pack; what is in doubt, and all evidence, stands in comments."""
    lines = [f"# {line}".rstrip() for line in heading]
    by_member: dict[Member, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        by_member[proposal.member].append(proposal)
    lines.append("rules:" if any(not proposal.doubt for proposal in proposals) else "rules: []")
    for member, suffix, title in _RULES:
        sure = [each for each in by_member[member] if not each.doubt]
        if sure:
            lines += [
                "",
                f"- id: {rule_id}-{suffix}",
                f"  title: {title}, proposed by redact discover",
                "  category: internal",
            ]
            lines += [f"  {member}:", *(f"  - {_line(each)}" for each in sure)]
            lines += ["  matches:", *(f"  - {json.dumps(_example(each), ensure_ascii=False)}" for each in sure[:3])]
            lines += ["  rejects:", '  - "-"']
        doubted = [each for each in by_member[member] if each.doubt]
        if doubted:
            lines += ["", f"# Perhaps, to be listed above under `{member}`:"]
            lines += [f"#  - {_line(each)}; {each.doubt}" for each in doubted]
    return "\n".join(lines) + "\n"


def _line(proposal: Proposal) -> str:
    said = ", ".join(f"{kind} ({count})" if count > 1 else kind for kind, count in proposal.kinds)
    return f"{json.dumps(proposal.name, ensure_ascii=False)}  # {proposal.score}: {said}; {', '.join(proposal.places)}"


def _example(proposal: Proposal) -> str:
    match proposal.member:
        case "packages":
            return f"import «{proposal.name}»;"
        case "hosts":
            return f"https://«{proposal.name.replace('*', 'one')}»/"
    return f"in «{name_key(proposal.name)}»,"
