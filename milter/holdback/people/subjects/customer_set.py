"""Customers met in a message, counted as at least so many where one value is several people's."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from holdback.people.subjects.number_set import Keys

_GROUPS = 10_000
"""Different groups kept apart, at most; beyond, the first of each stands for all of it."""


@dataclass(slots=True)
class Met:
    """A set of customers, not all of them told apart."""

    sure: Keys = field(default_factory=Keys)
    """Persons of the index."""
    either: set[frozenset[int]] = field(default_factory=set)
    """Groups of whom at least one is meant: whose phone it is, a family knows."""

    def note(self, persons: Iterable[int], groups: Iterable[frozenset[int]] = ()) -> None:
        self.sure.update(persons)
        for group in groups:
            if len(self.either) < _GROUPS:
                self.either.add(group)
            elif group not in self.either:
                self.sure.update((min(group),))

    def add(self, other: "Met") -> None:
        if other:
            self.sure.add(other.sure)
            self.note((), other.either)

    def __len__(self) -> int:
        """At least so many people: groups count as long as they have nobody in common with who is counted."""
        if not self.either:
            return len(self.sure)
        grouped = frozenset[int]().union(*self.either)
        counted = {person for person in self.sure if person in grouped}
        more = 0
        for group in sorted(self.either, key=lambda group: (len(group), sorted(group))):
            if counted.isdisjoint(group):
                counted |= group
                more += 1
        return len(self.sure) + more

    def __bool__(self) -> bool:
        return bool(self.sure or self.either)
