"""The processes of a running Holdback, found in /proc."""

import os
import resource
import signal
from pathlib import Path


def workers(pid: int) -> list[int]:
    """Return the processes that talk to the MTA, for the process that was started."""
    found = [child for child in children(pid) if _name(child) == "holdback-worker"]
    return found or [pid]


def readers(pid: int) -> list[int]:
    """Return the confined readers."""
    return [reader for worker in workers(pid) for reader in children(worker)]


def children(pid: int) -> list[int]:
    """Return the children of all threads; none if the process has ended."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, thread.read_text().split())
        except OSError:
            continue
    return found


def signal_to(pids: list[int], number: signal.Signals) -> int:
    """Send a signal to those that are alive; return how many."""
    reached = 0
    for pid in pids:
        try:
            os.kill(pid, number)
            reached += 1
        except ProcessLookupError:
            continue
    return reached


def limit_descriptors(pid: int, limit: int) -> int:
    """Set the soft limit of open files of a process and return the limit before."""
    before, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(limit, hard), hard))
    return before


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
