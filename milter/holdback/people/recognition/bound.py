"""Bound the number of people whom recognition can find in documents, by a few passes over the text."""

import re
from collections.abc import Sequence

from holdback.documents import Document, Table
from holdback.people.recognition.aligned_lists import aligned_tables
from holdback.people.recognition.envelopes import is_street_line
from holdback.people.recognition.forms import may_name_someone
from holdback.people.recognition.sensitive_text import has_sensitive_heading
from holdback.people.recognition.signs import digits_of, has_long_number, long_numbers, street_edges

_NUMBERS, _EDGES = 8, 10
"""With so many long numbers a text may be a list in columns, with so many digits at edges one of streets."""
_SHORT = 4 * 1024
"""A longer text is not looked at line by line: if it needs that, it mostly has too many people anyway."""
_LONGEST = 64 * 1024
"""A longer text has too many lines for the bound to be of use."""
_SIGN = re.compile(r"@(?:@[^@\n]{0,80}@@)?")
"""An address has one of these; the heading of a changed block in a patch (`@@ -1,7 +1,6 @@`) is only one."""
_SEPARATORS = ":：=\t|"
"""Each label of a form ends with one of these, and each person in a form has two labels."""


def most_people(documents: Sequence[Document], limit: int) -> int:
    """Return at most so many people or addresses that recognition can find, all documents together.

    From `limit` on, the number is only some number that is not below it.
    """
    tables = 0
    for document in documents:
        for table in document.tables:
            tables += _in_table(table, limit)
            if tables >= limit:
                return limit
    texts = [text.text for document in documents for text in document.texts]
    if max(map(len, texts), default=0) > _LONGEST:
        return limit
    most, edges = tables, 0
    for text in texts:
        digits = digits_of(text)
        most += _in_text(text, digits)
        edges += street_edges(digits)
    has_streets = edges >= _EDGES
    most += edges if has_streets else 0
    if most >= limit and sum(map(len, texts)) <= _SHORT:
        most = tables + _in_lines(texts, limit, has_streets)
    return most


def _in_table(table: Table, limit: int) -> int:
    """One person for each row, and those in the text of cells with addresses."""
    if table.height >= limit or len(table.source) > _LONGEST:
        return limit
    if table.source and "@" not in table.source:
        return table.height
    return table.height + _in_lines(
        ["\n".join([cell for row in table.rows for cell in row if "@" in cell])], limit
    )


def _in_text(text: str, digits: bytes) -> int:
    """One person for each address, for each long number without one, and for every other label."""
    numbers = long_numbers(digits)
    if numbers >= _NUMBERS or has_sensitive_heading(text):
        return len(text)
    return text.count("@") + numbers + sum(map(text.count, _SEPARATORS)) // 2


def _in_lines(texts: Sequence[str], limit: int, has_streets: bool = False) -> int:
    """As `_in_text`, line by line: most have several of its signs, or a label that is none of a person.

    has_streets: True if all texts together may be a list of streets.
    """
    most = sum(len(_SIGN.findall(text)) for text in texts if "@" in text)
    if most >= limit:
        return limit
    others: list[str] = []
    for text in texts:
        digits = digits_of(text)
        if long_numbers(digits) >= _NUMBERS or has_sensitive_heading(text):
            most += sum(table.height for table in aligned_tables(text, digits))
        for line, its_digits in zip(text.split("\n"), digits.split(b"\n"), strict=True):
            if "@" in line:
                continue
            if has_long_number(its_digits) or (has_streets and is_street_line(line)):
                most += 1
            else:
                others.append(line)
        if most >= limit:
            return limit
    return most + sum(map(may_name_someone, others)) // 2
