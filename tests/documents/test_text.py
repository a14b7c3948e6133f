"""Records are extracted from text; the rest remains in place."""

import json

import pytest
from holdback.mail import Limits
from rig.files.data import copied, inserts, json_lines, ldif, vcards
from rig.opening import opened, people_in, unreadable_in, words_in
from rig.people import people

WRITERS = {"cards": vcards, "ldif": ldif, "json": json_lines, "inserts": inserts, "copy": copied}


def test_all_formats_in_one_letter() -> None:
    """One after the other, between words that remain text."""
    persons = people(50)
    pasted = [
        f"And {name}:\n\n{write(persons[10 * at : 10 * at + 10])}\n"
        for at, (name, write) in enumerate(WRITERS.items())
    ]
    text = f"Hi,\n\n{''.join(pasted)}\nBye\n".replace("\r\n", "\n")
    assert 50 == people_in(text.encode())
    (document,) = opened(text.encode())
    assert "Hi, And cards: And ldif: version: 1 And json: And inserts: ; And copy: Bye" == " ".join(
        document.texts[0].text.split()
    )


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", WRITERS)
def test_all_charsets(name: str, charset: str) -> None:
    """In each charset of other text."""
    assert 30 == people_in(WRITERS[name](people(30, "de")).encode(charset))


@pytest.mark.parametrize("name", WRITERS)
def test_records_over_the_limit_remain_text(name: str) -> None:
    """The limit is reported, and their addresses are still read."""
    content = WRITERS[name](people(30)).encode()
    assert {"over_limit"} == unreadable_in(content, limits=Limits(cells=40))
    assert "en.kunde29@" in words_in(opened(content, limits=Limits(cells=40)))


def test_a_large_table_is_not_searched_for_records() -> None:
    """Its first and last lines show that it is one; JSON in its cells becomes columns of a further table."""
    rows = "".join(f'{n};Ann Smith {n};ann{n}@x.example;{{"a": {n}}};end\n' for n in range(20_000))
    (document,) = opened(("id;name;mail;extra;more\n" * 1_000 + rows + "1;2;3;4;5\n" * 2_000).encode())
    assert [23_000, 22_999] == [len(list(table.rows)) for table in document.tables]
    assert ("id", "name", "mail", "extra", "more", "a") == document.tables[1].header


def test_large_sql_is_not_mistaken_for_delimited_text() -> None:
    """Although all its lines have the same number of commas."""
    text = "-- a dump\n" * 500 + inserts(people(3_000), together=1_000_000)
    (table,) = opened(text.encode())[0].tables
    assert ("table customers", 3_000) == (table.where, len(list(table.rows)))


@pytest.mark.parametrize(
    "text", ["[", "{", "dn:", "BEGIN:VCARD", "VALUES (", "\tFROM stdin", '{"', "\x1f\x1e"]
)
def test_marks_alone_are_text(text: str) -> None:
    """Markers without records change nothing."""
    assert text.strip() in ("BEGIN:VCARD", words_in(opened(text.encode())).strip())


def test_separators_of_our_own_in_values() -> None:
    """A control character in a value does not shift columns."""
    text = json.dumps([{"a": "x\x1fy", "b": "z\nw"}])
    (table,) = opened(text.encode())[0].tables
    assert [["x y", "z w"]] == [list(row) for row in table.rows]
