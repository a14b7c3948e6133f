"""Which columns of a table hold personal data: the heading may say so; the values have the last word."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdback.people.fields.addresses import is_role_mailbox
from holdback.people.fields.cells import Parser
from holdback.people.fields.kinds import Field
from holdback.people.recognition.column_search import search
from holdback.people.recognition.columns import Found, Row, Sample, columns_of, header_row, heading
from holdback.people.recognition.scoring import SCORING, Scoring

_SUPPORTING: dict[Field | None, Field] = {
    Field.POSTCODE: Field.PLACE,
    Field.PLACE: Field.PLACE,
    Field.PLAN: Field.PLAN,
    Field.PRICE: Field.PRICE,
    Field.STATUS: Field.STATUS,
    Field.OPT_OUT: Field.OPT_OUT,
}
"""What a heading announces, and the field that a finding names."""


@dataclass(frozen=True, slots=True)
class Source:
    """The columns in which the records of a table have one kind of data."""

    field: Field
    columns: tuple[int, ...]
    """Columns that make one value together: given and family name."""
    parse: Parser


@dataclass(frozen=True, slots=True)
class Layout:
    """The kinds of data in a table, and their columns."""

    body: int = 0
    """Rows above the first record: titles and the header."""
    sources: tuple[Source, ...] = ()
    """Of several sources of one field, the first that has a value counts."""
    supporting: int = 0
    """Sum of the fields that are no reason for a finding: price, plan, status."""
    organisations: bool = False
    """True if the records may be of companies: a phone and a street then say nothing about a person."""
    postcode: int = -1
    """The column of postcodes; -1 if there is none."""

    @property
    def fields(self) -> int:
        """Sum of the fields that a record can have."""
        return sum({int(source.field) for source in self.sources})

    @property
    def identifies_customers(self) -> bool:
        """True if fields that make no record identify a customer: a phone alone, a name and a postcode."""
        return bool(self.fields & Field.PHONE or (self.fields & Field.NAME and self.postcode >= 0))


def layout(rows: Sequence[Row], header: tuple[str, ...] = (), scoring: Scoring = SCORING) -> Layout:
    """The layout that a sample of a table shows; its first rows must be the table's first."""
    body = 0
    if not header:
        body = header_row(rows, scoring)
        header = tuple(map(heading, rows[body - 1])) if body else ()
    columns = tuple(columns_of(rows[body:], header, scoring))
    sample = search(Sample(columns, rows[body : body + scoring.rows], scoring))
    postcodes = sample.free(Field.POSTCODE)
    return Layout(
        body,
        _sources(sample.found),
        sum({int(_SUPPORTING[column.announced]) for column in sample.free(*_SUPPORTING)}),
        _may_be_organisations(sample),
        postcodes[0].index if postcodes else -1,
    )


def _sources(found: Sequence[Found]) -> tuple[Source, ...]:
    """What was found; of several sources of one field, the one that tells people apart best comes first."""
    ranked = sorted(found, key=lambda one: (-_distinct(one), one.columns[0].heading))
    return tuple(Source(one.field, tuple(c.index for c in one.columns), one.parse) for one in ranked)


def _distinct(found: Found) -> int:
    """Different values in the sample; of addresses, those that are people's own."""
    keys = {found.parse(value) for value in found.columns[0].values}
    return sum(1 for key in keys if key and not (found.field is Field.EMAIL and is_role_mailbox(key)))


def _may_be_organisations(sample: Sample) -> bool:
    """True if a column names companies or places, or has a heading for names and no people in it."""
    organisations = any(column.announced is Field.ORGANISATION for column in sample.columns)
    return organisations or bool(sample.free(Field.ANY_NAME))
