"""Opening all parts of a message within one budget, with a report of everything unread."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.documents import Budget, Document, NoReader, OutOfTime, Table, Text, Unreadable, open_parts
from holdback.documents.confined.openers import OPENERS as CONFINED
from holdback.documents.document import Piece, Unread, member
from holdback.documents.kind import Kind
from holdback.documents.openers import OPENERS
from holdback.mail import Limits, Part
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.public_samples import sample_files

LIMITS = Limits()
LIST = b"id,name,mail\n" + b"".join(b"%d,Ann,ann%d@shop.example\n" % (n, n) for n in range(50))


def opened(*parts: Part, limits: Limits = LIMITS) -> tuple[Document, ...]:
    return open_parts(parts, Budget(limits, lambda: True))


def test_every_kind_has_an_opener() -> None:
    """Without one, content would be ignored; with two, the worker might open it itself."""
    assert sorted(Kind) == sorted([*OPENERS, *CONFINED])


@pytest.mark.parametrize(
    ("content", "declared", "unreadable"),
    [
        (b"Hello", "text/plain", ()),
        (b"<p>Hello", "text/html", ()),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png", ()),
        (bytes.fromhex("3082010006092a864886f70d010702") + bytes(64), "application/pkcs7-signature", ()),
        (
            bytes.fromhex("3082010006092a864886f70d010703") + bytes(64),
            "application/pkcs7-mime",
            ("encrypted",),
        ),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQ\n", "application/octet-stream", ("encrypted",)),
        (b"PK\x03\x04" + bytes(64), "application/zip", ("unsupported",)),
        (b"%PDF-1.7\n", "application/pdf", ("unsupported",)),
        (bytes(range(64)), "application/x-own", ("unsupported",)),
    ],
)
def test_unreadable_parts_are_reported(content: bytes, declared: str, unreadable: tuple[str, ...]) -> None:
    """Pictures and detached signatures are normal; any other unread content is reported."""
    (document,) = opened(Part("2", content, declared, "x.bin"))
    assert ("part 2, x.bin", unreadable) == (document.where, tuple(map(str, document.unreadable)))


def test_text_around_an_encrypted_message_counts() -> None:
    """Partly encrypted mail discloses the rest."""
    (document,) = opened(Part("1", LIST + b"-----BEGIN PGP MESSAGE-----\n\nhQ\n"))
    assert [len(list(table.rows)) for table in document.tables] == [51]
    assert document.unreadable == (Unreadable.ENCRYPTED,)


def test_empty_parts_are_nothing() -> None:
    """No document, no finding."""
    assert tuple(d.path for d in opened(Part("1", b""), Part("2", b"x"), Part("3", b""))) == ("2",)


def unpacked(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
    """A reader that splits the content at the last `|` and then reports damage."""
    rest, _, last = part.content[4:].rpartition(b"|")
    yield member(part, "text", last)
    if rest:
        yield member(part, "inner.zip", b"PK\3\4" + rest)
    raise Unread(Unreadable.BROKEN)


def test_members_before_damage_are_opened() -> None:
    """Each member is a document whose place names the archive."""
    part = Part("2", b"PK\3\4" + b"\0" * 99 + b"|Hello", name="a.zip")
    documents = open_parts((part,), Budget(LIMITS, lambda: True), unpacked)
    seen = [(document.where, [text.text for text in document.texts]) for document in documents]
    assert seen[:2] == [("part 2, a.zip", []), ("part 2, a.zip > text", ["Hello"])]
    assert documents[0].unreadable == (Unreadable.BROKEN,)


def test_without_a_reader_confined_kinds_are_reported() -> None:
    """The worker never opens them itself."""
    (document,) = open_parts((Part("1", b"%PDF-1.7\n"),), Budget(LIMITS, lambda: True))
    assert document.unreadable == (Unreadable.UNSUPPORTED,)


def test_an_unavailable_reader_raises() -> None:
    """It is a fault of Holdback: the message must not pass without being read."""

    def gone(kind: Kind, part: Part, budget: Budget) -> Iterator[Piece]:
        yield Text("before")
        raise NoReader

    with pytest.raises(NoReader):
        open_parts((Part("1", b"%PDF-1.7\n"),), Budget(LIMITS, lambda: True), gone)


def test_too_many_entries_are_reported() -> None:
    """Ten thousand tiny parts cost no more than the limit."""
    documents = opened(*(Part(str(n), b"x") for n in range(100)), limits=Limits(entries=3))
    assert [tuple(map(str, d.unreadable)) for d in documents] == [(), (), (), ("over_limit",)]


def test_unpacked_content_is_bounded() -> None:
    """All members together take no more memory than the limit."""
    part = Part("1", b"PK\3\4" + b"a" * 300 + b"|" + b"b" * 900)
    documents = open_parts((part,), Budget(Limits(bytes=1000), lambda: True), unpacked)
    assert [d.where for d in documents] == ["part 1", "part 1, 1 > text"]
    assert documents[0].unreadable == (Unreadable.OVER_LIMIT,)


@pytest.mark.parametrize(("inside", "unreadable"), [(2, ()), (3, (Unreadable.OVER_LIMIT,))])
def test_nesting_has_a_limit(inside: int, unreadable: tuple[Unreadable, ...]) -> None:
    """Archives in archives are opened to a limit."""
    (document,) = opened(Part("1", b"x", inside=("a.zip",) * inside), limits=Limits(depth=2))
    assert unreadable == document.unreadable


def test_time_over_ends_the_opening() -> None:
    """The heartbeat is called before each part."""
    with pytest.raises(OutOfTime):
        open_parts((Part("1", b"x"),), Budget(Limits(), lambda: False))


@pytest.mark.parametrize("path", sample_files("*/*"), ids=lambda path: path.name)
def test_files_of_others_open_without_a_crash(path: Path) -> None:
    """Real, damaged files; lists of people become tables."""
    documents = opened(Part("1", path.read_bytes(), "application/octet-stream", path.name))
    rows = sum(1 for document in documents for table in document.tables for _ in table.rows)
    assert rows > 1 or path.suffix != ".csv"


HOSTILE = [
    '"',
    '","',
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r",
    ",\n",
    "<",
    "&",
    "\0",
    "@",
    "> a,b\n",
    '"a,b\n',
    '1,"\n',
    "x;y\n",
]


@pytest.mark.parametrize("declared", ["text/plain", "text/html"])
@pytest.mark.parametrize("unit", HOSTILE)
def test_linear_time(unit: str, declared: str) -> None:
    """Repetitions of any token are fast, and the content after them is read."""
    (document,) = opened(
        Part("1", (unit * (500_000 // len(unit)) + "\n<p>ann@shop.example\n").encode(), declared)
    )
    seen = [text.text for text in document.texts]
    seen += [cell for table in document.tables for row in table.rows for cell in row]
    assert any("ann@shop.example" in piece for piece in seen) or unit == "\0"


@settings(deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from(["text/plain", "text/html", "image/png", ""]),
    st.text(max_size=9),
)
def test_any_bytes_open(content: bytes, declared: str, charset: str) -> None:
    """No exception; each table can be iterated and sampled."""
    for document in opened(Part("1", content, declared, charset=charset)):
        assert all(isinstance(text, Text) for text in document.texts)
        assert all(isinstance(table, Table) and table.sample() for table in document.tables)
        assert all(isinstance(cell, str) for table in document.tables for row in table.rows for cell in row)


MARKUP = st.lists(
    st.sampled_from(
        [
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "<p>",
            "<!--",
            "-->",
            "<style>",
            "</style>",
            "a@b",
            "<a x='",
            "'>",
            "&#",
            "x,y,z\n",
            '"',
            "\n",
        ]
    ),
    max_size=60,
).map("".join)


@settings(deadline=None)
@given(MARKUP)
def test_any_markup_opens(html: str) -> None:
    """Tags in any order."""
    for document in opened(Part("1", html.encode(), "text/html")):
        assert document.unreadable == ()
        assert all(row for table in document.tables for row in table.rows)
