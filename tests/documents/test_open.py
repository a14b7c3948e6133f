"""Opening a whole message: every part, one budget, and nothing in silence."""

from pathlib import Path

import pytest
from holdback.documents import Budget, Document, OutOfTime, Table, Text, Unreadable, open_parts
from holdback.documents.kind import Kind
from holdback.documents.openers import OPENERS
from holdback.mail import Limits, Part
from hypothesis import given, settings
from hypothesis import strategies as st

LIMITS = Limits()
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
LIST = b"id,name,mail\n" + b"".join(b"%d,Ann,ann%d@shop.example\n" % (n, n) for n in range(50))


def opened(*parts: Part, limits: Limits = LIMITS) -> tuple[Document, ...]:
    return open_parts(parts, Budget(limits, lambda: True))


def test_every_kind_has_an_opener() -> None:
    """A kind that is recognised and then forgotten would be silence."""
    assert set(Kind) == set(OPENERS)


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
def test_what_cannot_be_read_is_said(content: bytes, declared: str, unreadable: tuple[str, ...]) -> None:
    """Pictures and bare signatures are everyday mail; everything else that stays shut is named."""
    (document,) = opened(Part("2", content, declared, "x.bin"))
    assert ("part 2, x.bin", unreadable) == (document.where, tuple(map(str, document.unreadable)))


def test_text_around_a_sealed_message_counts() -> None:
    """Half-encrypted mail discloses the other half."""
    (document,) = opened(Part("1", LIST + b"-----BEGIN PGP MESSAGE-----\n\nhQ\n"))
    assert [len(list(table.rows)) for table in document.tables] == [51]
    assert document.unreadable == (Unreadable.ENCRYPTED,)


def test_empty_parts_are_nothing() -> None:
    """No document, no finding."""
    assert tuple(d.path for d in opened(Part("1", b""), Part("2", b"x"), Part("3", b""))) == ("2",)


def test_bytes_over_the_budget_are_said_and_those_before_still_count() -> None:
    """The budget is one for all parts together."""
    parts = [Part(str(n), LIST) for n in range(1, 5)]
    documents = opened(*parts, limits=Limits(bytes=len(LIST) * 2 + 600))
    assert [tuple(map(str, d.unreadable)) for d in documents] == [(), (), ("over_limit",), ("over_limit",)]
    assert [len(document.tables) for document in documents] == [1, 1, 1, 0]


def test_entries_over_the_budget_end_the_opening_with_a_word() -> None:
    """Ten thousand tiny parts cost no more than the limit."""
    documents = opened(*(Part(str(n), b"x") for n in range(100)), limits=Limits(entries=3))
    assert [tuple(map(str, d.unreadable)) for d in documents] == [(), (), (), ("over_limit",)]


@pytest.mark.parametrize(("path", "unreadable"), [("1!a!b", ()), ("1!a!b!c", (Unreadable.OVER_LIMIT,))])
def test_nesting_has_a_limit(path: str, unreadable: tuple[Unreadable, ...]) -> None:
    """Archives in archives end somewhere."""
    (document,) = opened(Part(path, b"x"), limits=Limits(depth=2))
    assert unreadable == document.unreadable


def test_time_over_ends_the_opening() -> None:
    """The heartbeat is asked before every part."""
    with pytest.raises(OutOfTime):
        open_parts((Part("1", b"x"),), Budget(Limits(), lambda: False))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/*")), ids=lambda path: path.name)
def test_files_of_others_open_without_a_crash(path: Path) -> None:
    """Real files, real damage; lists of people must come out as tables."""
    (document,) = opened(Part("1", path.read_bytes(), "application/octet-stream", path.name))
    rows = sum(1 for table in document.tables for _ in table.rows)
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
def test_half_a_megabyte_of_anything_is_read_to_its_end(unit: str, declared: str) -> None:
    """No repetition makes a reader slow, and what follows it is seen."""
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
    """Nothing raises; every table can be walked and sampled."""
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
