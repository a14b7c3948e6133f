"""Look-ups in the customer index: numbers of identifiers become numbers of persons."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from holdback.people.customers.index_info import IndexInfo

_FEW = 32
"""So many numbers are looked up one after the other in less time than all at once."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """The index itself: for each identifier of each person a number, ascending, and the person beside it."""

    numbers: NDArray[np.int64]
    persons: NDArray[np.uint32]
    """From 0 on, in an order that says nothing about the list's."""
    starts: NDArray[np.uint32]
    """Where each bucket of numbers (`index.bucket_of`) begins, and the end; a power of two and one more."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What the index knows of some numbers."""

    first: NDArray[np.int64]
    """For each number the person it belongs to, -1 if to no customer."""
    several: Mapping[int, tuple[int, ...]]
    """Position → all persons, where one number is several people's: a couple's mailbox, a family's phone."""


class Index:
    """A loaded customer index. It may be a mapped file: thousands of look-ups read a few pages of it."""

    __slots__ = ("_arrays", "_bits", "_columns", "_rounds", "info")

    def __init__(self, arrays: Arrays, info: IndexInfo) -> None:
        self._arrays = arrays
        self._columns = (arrays.numbers.data, arrays.persons.data, arrays.starts.data)
        self._bits = (len(arrays.starts) - 1).bit_length() - 1
        self._rounds = int(np.diff(arrays.starts).max()).bit_length()
        self.info = info

    def look_up(self, numbers: Sequence[int] | NDArray[np.int64]) -> Hits:
        """The persons that `numbers` (`Pseudonyms`, 0 for no value) belong to."""
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
        """Where each number stands, or would: a binary search of all at once, each within its bucket."""
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
        """All persons that one number belongs to."""
        numbers, persons, starts = self._columns
        bucket = bucket_of(number, self._bits)
        first = last = bisect_left(numbers, number, starts[bucket], starts[bucket + 1])
        while number and last < len(numbers) and numbers[last] == number:
            last += 1
        return tuple(persons[first:last])

    def without_customers(self, numbers: Sequence[int]) -> list[int]:
        """Those of the `numbers` that belong to no customer."""
        if len(numbers) <= _FEW:
            return [number for number in numbers if not self.persons(number)]
        persons = self.look_up(numbers).first.tolist()
        return [number for number, person in zip(numbers, persons, strict=True) if person < 0]

    def numbers_of(self, persons: Sequence[int]) -> NDArray[np.int64]:
        """Every number in the index that belongs to one of `persons` (-1 for nobody): their other addresses.

        Reads the whole column of persons, a twentieth of a second for 20 million: not for the mail's path.
        """
        wanted = np.zeros(self.info.people, dtype=bool)
        asked = np.asarray(persons, dtype=np.int64)
        wanted[asked[asked >= 0]] = True
        return self._arrays.numbers[wanted[self._arrays.persons]]

    def __len__(self) -> int:
        """Numbers in the index."""
        return len(self._arrays.numbers)


_Number = TypeVar("_Number", int, NDArray[np.int64])


def bucket_of(number: _Number, bits: int) -> _Number:
    """The upper bits of a number, from 0 on, in the order of signed numbers."""
    return (number >> (64 - bits)) + (1 << (bits - 1))
