"""What the company knows about people besides their domains: its customers, and the canaries among them."""

from dataclasses import dataclass

from holdback.people.canaries import NO_CANARIES, Canaries
from holdback.people.customers import Index
from holdback.people.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True)
class Known:
    """One state of that knowledge. A message is judged under the one it began with."""

    pseudonyms: Pseudonyms | None = None
    """Makes the numbers that index and trail have; None where neither is used."""
    customers: Index | None = None
    """None if there is no customer index."""
    region: str = ""
    """Where phone numbers without a country code belong: ISO 3166-1 alpha-2, `GB`; empty if unknown."""
    canaries: Canaries = NO_CANARIES


NOTHING_KNOWN = Known()
