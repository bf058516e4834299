"""What the vault's tests share: keys of an invented tenant, records that are quick to write."""

import os
import subprocess
import sys

import pytest

from redact.model import Record
from redact.vault.keys import derive


@pytest.fixture(scope="session")
def keys():
    return derive(bytes(range(32)))


@pytest.fixture(scope="session")
def record():
    def made(value, surrogate=None):
        return Record(surrogate or f"RDX_TOKEN_{value.upper()}", value, "TOKEN", "label", "secret")

    return made


@pytest.fixture(scope="session")
def another_process():
    """Start a Python program beside this one; it reads stdin and answers on stdout."""

    def started(program, *arguments):
        return subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    return started
