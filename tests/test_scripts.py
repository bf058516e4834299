"""What a script calls is told by its grammar; one that could call anything else is not understood."""

import pytest

from redact.scripts import LARGEST, Call, calls, in_script


@pytest.mark.parametrize(
    ("script", "called"),
    [
        ('text((await tools.exec_command({cmd: "cat a", workdir: "/x"})).output)', [("exec_command", {"cmd": "cat a", "workdir": "/x"})]),
        ("await tools.apply_patch(`*** Begin\n+\\u0041\\x42\\n\\u{43}\\``)", [("apply_patch", "*** Begin\n+AB\nC`")]),
        ("const p = 'x' + y; tools?.apply_patch(p)", [("apply_patch", None)]),
        ("tools.exec_command({cmd: `cat ${file}`})", [("exec_command", {"cmd": None})]),
        ('tools.exec_command({["cmd"]: "ls"})', [("exec_command", None)]),
        ('tools.exec_command({cmd: "ls", ...more})', [("exec_command", None)]),
        ('tools.exec_command({cmd: "ls", cmd: "id"})', [("exec_command", None)]),
        ('tools.a("x", "y")', [("a", None)]),
        ("text(parts[0]['name'])", []),
        ("// only a word: tools", []),
    ],
)  # fmt: skip
def test_calls_are_listed_with_what_they_are_given(script, called):
    assert [Call(*call) for call in called] == calls(script)


@pytest.mark.parametrize(
    "script",
    [
        "const t = tools; t.fetch('x')",
        "tools['fetch']('x')",
        "const {fetch} = tools",
        "({tools}).tools.fetch('x')",
        "tools.fetch.call(null, 'x')",
        "t\\u006fols.fetch('x')",
        "tools.f\\u0065tch('x')",
        "globalThis.tools.fetch('x')",
        "text['constr' + 'uctor']('x')()",
        "text.constructor('x')()",
        "eval('x')",
        "store('key', 'x')",
        "ALL_TOOLS.map(text)",
        "function f(tools) { return tools.fetch('x') }",
        "import('x')",
        "await tools.fetch('x'",
        "text('tools.fetch(1)')",
        "a" * (LARGEST + 1),
        "(" * 30_000,
    ],
    ids=lambda script: script[:40],
)
def test_what_could_be_another_tool_is_not_understood(script):
    assert calls(script) is None


@pytest.mark.parametrize("quotes", ["'", '"', "`"])
def test_a_value_stands_in_any_quotes_as_it_is(quotes):
    value = "a'b\"c`d\\e${f}\n\u00e9"
    assert [Call("x", value)] == calls(f"tools.x({quotes}{in_script(value)}{quotes})")
