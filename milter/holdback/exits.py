"""How a command ends: the exit codes of BSD's sysexits.h, and the one-line error that goes with them."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; a script can tell an operator's mistake from a database that is down."""

    OK = 0
    FOUND = 1
    """`scan`: something would be held; `doctor`: something is not well."""
    USAGE = 64
    DATA = 65
    """The input is not what it should be."""
    NO_INPUT = 66
    """A file or a case that was named does not exist."""
    UNAVAILABLE = 69
    """Something needed is missing or down: Postfix's tools, the database."""
    SOFTWARE = 70
    """A fault of Holdback itself."""
    IO = 74
    TEMPORARY = 75
    """Not done now; the same command may work later."""
    NO_PERMISSION = 77
    CONFIG = 78


class Failure(Exception):
    """A command cannot do what it was asked. The text says what, where, and what to do about it."""

    def __init__(self, code: Exit, text: str) -> None:
        self.code = code
        super().__init__(text)
