"""What the files of a code base say of internal names."""

from pathlib import PurePosixPath

import pytest

from redact.clues import clues, top_level_packages


def said(path, text):
    return [(clue.member, clue.name, clue.kind, clue.line) for clue in clues(PurePosixPath(path), text)]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/A.java", "// x\npackage com.acme.ledger;\n", ("packages", "com.acme.ledger", "package", 2)),
        ("src/A.kt", "package com.acme.ledger\n", ("packages", "com.acme.ledger", "package", 1)),
        ("src/A.scala", "package com.acme.ledger\n", ("packages", "com.acme.ledger", "package", 1)),
        ("src/A.cs", "using X;\nnamespace Acme.Ledger\n{", ("packages", "Acme.Ledger", "namespace", 2)),
        ("go.mod", "module git.acme.com/pay/ledger\n", ("packages", "git.acme.com/pay/ledger", "Go module", 1)),
        ("build.gradle.kts", 'group = "com.acme"\n', ("packages", "com.acme", "Gradle group", 1)),
        ("settings.gradle", "rootProject.name = 'ledger-core'", ("names", "ledger-core", "Gradle project", 1)),
        ("pom.xml", "<a>\n<groupId>com.acme</groupId></a>", ("packages", "com.acme", "Maven groupId", 2)),
        ("pom.xml", "<artifactId>ledger-core</artifactId>", ("names", "ledger-core", "Maven artifactId", 1)),
        ("ui/package.json", '{"name": "@acme/ledger-ui"}', ("names", "acme", "npm scope", 1)),
        ("ui/package.json", '{\n"name": "@acme/ledger-ui"}', ("names", "ledger-ui", "npm package", 2)),
        (".npmrc", "@acme:registry=https://npm.corp.acme.com/", ("names", "acme", "npm scope", 1)),
        (".npmrc", "@acme:registry=https://npm.corp.acme.com/", ("hosts", "*.corp.acme.com", "internal host", 1)),
        ("pyproject.toml", '[project]\nname = "acme-ledger"', ("names", "acme-ledger", "Python project", 2)),
        ("pyproject.toml", '[tool.poetry]\nname = "acme-ledger"', ("names", "acme-ledger", "Python project", 2)),
        ("setup.py", 'setup(\n    name="acme-ledger",\n)', ("names", "acme-ledger", "Python project", 2)),
        ("main.tf", 'module "payout_router" {', ("names", "payout_router", "Terraform module", 1)),
        ("main.tf", 'resource "aws_db" "ledger_db" {', ("names", "ledger_db", "Terraform resource", 1)),
        (
            "x.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: pay-out}",
            ("names", "pay-out", "Kubernetes Service", 3),
        ),
        (
            "x.yml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: settling}",
            ("names", "settling", "Kubernetes namespace", 3),
        ),
        ("compose.yaml", "services:\n  ledger-db: {build: .}", ("names", "ledger-db", "compose service", 2)),
        (
            "catalog-info.yaml",
            "apiVersion: backstage.io/v1\nkind: Component\nmetadata:\n  name: ledger-core",
            ("names", "ledger-core", "Backstage Component", 4),
        ),
        ("chart/Chart.yaml", "name: ledger-core\n", ("names", "ledger-core", "Helm chart", 1)),
        (
            "Dockerfile",
            "FROM --platform=x reg.acme.com:5000/pay/base:1 AS b",
            ("hosts", "reg.acme.com", "container registry", 1),
        ),
        ("x.yaml", "a:\n- image: reg.acme.com/pay/ledger:1", ("names", "ledger", "container image", 2)),
        (".github/CODEOWNERS", "* @acme/platform\n", ("names", "acme", "CODEOWNERS", 1)),
        (".git/config", '[remote "o"]\n\turl = git@github.com:acme/ledger.git\n', ("names", "acme", "git remote", 2)),
        (".git/config", "\turl = https://git.acme.com/acme/x/ledger.git\n", ("hosts", "git.acme.com", "git remote", 1)),
        (
            ".git/config",
            "\turl = ssh://git@git.corp.acme.com:2222/acme/led.git\n",
            ("hosts", "*.corp.acme.com", "git remote", 1),
        ),
        (
            "x.py",
            'db = connect("postgres://u:p@ledger-db.prod.acme.internal/x")',
            ("hosts", "*.acme.internal", "internal host", 1),
        ),
        ("x.env", "HOST=ledger-db.lan\n", ("hosts", "ledger-db.lan", "internal host", 1)),
        ("x.conf", "server db.intra.acme.de:5432;", ("hosts", "*.intra.acme.de", "internal host", 1)),
    ],
)
def test_a_file_says_what_things_are_called(path, text, expected):
    assert expected in said(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("x.py", "from jdk.internal.misc import unsafe\nself.state.internal = pkg.local"),
        ("A.java", "import sun.misc.internal.Unsafe;"),
        ("x.yaml", "image: postgres:15"),
        ("x.yaml", "image: docker.io/library/postgres:15\nimage2: x"),
        ("x.yaml", "host: app.svc.cluster.local:80"),
        ("x.env", "H=host.docker.internal:80\nM=http://metadata.google.internal/"),
        ("x.md", "https://db.acme.example/ https://www.acme.com/ https://db.corp.test/"),
        ("tsconfig.json", '{"extends": "./settings.local"}'),
        ("package.json", '{"name": 7}'),
        ("package.json", "{"),
        ("pyproject.toml", "name = "),
        ("x.yaml", "{{ .Values.x }}: [}"),
        ("x.yaml", "a: &a [*a, *a]\nimage: &a"),
        ("compose.yaml", "services: [a, b]"),
        ("compose.yaml", "services: {not-a-service: 3}"),
        ("pom.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><groupId>&a;</groupId>'),
    ],
)
def test_what_is_everybodys_or_unreadable_says_nothing(path, text):
    assert [] == [clue for clue in said(path, text) if clue[1] not in ("library", "postgres")]


def test_yaml_is_not_expanded():
    bomb = (
        "a0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
        + "image: r.acme.com/a/b\n"
    )
    assert ("hosts", "r.acme.com", "container registry", 61) in said("x.yaml", bomb)


def test_a_dependency_is_no_artifact_of_ones_own():
    text = "<artifactId>mine-own</artifactId>\n<dependencies>\n<artifactId>not-mine</artifactId>\n</dependencies>\n<artifactId>also-mine</artifactId>"
    assert [("mine-own", 1), ("also-mine", 5)] == [
        (name, line) for _, name, kind, line in said("pom.xml", text) if "artifact" in kind
    ]


def test_packages_of_python_stand_in_no_other():
    paths = ["py/acme_ledger/__init__.py", "py/acme_ledger/api/__init__.py", "py/setup.py", "__init__.py"]
    found = top_level_packages(map(PurePosixPath, paths))
    assert [("py/acme_ledger/__init__.py", "acme_ledger")] == [(path.as_posix(), clue.name) for path, clue in found]
