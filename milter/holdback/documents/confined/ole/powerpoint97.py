"""PowerPoint presentations of 1997 to 2003 (MS-PPT): text of slides, notes and comments, tables by row."""

import re
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.charset import visible
from holdback.documents.confined.archives.unpack import Inflater, gathered, unpacked
from holdback.documents.confined.ole.compound import Compound
from holdback.documents.confined.ole.scan import readable
from holdback.documents.delimited import split_tables
from holdback.documents.document import Piece, Unreadable, member
from holdback.documents.grid import grid
from holdback.mail import Part

_TEXTS = {0x0FA0: "utf-16-le", 0x0FA8: "latin-1", 0x0FBA: "utf-16-le"}
"""Records that contain text (MS-PPT: TextCharsAtom, TextBytesAtom, CString) and their encodings."""
_HEADER = struct.Struct("<HHI")
_CONTAINER = 0xF
_NOT_ZERO = re.compile(rb"[^\0]")
_GROUP, _ANCHOR = 0xF003, 0xF00F
"""Record types of a group of shapes and of a shape's position in it (MS-ODRAW)."""
_SHAPE = 0xF004
_DEEPEST = 100
"""Levels of nested groups."""
_OBJECT, _ENCRYPTED = 0x1011, 0x2F14
_ENCRYPTED_USER = bytes.fromhex("dfc4d1f3")
"""`headerToken` of an encrypted presentation in the stream Current User (MS-PPT: CurrentUserAtom)."""
_SIGNS = dict.fromkeys((*range(9), *range(0x0E, 0x20))) | dict.fromkeys((0x0B, 0x0C, 0x0D), "\n")


@dataclass(frozen=True, slots=True)
class _Record:
    """One record (MS-PPT: RecordHeader): type, instance, start and end of its content."""

    kind: int
    instance: int
    start: int
    end: int
    is_container: bool


@dataclass(slots=True)
class _Group:
    """A group of shapes; a table is a group whose cells are shapes."""

    end: int
    cells: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    """Texts by the top and left edge of their shapes."""

    def rows(self) -> list[list[str]]:
        """The cells from top to bottom and left to right, rows without text left out."""
        rows = ([cells[left] for left in sorted(cells)] for _, cells in sorted(self.cells.items()))
        return [row for row in rows if any(row)]


@dataclass(slots=True)
class _Slides:
    """Text and tables of the records read so far."""

    lines: list[str] = field(default_factory=list)
    """Text outside of groups."""
    tables: list[list[list[str]]] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    """Groups that contain the current record, innermost last."""
    shape_end: int = 0
    """Offset of the end of the latest shape."""
    cell: tuple[int, int] | None = None
    """Top and left edge of that shape, if it is in a group."""

    def add(self, record: _Record, content: bytes) -> None:
        """Adds one record."""
        self.leave(record.start)
        if record.kind == _GROUP and len(self.groups) < _DEEPEST:
            self.groups.append(_Group(record.end))
        elif record.kind == _SHAPE:
            self.shape_end, self.cell = record.end, None
        elif record.kind == _ANCHOR and self.groups and record.start < self.shape_end:
            self.place(content[record.start : record.start + 16])
        elif record.kind in _TEXTS:
            text = content[record.start : record.end].decode(_TEXTS[record.kind], "replace")
            self.write(text.translate(_SIGNS), record.start)

    def leave(self, at: int) -> None:
        """Closes the groups that end before offset `at`."""
        while self.groups and at > self.groups[-1].end:
            if rows := self.groups.pop().rows():
                self.tables.append(rows)

    def place(self, anchor: bytes) -> None:
        left, top, right, bottom = (
            int.from_bytes(anchor[n : n + 4], "little", signed=True) for n in (0, 4, 8, 12)
        )
        # Borders of cells are shapes, too, but have no width or no height.
        if left != right and top != bottom:
            self.cell = top, left
            self.groups[-1].cells[top].setdefault(left, "")

    def write(self, text: str, at: int) -> None:
        if self.cell and self.groups and at < self.shape_end:
            top, left = self.cell
            cells = self.groups[-1].cells[top]
            cells[left] = f"{cells.get(left, '')} {text}".strip()
        elif text:
            self.lines.append(text)


def open_powerpoint(part: Part, file: Compound, budget: Budget) -> Iterator[Piece]:
    """The text and tables of slides, notes, comments and masters in file order, also of deleted slides."""
    user = file.root.streams.get("Current User")
    if user and file.read(user)[12:16] == _ENCRYPTED_USER:
        yield Unreadable.ENCRYPTED
        return
    content = file.read(file.root.streams["PowerPoint Document"])
    slides = _Slides()
    end = 0
    for record in _records(content, budget):
        end = record.start if record.is_container else record.end
        if record.kind == _ENCRYPTED:
            yield Unreadable.ENCRYPTED
        elif record.kind == _OBJECT:
            yield from _object(part, record, content, budget)
        else:
            slides.add(record, content)
    slides.leave(len(content) + 1)
    for rows in slides.tables:
        yield from grid(rows, budget)
    if content[end:].strip(b"\0")[_HEADER.size :]:
        slides.lines.append(readable(content[end:], budget))
        yield Unreadable.BROKEN
    texts, tables = split_tables(visible("\n".join(slides.lines)), budget)
    yield from texts
    yield from tables


def _records(content: bytes, budget: Budget) -> Iterator[_Record]:
    """All records in order, containers before their content; ends at a record that is cut off."""
    at, count = 0, 0
    while at + 8 <= len(content):
        version, kind, size = _HEADER.unpack_from(content, at)
        record = _Record(kind, version >> 4, at + 8, at + 8 + size, version & 0xF == _CONTAINER)
        count += 1
        if not count % 4096:
            budget.beat()
        if not (version or kind or size):
            # A gap of zeros. The version of the next header may be zero, too.
            more = _NOT_ZERO.search(content, at)
            at = max(at + 2, more.start() - 2) if more else len(content)
            continue
        if record.is_container:
            at += 8
        elif record.end <= len(content):
            at = record.end
        else:
            return
        yield record


def _object(part: Part, record: _Record, content: bytes, budget: Budget) -> Iterator[Piece]:
    """An embedded file, stored as it is or as its size and deflated content (MS-PPT: ExOleObjStg)."""
    data = memoryview(content)[record.start : record.end]
    if record.instance:
        inner, why = gathered(unpacked(Inflater(zlib.MAX_WBITS), data[4:], budget), budget)
    else:
        inner, why = bytes(data), None
    yield member(part, "object", inner)
    if why:
        yield why
