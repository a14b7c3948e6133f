"""People in tables: the layout is told from a sample; only if it can make records are all rows read."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from holdback.documents import Table
from holdback.people.columns import Layout, Source, layout
from holdback.people.fields import Kind, singles_out
from holdback.people.subjects import Entries, Subjects, ThirdParty, subjects_of
from holdback.people.text import subjects_in_text
from holdback.people.words import role_of

_SLICE = 8192
"""Rows held at a time."""
_SYNONYMS = 3
_LABELS = 0.5
"""Share of rows whose first cell is a known label that makes a table a form."""


def subjects_in_table(table: Table, third_party: ThirdParty) -> Subjects:
    """The people that one table discloses."""
    sample = table.sample()
    if not sample:
        return Subjects()
    if _is_form(sample):
        return subjects_in_text("\n".join(": ".join(row[:2]) for row in table.rows), third_party)
    plan = layout(sample, table.header)
    found = _in_columns(table, plan, third_party)
    if not plan.kinds & Kind.EMAIL:
        found.add(_beside_addresses(table, third_party))
    return found


def _in_columns(table: Table, plan: Layout, third_party: ThirdParty) -> Subjects:
    if not (singles_out(plan.kinds) or plan.kinds & Kind.EMAIL):
        return Subjects()
    return subjects_of(_entries(table, plan, third_party), third_party, plan.organisations, plan.beside)


def _beside_addresses(table: Table, third_party: ThirdParty) -> Subjects:
    """People in a table without a column for addresses: a customer section amid a catalogue, notes."""
    if table.source and "@" not in table.source:
        return Subjects()
    rows = [row for row in table.rows if any("@" in cell for cell in row)]
    section = Table(rows, table.header)
    plan = layout(section.sample(), table.header)
    if plan.kinds & Kind.EMAIL:
        return _in_columns(section, plan, third_party)
    cells = [cell for row in rows for cell in row if "@" in cell]
    return subjects_in_text("\n\n".join(cells), third_party)


def _is_form(sample: Sequence[Sequence[str]]) -> bool:
    """True for a table of two columns that has labels in the first one: `Name`, `Ann Smith`."""
    rows = [row for row in sample if any(row)]
    if len(rows) < 3 or any(len(row) > 2 for row in rows):
        return False
    labels = [row[0].strip(" :") for row in rows if len(row) == 2]
    known = {label: role for label in labels if (role := role_of(label))}
    # Many different texts of one meaning are no labels but values: streets.
    few = len(known) <= _SYNONYMS * len(set(known.values()))
    return few and sum(label in known for label in labels) >= _LABELS * len(rows)


def _entries(table: Table, plan: Layout, third_party: ThirdParty) -> Entries:
    """The values of all rows, a slice of rows at a time: the rest of their cells is not kept."""
    entries: dict[Kind, list[str]] = {source.kind: [] for source in plan.sources}
    rows = islice(iter(table.rows), plan.body, None)
    while piece := list(islice(rows, _SLICE)):
        for kind, values in _slice(piece, plan, third_party).items():
            entries[kind] += values
    return entries


def _slice(rows: Sequence[Sequence[str]], plan: Layout, third_party: ThirdParty) -> Entries:
    entries: dict[Kind, list[str]] = {}
    for source in plan.sources:
        known = entries.get(source.kind)
        if known is None:
            entries[source.kind] = list(_read(rows, source))
            continue
        gap = _gap_in_addresses(third_party) if source.kind is Kind.EMAIL else _is_empty
        open_rows = [number for number, value in enumerate(known) if gap(value)]
        for number, value in zip(open_rows, _read([rows[n] for n in open_rows], source), strict=True):
            known[number] = value or known[number]
    return entries


def _is_empty(value: str) -> bool:
    return not value


def _gap_in_addresses(third_party: ThirdParty) -> Callable[[str], bool]:
    """A second address counts where the first is missing or one of ours: an account manager's."""
    return lambda value: not value or not third_party(value)


def _read(rows: Sequence[Sequence[str]], source: Source) -> Iterator[str]:
    reader = source.reader
    if len(source.columns) == 1:
        (index,) = source.columns
        return (reader(row[index]) if len(row) > index else "" for row in rows)
    joined = (" ".join([row[index] for index in source.columns if len(row) > index]) for row in rows)
    return map(reader, joined)
