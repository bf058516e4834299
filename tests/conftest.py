"""What tests of more than one part share."""

import resource
from contextlib import contextmanager

import pytest


@pytest.fixture(scope="session")
def no_room():
    """A context in which no file of this process can grow past `size` bytes, as on a full disk."""

    @contextmanager
    def limited(size=1000):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
