"""Read columns of a table whose cells hold JSON, as further columns."""

import re
from collections.abc import Iterator, Sequence

from holdback.documents.budget import Budget
from holdback.documents.data.literals import as_json
from holdback.documents.data.nested_values import NestedValues, decode
from holdback.documents.data.record_tables import Field
from holdback.documents.document import Piece, Table, Unreadable

_SIGNS = ('{"', "{'")
"""One of these is in a table with such a cell; in CSV the quote is doubled."""
_OBJECT = re.compile(r"""\s*+[\[{]\s*+(?:\{\s*+)?(?:""|["'])""")
_SHARE = 0.5
"""Share of the cells of a column that must be JSON, empty ones left out."""
_LONGEST = 64 * 1024
"""Characters of one cell that are decoded."""
_BETWEEN_BEATS = 500

Row = Sequence[str]


def open_cells(table: Table, budget: Budget) -> Iterator[Piece]:
    """Yield the rows of `table` with the JSON in its cells as columns; nothing if no column has any."""
    if table.source and not any(map(table.source.__contains__, _SIGNS)):
        return
    sample = table.sample()
    columns = [column for column in range(max(map(len, sample), default=0)) if _is_json(sample, column)]
    if not columns:
        return
    values = NestedValues()
    header: Row = table.header
    for number, row in enumerate(table.rows):
        if number % _BETWEEN_BEATS == 0:
            budget.beat()
        if not header and number == 0 and not any(_OBJECT.match(cell) for cell in row):
            header = row
            continue
        if not budget.keep(sum(map(len, row))):
            yield Unreadable.OVER_LIMIT
            break
        _add(row, header, columns, values, budget)
    values.flush()
    where = f"{table.where}, JSON in cells" if table.where else "JSON in cells"
    for found in values.records.tables(budget):
        yield Table(found.rows, found.header, where)


def _is_json(sample: Sequence[Row], column: int) -> bool:
    cells = [row[column] for row in sample[1:] if len(row) > column and row[column].strip()]
    return bool(cells) and sum(bool(_OBJECT.match(cell)) for cell in cells) >= _SHARE * len(cells)


def _add(row: Row, header: Row, columns: Sequence[int], values: NestedValues, budget: Budget) -> None:
    """Add one row: as a record with the fields of its objects; lists in cells as records of their own."""
    fields: list[Field] = []
    for column, cell in enumerate(row):
        name = header[column] if column < len(header) else ""
        value = _decoded(cell, budget) if column in columns else None
        if isinstance(value, tuple):
            fields += values.fields("", value, name)
        elif isinstance(value, list):
            values.add("", value)
        elif cell:
            fields.append((name, cell))
    values.record("", fields)


def _decoded(cell: str, budget: Budget) -> object:
    """Return the value in a cell, in JSON or as Python writes it; None if it is neither."""
    text = cell.strip()[:_LONGEST]
    for written in (text, "".join(as_json(text, budget))) if _OBJECT.match(text) else ():
        try:
            return decode(written, 0)[0]
        except (ValueError, RecursionError):
            continue
    return None
