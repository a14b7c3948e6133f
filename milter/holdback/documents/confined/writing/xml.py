"""Opens XML: office documents, workbooks and drawings by their root element, all other XML as records."""

import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.writing.flow import Vocabulary, open_flow
from holdback.documents.confined.writing.marked_text import FRESH
from holdback.documents.confined.writing.office import OFFICE
from holdback.documents.confined.writing.opendocument import OPENDOCUMENT
from holdback.documents.confined.writing.spreadsheetml import open_sheets
from holdback.documents.confined.writing.xml_records import open_records
from holdback.documents.confined.writing.xml_walk import Prepared, prepared
from holdback.documents.document import Piece
from holdback.mail import Part

_LOOK = 4096
_SHEETS = b"urn:schemas-microsoft-com:office:spreadsheet"
_WORD = (b"schemas.microsoft.com/office/word/2003/wordml", b"schemas.microsoft.com/office/2006/xmlPackage")
_ODF = b"urn:oasis:names:tc:opendocument:xmlns:office"
_DRAWING = re.compile(rb"<(?:\w{1,20}:)?svg[\s>]")
_SVG = Vocabulary(
    opens=dict.fromkeys(("text", "title", "desc", "p", "div"), FRESH),
    closes=dict.fromkeys(("text", "title", "desc", "p", "div"), "\n"),
)


def open_xml(part: Part, budget: Budget) -> Iterator[Piece]:
    """The text and tables of `part`; after damage only text."""
    yield from _opened(part, prepared(part.content, budget), budget)


def _opened(part: Part, made: Prepared, budget: Budget) -> Iterator[Piece]:
    root = made.content[:_LOOK]
    if _SHEETS in root and b"Workbook" in root:
        return open_sheets(made, budget)
    if any(name in root for name in _WORD):
        return open_flow(made, OFFICE, budget)
    if _ODF in root:
        return open_flow(made, OPENDOCUMENT, budget)
    if _DRAWING.search(root):
        return open_flow(made, _SVG, budget)
    return open_records(part, made, budget)
