"""The socket of the operators: each command of an authorised user runs in a process of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from holdback.config import Config
from holdback.daemon import logline
from holdback.daemon.listen import CannotListen, listen_for_operators
from holdback.exits import Exit
from holdback.operators.request import CONFIG_VARIABLE, OPERATOR_VARIABLE, answer, peer_user
from holdback.operators.role import Operator, find_operator, user_name

_AT_ONCE = 16
"""Commands that run at the same time, and of them at most a quarter for one user."""
_TICK = 1.0
_LAST_COMMANDS = 5.0
"""Seconds within which commands end when the service does. The kernel ends the rest with this thread."""
_MODULE = "holdback.cli.operator_command"


def serve_operators(config: Config, config_path: Path, stopping: threading.Event) -> None:
    """Serve operators until `stopping`. Commands that run then have a moment to end."""
    path = config.roles.socket
    if not path:
        return
    try:
        listener = listen_for_operators(path)
    except CannotListen as error:
        logline.warning("operators cannot connect", trouble=str(error))
        return
    with listener:
        listener.settimeout(_TICK)
        service = _Service(config, config_path)
        while not stopping.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    service.begin(connection)
            service.reap()
        service.wait(_LAST_COMMANDS)


class _Service:
    def __init__(self, config: Config, config_path: Path) -> None:
        self._config = config
        self._config_path = config_path
        self._running: dict[subprocess.Popen[bytes], int] = {}
        """The processes of commands, and whose they are (user id)."""

    def begin(self, connection: socket.socket) -> None:
        """Start the command of a client, or answer why not. Raises OSError."""
        connection.setblocking(False)
        uid = peer_user(connection)
        operator = find_operator(uid, self._config.roles)
        if not operator:
            text = f"{user_name(uid)} has no role ([roles] in the configuration); run with sudo"
            answer(connection, Exit.NO_PERMISSION, text)
        elif len(self._running) >= _AT_ONCE or list(self._running.values()).count(uid) >= _AT_ONCE // 4:
            answer(connection, Exit.TEMPORARY, "too many commands at once; try again")
        else:
            self._running[self._start(operator, connection)] = uid

    def _start(self, operator: Operator, connection: socket.socket) -> "subprocess.Popen[bytes]":
        connection.setblocking(True)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE, str(connection.fileno()), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                CONFIG_VARIABLE: str(self._config_path.absolute()),
                OPERATOR_VARIABLE: operator.dump(),
            },
            pass_fds=[connection.fileno()],
        )

    def reap(self) -> None:
        """Forget the commands that have ended."""
        for process in [one for one in self._running if one.poll() is not None]:
            del self._running[process]

    def wait(self, seconds: float) -> None:
        """Wait until the commands have ended, at most so many seconds."""
        ends = time.monotonic() + seconds
        for process in self._running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, ends - time.monotonic()))
