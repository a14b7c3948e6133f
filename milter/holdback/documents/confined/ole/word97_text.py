"""Reads the text of a Word document, with marks at the ends of table cells and rows (MS-DOC 2.4)."""

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.scan import readable

_PARAGRAPHS, _PIECES = 0x102, 0x1A2
"""Offsets in the FIB of `fcPlcfBtePapx` and `fcClx`: paragraph properties, piece table (MS-DOC)."""
_PAGE = 512

ROW, CELL = "\x1e", "\x1f"
_PARAGRAPH_ENDS = re.compile("[\r\x07]")
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\x17\x24\x01", ROW),
    (b"\x4c\x24\x01", ROW),
    (b"\x4b\x24\x01", CELL),
    (b"\x16\x24\x01", " "),
)
"""Properties of a paragraph that ends a row or an inner cell, or is in a cell (MS-DOC)."""
_ELSEWHERE = re.compile(rb"[\x45\x46]\x66(.{4})", re.S)
"""`sprmPHugePapx`: the paragraph's properties are in the stream Data."""
HYPHENS = str.maketrans("\x1e\x1f", "-\u00ad")
"""Replaces Word's special hyphens, whose characters then serve as `ROW` and `CELL`."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    """Offset of the first character in the stream."""
    size: int
    """Number of characters."""
    width: int
    """Bytes per character: 1 or 2."""


def number(data: bytes, at: int, size: int) -> int:
    """The unsigned integer at `at`; 0 after the end."""
    return int.from_bytes(data[at : at + size], "little")


def assembled(content: bytes, table: bytes, data: bytes, budget: Budget) -> str:
    """The text with `ROW` and `CELL` marks; empty if the piece table is missing.

    content, table, data: the streams WordDocument, 0Table or 1Table, and Data. The text has one character for
    each UTF-16 unit, as Word counts.
    """
    marks = _marks(content, table, data, budget)
    text = _joined(_characters(content, _piece_table(table, content), marks, budget))
    return text if marks else guessed(text)


def guessed(text: str) -> str:
    """`text` with `CELL` for each bell character and `CELL`, `ROW` for two in sequence."""
    return text.replace("\x07\x07", CELL + ROW).replace("\x07", CELL)


def _plc(header: bytes, place: int, table: bytes) -> bytes:
    """The bytes of `table` whose offset and length are in the FIB at `place`."""
    start = number(header, place, 4)
    return table[start : start + number(header, place + 4, 4)]


def _piece_table(table: bytes, content: bytes) -> Iterator[_Piece]:
    """The piece table: the ranges of the text in the stream (MS-DOC: Clx, PlcPcd, Pcd, FcCompressed)."""
    pieces = _plc(content, _PIECES, table)
    at = 0
    while pieces[at : at + 1] == b"\x01":
        at += 3 + number(pieces, at + 1, 2)
    if pieces[at : at + 1] != b"\x02":
        return
    pieces = pieces[at + 5 : at + 5 + number(pieces, at + 1, 4)]
    count = (len(pieces) - 4) // 12
    for index in range(count):
        size = number(pieces, 4 * index + 4, 4) - number(pieces, 4 * index, 4)
        place = number(pieces, 4 * (count + 1) + 8 * index + 2, 4)
        width = 1 if place & 0x40000000 else 2
        start = (place & 0x3FFFFFFF) // (3 - width)
        if size > 0 and start < len(content):
            yield _Piece(start, size, width)


def _marks(content: bytes, table: bytes, data: bytes, budget: Budget) -> dict[int, str]:
    """The mark of each paragraph that ends a cell or row, by the offset of its end (MS-DOC: PapxFkp)."""
    paragraphs = _plc(content, _PARAGRAPHS, table)
    count = (len(paragraphs) - 4) // 8
    marks: dict[int, str] = {}
    pages = {number(paragraphs, 4 * (count + 1 + n), 4) & 0x3FFFFF for n in range(count)}
    for start in pages:
        budget.beat()
        page = content[start * _PAGE : (start + 1) * _PAGE]
        if len(page) == _PAGE:
            marks |= _marks_of_page(page, data)
    return marks


def _marks_of_page(page: bytes, data: bytes) -> Iterator[tuple[int, str]]:
    count = page[-1]
    for index in range(count):
        at = 2 * number(page, 4 * (count + 1) + 13 * index, 1)
        if not at:
            continue
        size = 2 * page[at] - 1 if page[at] else 2 * number(page, at + 1, 1)
        properties = page[at + 1 : at + 2 + size]
        if found := _ELSEWHERE.search(properties):
            place = int.from_bytes(found[1], "little")
            properties += data[place + 2 : place + 2 + min(number(data, place, 2), _PAGE)]
        for sign, mark in _MARKS:
            if sign in properties:
                yield number(page, 4 * index + 4, 4), mark
                break


def _characters(
    content: bytes, pieces: Iterable[_Piece], marks: dict[int, str], budget: Budget
) -> Iterator[str]:
    """The text, piece by piece, with marks for rows and cells that keep the number of characters."""
    left = len(content)
    for piece in pieces:
        budget.beat()
        size = min(piece.size * piece.width, len(content) - piece.start)
        left -= size
        if left < 0:
            # The pieces overlap so often that their text is longer than the file.
            yield "\r" + readable(content, budget)
            return
        text = _decoded(content[piece.start : piece.start + size], piece.width).translate(HYPHENS)
        end = 0
        for match in _PARAGRAPH_ENDS.finditer(text) if marks else ():
            place = piece.start + match.end() * piece.width
            yield text[end : match.start()]
            mark = marks.get(place)
            if match[0] == "\r":
                yield mark or "\r"
            else:
                yield ROW if mark == ROW else CELL
            end = match.end()
        yield text[end:]


def _decoded(encoded: bytes, width: int) -> str:
    """The text with one character per UTF-16 unit: characters above U+FFFF stay surrogate pairs."""
    if width == 1:
        return encoded.decode("cp1252", "replace")
    text = encoded.decode("utf-16-le", "replace")
    count = len(encoded) // 2
    return text if len(text) >= count else "".join(map(chr, struct.unpack_from(f"<{count}H", encoded)))


def _joined(strings: Iterable[str]) -> str:
    """The concatenated strings; unlike `str.join` it does not keep millions of short strings in memory."""
    whole = StringIO(newline="")
    for string in strings:
        whole.write(string)
    return whole.getvalue()
