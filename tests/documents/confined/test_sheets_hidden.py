"""Addresses in spreadsheets that are in no visible cell."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from rig.files.spreadsheets import (
    cells,
    raw_ods,
    raw_xlsb,
    raw_xlsx,
    record,
    saved,
    wide,
)
from rig.opening import opened, people_in, words_in
from xlsxwriter.worksheet import Worksheet as Written

ADDRESS = "ann.smith@customers.example"

_SHARED = cells('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
_INLINE = cells(f'<row r="1"><c r="A1" t="str"><v>{ADDRESS}</v></c></row>')


def _comment(sheet: Worksheet) -> None:
    sheet["B2"].comment = Comment(f"ask {ADDRESS}", "somebody")


def _comment_author(sheet: Worksheet) -> None:
    sheet["B2"].comment = Comment("ask", ADDRESS)


def _header(sheet: Worksheet) -> None:
    sheet.oddHeader.center.text = ADDRESS


def _footer_of_even_pages(sheet: Worksheet) -> None:
    sheet.evenFooter.left.text = ADDRESS


def _defined_name(sheet: Worksheet) -> None:
    sheet.parent.defined_names["owner"] = DefinedName("owner", attr_text=f'"{ADDRESS}"')


def _list_of_choices(sheet: Worksheet) -> None:
    choices = DataValidation(type="list", formula1=f'"{ADDRESS},other"')
    choices.add("A1")
    sheet.add_data_validation(choices)


def _hint(sheet: Worksheet) -> None:
    hint = DataValidation(type="whole", prompt=f"call {ADDRESS}", showInputMessage=True)
    hint.add("A1")
    sheet.add_data_validation(hint)


def _hyperlink(sheet: Worksheet) -> None:
    sheet["A1"] = "write to us"
    sheet["A1"].hyperlink = f"mailto:{ADDRESS}"


def _hyperlink_with_escapes(sheet: Worksheet) -> None:
    sheet["A1"].hyperlink = f"mailto:{ADDRESS.replace('@', '%40')}"


def _author(sheet: Worksheet) -> None:
    sheet.parent.properties.creator = ADDRESS


def _custom_property(sheet: Worksheet) -> None:
    sheet.parent.custom_doc_props.append(StringProperty(name="owner", value=ADDRESS))


def _hidden_sheet(sheet: Worksheet) -> None:
    hidden = sheet.parent.create_sheet("Old")
    hidden["C9"], hidden.sheet_state = ADDRESS, "veryHidden"


def _hidden_column(sheet: Worksheet) -> None:
    sheet["ZZ7"] = ADDRESS
    sheet.column_dimensions["ZZ"].hidden = True


def _formula(sheet: Worksheet) -> None:
    sheet["A1"] = f'=HYPERLINK("mailto:{ADDRESS}","write")'


def _sheet_name(sheet: Worksheet) -> None:
    sheet.title = ADDRESS


OPENPYXL = (
    _comment,
    _comment_author,
    _header,
    _footer_of_even_pages,
    _defined_name,
    _list_of_choices,
    _hint,
    _hyperlink,
    _hyperlink_with_escapes,
    _author,
    _custom_property,
    _hidden_sheet,
    _hidden_column,
    _formula,
)


@pytest.mark.parametrize("put", OPENPYXL, ids=lambda put: put.__name__)
def test_places_that_openpyxl_writes(put: Callable[[Worksheet], None]) -> None:
    """Addresses are found in every place that openpyxl can write."""
    book = openpyxl.Workbook()
    put(book.active)
    assert ADDRESS in words_in(opened(saved(book)))


def _text_box(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.insert_textbox("C3", f"ask {ADDRESS} please")


def _alternative_text(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.insert_textbox("C3", "x", {"description": ADDRESS})


def _chart_title(book: xlsxwriter.Workbook, sheet: Written) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$3", "name": "x"})
    chart.set_title({"name": ADDRESS})
    sheet.insert_chart("D4", chart)


def _chart_sheet(book: xlsxwriter.Workbook, sheet: Written) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$3"})
    chart.set_x_axis({"name": ADDRESS})
    book.add_chartsheet("Picture").set_chart(chart)


def _rich_string(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.write_rich_string("A1", book.add_format({"bold": True}), "ann.smith@", "customers", "x", ".example")
    sheet.write_rich_string("A2", book.add_format({"bold": True}), "ann.smith@", "customers.example")


def _conditional_format(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.conditional_format("A1", {"type": "text", "criteria": "containing", "value": ADDRESS})


def _cached_formula(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.write_formula("A1", "=B1&C1", None, ADDRESS)


def _table_column(book: xlsxwriter.Workbook, sheet: Written) -> None:
    sheet.add_table("A1:A3", {"columns": [{"header": ADDRESS}]})


@pytest.mark.parametrize(
    "put",
    (
        _text_box,
        _alternative_text,
        _chart_title,
        _chart_sheet,
        _rich_string,
        _conditional_format,
        _cached_formula,
        _table_column,
    ),
    ids=lambda put: put.__name__,
)
def test_places_that_xlsxwriter_writes(put: Callable[[xlsxwriter.Workbook, Written], None]) -> None:
    """Addresses in drawings, charts and formulas are found."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    put(book, book.add_worksheet())
    book.close()
    assert ADDRESS in words_in(opened(file.getvalue()))


@pytest.mark.parametrize(
    ("name", "content"),
    (
        (
            "xl/threadedComments/threadedComment1.xml",
            f"<c><threadedComment><text>{ADDRESS}</text></threadedComment></c>",
        ),
        ("xl/persons/person.xml", f'<personList><person displayName="A" userId="{ADDRESS}"/></personList>'),
        (
            "xl/connections.xml",
            f'<connections><connection><dbPr connection="UID={ADDRESS}"/></connection></connections>',
        ),
        (
            "xl/externalLinks/externalLink1.xml",
            f"<e><row r='1'><cell r='A1' t='str'><v>{ADDRESS}</v></cell></row></e>",
        ),
        (
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            f'<R><Relationship Target="mailto:{ADDRESS}"/></R>',
        ),
        ("_rels/.rels", f"<Relationships><Relationship Target='mailto:{ADDRESS}'/></Relationships>"),
        ("xl/queryTables/queryTable1.xml", f'<queryTable name="{ADDRESS}"/>'),
        ("customXml/item1.xml", f"<data><owner>{ADDRESS}</owner></data>"),
        ("docProps/app.xml", f"<Properties><Manager>{ADDRESS}</Manager></Properties>"),
        ("xl/drawings/vmlDrawing1.vml", f"<xml><div style='x'>ask<br>us</div><div>{ADDRESS}</div></xml>"),
        ("xl/tables/table1.xml", f"<!DOCTYPE a><table><tableColumn name='{ADDRESS}'/></table>"),
        ("xl/metadata.xml", f"<metadata><a></b>{ADDRESS}</metadata>"),
        (
            "xl/drawings/drawing1.xml",
            "<a:p xmlns:a='a'><a:r><a:rPr><a:b/></a:rPr><a:t>ann.smith@</a:t></a:r>"
            "<a:r><a:rPr><a:b/></a:rPr><a:t>customers.example</a:t></a:r></a:p>",
        ),
        (
            "xl/revisions/revisionLog1.xml",
            f"<revisions><rcc><oc t='str'><v>{ADDRESS}</v></oc></rcc></revisions>",
        ),
        ("xl/worksheets/sheet99.xml", _INLINE),
        (
            "xl/dialogsheets/sheet1.xml",
            f"<dialogsheet><headerFooter><oddHeader>{ADDRESS}</oddHeader></headerFooter></dialogsheet>",
        ),
        ("xl/macrosheets/sheet1.xml", cells(f'<row r="1"><c r="A1"><f>MAIL("{ADDRESS}")</f></c></row>')),
        ("xl/unknown.bin", b"\0\1\2\xff" + ADDRESS.encode("utf-16-le") + b"\0\0\xff"),
        ("xl/embeddings/notes.txt", f"Hello,\nask {ADDRESS}\n"),
    ),
)
def test_members_that_are_no_sheets(name: str, content: bytes | str) -> None:
    """Addresses are found in any member of the package, whatever its name."""
    assert ADDRESS in words_in(opened(raw_xlsx(cells(""), **{name: content})))


@pytest.mark.parametrize(
    ("sheet", "strings"),
    (
        (cells(""), f"<sst><si><t>{ADDRESS}</t></si></sst>"),
        (_INLINE.replace("</worksheet>", "<sheetData/></worksheet>"), ""),
        (cells(f'<row r="1"><c r="A1">{ADDRESS}</c></row>'), ""),
        (_SHARED, f"<sst><si><t>x</t><rPh sb='0' eb='1'><t>{ADDRESS}</t></rPh></si></sst>"),
        (_SHARED, "<sst><si><r><t>ann.smith@</t></r><r><t>customers.example</t></r></si></sst>"),
        (_SHARED, "<sst><si><t>ann.smith&#64;customers.example</t></si></sst>"),
        (_SHARED, "<sst><si><t>ann.smith_x0040_customers.example</t></si></sst>"),
        (_SHARED, f"<x:sst xmlns:x='y'><x:si><x:t>{ADDRESS}</x:t></x:si></x:sst>"),
        (cells(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{ADDRESS}</t></is></c></row>'), ""),
        (cells(f'<row><c t="inlineStr"><is><r><t>{ADDRESS}</t></r></is></c></row>'), ""),
        (cells(f'<row r="1"><!-- </sheetData> --><c r="A1" t="str"><v>{ADDRESS}</v></c></row>'), ""),
        (cells(f'<row r="1"><c r="A1" t="str"><v><![CDATA[{ADDRESS}]]></v></c></row>'), ""),
        (cells(f"<row r='1'><c r='A1' t='str'><v>{ADDRESS}</v></c></row>"), ""),
        (
            _INLINE.replace("<", "<x:")
            .replace("<x:/", "</x:")
            .replace("<x:?", "<?")
            .replace("xmlns=", "xmlns:x="),
            "",
        ),
        (_INLINE.replace("UTF-8", "UTF-16").encode("utf-16"), ""),
        (_INLINE[:-30], ""),
        (cells(f'<row r="1"><c r="A1"><f>"{ADDRESS}"</f><v>7</v></c></row>'), ""),
        (cells(f'<row r="1"><c r="A1"><f><![CDATA["{ADDRESS}"]]></f><v>7</v></c></row>'), ""),
    ),
)
def test_ways_to_write_a_cell(sheet: str, strings: str) -> None:
    """Addresses are found in every valid form of a cell."""
    assert ADDRESS in words_in(opened(raw_xlsx(sheet, strings)))


def test_pivot_caches_keep_the_list() -> None:
    """A customer list that is only in a pivot cache is found."""
    names = "".join(f'<s v="ann{n}@customers.example"/>' for n in range(30))
    definition = (
        '<pivotCacheDefinition><cacheFields><cacheField name="E-mail"><sharedItems>'
        f'{names}</sharedItems></cacheField><cacheField name="Phone"/></cacheFields></pivotCacheDefinition>'
    )
    rows = "".join(f'<r><x v="{n}"/><s v="+49 30 50000{n:02}"/></r>' for n in range(30))
    others = {
        "xl/pivotCache/pivotCacheDefinition1.xml": definition,
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": '<Relationships><Relationship Id="rId1" '
        'Type="x/pivotCacheRecords" Target="pivotCacheRecords1.xml"/></Relationships>',
        "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords>{rows}</pivotCacheRecords>",
    }
    assert people_in(raw_xlsx(cells(""), **others)) == 30


_P = f"<text:p>{ADDRESS}</text:p>"


def _in_cell(inner: str, attributes: str = "", cell: str = "table-cell") -> str:
    return (
        f"<table:table><table:table-row><table:{cell} {attributes}>{inner}</table:{cell}>"
        "</table:table-row></table:table>"
    )


@pytest.mark.parametrize(
    "body",
    (
        _in_cell(_P).replace("<table:table>", '<table:table table:name="x" table:display="false">'),
        _in_cell(f"<office:annotation><dc:creator>me</dc:creator>{_P}</office:annotation><text:p>x</text:p>"),
        _in_cell(f'<text:p><text:a xlink:href="mailto:{ADDRESS}">us</text:a></text:p>'),
        _in_cell("<text:p>ann.<text:span>smith@</text:span>customers.example</text:p>"),
        _in_cell("", f'office:value-type="string" office:string-value="{ADDRESS}"'),
        _in_cell(_P, cell="covered-table-cell"),
        _in_cell(_in_cell(_P)),
        f"<table:table><table:shapes><draw:frame>{_P}</draw:frame></table:shapes></table:table>",
        f'<table:content-validation table:condition="{ADDRESS}"/>',
        f'<table:named-expression table:expression="&quot;{ADDRESS}&quot;"/>',
        f"<table:tracked-changes><table:previous>{_P}</table:previous></table:tracked-changes>",
    ),
)
def test_places_in_opendocument_sheets(body: str) -> None:
    """Addresses in notes, links, drawings, tracked changes and hidden sheets are found."""
    assert ADDRESS in words_in(opened(raw_ods(body)))


@pytest.mark.parametrize("name", ("styles.xml", "meta.xml", "Object 1/content.xml", "settings.xml"))
def test_members_of_opendocument(name: str) -> None:
    """Addresses in headers, properties and charts are found."""
    assert ADDRESS in words_in(opened(raw_ods("", **{name: f"<a><p>x</p><p>{ADDRESS}</p></a>"})))


@pytest.mark.parametrize(
    ("sheet", "strings", "others"),
    (
        (b"", [ADDRESS], {}),
        (record(479, b"\0\0" + wide(ADDRESS)) + record(130), [], {}),
        (record(494, bytes(16) + wide("rId1") + wide("") + wide("") + wide(ADDRESS)) + record(130), [], {}),
        (record(0, bytes(17)) + record(6, bytes(8) + wide(ADDRESS)), [], {}),
        (record(0, bytes(17)) + record(17, bytes(4) + wide(ADDRESS)), [], {}),
        (record(0, bytes(17)) + record(8, bytes(8) + wide(ADDRESS)), [], {}),
        (record(0, bytes(17)) + record(62, bytes(9) + wide(ADDRESS)), [], {}),
        (b"", [], {"xl/comments1.bin": record(637, b"\0" + wide(ADDRESS))}),
        (b"", [], {"docProps/core.xml": f"<a><creator>{ADDRESS}</creator></a>"}),
    ),
)
def test_places_in_binary_workbooks(sheet: bytes, strings: list[str], others: dict[str, bytes]) -> None:
    """Addresses are found in any BIFF12 record."""
    assert ADDRESS in words_in(opened(raw_xlsb(sheet, strings, **others)))
