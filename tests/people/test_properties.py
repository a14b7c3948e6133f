"""What must hold for every table of people."""

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


def _rows(columns: list[str], everybody: list[Person]) -> list[list[str]]:
    return [columns, *([_FIELDS[column](person) for column in columns] for person in everybody)]


def _count(rows: list[list[str]]) -> int:
    return people_in_rows(rows)


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.randoms(use_true_random=False))
def test_order_does_not_matter(language: str, size: int, columns: list[str], random: Random) -> None:
    """Neither of rows nor of columns."""
    everybody = people(language, size)
    assert _count(_rows(columns, everybody)) == size
    shuffled = _rows(random.sample(columns, len(columns)), random.sample(everybody, size))
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
    """Whatever its heading and wherever it stands."""
    rows = _rows(columns, people(language, size))
    junk = [heading, *(f"{n % 7} pieces" for n in range(size))]
    assert _count([[*row[:at], cell, *row[at:]] for row, cell in zip(rows, junk, strict=True)]) == size


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH)
def test_one_more_person_is_one_more(language: str, size: int, columns: list[str]) -> None:
    """Adding somebody never lowers the count."""
    assert (
        _count(_rows(columns, people(language, size + 1)))
        == _count(_rows(columns, people(language, size))) + 1
    )


@settings(deadline=None, max_examples=60)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.data())
def test_the_same_person_twice_is_one(
    language: str, size: int, columns: list[str], data: st.DataObject
) -> None:
    """However often rows are repeated."""
    rows = _rows(columns, people(language, size))
    again = data.draw(st.lists(st.sampled_from(rows[1:]), max_size=40))
    assert _count([*rows, *again]) == size


@settings(deadline=None, max_examples=40)
@given(_LANGUAGE, _SIZE, _ENOUGH, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_the_form_of_the_file_does_not_matter(
    language: str, size: int, columns: list[str], delimiter: str, encoding: str
) -> None:
    """Any delimiter, any encoding."""
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
    """Nothing that a cell may hold raises; there are never more people than rows."""
    assert people_in_rows(rows, tuple(header)) <= len(rows)


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("aB1@.,;:<>+-\n\t |(/*ßé名\u3000²"), max_size=400))
def test_any_text_is_counted(text: str) -> None:
    """Nothing that a text may hold raises."""
    assert len(disclosed_by(Document("1", texts=(Text(text),))).people) <= len(text)
