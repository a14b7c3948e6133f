"""The process in which the service runs the command of an operator: with its arguments and its files."""

import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

from holdback.cli.main import run, without_reader
from holdback.exits import Exit
from holdback.operators.request import BadRequest, answer, receive

_TIMEOUT = 10.0
"""Seconds within which the client sends its request."""
_LONGEST_END = 10
"""Seconds within which an interrupted command ends."""


def main() -> int:
    """Receive one request on the socket that was passed, run it, and answer with its exit code."""
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
        threading.Thread(target=_interrupt_at_end, args=(connection,), daemon=True).start()
        without_reader()
        code = run(request.arguments)
        with suppress(OSError):
            sys.stdout.flush()
        # The client ends as soon as it has the answer.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        answer(connection, code)
        return code


def _interrupt_at_end(connection: socket.socket) -> None:
    """Interrupt the command when its client interrupts it, or ends; kill it if it does not end then.

    It may wait for ever for a reader of its output.
    """
    connection.recv(1)
    signal.alarm(_LONGEST_END)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
