"""Exit codes of the commands, as in BSD's sysexits.h, and the exception that carries one."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes: a script can distinguish a usage error from an unavailable database."""

    OK = 0
    FOUND = 1
    """`scan`: a message would be held; `doctor`: a check failed or warned; `trace`: no message found;
    `release`, `drop`: the question was answered with no."""
    USAGE = 64
    DATA = 65
    """The input is invalid."""
    NO_INPUT = 66
    """No such file or case."""
    UNAVAILABLE = 69
    """The database or the mail server's tools are unavailable."""
    SOFTWARE = 70
    """An internal error of Holdback."""
    IO = 74
    TEMPORARY = 75
    """Try again later."""
    NO_PERMISSION = 77
    CONFIG = 78


class Failure(Exception):
    """A command fails with this exit code; the text names the object, the reason and the fix."""

    def __init__(self, code: Exit, text: str) -> None:
        self.code = code
        super().__init__(text)
