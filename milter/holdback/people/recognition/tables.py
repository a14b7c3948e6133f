"""People in tables: the layout is told from a sample; only if it can make records are all rows read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from holdback.documents import Table
from holdback.mail.beat import Beat, no_beat
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field, is_identifying
from holdback.people.recognition.table_layout import COLUMNS, Layout, Row, Source, layout
from holdback.people.recognition.text import has_bare, notice_bare_in, subjects_in_text
from holdback.people.subjects.count import Batch, Entries, subjects_of_all
from holdback.people.subjects.lookup import Register
from holdback.people.subjects.matching import Clues
from holdback.people.subjects.third_parties import Standing
from holdback.people.subjects.values import Subjects

_SLICE = 8192
"""Rows held at a time."""
_PLACES = 64
"""Places of a table that a sample is taken from."""
_PIECE = 128 * 1024
"""Characters of cells looked at as running text at a time, at least."""
_SYNONYMS = 3
_LABELS = 0.5
"""Share of rows whose first cell is a known label that makes a table a form."""


def subjects_in_table(table: Table, standing: Standing, beat: Beat = no_beat) -> Subjects:
    """The people that one table discloses."""
    sample = table.sample()
    if not sample:
        return Subjects()
    if _is_form(sample):
        return _in_form(table, standing, beat)
    plan = layout(sample, table.header)
    found = _in_columns(table.rows, plan, standing, beat)
    if not plan.kinds & Field.EMAIL:
        found.add(_beside_addresses(table, standing, beat))
    if standing.register:
        _in_notes(table, plan, sample, standing, standing.register, found, beat)
    return found


def _in_columns(rows: Iterable[Row], plan: Layout, standing: Standing, beat: Beat) -> Subjects:
    if not (
        is_identifying(plan.kinds)
        or plan.kinds & Field.EMAIL
        or (standing.register and plan.identifies_customers)
    ):
        return Subjects()
    return subjects_of_all(
        lambda: _batches(rows, plan, standing, beat), standing, plan.organisations, plan.beside, beat
    )


def _in_form(table: Table, standing: Standing, beat: Beat) -> Subjects:
    """People in a table of labels and values; cut where the first label comes again."""
    first = next((row[0] for row in table.rows if row), "")
    lines = ((": ".join(row[:2]), row[:1] == [first]) for row in table.rows)
    return _in_pieces(lines, "\n", standing, beat)


def _in_pieces(texts: Iterable[tuple[str, bool]], between: str, standing: Standing, beat: Beat) -> Subjects:
    """People in running text that is long perhaps; each of the `texts` tells whether it may begin a piece."""
    found, size = Subjects(), 0
    piece: list[str] = []
    for text, may_begin in texts:
        if (size > _PIECE and may_begin) or size > 4 * _PIECE:
            beat()
            found.add(subjects_in_text(between.join(piece), standing))
            piece, size = [], 0
        piece.append(text)
        size += len(text) + len(between)
    found.add(subjects_in_text(between.join(piece), standing))
    return found


def _beside_addresses(table: Table, standing: Standing, beat: Beat) -> Subjects:
    """People in a table without a column for addresses: a customer section amid a catalogue, notes."""
    if table.source and "@" not in table.source:
        return Subjects()
    section = _WithAddress(table.rows)
    plan = layout(section.sample(), table.header)
    if plan.kinds & Field.EMAIL:
        return _in_columns(section, plan, standing, beat)
    cells = ((cell, True) for row in section for cell in row if "@" in cell)
    return _in_pieces(cells, "\n\n", standing, beat)


def _in_notes(
    table: Table,
    plan: Layout,
    sample: Sequence[Row],
    standing: Standing,
    register: Register,
    found: Subjects,
    beat: Beat,
) -> None:
    """Notes customers whose address or phone stands in a column of something else: remarks, contacts."""
    taken = {column for source in plan.sources for column in source.columns}
    others = [column for column in range(min(max(map(len, sample)), COLUMNS)) if column not in taken]
    columns = [column for column in others if has_bare("\n".join(_cells(sample, column)), register)]
    rows = islice(iter(table.rows), plan.body, None) if columns else iter(())
    while piece := list(islice(rows, _SLICE)):
        beat()
        text = "\n".join(cell for column in columns for cell in _cells(piece, column))
        notice_bare_in(text, standing, register, found)


@dataclass(frozen=True, slots=True)
class _WithAddress:
    """The rows that have an address in a cell; found anew in every iteration, because they may be many."""

    rows: Iterable[Row]

    def __iter__(self) -> Iterator[Row]:
        return (row for row in self.rows if any("@" in cell for cell in row))

    def sample(self) -> list[Row]:
        """Rows from all over, as `Table.sample`."""
        step = max(8, sum(1 for _ in self) // _PLACES)
        return [row for number, row in enumerate(self) if number % step < 8]


def _is_form(sample: Sequence[Row]) -> bool:
    """True for a table of two columns that has labels in the first one: `Name`, `Ann Smith`."""
    rows = [row for row in sample if any(row)]
    if len(rows) < 3 or any(len(row) > 2 for row in rows):
        return False
    labels = [row[0].strip(" :") for row in rows if len(row) == 2]
    # To look a label up takes long; without one in the first half there are too few.
    if not any(map(field_of, labels[: len(rows) // 2 + 1])):
        return False
    known = {label: role for label in labels if (role := field_of(label))}
    # Many different texts of one meaning are no labels but values: streets.
    few = len(known) <= _SYNONYMS * len(set(known.values()))
    return few and sum(label in known for label in labels) >= _LABELS * len(rows)


def _batches(rows: Iterable[Row], plan: Layout, standing: Standing, beat: Beat) -> Iterator[Batch]:
    """What reads the entries of a slice of rows, slice by slice: no other is in memory then."""
    body = islice(iter(rows), plan.body, None)
    while piece := list(islice(body, _SLICE)):
        beat()
        yield Batch(partial(_slice, piece, plan, standing), partial(_clues, piece, plan))


def _slice(rows: Sequence[Row], plan: Layout, standing: Standing) -> Entries:
    entries: dict[Field, list[str]] = {}
    for source in plan.sources:
        known = entries.get(source.kind)
        if known is None:
            entries[source.kind] = _read(rows, source)
            continue
        gap = _gap_in_addresses(standing) if source.kind is Field.EMAIL else _is_empty
        open_rows = [number for number, value in enumerate(known) if gap(value)]
        for number, value in zip(open_rows, _read([rows[n] for n in open_rows], source), strict=True):
            known[number] = value or known[number]
    return entries


def _clues(rows: Sequence[Row], plan: Layout, entries: Entries) -> Clues:
    """What the customer index can be asked for: every address and phone, not only the first of an entry."""
    emails = [source for source in plan.sources if source.kind is Field.EMAIL]
    phones = [column for source in plan.sources if source.kind is Field.PHONE for column in source.columns]
    return Clues(
        emails=[entries[Field.EMAIL], *(_read(rows, source) for source in emails[1:])] if emails else (),
        phones=[_cells(rows, column) for column in phones],
        ids=entries.get(Field.ID, ()),
        logins=entries.get(Field.LOGIN, ()),
        names=entries.get(Field.NAME, ()),
        postcodes=_cells(rows, plan.postcode) if plan.postcode >= 0 else (),
    )


def _cells(rows: Sequence[Row], column: int) -> list[str]:
    return [row[column] if len(row) > column else "" for row in rows]


def _is_empty(value: str) -> bool:
    return not value


def _gap_in_addresses(standing: Standing) -> Callable[[str], bool]:
    """A second address counts where the first is missing or one of ours: an account manager's."""
    return lambda value: not value or not standing.third_party(value)


def _read(rows: Sequence[Row], source: Source) -> list[str]:
    reader = source.reader
    if len(source.columns) == 1:
        (index,) = source.columns
        return [reader(row[index]) if len(row) > index else "" for row in rows]
    joined = (" ".join([row[index] for index in source.columns if len(row) > index]) for row in rows)
    return list(map(reader, joined))
