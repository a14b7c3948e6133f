"""The same table in each format: people are found, prices are not, damage and passwords are reported."""

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
    """In each language, with any file name."""
    assert people_in(WRITERS[name](customers(language)), "holiday.jpg") == COUNT


@EVERY
def test_a_price_list_has_no_people(writer: Writer) -> None:
    """The near miss: as many rows without any person."""
    content = writer(ARTICLES)
    assert (people_in(content), unreadable_in(content)) == (0, set())


@EVERY
def test_truncated_files(writer: Writer) -> None:
    """At many positions: no exception, and a defect if nothing was read."""
    content = writer(customers("en", 200))
    for size in range(len(content) // 9, len(content), len(content) // 9):
        documents = opened(content[:size])
        assert any(document.texts or document.tables or document.unreadable for document in documents)


@EVERY
def test_small_limits_are_reported(writer: Writer) -> None:
    """One budget for all documents; content beyond it is reported and not read."""
    content = writer(customers("en", 2_000))
    limits = Limits(bytes=20_000, cells=2_000, pages=2, entries=5)
    rows = sum(table.height for document in opened(content, limits=limits) for table in document.tables)
    plain = unreadable_in(content) == unreadable_in(content, limits=limits)
    assert plain or ("over_limit" in unreadable_in(content, limits=limits) and rows < 2_000)


@pytest.mark.parametrize("name", SEALED)
def test_a_password_is_reported(name: str) -> None:
    """The file cannot be read, and the operator is informed."""
    assert unreadable_in(SEALED[name]()) == {"encrypted"}
