"""Records, strings and numbers in the binary formats of Excel: all of xls (MS-XLS), numbers also of xlsb."""

from collections.abc import Iterator
from struct import Struct, unpack_from

from holdback.documents.budget import Budget

HEADER = Struct("<HH")
"""Type and size of a record."""
SST, TXO = 0xFC, 0x1B6
_ROUND = 2_000
"""Records read between two heartbeats."""

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def rk(value: int) -> float:
    """A number packed into 30 bits (MS-XLS 2.5.217)."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 1 << 31 else 0))
    else:
        (number,) = unpack_from("<d", b"\0\0\0\0" + (value & 0xFFFFFFFC).to_bytes(4, "little"))
    return number / 100 if value & 1 else number


def truth(value: int, wrong: bool) -> str:
    """A truth value or an error (MS-XLS 2.5.10)."""
    return _ERRORS.get(value, "#N/A") if wrong else "TRUE" if value else "FALSE"


def records(stream: bytes, budget: Budget) -> Iterator[tuple[int, int, bytes, list[bytes]]]:
    """Place, type and content of each record, and of the records that continue it."""
    at = count = 0
    while at + 4 <= len(stream):
        kind, size = HEADER.unpack_from(stream, at)
        begin, at = at, at + 4 + size
        more: list[bytes] = []
        if kind in (SST, TXO):
            while stream[at : at + 2] == b"\x3c\0" and at + 4 <= len(stream):
                _, length = HEADER.unpack_from(stream, at)
                more.append(stream[at + 4 : at + 4 + length])
                at += 4 + length
        if count % _ROUND == 0:
            budget.beat()
        count += 1
        yield begin, kind, stream[begin + 4 : begin + 4 + size], more


def text_box(data: bytes, more: list[bytes]) -> str:
    """The text of a note or a text box (MS-XLS 2.4.329): its characters come in pieces, then their looks."""
    (left,) = unpack_from("<H", data, 10)
    text = ""
    for piece in more:
        if left <= 0 or not piece:
            break
        found = piece[1:].decode("utf-16-le", "replace") if piece[0] & 1 else piece[1:].decode("latin-1")
        text += found[:left]
        left -= len(found)
    return text


def shared_strings(pieces: list[bytes]) -> Iterator[str]:
    """The strings of the table (MS-XLS 2.4.265), as far as they go."""
    place, at = 0, 8
    while True:
        while place < len(pieces) and at >= len(pieces[place]):
            place, at = place + 1, at - len(pieces[place])
        if place == len(pieces) or len(pieces[place]) - at < 3:
            return
        piece = pieces[place]
        left, flags = unpack_from("<HB", piece, at)
        at += 3
        skipped = 0
        if flags & 8:
            skipped += 4 * int.from_bytes(piece[at : at + 2], "little")
            at += 2
        if flags & 4:
            skipped += int.from_bytes(piece[at : at + 4], "little")
            at += 4
        text, place, at = _characters(pieces, place, at, left, flags)
        yield text
        at += skipped


def _characters(pieces: list[bytes], place: int, at: int, left: int, flags: int) -> tuple[str, int, int]:
    """The next `left` characters, and where they end. What goes on in a new piece says its width again."""
    text = ""
    while True:
        width = 2 if flags & 1 else 1
        raw = pieces[place][at : at + left * width]
        text += raw.decode("utf-16-le" if width == 2 else "latin-1", "replace")
        at += len(raw)
        left -= len(raw) // width
        if left <= 0 or place + 1 >= len(pieces) or not pieces[place + 1]:
            return text, place, at
        place, at = place + 1, 1
        flags = pieces[place][0]
