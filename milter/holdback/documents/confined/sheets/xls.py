"""Sheets of xls workbooks (MS-XLS: BIFF8, and BIFF5 before it): cells, notes, headers and text boxes."""

import codecs
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from struct import Struct, error, unpack_from

from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.biff import (
    HEADER,
    SST,
    TXO,
    records,
    rk,
    shared_strings,
    text_box,
    truth,
)
from holdback.documents.confined.sheets.cells import (
    LAST_COLUMN,
    Row,
    Shown,
    plain,
    sheet,
    shown_by,
    spread,
    tables,
)
from holdback.documents.values import Piece, Text, Unread, Unreadable

_CELL = Struct("<HHH")

_BOF, _EOF, _FILEPASS = 0x809, 0x0A, 0x2F
_BIFF8 = 0x600

_CODE_PAGES = {
    10000: "mac_roman",
    32768: "mac_roman",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
}
_CODE_PAGES |= {
    number: f"cp{number}"
    for number in (437, 850, 852, 855, 857, 866, 874, 932, 936, 949, 950, *range(1250, 1259))
}
for _name in set(_CODE_PAGES.values()):
    codecs.lookup(_name)  # the confined reader cannot load them later

_Placed = tuple[int, str, Row]
"""Number and name of the sheet, and one of its rows."""


def read_sheets(stream: bytes, budget: Budget) -> Iterator[Piece]:
    """The tables and texts of a `Workbook` stream. Raises Unread at what is sealed, after the rest."""
    walk = _Walk()
    unread: Unread | None = None
    try:
        for (_, name), placed in groupby(walk.rows(stream, budget), key=itemgetter(0, 1)):
            yield from tables((row for _, _, row in placed), budget, sheet(name))
    except Unread as why:
        unread = why
    if walk.aside:
        yield Text("\n".join(walk.aside), "beside the cells")
    if unread:
        raise unread


class _Walk:
    """What the records have told so far."""

    def __init__(self) -> None:
        self.aside: list[str] = []
        """Notes, headers, footers, text boxes, and strings that no cell shows."""
        self._wide = True
        self._charset = "cp1252"
        self._since_1904 = False
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._shown: dict[int, Shown | None] = {}
        self._strings: list[str] = []
        self._used: set[int] = set()
        self._names: dict[int, str] = {}
        self._open: list[tuple[int, str]] = []
        self._row: list[tuple[int, str]] = []
        self._number = -1
        self._formula: tuple[int, int] | None = None
        self._readers: dict[int, Callable[[bytes], None]] = {
            0x42: self._code_page,
            0x22: self._date_mode,
            0x41E: self._format,
            0xE0: self._style,
            0x85: self._sheet_name,
            0xFD: self._shared,
            0x204: self._label,
            0xD6: self._label,
            0x203: self._float,
            0x27E: self._rk,
            0xBD: self._many_rk,
            0x06: self._formula_value,
            0x207: self._formula_text,
            0x205: self._truth,
            0x14: self._margin,
            0x15: self._margin,
            0x1C: self._note_author,
        }

    def rows(self, stream: bytes, budget: Budget) -> Iterator[_Placed]:
        """The rows of all sheets, in order."""
        unread: Unread | None = None
        try:
            for at, kind, data, more in records(stream, budget):
                before = self._number
                place = self._open[-1] if self._open else (0, "")
                row = self._row
                self._read(at, kind, data, more)
                if row is not self._row and row:
                    yield (*place, (before + 1, spread(row)))
        except Unread as why:
            unread = why
        if self._row:
            yield (*(self._open[-1] if self._open else (0, "")), (self._number + 1, spread(self._row)))
        self.aside += (text for number, text in enumerate(self._strings) if text and number not in self._used)
        if unread:
            raise unread

    def _read(self, at: int, kind: int, data: bytes, more: list[bytes]) -> None:
        if kind == _FILEPASS:
            raise Unread(Unreadable.ENCRYPTED)
        try:
            if kind == _BOF:
                self._begin(at, data)
            elif kind == _EOF:
                self._end()
            elif kind == SST:
                self._strings += shared_strings([data, *more])
            elif kind == TXO:
                self.aside.append(text_box(data, more))
            elif kind in self._readers:
                self._readers[kind](data)
        except (error, IndexError):
            # A record that is too short says nothing; the next one may.
            return

    def _begin(self, at: int, data: bytes) -> None:
        version, _ = HEADER.unpack_from(data)
        self._wide = version == _BIFF8
        outer = self._open[-1][1] if self._open else ""
        self._open.append((at, self._names.get(at, outer)))
        self._row, self._number = [], -1

    def _end(self) -> None:
        if self._open:
            self._open.pop()
        self._row, self._number = [], -1

    def _code_page(self, data: bytes) -> None:
        self._charset = _CODE_PAGES.get(HEADER.unpack(data.ljust(4, b"\0")[:4])[0], "cp1252")

    def _date_mode(self, data: bytes) -> None:
        self._since_1904 = data[:1] == b"\1"

    def _format(self, data: bytes) -> None:
        (number,) = unpack_from("<H", data)
        self._codes[number] = self._string(data, 2, 2 if self._wide else 1)

    def _style(self, data: bytes) -> None:
        self._formats.append(unpack_from("<H", data, 2)[0])

    def _sheet_name(self, data: bytes) -> None:
        self._names[unpack_from("<L", data)[0]] = self._string(data, 6, 1)

    def _string(self, data: bytes, at: int, width: int) -> str:
        """The string at `at`, after its length in `width` bytes (MS-XLS 2.5.293, 2.5.240)."""
        count = int.from_bytes(data[at : at + width], "little")
        at += width
        if not self._wide:
            return data[at : at + count].decode(self._charset, "replace")
        if data[at] & 1:
            return data[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
        return data[at + 1 : at + 1 + count].decode("latin-1")

    def _put(self, row: int, column: int, text: str) -> None:
        if row != self._number or len(self._row) >= LAST_COLUMN:
            self._row, self._number = [], row
        self._row.append((column, text))

    def _show(self, value: float, style: int) -> str:
        if style not in self._shown:
            number = self._formats[style] if style < len(self._formats) else 0
            self._shown[style] = shown_by(number, self._codes.get(number, ""), self._since_1904)
        shown = self._shown[style]
        return shown(value) if shown else plain(value)

    def _shared(self, data: bytes) -> None:
        row, column, _, number = unpack_from("<HHHL", data)
        self._used.add(number)
        self._put(row, column, self._strings[number])

    def _label(self, data: bytes) -> None:
        row, column, _ = _CELL.unpack_from(data)
        self._put(row, column, self._string(data, 6, 2))

    def _float(self, data: bytes) -> None:
        row, column, style, value = unpack_from("<HHHd", data)
        self._put(row, column, self._show(value, style))

    def _rk(self, data: bytes) -> None:
        row, column, style, value = unpack_from("<HHHL", data)
        self._put(row, column, self._show(rk(value), style))

    def _many_rk(self, data: bytes) -> None:
        row, column = HEADER.unpack_from(data)
        for at in range(4, len(data) - 7, 6):
            style, value = unpack_from("<HL", data, at)
            self._put(row, column, self._show(rk(value), style))
            column += 1

    def _formula_value(self, data: bytes) -> None:
        row, column, style = _CELL.unpack_from(data)
        self._formula = (row, column)
        if data[12:14] != b"\xff\xff":
            self._put(row, column, self._show(unpack_from("<d", data, 6)[0], style))
        elif data[6] in (1, 2):
            self._put(row, column, truth(data[8], data[6] == 2))

    def _formula_text(self, data: bytes) -> None:
        if self._formula:
            self._put(*self._formula, self._string(data, 0, 2))

    def _truth(self, data: bytes) -> None:
        row, column, _ = _CELL.unpack_from(data)
        self._put(row, column, truth(data[6], data[7] == 1))

    def _margin(self, data: bytes) -> None:
        if data:
            self.aside.append(self._string(data, 0, 2 if self._wide else 1))

    def _note_author(self, data: bytes) -> None:
        if self._wide:
            self.aside.append(self._string(data, 8, 2))
        else:
            self.aside.append(data[6:].decode(self._charset, "replace"))
