"""Spreadsheets of all formats: customer lists are found, by whatever program they were written."""

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
def test_a_price_list_has_no_people(writer: str) -> None:
    """A price list as long as a customer list has no people."""
    assert people_in(WRITERS[writer]([("No", "Part", "Price", "Stock"), *parts_list(40)])) == 0


@pytest.mark.parametrize("writer", WRITERS)
def test_the_rows_are_those_of_the_sheet(writer: str) -> None:
    """Rows have the same order and numbers as on the sheet."""
    rows = customers(4, "de")
    (table,) = [table for document in opened(WRITERS[writer](rows, "Kunden")) for table in document.tables]
    assert [tuple(row) for row in table.rows] == [tuple(row) for row in rows]
    assert (table.where, table.first) == ('sheet "Kunden"', 1)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_title_above_the_header(writer: str) -> None:
    """Title rows and empty rows above the header neither hide the list nor change row numbers."""
    titled = [("All our customers",), (), ("as of May",), (), *customers(25, "fr")]
    content = WRITERS[writer](titled)
    assert people_in(content) == 25
    (table,) = [table for document in opened(content) for table in document.tables]
    assert list(table.rows)[5][1] == people(1, "fr")[0].email


@pytest.mark.parametrize("writer", WRITERS)
def test_a_cut_file_never_fails(writer: str) -> None:
    """A file cut anywhere is read up to the cut without an exception."""
    content = WRITERS[writer](customers(10))
    for end in range(1, len(content), max(1, len(content) // 60)):
        opened(content[:end])
