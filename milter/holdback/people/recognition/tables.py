"""Recognise records in tables: a sample shows the layout; all rows are parsed if they can be records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from holdback.documents import Table
from holdback.mail.beat import Beat, no_beat
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field, is_identifying
from holdback.people.recognition.columns import Row
from holdback.people.recognition.records import Batch, Records, Scope
from holdback.people.recognition.signs import MANY
from holdback.people.recognition.table_layout import Layout, Source, layout
from holdback.people.recognition.text import has_loose_values, loose_values, records_in_text

_SLICE = 8192
"""Rows held at a time, about."""
_SLICE_CELLS = 32 * _SLICE
"""Cells held at a time, about: wide rows take more memory."""
_STEP = 16
"""Rows read before their cells are counted."""
_PLACES = 64
"""Places of a table that a sample is taken from."""
_PIECE = 128 * 1024
"""Characters of cells parsed as running text at a time, at least."""
_LONGEST = 4 * _PIECE
"""At most, even in the middle of a record."""
_FORM_ROWS = 2
"""Rows of a form, at least; of two, both have known labels."""
ROWS_OF_PAGE = 30
"""Rows of a table, at most, that is one page."""
_SYNONYMS = 3
"""Different labels of one meaning, on average, at most: more are no labels but values, such as streets."""
_LABELS = 0.5
"""Share of rows whose first cell is a known label that makes a table a form."""


def records_in_table(
    table: Table, scope: Scope, beat: Beat = no_beat, sample: Sequence[Row] | None = None
) -> Iterator[Records]:
    """The records in one table: in its columns, in cells of running text, in columns of something else.

    sample: rows that show its layout, if they are not its own; the first ones must be.
    """
    sample = table.sample() if sample is None else sample
    if not sample:
        return
    if _is_form(sample):
        body = layout(sample, table.header, scope.scoring).body if table.first else 0
        is_form = False
        for records in _in_form(table, scope, beat):
            is_form = True
            yield replace(records, body=body)
        if is_form:
            return
    plan = layout(sample, table.header, scope.scoring)
    yield from _in_columns(table.rows, plan, scope, beat)
    if (
        not (is_identifying(plan.fields) or plan.fields & Field.EMAIL)
        and scope.signs.has_columns
        and table.has_at_most(ROWS_OF_PAGE)
    ):
        yield from _in_few_rows(table, scope)
    if not plan.fields & Field.EMAIL:
        for records in _in_rows_with_address(table, scope, beat):
            yield replace(records, body=plan.body)
    if scope.lookup:
        yield from _in_remarks(table, plan, sample, scope, beat)


def _in_columns(rows: Iterable[Row], plan: Layout, scope: Scope, beat: Beat) -> Iterator[Records]:
    if (
        is_identifying(plan.fields)
        or plan.fields & Field.EMAIL
        or (scope.lookup and plan.identifies_customers)
    ):
        batches = _Batches(rows, plan, scope, beat)
        yield Records(batches, plan.supporting, plan.body, plan.organisations)


def _in_form(table: Table, scope: Scope, beat: Beat) -> Iterator[Records]:
    """Records in a table of labels and values; it is cut where the first label comes again."""
    first = next((row[0] for row in table.rows if row), "")
    lines = ((": ".join(row[:2]), row[:1] == [first]) for row in table.rows)
    return _in_pieces(lines, "\n", scope, beat)


def _in_few_rows(table: Table, scope: Scope) -> Iterator[Records]:
    """Records in a table that only arranges the text of a letter or a form on its page."""
    columns = zip_longest(*table.rows, fillvalue="")
    text = "\n\n".join(["\n".join(filter(None, column)) for column in columns])
    # The rows show the rest: lone addresses, and phones to be looked up.
    for records in records_in_text(text, replace(scope, signs=MANY)):
        if records.batches:
            yield Records(records.batches)


def _in_pieces(
    texts: Iterable[tuple[str, bool]], between: str, scope: Scope, beat: Beat
) -> Iterator[Records]:
    """Records in running text of any length; a piece may begin at those `texts` that are paired with True."""
    scope = replace(scope, signs=MANY)
    size = 0
    piece: list[str] = []
    for text, may_begin in texts:
        if (size > _PIECE and may_begin) or size > _LONGEST:
            beat()
            yield from records_in_text(between.join(piece), scope)
            piece, size = [], 0
        piece.append(text)
        size += len(text) + len(between)
    yield from records_in_text(between.join(piece), scope)


def _in_rows_with_address(table: Table, scope: Scope, beat: Beat) -> Iterator[Records]:
    """Records in a table without a column of addresses: a customer section amid a catalogue, remarks."""
    if table.source and "@" not in table.source:
        return
    section = _WithAddress(table.rows)
    plan = layout(section.sample(), table.header, scope.scoring)
    if plan.fields & Field.EMAIL:
        yield from _in_columns(section, plan, scope, beat)
        return
    cells = ((cell, True) for row in section for cell in row if "@" in cell)
    yield from _in_pieces(cells, "\n\n", scope, beat)


def _in_remarks(
    table: Table, plan: Layout, sample: Sequence[Row], scope: Scope, beat: Beat
) -> Iterator[Records]:
    """Addresses and phones in columns of something else: remarks, contacts."""
    width = min(max(map(len, sample)), scope.scoring.columns)
    others = set(range(width)).difference(*(source.columns for source in plan.sources))
    columns = [n for n in sorted(others) if has_loose_values("\n".join(_cells(sample, n)), scope)]
    for piece in _slices(islice(iter(table.rows), plan.body, None) if columns else ()):
        beat()
        emails, phones = loose_values("\n".join(cell for column in columns for cell in _cells(piece, column)))
        yield Records(body=plan.body, remarks=emails, phones=phones)


def _slices(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows some thousands at a time, fewer if they are wide."""
    left, piece, cells = iter(rows), list[Row](), 0
    while step := list(islice(left, _STEP)):
        piece += step
        cells += sum(map(len, step))
        if len(piece) >= _SLICE or cells >= _SLICE_CELLS:
            yield piece
            piece, cells = [], 0
    if piece:
        yield piece


@dataclass(frozen=True, slots=True)
class _WithAddress:
    """The rows that have an address in a cell; found anew in every iteration, because they may be many."""

    rows: Iterable[Row]

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if "@" in "\n".join(row))

    def sample(self) -> list[Row]:
        """Rows from all over, as `Table.sample`."""
        step = max(8, sum(1 for _ in self) // _PLACES)
        return [row for number, row in enumerate(self) if number % step < 8]


def _is_form(sample: Sequence[Row]) -> bool:
    """True for a table of two columns with labels in the first one: `Name`, `Ann Smith`."""
    rows = [row for row in sample if any(row)]
    if len(rows) < _FORM_ROWS or max(map(len, rows)) > 2:
        return False
    labels = [row[0].strip(" :") for row in rows if len(row) == 2]
    # To look a label up takes long; if none in the first half is known, too few are.
    if not any(map(field_of, labels[: len(rows) // 2 + 1])):
        return False
    known = {label: field for label in labels if (field := field_of(label))}
    if len(rows) == _FORM_ROWS and len(set(known.values())) < _FORM_ROWS:
        return False
    few = len(known) <= _SYNONYMS * len(set(known.values()))
    return few and sum(label in known for label in labels) >= _LABELS * len(rows)


@dataclass(frozen=True, slots=True)
class _Batches:
    """The records of a table, slice by slice; one slice is in memory at a time."""

    rows: Iterable[Row]
    plan: Layout
    scope: Scope
    beat: Beat

    def __iter__(self) -> Iterator[Batch]:
        for piece in _slices(islice(iter(self.rows), self.plan.body, None)):
            self.beat()
            yield self._batch(piece)

    def _batch(self, rows: Sequence[Row]) -> Batch:
        columns = self._columns(rows)
        if not self.scope.lookup:
            return Batch(columns)
        sources, postcode = self.plan.sources, self.plan.postcode
        emails = [source for source in sources if source.field is Field.EMAIL]
        phones = [column for source in sources if source.field is Field.PHONE for column in source.columns]
        return Batch(
            columns,
            more_emails=[_values(rows, source) for source in emails[1:]],
            phones=[_cells(rows, column) for column in phones],
            postcodes=_cells(rows, postcode) if postcode >= 0 else (),
        )

    def _columns(self, rows: Sequence[Row]) -> dict[Field, list[str]]:
        """One value a row for each field; a further column of a field fills the gaps of the first."""
        columns: dict[Field, list[str]] = {}
        for source in self.plan.sources:
            known = columns.get(source.field)
            if known is None:
                columns[source.field] = _values(rows, source)
                continue
            is_gap = self._is_not_counted if source.field is Field.EMAIL else _is_empty
            gaps = [number for number, value in enumerate(known) if is_gap(value)]
            for number, value in zip(gaps, _values([rows[gap] for gap in gaps], source), strict=True):
                if not self.scope.is_of_company(known[number]) or not self._is_not_counted(value):
                    known[number] = value or known[number]
        return columns

    def _is_not_counted(self, email: str) -> bool:
        """A second address counts where the first is missing, ours or the recipients' (a manager's)."""
        return not email or not self.scope.is_third_party(email) or self.scope.is_of_company(email)


def _is_empty(value: str) -> bool:
    return not value


def _cells(rows: Sequence[Row], column: int) -> list[str]:
    return [row[column] if len(row) > column else "" for row in rows]


def _values(rows: Sequence[Row], source: Source) -> list[str]:
    """The value of the source in each row."""
    parse = source.parse
    if len(source.columns) == 1:
        (index,) = source.columns
        return [parse(row[index]) if len(row) > index else "" for row in rows]
    joined = (" ".join([row[index] for index in source.columns if len(row) > index]) for row in rows)
    return list(map(parse, joined))
