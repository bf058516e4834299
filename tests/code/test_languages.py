"""Languages are told by label, file name, first line, and looks."""

import threading

import pytest
from tree_sitter import Parser, QueryCursor

from redact.code import syntax
from redact.code.languages import LANGUAGES, by_file, by_label, by_looks, by_shebang
from redact.code.syntax import Answer, Ask, Snippet, compiled, grammar, look

SAMPLES = {
    "python": "import os\n\n\ndef load(path):\n    with open(path) as file:\n        return file.read()\n",
    "javascript": "const fs = require('fs');\n\nfunction load(path) {\n  return fs.readFileSync(path);\n}\n\nmodule.exports = { load };\n",
    "typescript": "import type { A } from './a';\n\nexport interface Config {\n  name: string;\n}\n\nconst port: number = 1;\n",
    "java": "package a.b;\n\nimport java.util.List;\n\npublic class A {\n    private final String name = null;\n}\n",
    "kotlin": "package a.b\n\nimport a.c\n\ndata class A(val x: Int)\n\nfun main() {\n    val name = A(1)\n}\n",
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tname := 1\n\tfmt.Println(name)\n}\n',
    "rust": "use std::fs;\n\npub fn main() {\n    let name = fs::read(1);\n}\n",
    "c": "#include <stdio.h>\n\nint main(int argc, char **argv) {\n    char *name = 0;\n    return 0;\n}\n",
    "cpp": "#include <string>\n\nnamespace a {\nstd::string name() { return std::string(); }\n}\n",
    "csharp": "using System;\n\nnamespace A\n{\n    public class B\n    {\n        private readonly string name;\n    }\n}\n",
    "ruby": "require 'json'\n\nclass A < B\n  def load(path)\n    JSON.parse(path)\n  end\nend\n",
    "php": "<?php\nnamespace A;\n\nuse B\\C;\n\n$name = load($path);\n",
    "scala": "import a.b._\n\nobject A {\n  val name = 1\n  def f(x: Int) = x\n}\n",
    "swift": "import Foundation\n\nstruct A: B {\n    let name = 1\n    func load(path: String) {\n    }\n}\n",
    "bash": '#!/bin/bash\nset -eu\n\nif [[ -f x ]]; then\n  echo "x"\nfi\nexport A=1\n',
    "sql": "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\nSELECT b FROM a;\n",
    "dockerfile": "FROM debian:12\nRUN apt-get update\nCOPY . .\nENV A=1\n",
    "hcl": 'resource "aws_x" "y" {\n  name = "z"\n}\n\nvariable "a" {\n  default = 1\n}\n',
    "yaml": "a:\n  b: c\n  d:\n    - e: f\n    - g\n",
    "json": '{"a": {"b": [1, 2]}}',
    "toml": '[a]\nb = "c"\nd = [1]\n\n[a.e]\nf = true\n',
    "html": '<!DOCTYPE html>\n<html lang="en">\n<div class="a">\n<span>b</span>\n</div>\n</html>\n',
}


@pytest.mark.parametrize(("name", "source"), SAMPLES.items(), ids=SAMPLES)
def test_a_language_is_told_by_how_its_lines_look(name, source):
    assert name == by_looks(source)


def test_a_line_that_imports_from_a_module_is_python():
    assert "python" == by_looks('"""Settles accounts."""\n\nfrom shop.ledger import Ledger\n\nTIMEOUT = 7\nURL = "a"\n')


def test_every_language_has_a_sample_here_but_tsx():
    assert {language.name for language in LANGUAGES} == {*SAMPLES, "tsx"}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_language_has_a_grammar_and_queries_that_fit_it(language):
    assert compiled(language.name, "bindings").pattern_count
    assert [Answer([], [])] == look(
        [Snippet(language.name, SAMPLES.get(language.name, "const a = <b/>;"))],
        [Ask("bindings", (), (("name", "^none$"),))],
    )


@pytest.mark.parametrize(
    "prose",
    [
        "Please rotate the password: it is in the wiki.\nThen tell Kim, and Lee.\n",
        "Dear all,\n\nthe build is red again. I looked into it - see below.\n\nBest, K.",
        "2031-02-03 04:05:06 INFO started worker 3\n2031-02-03 04:05:07 INFO took job 9\n",
        "",
        "\n\n",
    ],
    ids=["request", "mail", "log", "nothing", "blank"],
)
def test_prose_is_in_no_language(prose):
    assert by_looks(prose) is None


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("py", "python"),
        ("TSX", "tsx"),
        ("c++", "cpp"),
        ("sh", "bash"),
        ("terraform", "hcl"),
        ("src/app.kt", "kotlin"),
        ("text", None),
        ("", None),
    ],
    ids=str,
)
def test_a_fence_says_its_language(label, name):
    assert name == by_label(label)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a/b.py", "python"),
        ("C:\\x\\Y.CS", "csharp"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("Gemfile", "ruby"),
        ("a.txt", None),
        ("py", None),
    ],
    ids=str,
)
def test_a_file_says_its_language(file, name):
    assert name == by_file(file)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("#!/bin/sh", "bash"),
        ("#!/usr/bin/env python3", "python"),
        ("#!/usr/bin/env -S node --x", "javascript"),
        ("#!/usr/bin/perl", None),
        ("# bash", None),
    ],
    ids=str,
)
def test_a_first_line_says_its_language(line, name):
    assert name == by_shebang(f"{line}\necho 1\n")


def flat(form, around):
    return around % ", ".join(form % {"n": number} for number in range(600))


MANY = {
    "json": flat('"k%(n)d": "v"', "{%s}"),
    "yaml": flat("k%(n)d: v", "{%s}") + "\n" + "".join(f"k{number}: v\n" for number in range(600)),
    "html": "<a " + " ".join(f'a{number}="v"' for number in range(100)) + ">",
    "hcl": "env {\n" + "".join(f'  k{number} = "v"\n' for number in range(600)) + "}\n",
    "python": flat('k%(n)d="v"', "f(%s)"),
    "javascript": flat('k%(n)d: "v"', "f({%s})"),
}


@pytest.mark.parametrize("language", MANY)
def test_what_is_bound_side_by_side_is_not_compared_each_with_each(language):
    """A query that pairs any two entries of an object would hold a half match for each of them."""
    cursor = QueryCursor(compiled(language, "bindings"), match_limit=128)
    cursor.matches(Parser(grammar(language)).parse(MANY[language].encode()).root_node)
    assert not cursor.did_exceed_match_limit


def test_every_query_is_compiled_beside_the_work(monkeypatch):
    asked = []
    monkeypatch.setattr(syntax, "compiled", lambda *query: asked.append(query))
    monkeypatch.setattr(syntax.memory, "share", lambda: None)
    syntax.prepare(after=0, pause=0)
    for thread in threading.enumerate():
        if thread.name == "queries":
            thread.join()
    assert {(language.name, query) for language in LANGUAGES for query in ("bindings", "calls")} == set(asked)
