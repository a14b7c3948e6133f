"""What is noted of customers while entries and bare addresses are read: who they are, which pseudonyms."""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from holdback.people.keys import key_of
from holdback.people.recognised import Clues, Recognised, Rows, beside_several, recognise
from holdback.people.register import NOBODY, SEVERAL, Persons, Register
from holdback.people.shown import Subjects
from holdback.people.standing import Standing

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
    seen = recognise(replace(clues, emails=outside), register, len(records))
    theirs = _theirs(clues, ours, len(records))
    persons = np.where(theirs & ~seen.own, NOBODY, seen.persons)
    if register.customers is not None:
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
    emails: Collection[str], phones: Collection[str], standing: Standing, found: Subjects
) -> None:
    """Notes the customers whose address or phone stands alone.

    emails: keys of third parties. phones: as written.
    """
    # One under the other, each entry with nothing but itself.
    entries = len(emails) + len(phones)
    column = [*emails, *[""] * len(phones)]
    clues = Clues(emails=[column], phones=[[*[""] * len(emails), *phones]])
    notice(clues, (), [False] * entries, standing, found)


def _outside(column: Sequence[str], standing: Standing, register: Register) -> Sequence[str]:
    """The addresses that the index may be asked for: neither ours nor a partner's."""
    wanted = {key for key in set(column) if standing.third_party(key) or key in register.taking_part}
    return [key if key in wanted else "" for key in column]


def _theirs(clues: Clues, ours: Sequence[bool], size: int) -> Rows:
    """True for an entry that is surely no third party's: its address is not, and stands beside one person."""
    theirs = np.zeros(size, np.bool_)
    rows = np.flatnonzero(ours)
    if len(rows):
        values = [clues.emails[0][row] for row in rows.tolist()]
        witness = clues.names or next(iter(clues.phones), clues.ids)
        theirs[rows] = True
        theirs[beside_several(rows.tolist(), values, witness)] = False
    return theirs


def _note_persons(persons: Persons, seen: Recognised, register: Register, found: Subjects) -> None:
    groups = [group for entry, group in seen.several.items() if persons[entry] == SEVERAL]
    known = persons >= 0
    found.customers.sure.update_all(persons[known & ~seen.own])
    found.own.update_all(persons[known & seen.own])
    for group in {*groups, *seen.beside}:
        if group & register.own:
            found.own.update(group & register.own)
        elif len(group) == 1:
            found.customers.note(group)
        else:
            found.customers.note((), (group,))


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


def _compact(persons: Persons, seen: Recognised) -> "tuple[array[int], dict[int, frozenset[int]]]":
    """What has to be kept of millions of entries: few groups."""
    if not len(persons) or (persons == NOBODY).all():
        return array("i"), {}
    kept = [(entry, group) for entry, group in seen.several.items() if persons[entry] == SEVERAL]
    for entry, group in kept[_GROUPS:]:
        persons[entry] = min(group)
    return array("i", persons.astype(np.int32).tobytes()), dict(kept[:_GROUPS])
