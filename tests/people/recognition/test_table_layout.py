"""The layout of small tables: columns, rows above the first record, organisations, postcodes."""

import pytest
from holdback.people.fields.kinds import Field
from holdback.people.recognition.columns import header_row
from holdback.people.recognition.table_layout import layout
from people.recognition.small_tables import (
    CODES,
    EMAILS,
    GIVEN,
    NAMES,
    PHONES,
    STREETS,
    WORDS,
    Rows,
    in_words,
    table,
)

_NAMES = ("Ann Smith", "Bob Jones", "Carla Gomez", "Dirk Vos", "Emma Brown", "Frank Miller")


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("+44 20 7946 00{:02}", Field.NAME | Field.PHONE),
        ("+49 30 / 1234 - {:02}", Field.NAME | Field.PHONE),
        ("+44–20–7946–00{:02}", Field.NAME | Field.PHONE),
        ("ann{}@x.example", Field.NAME | Field.EMAIL),
        ("{}.50", 0),
        ("Room {}", 0),
    ],
)
def test_numbers_are_known_however_they_are_spaced(written: str, kinds: int) -> None:
    """Whatever is between the digits of a value; prices below each other are no number."""
    rows = [(name, written.format(number)) for number, name in enumerate(_NAMES, 17)]
    assert layout(rows).fields == kinds


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (table("Kunde|E-Mail", NAMES, EMAILS), "1 above, EMAIL 1: 20, NAME 0: 20"),
        (table("", NAMES, EMAILS), "0 above, EMAIL 1: 20, NAME 0: 20"),
        (table("Colour|Size", NAMES, EMAILS), "1 above, NAME 0: 20, EMAIL 1: 20"),
        (table("Kunde|Colour", WORDS[:20], CODES[:20]), "1 above"),
        (table("E-Mail 2|E-Mail", ["", *EMAILS[1:]], EMAILS), "1 above, EMAIL 1: 20, EMAIL 0: 19"),
        (
            table("E-Mail|Betreuer E-Mail", EMAILS, ["jane@corp.example"] * 20),
            "1 above, EMAIL 0: 20, EMAIL 1: 20",
        ),
        (
            table("Betreuer E-Mail|E-Mail", ["info@x.example"] * 20, EMAILS),
            "1 above, EMAIL 1: 20, EMAIL 0: 20",
        ),
        (
            table(
                "first_name|last_name|billing_first_name|billing_last_name|email",
                GIVEN,
                NAMES[:12],
                GIVEN,
                NAMES[:12],
                EMAILS[:12],
            ),
            "1 above, EMAIL 4: 12, NAME 0+1: 12",
        ),
        (table("Kunde|Street|House number", NAMES, ["Mill Road"] * 20, CODES[:20]), "1 above"),
        (
            table("Kunde|Address 1|Address 2", NAMES, STREETS, CODES[:20]),
            "1 above, STREET 1+2: 20, NAME 0: 20",
        ),
        (table("Full name|DOB", NAMES, ["12.03.1985"] * 20), "1 above, NAME 0: 20, BIRTH 1: 20"),
        (table("Full name|Date", NAMES, ["12.03.1985"] * 20), "1 above"),
        (table("cep|Kunde", PHONES, NAMES), "1 above, NAME 1: 20, PHONE 0: 20"),
        (
            table("cep|Kunde|E-Mail", [f"01310-{n}" for n in range(100, 120)], NAMES, EMAILS),
            "1 above, EMAIL 2: 20, NAME 1: 20",
        ),
        (table("Company|E-Mail|Telefon", WORDS[:20], EMAILS, PHONES), "1 above, EMAIL 1: 20, PHONE 2: 20"),
    ],
)
def test_columns(rows: Rows, words: str) -> None:
    """The heading may say what they hold; the values have the last word."""
    assert in_words(rows) == words


@pytest.mark.parametrize(
    ("header", "organisations"),
    [("Company|Telefon", True), ("Name|Telefon", True), ("x|Telefon", False), ("Full name|Telefon", False)],
)
def test_organisations(header: str, organisations: bool) -> None:
    """A column that names companies, or one that may name people and does not."""
    assert layout(table(header, WORDS[:20], PHONES)).organisations is organisations


@pytest.mark.parametrize(
    ("header", "postcode", "supporting"),
    [
        ("PLZ|Kunde", 0, Field.PLACE),
        ("Ort|Kunde", -1, Field.PLACE),
        ("x|Kunde", -1, 0),
        ("Price|Kunde", -1, Field.PRICE),
        ("Newsletter|Kunde", -1, Field.OPT_OUT),
    ],
)
def test_supporting_columns(header: str, postcode: int, supporting: int) -> None:
    """Postcodes are looked up with a name; towns and prices are only named in a finding."""
    found = layout(table(f"{header}|E-Mail", [f"101{n}" for n in range(10, 30)], NAMES, EMAILS))
    assert (found.postcode, found.supporting) == (postcode, supporting)


@pytest.mark.parametrize(
    ("rows", "names", "any_language", "row"),
    [
        (table("Kunde|E-Mail", NAMES, EMAILS), "", False, 1),
        (table("foo|bar", NAMES, EMAILS), "", False, 0),
        (table("foo|bar", NAMES, EMAILS), "", True, 1),
        (table("foo|foo", NAMES, EMAILS), "", True, 0),
        (table("foo|", NAMES, EMAILS), "", True, 0),
        (table("foo|1", NAMES, EMAILS), "", True, 0),
        (table("", NAMES, EMAILS), "", True, 0),
        ([["foo", "bar"]], "", True, 0),
        ([["Report", ""], *table("foo|BAR", NAMES, EMAILS)], "bar", False, 2),
        ([["Kunde", "E-Mail"], *table("\ufefffoo|bar", NAMES, EMAILS)], "foo", False, 2),
        (table("Kunde|E-Mail", NAMES, EMAILS), "bar", False, 1),
    ],
)
def test_header_row(rows: Rows, names: str, any_language: bool, row: int) -> None:
    """The row with a heading that was asked for, else with known headings, else of words in any language."""
    assert header_row(rows, names={names} - {""}, any_language=any_language) == row
