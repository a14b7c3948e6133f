"""Hostile spreadsheets: reading is bounded in time and memory, and other content is still read."""

import struct

import pytest
from holdback.mail import Limits
from rig.files.spreadsheets import (
    cells,
    ods,
    package,
    raw_ods,
    raw_xlsb,
    raw_xlsx,
    record,
    wide,
    xls,
    xlsb,
    xlsx,
)
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import people

FIRST, LAST = "first@customers.example", "last@customers.example"
ROWS = [person.row for person in people(8)]


def _text(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="str"><v>{text}</v></c>'


def test_two_cells_at_the_far_ends() -> None:
    """Two cells that span 17 thousand million keep their row numbers and take little memory."""
    body = f'<row r="1">{_text("A1", FIRST)}</row><row r="1048576">{_text("XFD1048576", LAST)}</row>'
    tables = [table for document in opened(raw_xlsx(cells(body))) for table in document.tables]
    assert [(table.first, [cell for row in table.rows for cell in row if cell]) for table in tables] == [
        (1, [FIRST]),
        (1048576, [LAST]),
    ]


def test_rows_and_columns_far_apart() -> None:
    """The cost of thousands of distant cells is that of the cells, not of the gaps."""
    body = "".join(
        f'<row r="{n}">{_text(f"A{n}", "x")}{_text(f"XFD{n}", LAST)}</row>' for n in range(1, 3001)
    )
    assert words_in(opened(raw_xlsx(cells(body)), limits=Limits(cells=10_000))).count(LAST) == 3000


def test_many_tables_use_up_the_cells() -> None:
    """A sheet that is split into many tables uses up the budget of cells."""
    body = "".join(f'<row r="{5000 * n + 1}">{_text(f"A{5000 * n + 1}", "x")}</row>' for n in range(200))
    content = raw_xlsx(cells(body))
    assert unreadable_in(content, limits=Limits(cells=50_000)) == {"over_limit"}
    assert unreadable_in(content) == set()


@pytest.mark.parametrize(
    "sheet",
    (
        cells('<row r="1">' + '<c r="A1" s="1"/>' * 300_000 + _text("B1", LAST) + "</row>"),
        cells(
            "".join(f'<row r="{n}"/>' for n in range(1, 200_000))
            + f'<row r="200000">{_text("A200000", LAST)}</row>'
        ),
        cells('<row r="1" ' + 'a="1" ' * 3 + f">{_text('A1', LAST)}</row>"),
        cells(f'<row r="99999999999999999999">{_text("ZZZZZZ99999999999999999999999", LAST)}</row>'),
        cells(f'<row r="-7">{_text("@@", LAST)}</row>'),
        cells(f'<row r="7">{_text("A1", LAST)}</row><row r="3">{_text("A1", LAST)}</row>'),
        cells("<row>" * 50_000 + _text("A1", LAST)),
        cells("<c><v>" * 50_000 + LAST),
        cells(f'<row r="1"><c r="A1"><v>{"9" * 5_000_000}</v></c>{_text("B1", LAST)}</row>'),
        cells(
            f'<row r="1"><c r="A1"><v>1e999999</v></c><c r="B1" s="0"><v>nan</v></c>{_text("B1", LAST)}</row>'
        ),
    ),
    ids=range(10),
)
def test_odd_cells(sheet: str) -> None:
    """A cell is found after endless empty cells, invalid references, long numbers and deep nesting."""
    assert LAST in words_in(opened(raw_xlsx(sheet)))


def test_a_cell_without_end() -> None:
    """A shared string of millions of zeros ends at the limit and leaves budget for the sheet."""
    strings = b"<sst><si><t>" + b"0" * 60_000_000 + b"</t></si></sst>"
    sheet = cells(f'<row r="1"><c r="A1" t="s"><v>0</v></c>{_text("B1", LAST)}</row>')
    content = raw_xlsx(sheet, strings)
    limits = Limits(bytes=5_000_000)
    assert unreadable_in(content, limits=limits) == {"over_limit"}
    assert LAST in words_in(opened(content, limits=limits))


def test_one_long_string_shown_often() -> None:
    """A string of 30 KB in 100,000 cells does not take 3 GB."""
    strings = f"<sst><si><t>{'x ' * 15_000}</t></si></sst>"
    body = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 100_001))
    documents = opened(raw_xlsx(cells(body), strings), limits=Limits(bytes=20_000_000))
    assert sum(len(table.source) for document in documents for table in document.tables) < 20_000_000
    assert {str(why) for document in documents for why in document.unreadable} == {"over_limit"}


def test_text_longer_than_a_cell_may_be() -> None:
    """Text after the 32,767 characters that a cell can show is read."""
    strings = f"<sst><si><t>{'x ' * 20_000} {LAST}</t></si></sst>"
    assert LAST in words_in(opened(raw_xlsx(cells('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings)))


@pytest.mark.parametrize(
    "markup",
    (
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
)
def test_a_doctype_is_refused(markup: str) -> None:
    """Entities are neither expanded nor fetched; the file is broken, and its text is read."""
    row = f"<row r='1'><c r='A1' t='str'><v>&c;{LAST}</v></c></row>"
    content = raw_xlsx(f"{markup}<worksheet><sheetData>{row}</sheetData></worksheet>")
    assert unreadable_in(content) == {"broken"}
    assert LAST in words_in(opened(content))


def test_a_doctype_without_declarations_is_left_out() -> None:
    """LibreOffice writes one into the list of its Basic libraries."""
    library = (
        '<?xml version="1.0"?>\n<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD'
        ' OfficeDocument 1.0//EN" "libraries.dtd">\n'
        f'<library:libraries xmlns:library="x"><p>{LAST}</p></library:libraries>'
    )
    content = raw_ods("", **{"Basic/script-lc.xml": library})
    assert (unreadable_in(content), LAST in words_in(opened(content))) == (set(), True)


def test_thousands_of_sheets() -> None:
    """Thousands of sheets are read, the last one included."""
    members = {
        f"xl/worksheets/sheet{n}.xml": cells(f'<row r="1">{_text("A1", str(n))}</row>')
        for n in range(2, 3000)
    }
    assert LAST in words_in(
        opened(
            raw_xlsx(
                cells(""),
                **members,
                **{"xl/worksheets/z.xml": cells(f'<row r="1">{_text("A1", LAST)}</row>')},
            )
        )
    )


def test_a_broken_sheet_does_not_hide_the_others() -> None:
    """Rows before damage are read, and so are the sheets after it."""
    broken = cells(f'<row r="1">{_text("A1", FIRST)}</row><row r="2"></c>')
    members = {"xl/worksheets/sheet2.xml": cells(f'<row r="1">{_text("A1", LAST)}</row>')}
    content = raw_xlsx(broken, **members)
    assert unreadable_in(content) == {"broken"}
    assert FIRST in words_in(opened(content)) and LAST in words_in(opened(content))


_ROW, _ROWS = "<table:table-row", "<table:table-row table:number-rows-repeated"
_CELL, _CELLS = "<table:table-cell", "<table:table-cell table:number-columns-repeated"
_P = f"<text:p>{LAST}</text:p></table:table-cell></table:table-row>"


@pytest.mark.parametrize(
    "body",
    (
        f'{_ROWS}="1048576">{_CELLS}="16384">{_P}',
        f'{_ROWS}="1048575">{_CELL}/></table:table-row>{_ROW}>{_CELLS}="16383"/>{_CELL}>{_P}',
        f'{_ROWS}="{"9" * 10_000}">{_CELL}>{_P}',
        f'{_ROW}>{_CELLS}="-1"><text:p>{LAST}',
        f"{_ROW}>{_CELL}>" * 20_000 + f"<text:p>{LAST}</text:p>",
        f'{_ROW}>{_CELL} office:value-type="float" office:value="nan"/>{_CELL}>{_P}',
        f'{_ROW}>{_CELL} office:value-type="date" office:date-value="{LAST}"/></table:table-row>',
    ),
    ids=range(7),
)
def test_repeated_cells(body: str) -> None:
    """A million copies of a row or cell are not made."""
    assert LAST in words_in(
        opened(raw_ods(f"<table:table>{body}</table:table>"), limits=Limits(cells=20_000))
    )


def _biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


@pytest.mark.parametrize(
    ("sheet", "strings"),
    (
        (
            record(0, struct.pack("<L", 2**32 - 1) + bytes(13))
            + record(6, struct.pack("<LL", 2**31, 0) + wide(LAST)),
            [],
        ),
        (
            record(0, bytes(17))
            + record(7, struct.pack("<LLL", 0, 0, 2**31))
            + record(6, bytes(8) + wide(LAST)),
            [],
        ),
        (record(0) + record(2) + record(5, b"\0" * 9) + record(6, bytes(8) + wide(LAST)), []),
        (record(0, bytes(17)) + record(6, bytes(8) + b"\xff\xff\xff\x7f" + wide(LAST)), []),
        (record(0, bytes(17)) + b"\x06\xff\xff\xff\x7f", [LAST]),
        (b"\xff" * 1000, [LAST]),
    ),
    ids=range(6),
)
def test_odd_binary_records(sheet: bytes, strings: list[str]) -> None:
    """BIFF12 records with invalid rows, numbers and lengths do not hide the others."""
    assert LAST in words_in(opened(raw_xlsb(sheet, strings)))


@pytest.mark.parametrize(
    "content", (xlsx(ROWS), xls(ROWS), ods(ROWS), xlsb(ROWS)), ids=("xlsx", "xls", "ods", "xlsb")
)
def test_few_cells_are_left(content: bytes) -> None:
    """Rows within the budget of cells are kept, and OVER_LIMIT is reported."""
    documents = opened(content, limits=Limits(cells=15))
    assert ROWS[2][1] in words_in(documents)
    assert ROWS[3][1] not in "".join(
        cell for document in documents for table in document.tables for row in table.rows for cell in row
    )
    assert {str(why) for document in documents for why in document.unreadable} == {"over_limit"}


def test_encrypted_opendocument() -> None:
    """A manifest with encryption data is reported as encrypted."""
    manifest = "<m><file-entry full-path='content.xml'><encryption-data/></file-entry></m>"
    sealed = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"\x93\x11\x80" * 99,
    }
    assert unreadable_in(package({**sealed, "META-INF/manifest.xml": manifest})) == {"encrypted"}
    assert people_in(ods(ROWS)) == len(ROWS)


@pytest.mark.parametrize("strings", ["<sst><si><t>ann@shop.example", "<sst><si><t>ann@shop.example</t></oh>"])
def test_a_damaged_string_is_kept(strings: str) -> None:
    """The shared string in which the file is damaged is kept up to the damage."""
    content = raw_xlsx(cells('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings)
    assert ("ann@shop.example" in words_in(opened(content)), unreadable_in(content)) == (True, {"broken"})


def test_the_last_string_is_there_once() -> None:
    """The last of many rich strings is read once."""
    strings = "<sst><si><r><t>ann@</t></r><r><t>shop.example</t></r></si></sst>"
    content = raw_xlsx(cells('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings)
    assert words_in(opened(content)).count("ann@shop.example") == 1
