"""Runs a program under the unit's system call filter, as systemd does.

python within_unit.py ALLOWED PROGRAM…      ALLOWED: names of system calls, separated by commas
"""

import ctypes
import mmap
import os
import sys

from holdback.reader.seccomp import ALLOW, REFUSE, is_known, load, masked

NO_NEW_PRIVS, SET_MDWE, REFUSE_EXEC_GAIN = 38, 65, 1
SHM_EXEC = 0o100000


def main() -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)
    # MemoryDenyWriteExecute=yes, as systemd's seccomp_memory_deny_write_execute() does it.
    both = mmap.PROT_WRITE | mmap.PROT_EXEC
    protect = (masked(2, mmap.PROT_EXEC, mmap.PROT_EXEC),)
    strict = [
        (REFUSE, "mmap", (masked(2, both, both),)),
        (REFUSE, "mprotect", protect),
        (REFUSE, "pkey_mprotect", protect),
        (REFUSE, "shmat", (masked(2, SHM_EXEC, SHM_EXEC),)),
    ]
    load(ALLOW, strict)
    # Names that libseccomp does not know are younger than it, or groups.
    load(REFUSE, [(ALLOW, name, ()) for name in sys.argv[1].split(",") if is_known(name)])
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
