"""Sets of people by the millions in little memory: a person, or an address, is a number of eight bytes."""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_FEW = 4096
"""Numbers held as a plain set, at most; beyond, they are put on buckets."""
_BUCKETS = 256
_SLACK = 64


def number_of(text: str) -> int:
    """The number that stands for `text` while this process runs; 0 for the empty one.

    That two of a million people share a number happens to one message in 30 million.
    """
    return hash(text)


def numbers_of(texts: Iterable[str]) -> Iterator[int]:
    """`number_of` each."""
    return map(hash, texts)


class NumberSet:
    """A set of numbers of 64 bits. Many take 8 to 16 bytes each; in a plain set it would be a hundred."""

    __slots__ = ("_buckets", "_distinct", "_few")

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._few: set[int] = set(numbers)
        self._buckets: list[array[int]] = []
        self._distinct: list[int] = []
        """For each bucket its length when its repetitions were last taken out."""
        if len(self._few) > _FEW:
            self._to_buckets()

    def update(self, numbers: Iterable[int]) -> None:
        """Add all `numbers`; some thousands at a time are best."""
        self._few.update(numbers)
        if len(self._few) > _FEW:
            self._to_buckets()

    def update_all(self, numbers: NDArray[np.int64]) -> None:
        """Add all `numbers`, in a fraction of the time that `update` takes for many."""
        if len(numbers) <= _FEW // 2:
            self.update(numbers.tolist())
            return
        self._to_buckets()
        self._put(numbers)
        self._sort_out(2)

    def _put(self, numbers: NDArray[np.int64]) -> None:
        """Put each on the bucket that its last byte names."""
        bucket_of = (numbers & (_BUCKETS - 1)).astype(np.uint8)
        ordered = numbers[np.argsort(bucket_of, kind="stable")]
        ends = np.cumsum(np.bincount(bucket_of, minlength=_BUCKETS)).tolist()
        for bucket, start, end in zip(self._buckets, [0, *ends], ends, strict=False):
            bucket.frombytes(ordered[start:end].tobytes())

    def add(self, other: "NumberSet") -> None:
        """Add all that `other` has."""
        self.update(other._few)
        if other._buckets:
            self._to_buckets()
            for mine, theirs in zip(self._buckets, other._buckets, strict=True):
                mine.extend(theirs)
            self._sort_out(2)

    def without(self, other: "NumberSet") -> "NumberSet":
        """Those that are not in `other`."""
        if not (self._buckets or other._buckets):
            return NumberSet(self._few - other._few)
        self._to_buckets()
        other._to_buckets()
        left = NumberSet()
        for mine, theirs in zip(self._buckets, other._buckets, strict=True):
            left.update(set(mine).difference(theirs))
        return left

    def __iter__(self) -> Iterator[int]:
        """Each number once, in no order."""
        if self._buckets:
            self._to_buckets()
            self._sort_out(1)
        yield from self._few
        for bucket in self._buckets:
            yield from bucket

    def __len__(self) -> int:
        if not self._buckets:
            return len(self._few)
        self._to_buckets()
        self._sort_out(1)
        return sum(self._distinct)

    def __bool__(self) -> bool:
        return bool(self._few or self._buckets)

    def _to_buckets(self) -> None:
        """Put the few on the buckets."""
        if not self._buckets:
            self._buckets = [array("q") for _ in range(_BUCKETS)]
            self._distinct = [0] * _BUCKETS
        if self._few:
            self._put(np.fromiter(self._few, np.int64, len(self._few)))
            self._few.clear()
            self._sort_out(2)

    def _sort_out(self, times: int) -> None:
        """Take the repetitions out of every bucket that is `times` as long as when that was last done."""
        slack = _SLACK if times > 1 else 0
        for at, bucket in enumerate(self._buckets):
            if len(bucket) > times * self._distinct[at] + slack:
                self._buckets[at] = array("q", set(bucket))
                self._distinct[at] = len(self._buckets[at])
