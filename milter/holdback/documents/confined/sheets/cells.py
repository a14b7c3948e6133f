"""Formats numbers and dates as a spreadsheet shows them, and joins rows into tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from holdback.documents.budget import Budget
from holdback.documents.document import Table, Unread, Unreadable
from holdback.documents.grid import grid
from holdback.mail.charset import one_line
from holdback.phrases import count_of

Row = tuple[int, list[str]]
"""Number of a row, from 1, and the texts of its cells from column A on."""

Shown = Callable[[float], str]
"""Formats a number as one number format does."""

LONGEST = 32_767
"""Excel's limit of characters in a cell."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_STRINGS = 1_000_000
"""Shared strings read of one workbook."""

_GAP = 1_000
"""Empty rows kept in a table; a longer gap begins a new table, and costs as many cells of the budget."""
_WIDE = 100
"""Empty cells kept between two others; a longer gap becomes one empty cell."""
_PIECE = 8 * 1024 * 1024
"""Characters of one table; longer ones are split, so that the limit of memory does not discard all rows."""
_COMMON = 64
"""Mean characters per cell that are not charged: a million cells may show the same long shared string."""

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""IDs of built-in number formats for dates and times (ECMA-376 Part 1, 18.8.30)."""
_LONGEST_NUMBER = 40
_LONGEST_NAME = 60


def sheet(name: str, is_hidden: bool = False, hidden_rows: int = 0, hidden_columns: int = 0) -> str:
    """The place of a sheet as shown to users: `hidden sheet "Kunden"`, `sheet "Kunden" (40 hidden rows)`."""
    place = f'{"hidden " if is_hidden else ""}sheet "{one_line(name)[:_LONGEST_NAME]}"'
    hidden = [
        count_of(count, *words)
        for count, words in (
            (hidden_rows, ("hidden row", "hidden rows")),
            (hidden_columns, ("hidden column", "hidden columns")),
        )
        if count
    ]
    return f"{place} ({', '.join(hidden)})" if hidden else place


def tables(rows: Iterable[Row], budget: Budget, where: str | Callable[[], str]) -> Iterator[Table]:
    """The tables made of `rows`, numbered as on the sheet. Raises Unread as `rows` does, after the tables.

    where: the place, or a function that returns it after the rows have been read.
    """
    for first, block in _blocks(rows, budget):
        yield from grid(block, budget, where() if callable(where) else where, first=first)


def _blocks(rows: Iterable[Row], budget: Budget) -> Iterator[tuple[int, list[Sequence[str]]]]:
    """Blocks of rows without large gaps, each with the number of its first row."""
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
    """A row of cells, given as column (from 0) and text; fills in empty cells."""
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
    """Number of a column, from 0: `A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def written(text: str) -> str:
    """A stored number as a spreadsheet shows it: `4.9E11` is 490000000000."""
    if text.isdigit() or len(text) > _LONGEST_NUMBER:
        return text
    try:
        return plain(float(text))
    except ValueError:
        return text


def plain(value: float) -> str:
    """A number in decimal without exponent, rounded to 15 digits."""
    if abs(value) < 1e21 and value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return f"{value:.20f}".rstrip("0") if "e-" in text else text


def shown_by(number: int, code: str, since_1904: bool = False) -> Shown | None:
    """The formatter for a number format with dates, times or leading zeros; None for other formats.

    number, code: ID and code of the format; the code takes precedence. since_1904: the workbook uses the 1904
    date system.
    """
    if code and not code.strip("0") and 1 < len(code) < _LONGEST_NUMBER:
        return lambda value: plain(value).zfill(len(code))
    if _shows_date(code) if code else number in _BUILT_IN_DATES:
        return lambda value: _date(value + 1462 if since_1904 else value)
    return None


def _shows_date(code: str) -> bool:
    """True if the first section of a format code has date letters outside quotes and brackets."""
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
    """A date serial number of the 1900 date system as ISO 8601."""
    # The 1900 date system counts a 29 February 1900, so earlier days are one off.
    try:
        moment = datetime(1899, 12, 30 if value >= 60 else 31) + timedelta(seconds=round(value * 86400))
    except (OverflowError, ValueError):
        return plain(value)
    if 0 <= value < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if value == int(value) else moment.isoformat(" ")
