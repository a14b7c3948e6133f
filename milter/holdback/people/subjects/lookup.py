"""What the customer index and the installation's key say about the identifiers in one message."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.people.customers import Index
from holdback.people.fields import canonical
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import Circle, registrable
from holdback.people.pseudonyms import Pseudonyms

NOBODY, SEVERAL = -1, -2
_NO_ONE: frozenset[int] = frozenset()

Numbers = NDArray[np.int64]
Persons = NDArray[np.int64]
"""For each entry a person of the index, NOBODY, or SEVERAL."""


@dataclass(frozen=True, slots=True)
class Column:
    """One identifier of some entries, looked up."""

    numbers: Numbers
    """`Pseudonyms`, 0 where an entry has none."""
    first: Persons
    several: dict[int, frozenset[int]]
    """Entry → all persons it may mean, where `first` says SEVERAL."""

    def persons(self, entry: int) -> frozenset[int]:
        first = int(self.first[entry])
        if first == SEVERAL:
            return self.several[entry]
        return _NO_ONE if first == NOBODY else frozenset((first,))


class Register:
    """Looks identifiers up on behalf of one message."""

    __slots__ = ("_circle", "_outside", "_own", "_region", "_taking_part", "customers", "pseudonyms")

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        customers: Index | None,
        region: str,
        circle: Circle,
        outside: Callable[[], Iterable[str]],
    ) -> None:
        """`outside`: keys of the addresses outside the company that send or receive the message."""
        self.pseudonyms = pseudonyms
        self.customers = customers
        self._region = region
        self._circle = circle
        self._outside = outside
        self._taking_part: frozenset[str] | None = None
        self._own: frozenset[int] | None = None

    @property
    def taking_part(self) -> frozenset[str]:
        """Keys of the addresses outside the company that send or receive the message."""
        if self._taking_part is None:
            self._taking_part = frozenset(self._outside())
        return self._taking_part

    @property
    def own(self) -> frozenset[int]:
        """The customers who take part; all who share a mailbox that does."""
        if self._own is None:
            (found,) = self.look_up((Field.EMAIL, list(self.taking_part)))
            single = found.first[found.first >= 0].tolist()
            self._own = frozenset(single).union(*found.several.values())
        return self._own

    def look_up(self, *asked: tuple[Field, Sequence[str]]) -> list[Column]:
        """Whom values belong to; empty ones to nobody. One column for each kind and its normalised values."""
        columns = [self._numbers(kind, values) for kind, values in asked]
        whole = np.concatenate(columns) if columns else np.zeros(0, np.int64)
        if self.customers is None or not whole.any():
            return [Column(numbers, np.full(len(numbers), NOBODY, np.int64), {}) for numbers in columns]
        hits = self.customers.look_up(whole)
        first = hits.first.astype(np.int64)
        first[list(hits.several)] = SEVERAL
        found, start = [], 0
        for numbers in columns:
            end = start + len(numbers)
            several = {at - start: frozenset(hits.several[at]) for at in hits.several if start <= at < end}
            found.append(Column(numbers, first[start:end], several))
            start = end
        return found

    def owners(self, kind: Field, values: Collection[str]) -> list[tuple[str, frozenset[int]]]:
        """Each of the few normalised `values`, and whom it belongs to."""
        if self.customers is None:
            return []
        numbers = self.pseudonyms.numbers(kind, values)
        return [
            (value, frozenset(self.customers.persons(number)))
            for value, number in zip(values, numbers, strict=True)
        ]

    def _numbers(self, kind: Field, values: Sequence[str]) -> Numbers:
        distinct = set(values)
        if 2 * len(distinct) > len(values):
            return self.pseudonyms.column(kind, values)
        known = dict(zip(distinct, self.pseudonyms.numbers(kind, distinct), strict=True))
        return np.array([known[value] for value in values], np.int64)

    def spelled(self, phones: Iterable[str]) -> list[str]:
        """The phone numbers, as people write them, in their one spelling."""
        return canonical.phones(list(phones), self._region)

    def domains(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the organisations that the addresses (keys) belong to; free mail is none."""
        free = self._circle.free_mail
        names = {key.rpartition("@")[2] for key in keys}
        organisations = {registrable(name) for name in names if name not in free}
        return self.pseudonyms.numbers(Field.DOMAIN, organisations - free)
