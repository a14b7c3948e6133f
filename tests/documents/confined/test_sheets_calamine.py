"""Holdback and python-calamine read the same cells at the same places of workbooks by several writers."""

import io
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter
import xlwt
from holdback.documents.confined.sheets.cells import plain
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import CalamineWorkbook
from rig.files.spreadsheets import saved
from rig.opening import opened

Cell = str | float | bool | date | datetime | None
Rows = Sequence[Sequence[Cell]]
FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss"}


def by_openpyxl(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def by_xlsxwriter(rows: Rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell, formats.get(type(cell)))
    return file.getvalue()


def by_xlwt(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    formats = {kind: xlwt.easyxf(num_format_str=code) for kind, code in FORMATS.items()}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, formats.get(type(cell), xlwt.Style.default_style))
    return saved(book)


def by_odfpy(rows: Rows) -> bytes:
    book, table = OpenDocumentSpreadsheet(), Table(name="Sheet")
    for row in rows:
        line = TableRow()
        for cell in row:
            line.addElement(_cell(cell))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    return saved(book)


def _cell(value: Cell) -> TableCell:
    match value:
        case None:
            return TableCell()
        case bool():
            cell = TableCell(valuetype="boolean", booleanvalue=str(value).lower())
        case int() | float():
            cell = TableCell(valuetype="float", value=repr(value))
        case date():
            cell = TableCell(valuetype="date", datevalue=value.isoformat())
        case _:
            cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value).upper() if isinstance(value, bool) else str(value)))
    return cell


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "xlwt": by_xlwt,
    "odfpy": by_odfpy,
}


def ours(content: bytes) -> list[list[list[str]]]:
    """The sheets as Holdback reads them."""
    tables = [table for document in opened(content) for table in document.tables]
    return [_trimmed([*([""] for _ in range(1, table.first)), *table.rows]) for table in tables]


def theirs(content: bytes) -> list[list[list[str]]]:
    """The sheets as calamine reads them, formatted like ours."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    return [_trimmed([[_shown(cell) for cell in row] for row in sheet]) for sheet in sheets]


def _trimmed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows without empty cells at their ends, and without empty rows at the end."""
    kept = [" ".join("\x1f".join(row).split(" ")).rstrip("\x1f ").split("\x1f") for row in rows]
    while kept and kept[-1] == [""]:
        kept.pop()
    return kept


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return plain(float(value))
        case datetime():
            return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value).replace("\n", " ")


def _any_cell(dice: random.Random) -> Cell:
    day = date(1905, 1, 1) + timedelta(days=dice.randrange(50_000))
    return dice.choice(
        (
            None,
            "",
            dice.choice(("Ann", "Zoë & Söhne <GmbH>", '"quoted"', "山田 花子", "01234", "=", "1e5", "a\nb")),
            dice.randrange(-1_000, 10**12),
            round(dice.uniform(-1e6, 1e6), 4),
            dice.choice((1e-7, 0.1 + 0.2, 1e20, 4111111111111111)),
            dice.choice((True, False)),
            day,
            datetime(day.year, day.month, day.day, dice.randrange(1, 24), dice.randrange(60), 7),
        )
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("writer", WRITERS)
def test_any_cells(writer: str, seed: int) -> None:
    """Random texts, numbers, dates, booleans and gaps are read alike."""
    dice = random.Random(seed)
    rows = [[_any_cell(dice) for _ in range(dice.randrange(1, 30))] for _ in range(40)]
    content = WRITERS[writer]([["begin"], *rows, ["end"]])
    assert ours(content) == theirs(content)
