"""Standard output and standard error of a command: a reader that ends early, a full disk, closed files."""

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Output(io.FileIO):
    """Standard output whose reader may end early, as `head` does: the command goes on to its exit code.

    After any other error, as of a full disk, the rest is discarded: the error is raised once.
    """

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            self._discard()
            return memoryview(data).nbytes
        except OSError:
            self._discard()
            raise

    def _discard(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


class _Errors(_Output):
    """Standard error: what cannot be written is discarded, and the exit code stays that of the command."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def without_reader() -> None:
    """Let standard output do without a reader that has ended early, and standard error without space."""
    if sys.stderr is not None:
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Errors(sys.stderr.fileno(), "wb", closefd=False)),
            encoding=sys.stderr.encoding,
            errors=sys.stderr.errors,
            line_buffering=True,
        )
    if sys.stdout is None:
        return
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(sys.stdout.fileno(), "wb", closefd=False)),
        encoding=sys.stdout.encoding,
        errors=sys.stdout.errors,
        line_buffering=sys.stdout.isatty(),
    )


def open_closed_files() -> None:
    """Open /dev/null for standard files that are closed: no other file must get their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
