"""Imports point downwards only (DESIGN, "Layers"). Reads the sources, and loads none into this process."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A part is a module at the top of redact/, or a package there with all it holds. A part imports what stands above it in
# this table, and within itself; PURE is every module that the table does not name, and these may import each other.
PURE = "(any other module)"
LAYERS = (
    {"model", "errors"},  # L0 the values that flow; whose fault it is
    {PURE},  # L1 pure functions
    {"statefile"},  # … and the one edge that the stores of L2 share
    {"detect", "vault", "dialects", "audit"},  # L2 one file each; none knows another part
    {"records"},  # L3 what stands for a value …
    {"engine"},  # … and texts
    {"sanitizer", "restoration"},  # L4 a request on its way out, what comes back in …
    {"exchange"},  # … both, as bytes …
    {"answer"},  # … and those of an answer on its way
    {"settings", "rulecache"},  # L5 …
    {"app"},  # … the only place that names concrete classes
    {"addons"},  # … thin, over mitmproxy
    {"cli", "console"},
    {"__main__"},
    {"__init__"},  # the facade: `import redact` for a library's user; nothing inside may import from it
)

# Narrower than the layers: who alone may import this.
ONLY = {
    "redact.addons": ("redact.cli.serve", "redact.cli.selfcheck"),
    "redact.statefile": ("redact.vault", "redact.audit", "redact.app", "redact.cli"),
    "redact.settings": ("redact.app", "redact.addons", "redact.cli", "redact.console"),
    "mitmproxy": ("redact.addons",),
    "mitmproxy_rs": ("redact.addons",),
    # One tree under two names would be two trees at run time.
    "addons": (),
}

# The core is sans-IO: bytes and text in, bytes and text out.
SANS_IO = {"model", "errors", PURE, "dialects", "records", "engine", "sanitizer", "restoration", "exchange", "answer"}
IO = {"asyncio", "http", "requests", "select", "selectors", "socket", "sqlite3", "ssl", "subprocess", "urllib.request"}


def test_imports_point_downwards_only():
    modules = sources(ROOT)
    assert {"redact.model", "redact.errors"} <= modules.keys()
    assert "" == "\n".join(sorted(violations(modules)))


def test_modules_do_not_import_each_other_in_a_circle():
    assert circle(sources(ROOT)) is None


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("redact/spans.py", "from redact.engine import Redactor", "redact.spans imports redact.engine"),
        ("redact/model.py", "import redact.spans", "redact.model imports redact.spans"),
        ("redact/vault/base.py", "from redact.audit import log", "redact.vault.base imports redact.audit.log"),
        ("redact/vault/base.py", "from ..audit.log import write", "redact.vault.base imports redact.audit.log"),
        ("redact/vault/base.py", "from .. import engine", "redact.vault.base imports redact.engine"),
        ("redact/engine.py", "def f():\n    import redact.exchange", "redact.engine imports redact.exchange"),
        ("redact/engine.py", "import mitmproxy.http", "redact.engine imports mitmproxy.http"),
        ("redact/cli/scan.py", "import redact.addons.filter", "redact.cli.scan imports redact.addons.filter"),
        ("addons/filter.py", "import redact.cli", "redact.addons.filter imports redact.cli"),
        ("redact/engine.py", "from redact.settings import load", "redact.engine imports redact.settings"),
        ("redact/app.py", "import addons.filter", "redact.app imports addons.filter"),
        ("redact/sse.py", "import sqlite3", "redact.sse imports sqlite3"),
        ("redact/exchange.py", "from urllib import request", "redact.exchange imports urllib.request"),
        ("redact/cli/scan.py", "from redact import open", "redact.cli.scan imports redact"),
    ],
)
def test_an_import_that_points_upwards_is_seen(tmp_path, path, source, complaint):
    plant(tmp_path, {path: source})
    assert [complaint] == list(violations(sources(tmp_path)))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("redact/spans.py", "from redact.model import Finding"),
        ("redact/spans.py", "import redact.sse"),
        ("redact/vault/base.py", "import sqlite3\nfrom redact.vault import log\nfrom . import log"),
        ("redact/app.py", "import redact.settings\nfrom redact.vault.base import Vault"),
        ("redact/cli/serve.py", "def serve():\n    import redact.addons.filter"),
        ("addons/filter.py", "import mitmproxy.http\nfrom redact import app"),
        ("redact/__init__.py", "from redact.app import open"),
        ("redact/app.py", "from redact import __version__"),
    ],
)
def test_an_import_that_points_downwards_is_let_through(tmp_path, path, source):
    plant(tmp_path, {path: source})
    assert [] == list(violations(sources(tmp_path)))


def test_a_circle_is_seen(tmp_path):
    plant(tmp_path, {"redact/spans.py": "import redact.sse", "redact/sse.py": "from .spans import unite"})
    assert circle(sources(tmp_path)) is not None


def test_a_command_that_needs_no_proxy_loads_none():
    look = "import sys, redact.cli, redact.app; print([name for name in sys.modules if name.startswith('mitmproxy')])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def plant(root: Path, files: Mapping[str, str]) -> None:
    bystanders = ["__init__", "engine", "sse", "spans", "settings", "app", "audit/log", "vault/log", "cli/__init__"]
    files = {f"redact/{name}.py": "" for name in bystanders} | {"addons/filter.py": ""} | dict(files)
    for path, source in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source)


class Module(NamedTuple):
    tree: ast.Module
    package: str  # what its relative imports start from


def sources(root: Path) -> dict[str, Module]:
    """Parse every module of the product, by the name it is imported under; `addons/` ships as `redact.addons`."""
    found = {}
    for top, prefix in (("redact", ""), ("addons", "redact.")):
        for path in (root / top).rglob("*.py"):
            name = prefix + ".".join(path.relative_to(root).with_suffix("").parts)
            package = name.rpartition(".")[0]
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found[package if path.stem == "__init__" else name] = Module(tree, package)
    return found


def imports(name: str, modules: Mapping[str, Module]) -> Iterator[str]:
    """Yield what module `name` imports, at its top or deep inside: a module where there is one, else its package."""
    for node in ast.walk(modules[name].tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(origin, names, level):
                above = modules[name].package.split(".")
                base = ".".join([*above[: len(above) + 1 - level], *filter(None, [origin])]) if level else origin
                for alias in names:
                    if base == "redact" and alias.name == "__version__":  # all that the facade defines itself
                        continue
                    inner = f"{base}.{alias.name}"
                    yield inner if inner in modules or inner in IO else base


def part(module: str) -> str:
    """Name the part of redact/ that `module` belongs to."""
    top = [*module.split("."), "__init__"][1]
    return top if any(top in layer for layer in LAYERS) else PURE


def height(of: str) -> int:
    return next(level for level, layer in enumerate(LAYERS) if of in layer)


def within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def is_allowed(importer: str, imported: str) -> bool:
    me, other = part(importer), part(imported)
    owner = next((name for name in ONLY if within(imported, (name,))), None)
    if owner and not within(importer, (owner, *ONLY[owner])):
        return False
    if me in SANS_IO and within(imported, tuple(IO)):
        return False
    if not within(imported, ("redact",)):
        return True
    return me == other or height(other) < height(me)


def violations(modules: Mapping[str, Module]) -> Iterator[str]:
    for name in modules:
        for imported in imports(name, modules):
            if not is_allowed(name, imported):
                yield f"{name} imports {imported}"


def circle(modules: Mapping[str, Module]) -> list[str] | None:
    graph = {
        name: {other for other in imports(name, modules) if other in modules and other != name} for name in modules
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return found.args[1]
    return None
