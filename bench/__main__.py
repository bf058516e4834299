"""Runs what is measured, one after the other. The longest, `bench.proxy` and `bench.accuracy`, come last."""

from __future__ import annotations

import subprocess
import sys

MEASURED = ("request", "stream", "scan", "known", "accuracy", "sockets", "events", "proxy")


def main() -> int:
    """Run each in a process of its own, so that none warms another's caches; say at the end which failed."""
    failed = [name for name in MEASURED if _fails(name)]
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return len(failed)


def _fails(name: str) -> bool:
    print(f"\n== python -m bench.{name}\n", flush=True)
    return subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
