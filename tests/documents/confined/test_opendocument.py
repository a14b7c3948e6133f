"""OpenDocument texts and presentations: text, tables and hidden content."""

from pathlib import Path

import pytest
from odf.draw import Frame, Page, TextBox
from odf.opendocument import OpenDocumentPresentation
from odf.style import MasterPage, PageLayout
from odf.text import P
from rig.files.office import changed, odt, opendocument, saved_odf, word
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

FILES = Path(__file__).parent / "files"
ADDRESS = "ann.smith@shop.example"
NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "draw", "manifest", "meta")
)
NAMES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
EMPTY = odt()


def content(inner: str) -> str:
    text = f"<office:body><office:text>{inner}</office:text></office:body>"
    return f"<?xml version='1.0'?><office:document-content{NAMES}>{text}</office:document-content>"


def lines_of(inner: str) -> list[str]:
    texts = opened(changed(EMPTY, {"content.xml": content(inner)}))[0].texts
    lines = "\n".join(text.text for text in texts if not text.where).split("\n")
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers(language: str) -> None:
    """Each row of a table and each line of a list is a record, in packages and flat files."""
    rows = [HEADINGS[language], *(person.row for person in people(12, language))]
    lines = [f"{one.name}, {one.email}, {one.phone}" for one in people(12, language)]
    flat = opendocument(rows).xml()
    assert (people_in(odt(rows)), people_in(odt(lines=lines)), people_in(flat)) == (12, 12, 12)


@pytest.mark.parametrize("name", ["letter-de.odt", "letter-ru.odt"])
def test_what_libreoffice_writes(name: str) -> None:
    """Ten customers in a table and an address in the header, written by LibreOffice."""
    file = (FILES / name).read_bytes()
    texts = opened(file)[0].texts
    places = [text.where for text in texts if "head@shop.example" in text.text]
    assert (10, ["header and footer"], set()) == (people_in(file), places, unreadable_in(file))


def test_a_price_list_has_no_people() -> None:
    """A price list has no people."""
    assert people_in(odt(parts_list(40))) == 0


def test_presentation() -> None:
    """The text boxes of slides are read."""
    show = OpenDocumentPresentation()
    layout = PageLayout(name="L")
    show.automaticstyles.addElement(layout)
    master = MasterPage(name="M", pagelayoutname=layout)
    show.masterstyles.addElement(master)
    page = Page(masterpagename=master)
    for person in people(12):
        frame, box = Frame(width="9cm", height="1cm"), TextBox()
        box.addElement(P(text=f"{person.name}, {person.email}, {person.phone}"))
        frame.addElement(box)
        page.addElement(frame)
    show.presentation.addElement(page)
    assert people_in(saved_odf(show)) == 12


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        ("<text:h>Dear <text:span>Ann</text:span>,</text:h>\n <text:p>bye</text:p>", ["Dear Ann,", "bye"]),
        ("<text:p>ann<text:span>@shop</text:span>.example</text:p>", ["ann@shop.example"]),
        ("<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d</text:p>", ["a   b\tc", "d"]),
        ("<text:p>a<text:s text:c='999999999999'/>b<text:s text:c='-1'/>c</text:p>", ["a b c"]),
        (
            "<text:p>ann<office:annotation><dc:creator>Eve</dc:creator><text:p>note</text:p></office:annotation>"
            "@shop.example</text:p>",
            ["ann@shop.example", "Eve", "note"],
        ),
        (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes><text:p>here</text:p>",
            ["gone", "here"],
        ),
        ("<text:p>a<text:hidden-text text:string-value='x'>hidden</text:hidden-text></text:p>", ["ahidden"]),
        ("<office:binary-data>iVBORw0KGgo=</office:binary-data><text:p>a</text:p>", ["a"]),
    ],
)
def test_lines(inner: str, lines: list[str]) -> None:
    """Paragraphs are lines, comments are lines of their own, deleted and hidden text is read."""
    assert lines_of(inner) == lines


def test_repeated_cells() -> None:
    """Repeated cells keep the columns in place, within bounds."""
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    many = "<table:table-cell table:number-columns-repeated='99999999'/>"
    two = "<table:table-cell table:number-columns-repeated='2'/>"
    row = f"<table:table-row>{cell.format('a')}{two}{cell.format('b')}{many}</table:table-row>"
    document = opened(changed(EMPTY, {"content.xml": content(f"<table:table>{row * 3}</table:table>")}))[0]
    assert [list(row) for row in document.tables[0].rows] == [["a", "", "", "b"]] * 3


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("content.xml", content(f"<text:a xlink:href='mailto:{ADDRESS}'>Ann</text:a>")),
        (
            "content.xml",
            content(f"<text:p><draw:frame><draw:name draw:alt='{ADDRESS}'/></draw:frame></text:p>"),
        ),
        ("styles.xml", f"<office:s{NAMES}><text:p>{ADDRESS}</text:p></office:s>"),
        ("meta.xml", f"<office:m{NAMES}><dc:creator>{ADDRESS}</dc:creator></office:m>"),
        ("Object 1/content.xml", content(f"<text:p>{ADDRESS}</text:p>")),
        ("settings.xml", f"<a><b name='{ADDRESS}'/></a>"),
        ("Object 2", word(lines=[ADDRESS])),
    ],
)
def test_hidden_places(name: str, inner: str | bytes) -> None:
    """Addresses are found in every kind of place."""
    assert ADDRESS in words_in(opened(changed(EMPTY, {name: inner})))


@pytest.mark.parametrize(
    "manifest",
    [
        f"<m{NAMES}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></m>",
        f"<m{NAMES}><manifest:file-entry manifest:full-path='encrypted-package'><manifest:encryption-data/>"
        "</manifest:file-entry></m>",
    ],
)
def test_encrypted(manifest: str) -> None:
    """Encrypted packages are reported as encrypted only."""
    noise = bytes(range(256)) * 8
    sealed = {"META-INF/manifest.xml": manifest, "content.xml": noise, "encrypted-package": noise}
    assert unreadable_in(changed(EMPTY, sealed)) == {"encrypted"}


@pytest.mark.parametrize(
    "inner",
    [f"<text:p>{ADDRESS}</text:p><text:p>", f"<text:p>{ADDRESS}</text:p>" + "<table:table>" * 100_000],
)
def test_broken(inner: str) -> None:
    """Text before damage is read."""
    file = changed(EMPTY, {"content.xml": content(inner)[:-30]})
    assert (True, {"broken"}) == (ADDRESS in words_in(opened(file)), unreadable_in(file))
