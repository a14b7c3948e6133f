"""What `holdback doctor` says about one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How well one thing is, best first."""

    OK = "ok"
    WARNING = "weak"
    """Mail is guarded, but less well than it could be."""
    FAILED = "wrong"
    """Mail is held, lost sight of, or not read because of it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at."""

    name: str
    state: State
    text: str
    """What was found."""
    advice: str = ""
    """What to do about it; empty if all is well."""


def ok(name: str, text: str) -> Diagnosis:
    return Diagnosis(name, State.OK, text)


def warning(name: str, text: str, advice: str) -> Diagnosis:
    return Diagnosis(name, State.WARNING, text, advice)


def failed(name: str, text: str, advice: str) -> Diagnosis:
    return Diagnosis(name, State.FAILED, text, advice)
