"""Resource limits of the confined reader (setrlimit(2)): the layer that every kernel has."""

import contextlib
import math
import os
import resource

_NONE = (
    resource.RLIMIT_NOFILE,  # files and sockets open already stay usable; no further ones
    resource.RLIMIT_NPROC,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_CORE,  # a core would hold the document
    resource.RLIMIT_MEMLOCK,
    resource.RLIMIT_MSGQUEUE,
)

_PAGE = resource.getpagesize()
_STATM = -1
"""/proc/self/statm, proc_pid_statm(5), kept open. getrusage(2) counts the process that started us, too."""
with contextlib.suppress(OSError):
    _STATM = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def apply(memory: int) -> None:
    """No new file, process, core; `memory` bytes of address space. Raises OSError, ValueError."""
    for limit in _NONE:
        resource.setrlimit(limit, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def next_document(seconds: float) -> None:
    """Processor time for one more document: should the daemon be gone, nobody else would stop it.

    Without effect where limits cannot be set.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def resident() -> int:
    """Bytes of memory that this process has now; 0 where nobody tells."""
    try:
        return int(os.pread(_STATM, 100, 0).split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
