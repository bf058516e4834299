"""Which files a scan reads, held against what git says; and what their text is."""

import io
import os
import subprocess
from pathlib import Path

import pytest

from redact.cli import files
from redact.cli.files import found, printable, read

TREE = """
a.py b.log keep.log .env .hidden/x sub/b.log sub/keep.log sub/deep/c.py sub/deep/d.tmp build/out.py sub/build/out.py
docs/build docs/a.txt docs/b.txt docs/notes/c.txt vendor/x.js vendor/keep/y.js logs/debug/now.txt logs/a/debug.txt
only/here.txt sub/only/here.txt spaced/with\x1fspace nested/z.py nested/q.py foo/a foo/b/c other/foo/d hash#.txt
""".split()
IGNORES = {
    ".gitignore": "# a comment\n*.log\n!keep.log\nbuild/\n/only\ndocs/*.txt\nvendor/*\n!vendor/keep\n**/debug/\n\nfoo/**\n!\n\\\n",
    "sub/.gitignore": "!b.log\n*.tmp\n",
    "nested/.gitignore": "*\n!z.py\n",
}


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for name in TREE:
        path = root / name.replace("\x1f", " ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    for name, text in IGNORES.items():
        (root / name).write_text(text)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", root], env=environment, check=True)
    (root / ".git" / "info" / "exclude").write_text("hash*\n")

    def by_git(folder):
        command = ["git", "-C", folder, "ls-files", "-coz", "--exclude-standard"]
        listed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        return {name for name in listed.decode().split("\0") if name}

    return root, by_git


def below(folder, **options):
    troubles = []
    listed = [
        path.relative_to(folder).as_posix() for path in found(folder, lambda *told: troubles.append(told), **options)
    ]
    return listed, troubles


@pytest.mark.parametrize("start", [".", "sub", "docs", "vendor", "nested", "sub/deep", "other"])
def test_a_folder_is_read_as_git_sees_it(tree, start):
    root, by_git = tree
    listed, troubles = below(root / start)
    assert (by_git(root / start), []) == (set(listed), troubles)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("start", ["build", "foo", "logs/debug"])
def test_a_folder_that_is_named_is_read_although_it_is_ignored(tree, start):
    listed, _ = below(tree[0] / start)
    assert listed


def test_without_ignoring_all_but_git_s_own_files_are_read(tree):
    root, _ = tree
    every = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    listed, _ = below(root, heed_ignores=False)
    assert {name for name in every if not name.startswith(".git/")} == set(listed)


def test_the_order_is_the_same_each_time(tree):
    assert below(tree[0]) == below(tree[0])


def test_a_file_that_is_named_is_read(tree):
    path = tree[0] / "b.log"
    assert [path] == list(found(path, print))


def test_links_are_not_followed(tmp_path):
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "circle").symlink_to(".")
    assert ["real"] == below(tmp_path)[0]


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").write_text("x")
    listed = os.scandir

    def scandir(path):
        if path.name == "closed":
            raise PermissionError(13, "no")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert (["open"], [(tmp_path / "closed", "Permission denied")]) == below(tmp_path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a\r\nb\rc", "a\r\nb\rc"),
        ("é🦆".encode(), "é🦆"),
        (b"a\xe9b", "a\udce9b"),
        (b"\xef\xbb\xbfx", "\ufeffx"),
        ("é🦆\r\n".encode("utf-16"), "é🦆\r\n"),
        (b"\xfe\xff" + "x".encode("utf-16-be"), "x"),
        (b"\x7fELF\0", None),
        (b"x" * 8000 + b"\0", None),
        (b"x" * 9000 + b"\0", "x" * 9000 + "\0"),
    ],
)
def test_a_file_is_text_or_binary(tmp_path, data, text):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert (text, len(data), "") == read(path)
    assert (text, 0, "") == read(path, io.BytesIO(data))


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1 << 20)
    text, _, trouble = read(Path("x"), io.BytesIO(b"x" * (1 << 20)))
    assert (1 << 20, "") == (len(text), trouble)
    assert (None, 0, "larger than 1 MiB, not scanned; split it") == read(Path("x"), io.BytesIO(b"x" * ((1 << 20) + 1)))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    assert (None, 0, "No such file or directory") == read(tmp_path / "none")
    assert "Is a directory" == read(tmp_path).trouble


def test_a_name_is_made_printable():
    assert "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}é" == printable(Path("a\x1b[31m\udcffé"))
