"""One provider and one filter for all tests of a worker; each test plants values of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import filter as filters
from .clients import Sdk, sdk
from .filter import Filter
from .plants import COMPANY_RULES, Plants, plant
from .provider import Provider
from .provider import provider as start_provider
from .talk import API, Api


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("e2e")


@pytest.fixture(scope="session")
def company_rules(folder: Path) -> Path:
    path = folder / "company.yaml"
    path.write_text(COMPANY_RULES, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def upstream(folder: Path) -> Iterator[Provider]:
    with start_provider(folder / "certificates") as running:
        yield running


@pytest.fixture(scope="session")
def all_planted() -> list[Plants]:
    """What the tests of this worker have planted so far."""
    return []


@pytest.fixture(scope="session")
def filter(folder: Path, upstream: Provider, company_rules: Path, all_planted: list[Plants]) -> Iterator[Filter]:
    rules = ["builtin", str(company_rules)]
    config = filters.write_settings(folder / "filter", upstream.url, upstream.ca, rules=rules)
    with filters.serve(config) as running:
        yield running
    # In every encoding and file is what test_left_behind looks for, with its own values; here it is all values, raw.
    values = [value.encode() for planted in all_planted for value in planted.secrets.values()]
    written = b"\n".join(data for name, data in running.left_behind() if "/compiled/" not in name)
    assert not [number for number, value in enumerate(values) if value in written]


@pytest.fixture
def provider(upstream: Provider) -> Iterator[Provider]:
    """The provider, having forgotten the test before."""
    upstream.reset()
    yield upstream
    upstream.go_on.set()
    assert not upstream.broken


@pytest.fixture
def planted(request: pytest.FixtureRequest, all_planted: list[Plants]) -> Plants:
    """Values that no other test plants."""
    values = plant(request.node.nodeid)
    all_planted.append(values)
    return values


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def anthropic(filter: Filter, folder: Path) -> Iterator[Sdk]:
    with sdk("anthropic", filter, folder / "anthropic-home") as running:
        yield running


@pytest.fixture(scope="session")
def openai(filter: Filter, folder: Path) -> Iterator[Sdk]:
    with sdk("openai", filter, folder / "openai-home") as running:
        yield running


@pytest.fixture(params=list(API))
def api(request: pytest.FixtureRequest) -> Api:
    return API[request.param]


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)
