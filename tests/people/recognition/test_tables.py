"""Tables become records: in columns, in forms, in sections of a catalogue, in remarks."""

from collections.abc import Sequence

import pytest
from holdback.documents import Table
from holdback.people.recognition.records import Scope
from holdback.people.recognition.tables import records_in_table
from people.corpus.invented import people
from people.recognition.plain import Plain, plain
from rig.opening import any_address


def _is_third_party(key: str) -> bool:
    return not key.endswith("@corp.example")


_SCOPE = Scope(_is_third_party)
_LOOKUP = Scope(_is_third_party, lookup=True, customers=True)
_ANN, _BOB, _EVE = (
    ("Ann Smith", "ann@x.example"),
    ("Bob Jones", "bob@y.example"),
    ("Eve Oakes", "eve@z.example"),
)
_HEADER = ("Kunde", "E-Mail")
_FOUND = {"e-mail": ["ann@x.example", "bob@y.example"], "name": ["Ann Smith", "Bob Jones"]}
_PRICES = [(f"A-{number}", f"Desk lamp {number}", f"{number}.90") for number in range(1, 60)]

Rows = Sequence[Sequence[str]]


def _found(rows: Rows, scope: Scope = _SCOPE, header: tuple[str, ...] = (), first: int = 0) -> list[Plain]:
    return plain(records_in_table(Table(rows, header, first=first), scope))


@pytest.mark.parametrize(
    ("rows", "records"),
    [
        ([_HEADER, _ANN, _BOB], _FOUND | {"rows above": 1}),
        ([_ANN, _BOB], _FOUND),
        ([("Report", ""), _HEADER, _ANN, _BOB], _FOUND | {"rows above": 2}),
        (
            [("Vorname", "Nachname", "E-Mail"), ("Ann", "Smith", _ANN[1]), ("Bob", "Jones", _BOB[1])],
            _FOUND | {"rows above": 1},
        ),
        (
            [["Contact"], *([f"{name} <{email}>"] for name, email in (_ANN, _BOB))],
            _FOUND | {"rows above": 1},
        ),
        (
            [(*_HEADER, "Price", "Ort"), (*_ANN, "1.00", "Celle"), (*_BOB, "2.00", "Husum")],
            _FOUND | {"rows above": 1, "supporting": "town, price"},
        ),
        (
            [_HEADER, ("Ann Smith",), _BOB, ()],
            {"e-mail": ["", "bob@y.example", ""], "name": ["Ann Smith", "Bob Jones", ""], "rows above": 1},
        ),
        (
            [("Company", "Telefon"), ("Acme Ltd", "030 1234567"), ("Nagel AG", "030 7654321")],
            None,
        ),
        (
            [("Company", "Telefon", "Street"), ("Acme Ltd", "030 1234567", "12 Mill Road")],
            {
                "phone": ["301234567"],
                "postal address": ["12 Mill Road"],
                "rows above": 1,
                "organisations": True,
            },
        ),
        ([("Name", "Price"), ("Ann Smith", "1.00"), ("Bob Jones", "2.00")], None),
        ([("Telefon", "Notiz"), ("030 1234567", "late"), ("030 7654321", "early")], None),
        ([("SKU", "Name", "Price"), *_PRICES], None),
        ([], None),
        ([()], None),
    ],
)
def test_columns(rows: Rows, records: Plain | None) -> None:
    """Columns that together identify a person become records; names with prices, or phones alone, do not."""
    assert _found(rows) == ([records] if records else [])


def test_a_header_of_the_format() -> None:
    """The names of columns that the format itself has are no row."""
    assert _found([_ANN, _BOB], header=_HEADER) == [_FOUND]


@pytest.mark.parametrize(
    ("rows", "first", "records"),
    [
        (
            [
                ("Name", "Ann Smith"),
                ("E-Mail", "ann@x.example"),
                ("Name", "Bob Jones"),
                ("E-Mail", "bob@y.example"),
            ],
            0,
            {},
        ),
        (
            [
                ("Members", ""),
                ("Name", "Ann Smith"),
                ("E-Mail", "ann@x.example"),
                ("Name", "Bob Jones"),
                ("E-Mail", "bob@y.example"),
            ],
            1,
            {"rows above": 1},
        ),
        (
            [
                ("Name", "Ann Smith"),
                ("E-Mail", "ann@x.example"),
                ("Farbe", "red"),
                ("Zustand", "new"),
                ("Name", "Bob Jones"),
                ("E-Mail", "bob@y.example"),
                ("Farbe", "blue"),
                ("Zustand", "old"),
            ],
            0,
            {},
        ),
    ],
)
def test_forms(rows: Rows, first: int, records: Plain) -> None:
    """Two columns, of labels and of values, are read as labelled lines."""
    addresses = {"addresses": ["ann@x.example", "bob@y.example"]}
    assert _found(rows, first=first) == [_FOUND | addresses | records]


def test_streets_are_no_labels() -> None:
    """Although each is a known word of an address."""
    streets = ["Lange Strasse", "Hohe Strasse", "Breite Strasse", "Obere Strasse"]
    emails = ["ann@x.example", "bob@y.example", "eve@z.example", "max@z.example"]
    assert _found(list(zip(streets, emails, strict=True))) == [{"e-mail": emails}]


@pytest.mark.parametrize("count", [1, 4])
def test_customers_amid_a_catalogue(count: int) -> None:
    """Rows with an address are a table of their own."""
    listed = people("en", count)
    rows = [("SKU", "Name", "Price"), *_PRICES, *((p.name, p.email, p.phone) for p in listed), *_PRICES]
    assert _found(rows) == [
        {
            "e-mail": [p.email for p in listed],
            "name": [p.name for p in listed],
            "phone": [p.phone.replace(" ", "")[-9:] for p in listed],
            "rows above": 1,
        }
    ]


def test_records_in_cells_of_text() -> None:
    """A table without a column of addresses has its cells read as running text."""
    rows = [
        ("SKU", "Name", "Note"),
        *_PRICES,
        ("B-1", "Ann Smith, ann@x.example, 030 1234567", "none"),
        ("B-2", "none", "write to Bob Jones <bob@y.example>"),
        ("eve@z.example", "twice", "on stock"),
    ]
    (found,) = _found(rows)
    assert found["addresses"] == ["ann@x.example", "bob@y.example", "eve@z.example"]
    assert (found["e-mail"], found["name"], found["phone"]) == (
        ["ann@x.example", "bob@y.example"],
        ["Ann Smith", "Bob Jones"],
        ["301234567", ""],
    )


_SECOND = [
    ("Kunde", "E-Mail", "E-Mail 2"),
    ("Ann Smith", "jane@corp.example", "ann@x.example"),
    ("Bob Jones", "bob@y.example", "jane@corp.example"),
    ("Eve Oakes", "", "eve@z.example"),
]


@pytest.mark.parametrize(
    ("scope", "emails"),
    [
        (_SCOPE, ["ann@x.example", "bob@y.example", "eve@z.example"]),
        (Scope(any_address), ["ann@x.example", "jane@corp.example", "eve@z.example"]),
    ],
)
def test_a_second_address_fills_the_gaps_of_the_first(scope: Scope, emails: list[str]) -> None:
    """Where that is missing, or no third party's. The column with more different addresses is the first."""
    (found,) = _found(_SECOND, scope)
    assert found["e-mail"] == emails


def test_all_addresses_and_phones_are_looked_up() -> None:
    """With a lookup, further columns, phones as written and postcodes are kept."""
    rows = [
        ("Kunde", "E-Mail", "E-Mail 2", "Telefon", "Mobile", "PLZ"),
        ("Ann Smith", "ann@x.example", "", "030 1234567", "0171 1234567", "10115"),
        ("Bob Jones", "bob@y.example", "b@y.example", "", "0171 7654321", "10117"),
    ]
    assert _found(rows, _LOOKUP) == [
        {
            **_FOUND,
            "phone": ["711234567", "717654321"],
            "e-mail 2": ["", "b@y.example"],
            "phone 1 as written": ["0171 1234567", "0171 7654321"],
            "phone 2 as written": ["030 1234567", ""],
            "postcode": ["10115", "10117"],
            "rows above": 1,
            "supporting": "town",
        }
    ]


@pytest.mark.parametrize(
    ("rows", "records"),
    [
        (
            [("Kunde", "PLZ"), ("Ann Smith", "10115"), ("Bob Jones", "10117")],
            {"name": ["Ann Smith", "Bob Jones"], "postcode": ["10115", "10117"], "supporting": "town"},
        ),
        (
            [("Telefon", "Notiz"), ("030 1234567", "late"), ("030 7654321", "early")],
            {"phone": ["301234567", "307654321"], "phone 1 as written": ["030 1234567", "030 7654321"]},
        ),
    ],
)
def test_customers_that_make_no_record(rows: Rows, records: Plain) -> None:
    """A phone alone, or a name and a postcode, identify a customer of the index, and nobody else."""
    assert _found(rows) == []
    assert _found(rows, _LOOKUP) == [records | {"rows above": 1}]


def test_remarks() -> None:
    """With a lookup, addresses and phones in columns of something else are kept; they make no record."""
    notes = ["also max@other.example", "call 030 1234567", "pays late, 12 times"]
    rows = [
        (*_HEADER, "Notiz"),
        *((*person, note) for person, note in zip((_ANN, _BOB, _EVE), notes, strict=True)),
    ]
    (records,) = _found(rows)
    assert _found(rows, _LOOKUP) == [
        records,
        {"rows above": 1, "remarks": ["max@other.example"], "phones": ["030 1234567"]},
    ]
    without_index = Scope(_is_third_party, lookup=True)
    assert _found([row[:2] for row in rows], without_index) == [records]
