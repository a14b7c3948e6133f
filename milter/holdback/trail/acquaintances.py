"""Who knows whom: people outside the company who were visible to each other in a message before.

Learned from mail that came from outside, and from messages that an operator released. Kept as one keyed
number of 64 bits a pair of addresses, until the pair has not been seen for as long as `people.remember`
says. A question about a pair that is not on record is wrongly answered yes with the probability of pairs on
record / 2^64.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select

from holdback.cases.database import Database
from holdback.cases.schema import decisions, holds, storable
from holdback.cases.values import Decision, HoldState
from holdback.mail import Address, Envelope, Message
from holdback.mail.address import address
from holdback.people.parties.acquainted import MOST, pairs, parties_of
from holdback.people.parties.domains import Circle
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.contacts import (
    AT_ONCE,
    Correspondence,
    in_parts,
    insert_into,
    is_from_outside,
    outside,
    store_correspondence,
)
from holdback.trail.questions import Questions, those_on_record
from holdback.trail.schema import acquaintances, waiting_acquaintances

MOST_FROM_OUTSIDE = 50
"""Addresses of one message from outside, at most; with more it teaches nothing."""
_SETTLED_AT_ONCE = 100
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Acquainted:
    """Pairs of people who have seen each other."""

    at: float
    """Unix time, seconds."""
    pairs: "array[int]"
    """See `circles.pair` (`q`)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What will be learned from a message that is held, if it is released."""

    host: str
    queue_id: str
    arrived: float
    """As in its hold."""
    pairs: "array[int]"
    """Those who would see each other (`q`); none if they are too many."""
    recipients: "array[int]"
    """Those it would go to (`q`)."""


def acquainted_of(
    envelope: Envelope, message: Message, circle: Circle, pseudonyms: Pseudonyms, at: float
) -> Acquainted | None:
    """The pairs that this message from outside shows to each other; None if it teaches nothing.

    One of us must be visible, too: only then can we reply to all.
    """
    if not any(map(circle.is_internal, message.visible)) or not is_from_outside(envelope, circle):
        return None
    people = {someone.key: someone for someone in chain(message.authors, message.visible)}
    found = _pairs(people.values(), circle, pseudonyms, MOST_FROM_OUTSIDE)
    return Acquainted(at, found) if found else None


def waiting_of(
    envelope: Envelope,
    message: Message,
    circle: Circle,
    pseudonyms: Pseudonyms,
    at: float,
    acquaintances: bool = True,
) -> Waiting:
    """What a message that is held at that time (unix) would teach; no pairs if `acquaintances` is off."""
    shown = _pairs(message.visible, circle, pseudonyms, MOST if acquaintances else 0)
    recipients = outside(map(address, envelope.recipients), circle, pseudonyms)
    return Waiting(envelope.host, envelope.queue_id, at, shown, recipients)


def _pairs(addresses: Iterable[Address], circle: Circle, pseudonyms: Pseudonyms, most: int) -> "array[int]":
    parties = parties_of(addresses, circle, pseudonyms)
    if sum(map(len, parties.values())) > most:
        return array("q")
    return array("q", pairs(parties, pseudonyms))


class Acquaintances:
    """What `Contacts.acquainted` asks. Safe from any thread."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    def among(self, pairs: Sequence[int]) -> Collection[int]:
        """Those of the pairs that are on record; none if the database does not answer."""
        found = self._questions.ask(lambda connection: those_on_record(connection, _PAIR, pairs))
        return found or ()


_PAIR = acquaintances.c.pair


def store_acquainted(connection: Connection, values: Sequence[Acquainted]) -> None:
    """Puts the pairs on record, with the day they were last seen.

    Of more than `AT_ONCE` only the first: a flood of them must neither keep holds nor other notes waiting.
    """
    days: dict[int, int] = {}
    for value in values:
        day = int(value.at // _DAY)
        for pair in islice(value.pairs, AT_ONCE - len(days)):
            days[pair] = max(day, days.get(pair, 0))
    _learn(connection, days)


def _learn(connection: Connection, days: Mapping[int, int]) -> None:
    if not days:
        return
    statement = insert_into(connection, acquaintances)
    later = statement.excluded.day > acquaintances.c.day
    upsert = statement.on_conflict_do_update(
        index_elements=[_PAIR], set_={"day": statement.excluded.day}, where=later
    )
    connection.execute(upsert, [{"pair": pair, "day": days[pair]} for pair in sorted(days)])


def store_waiting(connection: Connection, values: Sequence[Waiting]) -> None:
    rows = [
        {
            "host": storable(value.host),
            "queue_id": storable(value.queue_id),
            "arrived": value.arrived,
            "pairs": value.pairs.tobytes(),
            "recipients": value.recipients.tobytes(),
        }
        for value in values
    ]
    if rows:
        connection.execute(insert(waiting_acquaintances), rows)


def settle_waiting(database: Database) -> int:
    """Learns from held messages that were released meanwhile, forgets what others would have taught.

    How many messages that were. To learn twice what another host learns at the same time is to learn it
    once. Raises RecordUnavailable.
    """
    settled = 0
    while rows := _settled(database):
        _learn_from(database, [row for row in rows if row.state == HoldState.RELEASED])
        with database.writing_in_background() as connection:
            done = waiting_acquaintances.c.id.in_([row.id for row in rows])
            connection.execute(delete(waiting_acquaintances).where(done))
        settled += len(rows)
    return settled


def _settled(database: Database) -> Sequence[Row[Any]]:
    """The first waiting messages that were decided and carried out: most minutes there are none."""
    waiting, own, of_case = waiting_acquaintances, decisions.alias(), decisions.alias()
    same = (holds.c.host, holds.c.queue_id, holds.c.arrived)
    query = (
        select(waiting, holds.c.state, holds.c.changed)
        .add_columns(func.coalesce(own.c.decision, of_case.c.decision).label("decision"))
        .join(holds, and_(*(column == waiting.c[column.name] for column in same)))
        .outerjoin(own, own.c.hold_id == holds.c.id)
        .outerjoin(of_case, and_(of_case.c.case_id == holds.c.case_id, of_case.c.hold_id.is_(None)))
        .where(holds.c.state.in_(_SETTLED))
        .order_by(waiting.c.id)
        .limit(_SETTLED_AT_ONCE)
    )
    with database.reading() as connection:
        return connection.execute(query).all()


def _learn_from(database: Database, released: Sequence[Row[Any]]) -> None:
    for row in released:
        for part in in_parts(Correspondence(row.changed, _numbers(row.recipients), array("q"))):
            with database.writing_in_background() as connection:
                store_correspondence(connection, [part])
    # After a release with Bcc nobody has seen anybody.
    seen = (row for row in released if row.decision != Decision.RELEASE_BCC)
    pairs = ((pair, int(row.changed // _DAY)) for row in seen for pair in _numbers(row.pairs))
    while some := dict(islice(pairs, AT_ONCE)):
        with database.writing_in_background() as connection:
            _learn(connection, some)


_SETTLED = (HoldState.RELEASED, HoldState.DROPPED, HoldState.RETURNED)


def _numbers(stored: bytes) -> "array[int]":
    numbers = array("q")
    numbers.frombytes(stored)
    return numbers
