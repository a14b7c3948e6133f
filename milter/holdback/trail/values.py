"""What the trail notes about a message: keyed numbers of people, counts and places, never their data.

The sender of our own mail, its login and client are kept as they are: who disclosed it is the question.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom one place of a message showed."""

    where: str
    """`To, Cc`, `part 2, customers.csv rows 2-20001`; addresses in names are masked."""
    people: int
    """How many people that are."""
    numbers: "array[int]"
    """Their identifiers (`q`): e-mail addresses, phones, customer ids, and the domains of organisations."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One outbound message that showed people to somebody besides themselves."""

    at: float
    """Unix time, seconds."""
    host: str
    queue_id: str
    message_id: str
    sender: str
    login: str
    client: str
    recipients: int
    """Envelope recipients."""
    audience: Mapping[str, int]
    """Who received it: registrable domain → recipients there. ``""`` counts customers, `other` all others."""
    action: str
    """An `Action`, or `tempfail`."""
    case: str
    """Id of its case; empty if it was not held."""
    people: int
    """Different people it showed; at least so many."""
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class CanaryHit:
    """A canary left, or somebody wrote to it."""

    canary: int
    """Its id."""
    direction: str
    """`outbound` or `inbound`."""
    at: float
    host: str
    queue_id: str
    sender: str
    client: str
    subject: str
    """Keyed hash of the subject."""
    action: str
    """What became of the message."""
