"""Opens spreadsheets (xlsx, xlsm, xlsb, xls, ods): all sheets, hidden ones included, and other text.

Declared sizes are ignored; of a damaged sheet the rows before the damage are read.
calamine reads xls; all other formats are read without a native parser.
"""

import posixpath
from collections.abc import Iterable, Iterator
from functools import partial

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.zip import Zip
from holdback.documents.confined.ole.compound import Compound
from holdback.documents.confined.sheets import ods, xls, xlsb
from holdback.documents.confined.sheets.cells import sheet, tables
from holdback.documents.confined.sheets.members import (
    OUTSIDE_CELLS,
    Links,
    Members,
    links_of,
    other,
    reasons_last,
    words,
)
from holdback.documents.confined.sheets.pivot import pivot_rows
from holdback.documents.confined.sheets.shared_strings import Book, styles_of
from holdback.documents.confined.sheets.xlsx import around_cells, hidden_lines, read_strings, sheet_rows
from holdback.documents.confined.sheets.xml_text import elements
from holdback.documents.document import Piece, Text, Unread, Unreadable
from holdback.mail import Part


def open_workbook(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The sheets, other text and embedded files of xlsx and xlsb (ECMA-376 Part 1, 18; MS-XLSB)."""
    return reasons_last(_workbook(part, zip, budget))


def _workbook(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    members = Members(zip, budget)
    usual = "xl/workbook.bin" if members.has("xl/workbook.bin") else "xl/workbook.xml"
    outer = links_of(members, "", budget)
    place = outer.kinds.get("officeDocument", usual)
    place = place if members.has(place) else usual
    main, links = members.read(place, first=True), links_of(members, place, budget)
    read = _binary_workbook if main.startswith(xlsb.START) else _xml_workbook
    yield from read(part, main, links, members, budget)
    for content in (outer.content, links.content):
        yield from words("links", content, budget)
    yield from members.unread


def open_opendocument_sheet(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    """The sheets, then other text and embedded files of OpenDocument spreadsheets (ODF 1.3)."""
    return reasons_last(_opendocument(part, zip, budget))


def _opendocument(part: Part, zip: Zip, budget: Budget) -> Iterator[Piece]:
    members = Members(zip, budget)
    manifest = members.read("META-INF/manifest.xml")
    content = members.read("content.xml")
    if b"encryption-data" in manifest:
        yield Unreadable.ENCRYPTED
        if not content.startswith(b"<"):
            return
    yield from _until_unread(ods.read_sheets(content, budget))
    for name, content in members.rest():
        if posixpath.basename(name) == "content.xml":
            yield from _until_unread(ods.read_sheets(content, budget))
        else:
            yield from other(part, name, content, budget)
    yield from members.unread


def open_old_workbook(part: Part, budget: Budget) -> Iterator[Piece]:
    """The sheets, then other text of xls (MS-XLS); `part` is the whole OLE file."""
    file = Compound(part.content, budget)
    for name, stream in file.root.streams.items():
        if name.lower() in ("workbook", "book"):
            yield from _until_unread(xls.read_sheets(file.read(stream), budget))
    yield from file.flaws


def _until_unread(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of one sheet; Unread becomes the last piece, so that the next sheet is read."""
    try:
        yield from pieces
    except Unread as unread:
        yield unread.why


def _xml_workbook(part: Part, main: bytes, links: Links, members: Members, budget: Budget) -> Iterator[Piece]:
    settings = elements(main, "workbookPr", budget)
    since_1904 = any(found.get("date1904") in ("1", "true") for found in settings)
    styles = styles_of(
        members.read(links.kinds.get("styles", "xl/styles.xml"), first=True), since_1904, budget
    )
    book = Book({}, styles)
    strings = members.read(links.kinds.get("sharedStrings", "xl/sharedStrings.xml"), first=True)
    broken = read_strings(strings, book, budget)
    for found in elements(main, "sheet", budget):
        content = members.read(links.places.get(found.get("id", ""), ""))
        is_hidden = found.get("state", "visible") != "visible"
        place = sheet(found.get("name", ""), is_hidden, *hidden_lines(content))
        yield from _xml_sheet(place, content, book, budget)
    yield from words("defined names", main, budget)
    for name, content in members.rest():
        if b"sheetData" in content:
            yield from _xml_sheet(sheet(posixpath.basename(name)), content, book, budget)
        elif b"pivotCacheDefinition" in content[:1000]:
            yield from _pivot(name, content, members, budget)
        else:
            yield from other(part, name, content, budget)
    if unshown := "\n".join((*book.unshown(), book.drain())):
        yield Text(unshown, OUTSIDE_CELLS)
    if broken:
        yield broken


def _xml_sheet(where: str, content: bytes, book: Book, budget: Budget) -> Iterator[Piece]:
    """The tables of a sheet, text of cells that is not their value, and text outside the cells."""
    yield from _until_unread(tables(sheet_rows(content, book, budget), budget, where))
    if aside := book.drain():
        yield Text(aside, f"{where}, {OUTSIDE_CELLS}")
    yield from words(f"{where}, {OUTSIDE_CELLS}", around_cells(content), budget)


def _pivot(name: str, content: bytes, members: Members, budget: Budget) -> Iterator[Piece]:
    links = links_of(members, name, budget)
    yield from words("links", links.content, budget)
    records = members.read(links.kinds.get("pivotCacheRecords", ""))
    yield from _until_unread(tables(pivot_rows(content, records, budget), budget, "pivot cache"))
    yield from words("pivot cache", content, budget)


def _binary_workbook(
    part: Part, main: bytes, links: Links, members: Members, budget: Budget
) -> Iterator[Piece]:
    content = members.read(links.kinds.get("styles", "xl/styles.bin"), first=True)
    styles = xlsb.styles_of(content, xlsb.since_1904(main, budget), budget)
    content = members.read(links.kinds.get("sharedStrings", "xl/sharedStrings.bin"), first=True)
    strings = xlsb.strings_of(content, budget)
    used: set[int] = set()
    for name, link, is_hidden in xlsb.sheets_of(main, budget):
        content = members.read(links.places.get(link, ""))
        read = xlsb.SheetRows(strings, styles, used)
        place = partial(_binary_place, name, is_hidden, read)
        yield from _until_unread(tables(read.rows(content, budget), budget, place))
        if other_text := read.other_text(budget):
            yield Text(other_text, f"{sheet(name, is_hidden)}, {OUTSIDE_CELLS}")
    yield from other(part, "workbook.bin", main, budget)
    for name, content in members.rest():
        yield from other(part, name, content, budget)
    if unshown := "\n".join(text for number, text in enumerate(strings) if text and number not in used):
        yield Text(unshown, OUTSIDE_CELLS)


def _binary_place(name: str, is_hidden: bool, read: xlsb.SheetRows) -> str:
    return sheet(name, is_hidden, read.hidden)
