"""Group the rows of a stream into batches, one list for each column."""

from collections.abc import Iterator, Sequence
from itertools import islice

from holdback.customer_list.rows import RowBatch
from holdback.customer_list.sources.columns import Columns
from holdback.customer_list.sources.selection import SourceTable
from holdback.customer_list.sources.stream import Row
from holdback.people.fields.addresses import in_line
from holdback.people.fields.kinds import Field

_AT_ONCE = 10_000
"""Rows of one batch."""
_MOST_ADDRESSES = 8
"""Addresses read from one cell, at most."""

Cells = Sequence[str]


def batches(table: SourceTable) -> Iterator[RowBatch]:
    """Yield the customers of a table in batches; count rows and unreadable lines in `table`."""
    body = islice(table.stream.rows, table.columns.body, None)
    while found := list(islice(body, _AT_ONCE)):
        rows = [row for row in found if row]
        table.rows += len(rows)
        table.unreadable += len(found) - len(rows)
        yield _batch(rows, table.columns)


def _batch(rows: Sequence[Row], columns: Columns) -> RowBatch:
    by_column = _by_column(rows, len(columns.names))
    cells = {field: [by_column[index] for index in indices] for field, indices in columns.at.items()}
    return RowBatch(
        count=len(rows),
        emails=[each for column in cells.get(Field.EMAIL, ()) for each in _one_each(column)],
        phones=cells.get(Field.PHONE, ()),
        ids=_first(cells.get(Field.ID, ())),
        logins=_first(cells.get(Field.LOGIN, ())),
        names=_joined(cells.get(Field.NAME, ())),
        postcodes=_first(cells.get(Field.POSTCODE, ())),
    )


def _by_column(rows: Sequence[Row], width: int) -> list[Cells]:
    """Transpose the rows; short ones are padded with empty cells."""
    if any(len(row) < width for row in rows):
        rows = [(*row, *[""] * (width - len(row))) for row in rows]
    return list(zip(*rows, strict=False)) or [()] * width


def _first(columns: Sequence[Cells]) -> Cells:
    """Return the first non-empty cell of each row."""
    if len(columns) < 2:
        return columns[0] if columns else ()
    return [next(filter(None, map(str.strip, cells)), "") for cells in zip(*columns, strict=True)]


def _joined(columns: Sequence[Cells]) -> Cells:
    """Return the cells of each row joined by a blank: given and family name."""
    if len(columns) < 2:
        return columns[0] if columns else ()
    return [" ".join(filter(None, map(str.strip, cells))) for cells in zip(*columns, strict=True)]


def _one_each(column: Cells) -> Sequence[Cells]:
    """Split cells with several addresses (`ann@x.example; ann@y.example`) into several columns."""
    several = {
        number: [written for written, _ in in_line(cell)][:_MOST_ADDRESSES]
        for number, cell in enumerate(column)
        if cell.count("@") > 1
    }
    width = max(map(len, several.values()), default=1)
    if width < 2:
        return [column]
    columns = [list(column), *([""] * len(column) for _ in range(width - 1))]
    for number, found in several.items():
        for place, written in enumerate(found):
            columns[place][number] = written
    return columns
