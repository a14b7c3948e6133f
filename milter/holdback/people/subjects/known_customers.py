"""Find the customers among the third parties in records, and the pseudonyms of the identifiers shown."""

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
from holdback.people.subjects.lookup import NO_PERSON, SEVERAL, CustomerLookup, Persons
from holdback.people.subjects.matching import Matches, Rows, match
from holdback.people.subjects.number_set import NumberSet, number_of
from holdback.people.subjects.shared_values import rows_with_shared_value

_GROUPS = 1_000
"""Maximum of records per batch whose group is kept; for further records only one member is kept."""


@dataclass(frozen=True, slots=True)
class BatchCustomers:
    """The customers that one batch of records discloses."""

    subjects: Subjects = field(default_factory=Subjects)
    """Customers and pseudonyms of the batch; people outside the index are not counted here."""
    own: bytes = b""
    """1 for a record of a customer who sends or receives the message; empty if there is none."""
    persons: "array[int]" = field(default_factory=lambda: array("i"))
    """For each record the customer; negative for none and for several. Empty if there is no customer."""
    groups: dict[int, frozenset[int]] = field(default_factory=dict)
    """Record → its possible customers, where there are several."""

    def with_record(self, rows: Sequence[int]) -> CustomerSet:
        """Return the customers of these `rows`, which were counted as records of people."""
        found = CustomerSet()
        if self.persons:
            persons = np.frombuffer(self.persons, np.int32)[rows]
            found.certain.update_all(persons[persons >= 0].astype(np.int64))
            found.add_groups(self.groups[row] for row in self.groups.keys() & set(rows))
        return found


def customers_in(
    batch: Batch, ours: Sequence[bool], records: Sequence[bool], lookup: CustomerLookup
) -> BatchCustomers:
    """Return the customers in a batch, and the pseudonyms of the identifiers it shows.

    ours: for each row, whether its address is not a third party's; empty if there are no addresses.
    records: for each row, whether it may be a record of a person.
    """
    if not records:
        return BatchCustomers()
    emails = batch.emails
    outside = [_allowed_in_lookup(column, lookup) for column in emails[1:]]
    if emails:
        outside.insert(0, _allowed_in_lookup(emails[0], lookup) if any(ours) else emails[0])
        columns = {**batch.columns, Field.EMAIL: outside[0]}
        batch = replace(batch, columns=columns, more_emails=outside[1:])
    of_ours = _rows_of_ours(batch, emails, ours)
    # The ledger also has those who do not count because only their own company gets the message.
    colleagues = {row for row in of_ours if lookup.audience.is_third_party(emails[0][row])}
    if lookup.customers is None:
        return BatchCustomers(Subjects(pseudonyms=_pseudonyms(batch, of_ours - colleagues, records, lookup)))
    is_ours = np.zeros(len(records), np.bool_)
    is_ours[list(of_ours)] = True
    matches = match(batch, lookup, len(records))
    persons = np.where(is_ours & ~matches.own, NO_PERSON, matches.persons)
    found = _owners(persons, matches, lookup)
    is_ours[list(colleagues)] = False
    hidden = is_ours | matches.own
    is_record = np.array(records, np.bool_) & ~hidden
    found.pseudonyms.add(_matched_pseudonyms(emails, matches, ~hidden, is_record, lookup))
    if not matches.own.any():
        return BatchCustomers(found, b"", *_compact(persons, matches))
    rows = np.flatnonzero(matches.own).tolist()
    for column in emails:
        found.own_addresses.update(number_of(column[row]) for row in rows if column[row])
    persons = np.where(matches.own, NO_PERSON, persons)
    return BatchCustomers(found, matches.own.tobytes(), *_compact(persons, matches))


def customers_alone(
    emails: Collection[str],
    phones: Collection[str],
    lookup: CustomerLookup,
    colleagues: Collection[str] = (),
) -> Subjects:
    """Return the customers whose address or phone is in no record, and the pseudonyms of these identifiers.

    emails: keys of third parties. phones: as written; phones of other people are ignored. colleagues: keys of
    those who do not count, because only their company gets the message; nor do their phones.
    """
    if lookup.customers is None:
        return Subjects(pseudonyms=NumberSet(_numbers_of_addresses(emails, lookup)))
    owners = lookup.owners(Field.EMAIL, emails)
    own = {key for key, persons in owners if persons and persons & lookup.own}
    found = _of_groups((persons for _, persons in owners), lookup)
    others = [key for key in emails if key not in own]
    found.own_addresses.update(map(number_of, own))
    found.pseudonyms.update(_numbers_of_addresses(others, lookup))
    if not phones:
        return found
    owners = lookup.owners(Field.PHONE, lookup.canonical_phones(phones))
    theirs = frozenset[int]().union(*(persons for _, persons in lookup.owners(Field.EMAIL, colleagues)))
    found.add(_of_groups((persons for _, persons in owners if persons.isdisjoint(theirs)), lookup))
    known = [phone for phone, persons in owners if persons and not persons & lookup.own]
    found.pseudonyms.update(lookup.pseudonyms.numbers(Field.PHONE, known))
    return found


def shown_to_company(keys: Collection[str], lookup: CustomerLookup) -> Iterable[int]:
    """Return the pseudonyms of addresses that only their own company sees, without senders and recipients."""
    return _numbers_of_addresses(list(filter(lookup.audience.is_third_party, keys)), lookup)


def _numbers_of_addresses(keys: Collection[str], lookup: CustomerLookup) -> Iterable[int]:
    """Return the pseudonyms of addresses and of their organisations."""
    return [*lookup.pseudonyms.numbers(Field.EMAIL, keys), *lookup.domains(keys)]


def _allowed_in_lookup(column: Sequence[str], lookup: CustomerLookup) -> Sequence[str]:
    """Return the column without addresses that must not be looked up: ours and partners'."""
    audience = lookup.audience
    others = {
        key for key in set(column) if not audience.is_third_party(key) and key not in audience.outsiders
    }
    return ["" if key in others else key for key in column] if others - {""} else column


def _rows_of_ours(batch: Batch, emails: Sequence[Sequence[str]], ours: Sequence[bool]) -> set[int]:
    """Return the rows whose address is ours and not shared by several people."""
    rows = [row for row, is_ours in enumerate(ours) if is_ours]
    if not rows:
        return set()
    witness = batch.column(Field.NAME) or next(iter(batch.phones), batch.column(Field.ID))
    return set(rows).difference(rows_with_shared_value(rows, emails[0], witness))


def _pseudonyms(
    batch: Batch, of_ours: Container[int], records: Sequence[bool], lookup: CustomerLookup
) -> NumberSet:
    """As `_matched_pseudonyms`, without a customer index."""
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
    """Return the pseudonyms of addresses and organisations, and of phones and customer ids in records."""
    found = NumberSet()
    outsiders = lookup.audience.outsiders
    for written, column in zip(emails, matches.emails, strict=True):
        rows = shown & (column.numbers != 0)
        if not outsiders.isdisjoint(written):
            rows &= np.array([key not in outsiders for key in written], np.bool_)
        found.update_all(column.numbers[rows])
        found.update(lookup.domains(compress(written, rows.tolist())))
    for column in matches.phones:
        rows = (records | (column.first != NO_PERSON)) & shown & (column.numbers != 0)
        found.update_all(column.numbers[rows])
    if matches.ids:
        found.update_all(matches.ids.numbers[records & (matches.ids.numbers != 0)])
        records = records & (matches.ids.numbers == 0)
    for column in matches.pairs:
        # Without an id, only name and postcode identify the person.
        found.update_all(column.numbers[records & (column.first != NO_PERSON)])
    return found


def _owners(persons: Persons, matches: Matches, lookup: CustomerLookup) -> Subjects:
    """Return the customers of a batch; those who send or receive the message are in `own`."""
    found = Subjects()
    known = persons >= 0
    found.customers.certain.update_all(persons[known & ~matches.own])
    found.own.update_all(persons[known & matches.own])
    groups = [group for row, group in matches.several.items() if persons[row] == SEVERAL]
    found.add(_of_groups({*groups, *matches.shared}, lookup))
    return found


def _of_groups(groups: Iterable[frozenset[int]], lookup: CustomerLookup) -> Subjects:
    """Return the customers of groups of which at least one person each is disclosed."""
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
    """Return persons and groups of the records in little memory: only some groups are kept."""
    if not len(persons) or (persons == NO_PERSON).all():
        return array("i"), {}
    kept = [(row, group) for row, group in matches.several.items() if persons[row] == SEVERAL]
    for row, group in kept[_GROUPS:]:
        persons[row] = min(group)
    return array("i", persons.astype(np.int32).tobytes()), dict(kept[:_GROUPS])
