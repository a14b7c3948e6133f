"""Open HTML: visible text and tables, addresses in links, and what a reader does not see, named by its place.

Browsers repair any markup, so nothing here depends on tags being closed or nested correctly.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from holdback.documents.attributes import take_attributes
from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.data.scripts import read_scripts
from holdback.documents.document import Piece, Table, members_of, within
from holdback.documents.markup import CELL, END, ROW, TABLE, text_of
from holdback.documents.rows import DelimitedRows
from holdback.documents.text import read_text
from holdback.documents.unseen import HIDDEN_CELL, take_comments, take_hidden, take_scripts, without_styles
from holdback.mail import Part

_BLANKS = re.compile("  +")
_LINE = re.compile("[^\n]+")
_HIDDEN_ROW = re.compile(f"{ROW}{HIDDEN_CELL} ?{CELL}")

_CHUNK = 64 * 1024
"""Characters converted between two heartbeats, to bound memory."""
_LONG_CELL = 200
"""Mean length of a cell above which a table is layout, not data."""
_MOST_TABLES = 4096
"""Tables of one document; a table takes four kilobytes. The rows of further tables are lines of text."""


def open_html(part: Part, budget: Budget) -> Iterator[Piece]:
    """Return the texts and tables of `part`; layout tables become lines of text."""
    return members_of(part, _pieces(part, budget))


def _pieces(part: Part, budget: Budget) -> Iterator[Piece]:
    html, scripts = take_scripts(without_styles(decode(part.content, part.charset)))
    html, comments = take_comments(html)
    html, unseen = take_hidden(html, budget)
    html, attributes = take_attributes(html, budget)
    yield from _document(html, budget)
    del html
    for where, content in [*([("comment", comments)] if comments else []), *unseen.items()]:
        yield from within(where, _document(content, budget))
    yield from attributes
    yield from within("script", read_scripts(scripts, budget))


def _document(html: str, budget: Budget) -> Iterator[Piece]:
    running, tables = _split(text_of(html, budget), budget)
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
            is_hidden = HIDDEN_CELL in rows.text
            tables.append(_without_signs(rows, number) if is_hidden else Table(rows, where=f"table {number}"))
        for piece in _blanks(text, start, row if rows else inside):
            running += piece
        for piece in _blanks(text, inside + 1, end) if inside < end else ():
            running += piece
    return running, tables


def _without_signs(rows: DelimitedRows, number: int) -> Table:
    """Return a table with hidden rows or cells; its place says so."""
    shown = replace(rows, text=rows.text.replace(HIDDEN_CELL, ""))
    return Table(shown, where=f"table {number} with hidden cells")


def _find(text: str, sign: str, start: int, end: int) -> int:
    """Return the place of the next `sign`; `end` if there is none before it."""
    found = text.find(sign, start, end)
    return end if found < 0 else found


def _blanks(text: str, start: int, end: int) -> Iterator[str]:
    """Yield a line break and the text between two places, with structure replaced by blanks."""
    yield "\n"
    for at in range(start, end, _CHUNK):
        chunk = text[at : min(at + _CHUNK, end)]
        yield chunk.replace(END, "\n").replace(ROW, "\n").replace(CELL, "\t").replace(HIDDEN_CELL, "")


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
    if HIDDEN_CELL in text:
        text = _HIDDEN_ROW.sub(ROW + CELL + HIDDEN_CELL, text)
    for sign in (ROW, CELL):
        text = text.replace(" " + sign, sign).replace(sign + " ", sign)
    return text.rstrip(" ").replace(ROW + CELL, "\n").replace(ROW, "\n").replace(CELL, "\t")


def _is_wide(lines: str) -> bool:
    """Return True if two lines have more than one cell."""
    found = (line for line in _LINE.finditer(lines) if "\t" in line.group().strip())
    return len(list(islice(found, 2))) == 2
