"""A table of records with the same path in an XML tree; its columns are the union of their fields."""

from collections import Counter
from dataclasses import dataclass, field

from holdback.documents.confined.writing.marked_text import CELL

Field = tuple[str, str]
"""Column name and value."""

_MOST_COLUMNS = 512
_SPARSE = 24
"""Columns of a row per value in it, at most."""


@dataclass(slots=True)
class RecordTable:
    """Records with the same path in the tree."""

    name: str
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)

    def add(self, fields: list[Field]) -> bool:
        """Adds a record; returns False if it shares too few columns with the others.

        New columns are bounded: otherwise every row could be wider than the one before.
        """
        columns = self.columns
        if len(columns) + len(fields) > _MOST_COLUMNS and any(label not in columns for label, _ in fields):
            return False
        places = [columns.setdefault(label, len(columns)) for label, _ in fields]
        width = max(places) + 1
        if width > _SPARSE * len(fields):
            return False
        cells = [""] * width
        for place, (_, value) in zip(places, fields, strict=True):
            cells[place] = f"{cells[place]} {value}" if cells[place] else value
        self.rows.append(CELL.join(cells))
        return True

    @property
    def header(self) -> tuple[str, ...]:
        """Column names, `email` for `contact email`; empty if they only number the cells of a row."""
        names = {label.rstrip(" 0123456789") for label in self.columns}
        if len(names) == 1 and len(self.columns) > 1:
            return ()
        short = [label.rpartition(" ")[2] for label in self.columns]
        seen = Counter(short)
        return tuple(
            last if seen[last] == 1 and not last.isdecimal() else label
            for label, last in zip(self.columns, short, strict=True)
        )

    @property
    def lines(self) -> str:
        """The records as `label: value` lines, for tables of one row."""
        labels = list(self.columns)
        rows = (zip(labels, row.split(CELL), strict=False) for row in self.rows)
        return "\n\n".join("\n".join(f"{label}: {value}" for label, value in row if value) for row in rows)
