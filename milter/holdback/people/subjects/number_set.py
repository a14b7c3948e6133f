"""Sets of people by the millions in little memory: a person, or an address, is a number of eight bytes."""

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_FEW = 4096
"""Numbers held as a plain set, at most; beyond, they are put on shelves."""
_SHELVES = 256
_SLACK = 64


def key_of(text: str) -> int:
    """The number that stands for `text` while this process runs; 0 for the empty one.

    That two of a million people share a number happens to one message in 30 million.
    """
    return hash(text)


def keys_of(texts: Iterable[str]) -> Iterator[int]:
    """`key_of` each."""
    return map(hash, texts)


class Keys:
    """A set of numbers of 64 bits. Many take 8 to 16 bytes each; in a plain set it would be a hundred."""

    __slots__ = ("_distinct", "_few", "_shelves")

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._few: set[int] = set(numbers)
        self._shelves: list[array[int]] = []
        self._distinct: list[int] = []
        """For each shelf its length when its repetitions were last taken out."""
        if len(self._few) > _FEW:
            self._shelve()

    def update(self, numbers: Iterable[int]) -> None:
        """Add all `numbers`; some thousands at a time are best."""
        self._few.update(numbers)
        if len(self._few) > _FEW:
            self._shelve()

    def update_all(self, numbers: NDArray[np.int64]) -> None:
        """Add all `numbers`, in a fraction of the time that `update` takes for many."""
        if len(numbers) <= _FEW // 2:
            self.update(numbers.tolist())
            return
        self._shelve()
        self._put(numbers)
        self._sort_out(2)

    def _put(self, numbers: NDArray[np.int64]) -> None:
        """Put each on the shelf that its last byte names."""
        shelf_of = (numbers & (_SHELVES - 1)).astype(np.uint8)
        ordered = numbers[np.argsort(shelf_of, kind="stable")]
        ends = np.cumsum(np.bincount(shelf_of, minlength=_SHELVES)).tolist()
        for shelf, start, end in zip(self._shelves, [0, *ends], ends, strict=False):
            shelf.frombytes(ordered[start:end].tobytes())

    def add(self, other: "Keys") -> None:
        """Add all that `other` has."""
        self.update(other._few)
        if other._shelves:
            self._shelve()
            for mine, theirs in zip(self._shelves, other._shelves, strict=True):
                mine.extend(theirs)
            self._sort_out(2)

    def without(self, other: "Keys") -> "Keys":
        """Those that are not in `other`."""
        if not (self._shelves or other._shelves):
            return Keys(self._few - other._few)
        self._shelve()
        other._shelve()
        left = Keys()
        for mine, theirs in zip(self._shelves, other._shelves, strict=True):
            left.update(set(mine).difference(theirs))
        return left

    def __iter__(self) -> Iterator[int]:
        """Each number once, in no order."""
        if self._shelves:
            self._shelve()
            self._sort_out(1)
        yield from self._few
        for shelf in self._shelves:
            yield from shelf

    def __len__(self) -> int:
        if not self._shelves:
            return len(self._few)
        self._shelve()
        self._sort_out(1)
        return sum(self._distinct)

    def __bool__(self) -> bool:
        return bool(self._few or self._shelves)

    def _shelve(self) -> None:
        """Put the few on the shelves."""
        if not self._shelves:
            self._shelves = [array("q") for _ in range(_SHELVES)]
            self._distinct = [0] * _SHELVES
        if self._few:
            self._put(np.fromiter(self._few, np.int64, len(self._few)))
            self._few.clear()
            self._sort_out(2)

    def _sort_out(self, times: int) -> None:
        """Take the repetitions out of every shelf that is `times` as long as when that was last done."""
        slack = _SLACK if times > 1 else 0
        for at, shelf in enumerate(self._shelves):
            if len(shelf) > times * self._distinct[at] + slack:
                self._shelves[at] = array("q", set(shelf))
                self._distinct[at] = len(self._shelves[at])
