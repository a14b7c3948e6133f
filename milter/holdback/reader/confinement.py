"""What the confined reader gives up before its first document, layer by layer.

The layers are independent: where the kernel or a container refuses one, the others are still applied, and the
daemon gets the reason.
"""

import ctypes
import os
from collections.abc import Callable

from holdback.reader import landlock, limits, seccomp
from holdback.reader.settings import Confinement

_SET_DUMPABLE, _SET_NO_NEW_PRIVS = 4, 38
"""prctl(2)"""


def confine(memory: int) -> Confinement:
    """Apply every layer that is available, for good. `memory` bytes may be used. Never raises."""
    kernel = os.uname().release
    trouble: list[str] = []

    def attempt(layer: str, apply: Callable[[], int | None]) -> int:
        try:
            return apply() or 1
        except Exception as error:  # the other layers must still be applied
            trouble.append(f"{layer}: {error}")
            return 0

    no_new_privileges = attempt("no new privileges", _no_new_privileges)
    # Landlock opens a file for its rules, so the limits come after it; seccomp would refuse both.
    landlocked = attempt("Landlock", landlock.apply)
    limited = attempt("limits", lambda: limits.apply(memory))
    filtered = attempt("seccomp", seccomp.apply)
    return Confinement(
        kernel=kernel,
        limits=bool(limited),
        no_new_privileges=bool(no_new_privileges),
        seccomp=bool(filtered),
        landlock=landlocked,
        trouble=tuple(trouble),
    )


def _no_new_privileges() -> None:
    """Gain no rights from set-user-ID programs, and hide this process's memory from the same user."""
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_SET_NO_NEW_PRIVS, 1), (_SET_DUMPABLE, 0)):
        if libc.prctl(option, value, 0, 0, 0):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
