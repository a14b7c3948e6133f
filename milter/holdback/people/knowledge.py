"""What the company knows about people: its domains, customers, canaries, and who corresponded with whom.

All people are numbers here (`Pseudonyms`). The functions that ask the database are handed in.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms


class Approached(NamedTuple):
    """Different recipients that the company never corresponded with."""

    by_message: int
    """Those of this message."""
    by_sender: int
    """Those of the same sender within the window, this message included."""


def _only_these(_sender: int, recipients: Sequence[int]) -> Approached:
    different = len(set(recipients))
    return Approached(different, different)


def _nobody(_pairs: Sequence[int]) -> Collection[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Contacts:
    """What checks may ask."""

    approach: Callable[[int, Sequence[int]], Approached] = _only_these
    """Notes that this sender writes to these people, none of them in the customer index, and counts. Noting
    the same twice is noting it once. Below the smallest limit, correspondents may still be among them."""
    window: float = 0.0
    """Seconds that `approach` looks back; 0 if it knows of this message only."""
    acquainted: Callable[[Sequence[int]], Collection[int]] = _nobody
    """Those of the pairs (see `acquainted.pair`) that are on record."""
    matters_from: int = 1
    """Parties that see each other, from which on it is worth asking: the smallest limit there is."""


NO_CONTACTS = Contacts()
"""Only the message itself is known."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One state of that knowledge. A message is judged under the one it began with."""

    domains: Domains
    """Which domains are ours, and which are partners'."""
    pseudonyms: Pseudonyms | None = None
    """Makes the numbers that index and trail have; None where neither is used."""
    customers: Index | None = None
    """None if there is no customer index."""
    region: str = ""
    """Where phone numbers without a country code belong: ISO 3166-1 alpha-2, `GB`; empty if unknown."""
    canaries: Canaries = NO_CANARIES
    contacts: Contacts = NO_CONTACTS
