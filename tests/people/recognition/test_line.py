"""Records in one line of running text: hits beside near misses."""

import pytest
from holdback.people.recognition.line import records_in_line
from people.recognition.plain import plain_record


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("Ann Smith <ann@x.example>", {"e-mail": "ann@x.example", "name": "Ann Smith"}),
        ("- Ann Smith: ann@x.example", {"e-mail": "ann@x.example", "name": "Ann Smith"}),
        ("ann@x.example (Ann Smith)", {"e-mail": "ann@x.example", "name": "Ann Smith"}),
        ("12. ann@x.example", {"e-mail": "ann@x.example"}),
        ("Desk lamp, Ann Smith, Bob Jones, ann@x.example", {"e-mail": "ann@x.example", "name": "Ann Smith"}),
        ("Qwx Zzyx, zzyx@x.example", {"e-mail": "zzyx@x.example", "name": "Qwx Zzyx"}),
        ("Qwx Zy, zy@x.example", {"e-mail": "zy@x.example", "name?": "Qwx Zy"}),
        ("Qwx Zzyx, info@x.example", {"e-mail": "info@x.example", "name?": "Qwx Zzyx"}),
        (
            "ask Imogen Whitcombe who knows, or ann@x.example",
            {"e-mail": "ann@x.example", "name": "Imogen Whitcombe"},
        ),
        ("ask Desk Lamp who knows, or ann@x.example", {"e-mail": "ann@x.example"}),
        ("ask Imogen Whitcombe who knows", {}),
        ("Acme Ltd, ann@x.example", {"e-mail": "ann@x.example"}),
        ("", {}),
    ],
)
def test_names(line: str, record: dict[str, str]) -> None:
    """The first name that is known, or that the address repeats; else the first that is shaped as one."""
    assert [plain_record(found) for found in records_in_line(line)] == [record]


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (
            "Ann Smith, +44 20 7946 0991",
            {"name": "Ann Smith", "phone": "079460991", "as written": "+44 20 7946 0991"},
        ),
        (
            "7. Ann Smith - 030 1234567",
            {"name": "Ann Smith", "phone": "301234567", "as written": "030 1234567"},
        ),
        ("Ann Smith, order 4711-000123", {"name": "Ann Smith"}),
        ("Ann Smith, 12 Mill Road", {"name": "Ann Smith", "postal address": "12 Mill Road"}),
        ("Ann Smith, Mill Road", {"name": "Ann Smith"}),
        ("Ann Smith, Room 12, Court 3", {"name": "Ann Smith"}),
        ("Ann Smith, geb. 12.03.1985", {"name": "Ann Smith", "date of birth": "12.03.1985"}),
        ("Ann Smith, born on 12.03.1985", {"name": "Ann Smith", "date of birth": "12.03.1985"}),
        ("Ann Smith, delivered 12.03.1985", {"name": "Ann Smith"}),
        (
            "Ann Smith, DE89 3704 0044 0532 0130 00 120,00 EUR",
            {"name": "Ann Smith", "IBAN": "DE89370400440532013000"},
        ),
        ("Ann Smith, DE88370400440532013000", {"name": "Ann Smith"}),
        ("Ann Smith, 4111 1111 1111 1111", {"name": "Ann Smith", "payment card": "4111111111111111"}),
        ("Ann Smith, 4111-1111-1111-1112", {"name": "Ann Smith"}),
    ],
)
def test_numbers(line: str, record: dict[str, str]) -> None:
    """Phones, streets, births, accounts and cards; no order, room, delivery date or wrong check digit."""
    assert [plain_record(found) for found in records_in_line(line)] == [record]


def test_every_address_of_a_line_has_a_record() -> None:
    """With the name before it."""
    line = "To write to: Ann Smith <ann@x.example>; Bob Jones <bob@y.example>, carla@z.example"
    assert [plain_record(found) for found in records_in_line(line)] == [
        {"e-mail": "ann@x.example", "name": "Ann Smith"},
        {"e-mail": "bob@y.example", "name": "Bob Jones"},
        {"e-mail": "carla@z.example"},
    ]


@pytest.mark.parametrize(
    ("line", "postcode"),
    [
        ("Ann Smith, Gartenstraße 5, 10115 Berlin", "10115"),
        ("D-10115 Berlin", "10115"),
        ("London SW1A 1AA", "SW1A 1AA"),
        ("1234 AB Amsterdam", "1234 AB"),
        ("00-950 Warszawa", "00-950"),
        ("Springfield, IL 62704", "62704"),
        ("1234 High Street, Springfield, IL 62704", "62704"),
        ("Gartenstraße 5", ""),
        ("12.03.2026, 10:15", ""),
    ],
)
def test_postcodes(line: str, postcode: str) -> None:
    """Before a town or at the end; no house number, no date."""
    assert [record.postcode for record in records_in_line(line)] == [postcode]
