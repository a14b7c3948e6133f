"""What goes into the customer index, and what it tells about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a customer list, column by column, as written there; an empty string for no value.

    Every column has `count` values. A column that the list has not got is empty. Ten thousand rows at a time
    are right.
    """

    count: int
    emails: Sequence[Sequence[str]] = ()
    """Columns: a customer may have several addresses."""
    phones: Sequence[Sequence[str]] = ()
    ids: Sequence[str] = ()
    logins: Sequence[str] = ()
    names: Sequence[str] = ()
    """Full names: given and family name joined by a blank, in any order."""
    postcodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """How an index came to be."""

    at: int
    """Seconds since 1970."""
    source: str
    """For people: the name of a file, or of a table. Never a value in it."""
    region: str = ""
    """Where its phone numbers without a country code belong (a key of `identifiers.REGIONS`)."""


@dataclass(frozen=True, slots=True)
class Info:
    """What the file says of itself."""

    numbers: int
    """Identifiers, each counted once for each person it belongs to."""
    people: int
    rows: int
    """Rows of the list that it was built from."""
    empty: int
    """Those of them without any identifier: their people are not in the index."""
    dropped: int
    """Values that too many people share to identify one of them: a switchboard, `none@none.example`."""
    made_at: int
    """Seconds since 1970."""
    source: str
    region: str
    key_id: str
    """Of the key it was built with (`Pseudonyms.key_id`)."""
    bytes: int
    """Size of the file."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Kind of identifier (`Identifier`) → numbers of that kind."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """The index itself: for each identifier of each person a number, ascending, and the person beside it."""

    numbers: NDArray[np.int64]
    persons: NDArray[np.uint32]
    """From 0 on, in an order that says nothing about the list's."""
    starts: NDArray[np.uint32]
    """Where each bucket of numbers (`index.bucket_of`) begins, and the end; a power of two and one more."""
