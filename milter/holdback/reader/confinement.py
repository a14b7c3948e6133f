"""What the confined reader gives up before it reads its first document, layer by layer.

Each layer is tried by itself: where the kernel, or whatever contains us, refuses one, the others still hold,
and the daemon is told.
"""

import ctypes
import os
from collections.abc import Callable

from holdback.reader import landlock, limits, seccomp
from holdback.reader.values import Confinement

_SET_DUMPABLE, _SET_NO_NEW_PRIVS = 4, 38
"""prctl(2)"""


def confine(memory: int) -> Confinement:
    """Give up what can be given up; `memory` bytes stay. Never raises, never to be undone."""
    kernel = os.uname().release
    trouble: list[str] = []

    def tried(layer: str, apply: Callable[[], int | None]) -> int:
        try:
            return apply() or 1
        except Exception as error:  # whatever it is, the other layers are still to come
            trouble.append(f"{layer}: {error}")
            return 0

    no_new_privileges = tried("no new privileges", _no_new_privileges)
    # Landlock needs a file for its rules, so the limits come after it; and seccomp would refuse both.
    landlocked = tried("Landlock", landlock.apply)
    limited = tried("limits", lambda: limits.apply(memory))
    filtered = tried("seccomp", seccomp.apply)
    return Confinement(
        kernel=kernel,
        limits=bool(limited),
        no_new_privileges=bool(no_new_privileges),
        seccomp=bool(filtered),
        landlock=landlocked,
        trouble=tuple(trouble),
    )


def _no_new_privileges() -> None:
    """No set-user-ID program helps out, and nobody of our own user may look into this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_SET_NO_NEW_PRIVS, 1), (_SET_DUMPABLE, 0)):
        if libc.prctl(option, value, 0, 0, 0):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
