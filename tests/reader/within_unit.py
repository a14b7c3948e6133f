"""What systemd does to the service before it starts: the unit's system call filter, then the program.

python within_unit.py ALLOWED PROGRAM…      ALLOWED: names of system calls, separated by commas
"""

import ctypes
import errno
import mmap
import os
import sys

import pyseccomp as kernel

NO_NEW_PRIVS, SET_MDWE, REFUSE_EXEC_GAIN = 38, 65, 1
SHM_EXEC = 0o100000


def main() -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)
    refuse = kernel.ERRNO(errno.EPERM)
    unit = kernel.SyscallFilter(refuse)
    for name in sys.argv[1].split(","):
        try:
            number = kernel.resolve_syscall(kernel.Arch.NATIVE, name)
            unit.add_rule(kernel.ALLOW, number)
        except (ValueError, OSError):
            continue  # another architecture's
    # MemoryDenyWriteExecute=yes, as systemd's seccomp_memory_deny_write_execute() does it.
    both = mmap.PROT_WRITE | mmap.PROT_EXEC
    strict = kernel.SyscallFilter(kernel.ALLOW)
    strict.add_rule(refuse, "mmap", kernel.Arg(2, kernel.MASKED_EQ, both, both))
    for name in ("mprotect", "pkey_mprotect"):
        strict.add_rule(refuse, name, kernel.Arg(2, kernel.MASKED_EQ, mmap.PROT_EXEC, mmap.PROT_EXEC))
    strict.add_rule(refuse, "shmat", kernel.Arg(2, kernel.MASKED_EQ, SHM_EXEC, SHM_EXEC))
    strict.load()
    unit.load()
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
