"""Find the columns of a source that identify customers: by `--column`, else by headings and values."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from holdback.customer_list.sources.stream import Row, Stream
from holdback.exits import Exit, Failure
from holdback.people.fields.heading_words import words_of
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field
from holdback.people.recognition.columns import header_row
from holdback.people.recognition.table_layout import Layout, layout

KINDS: Mapping[str, Field] = {
    "email": Field.EMAIL,
    "phone": Field.PHONE,
    "id": Field.ID,
    "login": Field.LOGIN,
    "name": Field.NAME,
    "given": Field.GIVEN,
    "family": Field.FAMILY,
    "postcode": Field.POSTCODE,
}
"""Kinds of column that `--column` accepts."""

ColumnOptions = Mapping[Field, Sequence[str]]
"""Field → names of columns given by `--column`."""

_OWN = {Field.EMAIL, Field.PHONE, Field.LOGIN, Field.NAME}
"""Fields that are the customer's own, by values or, without values in the sample, by the heading."""
_SEVERAL = (Field.EMAIL, Field.PHONE)
"""Fields of which a person may have several. Two columns of ids number different things."""
_DISTINGUISHING = (Field.EMAIL, Field.LOGIN, Field.NAME, Field.PHONE)
"""Fields that distinguish customers, most reliable first."""
_FEW = 0.1
"""Share of values that may repeat: couples, placeholders."""
_ALONE = (Field.EMAIL, Field.PHONE, Field.LOGIN)
_WITH_A_NAME = (Field.POSTCODE, Field.ID)
_LIST_PLACE = re.compile(r"(?:\.\d+)+$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of one table that identify its customers."""

    body: int
    """Number of rows above the first customer."""
    names: tuple[str, ...]
    """Headings of all columns; `column 3` without a heading."""
    at: Mapping[Field, tuple[int, ...]]
    """Field → indices of its columns. The columns of NAME form one name together."""

    @property
    def identifies_customers(self) -> bool:
        """True if these columns identify a person in a message; an id or a name alone does not."""
        fields = self.at.keys()
        return not fields.isdisjoint(_ALONE) or (Field.NAME in fields and not fields.isdisjoint(_WITH_A_NAME))


def parse_column_options(options: Sequence[str]) -> ColumnOptions:
    """Parse `--column KIND=NAME` options. Raises Failure."""
    found: dict[Field, list[str]] = {}
    for option in options:
        kind, _, name = option.partition("=")
        if kind not in KINDS or not name.strip():
            text = f"--column {option}: write KIND=NAME, KIND one of {', '.join(KINDS)}"
            raise Failure(Exit.USAGE, text)
        found.setdefault(KINDS[kind], []).append(name.strip())
    return found


def columns_of(stream: Stream, asked: ColumnOptions) -> Columns:
    """Return the columns of `stream`: those in `asked` if given, else those recognised."""
    sample = stream.sample()
    plan = layout(sample, stream.header)
    given = {name.casefold() for each in asked.values() for name in each if not name.isdecimal()}
    body = 0 if stream.header else header_row(sample, names=given, any_language=True)
    header = stream.header or (sample[body - 1] if body else ())
    names = _names(sample, header)
    at = _as_asked(names, asked) if asked else _recognised(plan, header, sample[body:])
    return Columns(body, names, at)


def _names(sample: Sequence[Row], header: Row) -> tuple[str, ...]:
    width = max(len(header), max(map(len, sample), default=0))
    written = [_bare(cell) for cell in header] + [""] * (width - len(header))
    return tuple(name or f"column {number}" for number, name in enumerate(written, 1))


def _bare(cell: str) -> str:
    return cell.strip().lstrip("\ufeff")


def _as_asked(names: Sequence[str], asked: ColumnOptions) -> dict[Field, tuple[int, ...]]:
    at = {
        field: tuple(index for name in each for index in places(name, names)) for field, each in asked.items()
    }
    at[Field.NAME] = at.get(Field.NAME, ()) + at.pop(Field.GIVEN, ()) + at.pop(Field.FAMILY, ())
    return {field: indices for field, indices in at.items() if indices}


def places(asked: str, names: Sequence[str]) -> list[int]:
    """Return the indices of the columns called `asked`: `contact.email` or `email`; `phones`; `3`."""
    spelled = asked.casefold()
    return [index for index, name in enumerate(names) if spelled in _spellings(name.casefold(), index)]


def _spellings(name: str, index: int) -> Iterator[str]:
    listed = _LIST_PLACE.sub("", name)
    yield from (name, listed, listed.rpartition(".")[2], str(index + 1))


def _recognised(plan: Layout, header: Row, body: Sequence[Row]) -> dict[Field, tuple[int, ...]]:
    """Return the columns recognised by headings and values, best first."""
    at: dict[Field, tuple[int, ...]] = {}

    def add(field: Field, columns: tuple[int, ...]) -> None:
        if columns and (field in _SEVERAL or field not in at):
            at[field] = at.get(field, ()) + columns

    announced = [field_of(_bare(cell)) for cell in header]
    someone_elses = {index for index, field in enumerate(announced) if field is Field.OTHER}
    for source in plan.sources:
        if source.field in _OWN and not someone_elses.intersection(source.columns):
            add(source.field, source.columns)
    for index, field in enumerate(announced):
        if field in _OWN and not _values(body, index):
            add(field, (index,))
    for field in _SEVERAL:
        own = tuple(index for index in at.get(field, ()) if not _of_a_company(header, index))
        at.update({field: own} if own else {})
    distinguishing = next((at[field] for field in _DISTINGUISHING if field in at), ())
    add(Field.ID, _numbered(plan, announced, body, distinguishing))
    add(Field.POSTCODE, (plan.postcode,) if plan.postcode >= 0 else ())
    return at


def _of_a_company(header: Row, index: int) -> bool:
    """Return True for `Company Phone`, a switchboard; False for `Business Phone`, a person's work phone."""
    words = words_of(header[index]) if index < len(header) else []
    return any(field_of(word) is Field.ORGANISATION for word in words if word != "business")


def _numbered(
    plan: Layout, announced: Sequence[Field | None], body: Sequence[Row], distinguishing: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the column of the customers' own ids, not those of their companies or orders.

    distinguishing: the columns that together distinguish the customers.
    """
    read = {index for source in plan.sources if source.field is Field.ID for index in source.columns}
    headed = [index for index, field in enumerate(announced) if field is Field.ID]
    headed = [index for index in headed if index in read or not _values(body, index)]
    for index in (*headed, *(index for index, field in enumerate(announced) if field is Field.ANY_ID)):
        rows = [row for row in body if len(row) > max(index, *distinguishing, 0)]
        who = [" ".join(row[at].strip() for at in distinguishing).strip() for row in rows]
        cells = [(row[index].strip(), person) for row, person in zip(rows, who, strict=True)]
        pairs = {pair for pair in cells if all(pair)}
        if _repeat([number for number, _ in pairs]):
            continue
        if announced[index] is Field.ID or (_differ(body, index) and not _repeat([who for _, who in pairs])):
            return (index,)
    return ()


def _repeat(values: Sequence[str]) -> bool:
    """Return True if the share of repeated values exceeds that of placeholders and couples."""
    counts = Counter(values)
    return sum(count > 1 for count in counts.values()) > _FEW * len(counts)


def _values(rows: Sequence[Row], index: int) -> list[str]:
    return [cell for row in rows if len(row) > index and (cell := row[index].strip())]


def _differ(rows: Sequence[Row], index: int) -> bool:
    """Return True if each value is different: ids of customers, not of account managers."""
    values = _values(rows, index)
    return len(set(values)) == len(values) > 0
