"""Whom the company corresponded with: whom it sent to, and who wrote to it.

Kept as keyed numbers of addresses, each with the times of the first and the last message, until it has been
silent for as long as `people.remember` says.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Connection, Table, and_, case, or_
from sqlalchemy.dialects import postgresql, sqlite

from holdback.mail import Address, Envelope, Message
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import Circle
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.questions import those_on_record
from holdback.trail.schema import correspondents

_DAY = 86_400
_AUTHORS = 3
"""Addresses of one message that have written it, at most: any number may be claimed."""
AT_ONCE = 2_000
"""Rows of contacts that one transaction writes, about: a hold waits no longer than that takes."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One message between the company and others."""

    at: float
    """Unix time, seconds."""
    sent: "array[int]"
    """Those it went to (`q`)."""
    received: "array[int]"
    """Those it came from."""


def in_parts(value: Correspondence) -> Iterable[Correspondence]:
    """The same by several values, each soon stored: a message may go to a hundred thousand people."""
    if max(len(value.sent), len(value.received)) <= AT_ONCE:
        return (value,)
    portions = zip_longest(_portions(value.sent), _portions(value.received))
    return (Correspondence(value.at, sent or array("q"), got or array("q")) for sent, got in portions)


def _portions(numbers: "array[int]") -> "Iterator[array[int]]":
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def correspondence_of(
    envelope: Envelope, message: Message, circle: Circle, pseudonyms: Pseudonyms, at: float
) -> Correspondence | None:
    """Who corresponds by this message, if it goes its way; None if nobody outside does."""
    sent = outside(map(address, envelope.recipients), circle, pseudonyms)
    authors = list(filter(circle.is_stranger, message.authors[:_AUTHORS]))
    # Most mail is our own: its authors tell sooner.
    from_outside = authors and is_from_outside(envelope, circle)
    received = outside(authors, circle, pseudonyms) if from_outside else array("q")
    return Correspondence(at, sent, received) if sent or received else None


def is_from_outside(envelope: Envelope, circle: Circle) -> bool:
    """True for a message that somebody else sent to one of us; not for a bounce, which has no sender."""
    if envelope.login or circle.is_internal(address(envelope.sender)):
        return False
    return any(circle.is_internal(address(recipient)) for recipient in envelope.recipients)


def outside(addresses: Iterable[Address], circle: Circle, pseudonyms: Pseudonyms) -> "array[int]":
    """Numbers of the strangers among the addresses, each once."""
    keys = dict.fromkeys([someone.key for someone in addresses if circle.is_stranger(someone)])
    return array("q", pseudonyms.numbers(Field.EMAIL, keys) if keys else ())


def store_correspondence(connection: Connection, values: Sequence[Correspondence]) -> None:
    """Brings the correspondents up to date; a row that is less than a day behind stays as it is."""
    sent: dict[int, tuple[int, int]] = {}
    received: dict[int, int] = {}
    for value in values:
        at = int(value.at)
        for number in value.sent:
            first, last = sent.get(number, (at, at))
            sent[number] = min(first, at), max(last, at)
        for number in value.received:
            received[number] = max(received.get(number, 0), at)
    rows = [
        {
            "number": number,
            "first_sent": sent.get(number, (0, 0))[0],
            "last_sent": sent.get(number, (0, 0))[1],
            "last_received": received.get(number, 0),
        }
        # In one order everywhere: two hosts that write the same rows never wait for each other.
        for number in sorted(sent.keys() | received.keys())
    ]
    if rows:
        connection.execute(_upsert(connection), rows)


def _upsert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    statement, old = insert_into(connection, correspondents), correspondents.c
    new = statement.excluded
    first_known = and_(new.first_sent > 0, or_(old.first_sent == 0, new.first_sent < old.first_sent))
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


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that may say what happens to a row that is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def corresponded(connection: Connection, numbers: Iterable[int], before: float) -> set[int]:
    """Those who ever wrote to the company, or to whom it had sent before that time (unix)."""
    heard_of = or_(
        correspondents.c.last_received > 0,
        and_(correspondents.c.first_sent > 0, correspondents.c.first_sent < int(before)),
    )
    return those_on_record(connection, correspondents.c.number, numbers, heard_of)
