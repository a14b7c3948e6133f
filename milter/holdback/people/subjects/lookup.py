"""Look up the identifiers of one message in the customer index, and compute their pseudonyms."""

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

NO_PERSON, SEVERAL = -1, -2


Numbers = NDArray[np.int64]
Persons = NDArray[np.int64]
"""For each record a person of the index, NO_PERSON, or SEVERAL."""


@dataclass(frozen=True, slots=True)
class Column:
    """The result of looking up one identifier of a batch of records."""

    numbers: Numbers
    """Pseudonyms; 0 for a record without the identifier."""
    first: Persons
    several: dict[int, frozenset[int]]
    """Record → its possible persons, where `first` is SEVERAL."""

    def persons(self, entry: int) -> frozenset[int]:
        first = int(self.first[entry])
        if first == SEVERAL:
            return self.several[entry]
        return frozenset() if first == NO_PERSON else frozenset((first,))


class CustomerLookup:
    """Looks up the identifiers of one message."""

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        customers: Index | None,
        region: str,
        domains: Domains,
        audience: Audience,
    ) -> None:
        """`region`: the country of phone numbers without a country code."""
        self.pseudonyms = pseudonyms
        self.customers = customers
        self.audience = audience
        self._region = region
        self._domains = domains

    @cached_property
    def own(self) -> frozenset[int]:
        """The customers who send or receive the message, including all who share a mailbox."""
        (found,) = self.look_up((Field.EMAIL, list(self.audience.outsiders)))
        single = found.first[found.first >= 0].tolist()
        return frozenset(single).union(*found.several.values())

    def look_up(self, *asked: tuple[Field, Sequence[str]]) -> list[Column]:
        """Return the owners of normalised values, one column for each field; an empty value has none."""
        columns = [self._numbers(kind, values) for kind, values in asked]
        whole = np.concatenate(columns) if columns else np.zeros(0, np.int64)
        if self.customers is None or not whole.any():
            return [Column(numbers, np.full(len(numbers), NO_PERSON, np.int64), {}) for numbers in columns]
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
        """Return (value, owners) for each of a few normalised `values`."""
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
        """Return the phone numbers in E.164; "" where the country is unknown."""
        return phones.canonical_each(list(written), self._region)

    def domains(self, keys: Iterable[str]) -> list[int]:
        """Return the pseudonyms of the organisations of addresses (keys); free-mail domains are ignored."""
        free = self._domains.free_mail
        names = {key.rpartition("@")[2] for key in keys}
        organisations = {registrable(name) for name in names if name not in free}
        return self.pseudonyms.numbers(Field.DOMAIN, organisations - free)


def lookup_for(audience: Audience, knowledge: Knowledge) -> CustomerLookup | None:
    """Return the lookup for one message; None if there is neither a customer index nor a trail."""
    if knowledge.pseudonyms is None:
        return None
    return CustomerLookup(
        knowledge.pseudonyms, knowledge.customers, knowledge.region, knowledge.domains, audience
    )
