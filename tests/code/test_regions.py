"""Code is found in whatever dress a tool gave it, and its ranges lead back exactly."""

import json

import pytest

from redact.code.regions import regions

CODE = 'import os\n\npassword = "kestrel"\n\n\ndef f(x):\n    return x\n'


def numbered(form):
    return "".join(form % number + line for number, line in enumerate(CODE.splitlines(keepends=True), 1))


def notebook(*lines):
    return json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "metadata": {}, "source": ["password = 'none'\n"]},
                {"cell_type": "code", "metadata": {}, "outputs": [], "source": list(lines)},
            ],
            "nbformat": 4,
        },
        indent=1,
    )


PATCH = """diff --git a/src/app.py b/src/app.py
index 111..222 100644
--- a/src/app.py
+++ b/src/app.py
@@ -1,3 +1,3 @@ import os
 import os

-password = "falcon"
+password = "kestrel"
diff --git a/main.go b/main.go
--- a/main.go
+++ b/main.go
@@ -1 +1,2 @@
 package main
+var password = "kestrel"
"""
TEXTS = {
    "fence": (f"Look at this:\n```python\n{CODE}```\nand that.", ["python"]),
    "fence with tildes": (f"~~~py\n{CODE}~~~\n", ["python"]),
    "fence in a list": (f"- here\n  ```py\n{CODE}  ```\n", ["python"]),
    "fence without a label": (f"```\n{CODE}```\n", ["python"]),
    "fence that says a file": (f"```src/app.py\n{CODE}```\n", ["python"]),
    "fence with a file above": (f"`src/app.py`:\n```\nx = y\n{CODE}```\n", ["python"]),
    "fence that is not closed": (f"```py\n{CODE}", ["python"]),
    "two fences": (f'```py\n{CODE}```\nor\n```go\nvar password = "kestrel"\n```\n', ["python", "go"]),
    "cat -n": (numbered("%6d\t"), ["python"]),
    "arrows": (numbered("%6d→"), ["python"]),
    "colons": (numbered("%d: "), ["python"]),
    "bars": (numbered("%4d| "), ["python"]),
    "grep": ("".join(f"src/app.py:{n}:{line}" for n, line in enumerate(CODE.splitlines(keepends=True), 1)), ["python"]),
    "grep in two files": (
        'a/b.go:3:var password = "kestrel"\nc.ts-9-const password = "kestrel";\n',
        ["go", "typescript"],
    ),
    "patch": (PATCH, ["python", "python", "go"]),
    "patch in a fence": (f"```diff\n{PATCH}```\n", ["python", "python", "go"]),
    "apply_patch": (
        '*** Begin Patch\n*** Update File: src/a.ts\n@@ class A\n-const password = "falcon";\n+const password = "kestrel";\n*** End Patch\n',
        ["typescript", "typescript"],
    ),
    "search and replace": (
        'src/a.py\n```python\n<<<<<<< SEARCH\npassword = "falcon"\n=======\npassword = "kestrel"\n>>>>>>> REPLACE\n```\n',
        ["python", "python"],
    ),
    "notebook": (notebook("import os\n", 'password = "kestrel"\n', 's = "é\\n"'), ["python"]),
    "whole file": (CODE, ["python"]),
    "shebang": ("#!/bin/sh\npassword=kestrel\n", ["bash"]),
    "first line": ('// File: src/app.rs\nlet password = "kestrel";\n', ["rust"]),
    "tag": (f'<file path="src/app.py">\n{CODE}</file>\n', ["python"]),
    "cut at both ends": (
        'ord(x)\n    return y\n\n\ndef g(a):\n    password = "kestrel"\n    if a:\n        ret',
        ["python"],
    ),
}


@pytest.mark.parametrize(("text", "languages"), TEXTS.values(), ids=TEXTS)
def test_code_is_found_with_its_language(text, languages):
    assert languages == [region.language for region in regions(text)]


@pytest.mark.parametrize(("text", "languages"), TEXTS.values(), ids=TEXTS)
def test_what_stands_in_a_region_stands_where_it_says(text, languages):
    seen = 0
    for region in regions(text):
        at = region.code.find("kestrel")
        if at >= 0:
            start, end = region.origin(at, at + len("kestrel"))
            assert "kestrel" == text[start:end]
            assert at == region.offset(start)
            seen += 1
    assert seen


def test_what_is_no_code_has_no_offset():
    text = f"kestrel\n```py\n{CODE}```\nkestrel"
    (region,) = regions(text)
    assert region.offset(0) is None
    assert region.offset(text.rindex("kestrel")) is None


@pytest.mark.parametrize(
    "text",
    ["The password is known to Kim.", "", "1. first\n2. second\n", "```\n```", "```text\nhello there\n```\n"],
    ids=range(5),
)
def test_prose_has_no_region(text):
    assert [] == regions(text)


def test_a_region_shows_no_code():
    assert "kestrel" not in repr(regions(CODE))


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a.",
        "a/",
        "<file path='a.py'>\n",
        "<<<<<<< SEARCH\n",
        "a.py:1:x\n",
        "```\n",
        "> > > ```\n",
        "--- a\n",
        '{"cell_type":"code",',
    ],
)
def test_a_text_made_against_it_is_read_in_time(unit):
    """What takes more than linear time would not end on a megabyte: it did not, for a line of one letter."""
    text = unit * (1_000_000 // len(unit))
    for region in regions(text):
        start, end = region.origin(0, len(region.code))
        assert 0 <= start < end <= len(text)
