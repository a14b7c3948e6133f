"""PDF: tables are read row by row, whatever the order in the file; also annotations and attached files."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from holdback.documents.confined.pdf.lines import Word
from holdback.documents.confined.pdf.tables import Rows, blocks
from holdback.documents.confined.pdf.wrapped import unwrapped
from holdback.mail import Limits
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from rig.files import printed
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, parts_list, people

FILES = Path(__file__).parent / "files"
PROSE = (
    "The new season begins in March and",
    "brings many changes for all members,",
    "above all a new hall in the north of",
    "the town. It opens on 3 April at ten",
    "with music and a speech by the mayor.",
) * 8

NOTICE = (
    "The board of the association met on Monday 12 May 2024 at 19.30 and agreed on the plan for next year. "
    "Ann Baker and Tom Reid thanked all helpers; the office in High Street 17 can be reached on weekdays "
    "between 9 and 12 if nobody is ill. Further meetings: 3 June, 8 July and 12 August. "
) * 8


def text_of(content: bytes) -> str:
    """All text and cells of a file."""
    return words_in(opened(content))


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
def test_rows_of_a_table_are_people(language: str) -> None:
    """All people in a table over several pages are found, with a header on the first page only."""
    font = printed.JAPANESE if language == "ja" else "Helvetica"
    rows = [HEADINGS[language], *(person.row for person in people(130, language))]
    assert people_in(printed.table(rows, font)) == 130


@pytest.mark.parametrize(
    ("name", "count"), [("printed-pl", 60), ("printed-ru", 60), ("printed-ja", 60), ("printed-letter", 18)]
)
def test_what_an_office_suite_printed(name: str, count: int) -> None:
    """Spreadsheets with cells too narrow for their text, and a letter with a list and a table."""
    content = (FILES / f"{name}.pdf").read_bytes()
    assert (people_in(content), unreadable_in(content)) == (count, set())


def test_a_touching_cell_does_not_spoil_the_address() -> None:
    """A name that touches the next cell is not joined to the address in it."""
    text = text_of((FILES / "printed-pl.pdf").read_bytes())
    assert "Małgorzata Wójcik pl.kunde32@customers32.example" in text


@pytest.mark.parametrize(
    "draw",
    [
        printed.lines([f"{p.name}, {p.email}, {p.phone}" for p in people(40)]),
        printed.lines([f"{p.name}     {p.phone}     {p.street}" for p in people(40)]),
        printed.by_columns([p.row[:3] for p in people(40)]),
        printed.by_columns([(p.name, p.phone, p.street) for p in people(40)]),
    ],
    ids=["lines", "lines without addresses", "by columns", "by columns without addresses"],
)
def test_each_line_is_one_person(draw: Callable[[Canvas], object]) -> None:
    """Each line is one person, in running text and tables, whatever the order of words in the file."""
    assert people_in(printed.drawn(draw)) == 40


def test_columns_with_narrow_gaps() -> None:
    """Narrow gaps separate columns if many rows break there and no word crosses them."""
    rows = [Word(10, 40 + n % 3 * 15, -20 * n, f"name{n}") for n in range(8)]
    values = [Word(72, 110, -20 * n, f"value{n}") for n in range(8)]
    (table,) = blocks([word for row in zip(rows, values, strict=True) for word in row])
    assert isinstance(table, Rows)
    assert table.cells == [[f"name{n}", f"value{n}"] for n in range(8)]


def labels(count: int) -> Callable[[Canvas], object]:
    """Draws address labels, three in a row."""

    def draw(canvas: Canvas) -> None:
        for number, person in enumerate(people(count)):
            place = (50 + 180 * (number % 3), 780 - 90 * (number // 3))
            printed.lines((person.name, person.street, person.city), *place)(canvas)

    return draw


def cards(count: int) -> Callable[[Canvas], object]:
    """Draws forms below each other, with labels to the left of values."""

    def draw(canvas: Canvas) -> None:
        for number, person in enumerate(people(count)):
            printed.lines(HEADINGS["en"], 50, 780 - 90 * number)(canvas)
            printed.lines(person.row, 150, 780 - 90 * number)(canvas)

    return draw


@pytest.mark.parametrize(("draw", "count"), [(labels(24), 24), (cards(8), 8)], ids=["labels", "cards"])
def test_people_printed_line_below_line(draw: Callable[[Canvas], object], count: int) -> None:
    """People on address labels and forms are found, although their lines are below each other."""
    assert people_in(printed.drawn(draw)) == count


def letter(number: int) -> Callable[[Canvas], object]:
    """Draws a letter with its own addressee and a common text."""
    person = people(number + 1)[number]
    body = ("Dear customer,", *["we are glad to tell you that your parcel is on its way to you." * 2] * 5)

    def draw(canvas: Canvas) -> None:
        printed.lines((person.name, person.street, person.city, person.email), 60, 780)(canvas)
        printed.lines(body, 60, 680)(canvas)

    return draw


@pytest.mark.parametrize("count", [1, 25])
def test_a_letter_to_each_of_many(count: int) -> None:
    """A wide gap ends a paragraph, so the addressee of a letter is not joined to its text."""
    assert people_in(printed.drawn(*map(letter, range(count)))) == count


@pytest.mark.parametrize("mark", ["%d.", "%d)", "\u2022"])
def test_items_of_a_list_are_lines(mark: str) -> None:
    """Item numbers do not make a table with two columns."""
    rows = [(mark % n if "%" in mark else mark, f"{p.name}, {p.email}") for n, p in enumerate(people(12))]

    def draw(canvas: Canvas) -> None:
        printed.lines([number for number, _ in rows], 40)(canvas)
        printed.lines([item for _, item in rows], 80)(canvas)

    (document,) = opened(printed.drawn(draw))
    assert (people_in(printed.drawn(draw)), document.tables) == (12, ())


@pytest.mark.parametrize("room", [9, 14, 17])
def test_addresses_cut_in_a_table_are_whole_again(room: int) -> None:
    """Wrapped addresses are joined if a column shows where rows begin, even at equal line distances."""
    some = [(f"{n}", p.name, p.email, p.phone[4:]) for n, p in enumerate(people(15), 100)]
    content = printed.drawn(printed.broken([("No", "Name", "E-mail", "Phone"), *some], room))
    assert (people_in(content), all(row[2] in text_of(content) for row in some)) == (15, True)


def test_rows_stay_apart_where_no_address_is_cut() -> None:
    """Empty cells, or a word in place of an address, do not join rows."""
    rows = [
        (p.name, p.email if n % 4 else "none", p.phone if n % 3 else "") for n, p in enumerate(people(30))
    ]
    (table,) = opened(printed.drawn(printed.broken(rows, 99)))[0].tables
    assert len(list(table.rows)) == 30


@pytest.mark.parametrize(
    ("pieces", "cell"),
    [
        (["ann@shop.exa", "mple"], "ann@shop.example"),
        (["ann.baker", "@shop.example"], "ann.baker@shop.example"),
        (["zuni", "gav", "a@sh", "op.example"], "zunigava@shop.example"),
        (["Ann", "ann@shop.example"], "Ann ann@shop.example"),
        (["ann@shop.example", "(at home)"], "ann@shop.example (at home)"),
        (["High", "Street"], "High Street"),
    ],
)
def test_a_cell_out_of_its_lines(pieces: list[str], cell: str) -> None:
    """Lines of a cell are joined with a blank, except in an address."""
    rows = [*([f"{n}", "-"] for n in range(9)), ["9", pieces[0]], *(["", piece] for piece in pieces[1:])]
    heights = [*(-20.0 * n for n in range(10)), *(-180.0 - 5 * n for n in range(1, len(pieces)))]
    assert unwrapped(rows, heights)[9:] == [["9", cell]]


@pytest.mark.parametrize("align", ["LEFT", "CENTER", "RIGHT"])
@pytest.mark.parametrize("padding", [3, 6])
def test_cells_of_any_alignment(align: str, padding: int) -> None:
    """Columns are found by the white space between them, whatever the alignment of cells."""
    style = [(f"{side}PADDING", (0, 0), (-1, -1), padding) for side in ("LEFT", "RIGHT")]
    rows = [(person.name, person.phone, person.street, person.city) for person in people(45)]
    assert people_in(printed.table(rows, style=[*style, ("ALIGN", (0, 0), (-1, -1), align)])) == 45


def test_words_from_right_to_left_keep_their_order() -> None:
    """Hebrew and Arabic words keep their order in the file, which is the reading order."""
    first, second = Word(70, 100, 0, "דוד"), Word(35, 65, 0, "כהן")
    assert list(blocks([first, second])) == ["דוד כהן"]


def test_the_header_of_the_first_page_names_the_columns_of_all() -> None:
    """Rows on further pages get the first page's header; a title above it does not matter."""
    rows = [("Customer no", "Points"), *((f"K-{n:05}", f"{n * 7 % 90}") for n in range(80))]

    def page(some: list[tuple[str, ...]]) -> Callable[[Canvas], object]:
        def draw(canvas: Canvas) -> None:
            printed.lines(["Customers and what they have"], 200, 820)(canvas)
            printed.by_columns(some)(canvas)

        return draw

    tables = opened(printed.drawn(page(rows[:40]), page(rows[40:])))[0].tables
    assert [next(iter(table.rows)) for table in tables] == [list(rows[0])] * 2


def test_turned_pages_are_read_like_upright_ones() -> None:
    """Tables printed sideways, upwards or downwards are read like upright ones."""

    def draw(angle: float, x: float, y: float) -> Callable[[Canvas], object]:
        def turned(canvas: Canvas) -> None:
            canvas.translate(x, y)
            canvas.rotate(angle)
            printed.by_columns([p.row[:3] for p in people(30)])(canvas)

        return turned

    for page in (draw(90, 800, 0), draw(270, 0, 800), draw(180, 600, 800)):
        assert people_in(printed.drawn(page)) == 30


def test_a_broken_cell_goes_on_in_the_next_line() -> None:
    """An address wrapped in its column is one address."""
    rows = [person.row[:3] for person in people(12)]
    content = printed.wrapped_table(rows, (60, 90, 110))
    assert all(person.email in text_of(content) for person in people(12))
    assert people_in(content) == 12


@pytest.mark.parametrize(
    "content",
    [
        printed.table(parts_list(120)),
        printed.drawn(printed.lines(PROSE)),
        printed.drawn(lambda canvas: (printed.lines(PROSE)(canvas), printed.lines(PROSE, 320)(canvas))),
        printed.justified(NOTICE, 400),
        printed.justified(NOTICE, 250),
        printed.drawn(lambda canvas: None),
    ],
    ids=["price list", "prose", "newsletter", "stretched", "stretched in a column", "blank"],
)
def test_no_people_are_found(content: bytes) -> None:
    """Near misses: a price list, running text in one column and in two."""
    assert (people_in(content), unreadable_in(content)) == (0, set())


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    """A newsletter is read column by column as running text."""
    left = [f"{line} left" for line in PROSE]
    right = [f"{line} right" for line in PROSE]
    content = printed.drawn(lambda canvas: (printed.lines(left)(canvas), printed.lines(right, 320)(canvas)))
    (document,) = opened(content)
    assert "\n".join([*left, *right]) in document.texts[-1].text
    assert document.tables == ()


OUTSIDE_TEXT: dict[str, Callable[[Canvas], object]] = {
    "note@x.example": lambda canvas: canvas.textAnnotation("ask note@x.example", (0, 0, 9, 9)),
    "link@x.example": lambda canvas: canvas.linkURL("mailto:link%40x.example?cc=you@x.example", (0, 0, 9, 9)),
    "copy@x.example": lambda canvas: canvas.linkURL("mailto:me@x.example?cc=copy@x.example", (0, 0, 9, 9)),
    "mail: field@x.example": lambda canvas: canvas.acroForm.textfield(name="mail", value="field@x.example"),
    "Author: Ann <author@x.example>": lambda canvas: canvas.setAuthor("Ann <author@x.example>"),
    "beside@x.example": lambda canvas: canvas.drawString(-900, 5000, "beside@x.example"),
    "scanned@x.example": lambda canvas: canvas.drawString(9, 9, "scanned@x.example", mode=3),
    "anna-lena@x.example": printed.lines(["anna-", "lena@x.example"]),
}


@pytest.mark.parametrize("want", OUTSIDE_TEXT)
def test_addresses_outside_the_page_text(want: str) -> None:
    """Addresses are found in notes, links, fields, invisible text and hyphenated words."""
    assert want in text_of(printed.drawn(OUTSIDE_TEXT[want]))


def test_bookmarks_are_read() -> None:
    """Names in bookmarks are read."""

    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("see mark@x.example", "a")

    assert "see mark@x.example" in text_of(printed.drawn(draw))


def test_embedded_files_are_members() -> None:
    """Files attached to the document or to a page are opened as parts."""
    rows = "\n".join(",".join(person.row) for person in people(20))
    file = b"<</Type/Filespec/F(list.csv)/UF(list.csv)/EF<</F 7 0 R>>>>"
    more = (file, printed.stream(rows.encode(), b"/Type/EmbeddedFile"))
    names = b"/Names<</EmbeddedFiles<</Names[(list.csv)6 0 R]>>>>"
    pin = b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>]"
    for content in (printed.one_page(b"", catalogue=names, more=more), printed.one_page(b"", pin, more=more)):
        assert [(part.name, people_in(content)) for part in opened(content)[1:]] == [("list.csv", 20)]


def test_forms_as_xml_are_members() -> None:
    """The packets of an XFA form are opened as XML."""
    packet = b"<person><mail>xfa@x.example</mail></person>"
    form = b"/AcroForm<</Fields[]/XFA[(datasets)6 0 R]>>"
    content = printed.one_page(b"", catalogue=form, more=[printed.stream(packet)])
    assert [document.name for document in opened(content)[1:]] == ["form 1"]


@pytest.mark.parametrize(("user", "why"), [("secret", {"encrypted"}), ("", set())])
def test_passwords(user: str, why: set[str]) -> None:
    """Files that need no password to be opened are read, even if printing is forbidden."""
    rows = [person.row for person in people(30)]
    content = printed.table(rows, encrypt=StandardEncryption(user, ownerPassword="owner", canPrint=0))
    assert (unreadable_in(content), people_in(content)) == (why, 0 if user else 30)


PICTURE = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"/X Do", {"unsupported"}), (b"/X Do BT /F 9 Tf (Invoice) Tj ET", set()), (b"", set())],
)
def test_scans_without_text_are_unsupported(content: bytes, why: set[str]) -> None:
    """Pages of pictures only are UNSUPPORTED; pictures beside text and blank pages are not."""
    assert unreadable_in(printed.one_page(content, more=[printed.stream(b"\x80", PICTURE)])) == why


def test_a_cut_file_is_read_as_far_as_it_goes() -> None:
    """Half of a file gives half of the people and is reported as broken."""
    content = printed.table([person.row for person in people(400)])
    half = content[: len(content) * 3 // 4]
    assert (50 < people_in(half) < 400, unreadable_in(half)) == (True, {"broken"})


@pytest.mark.parametrize(
    ("limits", "some"), [(Limits(pages=2), 70), (Limits(cells=100), 20), (Limits(bytes=4_000), 0)]
)
def test_limits_end_the_reading_not_what_was_read(limits: Limits, some: int) -> None:
    """Content before the limit of pages, cells or bytes is kept."""
    content = printed.table([person.row for person in people(200)])
    documents = opened(content, limits=limits)
    assert [str(why) for why in documents[0].unreadable] == ["over_limit"]
    assert some <= words_in(documents).count("@") < 200


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>"
RUN = b"<</S/JavaScript/JS(while\\(1\\);)>>"
FIELD = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(v)/Rect[0 0 9 9]/Parent 6 0 R/Kids[6 0 R]>>"
HOSTILE = {
    "pages in a domains": printed.written(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"),
    "a million pages": printed.written(
        CATALOGUE,
        b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9e9 9e9]>>",
    ),
    "bookmarks in a domains": printed.written(
        CATALOGUE,
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</First 4 0 R>>",
        b"<</Title(a)/Next 5 0 R/First 4 0 R>>",
        b"<</Title(b)/Next 4 0 R/First 5 0 R>>",
    ),
    "fields in a domains": printed.one_page(b"", b"/Annots[6 0 R]", b"/AcroForm<</Fields[6 0 R]>>", [FIELD]),
    "a place beyond measure": printed.one_page(b"BT /F 1e30 Tf 1e38 0 0 1e38 1e38 1e38 Tm (a b) Tj ET"),
    "letters without size": printed.one_page(b"BT /F 0 Tf 0 0 0 0 0 0 Tm (a b) Tj /F 1e-30 Tf (c) Tj ET"),
    "references in a domains": b"%PDF-1.4\nxref\n0 1\n0 f \ntrailer<</Prev 9/Size 9>>\nstartxref\n9\n%%EOF",
    "arrays without end": printed.one_page(b"", b"/Annots" + b"[" * 100_000),
    "a form that shows itself": printed.one_page(
        b"/X Do", more=[printed.stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")]
    ),
    "a script": printed.one_page(b"", b"/AA<</O %s>>" % RUN, b"/OpenAction %s" % RUN),
    "nothing": b"%PDF-1.7\n%%EOF\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end(name: str) -> None:
    """Files with cycles, deep nesting and impossible numbers end with a reason or without content."""
    assert unreadable_in(HOSTILE[name]) <= {"broken", "over_limit", "unsupported"}


def test_a_page_fuller_than_any_printed_one_is_running_text() -> None:
    """A page with hundreds of thousands of characters is read as running text with its addresses."""
    words = b"".join(b"1 0 0 1 %d %d Tm (w%d@x.example) Tj\n" % (n % 90 * 6, n // 9, n) for n in range(9_000))
    page = printed.stream(zlib.compress(b"BT /F 3 Tf " + words + b"ET"), b"/Filter/FlateDecode")
    content = printed.one_page(b"").replace(printed.stream(b""), page)
    assert text_of(content).count("@x.example") == 9_000
