"""The values that opening produces. Every opener returns a `Document`; checks read nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from holdback.documents.rows import DelimitedRows
from holdback.mail import Part


class Unreadable(StrEnum):
    """Why a part, or the rest of it, could not be read. What was read before the break still counts."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    OVER_LIMIT = "over_limit"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, lines separated by LF. Lines that became a `Table` are not repeated here."""

    text: str
    where: str = ""
    """Place within the document: `page 3`, `sheet "Kunden"`; empty for all of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. Rows may differ in length; cells are as written, blanks around them included.

    A row may also be a stray line of prose: it is then one long cell.
    """

    rows: Sequence[Sequence[str]] | DelimitedRows
    """Iterate as often as you like, but do not index: delimited rows are parsed while you iterate."""
    header: tuple[str, ...] = ()
    """Names of the columns if the format itself has them (SQL, JSON); else the first row stays in `rows`."""
    where: str = ""
    """Place within the document: `lines 5-20004`; empty for all of it."""

    @property
    def source(self) -> str:
        """The text that the rows are parsed from, for a cheap look (`source.count("@")`) before parsing all.

        Empty if the rows are ready-made: then iterating costs nothing but the loop.
        """
        return self.rows.text if isinstance(self.rows, DelimitedRows) else ""

    def sample(self, blocks: int = 64) -> list[Sequence[str]]:
        """Rows from all over the table: the first ones, then about 8 rows at each of `blocks` even distances.

        All rows if the table is small. A customer section amid a catalogue shows up here.
        """
        if isinstance(self.rows, DelimitedRows):
            return self.rows.sample(blocks)
        step = max(8, len(self.rows) // max(1, blocks))
        return [row for start in range(0, len(self.rows), step) for row in self.rows[start : start + 8]]


@dataclass(frozen=True, slots=True)
class Document:
    """What an opener made of one part."""

    path: str
    """Path of the part it came from."""
    name: str = ""
    """File name, empty for a body."""
    texts: tuple[Text, ...] = ()
    tables: tuple[Table, ...] = ()
    inner: tuple[Part, ...] = ()
    """Members to be opened next."""
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def where(self) -> str:
        """The place in words: `part 2, customers.csv`."""
        return f"part {self.path}, {self.name}" if self.name else f"part {self.path}"
