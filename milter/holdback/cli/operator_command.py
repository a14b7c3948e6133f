"""The process in which the service runs the command of an operator: with its arguments and its files."""

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from holdback.cli.main import run
from holdback.cli.standard_files import without_reader
from holdback.exits import Exit
from holdback.operators.request import BadRequest, answer, receive

_TIMEOUT = 10.0
"""Seconds within which the client sends its request."""
_LONGEST_END = 10
"""Seconds within which an interrupted command ends."""
_SET_PARENT_DEATH_SIGNAL = 1
"""prctl(2)"""


def main() -> int:
    """Receive one request on the socket that was passed, run it, and answer with its exit code."""
    _die_before_the_milter()
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        connection.settimeout(_TIMEOUT)
        try:
            request = receive(connection)
        except (BadRequest, OSError):
            return Exit.DATA
        connection.settimeout(None)
        for number, descriptor in enumerate(request.files):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.update(request.environment)
        time.tzset()
        # The service may ignore or handle them.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        ended = threading.Event()
        _end_with_service(ended)
        threading.Thread(target=_interrupt_at_end, args=(connection,), daemon=True).start()
        without_reader()
        code = run(request.arguments)
        with suppress(OSError):
            sys.stdout.flush()
        if ended.is_set():
            return code
        # The client ends as soon as it has the answer.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        answer(connection, code)
        return code


def _die_before_the_milter() -> None:
    """Have the kernel kill this process and its readers first when memory is short (proc(5))."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_with_service(ended: threading.Event) -> None:
    """Interrupt the command, and set `ended`, when the service ends; kill it if it does not end then."""

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ended.set()
        signal.alarm(_LONGEST_END)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(sys.argv[2]):
        sys.exit(Exit.TEMPORARY)


def _interrupt_at_end(connection: socket.socket) -> None:
    """Interrupt the command when its client interrupts it, or ends; kill it if it does not end then.

    It may wait for ever for a reader of its output.
    """
    connection.recv(1)
    signal.alarm(_LONGEST_END)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
