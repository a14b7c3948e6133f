"""Match a batch of records with the customer index.

A customer is identified by an e-mail address, a phone number, or two fields together: name and postcode, name
and customer id, customer id and login. A short number or a login alone may be anyone's.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.people.fields import canonical
from holdback.people.fields.cells import postcode
from holdback.people.fields.kinds import NAME_AND_ID, NAME_AND_POSTCODE, Field
from holdback.people.recognition.records import Batch
from holdback.people.subjects.lookup import NO_PERSON, SEVERAL, Column, CustomerLookup, Persons
from holdback.people.subjects.shared_values import rows_with_shared_value

Rows = NDArray[np.bool_]
"""One boolean for each record."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The possible customers of the records of one batch."""

    persons: Persons
    several: dict[int, frozenset[int]]
    """Record → its possible customers, where `persons` is SEVERAL."""
    own: Rows
    """True for the record of a customer who sends or receives the message."""
    shared: tuple[frozenset[int], ...]
    """Owners of values that are in records of several people; each group counts as one person."""
    emails: Sequence[Column]
    phones: Sequence[Column]
    ids: Column | None
    pairs: Sequence[Column]
    """Matches of two fields together, for records that no address or phone identifies."""


def match(batch: Batch, lookup: CustomerLookup, size: int) -> Matches:
    """Return the possible customers of the `size` records."""
    emails, phones, ids = _looked_up(batch, lookup)
    columns, shared = _identifying(emails, phones, batch)
    persons = _first(columns, np.full(size, NO_PERSON, np.int64))
    pairs = list(_pairs(batch, ids, persons < 0, lookup)) if (persons < 0).any() else []
    persons, columns = _first(pairs, persons), [*columns, *pairs]
    several = {int(entry): _agreed(int(entry), columns) for entry in np.flatnonzero(persons == SEVERAL)}
    for entry, group in several.items():
        persons[entry] = SEVERAL if len(group) > 1 else min(group)
    several = {entry: group for entry, group in several.items() if len(group) > 1}
    own = np.zeros(size, np.bool_)
    if (persons != NO_PERSON).any() and lookup.own:
        own = np.isin(persons, list(lookup.own))
        own[[entry for entry, group in several.items() if group & lookup.own]] = True
    return Matches(persons, several, own, shared, emails, phones, ids, pairs)


def _looked_up(batch: Batch, lookup: CustomerLookup) -> tuple[list[Column], list[Column], Column | None]:
    """Look up every column, addresses first, with one query of the index."""
    queries = [(Field.EMAIL, column) for column in batch.emails]
    queries += [(Field.PHONE, lookup.canonical_phones(column)) for column in batch.phones]
    if batch.column(Field.ID):
        queries.append((Field.ID, list(map(canonical.customer_id, batch.column(Field.ID)))))
    found = lookup.look_up(*queries)
    mails, phones = len(batch.emails), len(batch.emails) + len(batch.phones)
    return found[:mails], found[mails:phones], found[-1] if batch.column(Field.ID) else None


def _first(columns: Iterable[Column], persons: Persons) -> Persons:
    """Return `persons`, with NO_PERSON replaced by the owner in the first of the `columns` that has one."""
    for column in columns:
        persons = np.where(persons == NO_PERSON, column.first, persons)
    return persons


def _agreed(entry: int, columns: Iterable[Column]) -> frozenset[int]:
    """Return the customers that all fields of the record agree on; if two contradict, the first wins."""
    agreed = frozenset[int]()
    for column in columns:
        persons = column.persons(entry)
        agreed = (agreed & persons) or agreed or persons
    return agreed


def _identifying(
    emails: Sequence[Column], phones: Sequence[Column], batch: Batch
) -> tuple[list[Column], tuple[frozenset[int], ...]]:
    """Return the columns that have customers, without shared values, and the owners of shared values."""
    columns, shared = [], set[frozenset[int]]()
    for column, others in ((emails, phones), (phones, emails)):
        for one in column:
            hits = np.flatnonzero(one.first != NO_PERSON)
            if not len(hits):
                continue
            other: Sequence[Hashable] = others[0].numbers.tolist() if others else batch.column(Field.ID)
            witness = batch.column(Field.NAME) or other
            rows = rows_with_shared_value(hits.tolist(), one.numbers.tolist(), witness)
            shared.update(one.persons(row) for row in rows)
            columns.append(_without(one, rows))
    return columns, tuple(shared)


def _without(column: Column, rows: Sequence[int]) -> Column:
    if not rows:
        return column
    first = column.first.copy()
    first[rows] = NO_PERSON
    return Column(column.numbers, first, column.several)


def _pairs(batch: Batch, ids: Column | None, unmatched: Rows, lookup: CustomerLookup) -> Iterator[Column]:
    """Yield matches of two fields together, for the records that no address or phone identifies."""
    if ids and batch.column(Field.NAME):
        rows = np.flatnonzero(unmatched & (ids.first != NO_PERSON))
        values = [
            canonical.name_and_id(batch.column(Field.NAME)[row], batch.column(Field.ID)[row])
            for row in rows.tolist()
        ]
        yield _expanded(lookup.look_up((NAME_AND_ID, values))[0], rows, len(unmatched))
    if batch.column(Field.NAME) and batch.postcodes:
        rows = np.flatnonzero(unmatched)
        pairs = [(batch.column(Field.NAME)[row], postcode(batch.postcodes[row])) for row in rows.tolist()]
        values = [canonical.name_and_postcode(*pair) for pair in pairs]
        yield _expanded(lookup.look_up((NAME_AND_POSTCODE, values))[0], rows, len(unmatched))
    if ids and batch.column(Field.LOGIN):
        rows = np.flatnonzero(unmatched & (ids.first != NO_PERSON))
        values = [canonical.login(batch.column(Field.LOGIN)[row]) for row in rows.tolist()]
        logins = _expanded(lookup.look_up((Field.LOGIN, values))[0], rows, len(unmatched))
        yield _agreed_column(ids, logins)


def _agreed_column(one: Column, other: Column) -> Column:
    """Return the column of the persons that two columns agree on."""
    first = np.full(len(one.first), NO_PERSON, np.int64)
    several = {}
    for row in np.flatnonzero((one.first != NO_PERSON) & (other.first != NO_PERSON)).tolist():
        agreed = one.persons(row) & other.persons(row)
        if agreed:
            first[row] = SEVERAL if len(agreed) > 1 else min(agreed)
            several[row] = agreed
    return Column(one.numbers, first, several)


def _expanded(column: Column, rows: NDArray[np.int64], size: int) -> Column:
    """Return a column for `rows` as one for all records."""
    numbers, first = np.zeros(size, np.int64), np.full(size, NO_PERSON, np.int64)
    numbers[rows], first[rows] = column.numbers, column.first
    return Column(numbers, first, {int(rows[row]): group for row, group in column.several.items()})
