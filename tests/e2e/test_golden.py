"""The golden exchanges once more, through the real proxy: what arrives, and what comes back, one byte a write."""

import sys
from pathlib import Path

import pytest

from tests import frames, pack, test_exchanges

from . import filter as filters
from .clients import post
from .wire import Raw

CASES = test_exchanges.CASES
OWN = f"""
providers:
- host: {test_exchanges.OWN}
  errors: openai-chat
  paths: {{/v1/chat/completions: openai-chat, /v1/completions: openai-completions}}
"""


@pytest.fixture(scope="module")
def filter(tmp_path_factory, upstream):
    folder = tmp_path_factory.mktemp("golden")
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    more = {
        "rules": [str(Path(pack.__file__).with_name("pack.yaml"))],
        "providers": [str(folder / "own.yaml")],
        "upstreams": dict.fromkeys({test_exchanges.address(case)[0] for case in CASES}, upstream.url),
    }
    config = filters.write_settings(folder / "filter", upstream.url, upstream.ca, **more)
    with filters.serve(config, before=[sys.executable, str(Path(__file__).with_name("keyed.py"))]) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=test_exchanges.named)
def test_through_the_proxy(filter, provider, case):
    name = test_exchanges.STREAMED.get(case, "json")
    kind = test_exchanges.KINDS.get(name, "application/json")
    given = (case / f"response.{name}").read_bytes()
    wanted = (case / f"client.{name}").read_bytes()
    given, shown = (frames.written(given), frames.shown) if name == "frames" else (given, bytes)
    provider.reset(lambda _seen: Raw(200, given, (("content-type", kind),)), cut=1)

    headers = [("content-type", "application/jsonl")] if case.parent.name == "files" else []
    answer = post(filter, *test_exchanges.address(case), (case / "request.json").read_bytes(), headers)

    [seen] = provider.seen
    assert (case / "sent.json").read_bytes() == seen.body
    assert wanted == shown(answer.body)
