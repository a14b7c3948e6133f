"""XML of any vocabulary: repeated elements are tables, other text is lines; entities are not expanded."""

import base64

import pytest
from rig.files.office import word
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

ADDRESS = "ann.smith@shop.example"
ENCODINGS = {
    "de": "windows-1252",
    "fr": "iso-8859-15",
    "pl": "iso-8859-2",
    "ru": "koi8-r",
    "ja": "shift_jis",
    "en": "us-ascii",
}
SHEET = "xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:x'"

RECORDS = {
    "elements": "<customer><name>{0.name}</name><email>{0.email}</email><phone>{0.phone}</phone></customer>",
    "attributes": "<customer name='{0.name}' email='{0.email}' phone='{0.phone}'/>",
    "text and attributes": "<customer email='{0.email}' phone='{0.phone}'>{0.name}</customer>",
    "text and one attribute": "<customer email='{0.email}'>{0.name}</customer>",
    "inner elements": "<c id='1'><who><name>{0.name}</name></who><contact><email>{0.email}</email>"
    "<phone>{0.phone}</phone></contact></c>",
    "namespaces": "<x:c xmlns:x='urn:x'><x:name>{0.name}</x:name><x:mail>{0.email}</x:mail></x:c>",
    "several phones": "<c><name>{0.name}</name><email>{0.email}</email><phone type='a'>{0.phone}</phone>"
    "<phone type='b'>1</phone></c>",
    "mysqldump": "<row><field name='name'>{0.name}</field><field name='email'>{0.email}</field></row>",
    "value attributes": "<o><property name='name' value='{0.name}'/>"
    "<property name='mail' value='{0.email}'/></o>",
    "cells": "<row><cell>{0.name}</cell><cell>{0.email}</cell><cell>{0.phone}</cell></row>",
    "cells with data": "<ROW><COL><DATA>{0.name}</DATA></COL><COL><DATA>{0.email}</DATA></COL></ROW>",
    "property list": "<dict><key>name</key><string>{0.name}</string>"
    "<key>mail</key><string>{0.email}</string></dict>",
    "CDATA": "<c><name><![CDATA[{0.name}]]></name><email><![CDATA[{0.email}]]></email></c>",
    "lines": "\n  <c>\n    <name>{0.name}</name>\n    <email>{0.email}</email>\n  </c>",
    "named elements": "<person name='{0.name}'>{0.email}</person>",
    "feed": "<entry><title>x</title><author><name>{0.name}</name><email>{0.email}</email></author></entry>",
    "orders": "<order><customer><name>{0.name}</name><email>{0.email}</email></customer>"
    "<items><item><sku>1</sku><qty>2</qty></item><item><sku>3</sku><qty>4</qty></item></items></order>",
}


def xml(inner: str, head: str = "<?xml version='1.0'?>", root: str = "export") -> bytes:
    return f"{head}<{root}>{inner}</{root}>".encode()


@pytest.mark.parametrize("style", RECORDS)
def test_records(style: str) -> None:
    """Each record is one person, however a program writes records."""
    inner = "".join(RECORDS[style].format(person) for person in people(20))
    assert people_in(xml(inner)) == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_encodings(language: str) -> None:
    """Declared encodings, UTF-16 and UTF-8 are read."""
    encoding = ENCODINGS[language]
    inner = "".join(RECORDS["elements"].format(person) for person in people(20, language))
    text = f"<?xml version='1.0' encoding='{encoding}'?><l>{inner}</l>"
    files = [
        text.encode(encoding),
        text.encode("utf-16"),
        text.replace(encoding, "utf-8").encode("utf-8-sig"),
    ]
    name = people(1, language)[0].name
    assert [(people_in(file), name in words_in(opened(file))) for file in files] == [(20, True)] * 3


def test_table() -> None:
    """Element names are column names; records may lack fields."""
    document = opened(
        xml("<c id='1'><name>Ann</name></c><c id='2'><name>Eve</name><mail>e@x.example</mail></c>")
    )[0]
    (table,) = document.tables
    assert (
        table.header,
        table.where,
        [list(row) for row in table.rows],
    ) == (("id", "name", "mail"), "c", [["1", "Ann"], ["2", "Eve", "e@x.example"]])


@pytest.mark.parametrize("style", ["elements", "attributes"])
def test_a_catalogue_has_no_people(style: str) -> None:
    """Near miss: a product catalogue is as regular as a list of customers."""
    rows = parts_list(40)
    forms = {
        "elements": "<part><no>{}</no><name>{}</name><price>{}</price><state>{}</state></part>",
        "attributes": "<part no='{}' name='{}' price='{}' state='{}'/>",
    }
    assert people_in(xml("".join(forms[style].format(*row) for row in rows))) == 0


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        ("<p>Dear <b>Ann</b>, mail <i>ann</i>@shop.example</p>", ["p: Dear Ann, mail ann@shop.example"]),
        ("<a>1 &amp; 2 & 3 &nbsp;&eacute; &unknown;</a>", ["a: 1 & 2 & 3  \xe9 &unknown;"]),
        ("<a>x&#0;&#xFFFF;y\x0bz</a>", ["a: x  y z"]),
        ("<a b='1'/>", ["a b: 1"]),
        ("<!-- ann@shop.example --><a>x</a>", ["ann@shop.example", "a: x"]),
    ],
)
def test_text(inner: str, lines: list[str]) -> None:
    """Elements that do not repeat become lines; common errors of exports are repaired."""
    text = "\n".join(text.text for text in opened(xml(inner))[0].texts)
    found = [line.strip().removeprefix("export ") for line in text.replace("\xa0", " ").split("\n")]
    assert [line for line in found if line] == lines


def test_sheets() -> None:
    """SpreadsheetML: sheets, rows with skipped cells, comments."""
    rows = "".join(
        "<Row>" + "".join(f"<Cell><Data ss:Type='String'>{cell}</Data></Cell>" for cell in row) + "</Row>"
        for row in (HEADINGS["de"], *(person.row for person in people(15, "de")))
    )
    gap = (
        "<Row><Cell ss:Index='3'><Data>x</Data><Comment><Data>ann@shop.example</Data></Comment></Cell></Row>"
    )
    file = xml(
        f"<Worksheet ss:Name='Kunden'><Table>{rows}</Table></Worksheet>"
        f"<Worksheet ss:Name='B'>{gap}</Worksheet>",
        root=f"Workbook {SHEET}",
    ).replace(f"</Workbook {SHEET}>".encode(), b"</Workbook>")
    first, second = opened(file)[0].tables
    places = (first.where, second.where, [list(row) for row in second.rows])
    assert (places, 15) == (('sheet "Kunden"', 'sheet "B"', [["", "", "x"]]), people_in(file))
    assert "ann@shop.example" in words_in(opened(file))


def test_word_2003() -> None:
    """A WordprocessingML 2003 document is read as one."""
    cells = ["<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"] * 5
    rows = "".join("<w:tr>" + "".join(cells).format(*person.row) + "</w:tr>" for person in people(9))
    name = "http://schemas.microsoft.com/office/word/2003/wordml"
    assert people_in(f"<?xml version='1.0'?><w:d xmlns:w='{name}'><w:tbl>{rows}</w:tbl></w:d>".encode()) == 9


def test_drawing() -> None:
    """The text of an SVG drawing is read, its paths are not."""
    inner = "<path d='M 1 2 3'/><path d='M 4 5'/><text><tspan>ann</tspan><tspan>@shop.example</tspan></text>"
    head = "<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>"
    file = xml(inner, head, "svg")
    assert ("ann@shop.example", set()) == (words_in(opened(file)).strip(), unreadable_in(file))


def test_embedded_file() -> None:
    """A file in base64 in an element is opened."""
    letter = base64.encodebytes(word([person.row for person in people(6)])).decode()
    file = xml(f"<invoice><id>1</id><attachment>{letter}</attachment></invoice>")
    assert ([document.name for document in opened(file)], people_in(file)) == (["file.bin", "embedded 1"], 6)


LAUGHS = "".join(f"<!ENTITY l{n} '" + f"&l{n - 1};" * 10 + "'>" for n in range(1, 10))


@pytest.mark.parametrize(
    "file",
    [
        xml(f"<a>&l9;</a><b>{ADDRESS}</b>", f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY l0 'ha'>{LAUGHS}]>"),
        xml(
            f"<a>&f;</a><b>{ADDRESS}</b>",
            "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>",
        ),
        xml("<a>&f;</a>", f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY f '{ADDRESS}'>]>"),
        xml(
            f"<b>{ADDRESS}</b>",
            "<?xml version='1.0'?><!DOCTYPE x [<!-- ]> ' -->  <?pi ]> ?><!ENTITY f ']>'>]>",
        ),
        xml(f"<a><b>{ADDRESS}</b>"),
        xml(f"<b>{ADDRESS}</b>", "<?xml version='1.0'?><!DOCTYPE x ['"),
        xml(f"<b>1 < 2 {ADDRESS}</b>"),
        xml(f"<b x={ADDRESS}>1</b>"),
        xml(f"<b><c></b>{ADDRESS}"),
        xml(f"<b>{ADDRESS}</c></b>"),
        xml("<a>" * 200_000 + ADDRESS + "</a>" * 200_000),
        f"<?xml version='1.0'?><a><b>{ADDRESS}".encode(),
    ],
)
def test_broken(file: bytes) -> None:
    """No entity is expanded or fetched; text before and after damage is read."""
    words = words_in(opened(file))
    assert (True, False, {"broken"}) == (
        ADDRESS in words,
        "root:" in words or "ha" * 99 in words,
        unreadable_in(file),
    )


@pytest.mark.parametrize(
    "file",
    [
        xml(f"<a>{ADDRESS}</a>", "<?xml version='1.0'?><!DOCTYPE plist PUBLIC '-//A//B' \"x.dtd\">"),
        xml(f"<a><b name='{ADDRESS}'>x</b></a><dict><key>{ADDRESS}</key><string>y</string></dict>"),
        xml("<a>1</a>") + xml(f"<a>{ADDRESS}</a>"),
        xml(f"<a>{ADDRESS}</a>", "<?xml version='1.0' encoding='no-such'?>"),
        xml(f"<a>{ADDRESS} é</a>").decode().encode("latin-1"),
        xml("".join(f"<r><c{n}>{n}</c{n}><d>x</d></r>" for n in range(3_000)) + f"<a>{ADDRESS}</a>"),
        xml(
            "".join(f"<t{n}><r a='1' b='2'/><r a='3' b='4'/></t{n}>" for n in range(300))
            + f"<a>{ADDRESS}</a>"
        ),
        xml("<a>" + "<b>x</b>y" * 20_000 + f"<b>{ADDRESS}</b></a>"),
        xml("<b>x</b>" * 20_000 + f"<b>{ADDRESS}</b>y"),
    ],
    ids=[
        "doctype",
        "key",
        "two roots",
        "unknown encoding",
        "wrong encoding",
        "columns",
        "tables",
        "mixed",
        "mixed late",
    ],
)
def test_odd(file: bytes) -> None:
    """Unusual but well-formed XML is read completely."""
    assert (True, set()) == (ADDRESS in words_in(opened(file)), unreadable_in(file))


def test_cut_anywhere() -> None:
    """Content before the cut is read."""
    file = xml("".join(RECORDS["elements"].format(person) for person in people(40)))
    found = [people_in(file[:end]) for end in range(1_000, len(file), 1_013)]
    assert (found, found[-1] > 30) == (sorted(found), True)
