"""Which hosts a shell command talks to, as far as that can be told. Knows bash by its grammar; runs nothing.

Strategy: every simple command of the script counts, wherever it stands; `programs` says where it talks to. What cannot be followed
(a name made at run time, code in an option, a script from a pipe, a program that knows its hosts by itself) is `unclear`, which a
caller takes for any host. What a command writes and then runs, or writes to say where others talk to, is unclear, too; what lies here
already, nobody can tell from the command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from redact import programs
from redact.programs import ANYWHERE, MADE, NOWHERE, Inside, Reach

Shell = Literal["bash", "powershell", "typed", "calls"]
"""`typed` is what is typed into a program that runs already, whichever it is; `calls` a script that calls other tools."""

LARGEST = 4096
"""Commands of more bytes than this are not read: the grammar takes quadratic time on crafted ones."""
_STEPS = 150
"""So often the parser may ask whether to go on; as many bytes of ordinary commands take a quarter of it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what no command is written with; some cost the parser dearly


def reach(
    command: str | Sequence[str],
    shell: Shell = "bash",
    trusted: frozenset[str] = frozenset(),
    *,
    is_strict: bool = False,
) -> Reach:
    """Tell where a command talks to; a list of words is what a program is started with, without a shell.

    What `trusted` programs do, by their names, does not count. Where it `is_strict`, a program that is not known may talk anywhere.
    """
    inside = Inside(_in_bash, trusted, is_strict)
    if shell in ("typed", "calls"):
        return ANYWHERE
    if not isinstance(command, str):
        return _without_a_shell(list(command), inside)
    if shell == "powershell":
        return ANYWHERE if _is_too_much(command) else programs.in_words(command)
    return _in_bash(command, inside)


def _without_a_shell(words: list[str], inside: Inside) -> Reach:
    if not words or MADE in "".join(words):
        return ANYWHERE
    is_short = sum(map(len, words)) <= LARGEST or programs.program(words[0]) in (programs.LOCAL | programs.SHELLS)
    return programs.started(words, inside) if is_short else ANYWHERE


def _is_too_much(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) > LARGEST or _CONTROL.search(text) is not None


_DEVICE = re.compile(r"/dev/(?:tcp|udp)\b")
_PATH = r"[\w./~-]+"
_WRITING = re.compile(
    rf"\s*(?:cd {_PATH} && )?(?:apply_patch|applypatch|cat|tee)(?: ?>{{1,2}} ?{_PATH}| {_PATH})* ?<<-? ?"
    rf"(?P<quote>['\"])(?P<end>\w+)(?P=quote)(?: ?>{{1,2}} ?{_PATH})?\n(?P<text>.*)\n(?P=end)\s*",
    re.DOTALL,
)


def _only_writes(text: str) -> bool:
    """Whether this is one command that writes the text below it into a file, as a patch may be: however long, it talks to nobody."""
    match = _WRITING.fullmatch(text)
    if match is None or _DEVICE.search(text, 0, match.start("text")):
        return False
    return all(line.strip() != match["end"] for line in match["text"].split("\n"))


_UNSEEN = re.compile(
    r"\w\[(?:\$\(|`)|@P\}"  # an index or a prompt that is a command: the grammar takes it for a word
    r"|(?m:^|<<<\s*['\"]?)[ \t]*(?:\\!|\.(?:shell|system)\b)"  # what a database's client is told to start
)
_LEADING = re.compile(
    r"/etc/(?:hosts|resolv\.conf|nsswitch\.conf)|(?:^|/)[._](?:curlrc|wgetrc|netrc|npmrc|gitconfig|git/|ssh/|pgpass|pg_service|my\.cnf|"
    r"\w*profile|\w+shrc|bash_\w+|config/)"
)
"""Files that say where programs talk to."""


def _in_bash(text: str, inside: Inside) -> Reach:
    if _only_writes(text):
        return NOWHERE
    if _is_too_much(text) or _DEVICE.search(text) or _UNSEEN.search(text):
        return ANYWHERE
    source = text.encode("utf-8", "replace")
    steps = iter(range(_STEPS))
    try:
        tree = Parser(_BASH).parse(
            lambda start, _point: source[start:], progress_callback=lambda _at, _failed: next(steps, None) is None
        )
    except ValueError:  # it was told to stop
        return ANYWHERE
    if tree.root_node.has_error:
        return ANYWHERE
    nodes = list(_nodes(tree.root_node))
    reached = programs.together(_reached(node, inside) for node in nodes)
    written = {file for node in nodes for file in _written(node)}
    names = {programs.program(file) for file in written}
    if any(_runs(node, names) for node in nodes) or (reached.hosts and any(map(_LEADING.search, written))):
        return ANYWHERE
    return reached


_BASH = Language(tree_sitter_bash.language())


def _nodes(root: Node) -> Iterator[Node]:
    """Give all of a script but the text below a command that the shell does not look into."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        inner = node.named_children
        if node.type == "heredoc_redirect" and _text(inner[0])[:1] in ("'", '"', "\\"):
            inner = [each for each in inner if each.type != "heredoc_body"]
        waiting += inner


def _reached(node: Node, inside: Inside) -> Reach:
    match node.type:
        case "command":
            words = _words(node)
            return programs.started(words, inside) if words else NOWHERE
        case "variable_assignment":
            name, _, value = _text(node).partition("=")
            said = _said(node.named_children[-1]) if len(node.named_children) > 1 else value
            return programs.assigned(name, said)
        case "declaration_command":
            names = [_text(each) for each in node.named_children if each.type == "variable_name"]
            return programs.started(["export", *names], inside)
        case "file_redirect" if node.named_children:
            return _written_to(node.named_children[-1])
        case "word" | "string_content" | "heredoc_content" | "heredoc_body" | "regex" if not node.named_children:
            return ANYWHERE if re.search(r"(?<!\\)`", _text(node)) else NOWHERE
    return NOWHERE


def _words(command: Node) -> list[str]:
    return [_said(each) for each in command.named_children if each.type not in _BESIDE]


_HOME = re.compile(r"\"?\$\{?(?:HOME|PWD|OLDPWD|TMPDIR)\b")


def _written_to(destination: Node) -> Reach:
    """Tell whether a file that is written to may be a way to a host."""
    said = _said(destination)
    before = said.partition(MADE)[0]
    if said.startswith(("/dev/tcp", "/dev/udp")):
        return ANYWHERE
    if MADE not in said or _HOME.match(_text(destination)):
        return NOWHERE
    return ANYWHERE if "/dev/tcp/".startswith(before) or "/dev/udp/".startswith(before) else NOWHERE


def _written(node: Node) -> Iterator[str]:
    """Name the files that a part of a script writes, as far as their names tell."""
    if node.type == "file_redirect" and node.named_children:
        yield _said(node.named_children[-1])
    elif node.type == "command":
        words = _words(node)
        copies = next((at for at, word in enumerate(words) if programs.program(word) in programs.COPIERS), len(words))
        yield from words[copies + 1 :]


def _runs(node: Node, names: set[str]) -> bool:
    """Whether a command starts a program, or a script by its interpreter, that has one of these names."""
    words = _words(node) if node.type == "command" else []
    if not words:
        return False
    name = programs.program(words[0])
    if name in programs.LOCAL or name in programs.COPIERS:
        return False
    runs_files = name in programs.SHELLS or name in programs.SOURCES or name not in programs.PROGRAMS
    files = words if runs_files or name in _INTERPRETERS else words[:1]
    return any(programs.program(word) in names for word in files)


_INTERPRETERS = frozenset(
    "python py pypy node nodejs ts-node tsx deno bun perl ruby lua php rscript julia awk make go java".split()
)
_BESIDE = frozenset(
    ("variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect", "subshell", "comment")
)
_ESCAPED = re.compile(r"\\(.|\n)", re.DOTALL)
_ESCAPED_IN_STRING = re.compile(r'\\([$`"\\\n])')


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _unescaped(match: re.Match[str]) -> str:
    return match[1].strip("\n")


def _said(node: Node) -> str:
    """Give a word as its program gets it, with a mark where only the shell knows what stands there."""
    match node.type:
        case "word" | "number":
            return _ESCAPED.sub(_unescaped, _text(node))
        case "raw_string":
            return _text(node)[1:-1]
        case "string":
            return "".join(
                _ESCAPED_IN_STRING.sub(_unescaped, _text(each)) if each.type == "string_content" else MADE
                for each in node.named_children
            )
        case "command_name" | "concatenation" | "translated_string":
            return "".join(map(_said, node.named_children)) if node.named_children else _text(node)
    return MADE
