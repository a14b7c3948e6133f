"""Join the rows of a customer list into persons, and drop values too common to identify a person.

Rows are one person if they share the login, or two of name, customer id, e-mail address and phone. E-mail
address and phone alone do not suffice: they may be a family's. A row without a name is joined to the only
name with its id or address. Different names stay different persons: at one address they are a couple with a
common mailbox, at one phone a family, at one id the people of a company or customers of two lists with
separate numbering.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.customer_list.hashed_columns import HashedColumn
from holdback.customer_list.sorted_columns import Numbers, among, in_order, pairs, runs
from holdback.people.fields.kinds import NAME_AND_ID, Field

Places = NDArray[np.uint32]

_CROWD = 8
"""People above which a shared value identifies none of them, and joins no rows."""
_WITNESSES = {
    Field.ID: (Field.EMAIL, Field.PHONE),
    Field.LOGIN: (Field.EMAIL, Field.PHONE),
    Field.EMAIL: (Field.ID, Field.LOGIN, Field.PHONE),
    Field.PHONE: (Field.ID, Field.LOGIN, Field.EMAIL),
}
"""Kind → kinds that distinguish rows without a name which share a value of it, most reliable first."""
_SPREAD = np.int64(0x9E3779B97F4A7C15 - 2**64)


@dataclass(frozen=True, slots=True)
class Persons:
    """All pseudonyms of a list in ascending order, and the person of each."""

    numbers: Numbers
    persons: Places
    """Numbered from 0, in an order that depends on the pseudonyms only, not on the list's."""
    people: int
    dropped: int
    """Number of values too common to identify a person."""
    kinds: Mapping[Field, int]


def persons_of(names: Numbers, columns: dict[Field, HashedColumn]) -> Persons:
    """Join the rows of a list into persons.

    names: of each row. columns: of each kind; they are removed from the dict, so that their memory is reused.
    """
    crowds = {kind: _crowd(kind, names, columns) for kind in _WITNESSES}
    ids = columns[Field.ID]
    placeholder = np.zeros(len(names), dtype=bool)
    placeholder[ids.rows[among(ids.numbers, crowds[Field.ID])]] = True
    del ids
    for kind, crowd in crowds.items():
        columns[kind] = _select(columns[kind], ~among(columns[kind].numbers, crowd))
    # A name with a placeholder id is just a name.
    named = columns.pop(NAME_AND_ID)
    columns[NAME_AND_ID] = _select(named, ~placeholder[named.rows])
    del named

    roots = np.arange(len(names), dtype=np.uint32)
    for keys, rows in _links(names, columns):
        _join(roots, keys, rows)
    return _persons(columns, roots, sum(map(len, crowds.values())))


def _persons(columns: dict[Field, HashedColumn], roots: Places, dropped: int) -> Persons:
    numbers, owners, kinds = [], [], {}
    for kind in list(columns):
        column = columns.pop(kind)
        values, persons = pairs(column.numbers, roots[column.rows])
        _, counts = runs(values)
        bearable = np.repeat(counts <= _CROWD, counts)
        dropped += int((counts > _CROWD).sum())
        numbers.append(values[bearable])
        owners.append(persons[bearable])
        kinds[kind] = len(numbers[-1])
    values, persons = np.concatenate(numbers), np.concatenate(owners)
    numbers.clear()
    owners.clear()
    persons, people = _renumbered(values, persons, len(roots))
    order = np.argsort(values)
    values, persons = values[order], persons[order]
    return Persons(values, in_order(values, persons), people, dropped, kinds)


def _renumbered(numbers: Numbers, owners: Places, rows: int) -> tuple[Places, int]:
    """Renumber the owners from 0 by the sums of their numbers, which hides their order in the list."""
    sums = np.zeros(rows, dtype=np.int64)
    np.add.at(sums, owners, numbers)
    given = np.zeros(rows, dtype=bool)
    given[owners] = True
    present = np.flatnonzero(given)
    places = np.zeros(rows, dtype=np.uint32)
    places[present[np.argsort(sums[present], kind="stable")]] = np.arange(len(present), dtype=np.uint32)
    return places[owners], len(present)


def _crowd(kind: Field, names: Numbers, columns: Mapping[Field, HashedColumn]) -> Numbers:
    """Return the numbers of one kind that more than `_CROWD` people share, ascending."""
    face = names.copy()
    for witness in _WITNESSES[kind]:
        other = columns[witness]
        blank = face[other.rows] == 0
        face[other.rows[blank]] = other.numbers[blank]
    shared = columns[kind]
    numbers, _ = pairs(shared.numbers, face[shared.rows])
    starts, counts = runs(numbers)
    return numbers[starts[counts > _CROWD]]


def _links(names: Numbers, columns: Mapping[Field, HashedColumn]) -> Iterator[tuple[Numbers, Places]]:
    """Yield (keys, rows): rows with equal keys are one person."""
    emails, phones = columns[Field.EMAIL], columns[Field.PHONE]
    yield columns[Field.LOGIN].numbers, columns[Field.LOGIN].rows
    ids = np.zeros_like(names)
    shared = _shared(columns[Field.ID])
    ids[shared.rows] = shared.numbers
    yield _under_one_name(shared, names)
    yield _under_one_name(emails, names)
    for column, others in ((emails, ids), (phones, ids), (phones, names)):
        yield _both(column, others)
    # Rows with equal values in all columns are one person.
    sums = names * _SPREAD
    for column in columns.values():
        np.add.at(sums, column.rows, column.numbers)
    filled = np.flatnonzero(sums).astype(np.uint32)
    yield sums[filled], filled


def _shared(column: HashedColumn) -> HashedColumn:
    """Return the part of the column whose numbers occur in several rows."""
    numbers = np.sort(column.numbers)
    return _select(column, among(column.numbers, numbers[1:][numbers[1:] == numbers[:-1]]))


def _both(column: HashedColumn, others: Numbers) -> tuple[Numbers, Places]:
    """Return a key for each number combined with its row's value of `others`, unless that is 0."""
    column = _select(column, others[column.rows] != 0)
    return column.numbers + _SPREAD * others[column.rows], column.rows


def _under_one_name(column: HashedColumn, names: Numbers) -> tuple[Numbers, Places]:
    """Return one key for rows with the same number if they have at most one name; else one for each name."""
    order = np.argsort(column.numbers)
    numbers, rows = column.numbers[order], column.rows[order]
    if not len(numbers):
        return numbers, rows
    starts, counts = runs(numbers)
    row_names = names[rows]
    limits = np.iinfo(np.int64)
    least = np.minimum.reduceat(np.where(row_names, row_names, limits.max), starts)
    most = np.maximum.reduceat(np.where(row_names, row_names, limits.min), starts)
    return np.where(np.repeat(least >= most, counts), numbers, numbers + _SPREAD * row_names), rows


def _join(roots: Places, keys: Numbers, rows: Places) -> None:
    """Give rows with equal keys a common root (union-find). On entry and return each root is its own root."""
    order = np.argsort(keys)
    starts, counts = runs(keys[order])
    rows = rows[order]
    left, right = np.repeat(rows[starts], counts), rows
    while True:
        left, right = roots[left], roots[right]
        apart = left != right
        if not apart.any():
            return
        left, right = left[apart], right[apart]
        np.minimum.at(roots, np.maximum(left, right), np.minimum(left, right))
        while not np.array_equal(roots, above := roots[roots]):
            roots[:] = above


def _select(column: HashedColumn, which: NDArray[np.bool_]) -> HashedColumn:
    if which.all():
        return column
    return HashedColumn(column.numbers[which], column.rows[which])
