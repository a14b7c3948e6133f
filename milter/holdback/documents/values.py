"""The values that opening produces. Every opener returns a `Document`; checks read nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
    """Running text, lines separated by LF."""

    text: str
    where: str = ""
    """Place within the document: `page 3`, `sheet "Kunden"`; empty for all of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. Rows may differ in length."""

    rows: Sequence[Sequence[str]]
    header: tuple[str, ...] = ()
    """Names of the columns if the format itself has them (SQL, JSON); a delimited file's first row stays in `rows`."""
    where: str = ""


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
