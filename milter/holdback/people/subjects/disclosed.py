"""The people whom a message, or one place in it, discloses: sets of numbers, never their data."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from holdback.people.subjects.number_set import NumberSet
from holdback.people.subjects.same_name import SameNames

_GROUPS = 10_000
"""Maximum of distinct groups; of each further group only one member is kept."""

_COLLEAGUES = 5
"""Fewer addresses of one company do not make a list of its people."""


@dataclass(slots=True)
class CustomerSet:
    """A set of customers with a lower bound: a phone shared by a family counts as one person."""

    certain: NumberSet = field(default_factory=NumberSet)
    """Persons of the index."""
    groups: set[frozenset[int]] = field(default_factory=set)
    """Groups of persons; at least one person of each group is disclosed."""

    def add_groups(self, groups: Iterable[frozenset[int]]) -> None:
        """Add groups of which at least one person each is disclosed."""
        for group in groups:
            if len(self.groups) < _GROUPS:
                self.groups.add(group)
            elif group not in self.groups:
                self.certain.update((min(group),))

    def add(self, other: "CustomerSet") -> None:
        """Add the contents of `other`."""
        if other:
            self.certain.add(other.certain)
            self.add_groups(other.groups)

    def __len__(self) -> int:
        """The lower bound: a group counts as one unless it shares a member with those already counted."""
        if not self.groups:
            return len(self.certain)
        grouped = frozenset[int]().union(*self.groups)
        counted = {person for person in self.certain if person in grouped}
        more = 0
        for group in sorted(self.groups, key=lambda group: (len(group), sorted(group))):
            if counted.isdisjoint(group):
                counted |= group
                more += 1
        return len(self.certain) + more

    def __bool__(self) -> bool:
        return bool(self.certain or self.groups)


@dataclass(slots=True)
class Subjects:
    """The third parties disclosed by one place, several places, or a batch of records."""

    people: NumberSet = field(default_factory=NumberSet)
    """One number for each person who has a record."""
    names: SameNames = field(default_factory=SameNames)
    """Those of them who have a name."""
    fields: int = 0
    """The fields of the records, a combination of `Field`s."""
    recorded: NumberSet = field(default_factory=NumberSet)
    """Addresses that belong to records."""
    addresses: NumberSet = field(default_factory=NumberSet)
    """Addresses of third parties, in records or alone."""
    customers: CustomerSet = field(default_factory=CustomerSet)
    """Customers among the third parties, with a record or without."""
    customers_with_record: CustomerSet = field(default_factory=CustomerSet)
    own: NumberSet = field(default_factory=NumberSet)
    """Customers who send or receive the message, as persons of the index: they see their own data."""
    own_addresses: NumberSet = field(default_factory=NumberSet)
    """Further addresses of those customers."""
    pseudonyms: NumberSet = field(default_factory=NumberSet)
    """Pseudonyms of third parties: of addresses, phones, customer ids, and domains of organisations."""

    colleagues: NumberSet = field(default_factory=NumberSet)
    """Addresses in the only organisation that gets the message: they do not count."""
    rows: int = 0
    """Records with such an address, or with none."""

    @property
    def are_of_company(self) -> bool:
        """True if half of the records or more have an own address there, and nobody's is elsewhere.

        People without an address then do not count, either.
        """
        known = len(self.colleagues)
        return known >= _COLLEAGUES and not self.addresses and 2 * known >= self.rows

    @property
    def people_count(self) -> int:
        """The number of people with a record; with different data in two places, a name counts once."""
        return len(self.people) - self.names.repeated

    @property
    def bare(self) -> NumberSet:
        """Addresses of third parties that are in no record."""
        bare = self.addresses.without(self.recorded)
        return bare.without(self.own_addresses) if self.own_addresses else bare

    def add(self, other: "Subjects") -> None:
        """Add the contents of `other`; people in both count once."""
        if other.fields:
            self.people.add(other.people)
            self.names.add(other.names)
            self.fields |= other.fields
            self.recorded.add(other.recorded)
        self.rows += other.rows
        self.customers.add(other.customers)
        self.customers_with_record.add(other.customers_with_record)
        for mine, others in (
            (self.addresses, other.addresses),
            (self.own, other.own),
            (self.own_addresses, other.own_addresses),
            (self.pseudonyms, other.pseudonyms),
            (self.colleagues, other.colleagues),
        ):
            if others:
                mine.add(others)

    def __bool__(self) -> bool:
        """True if anyone is in the data, including those who do not count."""
        return bool(self.people or self.addresses or self.customers or self.own or self.colleagues)


def union(subjects: Iterable[Subjects]) -> Subjects:
    """Return the union of `subjects`; people disclosed in two places count once."""
    total = Subjects()
    for each in subjects:
        total.add(each)
    return total
