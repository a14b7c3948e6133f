"""Plain text: a body, a note, a list; records and delimited lines become tables, the rest is running text."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.charset import decode, is_wide
from holdback.documents.data import extract_records, may_contain_records
from holdback.documents.delimited import one_large_run, split_tables
from holdback.documents.values import Piece
from holdback.mail import Part

_EDGE = 16 * 1024
"""Characters at either end of a large table that show whether it is SQL, not CSV."""
_LOOK = 4096
_MARK = b"\xef\xbb\xbf"


def open_text(part: Part, budget: Budget) -> Iterator[Piece]:
    """The text of `part`, in whatever charset; empty lines and blanks are kept."""
    return read_text(decode(part.content, part.charset), budget)


def read_text(text: str, budget: Budget) -> Iterator[Piece]:
    """The running text in `text`, whose lines are separated by LF, and its tables."""
    large = one_large_run(text)
    records: list[Piece] = []
    if not large or may_contain_records(text[:_EDGE]) or may_contain_records(text[-_EDGE:]):
        text, records = extract_records(text, budget)
        large = None
    running, tables = split_tables(text, budget, large)
    yield from running
    yield from records
    yield from tables


def to_utf8(content: bytes) -> bytes:
    """A text in UTF-16 or UTF-32, or with a mark in front, as UTF-8 without; any other as it is."""
    marked = content.startswith(_MARK) or is_wide(content[:_LOOK])
    return decode(content).encode() if marked else content
