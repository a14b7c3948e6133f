"""The company's knowledge about people: domains, customers, canaries, correspondents and acquaintances.

People are numbers here (`Pseudonyms`). The functions that query the database are passed in.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms


class RecipientCounts(NamedTuple):
    """Numbers of distinct recipients with whom the company never corresponded."""

    by_message: int
    """Recipients of this message."""
    by_sender: int
    """Recipients of the same sender within the window, including this message."""


def _count_this_message(_sender: int, recipients: Sequence[int]) -> RecipientCounts:
    different = len(set(recipients))
    return RecipientCounts(different, different)


def _no_pairs(_pairs: Sequence[int]) -> Collection[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Contacts:
    """Functions through which checks query correspondents and acquaintances."""

    count_recipients: Callable[[int, Sequence[int]], RecipientCounts] = _count_this_message
    """Record recipients of a sender who are not in the customer index, and return the counts. A repeated
    recipient counts once. Below the smallest limit, known correspondents may be included."""
    window: float = 0.0
    """Seconds that `count_recipients` looks back; 0 if it counts this message only."""
    acquainted: Callable[[Sequence[int]], Collection[int]] = _no_pairs
    """Return the given pairs (see `acquainted.pair`) that are on record."""
    smallest_limit: int = 1
    """The smallest limit for visible parties; with fewer parties `acquainted` is not called."""


NO_CONTACTS = Contacts()
"""Without database: counts the message itself only."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One state of the knowledge. It does not change while a message is inspected."""

    domains: Domains
    """The company's and its partners' domains."""
    pseudonyms: Pseudonyms | None = None
    """Computes the numbers used by index and trail; None if neither is used."""
    customers: Index | None = None
    """None if there is no customer index."""
    region: str = ""
    """Country of phone numbers without a country code: ISO 3166-1 alpha-2, `GB`; "" if unknown."""
    canaries: Canaries = NO_CANARIES
    contacts: Contacts = NO_CONTACTS
