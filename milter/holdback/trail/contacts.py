"""Store correspondents: external people to whom the company wrote, or who wrote to the company.

A row holds the pseudonym of an address and the times of the first and last message. It expires after
`people.remember` without a message.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from sqlalchemy import ColumnElement, Connection, Table, and_, case, literal_column, or_
from sqlalchemy.dialects import postgresql, sqlite

from holdback.cases.database import clock_offset
from holdback.mail import Address, Envelope, Message
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.queries import insert_rows, stored_numbers
from holdback.trail.schema import correspondents

_DAY: ColumnElement[int] = literal_column("86400")
_NEVER: ColumnElement[int] = literal_column("0")
_AUTHORS = 3
"""Authors of one message that are counted; a From field may claim any number."""
AT_ONCE = 2_000
"""Contacts written in one transaction, about, so that a hold waits no longer than that."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One message between the company and others."""

    at: float
    """Unix time, seconds."""
    sent: "array[int]"
    """Pseudonyms of the external recipients (`q`)."""
    received: "array[int]"
    """Pseudonyms of the external authors (`q`)."""


def split_correspondence(value: Correspondence) -> Iterable[Correspondence]:
    """Return the value in parts of at most `AT_ONCE` people: a message may have 100,000 recipients."""
    if max(len(value.sent), len(value.received)) <= AT_ONCE:
        return (value,)
    portions = zip_longest(_portions(value.sent), _portions(value.received))
    return (Correspondence(value.at, sent or array("q"), got or array("q")) for sent, got in portions)


def _portions(numbers: "array[int]") -> "Iterator[array[int]]":
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def correspondence_of(
    envelope: Envelope, message: Message, domains: Domains, pseudonyms: Pseudonyms, at: float
) -> Correspondence | None:
    """Return the external recipients and authors of a delivered message; None if there are none."""
    sent = stranger_numbers(envelope.recipient_addresses, domains, pseudonyms)
    authors = list(filter(domains.is_stranger, message.authors[:_AUTHORS]))
    # Check the authors first: most mail is our own, and this is the cheaper test.
    from_outside = authors and is_inbound(envelope, domains)
    received = stranger_numbers(authors, domains, pseudonyms) if from_outside else array("q")
    return Correspondence(at, sent, received) if sent or received else None


def is_inbound(envelope: Envelope, domains: Domains) -> bool:
    """Return True for a message from an external sender to at least one internal recipient."""
    if envelope.login or domains.is_internal(address(envelope.sender)):
        return False
    return any(map(domains.is_internal, envelope.recipient_addresses))


def stranger_numbers(addresses: Iterable[Address], domains: Domains, pseudonyms: Pseudonyms) -> "array[int]":
    """Return the pseudonyms of the strangers among the addresses, without duplicates."""
    keys = dict.fromkeys([someone.key for someone in addresses if domains.is_stranger(someone)])
    return array("q", pseudonyms.numbers(Field.EMAIL, keys) if keys else ())


def store_correspondence(connection: Connection, values: Sequence[Correspondence]) -> None:
    """Upsert the correspondents; a row that is less than a day out of date is left unchanged.

    Their times are by the clock of the database: other hosts have other clocks.
    """
    offset = clock_offset(connection)
    sent: dict[int, tuple[int, int]] = {}
    received: dict[int, int] = {}
    for value in values:
        at = int(value.at + offset)
        for number in value.sent:
            first, last = sent.get(number, (at, at))
            sent[number] = min(first, at), max(last, at)
        for number in value.received:
            received[number] = max(received.get(number, 0), at)
    # Sorted, so that two hosts that write the same rows cannot deadlock.
    numbers = sorted(sent.keys() | received.keys())
    rows = [(number, *sent.get(number, (0, 0)), received.get(number, 0)) for number in numbers]
    insert_rows(connection, _upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> postgresql.Insert | sqlite.Insert:
    statement, old = dialect_insert(dialect, correspondents), correspondents.c
    new = statement.excluded
    first_known = and_(
        new.first_sent > _NEVER, or_(old.first_sent == _NEVER, new.first_sent < old.first_sent)
    )
    return statement.on_conflict_do_update(
        index_elements=[old.number],
        set_={
            "first_sent": case((first_known, new.first_sent), else_=old.first_sent),
            "last_sent": case((new.last_sent > old.last_sent, new.last_sent), else_=old.last_sent),
            "last_received": case(
                (new.last_received > old.last_received, new.last_received), else_=old.last_received
            ),
        },
        where=or_(
            first_known,
            new.last_sent > old.last_sent + _DAY,
            new.last_received > old.last_received + _DAY,
        ),
    )


def dialect_insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of all columns in the named dialect, which supports ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def known_correspondents(connection: Connection, numbers: Iterable[int], before: float) -> set[int]:
    """Return the numbers of those who ever wrote to us, or to whom we wrote before `before`.

    `before`: unix time by the clock of the database.
    """
    known = or_(
        correspondents.c.last_received > 0,
        and_(correspondents.c.first_sent > 0, correspondents.c.first_sent < int(before)),
    )
    return stored_numbers(connection, correspondents.c.number, numbers, known)
