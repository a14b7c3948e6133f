"""Rows that a format gives cell by cell, packed into a table that is small to keep and quick to hand over."""

from collections.abc import Iterable, Iterator, Sequence

from holdback.documents.budget import Budget
from holdback.documents.rows import DelimitedRows
from holdback.documents.values import Table, Unread, Unreadable

_CELL = "\x1f"
_BLANK = str.maketrans({_CELL: " ", "\n": " ", "\r": " "})
_SLICE = 2_000
"""Rows packed between two looks at the budget."""


def grid(
    rows: Iterable[Sequence[str]], budget: Budget, where: str = "", header: Sequence[str] = (), first: int = 0
) -> Iterator[Table]:
    """The table of `rows`, if there are any; `where`, `header` and `first` as in `Table`.

    Line breaks within a cell become blanks. Raises Unread when the cells are used up, after what fitted.
    """
    packed: list[str] = []
    width = 0
    complete = True
    for row in rows:
        if budget.cells(len(row)) < len(row):
            complete = False
            break
        width = max(width, len(row))
        line = _CELL.join(row)
        if "\n" in line or "\r" in line or line.count(_CELL) >= len(row) > 0:
            line = _CELL.join([cell.translate(_BLANK) for cell in row])
        packed.append(line or " ")
        if len(packed) % _SLICE == 0:
            budget.beat()
    if packed:
        rows_text = DelimitedRows("\n".join(packed), _CELL, width, budget.beat, quotes=False)
        yield Table(rows_text, tuple(header), where, first)
    if not complete:
        raise Unread(Unreadable.OVER_LIMIT)
