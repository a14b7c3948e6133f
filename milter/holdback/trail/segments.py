"""Sorted pseudonyms of a ledger segment, partitioned into buckets by their leading bits.

An entry takes 13 bytes: 8 for the pseudonym, 4 for its disclosure, 1 for the place in the message. A look-up
reads one bucket of a segment, whatever the segment's size. Buckets are the rows of the table `shelves`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_BUCKET_SIZE = 32
"""Smallest average number of entries in a bucket; up to twice as many fit in one database page."""
_MOST_BITS = 16


@dataclass(frozen=True, slots=True)
class Entries:
    """Pseudonyms with the disclosure and place they occurred in: three columns of equal length."""

    numbers: NDArray[np.int64]
    disclosures: NDArray[np.uint32]
    """Offset of the disclosure's id from the first disclosure of the row."""
    places: NDArray[np.uint8]

    @classmethod
    def from_columns(cls, numbers: bytes, disclosures: bytes, places: bytes) -> Self:
        """Decode the output of `columns`."""
        return cls(
            np.frombuffer(numbers, "<i8"), np.frombuffer(disclosures, "<u4"), np.frombuffer(places, "u1")
        )

    def columns(self) -> dict[str, bytes]:
        """Encode for the database, little-endian on every machine."""
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
    """Merge rows of (first disclosure, entries) into one, with offsets from the first row's disclosure."""
    start = rows[0][0]
    return Entries(
        np.concatenate([entries.numbers for _, entries in rows]),
        np.concatenate([entries.disclosures + np.uint32(first - start) for first, entries in rows]),
        np.concatenate([entries.places for _, entries in rows]),
    )


def bits_for(count: int) -> int:
    """Return the number of leading bits that select a bucket in a segment of `count` entries."""
    return min(max(0, (count // _BUCKET_SIZE).bit_length() - 1), _MOST_BITS)


def bucket_of(number: int, bits: int) -> int:
    """Return the bucket of a pseudonym."""
    return (number & 0xFFFFFFFFFFFFFFFF) >> (64 - bits)


def bucket_key(segment: int, bucket: int) -> int:
    """Return the database key of a bucket; `segment` is the first disclosure of its segment."""
    return segment << _MOST_BITS | bucket


def partition(entries: Entries, bits: int) -> Iterator[tuple[int, Entries]]:
    """Yield each non-empty bucket in order, its entries sorted by pseudonym."""
    unsigned = entries.numbers.view(np.uint64)
    order = np.argsort(unsigned, kind="stable")
    buckets = unsigned[order] >> np.uint64(64 - bits) if bits else np.zeros(len(order), np.uint64)
    starts = np.flatnonzero(np.diff(buckets, prepend=buckets[:1] + np.uint64(1)))
    inside = entries[order]
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        yield int(buckets[start]), inside[start:end]


def select_numbers(entries: Entries, wanted: NDArray[np.int64]) -> Entries:
    """Return the entries whose pseudonym is in `wanted`, which must be sorted; `entries` need not be."""
    nearest = wanted.take(np.searchsorted(wanted, entries.numbers), mode="clip")
    return entries[np.flatnonzero(nearest == entries.numbers)]
