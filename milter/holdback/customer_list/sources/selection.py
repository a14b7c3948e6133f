"""Open the sources of one build and select the tables that identify customers."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from holdback.customer_list.sources.columns import KINDS, ColumnOptions, Columns, columns_of, places
from holdback.customer_list.sources.database import query
from holdback.customer_list.sources.files import streams
from holdback.customer_list.sources.stream import Stream
from holdback.exits import Exit, Failure
from holdback.phrases import printable

_NAMED = 30
"""Columns named in an error message, at most."""


@dataclass(slots=True)
class SourceTable:
    """One table of customers, and the number of rows read so far."""

    stream: Stream
    columns: Columns
    rows: int = 0
    unreadable: int = 0
    """Unreadable lines, not included in `rows`."""

    @property
    def column_names(self) -> dict[str, list[str]]:
        """Kind → names of its columns."""
        names = self.columns.names
        at = self.columns.at
        return {
            kind: [printable(names[index]) for index in at[field]]
            for kind, field in KINDS.items()
            if field in at
        }


def open_sources(
    sources: Sequence[str], sql: str | None, asked: ColumnOptions, stack: ExitStack
) -> list[SourceTable]:
    """Open `sources`, files or queries of the database `sql`; return the tables that identify customers.

    `stack` closes them. Raises Failure if a source has no such table, or no table has a column in `asked`.
    """
    found = [
        SourceTable(stream, columns_of(stream, asked))
        for source in sources
        for stream in (query(sql, source, stack) if sql else streams(source, stack))
    ]
    for name in (name for each in asked.values() for name in each):
        if not any(places(name, each.columns.names) for each in found):
            raise Failure(
                Exit.DATA, f"--column: no column {printable(name)}; the columns are {_named(found)}"
            )
    useful = [each for each in found if each.columns.identifies_customers]
    for source in sources:
        if not any(each.stream.source == source for each in useful):
            raise Failure(
                Exit.DATA, _useless(source, [each for each in found if each.stream.source == source])
            )
    return useful


def _useless(source: str, found: Sequence[SourceTable]) -> str:
    if not any(each.columns.names for each in found):
        return f"{printable(source)}: no rows"
    text = f"{printable(source)}: no column identifies customers; the columns are {_named(found)}"
    return f"{text}; choose one with --column email=NAME"


def _named(found: Iterable[SourceTable]) -> str:
    """Return the headings for an error message; never values, which are personal data."""
    names = list(dict.fromkeys(name for each in found for name in each.columns.names))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(printable(name, 60) for name in names[:_NAMED]) + more
