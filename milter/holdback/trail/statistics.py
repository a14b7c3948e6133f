"""Count the rows of the trail for `holdback stats`; no names, no addresses."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, func, select

from holdback.trail.schema import acquaintances, canaries, canary_hits, correspondents, disclosures


@dataclass(frozen=True, slots=True)
class TrailCounts:
    """Row counts of the trail, and canary hits of a period."""

    disclosures: int
    """Disclosures in the ledger, computed from the lowest and highest id, which is fast for any size."""
    disclosures_since: float | None
    """Unix time of the oldest disclosure; None if the ledger is empty."""
    correspondents: int
    """Addresses that the company corresponded with."""
    acquaintances: int
    """Pairs of people who have seen each other's address."""
    canaries: int
    canaries_left: int
    """Outbound messages of the period with a canary, counted once for each canary."""
    canaries_written_to: int
    """Inbound messages of the period to a canary."""


def count_trail(connection: Connection, since: float, until: float) -> TrailCounts:
    """Count all rows, and canary hits in the period [`since`, `until`) (unix time)."""
    of_period = canary_hits.c.at >= since, canary_hits.c.at < until
    by_direction = select(canary_hits.c.direction, func.count()).where(*of_period)
    rows = connection.execute(by_direction.group_by(canary_hits.c.direction))
    hits: dict[str, int] = {direction: count for direction, count in rows}  # noqa: C416
    first, last = connection.execute(select(func.min(disclosures.c.id), func.max(disclosures.c.id))).one()
    return TrailCounts(
        disclosures=last - first + 1 if first else 0,
        disclosures_since=oldest_disclosure(connection),
        correspondents=_count(connection, correspondents.c.number),
        acquaintances=_count(connection, acquaintances.c.pair),
        canaries=_count(connection, canaries.c.id),
        canaries_left=hits.get("outbound", 0),
        canaries_written_to=hits.get("inbound", 0),
    )


def oldest_disclosure(connection: Connection) -> float | None:
    """Return the unix time of the oldest disclosure; None if the ledger is empty."""
    oldest: float | None = connection.execute(select(func.min(disclosures.c.at))).scalar()
    return oldest


def _count(connection: Connection, column: Column[int]) -> int:
    return connection.execute(select(func.count(column))).scalar_one()
