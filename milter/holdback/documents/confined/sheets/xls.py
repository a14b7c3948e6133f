"""Sheets of xls workbooks (MS-XLS: BIFF8, and BIFF5 before it), read by calamine.

calamine fails for the whole workbook if a record is damaged, and allocates all cells between the first and
the last one of a sheet. So it gets only the records that it needs, and only if the sheets span a bounded
number of cells. If it fails, the readable text of the stream is used.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from struct import Struct
from typing import TypeVar

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.repack import wrapped
from holdback.documents.confined.ole.scan import readable
from holdback.documents.confined.sheets.cells import Row, plain, sheet, tables
from holdback.documents.confined.sheets.members import OUTSIDE_CELLS
from holdback.documents.document import Piece, Text, Unread, Unreadable

_PAIR = Struct("<HH")
"""Type and size of a record; row and column of a cell."""
_EOF, _FILEPASS, _CONTINUE, _NUMBERS = 0x0A, 0x2F, 0x3C, 0xBD
_SETTINGS = {0x22: 2, 0x42: 2, 0x85: 7, 0xE0: 4, 0xFC: 8, 0x41E: 3, 0x809: 4, 0x207: 2, _EOF: 0}
_CELLS = {0x06: 20, _NUMBERS: 12, 0xD6: 8, 0xFD: 10, 0x203: 14, 0x204: 8, 0x205: 8, 0x27E: 10}
_NEEDED = {**_SETTINGS, **_CELLS}
"""Record types that calamine needs, with their minimum sizes."""
_ASIDE = (0x14, 0x15, 0x1C, 0x1B6, 0x1B8)
"""Record types Header, Footer, Note, TxO, HLink (MS-XLS)."""
_ROW, _ROW_FLAGS, _HIDDEN = 0x208, 12, 0x20
"""Record type Row, the byte of its flags, and the one that hides it (MS-XLS 2.4.221)."""
_NO_TYPE = b"\xff\xff"
_MOST = 8_000_000
"""Cells that all sheets together may span: calamine needs about 70 bytes for each."""
_BATCH = 2_000
"""Records or rows read between two heartbeats."""
_Result = TypeVar("_Result")


def read_sheets(stream: bytes, budget: Budget) -> Iterator[Piece]:
    """The tables and texts of a `Workbook` stream. Raises Unread after them if something is missing."""
    records = _Records(stream, budget)
    try:
        yield from _sheets(records, budget)
    except Unread as unread:
        if unread.why is Unreadable.BROKEN or records.span > _MOST:
            yield Text(readable(stream, budget))
        raise
    if aside := readable(b"\0\0".join(records.aside), budget):
        yield Text(aside, OUTSIDE_CELLS)
    if stream[len(records.needed) :].strip(b"\0"):
        raise Unread(Unreadable.BROKEN)


class _Records:
    """The records of a stream for calamine, and text outside the cells. Raises Unread if encrypted."""

    def __init__(self, stream: bytes, budget: Budget) -> None:
        self.needed = bytearray(stream)
        """The stream up to its last complete record; records not in `_NEEDED` get an unknown type."""
        self.aside: list[bytes] = []
        """Records with text outside the cells."""
        self.span = 0
        """Cells between the first and the last one of each sheet, summed over all sheets."""
        self.hidden_rows: Counter[int] = Counter()
        """Hidden rows, by the number of their sheet, from 1: the workbook itself comes first."""
        self._sheet = 0
        self._rows, self._columns = set[int](), set[int]()
        self._kind, self._kept = 0, True
        at = count = 0
        while at + 4 <= len(stream):
            if count % _BATCH == 0:
                budget.beat()
            count += 1
            kind, size = _PAIR.unpack_from(stream, at)
            if at + 4 + size > len(stream):
                break
            self._add(kind, at + 4, size)
            at += 4 + size
        del self.needed[at:]
        self._end_sheet()

    def _add(self, kind: int, start: int, size: int) -> None:
        if kind == _FILEPASS:
            raise Unread(Unreadable.ENCRYPTED)
        if kind != _CONTINUE:
            self._kind, self._kept = kind, size >= _NEEDED.get(kind, 1 << 16)
        if self._kind in _ASIDE:
            self.aside.append(bytes(self.needed[start : start + size]))
        if kind == _ROW and size > _ROW_FLAGS and self.needed[start + _ROW_FLAGS] & _HIDDEN:
            self.hidden_rows[self._sheet] += 1
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
            self._sheet += 1

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
    book = _call(lambda: CalamineWorkbook.from_filelike(BytesIO(content)))
    if not book.sheet_names:
        raise Unread(Unreadable.BROKEN)
    for number, name in enumerate(book.sheet_names):
        is_hidden = book.sheets_metadata[number].visible is not SheetVisibleEnum.Visible
        place = sheet(name, is_hidden, records.hidden_rows[number + 1])
        yield from tables(_rows(book, number, budget), budget, place)


def _rows(book: CalamineWorkbook, number: int, budget: Budget) -> Iterator[Row]:
    """The rows of a sheet, with formatted cells."""
    rows = _call(lambda: book.get_sheet_by_index(number).iter_rows())
    row = 0
    while some := _call(lambda: list(islice(rows, _BATCH))):
        budget.beat()
        for cells in some:
            row += 1
            yield row, [_shown(cell) for cell in cells]


def _call(call: Callable[[], _Result]) -> _Result:
    """The result of a call of calamine. Raises Unread if it fails."""
    try:
        return call()
    except BaseException as error:
        # A Rust panic is a BaseException whose class cannot be imported.
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
