"""Look-ups in the customer index: numbers of identifiers become numbers of persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Hits:
    """What the index knows of some numbers."""

    first: NDArray[np.int64]
    """For each number the person it belongs to, -1 if to no customer."""
    several: Mapping[int, tuple[int, ...]]
    """Position → all persons, where one number is several people's: a couple's mailbox, a family's phone."""


class Index:
    """A loaded customer index."""

    def look_up(self, numbers: Sequence[int] | NDArray[np.int64]) -> Hits:
        """The persons that `numbers` (`Pseudonyms`, 0 for no value) belong to."""
        raise NotImplementedError

    def persons(self, number: int) -> tuple[int, ...]:
        """All persons that one number belongs to."""
        raise NotImplementedError

    def numbers_of(self, persons: Sequence[int]) -> NDArray[np.int64]:
        """Every number in the index that belongs to one of `persons`: their other addresses and phones."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Numbers in the index."""
        raise NotImplementedError
