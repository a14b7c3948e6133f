"""Records with named fields, gathered into tables whose columns are the names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.grid import grid
from holdback.documents.values import Table

Field = tuple[str, str]
"""Name and value. A name that comes again in one record gets columns of its own, some times."""

_CELL = "\x1f"
_COLUMNS = 256
"""Columns after which a record with new names begins another table: most cells would be empty."""
_REPEATS = 4
"""Columns that one name may have; further values share the last one."""
_MANY = 512
"""Tables kept apart; the records of further ones share a table."""


@dataclass(slots=True)
class _Batch:
    """Records that share their columns."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    """Each row as one string: lists of strings would take ten times the memory."""

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
        """The column for another value of `name`."""
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
        """The rows leave as they are handed over: they are in memory once."""
        self.rows.reverse()
        rows = (self.rows.pop().split(_CELL) for _ in range(len(self.rows)))
        return grid(rows, budget, where, header)


class RecordTables:
    """Records of one text, by the place they belong to: `table customers`."""

    __slots__ = ("_named", "_rows", "added")

    def __init__(self) -> None:
        self._named: dict[str, list[_Batch]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], _Batch] = {}
        self.added = 0
        """Records so far."""

    def add(self, where: str, fields: Sequence[Field]) -> None:
        """One record."""
        self.added += 1
        if where not in self._named and len(self._named) >= _MANY:
            where = ""
        batches = self._named.setdefault(where, [_Batch()])
        known = batches[-1].columns
        if len(known) + len(fields) > _COLUMNS and known and any(name not in known for name, _ in fields):
            batches.append(_Batch())
        batches[-1].add(fields)

    def add_row(self, where: str, row: Sequence[str], header: tuple[str, ...] = ()) -> None:
        """One row, whose columns have the names `header`, or no names."""
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
        """All tables."""
        for where, batches in self._named.items():
            for batch in batches:
                yield from batch.table(where, tuple(batch.columns), budget)
                # Names of columns are not searched, but a key of JSON can be an address.
                yield from grid(((name,) for name in batch.columns if "@" in name), budget, where)
        for (where, header), batch in self._rows.items():
            yield from batch.table(where, header, budget)
