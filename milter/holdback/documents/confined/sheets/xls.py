"""Sheets of xls workbooks (MS-XLS: BIFF8, and BIFF5 before it), read by calamine.

calamine reads a workbook as a whole or not at all, believes what a sheet claims to span, and makes room for
all cells between the first and the last one. So it gets the records that it needs and no others, and only if
the sheets span a bounded number of cells. Where it fails, the readable text of the stream counts.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from struct import Struct
from typing import TypeVar

from python_calamine import CalamineWorkbook

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.repack import wrapped
from holdback.documents.confined.ole.scan import readable
from holdback.documents.confined.sheets.cells import Row, plain, sheet, tables
from holdback.documents.confined.sheets.members import BESIDE
from holdback.documents.values import Piece, Text, Unread, Unreadable

_PAIR = Struct("<HH")
"""Type and size of a record; row and column of a cell."""
_EOF, _FILEPASS, _CONTINUE, _NUMBERS = 0x0A, 0x2F, 0x3C, 0xBD
_SETTINGS = {0x22: 2, 0x42: 2, 0x85: 7, 0xE0: 4, 0xFC: 8, 0x41E: 3, 0x809: 4, 0x207: 2, _EOF: 0}
_CELLS = {0x06: 20, _NUMBERS: 12, 0xD6: 8, 0xFD: 10, 0x203: 14, 0x204: 8, 0x205: 8, 0x27E: 10}
_NEEDED = {**_SETTINGS, **_CELLS}
"""Types of records that calamine needs, with their least sizes."""
_ASIDE = (0x14, 0x15, 0x1C, 0x1B6, 0x1B8)
"""Header, footer, author of a note, text of a note or a text box, link."""
_NO_TYPE = b"\xff\xff"
_MOST = 8_000_000
"""Cells that the sheets may span, all together: calamine takes about 70 bytes for each."""
_ROUND = 2_000
"""Records looked at, or rows shown, between two heartbeats."""
_Answer = TypeVar("_Answer")


def read_sheets(stream: bytes, budget: Budget) -> Iterator[Piece]:
    """The tables and texts of a `Workbook` stream. Raises Unread at what is missing, after the rest."""
    records = _Records(stream, budget)
    try:
        yield from _sheets(records, budget)
    except Unread as unread:
        if unread.why is Unreadable.BROKEN or records.span > _MOST:
            yield Text(readable(stream, budget))
        raise
    if aside := readable(b"\0\0".join(records.aside), budget):
        yield Text(aside, BESIDE)
    if stream[len(records.needed) :].strip(b"\0"):
        raise Unread(Unreadable.BROKEN)


class _Records:
    """The records of a stream, sorted. Raises Unread if one says that the rest is encrypted."""

    def __init__(self, stream: bytes, budget: Budget) -> None:
        self.needed = bytearray(stream)
        """The stream up to its last whole record; what calamine does not need has no type."""
        self.aside: list[bytes] = []
        """Texts outside the cells."""
        self.span = 0
        """Cells between the first and the last one of each sheet, all sheets together."""
        self._rows, self._columns = set[int](), set[int]()
        self._kind, self._kept = 0, True
        at = count = 0
        while at + 4 <= len(stream):
            if count % _ROUND == 0:
                budget.beat()
            count += 1
            kind, size = _PAIR.unpack_from(stream, at)
            if at + 4 + size > len(stream):
                break
            self._see(kind, at + 4, size)
            at += 4 + size
        del self.needed[at:]
        self._end_sheet()

    def _see(self, kind: int, start: int, size: int) -> None:
        if kind == _FILEPASS:
            raise Unread(Unreadable.ENCRYPTED)
        if kind != _CONTINUE:
            self._kind, self._kept = kind, size >= _NEEDED.get(kind, 1 << 16)
        if self._kind in _ASIDE:
            self.aside.append(bytes(self.needed[start : start + size]))
        if not self._kept:
            self.needed[start - 4 : start - 2] = _NO_TYPE
        elif kind in _CELLS:
            row, column = _PAIR.unpack_from(self.needed, start)
            self._rows.add(row)
            self._columns.add(column)
            if kind == _NUMBERS:
                self._columns.add(column + size // 6)
        elif kind == _EOF:
            self._end_sheet()

    def _end_sheet(self) -> None:
        if self._rows:
            height, width = (max(numbers) - min(numbers) + 1 for numbers in (self._rows, self._columns))
            self.span += height * width
            self._rows.clear()
            self._columns.clear()


def _sheets(records: _Records, budget: Budget) -> Iterator[Piece]:
    if records.span > _MOST:
        raise Unread(Unreadable.OVER_LIMIT)
    content = wrapped("Workbook", records.needed)
    book = _asked(lambda: CalamineWorkbook.from_filelike(BytesIO(content)))
    if not book.sheet_names:
        raise Unread(Unreadable.BROKEN)
    for number, name in enumerate(book.sheet_names):
        yield from tables(_rows(book, number, budget), budget, sheet(name))


def _rows(book: CalamineWorkbook, number: int, budget: Budget) -> Iterator[Row]:
    """The rows of a sheet, with its cells as people see them."""
    rows = _asked(lambda: book.get_sheet_by_index(number).iter_rows())
    row = 0
    while some := _asked(lambda: list(islice(rows, _ROUND))):
        budget.beat()
        for cells in some:
            row += 1
            yield row, [_shown(cell) for cell in cells]


def _asked(call: Callable[[], _Answer]) -> _Answer:
    """What calamine answers. Raises Unread if it cannot."""
    try:
        return call()
    except BaseException as error:
        # A panic, what calamine did not foresee, is no Exception, and its class cannot be imported.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Unread(Unreadable.BROKEN) from None
        raise


def _shown(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return plain(value)
        case datetime():
            return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)
