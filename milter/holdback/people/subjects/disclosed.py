"""What is noted of customers while entries and bare addresses are read: who they are, which pseudonyms."""

from array import array
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import and_

import numpy as np

from holdback.people.fields.canonical import customer_id
from holdback.people.fields.kinds import Field
from holdback.people.subjects.lookup import NOBODY, SEVERAL, Persons, Register
from holdback.people.subjects.matching import Clues, Recognised, Rows, beside_several, recognise
from holdback.people.subjects.number_set import key_of
from holdback.people.subjects.third_parties import Standing
from holdback.people.subjects.values import Subjects

_GROUPS = 1_000
"""Entries of one batch whose group is kept, at most; beyond, the first of a group stands for it."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Whose the entries of one batch are."""

    own: bytes
    """1 for an entry that belongs to somebody who takes part in the message; empty if there is none."""
    persons: "array[int]"
    """Customers; negative for nobody and for several. Empty without an index."""
    several: dict[int, frozenset[int]]

    def listed(self, entries: Sequence[int], found: Subjects) -> None:
        """Notes the customers whose `entries` are records."""
        if self.persons:
            persons = np.frombuffer(self.persons, np.int32)[entries]
            found.listed.sure.update_all(persons[persons >= 0].astype(np.int64))
            found.listed.note((), [self.several[entry] for entry in self.several.keys() & set(entries)])


def notice(
    clues: Clues, ours: Sequence[bool], records: Sequence[bool], standing: Standing, found: Subjects
) -> Noticed:
    """Notes in `found` the customers among some entries, and the pseudonyms of what they show.

    ours: whether the address of an entry is no third party's; empty if there are no addresses.
    records: whether an entry may be somebody's record.
    """
    register = standing.register
    if not register or not records:
        return Noticed(b"", array("i"), {})
    outside = [_outside(column, standing, register) for column in clues.emails[1:]]
    if clues.emails:
        outside.insert(0, _outside(clues.emails[0], standing, register) if any(ours) else clues.emails[0])
    rows = _theirs(clues, ours)
    if register.customers is None:
        _note_pseudonyms(replace(clues, emails=outside), rows, records, register, found)
        return Noticed(b"", array("i"), {})
    theirs = np.zeros(len(records), np.bool_)
    theirs[list(rows)] = True
    seen = recognise(replace(clues, emails=outside), register, len(records))
    persons = np.where(theirs & ~seen.own, NOBODY, seen.persons)
    _note_persons(persons, seen, register, found)
    not_shown = theirs | seen.own
    _note_shown(clues, seen, ~not_shown, np.array(records, np.bool_) & ~not_shown, register, found)
    if not seen.own.any():
        return Noticed(b"", *_compact(persons, seen))
    for column in clues.emails:
        found.owned.update(
            key_of(column[entry]) for entry in np.flatnonzero(seen.own).tolist() if column[entry]
        )
    return Noticed(seen.own.tobytes(), *_compact(np.where(seen.own, NOBODY, persons), seen))


def notice_bare(
    emails: Collection[str], phones: Collection[str], register: Register, found: Subjects
) -> None:
    """Notes the customers whose address or phone stands alone, and the pseudonyms of what they show.

    emails: keys of third parties. phones: as written; they only count if they are a customer's.
    """
    owners = register.owners(Field.EMAIL, emails)
    theirs = {key for key, persons in owners if persons and _note_group(persons, register, found)}
    others = [key for key in emails if key not in theirs]
    found.owned.update(map(key_of, theirs))
    numbers = register.pseudonyms.numbers(Field.EMAIL, others)
    found.shown.update([*numbers, *register.domains(others)])
    if register.customers is None or not phones:
        return
    dialled = register.spelled(phones)
    known = [
        phone
        for phone, persons in register.owners(Field.PHONE, dialled)
        if persons and not _note_group(persons, register, found)
    ]
    found.shown.update(register.pseudonyms.numbers(Field.PHONE, known))


def _outside(column: Sequence[str], standing: Standing, register: Register) -> Sequence[str]:
    """The addresses that the index may be asked for: neither ours nor a partner's."""
    third_party, taking_part = standing.third_party, register.taking_part
    others = {key for key in set(column) if not third_party(key) and key not in taking_part}
    return ["" if key in others else key for key in column] if others - {""} else column


def _theirs(clues: Clues, ours: Sequence[bool]) -> set[int]:
    """Entries that are surely no third party's: their address is not, and stands beside one person."""
    rows = [row for row, one_of_ours in enumerate(ours) if one_of_ours]
    if not rows:
        return set()
    values = [clues.emails[0][row] for row in rows]
    witness = clues.names or next(iter(clues.phones), clues.ids)
    return set(rows).difference(beside_several(rows, values, witness))


def _note_pseudonyms(
    clues: Clues, theirs: Container[int], records: Sequence[bool], register: Register, found: Subjects
) -> None:
    """As `_note_shown`, where there is no index to ask."""
    shown = [row not in theirs for row in range(len(records))]
    recorded = list(map(and_, shown, records))
    numbers = register.pseudonyms.column
    for column in clues.emails:
        different = dict.fromkeys(compress(column, shown))
        keys = [key for key in different if key and key not in register.taking_part]
        found.shown.update_all(numbers(Field.EMAIL, keys))
        found.shown.update(register.domains(keys))
    for column in clues.phones:
        phones = filter(None, register.spelled(dict.fromkeys(compress(column, recorded))))
        found.shown.update_all(numbers(Field.PHONE, phones))
    ids = filter(None, map(customer_id, compress(clues.ids, recorded)))
    found.shown.update_all(numbers(Field.ID, ids))


def _note_persons(persons: Persons, seen: Recognised, register: Register, found: Subjects) -> None:
    groups = [group for entry, group in seen.several.items() if persons[entry] == SEVERAL]
    known = persons >= 0
    found.customers.sure.update_all(persons[known & ~seen.own])
    found.own.update_all(persons[known & seen.own])
    for group in {*groups, *seen.beside}:
        _note_group(group, register, found)


def _note_group(group: frozenset[int], register: Register, found: Subjects) -> bool:
    """Notes customers of whom at least one is meant; True if it is one who takes part in the message."""
    theirs = group & register.own
    if theirs:
        found.own.update(theirs)
    elif len(group) == 1:
        found.customers.note(group)
    else:
        found.customers.note((), (group,))
    return bool(theirs)


def _note_shown(
    clues: Clues, seen: Recognised, shown: Rows, records: Rows, register: Register, found: Subjects
) -> None:
    """Notes addresses and their organisations, and of records the phones and customer ids too."""
    for written, column in zip(clues.emails, seen.emails, strict=True):
        rows = shown & (column.numbers != 0)
        if not register.taking_part.isdisjoint(written):
            rows &= np.array([key not in register.taking_part for key in written], np.bool_)
        found.shown.update_all(column.numbers[rows])
        found.shown.update(register.domains(compress(written, rows.tolist())))
    for column in seen.phones:
        rows = (records | (column.first != NOBODY)) & shown & (column.numbers != 0)
        found.shown.update_all(column.numbers[rows])
    if seen.ids:
        found.shown.update_all(seen.ids.numbers[records & (seen.ids.numbers != 0)])
        records = records & (seen.ids.numbers == 0)
    for column in seen.pairs:
        # Name and postcode: without an id nothing else would lead to who it is.
        found.shown.update_all(column.numbers[records & (column.first != NOBODY)])


def _compact(persons: Persons, seen: Recognised) -> "tuple[array[int], dict[int, frozenset[int]]]":
    """What has to be kept of millions of entries: few groups."""
    if not len(persons) or (persons == NOBODY).all():
        return array("i"), {}
    kept = [(entry, group) for entry, group in seen.several.items() if persons[entry] == SEVERAL]
    for entry, group in kept[_GROUPS:]:
        persons[entry] = min(group)
    return array("i", persons.astype(np.int32).tobytes()), dict(kept[:_GROUPS])
