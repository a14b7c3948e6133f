"""Properties of the count for every table of people."""

import csv
import io
from random import Random

from holdback.documents import Budget, Document, Text, open_parts
from holdback.mail import Limits, Part
from hypothesis import given, settings
from hypothesis import strategies as st
from people.corpus.invented import LANGUAGES, Person, people
from rig.opening import disclosed_by, people_in_rows

_FIELDS = {
    "Name": lambda p: p.name,
    "E-mail": lambda p: p.email,
    "Phone": lambda p: p.phone,
    "Date of birth": lambda p: p.born,
    "Customer ID": lambda p: p.number,
    "Street": lambda p: p.street,
    "IBAN": lambda p: p.iban,
    "Username": lambda p: p.login,
}
_ENOUGH = st.sampled_from(
    [
        ["Name", "E-mail"],
        ["Name", "Phone"],
        ["Name", "Date of birth"],
        ["Name", "Customer ID"],
        ["Name", "Street"],
        ["Name", "IBAN"],
        ["E-mail", "Username"],
        ["E-mail", "Phone", "Customer ID"],
        ["Name", "E-mail", "Phone", "Street", "Date of birth"],
    ]
)
_LANGUAGE = st.sampled_from(LANGUAGES)
_SIZE = st.integers(12, 60)


def _rows(columns: list[str], persons: list[Person]) -> list[list[str]]:
    return [columns, *([_FIELDS[column](person) for column in columns] for person in persons)]


def _count(rows: list[list[str]]) -> int:
    return people_in_rows(rows)


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.randoms(use_true_random=False))
def test_order_does_not_matter(language: str, size: int, columns: list[str], random: Random) -> None:
    """Neither the order of rows nor that of columns."""
    persons = people(language, size)
    assert _count(_rows(columns, persons)) == size
    shuffled = _rows(random.sample(columns, len(columns)), random.sample(persons, size))
    assert _count(shuffled) == size


@settings(deadline=None, max_examples=60)
@given(
    _LANGUAGE,
    _SIZE,
    _ENOUGH,
    st.integers(0, 8),
    st.sampled_from(["colour", "Notes", "X7", "Umsatz", "Rang", ""]),
)
def test_a_column_of_junk_changes_nothing(
    language: str, size: int, columns: list[str], at: int, heading: str
) -> None:
    """At any position and with any heading."""
    rows = _rows(columns, people(language, size))
    junk = [heading, *(f"{n % 7} pieces" for n in range(size))]
    assert _count([[*row[:at], cell, *row[at:]] for row, cell in zip(rows, junk, strict=True)]) == size


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH)
def test_one_more_person_adds_one(language: str, size: int, columns: list[str]) -> None:
    """A further row of another person raises the count by one."""
    assert (
        _count(_rows(columns, people(language, size + 1)))
        == _count(_rows(columns, people(language, size))) + 1
    )


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.data())
def test_repeated_rows_count_once(language: str, size: int, columns: list[str], data: st.DataObject) -> None:
    """Any number of repetitions."""
    rows = _rows(columns, people(language, size))
    again = data.draw(st.lists(st.sampled_from(rows[1:]), max_size=40))
    assert _count([*rows, *again]) == size


@settings(deadline=None, max_examples=40)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_the_form_of_the_file_does_not_matter(
    language: str, size: int, columns: list[str], delimiter: str, encoding: str
) -> None:
    """Any delimiter and any encoding give the same count."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(_rows(columns, people(language, size)))
    part = Part("1", file.getvalue().encode(encoding), "application/octet-stream", "list.dat")
    (document,) = open_parts((part,), Budget(Limits(), lambda: True))
    assert len(disclosed_by(document).people) == size


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=30),
    st.lists(st.text(max_size=20), max_size=4),
)
def test_any_table_is_counted(rows: list[list[str]], header: list[str]) -> None:
    """No content of cells raises; there are never more people than rows."""
    assert people_in_rows(rows, tuple(header)) <= len(rows)


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("aB1@.,;:<>+-\n\t |(/*ßé名\u3000²"), max_size=400))
def test_any_text_is_counted(text: str) -> None:
    """No text raises."""
    assert len(disclosed_by(Document("1", texts=(Text(text),))).people) <= len(text)
