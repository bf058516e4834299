"""The tests mirror redact/, file by file; tests/e2e drives real clients through the real filter."""
