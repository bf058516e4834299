"""A model edits a file that it was shown under codenames, in spellings of its own: the edit applies to the file as it is."""

import difflib
import json
import subprocess

import pytest

from redact.codenames import words_of

from .clients import post
from .plants import traces
from .wire import Text, Tool

FILE = "src/main/java/com/acme/ledger/LedgerReconcilerClient.java"
SOURCE = """\
package com.acme.ledger;

import com.acme.ledger.api.PayoutRouter;

/** Talks to the ledger reconciler at ledger-db.corp.acme.example; the payout router's client is PayoutRouter. */
public class LedgerReconcilerClient {
    private static final String URL = System.getenv("LEDGER_RECONCILER_URL");
    private final PayoutRouter payoutRouter = new PayoutRouter(URL + "/ledger-reconciler");

    public String table() {
        return "ledger_reconciler.events";
    }
}
"""


def edited(source, names):
    """What the model makes of it: more of the same, in spellings that the file does not have."""
    package, reconciler, router = names
    camel, snake = ("".join(word.capitalize() for word in reconciler), "_".join(reconciler))
    old = f"    private final {''.join(word.capitalize() for word in router)} "
    new = (
        f'    private static final String RETRIES = System.getenv("{"_".join(router).upper()}_RETRIES");\n'
        f"    // {' '.join(reconciler)}s are slow; see {'/'.join(package)}/{'-'.join(router)}.md\n"
        f"    private final {camel}Retry {reconciler[0]}{reconciler[1].capitalize()}Retry = null;\n"
    )
    script = (
        f"from {'.'.join(package)} import {snake}\n\n"
        f"class Test{camel}:\n    def test_{snake}_twice(self): assert {'::'.join(router)!r}\n"
    )
    return source.replace(old, new + old, 1), script


def as_seen(text):
    """Read from the file, as the model was shown it, what things are called in it."""
    lines = text.splitlines()
    [package] = [line[8:-1].split(".") for line in lines if line.startswith("package ")]
    [name] = [line.split()[2] for line in lines if line.startswith("public class ")]
    [router] = [line.rpartition(".")[2][:-1] for line in lines if line.startswith("import ")]
    return package, words_of(name.removesuffix("Client")), words_of(router)


def unified(path, before, after):
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}" if after else "/dev/null",
    )
    return "".join(lines)


def created(path, text):
    body = "".join(f"+{line}" for line in text.splitlines(keepends=True))
    return f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(text.splitlines())} @@\n{body}"


def asked(filter, api, stream):
    body = api.request(f"{FILE}\n{SOURCE}", stream=stream)
    answer = post(filter, api.host, api.path, body)
    assert answer.status == 200, answer.body
    return api.read(answer.body)


@pytest.fixture
def project(tmp_path):
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE)
    return tmp_path


WANTED, SCRIPT = edited(SOURCE, (["com", "acme", "ledger"], ["ledger", "reconciler"], ["payout", "router"]))


def test_a_unified_diff_applies_to_the_original(filter, provider, planted, project, api, stream):
    def patch(seen):
        path, _, text = seen.last_text.partition("\n")
        changed, script = edited(text, as_seen(text))
        assert changed != text
        return Text(unified(path, text, changed) + created("tools/retry.py", script))

    provider.reset(patch, delta=3)

    said = asked(filter, api, stream)

    applied = subprocess.run(
        ["git", "apply", "-"], input=said.text, text=True, cwd=project, capture_output=True, check=False
    )
    assert (0, "") == (applied.returncode, applied.stderr)
    assert WANTED == (project / FILE).read_text()
    assert SCRIPT == (project / "tools/retry.py").read_text()
    assert not traces(provider.wire, planted)


def test_a_replacement_finds_its_place_in_the_original(filter, provider, planted, project, api, stream):
    def replace(seen):
        path, _, text = seen.last_text.partition("\n")
        changed, script = edited(text, as_seen(text))
        old = next(line for line in text.splitlines() if "private final" in line)
        new = changed[changed.index("    private static final String RETRIES") : changed.index(old) + len(old)]
        return [
            Tool("Edit", {"file_path": path, "old_string": old, "new_string": new}, "toolu_01A"),
            Tool("Write", {"file_path": "tools/retry.py", "content": script}, "toolu_01B"),
        ]

    provider.reset(replace, delta=3)

    (_, edit), (_, write) = asked(filter, api, stream).tools

    edit, write = json.loads(edit), json.loads(write)
    path = project / edit["file_path"]
    assert 1 == path.read_text().count(edit["old_string"])
    path.write_text(path.read_text().replace(edit["old_string"], edit["new_string"]))
    assert WANTED == path.read_text()
    assert SCRIPT == write["content"]
    assert not traces(provider.wire, planted)
