"""The system calls that reading a document in memory needs (seccomp(2)). All others are refused with EPERM.

Refused, not killed: a parser that tries to open a font lives on without it, and what it read is kept.
"""

import errno
import mmap
import os
import resource

try:
    import pyseccomp as kernel
except (ImportError, RuntimeError, OSError) as error:  # no libseccomp: `apply` says so
    kernel = None
    _why_not = str(error)

_PLAIN = (
    # the line to the daemon
    *("read", "readv", "recvfrom", "write", "writev", "sendto"),
    # how much memory it has: see limits.resident
    "pread64",
    # memory
    *("brk", "munmap", "mremap", "madvise"),
    # time, and how much of it was used
    *("clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage"),
    # the end, and faults on the way to it
    *("exit", "exit_group", "rt_sigreturn", "rt_sigprocmask", "rt_sigaction", "restart_syscall"),
    # locks of a process with one thread; who it is; seeds of hash tables
    *("futex", "getpid", "gettid", "sched_yield", "sched_getaffinity", "getrandom"),
)
_EXECUTABLE = mmap.PROT_EXEC


def apply() -> None:
    """Refuse all other system calls from now on. Needs no_new_privs.

    Raises OSError where there is no libseccomp, or no seccomp.
    """
    if kernel is None:
        raise OSError(_why_not)
    calls = kernel.SyscallFilter(defaction=kernel.ERRNO(errno.EPERM))
    for name in _PLAIN:
        calls.add_rule(kernel.ALLOW, name)
    for name in ("mmap", "mprotect"):
        calls.add_rule(kernel.ALLOW, name, kernel.Arg(2, kernel.MASKED_EQ, _EXECUTABLE, 0))
    # abort(3) signals its own thread; nobody else.
    calls.add_rule(kernel.ALLOW, "tgkill", kernel.Arg(0, kernel.EQ, os.getpid()))
    # Its own limit of processor time: see limits.next_document.
    for name in ("prlimit64", "setrlimit"):
        own = kernel.Arg(0, kernel.EQ, 0 if name == "prlimit64" else resource.RLIMIT_CPU)
        calls.add_rule(kernel.ALLOW, name, own)
    calls.load()
