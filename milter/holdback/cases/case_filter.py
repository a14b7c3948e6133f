"""Which cases an operator wants to see or to decide."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    OPEN = "open"
    """Cases without a decision."""
    CURRENT = "current"
    """Open cases, and decided ones with mail that is still in the hold queue."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Conditions on cases, all of which have to be met; an empty one is met by every case.

    Patterns have `*` and `?` and match the whole text; upper and lower case are equal.
    """

    sender: str = ""
    """Pattern of the envelope sender."""
    login: str = ""
    """Pattern of the login that one of its messages was sent with."""
    host: str = ""
    """Pattern of a host that holds or held one of its messages."""
    check: str = ""
    """Name of a check for which one of its messages was held; not one that only observed."""
    opened_since: float = 0.0
    """Unix time."""
    opened_before: float | None = None
    """Unix time."""
    scope: Scope = Scope.ALL
