"""Find the customers among the third parties that records disclose, and the pseudonyms of what they show."""

from array import array
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import and_

import numpy as np

from holdback.people.fields.canonical import customer_id
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Batch
from holdback.people.subjects.disclosed import CustomerSet, Subjects
from holdback.people.subjects.lookup import NOBODY, SEVERAL, CustomerLookup, Persons
from holdback.people.subjects.matching import Matches, Rows, match
from holdback.people.subjects.number_set import NumberSet, number_of
from holdback.people.subjects.shared_values import rows_beside_several

_GROUPS = 1_000
"""Records of one batch whose group is kept, at most; beyond, the first of a group stands for it."""


@dataclass(frozen=True, slots=True)
class BatchCustomers:
    """The customers that one batch of records discloses."""

    subjects: Subjects = field(default_factory=Subjects)
    """Customers and pseudonyms of the batch; nothing about people without a customer number."""
    own: bytes = b""
    """1 for a record of a customer who sends or receives the message; empty if there is none."""
    persons: "array[int]" = field(default_factory=lambda: array("i"))
    """For each record the customer; negative for none and for several. Empty without an index."""
    groups: dict[int, frozenset[int]] = field(default_factory=dict)
    """Record → the customers it may be of, where there are several."""

    def with_record(self, rows: Sequence[int]) -> CustomerSet:
        """The customers whose `rows` turned out to be records of people."""
        found = CustomerSet()
        if self.persons:
            persons = np.frombuffer(self.persons, np.int32)[rows]
            found.certain.update_all(persons[persons >= 0].astype(np.int64))
            found.add_groups(self.groups[row] for row in self.groups.keys() & set(rows))
        return found


def customers_in(
    batch: Batch, ours: Sequence[bool], records: Sequence[bool], lookup: CustomerLookup
) -> BatchCustomers:
    """The customers in a batch, and the pseudonyms of what it shows.

    ours: whether the address of a record is no third party's; empty if there are no addresses.
    records: whether a row may be a record of a person.
    """
    if not records:
        return BatchCustomers()
    emails = batch.emails
    outside = [_outside(column, lookup) for column in emails[1:]]
    if emails:
        outside.insert(0, _outside(emails[0], lookup) if any(ours) else emails[0])
        columns = {**batch.columns, Field.EMAIL: outside[0]}
        batch = replace(batch, columns=columns, more_emails=outside[1:])
    of_ours = _rows_of_ours(batch, emails, ours)
    if lookup.customers is None:
        return BatchCustomers(Subjects(pseudonyms=_pseudonyms(batch, of_ours, records, lookup)))
    is_ours = np.zeros(len(records), np.bool_)
    is_ours[list(of_ours)] = True
    matches = match(batch, lookup, len(records))
    persons = np.where(is_ours & ~matches.own, NOBODY, matches.persons)
    found = _owners(persons, matches, lookup)
    hidden = is_ours | matches.own
    is_record = np.array(records, np.bool_) & ~hidden
    found.pseudonyms.add(_matched_pseudonyms(emails, matches, ~hidden, is_record, lookup))
    if not matches.own.any():
        return BatchCustomers(found, b"", *_compact(persons, matches))
    rows = np.flatnonzero(matches.own).tolist()
    for column in emails:
        found.own_addresses.update(number_of(column[row]) for row in rows if column[row])
    persons = np.where(matches.own, NOBODY, persons)
    return BatchCustomers(found, matches.own.tobytes(), *_compact(persons, matches))


def customers_alone(emails: Collection[str], phones: Collection[str], lookup: CustomerLookup) -> Subjects:
    """The customers whose address or phone stands in no record, and the pseudonyms of what is shown.

    emails: keys of third parties. phones: as written; they only count if they are a customer's.
    """
    owners = lookup.owners(Field.EMAIL, emails)
    own = {key for key, persons in owners if persons and persons & lookup.own}
    found = _of_groups((persons for _, persons in owners), lookup)
    others = [key for key in emails if key not in own]
    found.own_addresses.update(map(number_of, own))
    found.pseudonyms.update([*lookup.pseudonyms.numbers(Field.EMAIL, others), *lookup.domains(others)])
    if lookup.customers is None or not phones:
        return found
    owners = lookup.owners(Field.PHONE, lookup.canonical_phones(phones))
    found.add(_of_groups((persons for _, persons in owners), lookup))
    known = [phone for phone, persons in owners if persons and not persons & lookup.own]
    found.pseudonyms.update(lookup.pseudonyms.numbers(Field.PHONE, known))
    return found


def _outside(column: Sequence[str], lookup: CustomerLookup) -> Sequence[str]:
    """The addresses that the index may be asked for: neither ours nor a partner's."""
    audience = lookup.audience
    others = {
        key for key in set(column) if not audience.is_third_party(key) and key not in audience.outsiders
    }
    return ["" if key in others else key for key in column] if others - {""} else column


def _rows_of_ours(batch: Batch, emails: Sequence[Sequence[str]], ours: Sequence[bool]) -> set[int]:
    """Rows that are no third party's: their address is ours, and comes with one person only."""
    rows = [row for row, is_ours in enumerate(ours) if is_ours]
    if not rows:
        return set()
    witness = batch.column(Field.NAME) or next(iter(batch.phones), batch.column(Field.ID))
    return set(rows).difference(rows_beside_several(rows, emails[0], witness))


def _pseudonyms(
    batch: Batch, of_ours: Container[int], records: Sequence[bool], lookup: CustomerLookup
) -> NumberSet:
    """As `_matched_pseudonyms`, where there is no index."""
    found = NumberSet()
    shown = [row not in of_ours for row in range(len(records))]
    recorded = list(map(and_, shown, records))
    numbers = lookup.pseudonyms.column
    for column in batch.emails:
        different = dict.fromkeys(compress(column, shown))
        keys = [key for key in different if key and key not in lookup.audience.outsiders]
        found.update_all(numbers(Field.EMAIL, keys))
        found.update(lookup.domains(keys))
    for column in batch.phones:
        phones = filter(None, lookup.canonical_phones(dict.fromkeys(compress(column, recorded))))
        found.update_all(numbers(Field.PHONE, phones))
    ids = filter(None, map(customer_id, compress(batch.column(Field.ID), recorded)))
    found.update_all(numbers(Field.ID, ids))
    return found


def _matched_pseudonyms(
    emails: Sequence[Sequence[str]], matches: Matches, shown: Rows, records: Rows, lookup: CustomerLookup
) -> NumberSet:
    """Pseudonyms of addresses and their organisations, and of records the phones and customer ids too."""
    found = NumberSet()
    outsiders = lookup.audience.outsiders
    for written, column in zip(emails, matches.emails, strict=True):
        rows = shown & (column.numbers != 0)
        if not outsiders.isdisjoint(written):
            rows &= np.array([key not in outsiders for key in written], np.bool_)
        found.update_all(column.numbers[rows])
        found.update(lookup.domains(compress(written, rows.tolist())))
    for column in matches.phones:
        rows = (records | (column.first != NOBODY)) & shown & (column.numbers != 0)
        found.update_all(column.numbers[rows])
    if matches.ids:
        found.update_all(matches.ids.numbers[records & (matches.ids.numbers != 0)])
        records = records & (matches.ids.numbers == 0)
    for column in matches.pairs:
        # Without an id, name and postcode are all that leads to the person.
        found.update_all(column.numbers[records & (column.first != NOBODY)])
    return found


def _owners(persons: Persons, matches: Matches, lookup: CustomerLookup) -> Subjects:
    """The customers of a batch, those who take part in the message apart."""
    found = Subjects()
    known = persons >= 0
    found.customers.certain.update_all(persons[known & ~matches.own])
    found.own.update_all(persons[known & matches.own])
    groups = [group for row, group in matches.several.items() if persons[row] == SEVERAL]
    found.add(_of_groups({*groups, *matches.shared}, lookup))
    return found


def _of_groups(groups: Iterable[frozenset[int]], lookup: CustomerLookup) -> Subjects:
    """Customers of whom at least one of each group is meant; an empty group has none."""
    found = Subjects()
    for group in filter(None, groups):
        own = group & lookup.own
        if own:
            found.own.update(own)
        elif len(group) == 1:
            found.customers.certain.update(group)
        else:
            found.customers.add_groups((group,))
    return found


def _compact(persons: Persons, matches: Matches) -> "tuple[array[int], dict[int, frozenset[int]]]":
    """What has to be kept of millions of records: few groups."""
    if not len(persons) or (persons == NOBODY).all():
        return array("i"), {}
    kept = [(row, group) for row, group in matches.several.items() if persons[row] == SEVERAL]
    for row, group in kept[_GROUPS:]:
        persons[row] = min(group)
    return array("i", persons.astype(np.int32).tobytes()), dict(kept[:_GROUPS])
