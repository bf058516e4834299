"""Invariants, one a file: each states a promise in its first line, holds it on many examples, and catches a broken variant."""
