"""A real assistant edits a file full of planted values: its model sees none of them, the file keeps all of them."""

import json
import re

import pytest

from .clients import aider
from .plants import traces
from .provider import Seen, in_turn
from .wire import Text

MODELS = ["anthropic/claude-sonnet-4-5", "openai/gpt-4o"]


def app(planted):
    return f'''"""Moves the ledger of LedgerReconciler to the warehouse."""
import boto3
from com.acme.ledger.client import PayoutRouter

AWS_ACCESS_KEY_ID = "{planted.access_key}"
AWS_SECRET_ACCESS_KEY = "{planted.secret_key}"
GITHUB_TOKEN = "{planted.github}"
ROLE = "{planted.arn}"
DATABASE_URL = "{planted.dsn}"
LEDGER = "https://ledger-db.corp.acme.example/health"


def role_session():
    sts = boto3.client("sts", aws_access_key_id=AWS_ACCESS_KEY_ID, aws_secret_access_key=AWS_SECRET_ACCESS_KEY)
    return sts.assume_role(RoleArn=ROLE, RoleSessionName="ledger_reconciler")
'''


def file_sent(seen: Seen) -> list[str]:
    """The lines of app.py as the model was shown them."""
    shown = [text for text in seen.texts if "app.py\n```" in text]
    return re.split(r"app\.py\n```\w*\n", shown[-1])[-1].partition("\n```")[0].splitlines()


def block(search: list[str], replace: list[str]) -> str:
    lines = ["app.py", "```python", "<<<<<<< SEARCH", *search, "=======", *replace, ">>>>>>> REPLACE", "```"]
    return "\n".join(lines)


def edit(seen: Seen) -> Text:
    """Rename a constant and quote it, as a model would: with the surrogates that stand in the file it was sent."""
    [token] = [line for line in file_sent(seen) if line.startswith("GITHUB_TOKEN")]
    [role] = [line for line in file_sent(seen) if line.startswith("ROLE")]
    [call] = [line for line in file_sent(seen) if "assume_role" in line]
    return Text(
        "I will rename the token and add the role's own check.\n\n"
        + block(
            [token, role],
            [token.replace("GITHUB_TOKEN", "CI_TOKEN", 1), role, f"# checked: {role.partition(' = ')[2]}"],
        )
        + "\n\n"
        + block([call], [f"    print({token.partition(' = ')[2]})", call])
    )


def wrong_edit(_seen: Seen) -> Text:
    """A block that matches nothing: aider comes back with the file's own lines."""
    return Text(block(['GITHUB_TOKEN = "?"'], ['CI_TOKEN = "?"']))


def edited(planted):
    token, call = f'"{planted.github}"', "    return sts.assume_role"
    return (
        app(planted)
        .replace("GITHUB_TOKEN = ", "CI_TOKEN = ")
        .replace(f'ROLE = "{planted.arn}"\n', f'ROLE = "{planted.arn}"\n# checked: "{planted.arn}"\n')
        .replace(call, f"    print({token})\n{call}")
    )


@pytest.fixture
def project(tmp_path, planted):
    path = tmp_path / "project"
    path.mkdir()
    (path / "app.py").write_text(app(planted), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("model", "flag"), [(MODELS[0], "--stream"), (MODELS[1], "--no-stream")], ids=["anthropic", "openai"]
)
def test_an_edit(filter, provider, planted, project, home, model, flag):
    provider.reset(edit, delta=5)

    done = aider(filter, project, home, model, f"rename GITHUB_TOKEN, it is {planted.github}", flag)

    assert edited(planted) == (project / "app.py").read_text(encoding="utf-8"), done.out.decode() + done.err
    assert len(provider.seen) == 1
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("model", MODELS, ids=["anthropic", "openai"])
def test_a_second_turn(filter, provider, planted, project, home, model):
    """The first answer fails to apply; aider sends it back, with lines of the file, and asks again."""
    provider.reset(in_turn(wrong_edit, edit), delta=9)

    done = aider(filter, project, home, model, "rename GITHUB_TOKEN")

    assert edited(planted) == (project / "app.py").read_text(encoding="utf-8"), done.out.decode() + done.err
    one, two = (seen.json["messages"] for seen in provider.seen)
    assert file_sent(provider.seen[0]) == file_sent(provider.seen[1])
    system = [json.dumps(message) for message in one if message["role"] == "system"]
    assert system == [json.dumps(message) for message in two if message["role"] == "system"]
    assert not traces(provider.wire, planted)


def test_a_history_read_from_disk(filter, provider, planted, project, home):
    """The history on disk holds the originals that were restored; on the way out they become the same surrogates."""
    provider.reset(edit, delta=9)
    aider(filter, project, home, MODELS[0], f"rename {planted.github}")
    history = (project / ".aider.chat.history.md").read_text(encoding="utf-8")
    assert planted.github in history
    provider.script = lambda _seen: Text("Nothing to do.")

    aider(filter, project, home, MODELS[0], "and now?", "--restore-chat-history")

    assert len(provider.seen) >= 2
    assert not traces(provider.wire, planted)


@pytest.mark.parametrize("model", MODELS, ids=["anthropic", "openai"])
def test_a_refusal_is_shown_to_the_user(filter, provider, planted, project, home, model):
    """A body that the filter cannot forward: the message it gives must reach the person at the keyboard."""
    (project / "app.py").write_text(f'x = "BLOCK-{planted.account}"\n', encoding="utf-8")

    done = aider(filter, project, home, model, "hi")

    shown = (done.out.decode() + done.err).replace("\n", " ")
    assert "acme-never" in shown
    assert not provider.seen
