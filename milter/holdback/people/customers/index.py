"""Look up persons in the customer index by the pseudonyms of their identifiers."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from holdback.people.customers.index_info import IndexInfo

_FEW = 32
"""Numbers up to which single look-ups are faster than a vectorised one."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """The columns of the index: pseudonyms in ascending order, and the person of each."""

    numbers: NDArray[np.int64]
    persons: NDArray[np.uint32]
    """Numbered from 0, in an order independent of the list's."""
    starts: NDArray[np.uint32]
    """Start of each bucket (`bucket_of`), then the end of the last: a power of two plus one."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Result of a look-up."""

    first: NDArray[np.int64]
    """Person of each number; -1 if it is no customer's."""
    several: Mapping[int, tuple[int, ...]]
    """Position → all persons of a number shared by several: a couple's mailbox, a family's phone."""


class Index:
    """A loaded customer index, usually a memory-mapped file of which a look-up reads a few pages."""

    __slots__ = ("_arrays", "_bits", "_columns", "_rounds", "info")

    def __init__(self, arrays: Arrays, info: IndexInfo) -> None:
        self._arrays = arrays
        self._columns = (arrays.numbers.data, arrays.persons.data, arrays.starts.data)
        self._bits = (len(arrays.starts) - 1).bit_length() - 1
        self._rounds = int(np.diff(arrays.starts).max()).bit_length()
        self.info = info

    def look_up(self, numbers: Sequence[int] | NDArray[np.int64]) -> Hits:
        """Return the persons of `numbers` (pseudonyms, 0 for no value)."""
        wanted = np.asarray(numbers, dtype=np.int64)
        if len(wanted) <= _FEW or not len(self):
            found = list(map(self.persons, wanted.tolist()))
            first = np.array([persons[0] if persons else -1 for persons in found], dtype=np.int64)
            return Hits(first, {place: persons for place, persons in enumerate(found) if len(persons) > 1})
        known, last = self._arrays.numbers, len(self) - 1
        places = self._places(wanted)
        hits = np.flatnonzero((known[np.minimum(places, last)] == wanted) & (wanted != 0))
        first = np.full(len(wanted), -1, dtype=np.int64)
        first[hits] = self._arrays.persons[places[hits]]
        following = places[hits] + 1
        shared = hits[(following <= last) & (known[np.minimum(following, last)] == wanted[hits])]
        return Hits(first, {place: self.persons(int(wanted[place])) for place in shared.tolist()})

    def _places(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the insertion point of each number, by a vectorised binary search within the buckets."""
        buckets = bucket_of(wanted, self._bits)
        low = self._arrays.starts[buckets].astype(np.int64)
        high = self._arrays.starts[buckets + 1].astype(np.int64)
        for _ in range(self._rounds):
            middle = (low + high) >> 1
            apart = low < high
            smaller = apart & (self._arrays.numbers[np.where(apart, middle, 0)] < wanted)
            low = np.where(smaller, middle + 1, low)
            high = np.where(apart & ~smaller, middle, high)
        return low

    def persons(self, number: int) -> tuple[int, ...]:
        """Return all persons of one number."""
        numbers, persons, starts = self._columns
        bucket = bucket_of(number, self._bits)
        first = last = bisect_left(numbers, number, starts[bucket], starts[bucket + 1])
        while number and last < len(numbers) and numbers[last] == number:
            last += 1
        return tuple(persons[first:last])

    def without_customers(self, numbers: Sequence[int]) -> list[int]:
        """Return the `numbers` that are no customer's."""
        if len(numbers) <= _FEW:
            return [number for number in numbers if not self.persons(number)]
        persons = self.look_up(numbers).first.tolist()
        return [number for number, person in zip(numbers, persons, strict=True) if person < 0]

    def numbers_of(self, persons: Sequence[int]) -> NDArray[np.int64]:
        """Return all numbers of `persons` (-1 is ignored), for example their other addresses.

        Reads the whole column of persons, 50 ms for 20 million: not for the mail path.
        """
        wanted = np.zeros(self.info.people, dtype=bool)
        asked = np.asarray(persons, dtype=np.int64)
        wanted[asked[asked >= 0]] = True
        return self._arrays.numbers[wanted[self._arrays.persons]]

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._arrays.numbers)


_Number = TypeVar("_Number", int, NDArray[np.int64])


def bucket_of(number: _Number, bits: int) -> _Number:
    """Return the bucket of a number: its leading bits, counted from 0 in the order of signed numbers."""
    return (number >> (64 - bits)) + (1 << (bits - 1))
