"""Workbooks in SpreadsheetML 2003, the XML format of Excel 2002 and 2003."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.writing.marked_text import CELL, table_pieces, text_pieces
from holdback.documents.confined.writing.xml_walk import Prepared, rest, walk
from holdback.documents.confined.xml_parser import TooDeep
from holdback.documents.document import Piece, Unreadable

_MOST_SKIPPED = 64
"""Empty cells or rows kept for a gap in `ss:Index`; longer gaps are shortened."""
_MOST_SHEETS = 1_000
_DEEPEST = 100


class Sheets:
    """Collects rows of cells; all other text, as comments and properties, becomes lines."""

    __slots__ = ("_depth", "_row", "_text", "lines", "sheets")

    def __init__(self) -> None:
        self.sheets: list[tuple[str, list[str]]] = []
        self.lines: list[str] = []
        self._row: list[str] | None = None
        self._text: list[str] = []
        self._depth = 0

    def start(self, name: str, attributes: list[str]) -> None:
        """A sheet, row or cell begins."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooDeep
        name = name.rpartition(":")[2]
        if name == "Worksheet" and len(self.sheets) < _MOST_SHEETS:
            self.sheets.append((_attribute(attributes, "Name"), []))
        elif name == "Row" and self.sheets:
            rows = self.sheets[-1][1]
            rows += [""] * _skipped(attributes, len(rows))
            self._row = []
        elif name == "Cell" and self._row is not None:
            self._row += [""] * (_skipped(attributes, len(self._row)) + 1)
        self.lines += [value for value in attributes[1::2] if "@" in value]

    def end(self, name: str) -> None:
        """A cell's data, a comment or a row ends."""
        self._depth -= 1
        name = name.rpartition(":")[2]
        if name == "Data":
            self._data("".join(self._text))
            self._text.clear()
        elif name == "Row" and self.sheets and self._row is not None:
            self.sheets[-1][1].append(CELL.join(self._row))
            self._row = None
        elif name == "Comment" or self._row is None:
            self.lines.append("".join(self._text))
            self._text.clear()

    def _data(self, text: str) -> None:
        """Adds the value of a cell, or the text of a comment if the cell has a value."""
        if self._row and not self._row[-1]:
            self._row[-1] = text
        else:
            self.lines.append(text)

    def characters(self, text: str) -> None:
        """Text of the element."""
        if not text.isspace():
            self._text.append(text)

    def comment(self, text: str) -> None:
        """Adds an XML comment that contains an address."""
        if "@" in text:
            self.lines.append(text)

    def pack(self) -> None:
        """Does nothing: no text has to be passed on."""

    def finish(self) -> None:
        """Ends the last cell and row, which a damaged document leaves open."""
        if self._text:
            self._data("".join(self._text))
        if self._row and self.sheets:
            self.sheets[-1][1].append(CELL.join(self._row))


def _attribute(attributes: list[str], name: str) -> str:
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return next((value for key, value in pairs if key.rpartition(":")[2] == name), "")


def _skipped(attributes: list[str], place: int) -> int:
    """Number of cells or rows that `ss:Index` (from 1) skips before the next one at `place`."""
    index = _attribute(attributes, "Index")
    if not index.isdecimal() or len(index) > 8:
        return 0
    return max(0, min(int(index) - 1 - place, _MOST_SKIPPED))


def open_sheets(made: Prepared, budget: Budget) -> Iterator[Piece]:
    """Comments, properties and links as text, then every sheet as a table."""
    sheets = Sheets()
    end = walk(made.content, sheets, budget)
    sheets.finish()
    text = "\n".join((*filter(None, sheets.lines), rest(made, end, budget)))
    yield from text_pieces(text, budget, "")
    if end >= 0:
        yield Unreadable.BROKEN
    for name, rows in sheets.sheets:
        yield from table_pieces(rows, budget, f'sheet "{name}"', first=1)
