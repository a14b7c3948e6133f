"""A reload: the supervisor begins anew in the same process, and keeps its sockets and children.

So a reload takes a new configuration and a new version of Holdback alike, and nothing that waits on the
listening socket notices.
"""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass

from holdback import shared_values
from holdback.daemon.children import Child

_VARIABLE = "HOLDBACK_HANDOVER"
_CHECK_TIMEOUT = 30
"""Seconds. Longer than WatchdogSec in holdback.service, systemd would end the service."""
_COMMAND = "milter"


@dataclass(slots=True)
class Handover:
    """What a supervisor leaves to the next one in its process."""

    listener: socket.socket
    owned: bool
    """Whether the socket's file is ours to remove; not if systemd keeps it."""
    address: str
    """`milter.listen`."""
    metrics: socket.socket | None
    metrics_address: str
    memory: int | None
    """Descriptor of the shared metrics; None if this version has other metrics."""
    children: list[Child]


def pass_on(left: Handover) -> None:
    """Replace this program by the one that is installed now. Raises OSError if that is not possible."""
    memory = left.memory
    descriptors = [left.listener.fileno(), *([left.metrics.fileno()] if left.metrics else [])]
    for descriptor in (*descriptors, *([memory] if memory is not None else [])):
        os.set_inheritable(descriptor, True)
    os.environ[_VARIABLE] = json.dumps(
        {
            "listener": descriptors[0],
            "owned": left.owned,
            "address": left.address,
            "metrics": descriptors[1] if left.metrics else None,
            "metrics_address": left.metrics_address,
            "memory": memory,
            "layout": shared_values.layout(),
            "children": [child.dump() for child in left.children],
        }
    )
    try:
        os.execv(sys.orig_argv[0], sys.orig_argv)
    finally:
        # There is no next program.
        del os.environ[_VARIABLE]


def take() -> Handover | None:
    """Return what the last supervisor left in this process; None at a first start."""
    text = os.environ.pop(_VARIABLE, "")
    if not text:
        return None
    left = json.loads(text)
    listener = socket.socket(fileno=left["listener"])
    metrics = socket.socket(fileno=left["metrics"]) if left["metrics"] is not None else None
    for one in (listener, *([metrics] if metrics else [])):
        one.set_inheritable(False)
    memory = left["memory"]
    os.set_inheritable(memory, False)
    if left["layout"] != shared_values.layout():
        os.close(memory)
        memory = None
    return Handover(
        listener=listener,
        owned=left["owned"],
        address=left["address"],
        metrics=metrics,
        metrics_address=left["metrics_address"],
        memory=memory,
        children=[Child.load(child) for child in left["children"]],
    )


def mistakes() -> int:
    """Return the number of mistakes that the installed program finds in the configuration; 1 if it fails."""
    words = sys.orig_argv
    at = len(words) - 1 - words[::-1].index(_COMMAND)
    command = [*words[:at], "check-config", "--json", *words[at + 1 :]]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_CHECK_TIMEOUT, stdin=subprocess.DEVNULL)
        return len(json.loads(done.stdout)["mistakes"]) if done.returncode else 0
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return 1
