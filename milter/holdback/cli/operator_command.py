"""The process in which the service runs the command of an operator: with its arguments and its files."""

import os
import signal
import socket
import sys
import threading
import time

from holdback.cli.main import run, without_reader
from holdback.exits import Exit
from holdback.operators.request import BadRequest, answer, receive

_TIMEOUT = 10.0
"""Seconds within which the client sends its request."""
_LAST_SECONDS = 5.0
"""Seconds for an interrupted command to end: it may wait for a reader of its output that does not read."""


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
        # The service ignores it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Thread(target=_interrupt_at_end, args=(connection,), daemon=True).start()
        without_reader()
        code = run(request.arguments)
        sys.stdout.flush()
        # The client ends as soon as it has the answer.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        answer(connection, code)
        return code


def _interrupt_at_end(connection: socket.socket) -> None:
    """Interrupt the command when its client interrupts it, or ends; end it if it blocks all the same."""
    connection.recv(1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_LAST_SECONDS)
    os._exit(128 + signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
