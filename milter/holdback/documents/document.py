"""The values that opening gives: an opener yields pieces, the pieces of one part make a `Document`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from holdback.documents.budget import Budget
from holdback.documents.fault import Fault
from holdback.documents.rows import DelimitedRows
from holdback.mail import Part
from holdback.mail.charset import one_line

_LONGEST_NAME = 200
_SHORT = 64 * 1024
"""Characters of the few rows of a small table, at most."""


class Unreadable(StrEnum):
    """Why a part, or the rest of it, could not be read. What was read before still counts."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    OVER_LIMIT = "over_limit"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    FAULT = "fault"
    """The opener has a mistake. Made from its exception, never yielded by an opener itself."""


class Unread(Exception):
    """Ends the opening of one document: the rest of it cannot be read."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(str(why))
        self.why = why


class NoReader(Exception):
    """No confined reader can read a part, which is not to blame: `on_error` decides about the message."""


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, lines separated by LF. Lines that became a `Table` are not repeated here."""

    text: str
    where: str = ""
    """Place within the document: `page 3`, `sheet "Kunden"`; empty for all of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. Rows may differ in length; cells are as written, surrounding blanks included.

    A line of prose among the rows is a row of one long cell.
    """

    rows: Sequence[Sequence[str]] | DelimitedRows
    """May be iterated several times, but not indexed: delimited rows are parsed during iteration."""
    header: tuple[str, ...] = ()
    """Column names if the format has them (SQL, JSON); else the first row stays in `rows`."""
    where: str = ""
    """Place within the document: `lines 5-20004`, `sheet "Kunden"`; empty for all of it."""
    first: int = 0
    """Number of the first row as shown to users: 1 in a spreadsheet; 0 if rows have no numbers."""

    @property
    def source(self) -> str:
        """The text that the rows are parsed from, for a cheap check (`source.count("@")`) before parsing.

        Empty if the rows are parsed already.
        """
        return self.rows.text if isinstance(self.rows, DelimitedRows) else ""

    @property
    def height(self) -> int:
        """Number of rows; blank lines of a delimited text count."""
        return self.source.count("\n") + 1 if isinstance(self.rows, DelimitedRows) else len(self.rows)

    @property
    def width(self) -> int:
        """Number of cells in most rows."""
        if isinstance(self.rows, DelimitedRows):
            return self.rows.width
        return max(map(len, self.rows), default=0)

    def has_at_most(self, rows: int) -> bool:
        """True if the table has no more rows; a long text is not counted, because it has."""
        return len(self.source) <= _SHORT and self.height <= rows

    def sample(self, blocks: int = 64) -> list[Sequence[str]]:
        """About 8 rows from each of `blocks` evenly spaced places, the first rows included.

        All rows if the table is small. It shows a customer section in the middle of a catalogue.
        """
        if isinstance(self.rows, DelimitedRows):
            return self.rows.sample(blocks)
        step = max(8, len(self.rows) // max(1, blocks))
        return [row for start in range(0, len(self.rows), step) for row in self.rows[start : start + 8]]


Piece = Text | Table | Part | Unreadable | Fault
"""What an opener yields, in order: content, members to be opened next, and why the rest is missing."""


def within(where: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield `pieces`, with `where` before the place of each."""
    for piece in pieces:
        if isinstance(piece, Text | Table):
            yield replace(piece, where=f"{where}, {piece.where}" if piece.where else where)
        else:
            yield piece


Opener = Callable[[Part, Budget], Iterable[Piece]]
"""Opens one part, never its members. May raise Unread; what it yielded before still counts.

Damage in the part is yielded or raised as `Unreadable.BROKEN`. Any other exception is a fault of the opener.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """The content of one opened part."""

    path: str
    """Path of the part it came from."""
    name: str = ""
    """File name, empty for a body."""
    texts: tuple[Text, ...] = ()
    tables: tuple[Table, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    inside: tuple[str, ...] = ()
    """Names of the documents it was taken from, outermost first."""
    fault: Fault | None = None
    """The fault of ours that ended the opening; `unreadable` then has FAULT."""

    @property
    def where(self) -> str:
        """The place in words: `part 1.2, archive.zip > export.xlsx`."""
        return self.place("")

    def place(self, within: str) -> str:
        """A place within it in words: `part 1.2, archive.zip > export.xlsx > sheet "Kunden"`."""
        chain = " > ".join(filter(None, (*self.inside, self.name, within)))
        part = f"part {self.path.partition('!')[0]}"
        return f"{part}, {chain}" if chain else part


def member(container: Part, name: str, content: bytes, declared: str = "", charset: str = "") -> Part:
    """The part named `name` in `container`, to be opened next.

    name: a file name, `body`, `message 3`. declared, charset: as in `Part`, if known.
    """
    name = one_line(name)[:_LONGEST_NAME] or "unnamed"
    outer = container.name or container.path.rpartition("!")[2]
    return Part(
        path=f"{container.path}!{name}",
        content=content,
        declared=declared or "application/octet-stream",
        name=name,
        charset=charset,
        attached=True,
        inside=(*container.inside, outer),
    )


def members_of(container: Part, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield `pieces`; parts without a path, found in the text of `container`, become its members."""
    for piece in pieces:
        if isinstance(piece, Part) and not piece.path:
            yield member(container, piece.name or "text", piece.content, piece.declared, piece.charset)
        else:
            yield piece
