"""Opens PDF (ISO 32000-1): text and tables of each page, annotations, attached files.

Scripts are never run. Pages of pictures cannot be read; if no page has text, the document is UNSUPPORTED.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.confined.pdf.about import about, carried
from holdback.documents.confined.pdf.calls import Handle
from holdback.documents.confined.pdf.mend import repaired
from holdback.documents.confined.pdf.notes import form_of, notes
from holdback.documents.confined.pdf.page import text_blocks
from holdback.documents.confined.pdf.tables import Rows
from holdback.documents.document import Piece, Text, Unread, Unreadable
from holdback.documents.grid import grid
from holdback.mail import Part

_NO_FONTS = pdfium.FPDF_SYSFONTINFO(version=1)
# Keeps pdfium from searching for fonts on disk; its own are enough for the widths of letters.
pdfium.FPDF_SetSystemFontInfo(_NO_FONTS)

_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_LOOKED_AT = 100
"""Objects examined on a page without text."""
_END = b"%%EOF"
_TAIL = 1024
"""Bytes at the end that are searched for the end-of-file marker (Adobe's PDF Reference 1.7, Appendix H)."""


def open_pdf(part: Part, budget: Budget) -> Iterator[Piece]:
    """The document information, the pages (`page 3`) as far as the budget allows, and attached files."""
    with _document(part.content) as (document, damaged):
        yield from about(document, budget)
        with form_of(document) as form:
            yield from _pages(document, form, part, budget)
        yield from carried(document, part, budget)
        if damaged:
            yield Unreadable.BROKEN


@contextmanager
def _document(content: bytes) -> Iterator[tuple[Handle, bool]]:
    """The document, and whether parts of it may be missing. Raises Unread if it needs a password."""
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document and pdfium.FPDF_GetLastError() in _LOCKED:
        raise Unread(Unreadable.ENCRYPTED)
    damaged = not document
    if not document:
        content = repaired(content)
        document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        raise Unread(Unreadable.BROKEN)
    try:
        listed = pdfium.FPDF_DocumentHasValidCrossReferenceTable(document)
        yield document, damaged or (not listed and _END not in content[-_TAIL:])
    finally:
        pdfium.FPDF_CloseDocument(document)


def _pages(document: Handle, form: Handle, part: Part, budget: Budget) -> Iterator[Piece]:
    printed = pictures = False
    table: Rows | None = None
    for number in range(pdfium.FPDF_GetPageCount(document)):
        if not budget.page():
            yield Unreadable.OVER_LIMIT
            break
        budget.beat()
        if not (page := pdfium.FPDF_LoadPage(document, number)):
            yield Unreadable.BROKEN
            continue
        where = f"page {number + 1}"
        try:
            for block in text_blocks(page, budget):
                printed = True
                if isinstance(block, str):
                    yield Text(block, where)
                else:
                    table = _with_header(block, table)
                    yield from grid(table.cells, budget, where)
            pictures = pictures or (not printed and _has_picture(page))
            yield from notes(document, form, page, part, where, budget)
        finally:
            pdfium.FPDF_ClosePage(page)
    if pictures and not printed:
        yield Unreadable.UNSUPPORTED


def _with_header(table: Rows, last: Rows | None) -> Rows:
    """`table`, with the first row of `last` as header if it continues `last` from the page before."""
    if last is None or not last.is_continued_by(table) or last.cells[0] == table.cells[0]:
        return table
    return Rows([last.cells[0], *table.cells], table.columns)


def _has_picture(page: Handle) -> bool:
    """True if one of the first objects on the page is a picture."""
    count = min(_LOOKED_AT, pdfium.FPDFPage_CountObjects(page))
    kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, number)) for number in range(count))
    return any(kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM) for kind in kinds)
