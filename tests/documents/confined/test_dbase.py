"""dBase tables: DOS and Windows charsets, binary numbers, rows marked as deleted."""

import struct

import pytest
from holdback.mail import Limits
from rig.files.databases import DBASE_III, DBASE_IV, VISUAL_FOXPRO, dbase
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import HEADINGS, parts_list, people


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of the only table."""
    (table,) = opened(content)[0].tables
    return [list(row) for row in table.rows]


@pytest.mark.parametrize("version", [DBASE_III, DBASE_IV, VISUAL_FOXPRO])
@pytest.mark.parametrize(
    ("language", "charset"),
    [
        ("en", "cp437"), ("de", "cp437"), ("de", "cp850"), ("fr", "cp1252"), ("pl", "cp1250"),
        ("ru", "cp866"), ("ru", "cp1251"), ("ja", "cp932"),
    ],
)  # fmt: skip
def test_rows_are_people(language: str, charset: str, version: int) -> None:
    """People are found in all variants of the format and all declared charsets."""
    want = [list(person.row) for person in people(20, language)]
    content = dbase(HEADINGS[language], [person.row for person in people(20, language)], charset, version)
    assert (rows_of(content), people_in(content), unreadable_in(content)) == (want, 20, set())


@pytest.mark.parametrize(
    ("language", "charset"),
    [("de", "cp850"), ("de", "cp437"), ("de", "cp1252"), ("ru", "cp866"), ("ru", "cp1251"), ("pl", "utf-8")],
)
def test_undeclared_charsets(language: str, charset: str) -> None:
    """Undeclared charsets are guessed by the byte ranges of their letters."""
    rows = [person.row for person in people(20, language)]
    assert rows_of(dbase(HEADINGS[language], rows, charset, driver=0)) == [list(row) for row in rows]


def test_a_price_list_has_no_people() -> None:
    """Near miss: articles with numbers and prices."""
    assert people_in(dbase(("NUMBER", "TITLE", "PRICE", "STOCK"), parts_list(100))) == 0


def test_deleted_rows_are_read() -> None:
    """Rows marked as deleted are read, as any recipient can see them."""
    rows = [person.row for person in people(10)]
    assert people_in(dbase(HEADINGS["en"], rows, deleted=range(5))) == 10


@pytest.mark.parametrize(
    ("kind", "stored", "want"),
    [
        ("N", b"  42.50", "42.50"),
        ("D", b"19850312", "1985-03-12"),
        ("D", b"        ", ""),
        ("L", b"T", "T"),
        ("I", struct.pack("<i", -7), "-7"),
        ("I", b"12345", "12345"),
        ("B", struct.pack("<d", 4930123456.0), "4930123456"),
        ("Y", struct.pack("<q", 19_900), "1.99"),
        ("T", struct.pack("<II", 2_446_137, 0), "1985-03-12"),
        ("T", b"\xff" * 8, ""),
        ("M", b"      1234", ""),
    ],
)
def test_cells(kind: str, stored: bytes, want: str) -> None:
    """Numbers, dates and binary values are formatted as text."""
    content = dbase(("NAME", "VALUE"), [("Ann", stored)], kinds=f"C{kind}")
    assert rows_of(content) == [["Ann", want]]


@pytest.mark.parametrize(("cut", "count"), [(1, 20), (30, 20), (60, 19), (800, 10)])
def test_a_cut_file_is_read_up_to_the_cut(cut: int, count: int) -> None:
    """The last row is read as far as possible; the file is broken unless only the end mark is missing."""
    content = dbase(HEADINGS["en"], [person.row for person in people(20)])[:-cut]
    assert unreadable_in(content) == ({"broken"} if cut > 1 else set())
    assert words_in(opened(content)).count("@") == count


def forged(offset: int, value: bytes) -> bytes:
    """A valid file with some bytes of its header replaced."""
    content = bytearray(dbase(HEADINGS["en"], [person.row for person in people(20)]))
    content[offset : offset + len(value)] = value
    return bytes(content)


@pytest.mark.parametrize(
    ("offset", "value", "why", "addresses"),
    [
        (4, b"\0\0\0\0", set(), 20),
        (4, b"\xff\xff\xff\xff", {"broken"}, 20),
        (8, b"\xff\xff", {"broken"}, 0),
        (48, b"\xff", set(), 20),
        (64, b"\r", set(), 0),
        (29, b"\xee", set(), 20),
    ],
    ids=["no rows", "too many rows", "header too long", "column too wide", "one column", "charset"],
)
def test_wrong_lengths(offset: int, value: bytes, why: set[str], addresses: int) -> None:
    """All rows are read whatever numbers the header declares."""
    content = forged(offset, value)
    assert (unreadable_in(content), words_in(opened(content)).count("@")) == (why, addresses)


def test_cells_are_bounded() -> None:
    """Rows within the budget of cells are kept."""
    content = dbase(HEADINGS["en"], [person.row for person in people(20)])
    limits = Limits(cells=55)
    assert unreadable_in(content, limits=limits) == {"over_limit"}
    assert words_in(opened(content, limits=limits)).count("@") == 11
