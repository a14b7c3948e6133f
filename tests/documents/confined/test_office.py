"""Word and PowerPoint documents: text, tables and hidden content."""

import io

import openpyxl
import pytest
from holdback.mail import Limits
from rig.files.office import A, W, body, changed, runs, slides, word
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

pytestmark = pytest.mark.slow

EMPTY = word()
EMPTY_SHOW = slides()
ADDRESS = "ann.smith@shop.example"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for person in people(20):
        book.active.append(person.row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lines_of(inner: str) -> list[str]:
    """The lines of a docx with this body."""
    texts = opened(changed(EMPTY, {"word/document.xml": body(inner)}))[0].texts
    lines = "\n".join(text.text for text in texts if text.where in ("", "deleted text")).split("\n")
    return [line.strip() for line in lines if line.strip()]


def tables_of(inner: str) -> list[list[list[str]]]:
    document = opened(changed(EMPTY, {"word/document.xml": body(inner)}))[0]
    return [[list(row) for row in table.rows] for table in document.tables]


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_in_a_table(language: str) -> None:
    """Each row of a table in a document or on a slide is a record, except the heading."""
    rows = [HEADINGS[language], *(person.row for person in people(12, language))]
    assert (people_in(word(rows)), people_in(slides(rows))) == (12, 12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_in_lines(language: str) -> None:
    """A list with one paragraph per customer is found."""
    lines = [f"{one.name}, {one.email}, {one.phone}" for one in people(15, language)]
    assert people_in(word(lines=["Hello,", *lines, "bye"])) == 15


def test_a_price_list_has_no_people() -> None:
    """A price list as long as a list of customers has no people."""
    parts = parts_list(40)
    assert (
        people_in(word(parts)),
        people_in(slides(parts)),
        people_in(word(lines=map(";".join, parts))),
    ) == (0, 0, 0)


def test_labels() -> None:
    """Address labels in a table are blocks, one person per cell, not rows."""
    cells = [
        "".join(runs(line) for line in (p.name, p.street, f"12345 {p.city}", p.email, p.phone))
        for p in people(12)
    ]
    labels = "".join(row(*cells[start : start + 3]) for start in range(0, 12, 3))
    file = changed(EMPTY, {"word/document.xml": body(f"<w:tbl>{labels}</w:tbl>")})
    assert people_in(file) == 12


@pytest.mark.parametrize(
    ("inner", "lines"),
    [
        (runs("Dear ", "Ann,") + runs("bye"), ["Dear Ann,", "bye"]),
        (runs("ann@", "shop.", "example"), ["ann@shop.example"]),
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r></w:p>", ["a", "b\tc"]),
        (
            '<w:p><w:pPr><w:tabs><w:tab w:pos="1"/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>',
            ["a"],
        ),
        ("<w:p>\n  <w:r>\n <w:t>a\nb</w:t>\n</w:r></w:p>", ["a b"]),
        (
            "<w:p><w:r><w:t>ann.</w:t></w:r><w:del><w:r><w:delText>smith</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>jones</w:t></w:r></w:ins><w:r><w:t>@shop.example</w:t></w:r></w:p>",
            ["ann.jones@shop.example", "ann.smith@shop.example"],
        ),
        (
            '<w:p><w:r><w:instrText>HYPERLINK "mailto:ann@</w:instrText></w:r><w:r><w:instrText>shop.example"'
            "</w:instrText></w:r><w:r><w:t>Ann</w:t></w:r></w:p>",
            ["Ann", 'HYPERLINK "mailto:ann@shop.example"'],
        ),
        (
            f"<w:p><w:r><w:t>a</w:t><w:pict><w:txbxContent>{runs('box')}</w:txbxContent></w:pict></w:r></w:p>",
            ["a", "box"],
        ),
        ("<w:p><wp:posOffset>914400</wp:posOffset></w:p>".replace("wp:", "w:") + runs("a"), ["a"]),
        (f"<w:tbl>{row(runs('one cell'))}</w:tbl>" + runs("after"), ["one cell", "after"]),
        (f"<w:tbl>{row(runs('a'), runs('b'))}</w:tbl>", ["a\tb"]),
    ],
)
def test_lines(inner: str, lines: list[str]) -> None:
    """Paragraphs are lines, runs are not; changes and fields are separate; layout tables are text."""
    assert lines_of(inner) == lines


def test_nested_tables() -> None:
    """A nested table is a table of its own, and the outer one stays complete."""
    inner = f"<w:tbl>{row(runs('x'), runs('1'))}{row(runs('y'), runs('2'))}</w:tbl>"
    outer = f"<w:tbl>{row(runs('a'), runs('b'))}{row(runs('c'), runs('d') + inner)}</w:tbl>"
    assert tables_of(outer) == [[["x", "1"], ["y", "2"]], [["a", "b"], ["c", "d"]]]


MEMBERS = {
    "header": ("word/header1.xml", f"<w:hdr {W}>{runs(ADDRESS)}</w:hdr>"),
    "footer": ("word/footer2.xml", f"<w:ftr {W}>{runs(ADDRESS)}</w:ftr>"),
    "footnotes": (
        "word/footnotes.xml",
        f"<w:footnotes {W}><w:footnote>{runs(ADDRESS)}</w:footnote></w:footnotes>",
    ),
    "comments": ("word/comments.xml", f"<w:comments {W}><w:comment>{runs(ADDRESS)}</w:comment></w:comments>"),
    "building blocks": ("word/glossary/document.xml", f"<w:doc {W}>{runs(ADDRESS)}</w:doc>"),
    "links": (
        "word/_rels/document.xml.rels",
        f'<Rels><Relationship Id="r" Target="mailto:{ADDRESS}"/></Rels>',
    ),
    "properties": ("docProps/custom.xml", f"<p><property name='x'><v>{ADDRESS}</v></property></p>"),
    "custom XML": ("customXml/item1.xml", f"<data><mail>{ADDRESS}</mail></data>"),
    "chart": ("word/charts/chart1.xml", f"<c:chart xmlns:c='c'><c:pt><c:v>{ADDRESS}</c:v></c:pt></c:chart>"),
}
UNNAMED = {
    "mail merge": ("word/settings.xml", f'<w:settings {W}><w:query w:val="SELECT {ADDRESS}"/></w:settings>'),
    "recipients": ("word/recipientData.xml", f"<w:recipients {W}><w:x>{ADDRESS}</w:x></w:recipients>"),
    "alternative text": ("word/document.xml", body(f'<w:p><w:docPr w:descr="{ADDRESS}"/></w:p>')),
    "escaped target": ("word/document.xml", body('<w:p><w:x w:t="mailto:ann.smith%40shop.example"/></w:p>')),
    "reference": ("word/document.xml", body('<w:p><w:x w:t="ann.smith&#64;shop.example"/></w:p>')),
    "XML comment": ("word/document.xml", body(f"<!-- {ADDRESS} --><w:p/>")),
    "hidden": (
        "word/document.xml",
        body(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{ADDRESS}</w:t></w:r></w:p>"),
    ),
    "measure": ("word/document.xml", body(f"<w:p><w:posOffset>{ADDRESS}</w:posOffset></w:p>")),
    "UTF-16": ("word/document.xml", body(runs(ADDRESS)).encode("utf-16")),
    "unknown member": ("any/thing.xml", f"<a><b>{ADDRESS}</b></a>"),
    "member name": (f"word/{ADDRESS}", b"x"),
    "altChunk": ("word/afchunk.htm", f"<html><p>{ADDRESS}</p></html>"),
    "rich text": ("word/afchunk.rtf", rf"{{\rtf1 {ADDRESS}}}"),
    "text as a picture": ("word/media/image1.png", f"Dear {ADDRESS}"),
    "drawing": ("word/media/image2.svg", f"<svg xmlns='x'><text>{ADDRESS}</text></svg>"),
}


@pytest.mark.parametrize("place", MEMBERS)
def test_hidden_places_with_a_name(place: str) -> None:
    """Addresses are found in every kind of place, and the place is named."""
    name, content = MEMBERS[place]
    texts = opened(changed(EMPTY, {name: content}))[0].texts
    assert [text.where for text in texts if ADDRESS in text.text] == [place]


@pytest.mark.parametrize("place", UNNAMED)
def test_hidden_places(place: str) -> None:
    """Addresses are found in every member of the package."""
    name, content = UNNAMED[place]
    assert ADDRESS in words_in(opened(changed(EMPTY, {name: content})))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("ppt/slides/slide9.xml", ""),
        ("ppt/notesSlides/notesSlide1.xml", "notes"),
        ("ppt/comments/comment1.xml", "comments"),
    ],
)
def test_hidden_places_of_a_presentation(name: str, where: str) -> None:
    """Hidden slides, notes and comments are read."""
    content = f"<x {A}><a:p><a:r><a:t>{ADDRESS}</a:t></a:r></a:p></x>"
    texts = opened(changed(EMPTY_SHOW, {name: content}))[0].texts
    assert [text.where for text in texts if ADDRESS in text.text] == [where]


def test_slides_are_numbered_as_shown() -> None:
    """Tables name their slide by the presentation's order, not by the order of members."""
    rows = [("a", "1"), ("b", "2")]
    show = opened(slides(rows, parts_list(3)))[0]
    assert [table.where for table in show.tables] == ["slide 1, table 1", "slide 2, table 1"]


def test_embedded_workbook() -> None:
    """A workbook embedded in a document is opened, and its place is named."""
    file = changed(
        EMPTY, {"word/embeddings/Kunden.xlsx": workbook(), "word/media/image1.png": b"\x89PNG\r\n\x1a\n"}
    )
    inner = opened(file, "letter.docx")[-1]
    assert (inner.where, people_in(file)) == ("part 2, letter.docx > Kunden.xlsx", 20)


@pytest.mark.parametrize("name", ["list.docx", "list.jpg", "list.txt", "list"])
def test_the_name_changes_nothing(name: str) -> None:
    """The kind is detected by content, whatever the file name."""
    assert people_in(word([person.row for person in people(5)]), name) == 5


BOMB = '<!DOCTYPE x [<!ENTITY a "ha@x.example"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "content",
    [
        BOMB + body(runs(ADDRESS, "&b;" * 1000))[21:],
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + body(runs(ADDRESS, "&f;"))[21:],
        body(runs(ADDRESS))[:-9],
        body(runs(ADDRESS) + "</w:wrong>"),
        body(runs(ADDRESS) + "<w:tbl>" * 200_000),
        body("<w:tbl><w:tr><w:tc>" * 200_000 + runs(ADDRESS)),
    ],
    ids=["billion laughs", "external entity", "cut", "wrong tag", "deep", "deep before"],
)
def test_broken(content: str) -> None:
    """No entity is expanded or fetched; text before and after damage is read."""
    file = changed(EMPTY, {"word/document.xml": content})
    documents = opened(file)
    words = words_in(documents)
    assert (True, False, {"broken"}) == (ADDRESS in words, "root:" in words, unreadable_in(file))


def test_long_text() -> None:
    """A text node of many megabytes is read as one text."""
    file = changed(EMPTY, {"word/document.xml": body(runs("lorem ipsum " * 1_000_000 + ADDRESS))})
    assert ADDRESS in words_in(opened(file))


def test_limits() -> None:
    """Content before a limit is read, and OVER_LIMIT is reported."""
    file = word([person.row for person in people(50)])
    assert (set(), {"over_limit"}, {"over_limit"}) == (
        unreadable_in(file),
        unreadable_in(file, limits=Limits(cells=100)),
        unreadable_in(file, limits=Limits(bytes=2_000)),
    )


def test_cut_anywhere() -> None:
    """A file cut anywhere never raises; if the rows are stored early, some people are found."""
    file = word([person.row for person in people(20)], header=ADDRESS)
    for end in range(0, len(file), 997):
        opened(file[:end])
