"""Where a restored value would land, and whether it may."""

import pytest

from redact.model import Record
from redact.sinks import MAY, permit, sink_of_tool


@pytest.mark.parametrize(
    ("tools", "sink"),
    [
        (
            "Edit Write MultiEdit write_file create_file apply_patch str_replace_editor NotebookEdit TodoWrite Read Grep search_files",
            "edit",
        ),
        ("Bash bash shell run_terminal_cmd execute_command PowerShell local_shell", "shell"),
        (
            "WebFetch web_search WebSearch fetch curl browser_navigate http_request send_email search download_file upload_file",
            "network",
        ),
        ("mcp__github__create_issue mcp__files__write_file github.write_file calculator Task x_1 é", "tool"),
    ],
)
def test_a_tools_name_tells_where_its_input_goes(tools, sink):
    assert dict.fromkeys(tools.split(), sink) == {name: sink_of_tool(name) for name in tools.split()}


def test_a_tool_without_a_name_is_just_a_tool():
    assert "tool" == sink_of_tool("")


@pytest.mark.parametrize(
    ("sink", "secret", "others"),
    [
        ("prose", True, True),
        ("edit", True, True),
        ("shell", True, True),
        ("network", False, False),
        ("tool", False, True),
        ("reasoning", False, False),
    ],
)
def test_what_may_be_restored_where(sink, secret, others):
    may = permit(sink)
    allowed = {
        category: may(Record("s", "v", "K", "label", category))
        for category in ("secret", "identifier", "internal", "pii")
    }
    assert {"secret": secret, "identifier": others, "internal": others, "pii": others} == allowed


def test_every_sink_is_decided():
    assert {"prose", "reasoning", "edit", "shell", "network", "tool"} == set(MAY)
