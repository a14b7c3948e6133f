"""Spreadsheets for tests, written by openpyxl, XlsxWriter, xlwt and odfpy, and by hand where these cannot."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Protocol

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Rows = Sequence[Sequence[str]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsx(rows: Rows, title: str = "Customers") -> bytes:
    """A workbook with one sheet, by XlsxWriter: strings are shared."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(title)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def openpyxl_xlsx(rows: Rows, title: str = "Customers") -> bytes:
    """A workbook with one sheet, by openpyxl."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


class Book(Protocol):
    """A workbook of any writer."""

    def save(self, file: IO[bytes]) -> None: ...


def saved(book: Book) -> bytes:
    """Return the bytes that `book` writes."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(rows: Rows, title: str = "Customers") -> bytes:
    """A BIFF8 workbook by xlwt."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(title)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    return saved(book)


def ods(rows: Rows, title: str = "Customers") -> bytes:
    """An OpenDocument spreadsheet by odfpy."""
    book = OpenDocumentSpreadsheet()
    table = Table(name=title)
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    return saved(book)


def package(members: Mapping[str, bytes | str]) -> bytes:
    """A zip file of `members`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def raw_xlsx(sheet: bytes | str, strings: bytes | str = "", **others: bytes | str) -> bytes:
    """Return a workbook with the given XML as its only sheet and its shared strings."""
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>'
            '<sheet name="Raw" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _links({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
            "xl/sharedStrings.xml": strings,
            "xl/worksheets/sheet1.xml": sheet,
            **others,
        }
    )


def cells(body: str) -> str:
    """A worksheet whose rows are `body`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'
        f"<sheetData>{body}</sheetData></worksheet>"
    )


def _links(links: Mapping[str, tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="{key}" Type="{_LINK}/{kind}" Target="{target}"/>'
        for key, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def raw_ods(body: str, **others: bytes | str) -> bytes:
    """An OpenDocument spreadsheet whose tables are `body`."""
    names = ("office", "table", "text", "dc", "xlink", "draw", "manifest")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return package({"mimetype": kind, "content.xml": content, **others})


def xlsb(rows: Rows, title: str = "Customers", **others: bytes) -> bytes:
    """Return a BIFF12 workbook with one sheet (MS-XLSB); texts are shared strings."""
    strings = [text for row in rows for text in row]
    sheet, number = record(129), 0
    for place, row in enumerate(rows):
        sheet += record(0, struct.pack("<L", place) + bytes(13))
        for column in range(len(row)):
            sheet += record(7, struct.pack("<LLL", column, 0, number))
            number += 1
    return raw_xlsb(record(145) + sheet + record(146) + record(130), strings, title, **others)


def raw_xlsb(sheet: bytes, strings: Sequence[str] = (), title: str = "Raw", **others: bytes) -> bytes:
    """Return a BIFF12 workbook with the given bytes as its only sheet."""
    bundle = struct.pack("<LL", 0, 1) + wide("rId1") + wide(title)
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "xl/workbook.bin": record(131) + record(143) + record(156, bundle) + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": _links({"rId1": ("worksheet", "worksheets/sheet1.bin")}),
            "xl/sharedStrings.bin": b"".join(record(19, b"\0" + wide(text)) for text in strings),
            "xl/worksheets/sheet1.bin": sheet,
            **others,
        }
    )


def record(kind: int, data: bytes = b"") -> bytes:
    """One record of BIFF12 (MS-XLSB 2.1.4)."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, length = b"", len(data)
    while True:
        length, low = length >> 7, length & 127
        size += bytes([low | 128 if length else low])
        if not length:
            return head + size + data


def wide(text: str) -> bytes:
    """Return a string of BIFF12 with its length."""
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")
