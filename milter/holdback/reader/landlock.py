"""Landlock (kernel 5.13 and later): a process permanently gives up files, network and signals.

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of the kernel.
"""

import ctypes
import os

_CREATE, _RESTRICT = 444, 446
"""Numbers of the system calls, the same on all architectures."""
_GET_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""Version → number of rights on files that it knows; versions in between know as many as the one before."""
_NETWORK_RIGHTS = {4: 2}
"""TCP: bind and connect."""
_SCOPES = {6: 2}
"""Abstract unix sockets and signals of other processes."""

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr"""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def apply() -> int:
    """Give up everything that the running kernel's Landlock covers. Returns its version.

    Needs no_new_privs. Raises OSError if Landlock is missing or turned off.
    """
    version = _call(_CREATE, None, 0, _GET_VERSION)
    rules = _Ruleset(*(_all(rights, version) for rights in (_FILE_RIGHTS, _NETWORK_RIGHTS, _SCOPES)))
    size = 8 * (1 + (version >= 4) + (version >= 6))
    ruleset = _call(_CREATE, ctypes.byref(rules), size, 0)
    try:
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _all(rights: dict[int, int], version: int) -> int:
    """The bits of all rights in the table that `version` knows."""
    bits = max((count for since, count in rights.items() if since <= version), default=0)
    return (1 << bits) - 1


def _call(number: int, *words: object) -> int:
    result = int(_libc.syscall(number, *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
