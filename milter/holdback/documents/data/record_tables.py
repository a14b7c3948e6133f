"""Group records with named fields into tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.document import Table
from holdback.documents.grid import grid

Field = tuple[str, str]
"""Name and value. A repeated name gets further columns, up to `_REPEATS`."""

_CELL = "\x1f"
_COLUMNS = 256
"""Columns above which a record with new names starts another table, to avoid mostly empty cells."""
_REPEATS = 4
"""Columns of one name; further values share the last one."""
_MANY = 512
"""Separate tables; records of further ones share one table."""


@dataclass(slots=True)
class _Batch:
    """Records with the same columns."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    """Each row as one string; lists of strings take ten times the memory."""

    def add(self, fields: Iterable[Field]) -> None:
        row = [""] * len(self.columns)
        more: dict[int, list[str]] = {}
        for name, value in fields:
            at = self.columns.setdefault(name, len(self.columns))
            if at < len(row) and row[at]:
                at = self._again(name, row)
            if at >= len(row):
                row.append(value)
            elif row[at]:
                more.setdefault(at, []).append(value)
            else:
                row[at] = value
        for at, values in more.items():
            row[at] = ", ".join((row[at], *values))
        self.add_row(row)

    def _again(self, name: str, row: Sequence[str]) -> int:
        """Return the column for a repeated value of `name`."""
        at = 0
        for number in range(2, _REPEATS + 1):
            at = self.columns.setdefault(f"{name} {number}", len(self.columns))
            if at >= len(row) or not row[at]:
                break
        return at

    def add_row(self, row: Sequence[str]) -> None:
        packed = _CELL.join(row)
        if packed.count(_CELL) >= max(1, len(row)):
            packed = _CELL.join([cell.replace(_CELL, " ") for cell in row])
        self.rows.append(packed)

    def table(self, where: str, header: Sequence[str], budget: Budget) -> Iterator[Table]:
        """Yield the table; rows are freed as they are handed over."""
        self.rows.reverse()
        rows = (self.rows.pop().split(_CELL) for _ in range(len(self.rows)))
        return grid(rows, budget, where, header)


class RecordTables:
    """The records of one text, grouped by place: `table customers`."""

    __slots__ = ("_named", "_rows", "added")

    def __init__(self) -> None:
        self._named: dict[str, list[_Batch]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], _Batch] = {}
        self.added = 0
        """Number of records so far."""

    def add(self, where: str, fields: Sequence[Field]) -> None:
        """Add one record."""
        self.added += 1
        if where not in self._named and len(self._named) >= _MANY:
            where = ""
        batches = self._named.setdefault(where, [_Batch()])
        known = batches[-1].columns
        if len(known) + len(fields) > _COLUMNS and known and any(name not in known for name, _ in fields):
            batches.append(_Batch())
        batches[-1].add(fields)

    def add_row(self, where: str, row: Sequence[str], header: tuple[str, ...] = ()) -> None:
        """Add one row; `header` names its columns, or is empty."""
        key = (where, header)
        batch = self._rows.get(key)
        if batch is None:
            if len(self._rows) >= _MANY:
                self.add(where, list(zip((*header, *("",) * len(row)), row, strict=False)))
                return
            batch = self._rows[key] = _Batch()
        self.added += 1
        batch.add_row(row)

    def tables(self, budget: Budget) -> Iterator[Table]:
        """Yield all tables."""
        for where, batches in self._named.items():
            for batch in batches:
                yield from batch.table(where, tuple(batch.columns), budget)
                # Headings are not searched for addresses, but a JSON key can be one.
                yield from grid(((name,) for name in batch.columns if "@" in name), budget, where)
        for (where, header), batch in self._rows.items():
            yield from batch.table(where, header, budget)
