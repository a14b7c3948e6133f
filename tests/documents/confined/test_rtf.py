"""RTF: lines, tables, notes, fields and embedded files, in every code page."""

from pathlib import Path

import pytest
from holdback.documents import Document
from rig.files.office import word
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

FILES = Path(__file__).parent / "files"
PAGES = {
    "en": (1252, 0),
    "de": (1252, 0),
    "fr": (1252, 0),
    "pl": (1250, 238),
    "ru": (1251, 204),
    "ja": (932, 128),
}
ADDRESS = "ann.smith@shop.example"


def hexed(text: str, page: int = 1252) -> str:
    """Text as RTF writes it in a code page."""
    return "".join(
        chr(b) if 32 <= b < 127 and b not in b"\\{}" else f"\\'{b:02x}" for b in text.encode(f"cp{page}")
    )


def numbered(text: str) -> str:
    """Text as RTF writes it in Unicode."""
    units = text.encode("utf-16-le")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{int.from_bytes(pair, 'little', signed=True)}?" for pair in pairs)


def table(rows: list[tuple[str, ...]]) -> str:
    cells = ["".join(f"\\pard\\intbl {cell}\\cell" for cell in row) for row in rows]
    return "".join(f"\\trowd\\cellx1000\\cellx2000{row}\\row\n" for row in cells) + "\\pard "


def rtf(inner: str, head: str = "") -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252{head} {inner}}}".encode("latin-1")


def document(inner: str, head: str = "") -> Document:
    return opened(rtf(inner, head))[0]


def lines(inner: str, head: str = "") -> list[str]:
    text = "\n".join(text.text for text in document(inner, head).texts)
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_in_code_pages(language: str) -> None:
    """Rows of a table are records, whatever the code page of the font."""
    page, charset = PAGES[language]
    rows = [HEADINGS[language], *(person.row for person in people(12, language))]
    head = rf"{{\fonttbl{{\f0\fcharset0 Arial;}}{{\f7\fcharset{charset} Other;}}}}\f7"
    file = rtf(table([tuple(hexed(cell, page) for cell in row) for row in rows]), head)
    assert (12, people(1, language)[0].name in words_in(opened(file))) == (people_in(file), True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_in_unicode(language: str) -> None:
    """Lines written with `\\u` are records; fallback characters are skipped."""
    inner = "\\par ".join(numbered(f"{p.name}, {p.email}, {p.phone}") for p in people(12, language))
    assert people_in(rtf(inner)) == 12


@pytest.mark.parametrize("mark", [r"\listtext\pard\plain %d.\tab", r"\pntext\'b7\tab"])
def test_numbers_before_items_are_no_cells(mark: str) -> None:
    """Numbered or bulleted items are lines, one person each."""
    items = (f"{{{mark.replace('%d', str(n))}}}{p.name}, {p.email}" for n, p in enumerate(people(12), 1))
    assert people_in(rtf("\\par ".join(items))) == 12


@pytest.mark.parametrize("name", ["letter-de.rtf", "letter-ru.rtf", "written-ja.rtf"])
def test_what_libreoffice_writes(name: str) -> None:
    """Ten customers in a table; the address in the header is not one of them."""
    file = (FILES / name).read_bytes()
    assert (10, "head@shop.example" in words_in(opened(file))) == (people_in(file), name != "written-ja.rtf")


def test_a_price_list_has_no_people() -> None:
    """A price list has no people."""
    assert people_in(rtf(table(parts_list(40)))) == 0


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (r"Dear {\b Ann},\par bye\line now\tab x", ["Dear Ann,", "bye", "now\tx"]),
        ("ann@\nshop.\r\nexample", ["ann@shop.example"]),
        (r"\{a\}\\b\~c\_d\-e", [r"{a}\b c-de"]),
        (r"\'fcber \u252\'fcber \uc2\u252\'fc\'fcx {\uc0\u252 y}\u252??z", ["über über üx üyüz"]),
        (r"\u-10179?\u-8704?x\u-10179?y", ["😀xy"]),
        (r"a{\*\unknown b}c", ["ac", "b"]),
        (r"a{\pict\pngblip 89504e47}{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}b", ["ab"]),
        (
            r'{\field{\*\fldinst {HYPERLINK "mailto:ann@}{shop.example"}}{\fldrslt Ann}}!',
            ["Ann!", 'HYPERLINK "mailto:ann@shop.example"'],
        ),
        (r"a{\footnote note {\field{\*\fldinst x}}}b", ["ab", "x", "note"]),
        (
            r"ann.{\deleted smith}{\revised jones}@shop.example",
            ["ann.jones@shop.example", "ann.smith@shop.example"],
        ),
        (r"a{\v hidden}b", ["ahiddenb"]),
        (r"{\info{\title T}{\author Ann}{\*\company C}}x", ["x", "T", "Ann", "C"]),
        (r"{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt box}}x", ["boxx", "n", "v"]),
        (r"a\bin4 {{{{b", ["ab"]),
        (r"a\bin99999999 b", ["ab"]),
        (r"a\bin-5 b", ["ab"]),
        ("a\x1c\x1d\x1e\x1f\\'1e\\u30?b" + "c" * 200, ["a     b" + "c" * 200]),
    ],
)
def test_lines(inner: str, expected: list[str]) -> None:
    """Body text, text outside the body, and groups that are not text."""
    assert lines(inner) == expected


@pytest.mark.parametrize(
    "inner",
    [
        rf"{{\header {ADDRESS}}}",
        rf"{{\footerf {ADDRESS}}}",
        rf"{{\annotation {ADDRESS}}}",
        rf"{{\*\atnauthor {ADDRESS}}}",
        rf"{{\*\userprops{{\propname x}}{{\staticval {ADDRESS}}}}}",
        rf"{{\*\docvar {{x}}{{{ADDRESS}}}}}",
        rf"{{\stylesheet{{\s1 {ADDRESS};}}}}",
        rf"{{\*\anything{{\more {ADDRESS}}}}}",
        rf"{{\object{{\*\objclass x}}{{\result {ADDRESS}}}}}",
        rf"{{\pict {ADDRESS}}}",
        "}}}" + ADDRESS,
        "{" * 20_000 + ADDRESS + "}" * 20_000,
    ],
)
def test_hidden_places(inner: str) -> None:
    """Addresses are found in every kind of place."""
    assert ADDRESS in words_in(opened(rtf(inner)))


def test_nested_tables() -> None:
    """A nested table is a table of its own."""
    inner = (
        r"\trowd\pard\intbl a\cell\pard\intbl b\cell\row\trowd\pard\intbl c\cell"
        r"\pard\intbl\itap2 x\nestcell 1\nestcell{\*\nesttableprops\trowd\nestrow}"
        r"\pard\intbl\itap2 y\nestcell 2\nestcell{\*\nesttableprops\trowd\nestrow}"
        r"\pard\intbl d\cell\row\pard after"
    )
    tables = [[list(row) for row in table.rows] for table in document(inner).tables]
    assert tables == [[["x", "1"], ["y", "2"]], [["a", "b"], ["c", "d"]]]


def test_embedded_files() -> None:
    """A docx in an object is opened, as a native object and as a package."""
    inner = word([person.row for person in people(7)])
    size = len(inner).to_bytes(4, "little")
    name = b"Word.Document.12\0"
    ole = b"\1\5\0\0\2\0\0\0" + len(name).to_bytes(4, "little") + name + bytes(8) + size + inner
    package = b"\2\0list.docx\0c:\\list.docx\0\0\0\3\0\2\0\0\0x\0" + size + inner
    both = b"\1\5\0\0\2\0\0\0\x08\0\0\0Package\0" + bytes(8) + len(package).to_bytes(4, "little") + package
    file = rtf(rf"{{\object{{\*\objdata {ole.hex()}}}}}{{\object{{\*\objdata {both.hex()}}}}}")
    assert ([d.name for d in opened(file)], people_in(file)) == (["file.bin", "object 1", "list.docx"], 7)


def test_html_in_rtf() -> None:
    """Encapsulated HTML (MS-OXRTFEX) is returned as HTML, without its RTF rendering."""
    inner = (
        r"{\*\htmltag64 <p>}\htmlrtf {\f1 \htmlrtf0 Dear A&B "
        r"{\*\htmltag84 <a href=\'22mailto:ann@shop.example\'22>}"
        r"\htmlrtf {\field{\*\fldinst x}{\fldrslt \htmlrtf0 Ann \htmlrtf }}\htmlrtf0 "
        r"{\*\htmltag92 </a>}\htmlrtf\par}\htmlrtf0"
    )
    html = opened(rtf(inner, r"\fromhtml1"))[1]
    assert (html.name, " ".join(words_in((html,)).split())) == ("body.html", "Dear A&B Ann ann@shop.example")


@pytest.mark.parametrize(
    "file",
    [
        b"{\\rtf1 " + b"{" * 1_000_000,
        b"{\\rtf1 " + b"{\\f1 " * 200_000 + b"x",
        b"{\\rtf1 \\" + b"a" * 1_000_000,
        b"{\\rtf1 \\u" + b"9" * 1_000_000,
        b"{\\rtf1 " + b"\\bin0 " * 200_000,
        b"{\\rtf1 " + b"\\bin99999999 " * 100_000,
        b"{\\rtf1 " + b"\\trowd\\itap9999999 x\\nestcell" * 50_000,
        b"{\\rtf1 " + b"{\\footnote " * 100_000,
    ],
)
def test_hostile(file: bytes) -> None:
    """Groups that never end are broken, and are read in one pass."""
    assert unreadable_in(file) == {"broken"}


def test_cut_anywhere() -> None:
    """Content before the cut is read."""
    file = (FILES / "letter-de.rtf").read_bytes()
    found = [people_in(file[:end]) for end in range(0, len(file), 4_999)]
    assert (found, found[-1] > 3) == (sorted(found), True)
