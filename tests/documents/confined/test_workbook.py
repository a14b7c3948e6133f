"""Spreadsheets of all formats: customer lists are found in every one, by whatever program it was written."""

import pytest
from rig.files import spreadsheets
from rig.opening import opened, people_in
from rig.people import HEADINGS, LANGUAGES, parts_list, people

WRITERS = {
    "xlsxwriter": spreadsheets.xlsx,
    "openpyxl": spreadsheets.openpyxl_xlsx,
    "xlwt": spreadsheets.xls,
    "odfpy": spreadsheets.ods,
    "xlsb": spreadsheets.xlsb,
}


def customers(count: int, language: str = "en") -> list[tuple[str, ...]]:
    return [HEADINGS[language], *(person.row for person in people(count, language))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("writer", WRITERS)
def test_every_customer_is_counted(writer: str, language: str) -> None:
    """A list of 30 customers is 30 people, whatever the format and the language."""
    assert people_in(WRITERS[writer](customers(30, language))) == 30


@pytest.mark.parametrize("writer", WRITERS)
def test_parts_are_no_people(writer: str) -> None:
    """A price list as long as a customer list has nobody in it."""
    assert people_in(WRITERS[writer]([("No", "Part", "Price", "Stock"), *parts_list(40)])) == 0


@pytest.mark.parametrize("writer", WRITERS)
def test_the_rows_are_those_of_the_sheet(writer: str) -> None:
    """Rows stand in the table as on the sheet, and are numbered as there."""
    rows = customers(4, "de")
    (table,) = [table for document in opened(WRITERS[writer](rows, "Kunden")) for table in document.tables]
    assert [tuple(row) for row in table.rows] == [tuple(row) for row in rows]
    assert (table.where, table.first) == ('sheet "Kunden"', 1)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_title_above_the_header(writer: str) -> None:
    """Title rows and empty rows above the header do not hide the list, and do not move its numbers."""
    titled = [("All our customers",), (), ("as of May",), (), *customers(25, "fr")]
    content = WRITERS[writer](titled)
    assert people_in(content) == 25
    (table,) = [table for document in opened(content) for table in document.tables]
    assert list(table.rows)[5][1] == people(1, "fr")[0].email


@pytest.mark.parametrize("writer", WRITERS)
def test_a_cut_file_never_fails(writer: str) -> None:
    """Wherever a file breaks off, what can be read is read, and no exception leaves."""
    content = WRITERS[writer](customers(10))
    for end in range(1, len(content), max(1, len(content) // 60)):
        opened(content[:end])
