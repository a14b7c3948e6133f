"""vCards of all versions become rows, anywhere in a text."""

import pytest
from rig.files.data import vcards
from rig.opening import opened, people_in, words_in
from rig.people import LANGUAGES, people

VERSIONS = ["2.1", "3.0", "4.0"]
GREETING = "Hi Ann,\n\nhere they are:\n\n"
FAREWELL = "\n\nKind regards\nJane\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_card_is_a_person(version: str, language: str) -> None:
    """As a file, and pasted into a letter, which remains text."""
    cards = vcards(people(30, language), version)
    assert 30 == people_in(cards.encode())
    pasted = GREETING + cards.replace("\r\n", "\n") + FAREWELL
    assert 30 == people_in(pasted.encode())
    (document,) = opened(pasted.encode())
    assert [GREETING.split() + FAREWELL.split()] == [text.text.split() for text in document.texts]


def card(*lines: str) -> str:
    return "\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("N:Smith;Ann;;;", "given name", "Ann"),
        ("FN:Smith\\, Ann", "full name", "Smith, Ann"),
        ("item1.EMAIL;type=INTERNET:ann@x.example", "e-mail", "ann@x.example"),
        ('EMAIL;TYPE="a:b,c":ann@x.example', "e-mail", "ann@x.example"),
        ("email:mailto:ann@x.example", "e-mail", "ann@x.example"),
        ("TEL;VALUE=uri;TYPE=home:tel:+49-30-1", "phone", "+49-30-1"),
        ("BDAY:1980-02-03", "date of birth", "1980-02-03"),
        ("ADR:;;1 High\\;Street;York;;Y1;UK", "street", "1 High;Street"),
        ("NOTE:see\n  bob@x.exam\n ple", "note", "see bob@x.example"),
        ("NOTE;ENCODING=b:Ym9iQHguZXhhbXBsZQ==", "note", "bob@x.example"),
        ("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=FCrgen =\n=40 home", "note", "Jürgen @ home"),
        ("X-JABBER:ann@x.example", "x-jabber", "ann@x.example"),
    ],
)
def test_properties_become_columns(line: str, column: str, value: str) -> None:
    """Folds, groups, parameters, escapes and encodings are decoded."""
    (table,) = opened(card(line).encode())[0].tables
    (row,) = table.rows
    assert value == dict(zip(table.header, row, strict=True))[column]


def test_several_addresses_have_columns_of_their_own() -> None:
    """The first four; further ones share the last column."""
    (table,) = opened(card(*(f"EMAIL:a{n}@x.example" for n in range(6))).encode())[0].tables
    assert ("e-mail", "e-mail 2", "e-mail 3", "e-mail 4") == table.header
    assert "a3@x.example, a4@x.example, a5@x.example" == next(iter(table.rows))[3]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("BEGIN:VCARD\nFN:Ann\n" * 3, 3),
        ("BEGIN:VCARD\nFN:Ann\nAGENT:\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\nEMAIL:ann@x.example\nEND:VCARD\n", 2),
        ("> BEGIN:VCARD\n> FN:Ann\n> EMAIL:ann@x.example\n> END:VCARD\n", 1),
        ("begin:vcard\nfn:Ann\nend:vcard\n", 1),
        ("BEGIN:VCARD\nEND:VCARD\n", 0),
        ("END:VCARD\nEND:VCARD\nBEGIN:VCARD", 0),
        ("A card starts with BEGIN:VCARD and ends with END:VCARD.", 0),
    ],
)
def test_cards_that_are_open_nested_or_quoted(text: str, count: int) -> None:
    """Each is a row; a mention in prose is not."""
    assert count == sum(len(list(table.rows)) for table in opened(text.encode())[0].tables)


@pytest.mark.parametrize(
    "text",
    [
        card("FN:Ann", "this is no property of bob@x.example"),
        card("PHOTO;ENCODING=b:" + "QUJD" * 40, "FN:Ann", "KIND:group", "MEMBER:mailto:bob@x.example"),
        card("N:Smith;Ann;;EMAIL:bob@x.example"),
        card("TEL;X=bob@x.example:1"),
        card("VERSION:bob@x.example"),
        card("NOTE;ENCODING=b:*bob@x.example*"),
        card("FN:Ann") + "and bob@x.example",
    ],
)
def test_no_address_is_lost(text: str) -> None:
    """Addresses in lines that are not properties, or in unexpected places."""
    assert "bob@x.example" in words_in(opened(text.encode()))


def test_pictures_and_identifiers_are_left_out() -> None:
    """They do not name a person."""
    text = card("FN:Ann", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJRg", "UID:4711@cards.example")
    (table,) = opened(text.encode())[0].tables
    assert ("full name",) == table.header
    assert [["Ann"]] == [list(row) for row in table.rows]


def test_a_line_of_parameters_only() -> None:
    """It is not a property; text in it and after it is read."""
    line = "EMAIL;a=" + '"b"c;' * 200_000
    card = f"BEGIN:VCARD\nFN:Emily Smith\n{line}\nEMAIL:emily@shop.example\nEND:VCARD\n"
    assert 1 == people_in(card.encode())
