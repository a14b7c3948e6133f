"""Annotations of a PDF page (ISO 32000-1, 12.5): notes, links, form fields, attached files."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.confined.pdf.calls import Handle, embedded_file, narrow_text, wide_text
from holdback.documents.document import Piece, Text
from holdback.mail import Part

_KEYS = (b"T", b"Subj", b"Contents", b"RC")
"""Author, subject, text and rich text of an annotation (ISO 32000-1, 12.5.2 and 12.5.6.2)."""
_BEATS = 256
"""Annotations read between two heartbeats."""
_QUERY = str.maketrans("?&=", "   ")


@contextmanager
def form_of(document: Handle) -> Iterator[Handle]:
    """pdfium's form environment, needed for values of fields; None without a form. Scripts are not run."""
    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_NONE:
        yield None
        return
    callbacks = pdfium.FPDF_FORMFILLINFO(version=2)
    form = pdfium.FPDFDOC_InitFormFillEnvironment(document, callbacks)
    try:
        yield form
    finally:
        if form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(form)


def notes(
    document: Handle, form: Handle, page: Handle, part: Part, where: str, budget: Budget
) -> Iterator[Piece]:
    """One `Text` with a line for each note, field and link to an address; attached files as parts."""
    lines: dict[str, None] = {}
    try:
        for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
            if number % _BEATS == 0:
                budget.beat()
            if not (note := pdfium.FPDFPage_GetAnnot(page, number)):
                continue
            try:
                lines |= dict.fromkeys(_lines(document, form, note, budget))
                if attached := pdfium.FPDFAnnot_GetFileAttachment(note):
                    yield from embedded_file(attached, part, budget)
            finally:
                pdfium.FPDFPage_CloseAnnot(note)
    finally:
        if lines:
            yield Text("\n".join(lines), where)


def _lines(document: Handle, form: Handle, note: Handle, budget: Budget) -> Iterator[str]:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind == pdfium.FPDF_ANNOT_LINK:
        action = pdfium.FPDFLink_GetAction(pdfium.FPDFAnnot_GetLink(note))
        target = action and narrow_text(budget, pdfium.FPDFAction_GetURIPath, document, action)
        if target and "@" in (target := unquote(target)):
            yield target.removeprefix("mailto:").translate(_QUERY)
    if kind == pdfium.FPDF_ANNOT_WIDGET and form:
        if value := wide_text(budget, pdfium.FPDFAnnot_GetFormFieldValue, form, note):
            yield f"{wide_text(budget, pdfium.FPDFAnnot_GetFormFieldName, form, note)}: {value}"
        return
    for key in _KEYS:
        if text := wide_text(budget, pdfium.FPDFAnnot_GetStringValue, note, key):
            yield text
