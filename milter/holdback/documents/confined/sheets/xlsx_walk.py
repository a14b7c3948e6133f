"""Collects the cells of an xlsx sheet, or the shared strings, from the events of expat."""

import re

from holdback.documents.confined.sheets.cells import LAST_COLUMN, LAST_ROW, MOST_STRINGS, Row, column, spread
from holdback.documents.confined.sheets.shared_strings import Book
from holdback.documents.confined.xml_parser import local

_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


class SheetWalk:
    """Collects the rows of a sheet, or the shared strings."""

    def __init__(self, book: Book, shared: bool = False) -> None:
        self._book = book
        self._shared = shared
        self._rows: list[Row] = []
        self._row: list[tuple[int, str]] = []
        self._number = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._reading: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._phonetic = False

    @property
    def aside(self) -> list[str]:
        """Text of cells that is not their value."""
        return self._book.aside

    def drain(self) -> list[Row]:
        """The rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match local(name):
            case "c":
                self._cell = attributes
                self._value.clear()
                self._place(attributes.get("r", ""))
            case "row":
                number = attributes.get("r", "")
                known = number.isdecimal() and len(number) <= 7
                self._number = min(int(number), LAST_ROW) if known else self._number + 1
                self._column = 0
            case "v":
                self._into = self._value
            case "t":
                self._into = self._reading if self._phonetic else self._value
            case "f":
                self._into = self._formula
            case "si":
                self._value.clear()
            case "rPh":
                self._phonetic = True

    def _place(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found:
            self._column = min(column(found[1]), LAST_COLUMN - 1)

    def text(self, text: str) -> None:
        """Text of the element."""
        if self._into is not None:
            self._into.append(text)
        elif "@" in text:
            self._book.aside.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        match local(name):
            case "v" | "t" | "f":
                self._into = None
            case "rPh":
                self._phonetic = False
                self._aside(self._reading)
            case "c":
                self._end_cell()
            case "si" if self._shared and len(self._book.strings) < MOST_STRINGS:
                self._book.add(["".join(self._value)])
                self._value.clear()
            case "row" if self._row:
                self._rows.append((self._number, spread(self._row)))
                self._row = []

    def finish(self) -> None:
        """Ends the last element, which a damaged document leaves open."""
        for name in ("si",) if self._shared and self._value else ("c", "row"):
            self.end(name)

    def _end_cell(self) -> None:
        kind, value = self._cell.get("t"), "".join(self._value)
        self._value.clear()
        if kind == "s":
            self._book.used.add(value.strip())
        text = self._book.value(kind, self._cell.get("s"), value, None)
        if text:
            self._row.append((self._column, text))
        self._column += 1
        if len(self._row) >= LAST_COLUMN:
            self.end("row")
        if any("@" in piece for piece in self._formula):
            self._aside(self._formula)
        self._formula.clear()

    def _aside(self, pieces: list[str]) -> None:
        self._book.aside.append("".join(pieces))
        pieces.clear()
