"""Makes lines and tables of marked text, in which control characters begin rows, cells and lines.

XML cannot contain these control characters (XML 1.0, 2.2), and the RTF reader removes them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from holdback.documents.budget import Budget
from holdback.documents.charset import visible
from holdback.documents.delimited import split_tables
from holdback.documents.document import Piece, Table, Text
from holdback.documents.grid import grid

INSERTED, INSERTED_END = "\x0e", "\x0f"
DELETED, DELETED_END = "\x10", "\x11"
ASIDE, ASIDE_END = "\x12", "\x13"
TABLE, TABLE_END, ROW, CELL = "\x1c", "\x1d", "\x1e", "\x1f"
FRESH = "\r"
"""Starts a new line unless the current one is empty."""

SIGNS = dict.fromkeys(map(ord, "\0\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x1c\x1d\x1e\x1f"), " ")

_STRUCTURE = re.compile("([\x1c-\x1f])")
_LINE = re.compile("[\n\r\x1c-\x1f]")
_DELETION = re.compile("\x10[^\x10\x11\x1c-\x1f]*\x11")
_INSERTION = re.compile("\x0e[^\x0e\x0f\x1c-\x1f]*\x0f")
_ASIDE = re.compile("\x12([^\x12\x13\x1c-\x1f]*)\x13")
_FRESH = re.compile("\n?\r+")
_LEFT_OPEN = {14: None, 15: None, 16: None, 17: None, 18: " ", 19: " "}

_NOTES_IN_NOTES = 2
_MOST_TABLES = 1_000
_LONG_LINE = 1024 * 1024
_LONG_CELL = 200
"""Mean characters of a cell above which a table is used for layout."""
_PASSED_UP = 2_000
"""Characters of a layout table kept in the outer cell; longer ones become lines of their own."""


@dataclass(slots=True)
class _Open:
    """A table whose end has not been read."""

    rows: list[str] = field(default_factory=list)
    """Complete rows, cells separated by `CELL`."""
    cells: list[str] | None = None
    """Complete cells of the current row; None outside of rows."""
    cell: list[str] = field(default_factory=list)
    """Text of the current cell."""


class Shape:
    """Collects marked text and makes lines and tables of it."""

    __slots__ = ("_asides", "_deleted", "_lines", "_open", "_rest", "_tables")

    def __init__(self) -> None:
        self._rest = ""
        self._lines: list[str] = []
        self._asides: list[str] = []
        self._deleted: list[str] = []
        self._open: list[_Open] = []
        self._tables: list[list[str]] = []

    def add(self, marked: str) -> None:
        """Adds the next piece of marked text."""
        marked = self._rest + marked
        end = max(marked.rfind("\n"), marked.rfind(ROW)) + 1
        if not end and len(marked) > _LONG_LINE:
            end = len(marked)
        self._rest = marked[end:]
        self._add(marked[:end])

    def add_aside(self, text: str) -> None:
        """Adds a line that is not part of the running text."""
        self._asides.append(text)

    def pieces(self, budget: Budget, where: str = "") -> Iterator[Piece]:
        """All lines and tables; call it once, at the end. Raises Unread if the budget of cells is used up."""
        self._add(self._rest)
        while self._open:
            self._close()
        yield from text_pieces(_lines("\n".join(("".join(self._lines), *self._asides))), budget, where)
        deleted = ", ".join(filter(None, (where, "deleted text")))
        yield from text_pieces("\n".join(self._deleted), budget, deleted)
        for number, rows in enumerate(self._tables, start=1):
            place = f"{where}, table {number}" if where else f"table {number}"
            yield from table_pieces(rows, budget, place)

    def _add(self, marked: str) -> None:
        if ASIDE in marked or DELETED in marked or INSERTED in marked:
            marked = self._without_marks(marked)
        split = _STRUCTURE.split(marked)
        self._text(split[0])
        for sign, text in zip(split[1::2], split[2::2], strict=True):
            if sign == CELL and self._open:
                self._end_cell(self._open[-1])
            else:
                self._sign(sign)
            if text:
                self._text(text)

    def _without_marks(self, marked: str) -> str:
        """`marked` without tracked changes and notes; deleted text and notes become lines of their own."""
        marked = marked.replace(ASIDE_END + ASIDE, "")
        for _ in range(_NOTES_IN_NOTES):
            self._asides += _ASIDE.findall(marked)
            marked = _ASIDE.sub("", marked)
        if DELETED in marked:
            for line in _LINE.split(marked):
                if DELETED in line:
                    self._deleted.append(_INSERTION.sub("", line).translate(_LEFT_OPEN))
            marked = _DELETION.sub("", marked)
        return marked.translate(_LEFT_OPEN)

    def _text(self, text: str) -> None:
        if self._open and self._open[-1].cells is not None:
            self._open[-1].cell.append(text)
        else:
            self._lines.append(text)

    def _sign(self, sign: str) -> None:
        if sign == TABLE:
            self._open.append(_Open())
        elif not self._open:
            self._lines.append("\t" if sign == CELL else "\n")
        elif sign == ROW:
            self._end_row(self._open[-1])
            self._open[-1].cells = []
        else:
            self._close()

    def _end_cell(self, table: _Open) -> None:
        if table.cells is None:
            table.cells = []
        table.cells.append(_lines("".join(table.cell).strip()) if table.cell else "")
        table.cell.clear()

    def _end_row(self, table: _Open) -> None:
        if table.cells is None:
            return
        self._end_cell(table)
        # `CELL` begins a cell, so the text before the first one is empty.
        row = CELL.join(table.cells[not table.cells[0] :]).rstrip(CELL + " ")
        if row:
            table.rows.append(row)
        table.cells = None

    def _close(self) -> None:
        table = self._open.pop()
        self._end_row(table)
        if len(self._tables) < _MOST_TABLES and _holds_data(table.rows):
            self._tables.append(table.rows)
            return
        text = _arranged(table.rows)
        if len(text) <= _PASSED_UP:
            self._text(text)
        else:
            self._lines.append(text)


def text_pieces(text: str, budget: Budget, where: str) -> Iterator[Text | Table]:
    """The running text and the delimited tables in `text`; `where` is the place of all of it."""
    texts, tables = split_tables(visible(text).replace("\xa0", " "), budget)
    for running in texts:
        yield replace(running, where=where)
    for table in tables:
        yield replace(table, where=", ".join(filter(None, (where, table.where))))


def table_pieces(rows: list[str], budget: Budget, where: str, **known: Any) -> Iterator[Table]:
    """The table of `rows`, whose cells are separated by `CELL`. known: `header`, `first` of `Table`."""
    yield from grid((visible(row).split(CELL) for row in rows), budget, where, **known)


def _lines(text: str) -> str:
    """`text` with `FRESH` replaced by line breaks."""
    return _FRESH.sub("\n", text) if FRESH in text else text


def _holds_data(rows: list[str]) -> bool:
    """True for rows of short cells; false for a layout table: labels, a letterhead, columns."""
    wide = sum(CELL in row.strip(CELL) for row in rows)
    if wide < 2:
        return False
    cells = [cell for row in rows[:: len(rows) // 200 + 1] for cell in row.split(CELL) if cell]
    several = sum("\n" in cell for cell in cells)
    return several * 2 <= len(cells) and sum(map(len, cells)) <= _LONG_CELL * len(cells)


def _arranged(rows: list[str]) -> str:
    """The text of a layout table: a block for each cell of several lines, else a line for each row."""
    text = "\n".join(rows)
    if text.count("\n") < 2 * len(rows):
        return "\n" + text.replace(CELL, "\t") + "\n"
    return "\n" + "\n\n".join(row.replace(CELL, "\n\n") for row in rows) + "\n"
