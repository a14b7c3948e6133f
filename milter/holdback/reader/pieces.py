"""Pieces of a document as frames: packed by the reader, checked and rebuilt by the daemon."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Table, Text, Unreadable, member
from holdback.documents.fault import Fault
from holdback.documents.rows import DelimitedRows
from holdback.mail import Part
from holdback.mail.charset import one_line
from holdback.reader.wire import Frame, Malformed, Tag, Wire, encode_text

_CELL = "\x1f"
_BLANK = str.maketrans({_CELL: " ", "\n": " ", "\r": " "})
_DELIMITERS = frozenset(",;|\t: \x1f")
_LONGEST_COLUMN = 1_000
_COLUMNS_SIZE = 100_000
"""Characters of all column names together; each may take 6 bytes in a head."""
_OVERHEAD = 128
"""Bytes that a string takes besides its characters, at most."""
SHARED = ("bytes_left", "cells_left", "pages_left")
"""Parts of a budget that the reader uses up."""
_FAULT = {
    "error": re.compile(r"[A-Za-z_][\w.]{0,79}", re.A),
    "place": re.compile(r"\w{1,50}\.py:\d{1,6}", re.A),
}
"""What a fault may consist of: it is logged, and a document that controls its reader must not write there."""
MOST_PIECES = 20_000
"""Pieces of one document, members not counted."""


def fit(piece: Piece, room: int) -> Iterator[Piece]:
    """As much of `piece` as fits into `room` bytes, followed by OVER_LIMIT if that is not all."""
    match piece:
        case Part(content=content) if len(content) > room:
            yield replace(piece, content=content[: max(0, room)])
        case Text(text=text) if sys.getsizeof(text) > room:
            yield replace(piece, text=_cut(text, room))
        case Table(rows=DelimitedRows(text=text) as rows) if sys.getsizeof(text) > room:
            yield replace(piece, rows=replace(rows, text=_cut(text, room)))
        case _:
            yield piece
            return
    yield Unreadable.OVER_LIMIT


def _cut(text: str, room: int) -> str:
    """The first lines of `text`, as many as take up to `room` bytes."""
    end = max(0, len(text) * (room - _OVERHEAD) // sys.getsizeof(text))
    return text[: text.rfind("\n", 0, end) + 1 or end]


def size_of(piece: Piece) -> int:
    """Bytes that `piece` takes in memory."""
    match piece:
        case Part(content=content):
            return len(content)
        case Text(text=text) | Table(rows=DelimitedRows(text=text)):
            return sys.getsizeof(text)
    return 0


def pack_rows(piece: Piece) -> Iterator[Piece]:
    """`piece` with its rows packed into text; column names that do not fit into a head become a Text."""
    if not isinstance(piece, Table):
        yield piece
        return
    columns = tuple(name[:_LONGEST_COLUMN] for name in piece.header)
    if sum(map(len, columns)) + 10 * len(columns) > _COLUMNS_SIZE:
        yield Text("\n".join(piece.header), piece.where)
        columns = ()
    rows = piece.rows if isinstance(piece.rows, DelimitedRows) else _delimited(piece.rows)
    yield replace(piece, rows=rows, header=columns)


def _delimited(rows: Sequence[Sequence[str]]) -> DelimitedRows:
    text = "\n".join(_CELL.join(cell.translate(_BLANK) for cell in row) or " " for row in rows)
    return DelimitedRows(text, _CELL, max(map(len, rows), default=0), lambda: None, quotes=False)


def send_piece(wire: Wire, piece: Piece) -> None:
    """Send one piece that `pack_rows` has made."""
    match piece:
        case Unreadable():
            wire.send(Tag.UNREADABLE, {"why": str(piece)})
        case Fault():
            wire.send(Tag.FAULT, {"error": piece.error, "place": piece.place})
        case Part(name=name, declared=declared, charset=charset):
            head = {"name": name, "declared": declared, "charset": charset}
            wire.send(
                Tag.MEMBER, {key: value[:_LONGEST_COLUMN] for key, value in head.items()}, piece.content
            )
        case Text(text=text, where=where):
            width, body = encode_text(text)
            wire.send(Tag.TEXT, {"where": where[:_LONGEST_COLUMN], "bytes": width}, body)
        case Table(rows=DelimitedRows() as rows):
            width, body = encode_text(rows.text)
            place = {"where": piece.where[:_LONGEST_COLUMN], "header": piece.header, "first": piece.first}
            cut = {"delimiter": rows.delimiter, "width": rows.width, "quotes": rows.quotes}
            wire.send(Tag.TABLE, {"bytes": width, **place, **cut}, body)


def receive_piece(wire: Wire, frame: Frame, part: Part, budget: Budget) -> Piece:
    """The piece of `part` that begins with `frame`. Raises Malformed, ConnectionClosed.

    The reader knows how much room there is: one that sends more has been taken over.
    """
    if frame.size > max(0, budget.room):
        raise Malformed("more than there is room for")
    match frame.tag:
        case Tag.UNREADABLE:
            return _reason(frame)
        case Tag.FAULT:
            return _fault(frame)
        case Tag.MEMBER:
            declared, charset = one_line(frame.text("declared")).lower(), one_line(frame.text("charset"))
            return member(part, frame.text("name", 1000), wire.data(frame.size), declared, charset)
        case Tag.TEXT:
            where = one_line(frame.text("where"))
            return Text(wire.characters(frame.size, frame.number("bytes")), where)
        case Tag.TABLE:
            return _table(wire, frame, budget)
    raise Malformed("tag")


def _reason(frame: Frame) -> Unreadable:
    try:
        why = Unreadable(frame.text("why"))
    except ValueError:
        raise Malformed("why") from None
    if why is Unreadable.FAULT:
        raise Malformed("a fault without its place")
    return why


def _fault(frame: Frame) -> Fault:
    words = {key: frame.text(key) for key in _FAULT}
    if not all(_FAULT[key].fullmatch(text) for key, text in words.items()):
        raise Malformed("fault")
    return Fault(**words)


def _table(wire: Wire, frame: Frame, budget: Budget) -> Table:
    delimiter = frame.text("delimiter")
    if delimiter not in _DELIMITERS:
        raise Malformed("delimiter")
    header, where = frame.texts("header", _LONGEST_COLUMN), one_line(frame.text("where"))
    first, width, quotes = frame.number("first"), frame.number("width"), frame.boolean("quotes")
    text = wire.characters(frame.size, frame.number("bytes"))
    return Table(DelimitedRows(text, delimiter, width, budget.beat, quotes), header, where, first)
