"""Runs a command on a terminal of its own."""

import os
import subprocess
from collections.abc import Mapping, Sequence


def run_on_terminal(
    command: Sequence[str], typed: str, environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run `command` on a new terminal at which `typed` is typed; return exit code and what it printed."""
    ours, its = os.openpty()
    os.write(ours, typed.encode())
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment) as process:
        os.close(its)
        screen = _read_all(ours)
    os.close(ours)
    return process.returncode, screen


def _read_all(terminal: int) -> str:
    screen = b""
    try:
        while piece := os.read(terminal, 4096):
            screen += piece
    except OSError:
        # Linux: the last process on the terminal has ended.
        pass
    return screen.decode()
