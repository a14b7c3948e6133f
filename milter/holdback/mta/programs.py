"""Run a program of the MTA, with a bounded time and without the caller's environment."""

import subprocess
from collections.abc import Mapping, Sequence

from holdback.mta.interface import MtaError

TIMEOUT = 60.0
"""Seconds for a program that looks at one message."""
# What a timer, sudo or a login shell leaves in the environment must not choose another program or
# configuration.
ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin",
    "LC_ALL": "C",
}


def finished(
    command: Sequence[str], name: str, given: int = subprocess.DEVNULL, timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, whatever its exit code. `name`: as MtaError calls it. Raises MtaError."""
    try:
        return subprocess.run(command, stdin=given, capture_output=True, env=ENVIRONMENT, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise MtaError(name, None, f"no answer within {timeout:g} s") from None
    except OSError as error:
        raise MtaError(name, None, error.strerror or type(error).__name__) from None


def started(command: Sequence[str], name: str, complaints: int) -> subprocess.Popen[bytes]:
    """Start a program whose output is read while it runs. Raises MtaError."""
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=ENVIRONMENT)
    except OSError as error:
        raise MtaError(name, None, error.strerror or type(error).__name__) from None


def failure(done: subprocess.CompletedProcess[bytes], name: str) -> MtaError:
    """Return the error for a program that failed."""
    return MtaError(name, done.returncode, first_line(done.stderr))


def first_line(complaint: bytes) -> str:
    return complaint.decode("utf-8", "replace").strip().partition("\n")[0][:200]
