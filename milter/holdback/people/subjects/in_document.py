"""The people that one document discloses, in its tables and its running text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdback.documents import Document, Table
from holdback.people.recognition.aligned_lists import aligned_tables
from holdback.people.recognition.table_layout import layout
from holdback.people.recognition.tables import subjects_in_table
from holdback.people.recognition.text import digits_of, subjects_in_text
from holdback.people.subjects.third_parties import Standing
from holdback.people.subjects.values import Subjects

_PIECE = 128 * 1024
"""Characters of running text looked at between two heartbeats."""
_LONGEST = 2 * _PIECE


@dataclass(frozen=True, slots=True)
class Place:
    """The people of one table or text of a document."""

    where: str
    """Place within the document: `sheet "Kunden" rows 2-20001`; empty for all of it."""
    found: Subjects


def subjects_in(document: Document, standing: Standing, beat: Callable[[], None]) -> Subjects:
    """The third parties in `document`; who is seen in two places of it counts once."""
    found = Subjects()
    for place in places_in(document, standing, beat):
        found.add(place.found)
    return found


def places_in(document: Document, standing: Standing, beat: Callable[[], None]) -> Iterator[Place]:
    """The third parties in each table and text of `document`, where there are any.

    `beat` is called every few milliseconds to a second of work; it may raise to end it.
    """
    for table in document.tables:
        beat()
        found = subjects_in_table(table, standing, beat)
        if found:
            yield Place(_place(table), found)
    for text in document.texts:
        shown = _in_text(text.text, standing, beat)
        if shown:
            yield Place(text.where, shown)


def _place(table: Table) -> str:
    """Where the entries of `table` are; where users number the rows, without those above the first entry."""
    if not table.first:
        return table.where
    body = layout(table.sample(), table.header).body
    return f"{table.where} rows {table.first + body}-{table.first + table.height - 1}".strip()


def _in_text(text: str, standing: Standing, beat: Callable[[], None]) -> Subjects | None:
    found: Subjects | None = None
    for piece in _pieces(text):
        beat()
        digits = digits_of(piece)
        running = subjects_in_text(piece, standing, beat, digits)
        if found is None:
            found = running
        else:
            found.add(running)
        for table in aligned_tables(piece, digits):
            found.add(subjects_in_table(table, standing, beat))
    return found


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end with a paragraph, or at least with a line, if there is one in reach."""
    start = 0
    while len(text) - start > _LONGEST:
        end = text.find("\n\n", start + _PIECE, start + _LONGEST) + 2
        if end < 2:
            # Items of a list (YAML) stay whole.
            end = text.find("\n- ", start + _PIECE, start + _LONGEST) + 1
        if end < 1:
            end = text.rfind("\n", start, start + _LONGEST) + 1 or start + _LONGEST
        yield text[start:end]
        start = end
    yield text[start:] if start else text
