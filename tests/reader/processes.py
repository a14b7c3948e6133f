"""Processes as /proc shows them."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def children(of: int = 0) -> list[int]:
    """Pids of the children of a process, by default of this one, zombies included."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _fields(int(entry.name))[1:2] == [str(of or os.getpid())]:
            found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """True unless the process has ended, even if nothing has waited for it."""
    return _fields(pid)[:1] not in ([], ["Z"])


def cpu(pid: int) -> float:
    """Processor time that the process has used, in seconds."""
    return sum(map(int, _fields(pid)[11:13])) / _TICKS


def _fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on (proc_pid_stat(5)); empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
