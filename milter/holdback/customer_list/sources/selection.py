"""All sources of one build, opened, and what is taken from each."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from holdback.customer_list.sources.columns import ColumnOptions, Columns, columns_of, places
from holdback.customer_list.sources.database import query
from holdback.customer_list.sources.files import streams
from holdback.customer_list.sources.stream import Stream
from holdback.exits import Exit, Failure
from holdback.phrases import printable

_NAMED = 30
"""Columns that an error names."""


@dataclass(slots=True)
class SourceTable:
    """One table with customers, and what was read of it so far."""

    stream: Stream
    columns: Columns
    rows: int = 0
    unreadable: int = 0
    """Lines that are no rows at all; not among `rows`."""

    @property
    def column_names(self) -> dict[str, list[str]]:
        """Kind → names of the columns it is taken from."""
        names = self.columns.names
        return {kind: [printable(names[index]) for index in at] for kind, at in self.columns.at.items()}


def open_sources(
    sources: Sequence[str], sql: str | None, asked: ColumnOptions, stack: ExitStack
) -> list[SourceTable]:
    """The tables with customers in `sources`: files, or queries for the database `sql`. `stack` closes them.

    Raises Failure if a source has no customers, or none has a column that was asked for.
    """
    found = [
        SourceTable(stream, columns_of(stream, asked))
        for source in sources
        for stream in (query(sql, source, stack) if sql else streams(source, stack))
    ]
    for name in (name for each in asked.values() for name in each):
        if not any(places(name, each.columns.names) for each in found):
            raise Failure(Exit.DATA, f"--column: there is no {printable(name)}, but {_named(found)}")
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
    text = f"{printable(source)}: no column tells who a customer is; there are {_named(found)}"
    return f"{text}; say which does: --column email=NAME"


def _named(found: Iterable[SourceTable]) -> str:
    """The columns, as an error names them. Not the values, which are people's."""
    names = list(dict.fromkeys(name for each in found for name in each.columns.names))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(printable(name, 60) for name in names[:_NAMED]) + more
