"""Sheets of OpenDocument spreadsheets (ODF 1.3 part 3, 9 and 19): cells, and the text outside the cells."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import groupby

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import (
    LAST_COLUMN,
    LAST_ROW,
    LONGEST,
    Row,
    sheet,
    spread,
    tables,
    written,
)
from holdback.documents.confined.sheets.members import OUTSIDE_CELLS
from holdback.documents.confined.sheets.xml_text import walked
from holdback.documents.confined.xml_parser import local
from holdback.documents.document import Piece, Text, Unread

_COPIES = 100
"""Copies read of a repeated cell or row: a format that extends to the last row is a million copies."""
_HIDDEN = frozenset(("collapse", "filter"))
_HIDDEN_LINES = ("table-row", "table-column")
_LINES = frozenset(("p", "h", "line-break", "creator", "date", "title", "desc"))
_CELLS = frozenset(("table-cell", "covered-table-cell"))
_BLANKS = frozenset(("s", "tab", "line-break"))
_ADDRESS_IN_ATTRIBUTE = re.compile(rb"=[\"'][^\"'<>]*(?:@|%40|&#)")

_Cell = tuple[int, int, str]
"""Column, number of copies, text."""

_Placed = tuple[tuple[str, int], Row]
"""Name and number of the sheet, and one of its rows."""


def read_sheets(content: bytes, budget: Budget) -> Iterator[Piece]:
    """The tables and texts of content.xml. Raises Unread at damage, after the rows before it."""
    walk = _Walk(bool(_ADDRESS_IN_ATTRIBUTE.search(content)))
    unread: Unread | None = None
    try:
        for place, placed in groupby(walked(walk, content, budget), key=lambda placed: placed[0]):
            yield from tables((row for _, row in placed), budget, partial(walk.where, place))
    except Unread as why:
        unread = why
    if aside := "".join(walk.aside).strip():
        yield Text(aside, OUTSIDE_CELLS)
    if unread:
        raise unread


class _Walk:
    """Collects rows, and text outside the cells, from the events of expat."""

    def __init__(self, in_attributes: bool) -> None:
        """in_attributes: True if attributes may contain addresses."""
        self.aside: list[str] = []
        """Text outside the cells and in annotations."""
        self._in_attributes = in_attributes
        self._rows: list[tuple[tuple[str, int], int, int, list[_Cell]]] = []
        self._sheet = ("", 0)
        self._style = ""
        self._hiding: set[str] = set()
        """Styles of hidden sheets."""
        self._hidden: set[int] = set()
        """Numbers of hidden sheets."""
        self._hidden_lines: Counter[tuple[int, str]] = Counter()
        """Hidden rows and columns by sheet."""
        self._number = 0
        self._rows_alike = 1
        self._row: list[_Cell] = []
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._into = self.aside
        self._inside = 0

    def where(self, place: tuple[str, int]) -> str:
        """The place of a sheet, with the hidden rows and columns that were read so far."""
        name, number = place
        rows, columns = (self._hidden_lines[number, line] for line in _HIDDEN_LINES)
        return sheet(name, number in self._hidden, rows, columns)

    def drain(self) -> Iterator[_Placed]:
        """The rows since the last call; copies of repeated ones are made here, one by one, to save memory."""
        rows, self._rows = self._rows, []
        for place, number, copies, cells in rows:
            for copy in range(min(copies, _COPIES)):
                yield place, (number + copy, spread(_copied(cells)))

    def text(self, text: str) -> None:
        """Text of the element."""
        self._into.append(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(name)
        if self._in_attributes:
            found = [value for value in attributes.values() if "@" in value or "%40" in value]
            self.aside.extend(f"\n{value.replace('%40', '@')}\n" for value in found)
        if self._cell is not None:
            self._start_inside(name)
        elif name in _CELLS:
            self._cell, self._into = attributes, self._text
        elif name == "table-row":
            self._rows_alike = _times(attributes.get("table:number-rows-repeated"), LAST_ROW)
            self._column = 0
            self._count_hidden(name, attributes, self._rows_alike)
        elif name == "table-column":
            alike = _times(attributes.get("table:number-columns-repeated"), LAST_COLUMN)
            self._count_hidden(name, attributes, alike)
        elif name == "table":
            self._sheet = (attributes.get("table:name", ""), self._sheet[1] + 1)
            self._number = 0
            is_shown = attributes.get("table:display", "true") == "true"
            if not is_shown or attributes.get("table:style-name") in self._hiding:
                self._hidden.add(self._sheet[1])
        elif name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self._hiding.add(self._style)

    def _count_hidden(self, name: str, attributes: dict[str, str], alike: int) -> None:
        """Count hidden rows and columns; the last one of a sheet is often repeated up to its end."""
        if attributes.get("table:visibility") in _HIDDEN and alike <= _COPIES:
            self._hidden_lines[self._sheet[1], name] += alike

    def _start_inside(self, name: str) -> None:
        """An element within a cell begins; annotations, drawings and inner cells are not part of its text."""
        if name in _BLANKS:
            self._into.append(" ")
        elif name in ("annotation", "frame", "custom-shape") or self._inside or name in _CELLS:
            self._inside += 1
            self._into = self.aside

    def end(self, name: str) -> None:
        """An element ends."""
        name = local(name)
        if self._inside:
            if name in _LINES or name in _CELLS:
                self._into.append("\n")
            if name not in _BLANKS:
                self._inside -= 1
            if not self._inside:
                self._into = self._text
        elif name == "p":
            self._into.append("\n")
        elif name in _CELLS:
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name in _LINES:
            self._into.append("\n")

    def finish(self) -> None:
        """Ends the last cell and row, which a damaged document leaves open."""
        self._end_cell()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        attributes, self._cell = self._cell, None
        shown = "".join(self._text).strip()
        self._text.clear()
        self._into = self.aside
        alike = _times(attributes.get("table:number-columns-repeated"), LAST_COLUMN)
        if text := _value(attributes, shown):
            self._row.append((self._column, alike, text if len(text) <= LONGEST else self._cut(text)))
        self._column += alike
        if self._column >= LAST_COLUMN:
            self._keep_row()
            self._column = 0

    def _cut(self, text: str) -> str:
        self.aside.append(f"\n{text}\n")
        return text[:LONGEST]

    def _end_row(self) -> None:
        self._keep_row()
        self._number += self._rows_alike
        self._rows_alike = 1

    def _keep_row(self) -> None:
        if self._row:
            self._rows.append((self._sheet, self._number + 1, self._rows_alike, self._row))
            self._row = []


def _copied(cells: list[_Cell]) -> Iterator[tuple[int, str]]:
    for column, alike, text in cells:
        if alike == 1:
            yield column, text
        else:
            yield from ((column + copy, text) for copy in range(min(alike, _COPIES)))


def _times(count: str | None, most: int) -> int:
    if count is None:
        return 1
    return min(max(int(count), 1), most) if count.isdecimal() and len(count) < 9 else 1


def _value(attributes: dict[str, str], shown: str) -> str:
    """The value of a cell (ODF 1.3 part 3, 19.385): numbers and dates as stored, others as displayed."""
    kind = attributes.get("office:value-type")
    if kind in (None, "string"):
        return shown or attributes.get("office:string-value", "")
    if kind == "date":
        return attributes.get("office:date-value", shown).replace("T", " ")
    if kind == "float" and not shown.isdecimal():
        return written(attributes.get("office:value", shown))
    return shown or attributes.get("office:value", "")
