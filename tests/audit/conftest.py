"""What the audit's tests share: events that are quick to make."""

import itertools

import pytest

from redact.audit.event import AuditEvent, new_id, stamp


@pytest.fixture
def event():
    """Make events, each a second later than the one before."""
    clock = itertools.count(1_795_225_200_123, 1000)

    def made(**fields):
        now = next(clock)
        plain = {"id": new_id(now, bytes(10)), "time": stamp(now), "action": "passed", "method": "POST"}
        return AuditEvent(**plain | fields)

    return made
