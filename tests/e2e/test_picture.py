"""The picture in docs/code.md is true: so a file is sent, and so it is edited by a real assistant whose model sees nothing else."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import redact
from redact.vault import keys
from tests import pack
from tests.test_docs import DOCS, blocks

from . import filter as filters
from .clients import aider
from .wire import Text

FILE = "settle.py"
PICTURE = {block.file: block.text for block in blocks(DOCS / "code.md") if block.file}
BEFORE, SENT, ANSWER, RESTORED = (PICTURE[name] for name in (FILE, "sent", "answer", "restored"))
ORIGINALS = re.compile(rb"(?i)ledger|acme|402913587726|correcthorse|\"correct|\"horse|sw0rdfish")


@pytest.fixture(scope="module")
def config(tmp_path_factory, upstream):
    folder = tmp_path_factory.mktemp("picture")
    (folder / "acme.yaml").write_text(PICTURE["acme.yaml"], encoding="utf-8")
    return filters.write_settings(folder, upstream.url, upstream.ca, rules=["builtin", "./acme.yaml"])


@pytest.fixture(scope="module")
def filter(config):
    with filters.serve(config, before=[sys.executable, str(Path(__file__).with_name("keyed.py"))]) as running:
        yield running


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "project"
    path.mkdir()
    (path / FILE).write_text(BEFORE, encoding="utf-8")
    return path


def shape(source):
    """The types of a tree's nodes, with where each begins and ends but for the columns."""
    return [(type(node).__name__, getattr(node, "lineno", 0)) for node in ast.walk(ast.parse(source))]


def test_before_as_sent_and_as_restored(config, project, monkeypatch):
    expand = keys._expand
    monkeypatch.setattr(keys, "_expand", lambda *args: pack.KEY if args[1] == "index" else expand(*args))
    with redact.open(config) as r:
        sent = r.redact(BEFORE, path=FILE)
        back, patch = r.restore(sent.text), r.restore(ANSWER)

    assert SENT == sent.text
    assert shape(BEFORE) == shape(SENT)
    assert BEFORE == back
    done = subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=project, capture_output=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert RESTORED == (project / FILE).read_text(encoding="utf-8")


# An edit in each of the assistant's formats, made of what the model was shown: the answer of the picture


def halves():
    """The lines of the answer's one hunk before and after the edit."""
    lines = ANSWER.splitlines(keepends=True)[3:]
    return ["".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +")]


def diff(_shown):
    before, after = halves()
    return f"{FILE}\n```python\n<<<<<<< SEARCH\n{before}=======\n{after}>>>>>>> REPLACE\n```\n"


def udiff(_shown):
    return f"```diff\n{ANSWER}```\n"


def whole(shown):
    before, after = halves()
    assert before in shown
    return f"{FILE}\n```\n{shown.replace(before, after)}```\n"


FORMATS = [
    pytest.param(diff, "anthropic/claude-sonnet-4-5", "--stream", id="diff"),
    pytest.param(udiff, "openai/gpt-4o", "--stream", id="udiff"),
    pytest.param(whole, "openai/gpt-4o", "--no-stream", id="whole"),
]


@pytest.mark.parametrize(("written", "model", "stream"), FORMATS)
def test_through_an_assistant(filter, provider, project, home, written, model, stream):
    shown = []

    def edit(seen):
        shown[:] = re.findall(rf"{FILE}\n```\w*\n(.*?)^```", "\n".join(seen.texts), re.DOTALL | re.MULTILINE)[-1:]
        return Text("So:\n\n" + written(shown[0]))

    provider.reset(edit, delta=3)

    done = aider(filter, project, home, model, "name the URL", stream, "--edit-format", written.__name__, file=FILE)

    assert RESTORED == (project / FILE).read_text(encoding="utf-8"), done.out.decode() + done.err
    assert [SENT] == shown
    assert not ORIGINALS.search(provider.wire)
