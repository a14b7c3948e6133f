"""Word 97 to 2003 documents (MS-DOC), and the text of Word 6 and 95 documents."""

import re
from collections.abc import Iterator
from dataclasses import replace

from holdback.documents.budget import Budget
from holdback.documents.charset import decode, visible
from holdback.documents.confined.ole.compound import Compound
from holdback.documents.confined.ole.scan import readable
from holdback.documents.confined.ole.word97_text import CELL, HYPHENS, ROW, assembled, guessed, number
from holdback.documents.delimited import split_tables
from holdback.documents.document import Piece, Unreadable
from holdback.documents.grid import grid

_COMPLEX, _ENCRYPTED, _SECOND_TABLE = 0x0004, 0x0100, 0x0200
_WORD_97 = 0x00C0
_PARTS = (
    ("", 0x4C),
    ("footnotes", 0x50),
    ("headers and footers", 0x54),
    ("macros", 0x58),
    ("comments", 0x5C),
    ("endnotes", 0x60),
    ("text boxes", 0x64),
    ("text boxes of headers", 0x68),
)
"""Parts of the text in order, and the offsets of their lengths in the FIB (MS-DOC: FibRgLw97)."""
_PLAIN = dict.fromkeys((*range(9), *range(0x0F, 0x13), *range(0x16, 0x1E))) | dict.fromkeys(
    (0x0B, 0x0C, 0x0D, 0x0E), "\n"
)
_FIELD = re.compile("\x13([^\x13-\x15]*+)\x14([^\x13-\x15]*+)\x15")
_FIELD_SIGNS = str.maketrans("\x13\x14\x15", "   ")
_ADDRESS = re.compile(r"[^\s\"':?&@]{1,64}@[^\s\"':?&@]{1,255}")
_LONGEST_CODE = 2_000


def open_word(file: Compound, budget: Budget) -> Iterator[Piece]:
    """The text and tables of all document parts: main text, footnotes, headers, comments, text boxes."""
    content = file.read(file.root.streams["WordDocument"])
    flags = number(content, 0x0A, 2)
    if flags & _ENCRYPTED:
        yield Unreadable.ENCRYPTED
        return
    if number(content, 2, 2) < _WORD_97:
        yield from _before_97(content, flags, budget)
        return
    name = "1Table" if flags & _SECOND_TABLE else "0Table"
    table = file.read(file.root.streams[name]) if name in file.root.streams else b""
    data = file.read(file.root.streams["Data"]) if "Data" in file.root.streams else b""
    text = assembled(content, table, data, budget)
    if not text:
        yield from _running(readable(content, budget), "", budget)
        yield Unreadable.BROKEN
        return
    end = 0
    for where, place in _PARTS:
        start, end = end, end + number(content, place, 4)
        yield from _document_part(text[start:end], where, budget)
    yield from _document_part(text[end:], "", budget)


def _before_97(content: bytes, flags: int, budget: Budget) -> Iterator[Piece]:
    """The text of Word 6 and 95 documents: one range, or all readable text if changes were appended."""
    start, end = number(content, 0x18, 4), number(content, 0x1C, 4)
    if flags & _COMPLEX or not start < end <= len(content):
        yield from _running(readable(content, budget), "", budget)
    else:
        yield from _document_part(guessed(decode(content[start:end]).translate(HYPHENS)), "", budget)


def _document_part(text: str, where: str, budget: Budget) -> Iterator[Piece]:
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = visible(_FIELD.sub(_shown, text).translate(_FIELD_SIGNS).translate(_PLAIN))
    rows: list[list[str]] = []
    running: list[str] = []
    *blocks, last = text.split(ROW)
    for block in blocks:
        cells = block.removesuffix(CELL).split(CELL)
        before, _, cells[0] = cells[0].rpartition("\n")
        if before:
            yield from grid(rows, budget, where)
            running.append(before)
            rows = []
        if any(cells):
            rows.append(cells)
    yield from grid(rows, budget, where)
    yield from _running("\n".join((*running, last.replace(CELL, "\t"))), where, budget)


def _shown(field: re.Match[str]) -> str:
    """The visible text of a field, and the addresses that are only in its code."""
    hidden = [one for one in dict.fromkeys(_ADDRESS.findall(field[1][:_LONGEST_CODE])) if one not in field[2]]
    return " ".join((field[2], *hidden))


def _running(text: str, where: str, budget: Budget) -> Iterator[Piece]:
    texts, tables = split_tables(text, budget)
    yield from (replace(one, where=one.where or where) for one in texts)
    yield from (replace(one, where=one.where or where) for one in tables)
