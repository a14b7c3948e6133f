"""Zip files: Office documents, OpenDocument or archives, recognised by the names of their members."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.zip import Zip
from holdback.documents.confined.archives.zipped import open_members
from holdback.documents.confined.sheets.workbook import open_opendocument_sheet, open_workbook
from holdback.documents.confined.writing.office import open_presentation, open_word
from holdback.documents.confined.writing.opendocument import open_opendocument
from holdback.documents.document import Piece
from holdback.mail import Part

_OFFICE = (
    ("xl/workbook.", open_workbook),
    ("xl/worksheets/", open_workbook),
    ("word/document", open_word),
    ("ppt/slides/", open_presentation),
    ("ppt/presentation.", open_presentation),
)
"""Prefix of a member's name and its opener; a truncated file may have only some of these members."""
_TYPE = 200
"""Bytes of the `mimetype` member that are read."""


def open_zip(part: Part, budget: Budget) -> Iterator[Piece]:
    """The reasons why members are missing, then the document they form, or each member of an archive."""
    zip = Zip(part.content, budget)
    yield from zip.unreadable
    yield from _opened(part, zip, budget)


def _opened(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    names = {entry.name.lower() for entry in zip.entries}
    for mark, opener in _OFFICE:
        if any(name.startswith(mark) for name in names):
            return opener(part, zip, budget)
    if {"mimetype", "content.xml"} <= names:
        kind = zip.find("mimetype")
        sheet = kind is not None and b"spreadsheet" in zip.read(kind, budget, _TYPE)[0]
        return (open_opendocument_sheet if sheet else open_opendocument)(part, zip, budget)
    if names >= {"meta-inf/manifest.xml"} and names & {"content.xml", "encrypted-package"}:
        return open_opendocument(part, zip, budget)
    return open_members(part, zip, budget)
