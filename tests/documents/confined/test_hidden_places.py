"""Places that a reader does not see at once are named: hidden sheets, rows, columns, slides, deletions."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import xlwt
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet
from pptx import Presentation
from rig.files.spreadsheets import raw_xlsb, record, saved, wide
from rig.opening import disclosed_by, opened
from rig.people import people

ROWS = [(person.name, person.email, person.phone) for person in people(30)]


def places(content: bytes) -> list[str]:
    """The places of the tables and texts with a customer's address."""
    found = []
    for document in opened(content):
        texts = [(text.where, text.text) for text in document.texts]
        tables = [(table.where, str([*table.rows])) for table in document.tables]
        found += [where for where, held in (*tables, *texts) if ROWS[0][1] in held]
    return found


def _sheet_state(state: str) -> Callable[[Worksheet], None]:
    def hide(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("Cover")
        sheet.sheet_state = state

    return hide


def _rows(sheet: Worksheet) -> None:
    for number in range(3, 31):
        sheet.row_dimensions[number].hidden = True


def _filter(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:C31"
    sheet.auto_filter.add_filter_column(0, ["Nobody"])
    sheet.row_dimensions[2].hidden = True


def _columns(sheet: Worksheet) -> None:
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions["Z"].hidden = True


@pytest.mark.parametrize(
    ("hide", "place"),
    [
        (lambda sheet: None, 'sheet "Daten"'),
        (_sheet_state("hidden"), 'hidden sheet "Daten"'),
        (_sheet_state("veryHidden"), 'hidden sheet "Daten"'),
        (_rows, 'sheet "Daten" (28 hidden rows)'),
        (_filter, 'sheet "Daten" (1 hidden row)'),
        (_columns, 'sheet "Daten" (1 hidden column)'),
    ],
)
def test_hidden_in_xlsx(hide: Callable[[Worksheet], None], place: str) -> None:
    """What Excel does not show is counted, and the place says that it is hidden."""
    book = openpyxl.Workbook()
    book.active.title = "Daten"
    for row in ROWS:
        book.active.append(row)
    hide(book.active)
    content = saved(book)
    assert (places(content), len(disclosed_by(*opened(content)).people)) == ([place], 30)


@pytest.mark.parametrize(
    ("is_hidden", "hidden_rows", "place"),
    [
        (False, 0, 'sheet "Daten"'),
        (True, 0, 'hidden sheet "Daten"'),
        (False, 1, 'sheet "Daten" (1 hidden row)'),
        (False, 12, 'sheet "Daten" (12 hidden rows)'),
    ],
)
def test_hidden_in_xls(is_hidden: bool, hidden_rows: int, place: str) -> None:
    """As in xlsx."""
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("Cover").write(0, 0, "Hello")
    sheet = book.add_sheet("Daten")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
        sheet.row(number).hidden = number < hidden_rows
    sheet.visibility = int(is_hidden)
    assert places(saved(book))[0] == place


def _ods(display: str = "true", row: str = "visible", column: str = "visible") -> bytes:
    book = OpenDocumentSpreadsheet()
    style = Style(name="ta2", family="table")
    style.addElement(TableProperties(display=display))
    book.automaticstyles.addElement(style)
    table = Table(name="Daten", stylename=style)
    table.addElement(TableColumn())
    table.addElement(TableColumn(visibility=column))
    for texts in ROWS:
        line = TableRow(visibility=row)
        for text in texts:
            cell = TableCell()
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (_ods(), 'sheet "Daten"'),
        (_ods(display="false"), 'hidden sheet "Daten"'),
        (_ods(row="collapse"), 'sheet "Daten" (30 hidden rows)'),
        (_ods(row="filter"), 'sheet "Daten" (30 hidden rows)'),
        (_ods(column="collapse"), 'sheet "Daten" (1 hidden column)'),
        (_ods("false", "filter", "collapse"), 'hidden sheet "Daten" (30 hidden rows, 1 hidden column)'),
    ],
)
def test_hidden_in_opendocument(content: bytes, place: str) -> None:
    """As in xlsx."""
    assert places(content) == [place]


@pytest.mark.parametrize(("flags", "place"), [(0, 'sheet "Raw"'), (0x10, 'sheet "Raw" (1 hidden row)')])
def test_hidden_rows_in_xlsb(flags: int, place: str) -> None:
    """As in xlsx."""
    row = record(0, bytes(11) + bytes([flags]) + bytes(5))
    assert (
        places(raw_xlsb(row + record(6, bytes(8) + wide(ROWS[0][1])), []))[0].replace("Sheet1", "S") == place
    )


@pytest.mark.parametrize(
    ("is_hidden", "place"), [(False, "slide 1, lines 3-32"), (True, "hidden slide 1, lines 3-32")]
)
def test_hidden_slides(is_hidden: bool, place: str) -> None:
    """A slide that is not shown is named."""
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.placeholders[1].text = "\n".join(map(", ".join, ROWS))
    if is_hidden:
        slide._element.set("show", "0")
    assert places(saved(show)) == [place]


def test_deletions_in_word() -> None:
    """Text deleted with tracked changes is named."""
    letter = WordDocument()
    run = letter.add_paragraph().add_run("Hello")._r
    deletion = OxmlElement("w:del")
    run.addnext(deletion)
    deleted = OxmlElement("w:delText")
    deleted.text = f"ask {ROWS[0][1]}"
    inner = OxmlElement("w:r")
    inner.append(deleted)
    deletion.append(inner)
    assert places(saved(letter)) == ["deleted text"]
