"""PDF files for tests, written by reportlab, and by hand where reportlab cannot."""

import io
from collections.abc import Callable, Sequence
from itertools import zip_longest

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

Row = Sequence[str]
JAPANESE = "HeiseiMin-W3"
pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))


def table(
    rows: Sequence[Row], font: str = "Helvetica", style: Sequence[object] = (), **options: object
) -> bytes:
    """Return a table of several pages, with a header on the first one only. style: as for reportlab."""
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, **options).build(
        [Table(rows, style=[("FONT", (0, 0), (-1, -1), font), *style])]
    )
    return buffer.getvalue()


def wrapped_table(rows: Sequence[Row], widths: Sequence[float]) -> bytes:
    """Return a table with cells wrapped into lines; words that are too long are broken anywhere."""
    style = ParagraphStyle("cell", splitLongWords=True)
    buffer = io.BytesIO()
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    SimpleDocTemplate(buffer, pagesize=A4).build([Table(cells, widths)])
    return buffer.getvalue()


def justified(text: str, width: float) -> bytes:
    """Return justified running text."""
    buffer = io.BytesIO()
    margin = (A4[0] - width) / 2
    style = ParagraphStyle("justified", alignment=TA_JUSTIFY)
    SimpleDocTemplate(buffer, pagesize=A4, leftMargin=margin, rightMargin=margin).build(
        [Paragraph(text, style)]
    )
    return buffer.getvalue()


def drawn(*pages: Callable[[Canvas], object], **options: object) -> bytes:
    """Return a file with one page for each function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(texts: Sequence[str], left: float = 60, top: float = 780) -> Callable[[Canvas], object]:
    """Return a function that draws lines of text."""

    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - 14 * number, text)

    return draw


def broken(rows: Sequence[Row], room: int) -> Callable[[Canvas], object]:
    """Return a function that draws a table as Word does, with cells wrapped after `room` letters."""

    def draw(canvas: Canvas) -> None:
        pieces = [
            [[cell[at : at + room] for at in range(0, len(cell), room)] for cell in row] for row in rows
        ]
        lines_of_all = [line for row in pieces for line in zip_longest(*row, fillvalue="")]
        for number, line in enumerate(lines_of_all):
            for column, text in enumerate(line):
                canvas.drawString(40 + 130 * column, 800 - 11 * number, text)

    return draw


def by_columns(rows: Sequence[Row]) -> Callable[[Canvas], object]:
    """Return a function that draws a table column by column, as some programs do."""

    def draw(canvas: Canvas) -> None:
        for column, texts in enumerate(zip(*rows, strict=True)):
            lines(texts, 40 + 150 * column)(canvas)

    return draw


def written(*objects: bytes) -> bytes:
    """Return a file with these objects, numbered from 1: the catalogue, the page tree, and others."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return an uncompressed stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def one_page(content: bytes, page: bytes = b"", catalogue: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """Return a file of one page with stream `content` (object 4) and font /F; `more` begins at object 6."""
    return written(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>%s>>" % page,
        stream(content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    )
