"""What every peer script prints: its own seconds and its own peak memory, before anything is written for the comparison."""

import json
import time
from contextlib import contextmanager


@contextmanager
def measured():
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(json.dumps({"seconds": seconds, "peak_mb": peak / 1024}), flush=True)
