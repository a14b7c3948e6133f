"""Which rows of a customer list are one person, and which values are too common to tell anybody.

Rows are one person if they share the login, or two of these: name, customer id, e-mail address, phone; but
the e-mail address and the phone alone may be a family's. A row without a name belongs to the only name at its
id or address. Different names at one address are a couple with a common mailbox, at one phone a family, at
one id the people of a company, or two lists that number for themselves: each of them stays a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdback.customer_list.hashed_columns import Entries
from holdback.customer_list.sorted_columns import Numbers, among, in_order, pairs, runs
from holdback.people.fields.kinds import NAME_AND_ID, Field

Places = NDArray[np.uint32]

_CROWD = 8
"""What more people than these share identifies none of them, and joins none."""
_WITNESSES = {
    Field.ID: (Field.EMAIL, Field.PHONE),
    Field.LOGIN: (Field.EMAIL, Field.PHONE),
    Field.EMAIL: (Field.ID, Field.LOGIN, Field.PHONE),
    Field.PHONE: (Field.ID, Field.LOGIN, Field.EMAIL),
}
"""What tells rows without a name apart where they share a value of the kind, the surest first."""
_SPREAD = np.int64(0x9E3779B97F4A7C15 - 2**64)


@dataclass(frozen=True, slots=True)
class Persons:
    """All numbers of a list, ascending, with the persons that they belong to."""

    numbers: Numbers
    persons: Places
    """From 0 on, in an order that depends on the numbers only, not on the list's."""
    people: int
    dropped: int
    """Values too common to tell anybody."""
    kinds: Mapping[Field, int]


def persons_of(names: Numbers, entries: dict[Field, Entries]) -> Persons:
    """Joins the rows of a list into persons.

    names: for each row. entries: of each kind; they are taken out, so that their memory serves the result.
    """
    crowds = {kind: _crowd(kind, names, entries) for kind in _WITNESSES}
    ids = entries[Field.ID]
    placeholder = np.zeros(len(names), dtype=bool)
    placeholder[ids.rows[among(ids.numbers, crowds[Field.ID])]] = True
    del ids
    for kind, crowd in crowds.items():
        entries[kind] = _select(entries[kind], ~among(entries[kind].numbers, crowd))
    # A name beside an id that everybody has is just a name.
    named = entries.pop(NAME_AND_ID)
    entries[NAME_AND_ID] = _select(named, ~placeholder[named.rows])
    del named

    roots = np.arange(len(names), dtype=np.uint32)
    for keys, rows in _links(names, entries):
        _join(roots, keys, rows)
    return _persons(entries, roots, sum(map(len, crowds.values())))


def _persons(entries: dict[Field, Entries], roots: Places, dropped: int) -> Persons:
    numbers, owners, kinds = [], [], {}
    for kind in list(entries):
        entry = entries.pop(kind)
        values, persons = pairs(entry.numbers, roots[entry.rows])
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
    """The owners as 0, 1, 2, … by the sums of their numbers: who came early in the list is not told."""
    sums = np.zeros(rows, dtype=np.int64)
    np.add.at(sums, owners, numbers)
    given = np.zeros(rows, dtype=bool)
    given[owners] = True
    present = np.flatnonzero(given)
    places = np.zeros(rows, dtype=np.uint32)
    places[present[np.argsort(sums[present], kind="stable")]] = np.arange(len(present), dtype=np.uint32)
    return places[owners], len(present)


def _crowd(kind: Field, names: Numbers, entries: Mapping[Field, Entries]) -> Numbers:
    """The numbers of one kind that too many people share, ascending."""
    face = names.copy()
    for witness in _WITNESSES[kind]:
        other = entries[witness]
        blank = face[other.rows] == 0
        face[other.rows[blank]] = other.numbers[blank]
    shared = entries[kind]
    numbers, _ = pairs(shared.numbers, face[shared.rows])
    starts, counts = runs(numbers)
    return numbers[starts[counts > _CROWD]]


def _links(names: Numbers, entries: Mapping[Field, Entries]) -> Iterator[tuple[Numbers, Places]]:
    """Keys and rows: rows with equal keys are one person."""
    emails, phones = entries[Field.EMAIL], entries[Field.PHONE]
    yield entries[Field.LOGIN].numbers, entries[Field.LOGIN].rows
    ids = np.zeros_like(names)
    shared = _shared(entries[Field.ID])
    ids[shared.rows] = shared.numbers
    yield _under_one_name(shared, names)
    yield _under_one_name(emails, names)
    for entry, others in ((emails, ids), (phones, ids), (phones, names)):
        yield _both(entry, others)
    # Rows that say the same are one person, whatever they say.
    sums = names * _SPREAD
    for entry in entries.values():
        np.add.at(sums, entry.rows, entry.numbers)
    told = np.flatnonzero(sums).astype(np.uint32)
    yield sums[told], told


def _shared(entries: Entries) -> Entries:
    """Those of the entries that several rows have."""
    numbers = np.sort(entries.numbers)
    return _select(entries, among(entries.numbers, numbers[1:][numbers[1:] == numbers[:-1]]))


def _both(entries: Entries, others: Numbers) -> tuple[Numbers, Places]:
    """One key for all rows that have an entry and the same one of `others` (for each row, 0 for none)."""
    entries = _select(entries, others[entries.rows] != 0)
    return entries.numbers + _SPREAD * others[entries.rows], entries.rows


def _under_one_name(entries: Entries, names: Numbers) -> tuple[Numbers, Places]:
    """One key for all rows with the same entry if there is but one name; else one for each name."""
    order = np.argsort(entries.numbers)
    numbers, rows = entries.numbers[order], entries.rows[order]
    if not len(numbers):
        return numbers, rows
    starts, counts = runs(numbers)
    said = names[rows]
    limits = np.iinfo(np.int64)
    least = np.minimum.reduceat(np.where(said, said, limits.max), starts)
    most = np.maximum.reduceat(np.where(said, said, limits.min), starts)
    return np.where(np.repeat(least >= most, counts), numbers, numbers + _SPREAD * said), rows


def _join(roots: Places, keys: Numbers, rows: Places) -> None:
    """Gives rows with equal keys a common root. On entry and on return every root is its own."""
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


def _select(entries: Entries, which: NDArray[np.bool_]) -> Entries:
    if which.all():
        return entries
    return Entries(entries.numbers[which], entries.rows[which])
