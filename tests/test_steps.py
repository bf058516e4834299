"""How many steps a pattern may take at one place: a bound that clears, and never condemns."""

import math

import pytest

from redact.steps import steps


@pytest.mark.parametrize(
    "pattern",
    [
        "ghp_[A-Za-z0-9]{36}",
        "(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z2-7])",
        r"key\s{0,4}=\s{0,4}(?P<value>\w{8,32})",
        "(?:ab?){1,8}",
        "(?>[a-z]{1,30})[0-9]{1,30}+",
    ],
)
def test_what_is_bounded_is_cleared(pattern):
    assert steps(pattern) <= 4096


@pytest.mark.parametrize(
    "pattern", ["x=.*;", "(a+)+b", "(?:a{1,30}){1,30}b", "(?=[a-z]+0)x", "(?:a?){200}a", "(", "(a)|b(?(1)c|d)"]
)
def test_what_is_not_is_not(pattern):
    assert steps(pattern) > 4096


def test_more_freedom_is_never_fewer_steps():
    assert steps("a{1,4}b{1,4}c") < steps("a{1,8}b{1,4}c") < steps("a{1,8}b{1,8}c") < steps("a*b{1,8}c") == math.inf
