"""Pack rows of cells into a table that needs little memory and is fast to transfer."""

from collections.abc import Iterable, Iterator, Sequence

from holdback.documents.budget import Budget
from holdback.documents.document import Table, Unread, Unreadable
from holdback.documents.rows import DelimitedRows

_CELL = "\x1f"
_BLANK = str.maketrans({_CELL: " ", "\n": " ", "\r": " "})
_SLICE = 2_000
"""Rows packed between two checks of the budget."""


def grid(
    rows: Iterable[Sequence[str]], budget: Budget, where: str = "", header: Sequence[str] = (), first: int = 0
) -> Iterator[Table]:
    """Yield `rows` as a table, if there are any; `where`, `header` and `first` as in `Table`.

    Line breaks in cells become blanks. When the budget of cells is used up, yields the rows so far and raises
    Unread.
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
