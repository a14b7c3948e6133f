"""Cells of spreadsheets as people see them: numbers, dates, and rows that become tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from holdback.documents.budget import Budget
from holdback.documents.grid import grid
from holdback.documents.values import Table, Unread, Unreadable
from holdback.mail.charset import one_line

Row = tuple[int, list[str]]
"""Number of a row, from 1, and the texts of its cells from the first column on."""

Shown = Callable[[float], str]
"""How a number format shows a value."""

LONGEST = 32_767
"""Characters that a cell may hold, by Excel's own limit."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_STRINGS = 1_000_000
"""Shared strings of one workbook that are read."""

_GAP = 1_000
"""Empty rows that stay in the table; more of them divide it. Each division costs as many cells."""
_WIDE = 100
"""Empty cells between two others that stay in the row; more of them become one."""
_PIECE = 8 * 1024 * 1024
"""Characters of one table; the rest is another: what has no room in memory must not take all with it."""
_COMMON = 64
"""Characters that a cell has for free. More cost bytes: it may be one long string, shown a million times."""

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats without a code that show dates or times (ECMA-376 Part 1, 18.8.30)."""
_LONGEST_NUMBER = 40
_LONGEST_NAME = 60


def sheet(name: str) -> str:
    """The place in words."""
    return f'sheet "{one_line(name)[:_LONGEST_NAME]}"'


def tables(rows: Iterable[Row], budget: Budget, where: str) -> Iterator[Table]:
    """The tables that `rows` make, numbered as on the sheet. Raises Unread as `rows` does, after the rest."""
    for first, block in _blocks(rows, budget):
        yield from grid(block, budget, where, first=first)


def _blocks(rows: Iterable[Row], budget: Budget) -> Iterator[tuple[int, list[Sequence[str]]]]:
    """Rows that stand together, and the number of the first."""
    block: list[Sequence[str]] = []
    first = size = 0
    unread: Unread | None = None
    try:
        for number, row in rows:
            while row and not row[-1]:
                row.pop()
            if not row:
                continue
            gap = number - first - len(block)
            if block and (size > _PIECE or not 0 <= gap <= _GAP):
                yield first, block
                block, size = [], 0
                _spend(budget.cells, _GAP)
            if not block:
                first, gap = number, 0
            elif gap:
                _spend(budget.cells, gap)
                block += [()] * gap
            length = sum(map(len, row))
            if length > _COMMON * len(row):
                _spend(budget.take, length)
            size += length + len(row)
            block.append(row)
    except Unread as why:
        unread = why
    if block:
        yield first, block
    if unread:
        raise unread


def _spend(ask: Callable[[int], int], wanted: int) -> None:
    if ask(wanted) < wanted:
        raise Unread(Unreadable.OVER_LIMIT)


def spread(cells: Iterable[tuple[int, str]]) -> list[str]:
    """A row of the cells, given with their columns from 0 on, empty ones filled in."""
    row: list[str] = []
    last = -1
    for column, text in cells:
        gap = column - last - 1
        if text:
            row += [""] * (gap if gap <= _WIDE else 1)
            row.append(text)
            last = column
    return row


def column(letters: str) -> int:
    """Number of a column from 0 on: `A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def written(text: str) -> str:
    """A number as people see it, from how a file has it: `4.9E11` is 490000000000."""
    if text.isdigit() or len(text) > _LONGEST_NUMBER:
        return text
    try:
        return plain(float(text))
    except ValueError:
        return text


def plain(value: float) -> str:
    """A number without exponent and without the traces of binary fractions."""
    if abs(value) < 1e21 and value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return f"{value:.20f}".rstrip("0") if "e-" in text else text


def shown_by(number: int, code: str, since_1904: bool = False) -> Shown | None:
    """How a number format shows values, as far as it matters: dates, times, leading zeros; None for others.

    number, code: of the format; a code wins. since_1904: the workbook counts its days from 1904.
    """
    if code and not code.strip("0") and 1 < len(code) < _LONGEST_NUMBER:
        return lambda value: plain(value).zfill(len(code))
    if _shows_date(code) if code else number in _BUILT_IN_DATES:
        return lambda value: _date(value + 1462 if since_1904 else value)
    return None


def _shows_date(code: str) -> bool:
    """True if the first section of a format code has letters of dates, outside quotes and brackets."""
    opened = ""
    before = ""
    for sign in code[:255].lower():
        if opened:
            opened = "" if sign == opened else opened
        elif before in ("\\", "_", "*"):
            sign = ""
        elif sign in '"[':
            opened = '"' if sign == '"' else "]"
        elif sign == ";":
            return False
        elif sign in "ymdhs":
            return True
        before = sign
    return False


def _date(value: float) -> str:
    """A day and time, counted in days since the end of 1899, as ISO 8601."""
    # Excel has a 29 February 1900, so the days before it are one off.
    try:
        moment = datetime(1899, 12, 30 if value >= 60 else 31) + timedelta(seconds=round(value * 86400))
    except (OverflowError, ValueError):
        return plain(value)
    if 0 <= value < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if value == int(value) else moment.isoformat(" ")
