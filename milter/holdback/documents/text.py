"""Open plain text: records and delimited lines become tables, the rest is running text."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.charset import decode, is_wide
from holdback.documents.data import extract_records, may_contain_records
from holdback.documents.delimited import one_large_run, split_tables
from holdback.documents.document import Piece, members_of
from holdback.mail import Part

_EDGE = 16 * 1024
"""Characters at both ends of a large table in which other formats, such as SQL, are detected."""
_LOOK = 4096
_MARK = b"\xef\xbb\xbf"


def open_text(part: Part, budget: Budget) -> Iterator[Piece]:
    """Yield the text and tables of `part` in any charset; empty lines and blanks are kept."""
    return members_of(part, read_text(decode(part.content, part.charset), budget))


def read_text(text: str, budget: Budget) -> list[Piece]:
    """Return the running text of `text` (LF line ends), its tables, and documents in it without a path."""
    large = one_large_run(text)
    records: list[Piece] = []
    if not large or may_contain_records(text[:_EDGE]) or may_contain_records(text[-_EDGE:]):
        text, records = extract_records(text, budget)
        large = None
    running, tables = split_tables(text, budget, large)
    return [*running, *records, *tables]


def to_utf8(content: bytes) -> bytes:
    """Convert UTF-16, UTF-32 and text with a byte order mark to UTF-8 without one; keep other bytes."""
    marked = content.startswith(_MARK) or is_wide(content[:_LOOK])
    return decode(content).encode() if marked else content
