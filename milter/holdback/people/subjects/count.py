"""Count the people whom records disclose, each person once.

A table may have millions of rows, so records come in batches, of which only numbers are kept.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import or_

from holdback.mail.beat import Beat, no_beat
from holdback.people.fields.addresses import is_role_mailbox
from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import SENSITIVE, Field, is_identifying
from holdback.people.fields.names import name_key
from holdback.people.recognition.records import Batch, Columns, Records
from holdback.people.subjects.disclosed import Subjects
from holdback.people.subjects.known_customers import BatchCustomers, customers_in
from holdback.people.subjects.lookup import CustomerLookup
from holdback.people.subjects.number_set import number_of, numbers_of
from holdback.people.subjects.same_name import FEW, number_of_name
from holdback.people.subjects.shared_values import all_rows_with_shared_value
from holdback.people.subjects.third_parties import IsThirdParty, nobody

_IDENTIFYING = tuple(
    (int(field), field, number_of(f"{field.name}:"))
    for field in (Field.EMAIL, Field.PHONE, Field.IBAN, Field.CARD, Field.NATIONAL_ID, Field.LOGIN)
)
"""Fields that identify a person, best first: bit, field, and a salt that keeps values of two fields apart."""
_IDENTITY = sum(bit for bit, _, _ in _IDENTIFYING)
_UNIQUE_WITH_NAME = (Field.BIRTH, Field.ID, Field.STREET)
_UNIQUE_WITH_NAME_MASK = int(Field.BIRTH | Field.ID | Field.STREET)
_SENSITIVE = sum(map(int, SENSITIVE))
_OF_A_PERSON = int(Field.NAME | Field.LOGIN | Field.BIRTH | Field.CARD)
_CERTAINLY_OF_A_PERSON = _OF_A_PERSON & ~int(Field.LOGIN)
_EMAIL, _NAME, _ID = int(Field.EMAIL), int(Field.NAME), int(Field.ID)
_MAY_BE_SHARED = (Field.EMAIL, Field.PHONE, Field.LOGIN, Field.ID)
_WITNESSES = (Field.NAME, Field.EMAIL, Field.PHONE, Field.ID)
_KEPT = {*_MAY_BE_SHARED, *_WITNESSES, *(field for _, field, _ in _IDENTIFYING)}


def people_in(
    records: Records,
    is_third_party: IsThirdParty,
    lookup: CustomerLookup | None = None,
    beat: Beat = no_beat,
    is_of_company: IsThirdParty = nobody,
) -> Subjects:
    """Return the third parties who have a record, and the addresses of those records.

    `records.batches` is read a second time if some records can only be distinguished by name.
    """
    kept = _kept(records, is_third_party, lookup, is_of_company)
    masks = _without_shared(kept, beat)
    found = kept.customers
    start = 0
    ambiguous: list[array[int]] = []
    for batch, size in zip(kept.batches, kept.sizes, strict=True):
        beat()
        counted = _count(range(start, start + size), batch, masks, kept.keys, records.organisations)
        found.people.update(counted.people)
        found.names.update(counted.named)
        found.recorded.update(filter(None, counted.addresses))
        found.fields |= counted.fields
        if batch.customers:
            found.customers_with_record.add(batch.customers.with_record(counted.rows))
        ambiguous.append(counted.ambiguous)
        start += size
    if any(ambiguous):
        found.people.update(_numbers_by_name(records.batches, ambiguous, kept.sizes, masks))
    found.fields |= records.supporting if found.people else 0
    return found


@dataclass(frozen=True, slots=True)
class _Batch:
    """The data kept of one batch besides its keys."""

    is_ours: bytes
    """1 for a record whose address is not a third party's; empty if there are no addresses."""
    is_role: bytes
    """1 for a record without a person's name whose address is a role mailbox; empty as `is_ours`."""
    named: "array[int]"
    """The number made from the person's name, 0 for none; empty if no record needs one."""
    names: Sequence[int]
    """The number of the person's name; empty if there are no names, or many."""
    customers: BatchCustomers | None
    """None without a lookup."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The data kept of all records, in order."""

    batches: Sequence[_Batch]
    sizes: Sequence[int]
    keys: "Mapping[Field, array[int]]"
    """Field → the number of its value in each record, 0 for none."""
    masks: "array[int]"
    """For each record the combination of its fields."""
    customers: Subjects
    """Addresses of third parties; with a lookup also customers and pseudonyms."""


def _kept(
    records: Records,
    is_third_party: IsThirdParty,
    lookup: CustomerLookup | None,
    is_of_company: IsThirdParty,
) -> _Kept:
    keys: dict[Field, array[int]] = {}
    masks, batches, sizes, found = array("I"), [], [], Subjects()
    for batch in records.batches:
        sums = _masks(batch.columns)
        emails = batch.column(Field.EMAIL)
        distinct = set(emails)
        strangers = {email for email in distinct if email and is_third_party(email)}
        is_ours = [email != "" and email not in strangers for email in emails]
        customers = None
        if lookup:
            may_be = {mask: _may_be_record(mask, records.organisations) for mask in set(sums)}
            customers = customers_in(batch, is_ours, [may_be[mask] for mask in sums], lookup)
            found.add(customers.subjects)
        found.addresses.update(numbers_of(strangers))
        colleagues = {email for email in distinct - strangers if email and is_of_company(email)}
        found.colleagues.update(numbers_of(colleagues))
        found.rows += len(sums) - len(emails) + emails.count("")
        found.rows += sum(map(colleagues.__contains__, emails)) if colleagues else 0
        masks.extend(sums)
        sizes.append(len(sums))
        for kind, values in batch.columns.items():
            if kind in _KEPT:
                keys.setdefault(kind, array("q")).extend(numbers_of(values))
        names = tuple(map(number_of_name, batch.column(Field.NAME))) if len(sums) <= FEW else ()
        batches.append(
            _Batch(bytes(is_ours), _roles(sums, emails), _by_name(batch.columns, sums), names, customers)
        )
    return _Kept(batches, sizes, keys, masks, found)


def _masks(columns: Columns) -> list[int]:
    masks: list[int] = []
    for kind, values in columns.items():
        bit = int(kind)
        bits = [bit if value else 0 for value in values]
        masks = list(map(or_, masks, bits)) if masks else bits
    return masks


def _roles(masks: Sequence[int], emails: Sequence[str]) -> bytes:
    pairs = zip(masks, emails, strict=bool(emails))
    return bytes(
        email != "" and not mask & _CERTAINLY_OF_A_PERSON and is_role_mailbox(email) for mask, email in pairs
    )


def _by_name(columns: Columns, masks: Sequence[int]) -> "array[int]":
    """Return for each record the number made from the name, if it has no better identifier."""
    named = [0 if mask & _IDENTITY else _number_by_name(columns, row, mask) for row, mask in enumerate(masks)]
    return array("q", named if any(named) else ())


def _number_by_name(columns: Columns, row: int, mask: int) -> int:
    """Return a number made from the name and one more field of a record; 0 if it lacks either.

    Sensitive fields differ from row to row (a pay slip a month), and are left out of the number.
    """
    if not (mask & _NAME and mask & (_UNIQUE_WITH_NAME_MASK | _SENSITIVE)):
        return 0
    field = _field_with_name(mask)
    other = columns[field][row] if field else ""
    return number_of(f"{name_key(columns[Field.NAME][row])}:{fold(other).strip()}")


@cache
def _field_with_name(mask: int) -> Field | None:
    """The field that tells people of one name apart; None if there is only a sensitive one."""
    return next((kind for kind in _UNIQUE_WITH_NAME if mask & kind), None)


def _without_shared(kept: _Kept, beat: Beat) -> "array[int]":
    """Return the masks without fields whose value several people share: a support address, a switchboard."""
    masks = array("I", kept.masks)
    for kind in _MAY_BE_SHARED:
        witness = next((other for other in _WITNESSES if other in kept.keys and other is not kind), None)
        if kind in kept.keys and witness is not None:
            for row in all_rows_with_shared_value(kept.keys[kind], kept.keys[witness], beat):
                masks[row] &= ~int(kind)
    return masks


@dataclass(frozen=True, slots=True)
class _Counted:
    """The people counted in one batch."""

    rows: Sequence[int]
    """Indices of their records in the batch."""
    people: Sequence[int]
    addresses: Sequence[int]
    fields: int
    named: Sequence[tuple[int, int, int]]
    """Name, identifying field and person, as numbers, for those with a name."""
    ambiguous: "array[int]"
    """Indices, among all records, of those that only a name identifies."""


def _count(
    rows: range, batch: _Batch, masks: "array[int]", keys: "Mapping[Field, array[int]]", organisations: bool
) -> _Counted:
    """Count the people in one batch; `rows` are the indices of its records among all records."""
    own, named, start = batch.customers and batch.customers.own, batch.named, rows.start
    names: list[tuple[int, int, int]] = []
    records: list[int] = []
    people: list[int] = []
    recorded: list[int] = []
    ambiguous = array("I")
    fields = 0
    emails, ids = keys.get(Field.EMAIL), keys.get(Field.ID)
    identifying = [(bit, salt, keys[kind]) for bit, kind, salt in _IDENTIFYING if kind in keys]
    # Thousands of records have the same few combinations of fields.
    is_record = cache(is_identifying)
    best = cache(lambda identity: next((salt, keys) for bit, salt, keys in identifying if identity & bit))
    for row, identity in zip(rows, masks[start : rows.stop], strict=True):
        at, mask = row - start, identity
        if (mask & _EMAIL and batch.is_ours[at]) or (own and own[at]):
            continue
        if not mask & _OF_A_PERSON:
            if mask & _EMAIL and batch.is_role[at]:
                mask &= ~_EMAIL
            mask = 0 if organisations and not mask & _EMAIL else mask
        if not is_record(mask):
            continue
        fields |= mask
        records.append(at)
        if emails:
            recorded.append(emails[row])
        if identity & _IDENTITY:
            salt, values = best(identity)
            people.append(values[row] ^ salt)
            if batch.names:
                names.append((batch.names[at], salt, people[-1]))
        elif named and named[at] and not (ids and ids[row] and not identity & _ID):
            people.append(named[at])
            if batch.names:
                names.append((batch.names[at], _field_with_name(mask) or 0, people[-1]))
        else:
            ambiguous.append(row)
    return _Counted(records, people, recorded, fields, names, ambiguous)


def _may_be_record(mask: int, organisations: bool) -> bool:
    """True if `_count` may count a record with these fields; known before shared values are removed."""
    return is_identifying(mask) and (not organisations or bool(mask & (_OF_A_PERSON | _EMAIL)))


def _numbers_by_name(
    batches: Iterable[Batch], ambiguous: "Sequence[array[int]]", sizes: Sequence[int], masks: "array[int]"
) -> Iterator[int]:
    """Yield the numbers of the people in the `ambiguous` rows, whose addresses or phones are shared."""
    start = 0
    for batch, rows, size in zip(batches, ambiguous, sizes, strict=True):
        yield from (_number_by_name(batch.columns, row - start, masks[row]) for row in rows)
        start += size
