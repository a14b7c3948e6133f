"""Zip files: told by their members to be Office documents, OpenDocument, or archives."""

from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.office import open_presentation, open_word
from holdback.documents.confined.opendocument import open_opendocument
from holdback.documents.confined.workbook import open_opendocument_sheet, open_workbook
from holdback.documents.confined.zip import Zip
from holdback.documents.confined.zipped import open_members
from holdback.documents.values import Piece
from holdback.mail import Part


def open_zip(part: Part, budget: Budget) -> Iterator[Piece]:
    """The document that the members make together, or else each of them."""
    zip = Zip(part.content, budget)
    names = {entry.name.lower() for entry in zip.entries}
    folders = {name.partition("/")[0] for name in names}
    if "[content_types].xml" in names and "xl" in folders:
        return open_workbook(part, zip, budget)
    if "[content_types].xml" in names and "word" in folders:
        return open_word(part, zip, budget)
    if "[content_types].xml" in names and "ppt" in folders:
        return open_presentation(part, zip, budget)
    if {"mimetype", "content.xml"} <= names:
        kind = zip.find("mimetype")
        sheet = kind is not None and b"spreadsheet" in zip.read(kind, budget)[0]
        return (open_opendocument_sheet if sheet else open_opendocument)(part, zip, budget)
    return open_members(part, zip, budget)
