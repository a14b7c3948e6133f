"""Document information, bookmarks, XFA forms and attached files of a PDF."""

from collections.abc import Iterator

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.confined.pdf.calls import Handle, embedded_file, sized, wide_text
from holdback.documents.document import Piece, Text, Unread, Unreadable, member
from holdback.mail import Part

_FIELDS = ("Title", "Author", "Subject", "Keywords", "Creator")
"""Entries of the document information dictionary (ISO 32000-1, 14.3.3) that are read."""
_BEATS = 256
"""Bookmarks or files read between two heartbeats."""
_MOST_BOOKMARKS = 20_000
_MOST_FILES = 1_000
_MOST_PACKETS = 64
"""Packets of an XFA form that are read; there are about ten kinds."""


def about(document: Handle, budget: Budget) -> Iterator[Piece]:
    """One `Text` with a line for each information entry and bookmark. Raises Unread if there are too many."""
    texts = ((name, wide_text(budget, pdfium.FPDF_GetMetaText, document, name.encode())) for name in _FIELDS)
    lines = [f"{name}: {text}" for name, text in texts if text]
    try:
        for bookmark in _bookmarks(document, budget):
            lines.append(wide_text(budget, pdfium.FPDFBookmark_GetTitle, bookmark))
    finally:
        if lines:
            yield Text("\n".join(lines))


def carried(document: Handle, part: Part, budget: Budget) -> Iterator[Piece]:
    """Attached files and the packets of an XFA form, as parts."""
    for number in range(pdfium.FPDFDoc_GetAttachmentCount(document)):
        if number >= _MOST_FILES:
            raise Unread(Unreadable.OVER_LIMIT)
        budget.beat()
        if file := pdfium.FPDFDoc_GetAttachment(document, number):
            yield from embedded_file(file, part, budget)
    for number in range(min(_MOST_PACKETS, pdfium.FPDF_GetXFAPacketCount(document))):
        if content := sized(budget, pdfium.FPDF_GetXFAPacketContent, document, number):
            yield member(part, f"form {number + 1}", content, "text/xml")


def _bookmarks(document: Handle, budget: Budget) -> Iterator[Handle]:
    """Every bookmark. Raises Unread at the limit, which also ends cycles."""
    waiting = [pdfium.FPDFBookmark_GetFirstChild(document, None)]
    seen = 0
    while waiting:
        if not (bookmark := waiting.pop()):
            continue
        seen += 1
        if seen > _MOST_BOOKMARKS:
            raise Unread(Unreadable.OVER_LIMIT)
        if seen % _BEATS == 0:
            budget.beat()
        yield bookmark
        waiting.append(pdfium.FPDFBookmark_GetNextSibling(document, bookmark))
        waiting.append(pdfium.FPDFBookmark_GetFirstChild(document, bookmark))
