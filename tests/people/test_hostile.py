"""Hostile text and tables: every case ends within the timeout of the suite, with any count."""

import pytest
from holdback.documents import Document, Table, Text
from rig.opening import disclosed_by

pytestmark = pytest.mark.slow

_SIZE = 1_000_000
_TEXTS = [
    *("0", "0 ", "+49 30 1234567\n", "(", "(030) ", "12.03.1985 ", "DE89 3704 ", "born 12.03.1985\n"),
    *(
        "a@x.example ",
        "<a@x.example>",
        "a@x.example,\n",
        "@\n",
        "a.",
        "b-",
        "A",
        ">",
        "\n",
        "* - 1. ",
        "- – ; , ",
    ),
    *("From: a@x.example,\n", "To: a@x.example\n", "wrote:\na@x.example\n", "Name: Ann\n", "a: b\n"),
    *("12 High Street\n", "Ann Smith 030 1234567\n", "東京都1\n", "\u3000名"),
]


@pytest.mark.parametrize("piece", _TEXTS, ids=ascii)
def test_linear_time(piece: str) -> None:
    """A megabyte of repetitions takes linear time; a quadratic step would take hours."""
    text = Text(piece * (_SIZE // len(piece)) + " a@x.example 030 1234567")
    found = disclosed_by(Document("1", texts=(text,)))
    assert len(found.people) <= 2


@pytest.mark.parametrize(
    "rows",
    [
        [["x"] * 100_000] * 5,
        [["a@x.example"] * 20_000] * 8,
        [["a" * _SIZE, "b@x.example"]] * 20,
        [["Name", "E-mail"]] * 50_000,
        [["Ann Smith", "a@x.example"]] * 50_000,
        [[]] * 100_000,
    ],
    ids=["wide", "wide, addresses", "long cells", "headers only", "one person", "empty rows"],
)
def test_odd_tables_do_not_stall(rows: list[list[str]]) -> None:
    """Very wide, very long and empty tables neither raise nor stall."""
    assert len(disclosed_by(Document("1", tables=(Table(rows),))).people) <= 1
