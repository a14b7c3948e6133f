"""Match records with the customer index: which customers some thousands of records may be of.

An e-mail address or a phone number is evidence enough, or two fields of one person: name and postcode, name
and customer id, customer id and login. Alone, a short number or a login is anybody's.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.people.fields import canonical
from holdback.people.fields.cells import postcode
from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field
from holdback.people.recognition.records import Batch
from holdback.people.subjects.lookup import NOBODY, SEVERAL, Column, CustomerLookup, Persons
from holdback.people.subjects.shared_values import rows_beside_several

Rows = NDArray[np.bool_]
"""For each record whether something is true of it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The customers that the records of one batch may be of."""

    persons: Persons
    several: dict[int, frozenset[int]]
    """Record → the customers it may be of, where `persons` says SEVERAL."""
    own: Rows
    """True for the record of a customer who sends or receives the message."""
    shared: tuple[frozenset[int], ...]
    """Owners of values that are in records of several people; each group means one of them."""
    emails: Sequence[Column]
    phones: Sequence[Column]
    ids: Column | None
    pairs: Sequence[Column]
    """Two fields of one person together, where no address or phone identifies them."""


def match(batch: Batch, lookup: CustomerLookup, size: int) -> Matches:
    """The customers that the `size` records may be of."""
    emails, phones, ids = _looked_up(batch, lookup)
    columns, shared = _identifying(emails, phones, batch)
    persons = _first(columns, np.full(size, NOBODY, np.int64))
    pairs = list(_of_two(batch, ids, persons < 0, lookup)) if (persons < 0).any() else []
    persons, columns = _first(pairs, persons), [*columns, *pairs]
    several = {int(entry): _agreed(int(entry), columns) for entry in np.flatnonzero(persons == SEVERAL)}
    for entry, group in several.items():
        persons[entry] = SEVERAL if len(group) > 1 else min(group)
    several = {entry: group for entry, group in several.items() if len(group) > 1}
    own = np.zeros(size, np.bool_)
    if (persons != NOBODY).any() and lookup.own:
        own = np.isin(persons, list(lookup.own))
        own[[entry for entry, group in several.items() if group & lookup.own]] = True
    return Matches(persons, several, own, shared, emails, phones, ids, pairs)


def _looked_up(batch: Batch, lookup: CustomerLookup) -> tuple[list[Column], list[Column], Column | None]:
    """Every column looked up, addresses first: one query of the index for all of them."""
    queries = [(Field.EMAIL, column) for column in batch.emails]
    queries += [(Field.PHONE, lookup.canonical_phones(column)) for column in batch.phones]
    if batch.column(Field.ID):
        queries.append((Field.ID, list(map(canonical.customer_id, batch.column(Field.ID)))))
    found = lookup.look_up(*queries)
    mails, phones = len(batch.emails), len(batch.emails) + len(batch.phones)
    return found[:mails], found[mails:phones], found[-1] if batch.column(Field.ID) else None


def _first(columns: Iterable[Column], persons: Persons) -> Persons:
    """`persons`; where they are NOBODY, the owner in the first of the `columns` that has one."""
    for column in columns:
        persons = np.where(persons == NOBODY, column.first, persons)
    return persons


def _agreed(entry: int, columns: Iterable[Column]) -> frozenset[int]:
    """The customers that all fields of the record agree on; of two that contradict the first wins."""
    agreed = frozenset[int]()
    for column in columns:
        persons = column.persons(entry)
        agreed = (agreed & persons) or agreed or persons
    return agreed


def _identifying(
    emails: Sequence[Column], phones: Sequence[Column], batch: Batch
) -> tuple[list[Column], tuple[frozenset[int], ...]]:
    """The columns with values of customers, without values that several people share, and their owners."""
    columns, shared = [], set[frozenset[int]]()
    for column, others in ((emails, phones), (phones, emails)):
        for one in column:
            hits = np.flatnonzero(one.first != NOBODY)
            if not len(hits):
                continue
            other: Sequence[Hashable] = others[0].numbers.tolist() if others else batch.column(Field.ID)
            witness = batch.column(Field.NAME) or other
            rows = rows_beside_several(hits.tolist(), one.numbers.tolist(), witness)
            shared.update(one.persons(row) for row in rows)
            columns.append(_without(one, rows))
    return columns, tuple(shared)


def _without(column: Column, rows: Sequence[int]) -> Column:
    if not rows:
        return column
    first = column.first.copy()
    first[rows] = NOBODY
    return Column(column.numbers, first, column.several)


def _of_two(batch: Batch, ids: Column | None, open_: Rows, lookup: CustomerLookup) -> Iterator[Column]:
    """What two fields together say about the `open_` records, which no address or phone identifies."""
    if ids and batch.column(Field.NAME):
        rows = np.flatnonzero(open_ & (ids.first != NOBODY))
        values = [
            canonical.name_and_id(batch.column(Field.NAME)[row], batch.column(Field.ID)[row])
            for row in rows.tolist()
        ]
        yield _spread(lookup.look_up((NAME_AND_ID, values))[0], rows, len(open_))
    if batch.column(Field.NAME) and batch.postcodes:
        rows = np.flatnonzero(open_)
        pairs = [(batch.column(Field.NAME)[row], postcode(batch.postcodes[row])) for row in rows.tolist()]
        values = [canonical.name_and_postcode(*pair) for pair in pairs]
        yield _spread(lookup.look_up((NAME_AND_POSTCODE, values))[0], rows, len(open_))
    if ids and batch.column(Field.LOGIN):
        rows = np.flatnonzero(open_ & (ids.first != NOBODY))
        values = [canonical.login(batch.column(Field.LOGIN)[row]) for row in rows.tolist()]
        logins = _spread(lookup.look_up((Field.LOGIN, values))[0], rows, len(open_))
        yield _both(ids, logins)


def _both(one: Column, other: Column) -> Column:
    """The column of what two columns agree on."""
    first = np.full(len(one.first), NOBODY, np.int64)
    several = {}
    for row in np.flatnonzero((one.first != NOBODY) & (other.first != NOBODY)).tolist():
        agreed = one.persons(row) & other.persons(row)
        if agreed:
            first[row] = SEVERAL if len(agreed) > 1 else min(agreed)
            several[row] = agreed
    return Column(one.numbers, first, several)


def _spread(column: Column, rows: NDArray[np.int64], size: int) -> Column:
    """A column for `rows` as one for all records."""
    numbers, first = np.zeros(size, np.int64), np.full(size, NOBODY, np.int64)
    numbers[rows], first[rows] = column.numbers, column.first
    return Column(numbers, first, {int(rows[row]): group for row, group in column.several.items()})
