"""Opens zip files as archives: every member is a part."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.names import as_text, once
from holdback.documents.confined.archives.zip import Zip
from holdback.documents.document import Piece, Unreadable, member
from holdback.mail import Part


def open_members(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The names of all members as text, then the members with content as parts."""
    if zip.names:
        yield as_text(zip.names)
    yield from once(_members(part, zip, budget))


def _members(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    for entry in zip.entries:
        if min(budget.room, budget.bytes_left) <= 0:
            yield Unreadable.OVER_LIMIT
            return
        content, why = zip.read(entry, budget, max(0, budget.room))
        if content:
            yield member(part, entry.name, content)
        if why:
            yield why
