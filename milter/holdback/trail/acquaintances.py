"""Store acquaintances: pairs of external people who were visible to each other in an earlier message.

Pairs are learned from inbound mail and from released messages. A pair is one 64-bit pseudonym. It expires
after `people.remember` without a message that shows both. A look-up of an unknown pair gives a false positive
with probability (stored pairs / 2^64).
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from holdback.cases.database import Database
from holdback.cases.model import Decision, HoldState
from holdback.cases.schema import decisions, holds, storable
from holdback.mail import Address, Envelope, Message
from holdback.people.parties.acquainted import MAX_ADDRESSES, pairs, parties_of
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.contacts import (
    AT_ONCE,
    Correspondence,
    dialect_insert,
    is_inbound,
    split_correspondence,
    store_correspondence,
    stranger_numbers,
)
from holdback.trail.queries import CircuitBreaker, insert_rows, stored_numbers
from holdback.trail.schema import acquaintances, waiting_acquaintances

MAX_INBOUND_ADDRESSES = 50
"""Addresses in an inbound message above which no pairs are learned from it."""
_DECIDED_BATCH = 100
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class AcquaintedPairs:
    """Pairs of people who have seen each other's address."""

    at: float
    """Unix time, seconds."""
    pairs: "array[int]"
    """Pseudonyms of the pairs (`q`), see `acquainted.pair`."""


@dataclass(frozen=True, slots=True)
class PendingPairs:
    """Pairs to learn from a held message if it is released."""

    host: str
    queue_id: str
    arrived: float
    """Arrival time of its hold."""
    pairs: "array[int]"
    """People who would see each other (`q`); empty if they are too many."""
    recipients: "array[int]"
    """Envelope recipients outside the company (`q`)."""


def acquainted_pairs_of(
    envelope: Envelope, message: Message, domains: Domains, pseudonyms: Pseudonyms, at: float
) -> AcquaintedPairs | None:
    """Return the pairs of people visible to each other in an inbound message; None if there are none.

    One of our addresses must be visible too: only then can a colleague reply to all.
    """
    if not any(map(domains.is_internal, message.visible)) or not is_inbound(envelope, domains):
        return None
    people = {someone.key: someone for someone in chain(message.authors, message.visible)}
    found = _pairs(people.values(), domains, pseudonyms, MAX_INBOUND_ADDRESSES)
    return AcquaintedPairs(at, found) if found else None


def pending_pairs_of(
    envelope: Envelope,
    message: Message,
    domains: Domains,
    pseudonyms: Pseudonyms,
    at: float,
    acquaintances: bool = True,
) -> PendingPairs:
    """Return the pairs of a message held at `at` (unix time); without pairs if `acquaintances` is False."""
    shown = _pairs(message.visible, domains, pseudonyms, MAX_ADDRESSES if acquaintances else 0)
    recipients = stranger_numbers(envelope.recipient_addresses, domains, pseudonyms)
    return PendingPairs(envelope.host, envelope.queue_id, at, shown, recipients)


def _pairs(addresses: Iterable[Address], domains: Domains, pseudonyms: Pseudonyms, most: int) -> "array[int]":
    parties = parties_of(addresses, domains, pseudonyms)
    if sum(map(len, parties.values())) > most:
        return array("q")
    return array("q", pairs(parties, pseudonyms))


class Acquaintances:
    """Look-up of acquainted pairs for `Contacts.acquainted`. Thread-safe."""

    def __init__(self, breaker: CircuitBreaker) -> None:
        self._breaker = breaker

    def among(self, pairs: Sequence[int]) -> Collection[int]:
        """Return the stored pairs among `pairs`; none while the database is unavailable."""
        found = self._breaker.query(lambda connection: stored_numbers(connection, _PAIR, pairs))
        return found or ()


_PAIR = acquaintances.c.pair


def store_acquainted_pairs(connection: Connection, values: Sequence[AcquaintedPairs]) -> None:
    """Upsert the pairs with the day they were last seen.

    Stores at most the first `AT_ONCE` pairs: a flood must delay neither holds nor other entries.
    """
    days: dict[int, int] = {}
    for value in values:
        day = int(value.at // _DAY)
        for pair in islice(value.pairs, AT_ONCE - len(days)):
            days[pair] = max(day, days.get(pair, 0))
    _learn(connection, days)


def _learn(connection: Connection, days: Mapping[int, int]) -> None:
    insert_rows(connection, _upsert(connection.dialect.name), sorted(days.items()))


@cache
def _upsert(dialect: str) -> postgresql.Insert | sqlite.Insert:
    statement = dialect_insert(dialect, acquaintances)
    later = statement.excluded.day > acquaintances.c.day
    return statement.on_conflict_do_update(
        index_elements=[_PAIR], set_={"day": statement.excluded.day}, where=later
    )


def store_pending_pairs(connection: Connection, values: Sequence[PendingPairs]) -> None:
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


def learn_from_released(database: Database) -> int:
    """Learn the pending pairs of released messages; delete those of dropped and returned ones.

    Returns the number of messages. Idempotent: another host may process the same rows. Raises
    RecordUnavailable.
    """
    messages = 0
    while rows := _decided(database):
        _learn_from(database, [row for row in rows if row.state == HoldState.RELEASED])
        with database.writing_in_background() as connection:
            done = waiting_acquaintances.c.id.in_([row.id for row in rows])
            connection.execute(delete(waiting_acquaintances).where(done))
        messages += len(rows)
    return messages


def _decided(database: Database) -> Sequence[Row[Any]]:
    """Select the first pending messages whose decision has been carried out."""
    waiting, own, of_case = waiting_acquaintances, decisions.alias(), decisions.alias()
    same = (holds.c.host, holds.c.queue_id, holds.c.arrived)
    query = (
        select(waiting, holds.c.state, holds.c.changed)
        .add_columns(func.coalesce(own.c.decision, of_case.c.decision).label("decision"))
        .join(holds, and_(*(column == waiting.c[column.name] for column in same)))
        .outerjoin(own, own.c.hold_id == holds.c.id)
        .outerjoin(of_case, and_(of_case.c.case_id == holds.c.case_id, of_case.c.hold_id.is_(None)))
        .where(holds.c.state.in_(_FINAL_STATES))
        .order_by(waiting.c.id)
        .limit(_DECIDED_BATCH)
    )
    with database.reading() as connection:
        return connection.execute(query).all()


def _learn_from(database: Database, released: Sequence[Row[Any]]) -> None:
    for row in released:
        for part in split_correspondence(Correspondence(row.changed, _numbers(row.recipients), array("q"))):
            with database.writing_in_background() as connection:
                store_correspondence(connection, [part])
    # A release with Bcc shows no recipient to another.
    seen = (row for row in released if row.decision != Decision.RELEASE_BCC)
    pairs = ((pair, int(row.changed // _DAY)) for row in seen for pair in _numbers(row.pairs))
    while some := dict(islice(pairs, AT_ONCE)):
        with database.writing_in_background() as connection:
            _learn(connection, some)


_FINAL_STATES = (HoldState.RELEASED, HoldState.DROPPED, HoldState.RETURNED)


def _numbers(stored: bytes) -> "array[int]":
    numbers = array("q")
    numbers.frombytes(stored)
    return numbers
