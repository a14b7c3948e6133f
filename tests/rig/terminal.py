"""Runs a command on a terminal of its own."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from select import select
from typing import Self

from rig.waiting import LONGEST, wait_until


@dataclass(slots=True)
class Terminal:
    """A terminal and the process that runs on it."""

    process: subprocess.Popen[bytes]
    _master: int
    _screen: bytes = b""

    @property
    def screen(self) -> str:
        """All that was printed until now."""
        while select([self._master], [], [], 0)[0] and self._read():
            pass
        return self._screen.decode(errors="replace").replace("\r\n", "\n")

    def type(self, keys: str) -> Self:
        """Type keys; `\\x03` is Ctrl-C."""
        os.write(self._master, keys.encode())
        return self

    def wait_for(self, text: str) -> Self:
        """Wait until the text was printed."""
        wait_until(lambda: text in self.screen, f"{text!r} on the terminal")
        return self

    def wait(self) -> tuple[int, str]:
        """Wait for the end of the process; its exit code and all that it printed."""
        while select([self._master], [], [], LONGEST)[0] and self._read():
            pass
        return self.process.wait(LONGEST), self.screen

    def _read(self) -> bool:
        # Linux reports an error when the last process on the terminal has ended.
        with contextlib.suppress(OSError):
            piece = os.read(self._master, 65_536)
            self._screen += piece
            return bool(piece)
        return False


@contextlib.contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """Run `command` on a new terminal, which understands no escape sequences."""
    master, slave = os.openpty()
    try:
        # A session of its own with this terminal: Ctrl-C reaches the process.
        process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**(os.environ if environment is None else environment), "TERM": "dumb"},
        )
        os.close(slave)
        yield Terminal(process, master)
    finally:
        os.close(master)
        process.kill()
        process.wait()


def run_on_terminal(
    command: Sequence[str], typed: str = "", environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run `command` on a new terminal at which `typed` is typed; return exit code and what it printed."""
    with terminal(command, environment) as one:
        return one.type(typed).wait()
