"""Documents in the confined reader: content arrives unchanged, and hostile documents give findings."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest
from holdback.documents import Table, Text
from holdback.documents.fault import Fault
from holdback.documents.kind import Kind
from holdback.documents.rows import DelimitedRows
from holdback.mail import Limits, Part
from holdback.reader import Readers
from holdback.reader.settings import COMMAND
from holdback.reader.specimens import ADDRESS, SPECIMENS
from reader.reading import FAULTY, Reports, budget, contents, pieces, running

pytestmark = pytest.mark.slow

CELLS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def far_cells() -> bytes:
    """A spreadsheet of 1.5 KB whose two cells make its parser allocate 400 GB and abort."""
    file = io.BytesIO()
    _, fine = SPECIMENS["spreadsheet"]
    with zipfile.ZipFile(io.BytesIO(fine)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = source.read(name).decode()
            start, end = content.find("<row"), content.find("</sheetData>")
            out.writestr(name, content[:start] + CELLS + content[end:] if start > 0 else content)
    return file.getvalue()


def pdf_bomb(size: int) -> bytes:
    """A PDF page with `size` bytes of drawing operators, compressed twice."""
    stream = zlib.compress(zlib.compress(b"0 0 m 9 9 l S " * (size // 14), 9), 9)
    _, fine = SPECIMENS["PDF"]
    start, end = fine.find(b"<</Length"), fine.find(b"endobj", fine.find(b"stream"))
    bomb = b"<</Length %d /Filter [/FlateDecode /FlateDecode]>>\nstream\n%s\nendstream\n" % (
        len(stream),
        stream,
    )
    return fine[:start] + bomb + fine[end:]


@pytest.fixture(scope="module")
def odd() -> Iterator[Readers]:
    """The readers of odd_child.py."""
    with running(timeout=30.0) as readers:
        yield readers


@pytest.fixture(scope="module")
def real() -> Iterator[Readers]:
    """Readers as the daemon runs them."""
    with running(command=COMMAND, timeout=30.0) as readers:
        yield readers


@pytest.mark.parametrize("text", ["ann@example.org", "Ängström\n", "яблоко ☺", "𝄞 and ä", ""])
def test_text_arrives_unchanged(odd: Readers, text: str) -> None:
    """Text arrives unchanged, in any script."""
    assert contents(pieces(odd, b"echo " + text.encode()))[1] == text


def test_rows_arrive_as_a_table(odd: Readers) -> None:
    """Header, place and first row number arrive; separators in cells become blanks."""
    _, table, _ = pieces(odd, b"table")
    assert isinstance(table, Table)
    assert [list(row) for row in table.rows] == [["Ann", "a b c"], ["Bob", "☺𝄞"]]
    assert (table.header, table.where, table.first) == (("name", "e-mail"), "sheet 1", 1)
    assert isinstance(table.rows, DelimitedRows)


def test_a_member_belongs_to_its_container(odd: Readers) -> None:
    """The daemon sets a member's path, name and containers, not the reader."""
    part = Part("3", b"many 1", name="inner.zip", inside=("outer.zip",))
    member = next(p for p in odd.open(Kind.ZIP, part, budget()) if isinstance(p, Part))
    assert (member.path, member.name, member.content) == ("3!0.txt", "0.txt", b"x")
    assert member.inside == ("outer.zip", "inner.zip")


def test_the_budget_is_used_up(odd: Readers) -> None:
    """What the reader uses is subtracted from the budget, at most what is left."""
    within = budget(limits=Limits(bytes=1000, cells=50, pages=1))
    assert contents(pieces(odd, b"use 600 20", within))[1] == "600 bytes, 20 cells, page True"
    assert contents(pieces(odd, b"use 600 20", within))[1] == "400 bytes, 20 cells, page False"
    assert (within.bytes_left, within.cells_left, within.pages_left) == (0, 10, 0)


def test_what_there_is_no_room_for_is_cut(odd: Readers) -> None:
    """Complete lines that fit are kept, the rest is over the limit, and no piece follows."""
    within = budget()
    _, text, *rest = pieces(odd, b"large 20000000", within)
    assert isinstance(text, Text)
    assert (set(text.text.split("\n")), rest) == ({"é", ""}, ["over_limit"])
    assert within.room - 3000 < len(text.text) <= within.room


def test_no_more_members_than_may_be_opened(odd: Readers) -> None:
    """Of ten thousand members the allowed number is returned; the reader is not replaced."""
    found = pieces(odd, b"many 65000", budget(limits=Limits(entries=500)))
    assert (len(found), found[-1]) == (1 + 500 + 1, "over_limit")


@pytest.mark.parametrize(
    ("document", "words", "lost"),
    [
        (b"segfault", ["broken"], ["SIGSEGV"]),
        (b"abort", ["over_limit"], ["SIGABRT"]),
        (b"raise 24", ["timeout"], ["SIGXCPU"]),
        (b"raise 40", ["broken"], ["signal 40"]),
        (b"leave 0", ["broken"], ["exit 0"]),
        (b"leave 7", ["broken"], ["exit 7"]),
        (b"spin", ["timeout"], ["timeout"]),
        (b"late", ["timeout"], []),
        (b"eat 3000", ["over_limit"], ["SIGABRT"]),
        (b"eat 10", ["ate 10", "unsupported"], []),
    ],
)
def test_what_came_before_the_break_is_kept(document: bytes, words: list[str], lost: list[str]) -> None:
    """After a crash, deadline or limit the first text and the reason are kept."""
    reports = Reports()
    with running(reports, timeout=2.0 if document in (b"spin", b"late") else 30.0) as readers:
        assert contents(pieces(readers, document)) == [f"read {len(document)}", *words]
        assert contents(pieces(readers, b"echo fine")) == ["read 9", "fine", "unsupported"]
    assert reports.lost == lost


@pytest.mark.parametrize(
    ("document", "error"), [(b"mistake ann@x.example", "KeyError"), (b"unsendable", "AttributeError")]
)
def test_a_fault_arrives_as_type_and_place(document: bytes, error: str) -> None:
    """An exception in the opener or while sending is a Fault; the same reader goes on."""
    reports = Reports()
    with running(reports, processes=1) as readers:
        text, fault = pieces(readers, document)
        assert isinstance(fault, Fault)
        assert (text.text, fault.error) == (f"read {len(document)}", error)
        assert re.fullmatch(r"\w+\.py:\d+", fault.place)
        assert contents(pieces(readers, b"echo fine")) == ["read 9", "fine", "unsupported"]
    assert (reports.lost, len(reports.started)) == ([], 1)


def test_a_mistake_in_a_real_opener() -> None:
    """In a confined reader, too, pieces before a fault are kept, and other openers work."""
    reports = Reports()
    with running(reports, command=FAULTY, processes=1) as readers:
        for _ in range(3):
            text, fault = pieces(readers, SPECIMENS["PDF"][1], kind=Kind.PDF)
            assert ADDRESS in text.text
            assert isinstance(fault, Fault)
            assert str(fault).startswith("KeyError at document.py:")
            assert ADDRESS in str(pieces(readers, SPECIMENS["spreadsheet"][1]))
    assert (reports.lost, len(reports.started)) == ([], 1)


@pytest.mark.parametrize("name", SPECIMENS)
def test_each_library_does_its_work(real: Readers, name: str) -> None:
    """Spreadsheet, PDF and archive libraries work within the confinement."""
    kind, content = SPECIMENS[name]
    found = pieces(real, content, kind=kind)
    assert ADDRESS in str(found)
    assert "broken" not in contents(found)


def test_a_spreadsheet_that_makes_its_parser_abort() -> None:
    """The document is over the limit, and the next one is read."""
    content = far_cells()
    assert len(content) < 2000
    with running() as readers:
        assert contents(pieces(readers, b"workbook " + content)) == [f"read {len(content) + 9}", "over_limit"]
        assert contents(pieces(readers, b"echo fine"))[1] == "fine"


@pytest.mark.parametrize(
    ("kind", "bomb"),
    [
        (Kind.ZIP, far_cells),
        (Kind.PDF, lambda: pdf_bomb(60_000_000)),
        (Kind.GZIP, lambda: gzip.compress(gzip.compress(bytes(300_000_000), 9), 9)),
        (Kind.GZIP, lambda: gzip.compress(bytes(300_000_000), 9)),
    ],
    ids=["far cells", "PDF bomb", "gzip in gzip", "gzip bomb"],
)
def test_a_bomb_is_a_finding(real: Readers, kind: Kind, bomb: Callable[[], bytes]) -> None:
    """A bomb ends within the memory limit with a finding, and the next document is read."""
    content = bomb()
    within = budget(len(content))
    room = within.room
    found = pieces(real, content, within, kind)
    assert sum(len(p.content) for p in found if isinstance(p, Part)) <= room
    assert ADDRESS in str(pieces(real, SPECIMENS["PDF"][1], kind=Kind.PDF))
