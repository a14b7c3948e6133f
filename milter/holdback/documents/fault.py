"""A fault of our own in an opener, as a value: the type of the exception and its place in our code.

Never its text, which may quote the document.
"""

import traceback
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Fault:
    """An opener ended with an exception that is no damage of the document: our code has a mistake."""

    error: str
    """Type of the exception: `KeyError`, `struct.error`."""
    place: str
    """File and line of the innermost frame in our package: `xlsx.py:210`."""

    def __str__(self) -> str:
        return f"{self.error} at {self.place}"


def fault_of(error: Exception) -> Fault:
    """The fault for `error`, an exception that was just caught."""
    kind = type(error)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return Fault(f"{module}{kind.__name__}", places_of(error)[-1])


def places_of(error: BaseException) -> list[str]:
    """File and line of every frame in our package that `error` has passed, innermost last.

    The first one is the function that catches it.
    """
    return [
        f"{Path(frame.f_code.co_filename).name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).partition(".")[0] == _PACKAGE
    ]
