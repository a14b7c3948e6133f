"""Who is disclosed: entries of personal data judged one by one, and the distinct people in them counted.

A table may have millions of rows, so entries come in batches, and only numbers are kept of them.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import or_

from holdback.mail.beat import Beat, no_beat
from holdback.people.fields.kinds import Field, is_identifying
from holdback.people.fields.names import name_key, plain
from holdback.people.fields.role_mailboxes import is_role_mailbox
from holdback.people.subjects.disclosed import Noticed, notice
from holdback.people.subjects.matching import Clues
from holdback.people.subjects.number_set import key_of, keys_of
from holdback.people.subjects.shared_values import rows_with_shared
from holdback.people.subjects.third_parties import Standing
from holdback.people.subjects.values import Subjects

Entries = Mapping[Field, Sequence[str]]
"""Values by kind, empty where an entry has none; all lists have one length. Names and streets as written."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Reads some entries."""

    entries: Callable[[], Entries]
    clues: Callable[[Entries], Clues]
    """What they have besides that the customer index can be asked for."""


_IDENTIFYING = tuple(
    (int(kind), kind, key_of(f"{kind.name}:"))
    for kind in (Field.EMAIL, Field.PHONE, Field.IBAN, Field.CARD, Field.NATIONAL_ID, Field.LOGIN)
)
"""Kinds that tell a person from all others, best first, and what keeps equal values of two kinds apart."""
_IDENTITY = sum(bit for bit, _, _ in _IDENTIFYING)
_NAMED_BY = (Field.BIRTH, Field.ID, Field.STREET)
_BY_NAME = int(Field.BIRTH | Field.ID | Field.STREET)
_OF_A_PERSON = int(Field.NAME | Field.LOGIN | Field.BIRTH | Field.CARD)
_SURELY_OF_A_PERSON = _OF_A_PERSON & ~int(Field.LOGIN)
_EMAIL, _NAME, _ID = int(Field.EMAIL), int(Field.NAME), int(Field.ID)
_MAY_BE_SHARED = (Field.EMAIL, Field.PHONE, Field.LOGIN, Field.ID)
_WITNESSES = (Field.NAME, Field.EMAIL, Field.PHONE, Field.ID)
_KEPT = {*_MAY_BE_SHARED, *_WITNESSES, *(kind for _, kind, _ in _IDENTIFYING)}


@dataclass(slots=True)
class _Seen:
    """What is kept of all entries, in order."""

    keys: dict[Field, "array[int]"] = field(default_factory=dict)
    """For each kind the keys of its values; 0 where an entry has none."""
    masks: "array[int]" = field(default_factory=lambda: array("H"))
    """For each entry the sum of the kinds it has."""
    ours: bytearray = field(default_factory=bytearray)
    """1 for an entry whose address is no stranger's."""
    functions: bytearray = field(default_factory=bytearray)
    """1 for an entry that names nobody and whose address is that of a function."""
    named: "list[array[int]]" = field(default_factory=list)
    """For each batch the people's keys by name, 0 for others; empty if it has no entry that needs one."""
    noticed: list[Noticed] = field(default_factory=list)
    """For each batch which customers its entries are; nothing if there is no register."""


def subjects_of(
    entries: Entries,
    standing: Standing,
    organisations: bool = False,
    beside: int = 0,
    clues: Clues | None = None,
) -> Subjects:
    """The third parties among `entries`.

    `organisations`: an entry without any sign of a person is a company. `beside`: supporting kinds of all.
    """
    batch = Batch(lambda: entries, lambda _: clues or Clues((entries.get(Field.EMAIL, ()),)))
    return subjects_of_all(lambda: [batch], standing, organisations, beside, no_beat)


def subjects_of_all(
    batches: Callable[[], Iterable[Batch]],
    standing: Standing,
    organisations: bool,
    beside: int,
    beat: Beat,
) -> Subjects:
    """As `subjects_of`, for the entries of all `batches`. Some may be asked for twice."""
    found, seen = Subjects(), _Seen()
    sizes = [_see(batch, seen, found, standing, organisations) for batch in batches()]
    _forget_shared(seen, beat)
    start = 0
    unnamed: list[array[int]] = []
    for number, size in enumerate(sizes):
        beat()
        unnamed.append(_judge(range(start, start + size), seen, number, found, organisations))
        start += size
    if any(unnamed):
        _name(batches(), unnamed, sizes, seen, found)
    found.kinds |= beside if found.people else 0
    return found


def _see(batch: Batch, seen: _Seen, found: Subjects, standing: Standing, organisations: bool) -> int:
    """Notes what will be needed of the entries; returns how many there are."""
    entries = batch.entries()
    masks = _masks(entries)
    seen.masks.extend(masks)
    emails = entries.get(Field.EMAIL, ())
    strangers = {email for email in set(emails) if email and standing.third_party(email)}
    found.addresses.update(keys_of(strangers))
    ours = [email != "" and email not in strangers for email in emails]
    seen.ours.extend(ours)
    seen.functions.extend(
        [
            email != "" and not mask & _SURELY_OF_A_PERSON and is_role_mailbox(email)
            for mask, email in zip(masks, emails, strict=bool(emails))
        ]
    )
    for kind, values in entries.items():
        if kind in _KEPT:
            seen.keys.setdefault(kind, array("q")).extend(keys_of(values))
    named = [0 if mask & _IDENTITY else _key_by_name(entries, row, mask) for row, mask in enumerate(masks)]
    seen.named.append(array("q", named if any(named) else ()))
    if standing.register:
        may_be = {mask: _may_be_somebodys(mask, organisations) for mask in set(masks)}
        records = [may_be[mask] for mask in masks]
        seen.noticed.append(notice(batch.clues(entries), ours, records, standing, found))
    return len(masks)


def _masks(columns: Entries) -> list[int]:
    masks: list[int] = []
    for kind, values in columns.items():
        bit = int(kind)
        bits = [bit if value else 0 for value in values]
        masks = list(map(or_, masks, bits)) if masks else bits
    return masks


def _key_by_name(entries: Entries, row: int, mask: int) -> int:
    """What tells somebody from others in any document without an address or phone: name and one more."""
    if not (mask & _NAME and mask & _BY_NAME):
        return 0
    other = next(entries[kind][row] for kind in _NAMED_BY if mask & kind)
    return key_of(f"{name_key(entries[Field.NAME][row])}:{plain(other).strip()}")


def _forget_shared(seen: _Seen, beat: Beat) -> None:
    """Takes from the entries what stands beside several people: a support address, a switchboard's number."""
    shared = []
    for kind in _MAY_BE_SHARED:
        witness = next((other for other in _WITNESSES if other in seen.keys and other is not kind), None)
        if kind in seen.keys and witness is not None:
            shared.append((int(kind), rows_with_shared(seen.keys[kind], seen.keys[witness], beat)))
    for bit, rows in shared:
        for row in rows:
            seen.masks[row] &= ~bit


def _judge(rows: range, seen: _Seen, batch: int, found: Subjects, organisations: bool) -> "array[int]":
    """Notes the people in one batch of entries; returns the rows whose key needs the name again."""
    named = seen.named[batch]
    noticed = seen.noticed[batch] if seen.noticed else None
    own = noticed.own if noticed else b""
    records: list[int] = []
    people: list[int] = []
    recorded: list[int] = []
    unnamed = array("I")
    emails, ids = seen.keys.get(Field.EMAIL), seen.keys.get(Field.ID)
    keys = [(bit, salt, seen.keys[kind]) for bit, kind, salt in _IDENTIFYING if kind in seen.keys]
    # Thousands of entries are of a few sums of kinds.
    is_record = cache(is_identifying)
    best = cache(lambda identity: next((salt, values) for bit, salt, values in keys if identity & bit))
    for row, identity in zip(rows, seen.masks[rows.start : rows.stop], strict=True):
        mask = identity
        if mask & _EMAIL and seen.ours[row]:
            continue
        if own and own[row - rows.start]:
            continue
        if not mask & _OF_A_PERSON:
            mask = _without_company(mask, seen, row, organisations)
        if not is_record(mask):
            continue
        found.kinds |= mask
        if emails:
            recorded.append(emails[row])
        if noticed:
            records.append(row - rows.start)
        if identity & _IDENTITY:
            salt, values = best(identity)
            people.append(values[row] ^ salt)
        elif named and named[row - rows.start] and not (ids and ids[row] and not identity & _ID):
            people.append(named[row - rows.start])
        else:
            unnamed.append(row)
    if noticed:
        noticed.listed(records, found)
    found.people.update(people)
    found.recorded.update(filter(None, recorded))
    return unnamed


def _may_be_somebodys(mask: int, organisations: bool) -> bool:
    """A first guess of what `_judge` will say."""
    return is_identifying(mask) and (not organisations or bool(mask & (_OF_A_PERSON | _EMAIL)))


def _without_company(mask: int, seen: _Seen, row: int, organisations: bool) -> int:
    """The kinds of an entry that names nobody: `info@…` is no person's, nor is a company's phone."""
    if mask & _EMAIL and seen.functions[row]:
        mask &= ~_EMAIL
    return 0 if organisations and not mask & _EMAIL else mask


def _name(
    batches: Iterable[Batch],
    unnamed: "Sequence[array[int]]",
    sizes: Sequence[int],
    seen: _Seen,
    found: Subjects,
) -> None:
    """Reads the `unnamed` entries again: what told them from others turned out to be shared."""
    start = 0
    for batch, rows, size in zip(batches, unnamed, sizes, strict=True):
        if rows:
            entries = batch.entries()
            found.people.update([_key_by_name(entries, row - start, seen.masks[row]) for row in rows])
        start += size
