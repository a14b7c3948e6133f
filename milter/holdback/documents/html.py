"""Open HTML: visible text and tables, and addresses in links, attributes and comments.

Browsers repair any markup, so nothing here depends on tags being closed or nested correctly.
"""

import re
from collections.abc import Iterator
from itertools import islice

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.document import Piece, Table
from holdback.documents.markup import CELL, END, ROW, TABLE, text_of
from holdback.documents.rows import DelimitedRows
from holdback.documents.text import read_text
from holdback.mail import Part

_BLANKS = re.compile("  +")
_LINE = re.compile("[^\n]+")

_CHUNK = 64 * 1024
"""Characters converted between two heartbeats, to bound memory."""
_LONG_CELL = 200
"""Mean length of a cell above which a table is layout, not data."""
_MOST_TABLES = 4096
"""Tables of one document; a table takes four kilobytes. The rows of further tables are lines of text."""


def open_html(part: Part, budget: Budget) -> Iterator[Piece]:
    """Yield the texts and tables of `part`; layout tables become lines of text."""
    running, tables = _split(text_of(decode(part.content, part.charset), budget), budget)
    yield from read_text(running, budget)
    yield from tables


def _split(text: str, budget: Budget) -> tuple[str, list[Table]]:
    """Return the running text, and the innermost tables that hold data."""
    tables: list[Table] = []
    running, number = "", 0
    end = _find(text, TABLE, 0, len(text))
    for piece in _blanks(text, 0, end):
        running += piece
    while end < len(text):
        start, number = end + 1, number + 1
        end = _find(text, TABLE, start, len(text))
        inside = _find(text, END, start, end)
        row = _find(text, ROW, start, inside)
        is_innermost = inside < end or end == len(text)
        rows = _rows(text, row, inside, budget) if is_innermost and len(tables) < _MOST_TABLES else None
        if rows:
            tables.append(Table(rows, where=f"table {number}"))
        for piece in _blanks(text, start, row if rows else inside):
            running += piece
        for piece in _blanks(text, inside + 1, end) if inside < end else ():
            running += piece
    return running, tables


def _find(text: str, sign: str, start: int, end: int) -> int:
    """Return the place of the next `sign`; `end` if there is none before it."""
    found = text.find(sign, start, end)
    return end if found < 0 else found


def _blanks(text: str, start: int, end: int) -> Iterator[str]:
    """Yield a line break and the text between two places, with structure replaced by blanks."""
    yield "\n"
    for at in range(start, end, _CHUNK):
        chunk = text[at : min(at + _CHUNK, end)]
        yield chunk.replace(END, "\n").replace(ROW, "\n").replace(CELL, "\t")


def _rows(text: str, start: int, end: int, budget: Budget) -> DelimitedRows | None:
    """Return the rows of the table between two places; None for a layout table."""
    lines = ""
    for block in _row_blocks(text, start, end):
        budget.beat()
        lines += _lines(block)
    lines = lines.strip(" \n")
    cells = lines.count("\n") + 1 + lines.count("\t")
    if len(lines) > _LONG_CELL * cells or not _is_wide(lines):
        return None
    return DelimitedRows(
        lines, "\t", lines.count("\t", 0, _find(lines, "\n", 0, len(lines))) + 1, budget.beat, quotes=False
    )


def _row_blocks(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the rows between two places, many at a time."""
    while start < end:
        after = text.rfind(ROW, start + 1, min(start + _CHUNK, end))
        after = after if after >= 0 else _find(text, ROW, start + 1, end)
        yield text[start:after]
        start = after


def _lines(rows: str) -> str:
    """Return `rows` as lines of cells separated by tabs, each after a line break."""
    text = rows.replace("\n", " ").replace("\t", " ")
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    for sign in (ROW, CELL):
        text = text.replace(" " + sign, sign).replace(sign + " ", sign)
    return text.rstrip(" ").replace(ROW + CELL, "\n").replace(ROW, "\n").replace(CELL, "\t")


def _is_wide(lines: str) -> bool:
    """Return True if two lines have more than one cell."""
    found = (line for line in _LINE.finditer(lines) if "\t" in line.group().strip())
    return len(list(islice(found, 2))) == 2
