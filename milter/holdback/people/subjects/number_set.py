"""Sets of millions of people in little memory: a person or an address is a number of eight bytes."""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_FEW = 4096
"""Maximum of numbers in a plain set; more are put in buckets."""
_BUCKETS = 256
_SLACK = 64


def number_of(text: str) -> int:
    """Return a number for `text` that is valid while this process runs; 0 for "".

    With a million people in a message, two share a number in one of 30 million such messages.
    """
    return hash(text)


def numbers_of(texts: Iterable[str]) -> Iterator[int]:
    """Yield `number_of` for each."""
    return map(hash, texts)


class NumberSet:
    """A set of 64-bit numbers. Large sets take 8 to 16 bytes a number, a plain set a hundred."""

    __slots__ = ("_buckets", "_distinct", "_few")

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._few: set[int] = set(numbers)
        self._buckets: list[array[int]] = []
        self._distinct: list[int] = []
        """For each bucket its length when duplicates were last removed."""
        if len(self._few) > _FEW:
            self._to_buckets()

    def update(self, numbers: Iterable[int]) -> None:
        """Add all `numbers`, best some thousands at a time."""
        self._few.update(numbers)
        if len(self._few) > _FEW:
            self._to_buckets()

    def update_all(self, numbers: NDArray[np.int64]) -> None:
        """Add all `numbers`; much faster than `update` for many."""
        if len(numbers) <= _FEW // 2:
            self.update(numbers.tolist())
            return
        self._to_buckets()
        self._put(numbers)
        self._deduplicate(2)

    def _put(self, numbers: NDArray[np.int64]) -> None:
        """Append each number to the bucket given by its last byte."""
        bucket_of = (numbers & (_BUCKETS - 1)).astype(np.uint8)
        ordered = numbers[np.argsort(bucket_of, kind="stable")]
        ends = np.cumsum(np.bincount(bucket_of, minlength=_BUCKETS)).tolist()
        for bucket, start, end in zip(self._buckets, [0, *ends], ends, strict=False):
            bucket.frombytes(ordered[start:end].tobytes())

    def add(self, other: "NumberSet") -> None:
        """Add all numbers of `other`."""
        self.update(other._few)
        if other._buckets:
            self._to_buckets()
            for mine, theirs in zip(self._buckets, other._buckets, strict=True):
                mine.extend(theirs)
            self._deduplicate(2)

    def without(self, other: "NumberSet") -> "NumberSet":
        """Return the numbers that are not in `other`."""
        if not (self._buckets or other._buckets):
            return NumberSet(self._few - other._few)
        self._to_buckets()
        other._to_buckets()
        left = NumberSet()
        for mine, theirs in zip(self._buckets, other._buckets, strict=True):
            left.update(set(mine).difference(theirs))
        return left

    def __iter__(self) -> Iterator[int]:
        """Yield each number once, in no order."""
        if self._buckets:
            self._to_buckets()
            self._deduplicate(1)
        yield from self._few
        for bucket in self._buckets:
            yield from bucket

    def __len__(self) -> int:
        if not self._buckets:
            return len(self._few)
        self._to_buckets()
        self._deduplicate(1)
        return sum(self._distinct)

    def __bool__(self) -> bool:
        return bool(self._few or self._buckets)

    def _to_buckets(self) -> None:
        """Move the numbers of the plain set to the buckets."""
        if not self._buckets:
            self._buckets = [array("q") for _ in range(_BUCKETS)]
            self._distinct = [0] * _BUCKETS
        if self._few:
            self._put(np.fromiter(self._few, np.int64, len(self._few)))
            self._few.clear()
            self._deduplicate(2)

    def _deduplicate(self, times: int) -> None:
        """Remove duplicates from each bucket that grew to `times` its length of the last removal."""
        slack = _SLACK if times > 1 else 0
        for at, bucket in enumerate(self._buckets):
            if len(bucket) > times * self._distinct[at] + slack:
                self._buckets[at] = array("q", set(bucket))
                self._distinct[at] = len(self._buckets[at])
