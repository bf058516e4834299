"""The languages that are parsed: a table. Knows names, suffixes and looks; knows no parser and imports none.

A language is one entry here and one file of queries beside it, `queries/NAME.scm`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from redact.anchors import required

BINDINGS = "bindings"
"""The name of the query that each language has in its file: its `@name` is bound to its `@value`."""
CALLS = "calls"
"""The name of the query in `queries/NAME.calls.scm`: a `@callee` is given a `@value`."""
CAPTURES = {BINDINGS: ("name", "auth", "map", "decoded"), CALLS: ("callee",)}
"""What they capture beside the value. `decoded` is the name, where the value is handed to a call that decodes."""


class Language(NamedTuple):
    """One language: the module of its grammar, and what tells that a text is written in it."""

    name: str
    module: str
    files: str
    """Suffixes with a dot, whole names without."""
    labels: str = ""
    """What a fence calls it, beside its name and its suffixes."""
    shebangs: str = ""
    looks: str = ""
    """A pattern of lines that hardly another language has."""
    function: str = "language"


LANGUAGES = (
    Language(
        "python", "tree_sitter_python", ".py .pyi .pyw .bzl SConstruct", "python3 py3 ipython ipython3 pycon starlark", "python",
        r"(?:from [\w.]+ import [\w*(].*|import \w+(?: as \w+)?$|def \w+\(.*|class \w+(?:\(.*\))?:$|[ \t]*+(?:if|for|while|with|elif|try|except|else)\b.*:$"
        r"|[ \t]+self\.\w+ = .*|@\w+(?:\.\w+)*(?:\(.*\))?$|.*\bos\.environ\b.*)",
    ),
    Language(
        "javascript", "tree_sitter_javascript", ".js .mjs .cjs .jsx", "node nodejs ecmascript", "node nodejs deno bun",
        r"(?:[ \t]*+(?:const|let) [\w${\[].*|(?:export |async )*function\b[^$\n]*|import .* from ['\"].*|.*\brequire\(['\"].*|module\.exports\b.*|export (?:default|const)\b.*|.*=> ?\{$|\}\);?$)",
    ),
    Language(
        "typescript", "tree_sitter_typescript", ".ts .mts .cts", "", "ts-node tsx",
        r"(?:(?:export )?(?:interface|type|enum|namespace) \w+.*|.*\b(?:const|let|private|public|readonly) \w+\??: \w+.*|import type .*|.*\): (?:Promise|string|void|number)\b.*)",
        "language_typescript",
    ),
    Language("tsx", "tree_sitter_typescript", ".tsx", "", "", "", "language_tsx"),
    Language(
        "java", "tree_sitter_java", ".java", "",
        looks=r"(?:package [\w.]+;|import (?:static )?[\w.]+(?:\.\*)?;|[ \t]*+(?:public|private|protected) (?:static |final |abstract )*[\w<>\[\], ]+ \w+.*|[ \t]*+@(?:Override|Value|Autowired|Test|Bean)\b.*|[ \t]*+(?:final )?String \w+ = .*;)",
    ),
    Language(
        "kotlin", "tree_sitter_kotlin", ".kt .kts", "",
        looks=r"(?:[ \t]*+(?:private |internal |const |override |lateinit )*(?:val|var) \w+(?:: \w+\??)? (?:=|by) .*|[ \t]*+(?:\w+ )*fun .*|(?:data |sealed )class \w+.*|package [\w.]+$|import [\w.]+$)",
    ),
    Language(
        "go", "tree_sitter_go", ".go", "golang",
        looks=r"(?:package \w+$|import \($|import \"[\w./]+\"$|func (?:\(\w+ \*?\w+\) )?\w*\([^:\n]*|type \w+ (?:struct|interface) \{$|[ \t]+\w+(?:, \w+)* := .*|[ \t]+if err != nil \{$|(?:var|const) \w+ .*= .*)",
    ),
    Language(
        "rust", "tree_sitter_rust", ".rs", "",
        looks=r"(?:use [\w:]+(?:::\{.*)?;?|[ \t]*+(?:pub(?:\(crate\))? )?(?:fn|struct|enum|trait|impl|mod)\b.*|[ \t]*+let (?:mut )?\w+(?:: [\w<>&' ]+)? = .*;|#\[\w+.*\]|(?:pub )?(?:const|static) [A-Z_]+: &.*)",
    ),
    Language(
        "c", "tree_sitter_c", ".c .h", "",
        looks=r"(?:#include (?:<[\w./]+\.h>|\"[\w./]+\")|#define \w+ .*|(?:static |const |unsigned )*(?:char|int|void|struct \w+) \*?\w+(?:\[.*)?(?:\(.*| = .*;))",
    ),
    Language(
        "cpp", "tree_sitter_cpp", ".cc .cpp .cxx .hpp .hh .hxx .ino .cu", "c++",
        looks=r"(?:#include <\w+>|using namespace .*;|.*\bstd::\w+.*|template ?<.*|namespace \w+ \{|class \w+ (?:: public .*)?\{)",
    ),
    Language(
        "csharp", "tree_sitter_c_sharp", ".cs .csx", "c#",
        looks=r"(?:using [\w.]+;|namespace [\w.]+[;{]?$|[ \t]*+(?:public|private|internal|protected) (?:static |readonly |const |override |async |sealed |partial )*[\w<>\[\]?]+ \w+.*|[ \t]*+var \w+ = new .*|[ \t]*+string \w+ = .*|.*\{ get; .*|[ \t]*+\[\w+(?:\(.*\))?\]$)",
    ),
    Language(
        "ruby", "tree_sitter_ruby", ".rb .rake .gemspec .ru Gemfile Rakefile Vagrantfile Podfile Fastfile", "jruby", "ruby",
        r"(?:require(?:_relative)? ['\"].*|[ \t]*+def \w+[?!]?(?:\(.*\))?$|[ \t]*+(?:module|class) [A-Z]\w*(?: < [\w:]+)?$|[ \t]*+end$|.*\bdo \|.*\|$|[ \t]*+attr_\w+ :.*|.*\bENV(?:\[|\.fetch).*)",
    ),
    Language(
        "php", "tree_sitter_php", ".php .phtml .php5 .inc", "", "php",
        r"(?:<\?php.*|[ \t]*+\$\w+ = .*;|[ \t]*+(?:return|echo) \$.*;|[ \t]*+function \w*\(.*\$\w.*|[ \t]*+\$this->.*|namespace [\w\\]+;|use [\w\\]+;|[ \t]*+(?:public|private|protected) (?:static )?function .*|.*define\(['\"].*)", "language_php",
    ),
    Language(
        "scala", "tree_sitter_scala", ".scala .sc .sbt", "", "scala",
        r"(?:(?:case )?(?:class|object|trait) \w+.*|[ \t]*+(?:private |lazy |implicit |override )*val \w+(?:: [\w\[\]]+)? = .*|[ \t]*+def \w+.*=.*|import [\w.]+(?:\._|\.\{.*\})$)",
    ),
    Language(
        "swift", "tree_sitter_swift", ".swift", "",
        looks=r"(?:import (?:Foundation|UIKit|SwiftUI)|[ \t]*+(?:private |public |static )*let \w+(?:: \w+)? = .*|[ \t]*+(?:private |public |static )*func \w+\(.*\{|.*\) -> [\w\[\]]+\?? \{|[ \t]*+(?:private |public )?var \w+: [\w\[\]]+\??(?: = .*| \{)|.*\bguard let .*|struct \w+: .*\{|[ \t]*+@\w+ (?:private )?var .*)",
    ),
    Language(
        "bash", "tree_sitter_bash", ".sh .bash .zsh .ksh .envrc .bashrc .zshrc .profile .bash_profile", "shell shell-session console zsh sh",
        "sh bash zsh dash ksh",
        r"(?:set -[eux].*|[ \t]*+(?:export|local|readonly) \w+=.*|if \[\[? .*|[ \t]*+(?:fi|done|esac)$|[ \t]*+then$|\w+\(\) ?\{$|[ \t]*+echo .*|\$ \w+.*|for \w+ in .*)",
    ),
    Language(
        "sql", "tree_sitter_sql", ".sql .ddl .psql", "postgres postgresql mysql sqlite plsql tsql",
        looks=r"(?i:[ \t]*+(?:create (?:table|user|role|database|index|view)|insert into|update \w+ set|select .*|alter (?:table|user|role)|grant .* to|drop table|from \w+|where .*|values ?\(.*)\b.*)",
    ),
    Language(
        "dockerfile", "tree_sitter_dockerfile", ".dockerfile Dockerfile Containerfile", "docker containerfile",
        looks=r"(?:FROM [\w./:${}-]+.*|RUN .*|ENV \w+[= ].*|ARG \w+.*|COPY .*|ENTRYPOINT .*|WORKDIR .*|CMD \[.*|EXPOSE \d+)",
    ),
    Language(
        "hcl", "tree_sitter_hcl", ".tf .hcl .tfvars .nomad .tofu", "terraform tf opentofu",
        looks=r"(?:(?:resource|data) \"[\w-]+\" \"[\w-]+\" \{|(?:variable|output|provider|module) \"[\w-]+\" \{|(?:locals|terraform) \{|[ \t]*+[a-z_]+ \"[\w./-]+\" \{)",
    ),
    Language(
        "yaml", "tree_sitter_yaml", ".yaml .yml .clang-format", "helm ansible k8s kubernetes compose docker-compose",
        looks=r"(?:---|[ \t]*+- \w[\w.-]*: .*|[ \t]*+\w[\w.-]*:(?: [^;{(\n]*)?|[ \t]*+- [^;\n]*)",
    ),
    Language("json", "tree_sitter_json", ".json .jsonc .json5 .ipynb .tfstate .webmanifest .code-workspace", "jsonc json5 jsonl ndjson",
             looks=r"(?:[ \t]*+\"[^\"\n]+\" ?: .*)"),
    Language("toml", "tree_sitter_toml", ".toml Pipfile Cargo.lock poetry.lock uv.lock", "", looks=r"(?:\[{1,2}[\w.\"-]+\]{1,2}|[\w-]+ = (?:\"[^\"\n]*\"|\[.*|true|false|\d+))"),
    Language(
        "html", "tree_sitter_html", ".html .htm .xhtml .vue .svelte .xml .config .csproj .plist .pom .jsp .svg", "xml vue svelte xhtml",
        looks=r"(?:[ \t]*+<(?:!DOCTYPE|html|div|span|input|form|script|\?xml|[\w:.-]+(?: [\w:.-]+=\"[^\"\n]*\")*)[ \t]?/?>.*|[ \t]*+</[\w:.-]+>)",
    ),
)  # fmt: skip

BY_NAME = {language.name: language for language in LANGUAGES}


@cache
def _labels() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        suffixes = [name[1:] for name in language.files.split() if name[0] == "."]
        for label in (language.name, *suffixes, *language.labels.split()):
            found.setdefault(label.lower(), language.name)
    return found


@cache
def _files() -> dict[str, str]:
    return {name.lower(): language.name for language in LANGUAGES for name in language.files.split()}


def by_label(label: str) -> str | None:
    """Name the language that a fence's label means; a file's name may stand there too."""
    word = label.strip().lower().lstrip(".{").rstrip("}")
    return _labels().get(word) or (by_file(word) if "." in word else None)


def by_file(name: str) -> str | None:
    """Name the language of a file by its name."""
    path = PurePosixPath(name.lower().replace("\\", "/"))
    known = _files()
    if path.name.startswith(("dockerfile.", "containerfile.")):
        return "dockerfile"
    return known.get(path.name) or known.get(path.suffix)


@cache
def _shebangs() -> dict[str, str]:
    return {name: language.name for language in LANGUAGES for name in language.shebangs.split()}


def by_shebang(text: str) -> str | None:
    """Name the language that the first line asks for."""
    if not text.startswith("#!"):
        return None
    words = text[2:200].split("\n", 1)[0].split()
    program = next((word for word in words if word[0] != "-" and "=" not in word and not word.endswith("/env")), "")
    return _shebangs().get(program.rpartition("/")[2].rstrip("0123456789."))


class _Look(NamedTuple):
    """What lines of a language look like."""

    name: str
    begun: re.Pattern[str]
    """Lines told by how they begin: searched for in all lines at once, between line feeds."""
    words: tuple[str, ...]
    """One of these (lower case) stands in what else tells: most texts have none of them."""
    within: re.Pattern[str]


_PART = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|[()|]|[^\\\[()|]+")
_WIDE = re.compile(r"\.\*|\[ \\t\](?:\+|\*\+)(?:\.\*|\(\?:\\w|\\w\+)")
"""Begins with whatever a line begins with: what is tried on every line, and slowly."""


def _alternatives(looks: str) -> tuple[str, list[str]]:
    """Take `(?:one|other)` apart: what it begins with, and its outermost alternatives."""
    opening = looks[: looks.index(":") + 1]
    found, depth = [""], 0
    for part in _PART.findall(looks[len(opening) : -1]):
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            found.append("")
        else:
            found[-1] += part
    return opening, found


@cache
def _looks() -> list[_Look]:
    return [_look(language) for language in LANGUAGES if language.looks]


def _look(language: Language) -> _Look:
    opening, alternatives = _alternatives(language.looks)
    within = [each for each in alternatives if _WIDE.match(each) and required(each)]
    begun = "|".join(each for each in alternatives if each not in within) or "(?!)"
    words = sorted({word for each in within for word in required(each)})
    return _Look(
        language.name,
        re.compile(rf"\n{opening}{begun})(?=\n)", re.MULTILINE),
        tuple(words),
        re.compile(f"{opening}{'|'.join(within)})"),
    )


LOOKED_AT = 3_600
"""Characters of a text by which its language is told: of a longer one, at its beginning and around where it matters."""
_SURE, _SURELY = 0.12, 0.6
_MANY, _LEAST = 4, 0.03
"""So many lines tell a language even where most of a text are comments."""
_FAINT = frozenset({"yaml", "toml", "bash", "sql"})
"""What prose and logs look like, too: these ask for more."""


def by_looks(text: str, at: int | None = None) -> str | None:
    """Guess the language of a text by its lines; None where it is none, or cannot be told. `at` is where it matters."""
    third = LOOKED_AT // 3
    middle = len(text) // 2 if at is None else max(at - third, third)
    parts = (text[:third], text[middle : middle + 2 * third]) if len(text) > LOOKED_AT else (text,)
    sample = "\n".join(parts)
    lines = [line.rstrip("\r") for line in sample.split("\n") if line and not line.isspace()]
    if not lines:
        return None
    if "<?php" in sample:
        return "php"
    if sample.lstrip()[:1] in ("{", "[") and re.match(r'\s*[\[{]\s*(?:"|[\[{\]}])', sample):
        return "json"
    shares = dict(_shares(lines))
    best = max(shares, key=shares.__getitem__, default=None)
    wider = _WIDER.get(best or "")
    return wider if wider in shares else best


_WIDER = {"c": "cpp", "javascript": "typescript"}
"""What reads the other, too."""


def _shares(lines: Sequence[str]) -> Iterator[tuple[str, float]]:
    for name, hits in looking(lines):
        share = hits / len(lines)
        enough = share >= _LEAST if hits >= _MANY else share >= _SURE
        if hits and (share >= _SURELY and (hits > 1 or len(lines) < 4) if name in _FAINT else enough):  # noqa: PLR2004  one line of a few may tell, of many not
            yield name, share * (0.8 if name in _FAINT else 1.0)


def looking(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Count the lines that look like each language. None may be blank, or hold a line feed."""
    joined = "\n".join(("", *lines, ""))
    lower = joined.lower()
    for look in _looks():
        hits = len(look.begun.findall(joined))
        if there := [word for word in look.words if word in lower]:
            hits += sum(map(bool, map(look.within.fullmatch, _others(look, lines, there))))
        yield look.name, hits


def _others(look: _Look, lines: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """List the lines that hold one of the words, but for those told by how they begin."""
    for line in lines:
        lower = line.lower()
        for word in words:
            if word in lower:
                if not look.begun.match(f"\n{line}\n"):
                    yield line
                break
