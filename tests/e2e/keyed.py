"""Run redact under the tenant key of `tests/pack.py`, so that surrogates are those of the golden exchanges. Test use only."""

import runpy
import sys

from redact.vault import keys

KEY = b"an invented tenant's index key.."
_expand = keys._expand
keys._expand = lambda master, use, tenant, length: KEY if use == "index" else _expand(master, use, tenant, length)
sys.argv = ["redact", *sys.argv[sys.argv.index("redact") + 1 :]]
runpy.run_module("redact", run_name="__main__")
