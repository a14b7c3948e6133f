"""Word, PowerPoint and OpenDocument files, written by libraries and modified where these are limited."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import docx
import pptx
from odf.opendocument import OpenDocumentText
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P
from pptx.util import Inches

Rows = Sequence[Sequence[str]]

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def word(rows: Rows = (), lines: Iterable[str] = (), header: str = "") -> bytes:
    """A docx: the lines as paragraphs, then the rows as a table."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return _saved(document)


def slides(*tables: Rows, notes: str = "") -> bytes:
    """A pptx: a slide for each table."""
    show = pptx.Presentation()
    for rows in tables:
        slide = show.slides.add_slide(show.slide_layouts[5])
        frame = slide.shapes.add_table(len(rows), len(rows[0]), 0, 0, Inches(8), Inches(4))
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                frame.table.cell(number, column).text = value
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    return _saved(show)


def opendocument(rows: Rows = (), lines: Iterable[str] = ()) -> OpenDocumentText:
    """An odt, not yet saved: the lines as paragraphs, then the rows as a table."""
    document = OpenDocumentText()
    for line in lines:
        document.text.addElement(P(text=line))
    if rows:
        table = Table(name="T")
        table.addElement(TableColumn(numbercolumnsrepeated=len(rows[0])))
        for values in rows:
            row = TableRow()
            for value in values:
                cell = TableCell()
                cell.addElement(P(text=value))
                row.addElement(cell)
            table.addElement(row)
        document.text.addElement(table)
    return document


def odt(rows: Rows = (), lines: Iterable[str] = ()) -> bytes:
    """Return an odt: the lines as paragraphs, then the rows as a table."""
    return saved_odf(opendocument(rows, lines))


def saved_odf(document: OpenDocumentText) -> bytes:
    """The bytes of an OpenDocument file."""
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def _saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def changed(file: bytes, members: Mapping[str, str | bytes]) -> bytes:
    """`file`, a zip, with these members added or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return stream.getvalue()


def body(inner: str) -> str:
    """A word/document.xml."""
    return f'<?xml version="1.0"?><w:document {W} {A}><w:body>{inner}</w:body></w:document>'


def runs(*texts: str) -> str:
    """Return a paragraph with a run for each text: Word also divides addresses into runs."""
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"
