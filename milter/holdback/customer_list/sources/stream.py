"""One table of a source as a stream of rows, read once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

Row = Sequence[str]
UNREADABLE: Row = ()
"""Placeholder for an unreadable row."""

_SAMPLE = 2_000
"""Rows from which the columns are recognised."""


@dataclass(slots=True)
class Stream:
    """One table of a source."""

    source: str
    """File name, query or `-`, as the operator wrote it."""
    name: str
    """Display name: `customers.csv`, `crm.xlsx, sheet "Customers"`."""
    header: tuple[str, ...]
    """Column names of formats that define them; empty for CSV, whose first rows may be headings."""
    rows: Iterator[Row]
    late: set[str] = field(default_factory=set)
    """Columns first seen while rows were read, which are ignored."""

    def sample(self) -> list[Row]:
        """Return the first rows, which remain in `rows`."""
        first = list(islice(self.rows, _SAMPLE))
        self.rows = chain(first, self.rows)
        return [row for row in first if row]
