"""Tar archives (POSIX ustar and pax, GNU, v7), read by tarfile header by header, also damaged ones."""

from collections.abc import Iterator
from io import BytesIO
from tarfile import BLOCKSIZE, TarError, TarFile, TarInfo

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.names import Names, decoded, listed
from holdback.documents.confined.archives.unpack import gathered, stored
from holdback.documents.document import Piece, Unread, Unreadable, member
from holdback.mail import Part

_MARK, _MARK_AT = b"ustar", 257
_ERRORS = (TarError, ArithmeticError, LookupError, RecursionError, ValueError)
"""Exceptions of tarfile for damaged headers."""


class _Tape(BytesIO):
    """The archive as a file; every read reports a heartbeat."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        super().__init__(data)
        self._budget = budget

    def read(self, size: int | None = -1, /) -> bytes:
        self._budget.beat()
        return super().read(size)


def open_tar(part: Part, budget: Budget) -> Iterator[Piece]:
    """All files as members, also content without a header; of links and folders only the names."""
    return listed(lambda names: _members(part, budget, names))


def _members(part: Part, budget: Budget, names: Names) -> Iterator[Piece]:
    data = memoryview(part.content)
    files = end = 0
    for info, following in _headers(part.content, budget):
        names |= dict.fromkeys(_names(info))
        if files >= budget.entries_left:
            raise Unread(Unreadable.OVER_LIMIT)
        yield from _lost(part, end, info.offset, budget)
        stop, end = min(following, info.offset_data + info.size), following
        content, why = gathered(stored(data[info.offset_data : stop]), budget, max(0, budget.room))
        if content:
            files += 1
            yield member(part, decoded(_raw(info.name)), content)
        if why or stop > len(data):
            yield why or Unreadable.BROKEN
    yield from _lost(part, end, len(data), budget)


def _headers(data: bytes, budget: Budget) -> Iterator[tuple[TarInfo, int]]:
    """Every readable header, and the offset where the next one may begin, which always grows."""
    tape = _Tape(data, budget)
    at = 0
    while at < len(data):
        tape.seek(at)
        try:
            # A new TarFile for each header: its own loop ends at damage and goes back at negative sizes.
            archive = TarFile(fileobj=tape, ignore_zeros=True, encoding="utf-8", errors="surrogateescape")
            info = archive.next()
        except _ERRORS:
            at = max(at + BLOCKSIZE, tape.tell())
            continue
        if info is None:
            return
        at = max(archive.offset, info.offset + BLOCKSIZE)
        if archive.offset > info.offset and info.size >= 0:
            yield info, at


def _lost(part: Part, start: int, stop: int, budget: Budget) -> Iterator[Piece]:
    """The blocks from `start` to `stop`, which have no header, as one member.

    Damaged headers at the start are left out: with them the member would be opened as tar again.
    """
    data = part.content
    if not data[start:stop].strip(b"\0"):
        return
    while start < stop and data.startswith(_MARK, start + _MARK_AT):
        start += BLOCKSIZE
    lost = memoryview(data[start:stop].strip(b"\0"))
    content, why = gathered(stored(lost), budget, max(0, budget.room))
    if content:
        yield member(part, "", content)
    yield why or Unreadable.BROKEN


def _names(info: TarInfo) -> Iterator[str]:
    """All names in a header and the values of its pax records, times left out."""
    texts = [value for key, value in info.pax_headers.items() if not key.endswith("time")]
    for text in (info.name, info.linkname, *texts):
        if text:
            yield decoded(_raw(text))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
