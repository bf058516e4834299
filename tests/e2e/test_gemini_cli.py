"""Gemini CLI reads a file full of planted values, edits it and runs a command."""

import json

from .assistants import does_as_told, gemini, is_told_why, renamed, said_of
from .plants import traces
from .wire import Raw


def works(seen):
    """Read the file, edit it, write the token to another one, and say so."""
    parts = [part for turn in seen.json["contents"] for part in turn["parts"]]
    results = [part["functionResponse"]["response"]["output"] for part in parts if "functionResponse" in part]
    if not results:
        return answer({"functionCall": {"name": "read_file", "args": {"file_path": "app.py"}}})
    old, new = renamed(results[0])
    asked = {"file_path": "app.py", "instruction": "Rename it", "old_string": old, "new_string": new}
    steps = [
        {"functionCall": {"name": "replace", "args": asked}},
        {"functionCall": {"name": "run_shell_command", "args": {"command": f"echo '{old}' > token.txt"}}},
        {"text": said_of(results[0])},
    ]
    return answer(steps[len(results) - 1])


def answer(part):
    """A part as Gemini streams it; a text in pieces."""
    text = part.get("text", "")
    pieces = [{"text": text[at : at + 5]} for at in range(0, len(text), 5)] or [part]
    events = [
        {
            "candidates": [{"index": 0, "content": {"role": "model", "parts": [piece]}}],
            "modelVersion": "gemini-2.5-flash",
        }
        for piece in pieces
    ]
    events[-1]["candidates"][0]["finishReason"] = "STOP"
    events[-1]["usageMetadata"] = {"promptTokenCount": 9, "candidatesTokenCount": 3, "totalTokenCount": 12}
    body = "".join(f"data: {json.dumps(event)}\r\n\r\n" for event in events)
    return Raw(200, body.encode(), (("content-type", "text/event-stream"),))


def test_an_edit(filter, provider, planted, tmp_path, home):
    provider.reset(works, cut=99)

    does_as_told(gemini, filter, planted, tmp_path, home)

    assert not traces(provider.wire, planted)


def test_a_refusal_is_shown_to_the_user(filter, provider, planted, tmp_path, home):
    is_told_why(gemini, filter, planted, tmp_path, home)

    assert not traces(provider.wire, planted)
