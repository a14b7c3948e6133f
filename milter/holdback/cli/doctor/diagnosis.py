"""The result of one check of `holdback doctor`."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Result of a check; the values are those of `--json`."""

    OK = "ok"
    WARNING = "weak"
    """Mail is protected, but less well than it could be."""
    FAILED = "wrong"
    """Mail waits, passes unchecked, or is not read because of it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One check."""

    name: str
    state: State
    text: str
    """The finding."""
    advice: str = ""
    """The suggested fix; empty if the check passed."""


def ok(name: str, text: str) -> Diagnosis:
    return Diagnosis(name, State.OK, text)


def warning(name: str, text: str, advice: str) -> Diagnosis:
    return Diagnosis(name, State.WARNING, text, advice)


def failed(name: str, text: str, advice: str) -> Diagnosis:
    return Diagnosis(name, State.FAILED, text, advice)
