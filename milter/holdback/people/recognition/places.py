"""Recognise records of people in every table and text of a message's documents."""

from collections.abc import Callable, Iterable, Iterator

from holdback.documents import Document
from holdback.people.recognition.aligned_lists import aligned_tables
from holdback.people.recognition.records import Place, Records, Scope
from holdback.people.recognition.tables import records_in_table
from holdback.people.recognition.text import digits_of, records_in_text
from holdback.people.recognition.text import may_have_records as text_may_have_records

_PIECE = 128 * 1024
"""Characters of running text parsed between two heartbeats, at least."""
_LONGEST = 2 * _PIECE
"""At most."""


def may_have_records(documents: Iterable[Document], customers: bool) -> bool:
    """False if `records_in` finds nothing. `customers` as in `Scope`."""
    for document in documents:
        if document.tables:
            return True
        for text in document.texts:
            if len(text.text) > _LONGEST or text_may_have_records(text.text, customers):
                return True
    return False


def records_in(documents: Iterable[Document], scope: Scope, beat: Callable[[], None]) -> Iterator[Place]:
    """Every table and text of the documents, in order, and the records in it.

    `beat` is called every few milliseconds to a second of work; it may raise to end it.
    """
    for document in documents:
        for table in document.tables:
            beat()
            yield Place(document, table, records_in_table(table, scope, beat))
        for text in document.texts:
            yield Place(document, text, _in_text(text.text, scope, beat))


def _in_text(text: str, scope: Scope, beat: Callable[[], None]) -> Iterator[Records]:
    for piece in _pieces(text):
        beat()
        digits = digits_of(piece)
        yield from records_in_text(piece, scope, beat, digits)
        for table in aligned_tables(piece, digits):
            yield from records_in_table(table, scope, beat)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end with a paragraph, or at least with a line, if there is one in reach."""
    start = 0
    while len(text) - start > _LONGEST:
        end = text.find("\n\n", start + _PIECE, start + _LONGEST) + 2
        if end < 2:
            # An item of a list (YAML) must stay whole.
            end = text.find("\n- ", start + _PIECE, start + _LONGEST) + 1
        if end < 1:
            end = text.rfind("\n", start, start + _LONGEST) + 1 or start + _LONGEST
        yield text[start:end]
        start = end
    yield text[start:] if start else text
