"""The input of an index build: batches of rows of a customer list, and the origin of the list."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowBatch:
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
class Origin:
    """How an index came to be."""

    at: int
    """Seconds since 1970."""
    source: str
    """For people: the name of a file, or of a table. Never a value in it."""
    region: str = ""
    """Where its phone numbers without a country code belong (a key of `identifiers.REGIONS`)."""
