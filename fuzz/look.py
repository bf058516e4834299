"""How hard to look: examples for a property, and for the variant broken on purpose that it must see."""

import os

from hypothesis import HealthCheck, Phase, find, settings

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
"""`FUZZ_TIMES=50 pytest fuzz` looks fifty times as long."""


def examples(count):
    """Settings for a property: enough examples to see what it is there for, and no more than a quick run bears."""
    return settings(
        max_examples=count * TIMES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )


_SEARCH = settings(
    max_examples=3000, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def is_caught(prop, strategy):
    """Whether an example of the strategy fails the property; raises NoSuchExample when none does."""

    def fails(example):
        try:
            prop(example)
        except AssertionError:
            return True
        return False

    find(strategy, fails, settings=_SEARCH)
    return True
