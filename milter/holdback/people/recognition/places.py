"""Recognise records of people in every table and text of a message's documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from holdback.documents import Document, Table, Text
from holdback.people.recognition.aligned_lists import aligned_tables
from holdback.people.recognition.columns import Row
from holdback.people.recognition.records import Place, Records, Scope
from holdback.people.recognition.sensitive_text import has_sensitive_words
from holdback.people.recognition.signs import MANY, Signs, digits_of, long_numbers, street_edges
from holdback.people.recognition.spaced_lines import close_up
from holdback.people.recognition.tables import ROWS_OF_PAGE, records_in_table
from holdback.people.recognition.text import records_in_text

_PIECE = 128 * 1024
"""Characters of running text parsed between two heartbeats, at least."""
_LONGEST = 2 * _PIECE
"""At most."""
_FEW_ROWS = 4
"""Rows of a table, at most, that is too small to show its layout."""
_SAMPLE = 500
"""Rows that show the layout of several such tables."""
_SPACED = 5
"""Numbers, addresses or streets of a text with blank lines between the lines of each person, at least."""
_SINGLE_VALUES = frozenset(("properties", "header", "links", "file names", "elsewhere in the file"))
"""Places where blank lines separate values that do not belong together."""


def may_have_records(documents: Iterable[Document], customers: bool) -> bool:
    """False if `records_in` finds nothing. `customers` as in `Scope`."""
    signs = Signs()
    for document in documents:
        if document.tables:
            return True
        for text in document.texts:
            if "@" in text.text or len(text.text) > _LONGEST or has_sensitive_words(text.text):
                return True
            signs = signs.with_text(digits_of(text.text))
            if signs.may_list or signs.has_streets or (customers and signs.numbers):
                return True
    return False


def records_in(documents: Sequence[Document], scope: Scope, beat: Callable[[], None]) -> Iterator[Place]:
    """Every table and text of the documents, in order, and the records in it.

    `beat` is called every few milliseconds to a second of work; it may raise to end it.
    """
    known, signs = _signs_in(documents)
    scope, left, samples = replace(scope, signs=signs), iter(known), _shared_samples(documents)
    for document in documents:
        for table in document.tables:
            beat()
            yield Place(document, table, records_in_table(table, scope, beat, _sample(table, samples)))
        for text in document.texts:
            yield Place(document, text, _in_text(text, next(left, None), scope, beat))


def _shared_samples(documents: Iterable[Document]) -> Mapping[Row, Sequence[Row]]:
    """For each first row that several small tables have: that row and the other rows of them."""
    samples: dict[Row, list[Row]] = {}
    for table in (table for document in documents for table in document.tables):
        if not table.header and table.has_at_most(_FEW_ROWS):
            rows = table.sample()
            known = samples.setdefault(tuple(rows[0]), rows[:1]) if rows else []
            known += rows[1:] if len(known) <= _SAMPLE else ()
    return {first: rows for first, rows in samples.items() if len(rows) > _FEW_ROWS}


def _sample(table: Table, shared: Mapping[Row, Sequence[Row]]) -> Sequence[Row]:
    """The rows that show the layout of `table`: if it is small those of all with its headings."""
    sample = table.sample()
    is_small = shared and sample and table.has_at_most(_FEW_ROWS)
    return shared.get(tuple(sample[0]), sample) if is_small else sample


def _signs_in(documents: Iterable[Document]) -> tuple[list[bytes], Signs]:
    """The signs of all texts together, at least many, and the `digits_of` the texts that were looked at."""
    tables = (table for document in documents for table in document.tables)
    columns = sum(table.width for table in tables if table.has_at_most(ROWS_OF_PAGE))
    known, signs = list[bytes](), Signs(columns=columns)
    for document in documents:
        for text in document.texts:
            if len(text.text) > _LONGEST:
                return known, MANY._replace(columns=columns)
            known.append(digits_of(text.text))
            signs = signs.with_text(known[-1])
            if signs.may_list and signs.has_streets:
                return known, signs
    return known, signs


def _in_text(text: Text, known: bytes | None, scope: Scope, beat: Callable[[], None]) -> Iterator[Records]:
    """The records in one text, whose `digits_of` may be known."""
    for piece in _pieces(text.text):
        beat()
        digits = digits_of(piece) if known is None else known
        if text.where not in _SINGLE_VALUES and _may_be_spaced(piece, digits):
            closed = close_up(piece)
            if closed is not piece:
                piece, digits = closed, digits_of(closed)
        yield from records_in_text(piece, scope, beat, digits)
        for table in aligned_tables(piece, digits):
            yield from records_in_table(table, scope, beat)


def _may_be_spaced(text: str, digits: bytes) -> bool:
    """False if the text cannot have a list of people with blank lines between their lines."""
    return (
        long_numbers(digits) >= _SPACED or text.count("@") >= _SPACED or street_edges(digits) >= 2 * _SPACED
    )


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
