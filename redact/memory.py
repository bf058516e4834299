"""Gives memory back to the system. Knows the C library; knows not whose memory it is."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_ARENA_MAX = -8
"""How many places threads take memory from. malloc.h of glibc"""


def give_back() -> None:
    """Let go of what compiling took for the while: glibc would keep it for good."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another libc
            ctypes.CDLL(None).malloc_trim(0)


def share() -> None:
    """Let threads take memory from where the first one does: of what they let go of elsewhere, nothing is given back."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
