"""Pivot caches of workbooks (ECMA-376 Part 1, 18.10): a copy of all rows of the source table."""

from collections.abc import Iterator
from xml.parsers import expat

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import LAST_COLUMN, LONGEST, Row
from holdback.documents.confined.xml_parser import feed, local
from holdback.documents.document import Unread

_ITEMS = frozenset("sndbem")
"""Elements for a string, number, date, boolean, error and missing value."""


def pivot_rows(definition: bytes, records: bytes, budget: Budget) -> Iterator[Row]:
    """The column names, then the rows. Raises Unread at damage, after the rows before it."""
    walk = _Walk()
    unread: Unread | None = None
    try:
        for _ in feed(walk.parser(), definition, budget):
            pass
    except Unread as why:
        unread = why
    yield 1, walk.names
    number = 1
    for _ in feed(walk.parser(), records, budget):
        for row in walk.drain():
            number += 1
            yield number, row
    if unread:
        raise unread


class _Walk:
    """Collects column names and rows from the events of expat."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._items: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._row: list[str] | None = None

    def parser(self) -> expat.XMLParserType:
        """A parser whose handlers add to this object."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def drain(self) -> list[list[str]]:
        """The rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name, value = local(name), attributes.get("v", "")[:LONGEST]
        if name == "cacheField":
            self.names.append(attributes.get("name", "")[:LONGEST])
            self._items.append([])
        elif name == "r":
            self._row = []
        elif self._row is not None and len(self._row) >= LAST_COLUMN:
            return
        elif name == "x" and self._row is not None:
            self._row.append(self._item(len(self._row), value))
        elif name in _ITEMS and self._row is not None:
            self._row.append(value)
        elif name in _ITEMS and self._items:
            self._items[-1].append(value)

    def _item(self, column: int, number: str) -> str:
        items = self._items[column] if column < len(self._items) else []
        known = number.isdecimal() and len(number) < 9 and int(number) < len(items)
        return items[int(number)] if known else ""

    def _end(self, name: str) -> None:
        if self._row is not None and local(name) == "r":
            self._rows.append(self._row)
            self._row = None
