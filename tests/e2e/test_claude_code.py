"""Claude Code reads a file full of planted values, edits it and runs a command."""

from .assistants import claude, does_as_told, is_told_why, renamed, said_of
from .plants import traces
from .wire import Text, Tool


def works(seen, path):
    """Read the file, edit it, write the token to another one, and say so; what Claude Code asks beside that has no tools."""
    turns = seen.json["messages"]
    if not seen.json.get("tools"):
        return Text("A title")
    results = [
        block["content"] if isinstance(block["content"], str) else block["content"][0]["text"]
        for turn in turns
        if isinstance(turn["content"], list)
        for block in turn["content"]
        if block["type"] == "tool_result"
    ]
    if not results:
        return Tool("Read", {"file_path": path}, "toolu_01")
    old, new = renamed(results[0])
    steps = [
        Tool("Edit", {"file_path": path, "old_string": old, "new_string": new}, "toolu_02"),
        Tool("Bash", {"command": f"echo '{old}' > token.txt", "description": "Keep the token"}, "toolu_03"),
        Text(said_of(results[0])),
    ]
    return steps[len(results) - 1]


def test_an_edit(filter, provider, planted, tmp_path, home):
    provider.reset(lambda seen: works(seen, str(tmp_path / "app.py")), delta=5)

    does_as_told(claude, filter, planted, tmp_path, home)

    assert not traces(provider.wire, planted)


def test_a_refusal_is_shown_to_the_user(filter, provider, planted, tmp_path, home):
    is_told_why(claude, filter, planted, tmp_path, home)

    assert not traces(provider.wire, planted)
