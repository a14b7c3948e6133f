"""The same table in every format: people are found, prices are not, damage and passwords are said."""

import pytest
from holdback.mail import Limits
from rig.files.everything import WRITERS, Writer
from rig.files.sealed import SEALED
from rig.opening import opened, people_in, unreadable_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

COUNT = 60
ARTICLES = [("Article", "Name", "Price", "Stock"), *parts_list(COUNT)]
EVERY = pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
WESTERN, ALL_WESTERN = ("pdf", "dbf"), ("en", "de", "fr")
"""Formats whose writer knows Western languages only; their own tests have the others."""


def customers(language: str, count: int = COUNT) -> list[tuple[str, ...]]:
    return [HEADINGS[language], *(person.row for person in people(count, language))]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        (name, language)
        for name in WRITERS
        for language in LANGUAGES
        if name not in WESTERN or language in ALL_WESTERN
    ],
)
def test_every_person_is_found_whatever_the_file_is_called(name: str, language: str) -> None:
    """In every language; the content decides, not the ending."""
    assert people_in(WRITERS[name](customers(language)), "holiday.jpg") == COUNT


@EVERY
def test_a_price_list_is_nobody(writer: Writer) -> None:
    """The near miss: as many rows, and no person in them."""
    content = writer(ARTICLES)
    assert (people_in(content), unreadable_in(content)) == (0, set())


@EVERY
def test_a_file_that_is_cut_short_is_said_to_be_or_read_as_far_as_it_goes(writer: Writer) -> None:
    """At many places: never an exception, and never silence about a file of which nothing came out."""
    content = writer(customers("en", 200))
    for size in range(len(content) // 9, len(content), len(content) // 9):
        documents = opened(content[:size])
        assert any(document.texts or document.tables or document.unreadable for document in documents)


@EVERY
def test_small_limits_end_the_reading_with_a_word(writer: Writer) -> None:
    """One budget for all: what is beyond it is said, and not read."""
    content = writer(customers("en", 2_000))
    limits = Limits(bytes=20_000, cells=2_000, pages=2, entries=5)
    rows = sum(table.height for document in opened(content, limits=limits) for table in document.tables)
    plain = unreadable_in(content) == unreadable_in(content, limits=limits)
    assert plain or ("over_limit" in unreadable_in(content, limits=limits) and rows < 2_000)


@pytest.mark.parametrize("name", SEALED)
def test_a_password_is_said(name: str) -> None:
    """Nobody can look inside, and the operator knows."""
    assert unreadable_in(SEALED[name]()) == {"encrypted"}
