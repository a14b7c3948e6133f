"""What every source gives, whatever it is: a table, read row by row, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

Row = Sequence[str]
UNREADABLE: Row = ()
"""Stands for a row that could not be read."""

_SAMPLE = 2_000
"""Rows that show what the columns hold."""


@dataclass(slots=True)
class Stream:
    """One table of a source."""

    source: str
    """The file, query or `-` that it comes from, as the operator wrote it."""
    name: str
    """What operators call it: `customers.csv`, `crm.xlsx, sheet "Customers"`."""
    header: tuple[str, ...]
    """Names of the columns, if the format itself has them; else they are among the first rows, perhaps."""
    rows: Iterator[Row]
    late: set[str] = field(default_factory=set)
    """Names of columns that came too late, while the rows were read: they are left out."""

    def sample(self) -> list[Row]:
        """The first rows; they stay in `rows`."""
        first = list(islice(self.rows, _SAMPLE))
        self.rows = chain(first, self.rows)
        return [row for row in first if row]
