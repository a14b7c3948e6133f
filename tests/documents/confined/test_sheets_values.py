"""Values of cells as a spreadsheet shows them, in generated files and files by LibreOffice and Excel."""

import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import xlwt
from holdback.documents.budget import Budget
from holdback.documents.confined.sheets.cells import column, plain, shown_by, spread, written
from holdback.documents.confined.sheets.xls import read_sheets
from holdback.documents.document import Table, Text, Unread
from holdback.mail import Limits
from rig.files.spreadsheets import (
    cells,
    openpyxl_xlsx,
    package,
    raw_ods,
    raw_xlsb,
    raw_xlsx,
    record,
    saved,
    xlsx,
)
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import people
from rig.public_samples import sample_files

FILES = Path(__file__).parent / "files"


def _budget() -> Budget:
    return Budget(Limits(), lambda: True)


VALUES = (
    (491711234567, None, "491711234567"),
    (4111111111111111, None, "4111111111111111"),
    (0.1 + 0.2, None, "0.3"),
    (1234.5, None, "1234.5"),
    (-7, None, "-7"),
    (1e-7, None, "0.0000001"),
    (1234, "00000", "01234"),
    (12, "0.00", "12"),
    (True, None, "TRUE"),
    (date(1987, 3, 9), "DD.MM.YYYY", "1987-03-09"),
    (datetime(2024, 5, 6, 7, 8, 9), "yyyy-mm-dd hh:mm:ss", "2024-05-06 07:08:09"),
    (time(18, 30), "hh:mm", "18:30:00"),
    (45000, '[Red]"mdy"0', "45000"),
    (45000, "[$-407]d. mmmm yyyy", "2023-03-15"),
)


@pytest.mark.parametrize(("value", "code", "text"), VALUES)
def test_values_in_xlsx(value: object, code: str | None, text: str) -> None:
    """Text is as shown, numbers are in full, dates are ISO 8601."""
    book = openpyxl.Workbook()
    book.active["A1"] = value
    if code:
        book.active["A1"].number_format = code
    assert _first(saved(book)) == text


@pytest.mark.parametrize(("value", "code", "text"), [one for one in VALUES if one[1] != "00000"])
def test_values_in_xls(value: object, code: str | None, text: str) -> None:
    """The same in BIFF8, except leading zeros of number formats."""
    book = xlwt.Workbook()
    book.add_sheet("x").write(
        0, 0, value, xlwt.easyxf(num_format_str=code) if code else xlwt.Style.default_style
    )
    assert _first(saved(book)) == text


def _first(content: bytes) -> str:
    (table,) = [table for document in opened(content) for table in document.tables]
    return next(iter(table.rows))[0]


@pytest.mark.parametrize(
    ("cell", "text"),
    (
        ('t="b"><v>1</v>', "TRUE"),
        ('t="e"><v>#N/A</v>', "#N/A"),
        ('t="d"><v>2024-05-06</v>', "2024-05-06"),
        ("><v>4.91711234567E11</v>", "491711234567"),
        ('t="n"><v> 12.0 </v>', "12"),
        ('t="str"><f>A2&amp;"x"</f><v>a &amp; b&#10;c</v>', "a & b c"),
        ('t="str"><v>tab_x0009_ulator</v>', "tab\tulator"),
    ),
)
def test_kinds_of_cells(cell: str, text: str) -> None:
    """Booleans, errors, dates and strings of formulas, in usual and unusual XML."""
    for row in (f'<row r="1"><c r="A1" {cell}</c></row>', f"<row><!-- --><c {cell}</c></row>"):
        assert _first(raw_xlsx(cells(row.replace(" >", ">")))) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    (
        (
            'office:value-type="float" office:value="4.91711234567E11"><text:p>4,92E+11</text:p>',
            "491711234567",
        ),
        ('office:value-type="float" office:value="123"><text:p>00123</text:p>', "00123"),
        (
            'office:value-type="date" office:date-value="2024-05-06T07:08:09"><text:p>6.5.</text:p>',
            "2024-05-06 07:08:09",
        ),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p>', "WAHR"),
        ("><text:p>a<text:s/>b</text:p><text:p>c</text:p>", "a b c"),
    ),
)
def test_kinds_of_opendocument_cells(cell: str, text: str) -> None:
    """Numbers are in full, dates are ISO 8601, other values as shown."""
    row = f"<table:table-row><table:table-cell {cell}</table:table-cell></table:table-row>"
    assert _first(raw_ods(f"<table:table>{row.replace(' >', '>')}</table:table>")) == text


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    (
        (2, struct.pack("<L", 7 << 2 | 2), "7"),
        (2, struct.pack("<L", 1234 << 2 | 3), "12.34"),
        (2, struct.pack("<l", -5 << 2 | 2), "-5"),
        (2, struct.pack("<d", 0.5)[4:], "0.5"),
        (3, b"\x07", "#DIV/0!"),
        (4, b"\x01", "TRUE"),
        (5, struct.pack("<d", 491711234567.0), "491711234567"),
        (9, struct.pack("<d", 1.5), "1.5"),
    ),
)
def test_kinds_of_binary_cells(kind: int, data: bytes, text: str) -> None:
    """All encodings of numbers, booleans and errors in BIFF12."""
    assert _first(raw_xlsb(record(0, bytes(17)) + record(kind, bytes(8) + data) + record(130))) == text


@pytest.mark.parametrize(
    ("code", "days", "text"),
    (
        ("yyyy-mm-dd", 61.0, "1900-03-01"),
        ("yyyy-mm-dd", 1.0, "1900-01-01"),
        ("yyyy-mm-dd", 1e20, "100000000000000000000"),
        ("yyyy-mm-dd", float("nan"), "nan"),
        ("[h]:mm", 1.5, "1900-01-01 12:00:00"),
        ('"Stand" d.m.', 45000.0, "2023-03-15"),
        ("General", 45000.0, ""),
        ('0 "days"', 45000.0, ""),
        ("0\\d", 45000.0, ""),
        ("[Red]0", 45000.0, ""),
        ("@", 45000.0, ""),
    ),
)
def test_formats_of_dates(code: str, days: float, text: str) -> None:
    """Date letters in quoted text are ignored; dates out of range stay numbers."""
    shown = shown_by(0, code)
    assert (shown(days) if shown else "") == text


def test_small_parts() -> None:
    """Columns, numbers and rows at their limits."""
    assert [column(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]
    assert spread([(2, "x"), (3, ""), (5, "y"), (9000, "z")]) == ["", "", "x", "", "", "y", "", "z"]
    assert [written(text) for text in ("007", "1e3", "x", "-0.50")] == ["007", "1000", "x", "-0.5"]
    assert [plain(value) for value in (1e22, float("inf"), -1.0)] == ["1e+22", "inf", "-1"]


@pytest.mark.parametrize("suffix", ("xlsx", "xltx", "xls", "xlt", "ods", "ots"))
def test_files_by_libreoffice(suffix: str) -> None:
    """Both sheets, the hidden one included, and text in a note, a header and a link."""
    content = (FILES / f"customers.{suffix}").read_bytes()
    documents = opened(content, "wrong.pdf")
    assert people_in(content) == 16
    places = [(table.where, table.first) for document in documents for table in document.tables]
    assert places == [('sheet "Kunden"', 1), ('hidden sheet "Früher"', 1)]
    for word in ("comment@", "header@", "link@", "author@", "2024-05-01", "491711234567"):
        assert word in words_in(documents)


@pytest.mark.parametrize("path", sample_files("documents/any_sheets.*"), ids=lambda path: path.name)
def test_files_by_excel(path: Path) -> None:
    """Hidden and very hidden sheets of a file by Excel."""
    documents = opened(path.read_bytes())
    assert [unread for document in documents for unread in document.unreadable] == []
    assert "Visible" in str([table.where for document in documents for table in document.tables])


Record = tuple[int, bytes]
_BIFF8, _BIFF5 = struct.pack("<HH", 0x600, 5), struct.pack("<HH", 0x500, 5)


def _stream(*records: Record) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def _old(
    *cells: Record, version: bytes = _BIFF8, settings: Sequence[Record] = (), end: bytes = b""
) -> list[str]:
    """Texts and cells of an xls with one sheet of these records, and the reasons for missing content."""
    name = b"\1\0x" if version == _BIFF8 else b"\1x"
    before = [(0x809, version), *settings]
    size = len(_stream(*before)) + 4 + 6 + len(name) + 4
    listed = [(0x85, struct.pack("<LBB", size, 0, 0) + name), (0x0A, b"")]
    stream = _stream(*before, *listed, (0x809, version), *cells, (0x0A, b"")) + end
    found: list[str] = []
    try:
        for piece in read_sheets(stream, _budget()):
            if isinstance(piece, Table):
                found += [cell for row in piece.rows for cell in row]
            elif isinstance(piece, Text):
                found += piece.text.split("\n\n")
    except Unread as unread:
        found.append(str(unread))
    return found


def _label(row: int, column: int, text: str) -> Record:
    return 0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1")


def test_strings_that_go_on_in_the_next_record() -> None:
    """Shared strings that continue in the next record are joined, also if the character width changes."""
    table = struct.pack("<LLHB", 2, 2, 9, 0) + b"ann@cust"
    rest = b"\1" + "ö".encode("utf-16-le") + struct.pack("<HBH", 3, 8, 1) + b"bob" + b"run "
    cells = [(0xFD, struct.pack("<HHHL", 0, number, 0, number)) for number in range(2)]
    assert _old(*cells, settings=[(0xFC, table), (0x3C, rest)]) == ["ann@custö", "bob"]


def test_code_pages_before_unicode() -> None:
    """Labels of BIFF5 are decoded with the workbook's code page."""
    label = struct.pack("<HHHH", 0, 0, 0, 4) + "Анна".encode("cp1251")
    assert _old((0x204, label), version=_BIFF5, settings=[(0x42, struct.pack("<H", 1251))]) == ["Анна"]


def test_encrypted_streams() -> None:
    """A stream with a FilePass record is encrypted."""
    assert _old(_label(0, 0, "x"), settings=[(0x2F, bytes(54))]) == ["encrypted"]


def test_old_text_boxes_and_formulas() -> None:
    """The text of a note, and the string result of a formula."""
    box, text = bytes(10) + struct.pack("<H", 8) + bytes(6), b"\0ask them"
    formula = struct.pack("<HHH", 0, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(8)
    shown = struct.pack("<HB", 2, 0) + b"hi"
    assert _old((6, formula), (0x207, shown), (0x1B6, box), (0x3C, text)) == ["hi", "ask them"]


def test_an_old_sheet_that_spans_too_much_is_text() -> None:
    """Two cells at the far ends of a sheet are read as text, without memory for those between."""
    far = (_label(0, 0, "first@customers.example"), _label(65_535, 16_383, "last@customers.example"))
    assert _old(*far) == ["first@customers.example", "last@customers.example", "over_limit"]
    # A sheet claims to span 2 to the power of 48 cells; one cell is too short; the last one is cut off.
    odd = ((0x200, struct.pack("<LLHHH", 0, 2**32 - 1, 0, 65_535, 0)), (0x204, b"\0"), *far[:1])
    assert _old(*odd, end=b"\4\2\x20\0") == ["first@customers.example", "broken"]


def test_what_calamine_refuses_is_text() -> None:
    """If calamine fails, for a missing shared string or an unknown error, the text is read."""
    for cell in ((0xFD, struct.pack("<HHHL", 0, 9, 0, 99)), (0x205, struct.pack("<HHHBB", 0, 9, 0, 99, 1))):
        assert "ask@customers.example" in "".join(_old(cell, _label(0, 0, "ask@customers.example")))


@pytest.mark.parametrize("writer", (xlsx, openpyxl_xlsx))
def test_both_ways_of_reading_agree(writer: Callable[[list[tuple[str, ...]]], bytes]) -> None:
    """With a comment in the XML expat reads it, with the same result."""
    content = writer([person.row for person in people(20, "pl")])
    with ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        if name in members:
            members[name] += b"<!-- -->"
    usual, slow = (next(table for table in opened(file)[0].tables) for file in (content, package(members)))
    assert list(slow.rows) == list(usual.rows)


def test_a_workbook_with_a_wrong_name_is_read() -> None:
    """The kind is detected by content, whatever the file name."""
    book = openpyxl.Workbook()
    book.active["A1"] = "ann@customers.example"
    assert "ann@customers.example" in words_in(opened(saved(book), "picture.png"))
    assert unreadable_in(saved(book), "picture.png") == set()
