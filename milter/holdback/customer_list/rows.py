"""The input of an index build: batches of rows of a customer list, and the origin of the list."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Consecutive rows of a customer list, column by column, with values as written and "" for no value.

    Each column has `count` values, or none if the list lacks it. A batch of 10,000 rows is a good size.
    """

    count: int
    emails: Sequence[Sequence[str]] = ()
    """Several columns, because a customer may have several addresses."""
    phones: Sequence[Sequence[str]] = ()
    ids: Sequence[str] = ()
    logins: Sequence[str] = ()
    names: Sequence[str] = ()
    """Full names: given and family name separated by a blank, in any order."""
    postcodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of an index: when and from what it was built."""

    at: int
    """Time of the build, unix seconds."""
    source: str
    """Display name of the source, such as a file name; never a value of the list."""
    region: str = ""
    """Country of phone numbers without a country code: ISO 3166-1 alpha-2, `GB`; empty if unknown."""
