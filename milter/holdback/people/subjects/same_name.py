"""Find people who are in several places of a message with different data, by their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from holdback.people.fields.names import name_key
from holdback.people.subjects.number_set import number_of

FEW = 1_000
"""Records of a place, at most, whose names are compared: of more it does not matter who comes again."""
_MOST = 20_000
"""Names kept, at most."""


def number_of_name(name: str) -> int:
    """Return a number for all spellings of a full name; 0 for a given or family name alone."""
    key = name_key(name)
    return number_of(key) if " " in key else 0


@dataclass(slots=True)
class SameNames:
    """The people with each name, as numbers, by the field that distinguishes them."""

    _by_name: dict[int, dict[int, set[int]]] = field(default_factory=dict)

    def update(self, people: Iterable[tuple[int, int, int]]) -> None:
        """Add people: the number of the name, the field, the number of the person."""
        for name, kind, person in people:
            if name and (name in self._by_name or len(self._by_name) < _MOST):
                self._by_name.setdefault(name, {}).setdefault(kind, set()).add(person)

    def add(self, other: "SameNames") -> None:
        """Add the contents of `other`."""
        self.update(
            (name, kind, person)
            for name, kinds in other._by_name.items()
            for kind, people in kinds.items()
            for person in people
        )

    @property
    def repeated(self) -> int:
        """Return how many come again: with a phone in one place, with a date of birth in another."""
        several = (kinds for kinds in self._by_name.values() if len(kinds) > 1)
        return sum(len(set().union(*kinds.values())) - max(map(len, kinds.values())) for kinds in several)
