"""The people that a message, or one part of it, discloses: sets of numbers, built up while it is read."""

from dataclasses import dataclass, field

from holdback.people.subjects.customer_set import Met
from holdback.people.subjects.number_set import Keys


@dataclass(slots=True)
class Subjects:
    """People that one message, or one part of it, discloses. Built up while its documents are read."""

    people: Keys = field(default_factory=Keys)
    """One key for each person who has a record."""
    kinds: int = 0
    """What the records hold, a sum of `Kind`s."""
    recorded: Keys = field(default_factory=Keys)
    """Addresses that belong to records."""
    addresses: Keys = field(default_factory=Keys)
    """Addresses of third parties, in records or bare."""
    customers: Met = field(default_factory=Met)
    """Customers among the third parties, with a record or without."""
    listed: Met = field(default_factory=Met)
    """Those of them who have a record."""
    own: Keys = field(default_factory=Keys)
    """Customers found who send or receive the message, as persons of the index."""
    owned: Keys = field(default_factory=Keys)
    """Other addresses of theirs."""
    shown: Keys = field(default_factory=Keys)
    """Pseudonyms of third parties: addresses, phones, customer ids, and the domains of organisations."""

    @property
    def bare(self) -> Keys:
        """Addresses that stand alone."""
        bare = self.addresses.without(self.recorded)
        return bare.without(self.owned) if self.owned else bare

    def add(self, other: "Subjects") -> None:
        if other.kinds:
            self.people.add(other.people)
            self.kinds |= other.kinds
            self.recorded.add(other.recorded)
        if other.addresses:
            self.addresses.add(other.addresses)
        self.customers.add(other.customers)
        self.listed.add(other.listed)
        for mine, others in ((self.own, other.own), (self.owned, other.owned), (self.shown, other.shown)):
            if others:
                mine.add(others)

    def __bool__(self) -> bool:
        """True if it discloses anybody, or would if they did not take part."""
        return bool(self.people or self.addresses or self.customers or self.own)
