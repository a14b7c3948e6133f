"""Tape archives (POSIX ustar and pax, GNU, v7): the members, from whatever is left of the file."""

from collections.abc import Iterator
from typing import NamedTuple

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.names import Names, decoded, listed
from holdback.documents.confined.archives.unpack import gathered, stored
from holdback.documents.values import Piece, Unread, Unreadable, member
from holdback.mail import Part

_BLOCK = 512
_LOW = bytes(range(128))
_SUM, _SUM_END = 148, 156
_LONG_LINK, _PAX, _PATH = b"K", (b"x", b"g", b"X"), b"path"
_TIME = b"time"
_ABOUT = (b"L", _LONG_LINK, *_PAX)
"""They describe the member that follows."""
_EMPTY = (b"1", b"2", b"3", b"4", b"5", b"6")
"""Links, devices, folders, pipes: a size does not mean that content follows."""


class _Section(NamedTuple):
    """A header and what follows it, or a stretch of blocks without any."""

    kind: bytes
    """Type of the member; empty for a stretch without a header."""
    name: bytes
    start: int
    stop: int
    """Where the content ends; behind the end of the data if that is cut off."""


def open_tar(part: Part, budget: Budget) -> Iterator[Piece]:
    """Every file is a member, also one that lost its header; links and folders are names only."""
    return listed(lambda names: _members(part, budget, names))


def _members(part: Part, budget: Budget, names: Names) -> Iterator[Piece]:
    data = memoryview(part.content)
    files, better = 0, b""
    for section in _sections(part.content, budget):
        content = data[section.start : section.stop]
        if section.kind in _ABOUT:
            texts = _pax(bytes(content)) if section.kind in _PAX else {_PATH: bytes(content).strip(b"\0")}
            names |= dict.fromkeys(decoded(text) for key, text in texts.items() if not key.endswith(_TIME))
            better = texts.get(_PATH, better) if section.kind != _LONG_LINK else better
            continue
        name, better = decoded(better or section.name), b""
        names[name] = None
        if files >= budget.entries_left:
            raise Unread(Unreadable.OVER_LIMIT)
        unpacked, why = gathered(stored(content), budget, max(0, budget.room))
        if unpacked:
            files += 1
            yield member(part, name, unpacked)
        if why or section.stop > len(data) or not section.kind:
            yield why or Unreadable.BROKEN


def _sections(data: bytes, budget: Budget) -> Iterator[_Section]:
    """The whole archive in order; zeros between members are left out."""
    at, lost = 0, -1
    while at < len(data):
        budget.beat()
        header = _header(data, at)
        if header:
            if lost >= 0:
                yield _lost(data, lost, at)
                lost = -1
            yield header
            at = header.stop + -header.stop % _BLOCK
            continue
        if lost < 0 and data[at : at + _BLOCK].strip(b"\0"):
            lost = at
        at += _BLOCK
    if lost >= 0:
        yield _lost(data, lost, len(data))


def _lost(data: bytes, start: int, stop: int) -> _Section:
    """Blocks without a header. What is left of one is left out: it would make the rest an archive again."""
    while start < stop and data.startswith(b"ustar", start + 257):
        start += _BLOCK
    return _Section(b"", b"", start, start + len(data[start:stop].rstrip(b"\0")))


def _header(data: bytes, at: int) -> _Section | None:
    """The header at `at` (pax, ustar Interchange Format), if its checksum is right."""
    block = data[at : at + _BLOCK]
    size = _number(block[124:136])
    if size is None or not _is_header(block):
        return None
    kind = block[156:157]
    name = block[:100].partition(b"\0")[0]
    prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    start = at + _BLOCK
    following = data[start : start + _BLOCK]
    if kind in _EMPTY and (_is_header(following) or not following.strip(b"\0")):
        size = 0
    return _Section(kind, prefix + b"/" + name if prefix else name, start, start + size)


def _is_header(block: bytes) -> bool:
    """True if the checksum is right: the sum of all bytes, some writers take them as signed."""
    claimed = _number(block[_SUM:_SUM_END])
    if not claimed or len(block) < _BLOCK:
        return False
    rest = block[:_SUM] + b" " * (_SUM_END - _SUM) + block[_SUM_END:]
    unsigned = sum(rest)
    return claimed in (unsigned, unsigned - 256 * len(rest.translate(None, _LOW)))


def _number(field: bytes) -> int | None:
    """A number in octal digits, or, if it is large, in base 256 (GNU)."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:])
    digits = field.strip(b" \0")
    if digits.strip(b"01234567"):
        return None
    return int(digits or b"0", 8)


def _pax(records: bytes) -> dict[bytes, bytes]:
    """Keywords and values (pax, Extended Header): `17 path=list.csv` and a line break, its length first."""
    found = {}
    at = 0
    while (blank := records.find(b" ", at, at + 20)) > at and records[at:blank].isdigit():
        end = at + int(records[at:blank])
        if end <= blank:
            break
        keyword, _, value = records[blank + 1 : end].rstrip(b"\n").partition(b"=")
        found[keyword] = value
        at = end
    return found
