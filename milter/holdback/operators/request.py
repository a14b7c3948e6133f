"""What a command sends to the service: its arguments, its terminal, and its standard files themselves.

Packets of a unix socket (SOCK_SEQPACKET). The service runs the command as its own user with the files of the
client, so that the output is the same as without it, and answers with the exit code.
"""

import json
import os
import re
import socket
import struct
from dataclasses import dataclass

PATH = "/run/holdback/operators.sock"
"""Where the service listens, unless the configuration says otherwise."""
CONFIG_VARIABLE = "HOLDBACK_CONFIG"
OPERATOR_VARIABLE = "HOLDBACK_OPERATOR"
"""The operator for whom the service runs a command (`Operator.dump`)."""
_LARGEST = 100_000
_FILES = 3
_ENVIRONMENT = ("COLUMNS", "LINES", "NO_COLOR", "TERM", "TZ")
_HARMLESS = re.compile(r"[A-Za-z0-9][\w./+-]{0,80}", re.ASCII)
"""Values of variables: no path from the root, as the C library would open it for TZ."""


class BadRequest(Exception):
    """What came through the socket is no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """One command of an operator."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    files: tuple[int, ...] = (0, 1, 2)
    """Descriptors of standard input, output and error; of the client's when it was received."""


def request_of(arguments: tuple[str, ...], files: tuple[int, ...]) -> Request:
    """Return the request that this process makes."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return Request(arguments, environment, files)


def send(connection: socket.socket, request: Request) -> None:
    """Send a request. Raises OSError, also for one that is too long."""
    packet = json.dumps({"arguments": request.arguments, "environment": request.environment}).encode()
    if len(packet) > _LARGEST:
        raise OSError(7, os.strerror(7))
    socket.send_fds(connection, [packet], list(request.files))


def receive(connection: socket.socket) -> Request:
    """Return the request of a client. Raises BadRequest, OSError."""
    packet, files, flags, _ = socket.recv_fds(connection, _LARGEST, _FILES)
    try:
        if len(files) != _FILES or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            raise BadRequest("no three files")
        values = json.loads(packet)
        arguments, environment = values["arguments"], values["environment"]
        if not all(isinstance(one, str) and "\0" not in one for one in arguments):
            raise BadRequest("arguments")
        kept = {name: environment[name] for name in _ENVIRONMENT if _is_harmless(environment.get(name))}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        _close(files)
        raise BadRequest(type(error).__name__) from error
    except BadRequest:
        _close(files)
        raise
    return Request(tuple(arguments), kept, tuple(files))


def _is_harmless(value: object) -> bool:
    return isinstance(value, str) and _HARMLESS.fullmatch(value) is not None and ".." not in value


def _close(files: list[int]) -> None:
    for one in files:
        os.close(one)


def answer(connection: socket.socket, code: int, error: str = "") -> None:
    """Send the exit code of a command to its client, or why it was refused. Raises OSError."""
    connection.send(json.dumps({"code": code, "error": error}).encode())


def receive_answer(connection: socket.socket) -> tuple[int, str]:
    """Return exit code and error. Raises EOFError if the service has ended, OSError."""
    try:
        packet = connection.recv(_LARGEST)
    except ConnectionResetError:
        # The service has answered without reading the request.
        packet = connection.recv(_LARGEST)
    if not packet:
        raise EOFError
    values = json.loads(packet)
    return int(values["code"]), str(values["error"])


def peer_user(connection: socket.socket) -> int:
    """Return the user id of the process that connected, as the kernel knows it. Raises OSError."""
    size = struct.calcsize("3i")
    _pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)
