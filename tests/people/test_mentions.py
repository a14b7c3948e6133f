"""Records in one line of running text: the phones that the customer index is asked for, and the postcode."""

import pytest
from holdback.people.fields import phones
from holdback.people.recognition.line import records_in_line


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Call 030 1234567, or +49 171 1234567.", ["030 1234567", "+49 171 1234567"]),
        ("mobile 01711234567", ["01711234567"]),
        ("786-284-3358x62152, (781)861-7180x8306", ["786-284-3358", "(781)861-7180"]),
        ("part 786-284-3358xl, 786-284-3358x62152a", []),
        ("cep 05321234567; 09171234567", ["05321234567", "09171234567"]),
        ("job 0171123456, part 01711234567890", []),
        ("order 1711234567, REF-01711234567, 01711234567@x.example", []),
        ("ISBN 0306406152, 10:15, 2026-03-12", []),
    ],
)
def test_phones(line: str, found: list[str]) -> None:
    """As people write them; in one piece only where nothing but a mobile begins and ends so."""
    assert list(phones.in_line(line)) == found


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
