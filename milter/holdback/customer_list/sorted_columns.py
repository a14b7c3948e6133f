"""Columns of numbers side by side, millions long: sorted, paired, counted."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_Other = TypeVar("_Other", bound=np.generic)


def pairs(numbers: Numbers, others: NDArray[_Other]) -> tuple[Numbers, NDArray[_Other]]:
    """The distinct pairs, ascending."""
    order = np.argsort(numbers)
    numbers = numbers[order]
    others = in_order(numbers, others[order])
    new = np.ones(len(numbers), dtype=bool)
    new[1:] = (numbers[1:] != numbers[:-1]) | (others[1:] != others[:-1])
    return numbers[new], others[new]


def in_order(numbers: Numbers, others: NDArray[_Other]) -> NDArray[_Other]:
    """The others, ascending where the sorted numbers are equal: few are, so that a second sort is quick."""
    again = numbers[1:] == numbers[:-1]
    repeated = np.zeros(len(numbers), dtype=bool)
    repeated[1:] |= again
    repeated[:-1] |= again
    inside = np.flatnonzero(repeated)
    others[inside] = others[inside][np.lexsort((others[inside], numbers[inside]))]
    return others


def runs(numbers: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each of the sorted numbers begins, and how often it stands there."""
    new = np.ones(len(numbers), dtype=bool)
    new[1:] = numbers[1:] != numbers[:-1]
    starts = np.flatnonzero(new)
    return starts, np.diff(starts, append=len(numbers))


def among(numbers: Numbers, few: Numbers) -> NDArray[np.bool_]:
    """For each number whether it is one of `few`, which are sorted."""
    if not len(few):
        return np.zeros(len(numbers), dtype=bool)
    places = np.minimum(np.searchsorted(few, numbers), len(few) - 1)
    found: NDArray[np.bool_] = few[places] == numbers
    return found
