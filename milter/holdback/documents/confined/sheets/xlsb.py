"""Sheets of xlsb workbooks (MS-XLSB, BIFF12): cells, strings and styles in binary records."""

from collections.abc import Iterator
from itertools import islice
from struct import Struct, error, unpack_from

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.scan import readable
from holdback.documents.confined.sheets.cells import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_STRINGS,
    Row,
    Shown,
    plain,
    shown_by,
    spread,
)
from holdback.documents.document import Unread, Unreadable

START = b"\x83\x01"
"""Start of workbook.bin: the record BrtBeginBook."""

_BATCH = 2_000
"""Records read between two heartbeats."""
_ROW, _LAST_SHORT, _RICH = 0, 18, 62
_FIRST_SHORT = 12
"""Cell records from this type on (MS-XLSB) have no column: they follow the cell before."""
_STRING_ITEM, _FORMAT, _STYLE, _STYLES, _STYLES_END = 19, 44, 47, 617, 618
_SETTINGS, _SHEET = 153, 156
_SHEET_END = 130
_LEAST = 8
"""Minimum bytes of a record that contains text."""
_COLUMN = Struct("<LL")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ROW_FLAGS, _HIDDEN = 11, 0x10
"""Byte of the flags of a row, and the one that hides it (MS-XLSB 2.4.741)."""


def sheets_of(main: bytes, budget: Budget) -> list[tuple[str, str, bool]]:
    """Names of the sheets, relationship IDs of their members, True for hidden ones, from workbook.bin."""
    found = []
    for kind, data in _records(main, budget):
        if kind == _SHEET:
            link, after = _string(data, 8)
            found.append((_string(data, after)[0], link, data[:4] not in (b"", b"\0\0\0\0")))
    return found


def since_1904(main: bytes, budget: Budget) -> bool:
    """True if the workbook uses the 1904 date system."""
    return any(kind == _SETTINGS and data[:1] and data[0] & 1 for kind, data in _records(main, budget))


def strings_of(content: bytes, budget: Budget) -> list[str]:
    """The shared strings, from sharedStrings.bin."""
    found = (_string(data, 1)[0] for kind, data in _records(content, budget) if kind == _STRING_ITEM)
    return list(islice(found, MOST_STRINGS))


def styles_of(content: bytes, from_1904: bool, budget: Budget) -> dict[int, Shown]:
    """Formatters of the cell styles in styles.bin, by index."""
    codes: dict[int, str] = {}
    found: dict[int, Shown] = {}
    number = -1
    for kind, data in _records(content, budget):
        if kind == _FORMAT and len(data) > 2:
            codes[unpack_from("<H", data)[0]] = _string(data, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            number = 0 if kind == _STYLES else -1
        elif kind == _STYLE and number >= 0 and len(data) >= 4:
            of = unpack_from("<H", data, 2)[0]
            if shown := shown_by(of, codes.get(of, ""), from_1904):
                found[number] = shown
            number += 1
    return found


class SheetRows:
    """Reads the rows of one sheet, and the text of its other records."""

    def __init__(self, strings: list[str], styles: dict[int, Shown], used: set[int]) -> None:
        """used: the indexes of the shared strings that cells use are added to it."""
        self._strings, self._styles, self._used = strings, styles, used
        self.hidden = 0
        """Hidden rows so far, those filtered away included."""
        self._column = -1
        self._other: list[bytes] = []

    def rows(self, content: bytes, budget: Budget) -> Iterator[Row]:
        """The rows, in order. Raises Unread at damage, after the rows before it."""
        number = kind = 0
        row: list[tuple[int, str]] = []
        for kind, data in _records(content, budget):
            if row and (kind == _ROW or len(row) >= LAST_COLUMN):
                yield number, spread(row)
                row = []
            if kind == _ROW:
                number, row = min(int.from_bytes(data[:4], "little") + 1, LAST_ROW), []
                self._column = -1
                self.hidden += len(data) > _ROW_FLAGS and bool(data[_ROW_FLAGS] & _HIDDEN)
            elif kind <= _LAST_SHORT or kind == _RICH:
                text = self._cell(kind, data)
                row.append((self._column, text))
            elif len(data) >= _LEAST:
                self._other.append(data)
        if row:
            yield number, spread(row)
        if content and kind != _SHEET_END:
            raise Unread(Unreadable.BROKEN)

    def other_text(self, budget: Budget) -> str:
        """The readable text of the records that are not cells: headers, links, lists."""
        return readable(b"\0\0".join(self._other), budget)

    def _cell(self, kind: int, data: bytes) -> str:
        try:
            if _FIRST_SHORT <= kind <= _LAST_SHORT:
                style, at = unpack_from("<L", data)[0], 4
                kind -= _FIRST_SHORT - 1
                self._column += 1
            else:
                self._column, style = _COLUMN.unpack_from(data)
                at = 8
            return self._value(kind, data, at, style & 0xFFFFFF)
        except (error, IndexError):
            # A record that is too short is skipped; the next one may be complete.
            return ""

    def _value(self, kind: int, data: bytes, at: int, style: int) -> str:
        match kind:
            case 2:
                return self._show(_rk(unpack_from("<L", data, at)[0]), style)
            case 3 | 11:
                return _truth(data[at], True)
            case 4 | 10:
                return _truth(data[at], False)
            case 5 | 9:
                return self._show(unpack_from("<d", data, at)[0], style)
            case 6 | 8:
                return _string(data, at)[0]
            case 7:
                number: int = unpack_from("<L", data, at)[0]
                self._used.add(number)
                return self._strings[number]
            case 62:
                return _string(data, at + 1)[0]
        return ""

    def _show(self, value: float, style: int) -> str:
        shown = self._styles.get(style)
        return shown(value) if shown else plain(value)


def _rk(value: int) -> float:
    """An RkNumber, packed into 30 bits (MS-XLS)."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 1 << 31 else 0))
    else:
        (number,) = unpack_from("<d", b"\0\0\0\0" + (value & 0xFFFFFFFC).to_bytes(4, "little"))
    return number / 100 if value & 1 else number


def _truth(value: int, wrong: bool) -> str:
    """A boolean or an error value (MS-XLS: Bes) as text."""
    return _ERRORS.get(value, "#N/A") if wrong else "TRUE" if value else "FALSE"


def _records(content: bytes, budget: Budget) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record (MS-XLSB); the last one may be cut off."""
    at = count = 0
    end = len(content)
    while at < end:
        if count % _BATCH == 0:
            budget.beat()
        count += 1
        kind = content[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = kind & 0x7F | (content[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            size |= (content[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not content[at - 1] & 0x80:
                break
        yield kind, content[at : at + size]
        at += size


def _string(data: bytes, at: int) -> tuple[str, int]:
    """The XLWideString at `at` (MS-XLSB) and the offset after it; empty for a length of -1."""
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    if count == 0xFFFFFFFF:
        return "", at
    return data[at : at + 2 * count].decode("utf-16-le", "replace"), at + 2 * count
