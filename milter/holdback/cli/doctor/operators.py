"""Checks what decisions need: the agent, and for operators without root their roles and their socket."""

import grp
import pwd
import socket
from collections.abc import Iterator
from pathlib import Path

from holdback.cli.doctor.diagnosis import Diagnosis, ok, warning
from holdback.config import Config
from holdback.custody.held_mail import SOCKET
from holdback.phrases import count_of

_TIMEOUT = 5.0
_START_AGENT = (
    "Decisions of operators and of other hosts wait for it, and so does the mail that was held in an outage:"
    " systemctl start holdback-agent"
)
_START_MILTER = "Operators need sudo until then. See the log: journalctl -u holdback"


def check_operators(config: Config) -> Iterator[Diagnosis]:
    """The agent answers; each role names users and groups that exist; the socket of the operators answers."""
    trouble = _cannot_connect(config.state_dir / SOCKET, socket.SOCK_STREAM)
    yield warning("agent", trouble, _START_AGENT) if trouble else ok("agent", "running")
    roles = config.roles
    # The default names a group that exists only where the package made it.
    named = {*roles.viewer, *roles.manager, *(roles.reviewer if "reviewer" in roles.model_fields_set else ())}
    unknown = sorted(name for name in named if not _exists(name))
    if unknown:
        text = f"no such user or group: {', '.join(unknown)}"
        yield warning("roles", text, "Correct [roles] in the configuration; a group is written @name.")
    else:
        yield ok("roles", f"{count_of(len(named), 'name')} in the configuration")
    if not roles.socket:
        yield ok("operators", "no socket (roles.socket)")
    else:
        trouble = _cannot_connect(Path(roles.socket), socket.SOCK_SEQPACKET)
        yield (
            warning("operators", trouble, _START_MILTER)
            if trouble
            else ok("operators", f"{roles.socket} answers")
        )


def _cannot_connect(path: Path, kind: int) -> str:
    """Why no process answers on a unix socket; empty if one does."""
    with socket.socket(socket.AF_UNIX, kind) as client:
        client.settimeout(_TIMEOUT)
        try:
            client.connect(str(path))
        except OSError as error:
            return f"{path}: {error.strerror or error}"
    return ""


def _exists(name: str) -> bool:
    """Whether there is the user `jane`, or the group `@privacy`."""
    try:
        if name.startswith("@"):
            grp.getgrnam(name[1:])
        else:
            pwd.getpwnam(name)
    except KeyError:
        return False
    return True
