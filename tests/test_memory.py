"""What was taken for a while is given back, also what another thread took."""

import subprocess
import sys

SCRIPT = """
import re, sys, threading
from pathlib import Path
from redact import memory

def held():
    return int(re.search(r"Private_Dirty: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text())[1])

def take():
    kept.append([bytes(2000) for _ in range(20_000)][::1000])

kept = []
memory.share()
before = held()
thread = threading.Thread(target=take)
thread.start()
thread.join()
memory.give_back()
print(held() - before < 20_000 or sys.platform != "linux")
"""


def test_what_a_thread_took_is_given_back():
    assert "True\n" == subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
