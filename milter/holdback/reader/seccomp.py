"""The system calls that reading a document in memory needs (seccomp(2)). All others are refused with EPERM.

Refused, not killed: a parser that tries to open a font lives on without it, and what it read is kept.
The filter is built by libseccomp, bound here with ctypes.
"""

import errno
import mmap
import os
from collections.abc import Iterable
from ctypes import CDLL, Structure, c_char_p, c_int, c_uint, c_uint32, c_uint64, c_void_p

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

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
"""SCMP_ACT_ALLOW and SCMP_ACT_ERRNO(EPERM), seccomp_init(3)."""
_EQUAL, _MASKED_EQUAL = 4, 7
"""SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ, seccomp_rule_add(3)."""
_UNKNOWN = -1


class Condition(Structure):
    """struct scmp_arg_cmp: what an argument of a system call must be."""

    _fields_ = (("argument", c_uint), ("comparison", c_int), ("one", c_uint64), ("other", c_uint64))


Rule = tuple[int, str, tuple[Condition, ...]]
"""Action, name of the system call, and the conditions that must all hold."""


def equal(argument: int, value: int) -> Condition:
    """The argument of that number, from 0, is `value`."""
    return Condition(argument, _EQUAL, value, 0)


def masked(argument: int, mask: int, value: int) -> Condition:
    """The bits in `mask` of the argument are `value`."""
    return Condition(argument, _MASKED_EQUAL, mask, value)


def apply() -> None:
    """Refuse all other system calls from now on. Needs no_new_privs.

    Raises OSError where there is no libseccomp, or no seccomp.
    """
    rules: list[Rule] = [(ALLOW, name, ()) for name in _PLAIN]
    rules += [(ALLOW, name, (masked(2, mmap.PROT_EXEC, 0),)) for name in ("mmap", "mprotect")]
    # abort(3) signals its own thread, no other process.
    rules.append((ALLOW, "tgkill", (equal(0, os.getpid()),)))
    # Its limits may be read, not set: the third argument holds new ones.
    rules.append((ALLOW, "prlimit64", (equal(0, 0), equal(2, 0))))
    load(REFUSE, rules)


def load(default: int, rules: Iterable[Rule]) -> None:
    """Put a filter in force for good: `default` for all system calls, but for `rules`. Raises OSError."""
    library = _library()
    filter = library.seccomp_init(default)
    if not filter:
        raise OSError(errno.EINVAL, "seccomp_init failed")
    try:
        for action, name, conditions in rules:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number == _UNKNOWN:
                raise OSError(errno.EINVAL, f"libseccomp knows no system call {name}")
            listed = (Condition * len(conditions))(*conditions)
            _check(library.seccomp_rule_add_array(filter, action, number, len(conditions), listed))
        _check(library.seccomp_load(filter))
    finally:
        library.seccomp_release(filter)


def is_known(name: str) -> bool:
    """True if libseccomp knows a system call of that name, on whatever architecture. Raises OSError."""
    return int(_library().seccomp_syscall_resolve_name(name.encode())) != _UNKNOWN


def _bound() -> CDLL:
    """libseccomp with the types of the functions above. Raises OSError where there is none."""
    library = CDLL("libseccomp.so.2")
    library.seccomp_init.argtypes, library.seccomp_init.restype = (c_uint32,), c_void_p
    library.seccomp_syscall_resolve_name.argtypes = (c_char_p,)
    library.seccomp_rule_add_array.argtypes = (c_void_p, c_uint32, c_int, c_uint, c_void_p)
    library.seccomp_load.argtypes = (c_void_p,)
    library.seccomp_release.argtypes, library.seccomp_release.restype = (c_void_p,), None
    return library


try:
    _loaded: CDLL | OSError = _bound()  # now: the confined reader cannot open it later
except OSError as error:
    _loaded = error


def _library() -> CDLL:
    if isinstance(_loaded, OSError):
        raise _loaded
    return _loaded


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, os.strerror(-result))
