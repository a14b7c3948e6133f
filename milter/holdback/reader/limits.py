"""Resource limits of the confined reader (setrlimit(2)): the layer that every kernel has."""

import contextlib
import math
import os
import resource
import time

_FORBIDDEN = (
    resource.RLIMIT_NOFILE,  # files and sockets that are open stay usable
    resource.RLIMIT_NPROC,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_CORE,  # a core would contain the document
    resource.RLIMIT_MEMLOCK,
    resource.RLIMIT_MSGQUEUE,
)

_CPU_CLOCK = 2
"""With the complement of a process id: the processor time of that process, see clock_getcpuclockid(3)."""
_PAGE = resource.getpagesize()
_STATM = -1
"""File descriptor of /proc/self/statm, see proc_pid_statm(5). getrusage(2) includes the parent process."""
with contextlib.suppress(OSError):
    _STATM = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def apply(memory: int) -> None:
    """Allow no new file, process or core, and `memory` bytes of address space. Raises OSError, ValueError."""
    for limit in _FORBIDDEN:
        resource.setrlimit(limit, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def cpu_used(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 if it has ended."""
    try:
        return time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0


def allow_cpu(pid: int, seconds: float) -> None:
    """Limit the processor time of a reader to `seconds` from now on.

    It ends a document even if the daemon was killed. The daemon sets it: a reader that may raise it for the
    next document may remove it, too. Has no effect where limits cannot be set.
    """
    with contextlib.suppress(OSError, ValueError):
        ends = math.ceil(cpu_used(pid) + seconds) + 1
        _, most = resource.prlimit(pid, resource.RLIMIT_CPU)
        resource.prlimit(pid, resource.RLIMIT_CPU, (ends, most))


def resident() -> int:
    """Bytes of memory that this process uses now; 0 where /proc is missing."""
    try:
        return int(os.pread(_STATM, 100, 0).split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
