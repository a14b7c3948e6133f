"""The processes that the supervisor forks, and how it talks to them.

The supervisor has no threads, so that it can fork at any time: a child begins with everything imported, in
memory that it shares with the others until it writes to it.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, Self

from holdback import shared_values
from holdback.daemon.report import log_error
from holdback.exits import Exit

Role = Literal["worker", "keeper"]
"""The keeper is the housekeeper. `ps` shows the process as `holdback-worker` or `holdback-keeper`."""

READY, PING, PONG, DRAIN, DRAINING = b"r", b"p", b"a", b"d", b"s"
"""Messages on the control socket; READY, PONG and DRAINING (it accepts no more) are the child's. The end of
the socket means DRAIN, too."""

_LONGEST_NAME = 15
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Child:
    """A forked process."""

    pid: int
    role: Role
    row: int
    """Its row of the shared metrics."""
    control: socket.socket
    since: float
    """Start; this and other times as of time.monotonic, which all programs of this boot share."""
    heard: float
    """When it last answered anything."""
    unanswered: int = 0
    """Pings since then."""
    ready: bool = False
    outgoing: str = ""
    """Why another process takes its place; "" if it stays."""
    draining: bool = False
    """It was asked to end."""
    accepting: bool = True
    probed: float = 0.0
    """When it last answered a probe."""
    missed: int = 0
    """Probes in a row that were not answered while this worker answered none."""

    def send(self, message: bytes) -> None:
        """Send a message. A child that reads none of many before is ended by the supervisor anyway."""
        with contextlib.suppress(OSError):
            self.control.send(message)

    def ping(self) -> None:
        """Ask it for a sign of life."""
        self.unanswered += 1
        self.send(PING)

    def drain(self) -> None:
        """Let it end when its work is done."""
        if not self.draining:
            self.draining = True
            self.send(DRAIN)

    def receive(self) -> None:
        """Take its messages."""
        with contextlib.suppress(OSError):
            messages = self.control.recv(100)
            if messages:
                self.heard, self.unanswered = time.monotonic(), 0
                self.ready = self.ready or READY in messages
                self.accepting = self.accepting and DRAINING not in messages

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def memory(self) -> int:
        """Return the bytes of memory in use, without what it shares; 0 if it has ended."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as file:
                _size, resident, shared, *_ = map(int, file.read().split())
        except (OSError, ValueError):
            return 0
        return (resident - shared) * _PAGE

    def dump(self) -> str:
        """Return what the next program of the same process needs to go on with this child."""
        os.set_inheritable(self.control.fileno(), True)
        return json.dumps([self.pid, self.role, self.row, self.control.fileno(), self.since, self.accepting])

    @classmethod
    def load(cls, text: str) -> Self:
        """Return the child in a `dump` of the program before this one; it is to be replaced."""
        pid, role, row, descriptor, since, accepting = json.loads(text)
        control = socket.socket(fileno=descriptor)
        control.set_inheritable(False)
        control.setblocking(False)
        now = time.monotonic()
        child = cls(pid, role, row, control, since, now, ready=True, outgoing="reload", probed=now)
        child.accepting = accepting
        return child


def fork(role: Role, row: int, run: Callable[[socket.socket], int], unneeded: Iterable[int]) -> Child:
    """Start a child that ends with the result of `run` and closes `unneeded` descriptors. Raises OSError."""
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        ours.close()
        _live(role, row, run, theirs, unneeded)
    theirs.close()
    ours.setblocking(False)
    now = time.monotonic()
    return Child(pid, role, row, ours, now, now, probed=now)


def _live(
    role: Role, row: int, run: Callable[[socket.socket], int], control: socket.socket, unneeded: Iterable[int]
) -> NoReturn:
    """The whole life of a child. Threads of libmilter may still run at its end: they are not waited for."""
    code: int = Exit.SOFTWARE
    try:
        for descriptor in unneeded:
            os.close(descriptor)
        shared_values.use_row(row)
        Path("/proc/self/comm").write_text(f"holdback-{role}"[:_LONGEST_NAME])
        code = run(control)
    except BaseException as error:
        log_error("process", error)
    finally:
        os._exit(code)


def answer(control: socket.socket) -> bytes:
    """Answer the supervisor, in a child; return DRAIN if the child is to end, b"" without a supervisor."""
    try:
        messages = control.recv(100)
        if PING in messages:
            control.send(PONG)
    except OSError:
        return b""
    return DRAIN if DRAIN in messages else messages


def free_row(children: Iterable[Child]) -> int:
    """Return the smallest row of the shared metrics that no child has; the supervisor has row 0."""
    used = {child.row for child in children}
    return next(row for row in range(1, len(used) + 2) if row not in used)


def reap() -> list[tuple[int, int]]:
    """Return (pid, wait status) of the children that have ended."""
    ended = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(one)
    return ended


def how_it_ended(status: int) -> str:
    """`exit 70` or `SIGKILL`, from a wait status."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
