"""Plain text: a body, a note, a list; delimited lines in it become tables, the rest stays running text."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.delimited import split_tables
from holdback.documents.values import Piece
from holdback.mail import Part


def open_text(part: Part, budget: Budget) -> Iterator[Piece]:
    """The text of `part`, in whatever charset; empty lines and blanks are kept."""
    texts, tables = split_tables(decode(part.content, part.charset), budget)
    yield from texts
    yield from tables
