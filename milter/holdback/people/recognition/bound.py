"""Bound the number of people whom recognition can find in documents, by a few passes over the text."""

from collections.abc import Sequence

from holdback.documents import Document, Table
from holdback.people.recognition.text import digits_of, long_numbers, street_edges

_NUMBERS, _EDGES = 8, 10
"""With so many long numbers a text may be a list in columns, with so many digits at ends of lines one of streets."""
_LONGEST = 64 * 1024
"""A longer text has too many lines for the bound to be of use."""
_SEPARATORS = ":：=\t|"
"""Each label of a form ends with one of these, and each person in a form has two labels."""


def most_people(documents: Sequence[Document], limit: int) -> int:
    """Return at most so many people or addresses that recognition can find, all documents together.

    From `limit` on, the number is only some number that is not below it.
    """
    most = sum(_in_table(table, limit) for document in documents for table in document.tables)
    for document in documents:
        for text in document.texts if most < limit else ():
            most += _in_text(text.text, limit)
    return most


def _in_text(text: str, limit: int) -> int:
    """One person for each address, for each long number without one, and for every other label."""
    signs = text.count("@")
    if signs >= limit or len(text) > _LONGEST:
        return limit
    digits = digits_of(text)
    numbers = long_numbers(digits)
    if numbers >= _NUMBERS or street_edges(digits) >= _EDGES:
        return limit
    return signs + numbers + sum(map(text.count, _SEPARATORS)) // 2


def _in_table(table: Table, limit: int) -> int:
    """One person for each row; cells with addresses may have any number."""
    if table.height >= limit or "@" in (table.source or "\n".join(map("\n".join, table.rows))):
        return limit
    return table.height
