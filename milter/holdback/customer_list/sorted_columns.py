"""Sort, pair and count parallel columns of millions of numbers."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_Other = TypeVar("_Other", bound=np.generic)


def pairs(numbers: Numbers, others: NDArray[_Other]) -> tuple[Numbers, NDArray[_Other]]:
    """Return the distinct pairs in ascending order."""
    order = np.argsort(numbers)
    numbers = numbers[order]
    others = in_order(numbers, others[order])
    new = np.ones(len(numbers), dtype=bool)
    new[1:] = (numbers[1:] != numbers[:-1]) | (others[1:] != others[:-1])
    return numbers[new], others[new]


def in_order(numbers: Numbers, others: NDArray[_Other]) -> NDArray[_Other]:
    """Sort `others` where the sorted `numbers` are equal: few are, so this is faster than one lexsort."""
    again = numbers[1:] == numbers[:-1]
    repeated = np.zeros(len(numbers), dtype=bool)
    repeated[1:] |= again
    repeated[:-1] |= again
    inside = np.flatnonzero(repeated)
    others[inside] = others[inside][np.lexsort((others[inside], numbers[inside]))]
    return others


def runs(numbers: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and length of each run of equal numbers; `numbers` are sorted."""
    new = np.ones(len(numbers), dtype=bool)
    new[1:] = numbers[1:] != numbers[:-1]
    starts = np.flatnonzero(new)
    return starts, np.diff(starts, append=len(numbers))


def among(numbers: Numbers, few: Numbers) -> NDArray[np.bool_]:
    """Return for each number whether it is one of `few`, which are sorted."""
    if not len(few):
        return np.zeros(len(numbers), dtype=bool)
    places = np.minimum(np.searchsorted(few, numbers), len(few) - 1)
    found: NDArray[np.bool_] = few[places] == numbers
    return found
