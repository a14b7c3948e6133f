"""Numbers of people in the order in which they are looked up: sorted, on shelves by their leading bits.

A number takes 13 bytes: 8 of its own, 4 for the disclosure that showed it, 1 for the place in that. One
shelf is read to find a number, whatever the segment holds besides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_ON_A_SHELF = 32
"""Numbers on one shelf, at least on average: with all that belongs to them they take less than a page."""
_MOST_BITS = 16


@dataclass(frozen=True, slots=True)
class Entries:
    """Who was shown where: three columns of one length."""

    numbers: NDArray[np.int64]
    disclosures: NDArray[np.uint32]
    """Counted from the first disclosure of their row."""
    places: NDArray[np.uint8]

    @classmethod
    def from_columns(cls, numbers: bytes, disclosures: bytes, places: bytes) -> Self:
        """What `columns` gave."""
        return cls(
            np.frombuffer(numbers, "<i8"), np.frombuffer(disclosures, "<u4"), np.frombuffer(places, "u1")
        )

    def columns(self) -> dict[str, bytes]:
        """As it is stored, the same on every machine."""
        return {
            "numbers": self.numbers.astype("<i8").tobytes(),
            "disclosures": self.disclosures.astype("<u4").tobytes(),
            "places": self.places.astype("u1").tobytes(),
        }

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, chosen: slice | NDArray[np.intp]) -> "Entries":
        return Entries(self.numbers[chosen], self.disclosures[chosen], self.places[chosen])


def concatenate(rows: Sequence[tuple[int, Entries]]) -> Entries:
    """All `rows`, each with its first disclosure, as one that counts from the first of them all."""
    start = rows[0][0]
    return Entries(
        np.concatenate([entries.numbers for _, entries in rows]),
        np.concatenate([entries.disclosures + np.uint32(first - start) for first, entries in rows]),
        np.concatenate([entries.places for _, entries in rows]),
    )


def bits_for(count: int) -> int:
    """Leading bits that name the shelf, in a segment of so many numbers."""
    return min(max(0, (count // _ON_A_SHELF).bit_length() - 1), _MOST_BITS)


def bucket_of(number: int, bits: int) -> int:
    """Where `number` is, or would be."""
    return (number & 0xFFFFFFFFFFFFFFFF) >> (64 - bits)


def bucket_key(segment: int, shelf: int) -> int:
    """Key of the row with that shelf of the segment that begins with disclosure `segment`."""
    return segment << _MOST_BITS | shelf


def partition(entries: Entries, bits: int) -> Iterator[tuple[int, Entries]]:
    """Every shelf that has something on it, in order, sorted by number."""
    unsigned = entries.numbers.view(np.uint64)
    order = np.argsort(unsigned, kind="stable")
    shelves = unsigned[order] >> np.uint64(64 - bits) if bits else np.zeros(len(order), np.uint64)
    starts = np.flatnonzero(np.diff(shelves, prepend=shelves[:1] + np.uint64(1)))
    inside = entries[order]
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        yield int(shelves[start]), inside[start:end]


def select_numbers(entries: Entries, wanted: NDArray[np.int64]) -> Entries:
    """Those of the `entries`, sorted or not, that show somebody of `wanted`, which are sorted."""
    nearest = wanted.take(np.searchsorted(wanted, entries.numbers), mode="clip")
    return entries[np.flatnonzero(nearest == entries.numbers)]
