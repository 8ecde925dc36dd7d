"""Runs a program and says how long it took and how much memory it needed.

Memory is VmHWM, the most that was resident of the program itself. The kernel's ru_maxrss is not used: a child inherits its parent's.
"""

import json
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# VmHWM only grows, so that what a poll misses is what the last few milliseconds add.
POLL_SECONDS = 0.005


class Failed(Exception):
    """A program that ended badly, with its last words."""


@dataclass
class Run:
    seconds: float
    peak_mb: float
    printed: str


def _watch(process: int, done: threading.Event, peak: list[int]) -> None:
    status = Path(f"/proc/{process}/status")
    while True:
        try:
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak[0] = max(peak[0], int(line.split()[1]))
        except OSError:
            return
        if done.wait(POLL_SECONDS):
            return


def run(command: list[str], environment: dict[str, str] | None = None) -> Run:
    """Runs a command to its end; seconds are those of the whole process."""
    start = time.perf_counter()
    try:
        process = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except OSError as error:
        raise Failed(f"{command[0]} does not start: {error}") from error
    done, peak = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, done, peak))
    watcher.start()
    printed, complaints = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}: {complaints.strip()[-600:]}")
    return Run(seconds, peak[0] / 1024, printed)


def run_peer(command: list[str], environment: dict[str, str] | None = None) -> Run:
    """Runs a script of peers/, which measures itself: starting Python and importing a library is not counted against it."""
    whole = run(command, environment)
    measured = json.loads(whole.printed.strip().splitlines()[-1])
    return Run(measured["seconds"], measured["peak_mb"], whole.printed)
