"""One person a file, page, sheet, form or mail adds up over the message, and each counts once."""

import pytest
from holdback.documents import Document, Text
from people.corpus import units
from people.corpus.hits import PEOPLE
from people.corpus.invented import people
from rig.opening import disclosed_by, people_in

_UNKNOWN = 4
"""People of the corpus whose given and family names are on no list: not believed where they are alone."""
_MANY = 20


@pytest.mark.parametrize("content", units.HITS.values(), ids=units.HITS.keys())
def test_people_add_up(content: units.Content) -> None:
    """Forms, letters and tables of one row in files, mails, pages and sheets."""
    assert PEOPLE - _UNKNOWN <= people_in(content()) <= PEOPLE


@pytest.mark.parametrize("content", units.MISSES.values(), ids=units.MISSES.keys())
def test_nobody_adds_up(content: units.Content) -> None:
    """Companies, products, notes of meetings, and many documents about the same person."""
    assert people_in(content()) <= 1


def _texts(*texts: str) -> int:
    return disclosed_by(*(Document(f"{n}", texts=(Text(text),)) for n, text in enumerate(texts))).people_count


_SOME = people("en", _MANY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Name: {p.name}\nPhone: {p.phone}", "Name: {p.family}, {p.given}\nDate of birth: {p.born}"),
        ("{p.name}\n{p.street}\n{p.town} LS16 3AJ", "{p.name}, {p.phone}"),
        ("Name: {p.name}\nDate of birth: {p.born}", "{p.name}\n{p.street}\n{p.town} LS16 3AJ"),
        ("Name: {p.name}\nIBAN: {p.iban}", "{p.name}: {p.email}"),
    ],
)
def test_one_person_on_two_pages(one: str, other: str) -> None:
    """With different data on each; two people of one name are two if a page has both."""
    pages = [form.format(p=person) for person in _SOME for form in (one, other)]
    assert _texts(*pages) == _MANY
    assert _texts(*pages[::2]) == _texts(*pages[1::2]) == _MANY


def test_two_people_of_one_name() -> None:
    """Two phones are two people, whatever else is known of one of them."""
    assert _texts(*["Ann Smith, 030 1234567\n", "Ann Smith, 030 7654321\n"] * 5) == 2
    assert _texts(*["Ann Smith, 030 1234567\n", "Ann Smith, 030 7654321, born 12.03.1985\n"] * 5) == 2
