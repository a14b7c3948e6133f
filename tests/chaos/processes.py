"""Signals and limits for processes that may have ended."""

import os
import resource
import signal
from collections.abc import Iterable
from pathlib import Path


def signal_to(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to those that are alive."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def limit_descriptors(pid: int, limit: int) -> int:
    """Set the soft limit of open files of a process and return the limit before; 0 if it has ended."""
    try:
        before, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(limit, hard), hard))
    except ProcessLookupError:
        return 0
    return before


def name_of(pid: int) -> str:
    """Return the name of a process, "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
