"""Look up the identifiers in one message: in the customer index, and as pseudonyms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holdback.people.customers import Index
from holdback.people.fields import phones
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import Domains, registrable
from holdback.people.pseudonyms import Pseudonyms
from holdback.people.subjects.third_parties import Audience

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


class CustomerLookup:
    """Looks identifiers up on behalf of one message."""

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        customers: Index | None,
        region: str,
        domains: Domains,
        audience: Audience,
    ) -> None:
        """`region`: where phone numbers without a country code belong."""
        self.pseudonyms = pseudonyms
        self.customers = customers
        self.audience = audience
        self._region = region
        self._domains = domains

    @cached_property
    def own(self) -> frozenset[int]:
        """The customers who send or receive the message; all who share a mailbox that does."""
        (found,) = self.look_up((Field.EMAIL, list(self.audience.outsiders)))
        single = found.first[found.first >= 0].tolist()
        return frozenset(single).union(*found.several.values())

    def look_up(self, *asked: tuple[Field, Sequence[str]]) -> list[Column]:
        """The owners of normalised values, one column for each field; an empty value has none."""
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
        """Each of the few normalised `values`, and its owners."""
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

    def canonical_phones(self, written: Iterable[str]) -> list[str]:
        """The phone numbers in E.164; empty where the country is unknown."""
        return phones.canonical_each(list(written), self._region)

    def domains(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the organisations that the addresses (keys) belong to; free mail is none."""
        free = self._domains.free_mail
        names = {key.rpartition("@")[2] for key in keys}
        organisations = {registrable(name) for name in names if name not in free}
        return self.pseudonyms.numbers(Field.DOMAIN, organisations - free)


def lookup_for(audience: Audience, knowledge: Knowledge) -> CustomerLookup | None:
    """The lookup on behalf of one message; None where there is neither a customer index nor a trail."""
    if knowledge.pseudonyms is None:
        return None
    return CustomerLookup(
        knowledge.pseudonyms, knowledge.customers, knowledge.region, knowledge.domains, audience
    )
