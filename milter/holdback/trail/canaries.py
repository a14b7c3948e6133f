"""Store canaries, and their hits: messages that contained a canary or were sent to one."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Row, func, insert, select

from holdback.cases.database import OPERATOR_TIMEOUT, Database
from holdback.cases.schema import storable
from holdback.mail import Envelope
from holdback.people.canaries import Canaries, Canary
from holdback.trail.schema import canaries, canary_hits


@dataclass(frozen=True, slots=True)
class Provenance:
    """The list that a set of canaries is made for, its receiver, and the operator who made them."""

    list_name: str
    given_to: str
    minted: float
    """Unix time, seconds."""
    minted_by: str
    reason: str = ""
    senders: tuple[str, ...] = ()
    """Globs of permitted senders, without blanks."""


@dataclass(frozen=True, slots=True)
class CanaryHit:
    """One message that contained a canary (outbound) or was sent to one (inbound)."""

    canary: int
    """Id of the canary."""
    direction: str
    """`outbound` or `inbound`."""
    at: float
    host: str
    queue_id: str
    sender: str
    client: str
    subject: str
    """Keyed hash of the subject."""
    action: str
    """Action taken on the message."""


@dataclass(frozen=True, slots=True)
class HitCounts:
    """Hits of one canary."""

    inbound: int = 0
    outbound: int = 0
    last: float = 0.0
    """Unix time, seconds; 0 for never."""


class CanaryStore:
    """Canaries in the database. Each method is one transaction and may raise RecordUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the store for the database `url`; the first method call connects."""
        return cls(Database(url, OPERATOR_TIMEOUT))

    def close(self) -> None:
        self._database.close()

    def add(
        self, make: Callable[[Container[str]], Sequence[str]], provenance: Provenance
    ) -> tuple[Canary, ...]:
        """Insert the addresses that `make` returns and return their canaries; insert none if it raises.

        `make` receives all existing addresses. The table is locked meanwhile, so that addresses are unique.
        """
        with self._database.writing() as connection:
            existing = frozenset(connection.execute(select(canaries.c.address)).scalars())
            rows = [_new_row(address, provenance) for address in make(existing)]
            written = insert(canaries).returning(*canaries.c, sort_by_parameter_order=True)
            return tuple(map(_canary, connection.execute(written, rows))) if rows else ()

    def all(self) -> tuple[Canary, ...]:
        """Return all canaries in the order of minting."""
        with self._database.reading() as connection:
            return _all(connection)

    def hit_counts(self) -> dict[int, HitCounts]:
        """Return the hits by id of the canary; a canary without hits is absent."""
        inbound, outbound = (
            func.count().filter(canary_hits.c.direction == direction) for direction in ("inbound", "outbound")
        )
        query = select(canary_hits.c.canary_id, inbound, outbound, func.max(canary_hits.c.at))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(canary_hits.c.canary_id))
            return {canary: HitCounts(*counts) for canary, *counts in rows}

    def hits(self, since: float = 0.0) -> tuple[tuple[Canary, CanaryHit], ...]:
        """Return the hits since `since` (unix time) with their canaries, newest first."""
        query = (
            select(canaries, canary_hits)
            .join(canaries, canaries.c.id == canary_hits.c.canary_id)
            .where(canary_hits.c.at >= since)
            .order_by(canary_hits.c.at.desc(), canary_hits.c.id.desc())
        )
        with self._database.reading() as connection:
            return tuple((_canary(row), _hit(row)) for row in connection.execute(query))


def reload_canaries(database: Database, known: Canaries) -> Canaries:
    """Return all canaries; `known` itself if their count and highest id are unchanged.

    Raises RecordUnavailable.
    """
    version = select(func.count(), func.coalesce(func.max(canaries.c.id), 0))
    with database.reading() as connection:
        if tuple(connection.execute(version).one()) == (len(known), known.newest):
            return known
        return Canaries(_all(connection))


def store_hits(connection: Connection, hits: Sequence[CanaryHit]) -> None:
    """Insert the hits."""
    connection.execute(insert(canary_hits), [_hit_row(hit) for hit in hits])


def hits_of(
    found: Iterable[Canary], direction: str, envelope: Envelope, at: float, subject: str, action: str
) -> tuple[CanaryHit, ...]:
    """Return one hit for each of the canaries `found` in a message.

    direction: `outbound` or `inbound`; at: unix time; subject: keyed hash of the subject.
    """
    return tuple(
        CanaryHit(
            canary=canary.id,
            direction=direction,
            at=at,
            host=envelope.host,
            queue_id=envelope.queue_id,
            sender=envelope.sender,
            client=envelope.client,
            subject=subject,
            action=action,
        )
        for canary in found
    )


def _all(connection: Connection) -> tuple[Canary, ...]:
    return tuple(map(_canary, connection.execute(select(canaries).order_by(canaries.c.id))))


def _new_row(address: str, provenance: Provenance) -> dict[str, object]:
    return {
        "address": address,
        "list_name": storable(provenance.list_name),
        "given_to": storable(provenance.given_to),
        "minted": provenance.minted,
        "minted_by": storable(provenance.minted_by),
        "reason": storable(provenance.reason),
        "senders": storable(" ".join(provenance.senders)),
    }


def _hit_row(hit: CanaryHit) -> dict[str, object]:
    return {
        "canary_id": hit.canary,
        "direction": hit.direction,
        "at": hit.at,
        "host": storable(hit.host),
        "queue_id": storable(hit.queue_id),
        "sender": storable(hit.sender),
        "client": storable(hit.client),
        "subject": hit.subject,
        "action": hit.action,
    }


def _canary(row: Row[tuple[object, ...]]) -> Canary:
    return Canary(
        id=row.id,
        address=row.address,
        list_name=row.list_name,
        given_to=row.given_to,
        minted=row.minted,
        minted_by=row.minted_by,
        reason=row.reason,
        senders=tuple(row.senders.split()),
    )


def _hit(row: Row[tuple[object, ...]]) -> CanaryHit:
    return CanaryHit(
        canary=row.canary_id,
        direction=row.direction,
        at=row.at,
        host=row.host,
        queue_id=row.queue_id,
        sender=row.sender,
        client=row.client,
        subject=row.subject,
        action=row.action,
    )
