"""Compressed RTF of Outlook (MS-OXRTFCP): LZ77 with a pre-filled dictionary."""

from holdback.documents.budget import Budget
from holdback.documents.document import Unreadable

_PACKED, _PLAIN = b"LZFu", b"MELA"
_HEADER = 16
_WINDOW = 4096
_KNOWN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""Initial content of the dictionary (MS-OXRTFCP)."""
_STEP = 64 * 1024


def uncompressed(data: bytes, budget: Budget) -> tuple[bytes, Unreadable | None]:
    """The RTF in `data`, as far as it can be read within the budget, and why the rest is missing.

    Sizes and checksum in the header are ignored.
    """
    if data[8:12] == _PLAIN:
        return data[_HEADER:], None
    if data[8:12] != _PACKED:
        return b"", Unreadable.BROKEN
    out = bytearray(_WINDOW - len(_KNOWN)) + _KNOWN
    at, room, why = _HEADER, _WINDOW, Unreadable.BROKEN
    while at < len(data):
        if len(out) > room:
            budget.beat()
            room += budget.take(_STEP)
            if len(out) > room:
                why = Unreadable.OVER_LIMIT
                break
        flags = data[at]
        if not flags:
            out += data[at + 1 : at + 9]
            at += 9
            continue
        at, ended = _run(data, at + 1, flags, out)
        if ended:
            return bytes(out[_WINDOW:]), None
    return bytes(out[_WINDOW:]), why


def _run(data: bytes, at: int, flags: int, out: bytearray) -> tuple[int, bool]:
    """Appends a run of up to eight literals or references to `out`; next offset, and whether it ended."""
    for bit in range(8):
        if not flags >> bit & 1:
            out += data[at : at + 1]
            at += 1
            continue
        reference = int.from_bytes(data[at : at + 2], "big")
        at += 2
        back = (len(out) + len(_KNOWN) - (reference >> 4)) % _WINDOW
        if not back or at > len(data):
            return at, not back
        size = (reference & 0xF) + 2
        found = out[-back : len(out) - back + size]
        out += (found * (size // back + 1))[:size]
    return at, False
